//! Planning and applying a prepared stack change with the deployer.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;

use super::error::StackError;
use super::plan::{PlanInput, PlanPlace, PlannedAction, PlannedPin, PlannedResource, TemplateRef, build};
use super::prepare::{Prepared, Site, place_of};
use super::request::{RequestedTemplate, StackRequest};
use super::template::{Template, TemplateResource};
use crate::cloud::stacks::{ChangeSet, DeleteStack, Stack};
use crate::cloud::{Failure, FailureKind};
use crate::lock::Lock;
use crate::plugin::{Applied, CallError, Deployment, Finding, PlannedChange, Plugin, Services, Severity, StackProblem};
use crate::registry::{PluginError, Registry};
use crate::resolve::Trace;

pub use super::plan::Plan;

/// A planned stack change, ready to be applied.
pub struct Change {
    /// What a person decides on.
    pub plan: Plan,
    /// What the deployer was asked.
    pub deployment: Deployment,
    /// What the deployer answered; none when something is known only after another stack is deployed.
    pub planned: Option<PlannedChange>,
    /// The template's file name and text, for places in messages.
    pub template: Option<(String, String)>,
    /// What was asked for; none for a saved plan.
    pub request: Option<StackRequest>,
}

impl Change {
    /// Whether it was read from a file: then it is made as it is, or not at all.
    #[must_use]
    pub fn is_saved(&self) -> bool {
        self.request.is_none()
    }

    /// Whether something is to be set on the stack besides what the change set does.
    #[must_use]
    pub fn has_settings(&self) -> bool {
        let settings = &self.deployment.settings;
        ["terminationProtection", "stackPolicy"].iter().any(|name| settings.get(name).is_some())
    }
}

/// A deployer, loaded.
struct Deployer {
    registry: Registry,
    plugin: Arc<Plugin>,
}

impl Deployer {
    /// The deployer of the project; the lock learns of it when it is met for the first time.
    async fn load(site: &Site) -> Result<Self, StackError> {
        let registry = (site.registry)(Lock::read(&site.lock_path)?);
        let plugin = registry.deployer().await?;
        let added = registry.take_added();
        if !added.is_empty() {
            Lock::update(&site.lock_path, |lock| added.into_iter().for_each(|plugin| lock.set_plugin(plugin)))?;
        }
        Ok(Self { registry, plugin })
    }

    fn services(&self) -> &Services {
        self.registry.services()
    }

    fn failed(&self, source: CallError) -> StackError {
        PluginError::Call { plugin: self.plugin.name().to_owned(), source }.into()
    }

    /// What a call answered, unless a grant refused something that it did.
    fn answer<T>(&self, answer: Result<T, CallError>) -> Result<T, StackError> {
        let denials = self.plugin.take_denials();
        let answer = answer.map_err(|source| self.failed(source));
        if denials.is_empty() { answer } else { Err(StackError::Denied(denials)) }
    }
}

/// Find out what a stack change would do.
///
/// # Errors
/// Why there is no plan, with places in the template where they can be told.
#[tracing::instrument(level = "debug", skip_all, fields(stack = prepared.request.stack))]
pub async fn plan(site: &Site, prepared: Prepared) -> Result<Change, StackError> {
    let mut settings = prepared.request.settings.clone();
    settings.capabilities.clone_from(&prepared.request.capabilities);
    let deployment = Deployment {
        stack: prepared.request.stack.clone(),
        template: prepared.template.clone(),
        parameters: prepared.request.parameters.clone(),
        declared: prepared.summary.parameters.iter().map(|parameter| parameter.parameter_key.clone()).collect(),
        settings: serde_json::to_value(&settings).map_err(|error| internal(&error))?,
    };
    let template = match &prepared.request.template {
        RequestedTemplate::File { name, text } => Some((name.clone(), text.clone())),
        RequestedTemplate::Previous => None,
    };
    if !prepared.known_after_deploy.is_empty() {
        let plan = described(site, &prepared, None, &deployment).await?;
        return Ok(Change { plan, deployment, planned: None, template, request: Some(prepared.request) });
    }
    let deployer = Deployer::load(site).await?;
    let answer = deployer.plugin.plan(deployer.services(), &deployment).await;
    let planned = deployer.answer(answer)?.map_err(|problems| {
        located(&prepared.request.stack, "planned", problems, prepared.source.as_ref(), template.clone())
    })?;
    let plan = described(site, &prepared, Some(&planned), &deployment).await?;
    Ok(Change { plan, deployment, planned: Some(planned), template, request: Some(prepared.request) })
}

/// Do exactly what was planned, and wait for the end. What failed, and may have been rolled back, is `Applied` with
/// problems.
///
/// # Errors
/// Why it was not started, or cannot be watched any longer.
#[tracing::instrument(level = "debug", skip_all, fields(stack = change.deployment.stack))]
pub async fn apply(site: &Site, change: &Change) -> Result<Applied, StackError> {
    let Some(planned) = &change.planned else {
        let waits = change.plan.known_after_deploy.join(", ");
        return Err(StackError::Incomplete {
            stack: change.plan.stack.clone(),
            why: format!("it waits for {waits}, which another stack gives when it is deployed"),
        });
    };
    let deployer = Deployer::load(site).await?;
    let answer = deployer.plugin.apply(deployer.services(), &change.deployment, planned).await;
    let source = change.template.as_ref().and_then(|(_, text)| Template::parse(text).ok());
    deployer
        .answer(answer)?
        .map_err(|problems| located(&change.plan.stack, "deployed", problems, source.as_ref(), change.template.clone()))
}

/// Delete the change set of a plan that will not be applied, and the stack that only this change set made.
///
/// # Errors
/// When CloudFormation refuses.
pub async fn discard(site: &Site, change: &Change) -> Result<(), StackError> {
    let Some(planned) = &change.planned else { return Ok(()) };
    let Some(id) = &planned.id else { return Ok(()) };
    let stacks = site.cloud.open().await?.stacks()?;
    stacks.delete_change_set(id).await?;
    if planned.made_stack {
        match stacks.describe(&change.plan.stack).await {
            // Someone else may have started to make it meanwhile.
            Ok(stack) if stack.stack_status == "REVIEW_IN_PROGRESS" => {
                stacks.delete(&DeleteStack { stack_name: stack.stack_id, ..DeleteStack::default() }).await?;
            }
            Err(failure) if failure.kind != FailureKind::NotFound => return Err(failure.into()),
            _ => {}
        }
    }
    Ok(())
}

/// The plan, from what the deployer answered.
async fn described(
    site: &Site,
    prepared: &Prepared,
    planned: Option<&PlannedChange>,
    deployment: &Deployment,
) -> Result<Plan, StackError> {
    let request = &prepared.request;
    let changes = planned.and_then(|planned| planned.changes.as_ref());
    let there = match planned {
        Some(planned) => planned.stack.clone(),
        None => existing(site, &request.stack).await?,
    };
    let stack = there.as_ref();
    // Some endpoints give no values; then the templates have to tell what differs. It costs a call, so only then.
    let is_refresh = request.template == RequestedTemplate::Previous;
    let old = match (changes, stack) {
        (Some(changes), Some(stack)) if is_refresh || lacks_values(changes) => {
            let text = site.cloud.open().await?.stacks()?.template(&stack.stack_id).await;
            text.ok().and_then(|text| Template::parse(&text).ok())
        }
        _ => None,
    };
    let file = match &request.template {
        RequestedTemplate::File { name, .. } => name.as_str(),
        RequestedTemplate::Previous => "",
    };
    let lock = Lock::read(&site.lock_path)?;
    // The stack's own template is both, for a refresh.
    let new = prepared.rendered.as_ref().map(|rendered| &rendered.template).or(old.as_ref().filter(|_| is_refresh));
    let places = |pointer: &str| {
        let place = place_of(prepared.source.as_ref()?.place(pointer)?);
        Some(PlanPlace { file: file.to_owned(), line: place.line, column: place.column })
    };
    let refers_to = |logical_id: &str| {
        let resource = new.and_then(|new| new.resources().iter().find(|resource| resource.logical_id == logical_id));
        resource.map(|resource| resource.refers_to.clone()).unwrap_or_default()
    };
    let given: BTreeSet<String> = request.parameters.keys().cloned().collect();
    let operation = if stack.is_some() { "UPDATE" } else { "CREATE" };
    let mut plan = build(&PlanInput {
        stack_name: &request.stack,
        region: &prepared.region,
        stack,
        operation: planned.map_or(operation, |planned| planned.change_set_type.as_str()),
        change_set: changes,
        summary: Some(&prepared.summary),
        given: &given,
        pins: prepared.traces.iter().map(|trace| pin(trace, &lock)).collect(),
        template: prepared.rendered.as_ref().map(|rendered| TemplateRef {
            file: file.to_owned(),
            sha256: rendered.source_sha256.clone(),
            rendered_sha256: rendered.sha256.clone(),
        }),
        new_template: new.map(Template::value),
        old_template: old.as_ref().map(Template::value),
        places: &places,
        refers_to: &refers_to,
        capabilities: request.capabilities.clone(),
        settings: deployment.settings.clone(),
        notes: Vec::new(),
        known_after_deploy: prepared.known_after_deploy.clone(),
        created: Timestamp::now().round(jiff::Unit::Second).unwrap_or_default().to_string(),
    });
    if let (None, None, Some(new)) = (planned, stack, new) {
        // What is not there at all is added, whatever the values will be.
        plan.resources = new.resources().iter().map(|resource| added(resource, &places)).collect();
    }
    Ok(plan)
}

/// The stack, where it has more than change sets.
async fn existing(site: &Site, stack: &str) -> Result<Option<Stack>, StackError> {
    match site.cloud.open().await?.stacks()?.describe(stack).await {
        Ok(stack) => Ok(Some(stack).filter(|stack| stack.stack_status != "REVIEW_IN_PROGRESS")),
        Err(failure) if failure.kind == FailureKind::NotFound => Ok(None),
        Err(failure) => Err(failure.into()),
    }
}

fn added(resource: &TemplateResource, places: &dyn Fn(&str) -> Option<PlanPlace>) -> PlannedResource {
    PlannedResource {
        logical_id: resource.logical_id.clone(),
        resource_type: resource.resource_type.clone(),
        physical_id: None,
        action: PlannedAction::Add,
        policy: None,
        changes: Vec::new(),
        drift: None,
        refers_to: resource.refers_to.clone(),
        place: places(&format!("/Resources/{}", resource.logical_id)),
    }
}

/// Whether some change comes without values.
fn lacks_values(changes: &ChangeSet) -> bool {
    changes.changes.iter().map(|change| &change.resource_change).any(|change| {
        let told = |detail: &crate::cloud::stacks::ResourceChangeDetail| {
            detail.target.before_value.is_some() || detail.target.after_value.is_some()
        };
        change.action == "Modify"
            && change.before_context.is_none()
            && change.after_context.is_none()
            && !change.details.iter().any(told)
    })
}

fn pin(trace: &Trace, lock: &Lock) -> PlannedPin {
    let pin = lock.pins().iter().find(|pin| {
        pin.reference == trace.reference
            && pin.cloud == trace.place.cloud
            && pin.region == trace.place.region
            && Some(&pin.value) == trace.value.as_ref()
    });
    PlannedPin {
        reference: trace.reference.clone(),
        value: trace.value.clone(),
        version: trace.version.clone(),
        modified: trace.modified.clone(),
        previous_value: pin.and_then(|pin| pin.previous_value.clone()),
        previous_version: pin.and_then(|pin| pin.previous_version.clone()),
        pinned: pin.is_some(),
    }
}

/// Problems with their places in the template.
pub(super) fn located(
    stack: &str,
    verb: &'static str,
    problems: Vec<StackProblem>,
    source: Option<&Template>,
    template: Option<(String, String)>,
) -> StackError {
    StackError::Findings { stack: stack.to_owned(), verb, findings: findings(problems, source), template }
}

/// Problems as findings; the logical id stands before the text unless the place tells it.
#[must_use]
pub fn findings(problems: Vec<StackProblem>, source: Option<&Template>) -> Vec<Finding> {
    problems
        .into_iter()
        .map(|problem| {
            let place = source.and_then(|source| place(source, &problem));
            let mut failure = problem.failure;
            if let Some(id) = &problem.logical_id {
                failure.message = about(id, &failure.message);
            }
            Finding { severity: Severity::Error, failure, place }
        })
        .collect()
}

/// A message about a resource, which says so unless it does already.
#[must_use]
pub fn about(logical_id: &str, message: &str) -> String {
    let mut words = message.split(|c: char| !c.is_ascii_alphanumeric());
    let last = logical_id.rsplit('.').next().unwrap_or(logical_id);
    if words.any(|word| word == last) { message.to_owned() } else { format!("{logical_id}: {message}") }
}

/// Where a problem stands: its path in the template, or in its resource; what is nested stands in another template.
fn place(source: &Template, problem: &StackProblem) -> Option<crate::plugin::Place> {
    let id = problem.logical_id.as_deref().map(|id| id.split('.').next().unwrap_or(id));
    let pointer = match (id, problem.path.as_deref()) {
        (_, Some(path)) if path.starts_with("/Resources/") || path.starts_with("/Parameters/") => path.to_owned(),
        (Some(id), Some(path)) => format!("/Resources/{id}/{}", path.trim_start_matches('/')),
        (Some(id), None) => format!("/Resources/{id}"),
        (None, Some(path)) => path.to_owned(),
        (None, None) => return None,
    };
    source.place(&pointer).map(place_of)
}

fn internal(error: &dyn std::fmt::Display) -> Failure {
    Failure::new(FailureKind::Other, format!("internal: {error}"))
}

/// The stack before, and when it was changed last: what tells whether a plan is still good.
#[must_use]
pub fn version_of(stack: &Stack) -> Option<String> {
    stack.last_updated_time.clone().or_else(|| stack.creation_time.clone())
}
