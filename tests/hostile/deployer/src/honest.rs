//! What a deployer should do, in its simplest form.

use formwork_plugin::Failure;
use formwork_plugin::deployer::{ChangeSet, Deployment, Outcome, Problem, TemplateSource};
use formwork_plugin::host::stacks;

use crate::{member, one, quoted};

pub(crate) fn plan(deployment: &Deployment) -> Result<ChangeSet, Vec<Problem>> {
    let live = stacks::describe(&deployment.stack).ok();
    let kind = if live.is_some() { "UPDATE" } else { "CREATE" };
    let template = match &deployment.template {
        TemplateSource::Body(text) => format!("{{\"Body\":{}}}", quoted(text)),
        TemplateSource::Url(url) => format!("{{\"Url\":{}}}", quoted(url)),
        TemplateSource::Previous => format!("{{\"Previous\":{}}}", quoted(&deployment.stack)),
    };
    let stack = quoted(&deployment.stack);
    let request = format!(
        "{{\"StackName\":{stack},\"ChangeSetName\":\"hostile\",\"ChangeSetType\":\"{kind}\",\"Template\":{template}}}"
    );
    let made = stacks::create_change_set(&request).map_err(one)?;
    let id = member(&made, "Id").unwrap_or_default();
    let changes = stacks::wait_for_change_set(&id).map_err(one)?;
    Ok(ChangeSet {
        id: Some(id),
        change_set_type: kind.into(),
        made_stack: live.is_none(),
        stack: live,
        changes: Some(changes),
    })
}

pub(crate) fn apply(deployment: &Deployment, change_set: &ChangeSet) -> Result<Outcome, Vec<Problem>> {
    let before = stacks::events(&deployment.stack, None).ok();
    let last = before.and_then(|page| member(&page.events, "EventId"));
    execute(change_set.id.as_deref().unwrap_or_default()).map_err(one)?;
    let ended = stacks::wait(&deployment.stack, last.as_deref()).map_err(one)?;
    let causes = ended.causes.into_iter();
    let problems = causes.map(|cause| Problem { failure: cause.failure, logical_id: cause.logical_id, path: None });
    Ok(Outcome { stack: ended.stack, problems: problems.collect() })
}

pub(crate) fn execute(change_set: &str) -> Result<(), Failure> {
    stacks::execute_change_set(&format!("{{\"ChangeSetId\":{}}}", quoted(change_set)))
}
