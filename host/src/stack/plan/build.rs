//! A plan, made from what CloudFormation said.

use std::collections::BTreeSet;

use serde_json::Value;

use super::context::Context;
use super::model::{ChangeSetRef, PLAN_VERSION, Plan, PlanPlace, PlannedPin, PlannedTag, TemplateRef};
use super::parameters::{parameters, secrets};
use super::resources::Found;
use crate::cloud::stacks::{ChangeSet, Stack, TemplateSummary, Texts};

/// What a plan is made from. The values of parameters that the user gave are not in here: a plan takes them from the
/// change set, which masks those of `NoEcho` parameters.
pub struct PlanInput<'a> {
    /// The stack's name.
    pub stack_name: &'a str,
    /// The region.
    pub region: &'a str,
    /// The stack before; none when it does not exist yet.
    pub stack: Option<&'a Stack>,
    /// `CREATE`, `UPDATE`, `IMPORT`.
    pub operation: &'a str,
    /// What CloudFormation would change, with the change sets of nested stacks; none when there is nothing to do, or
    /// when something is not known yet.
    pub change_set: Option<&'a ChangeSet>,
    /// What the new template declares; none where nobody asked. Parameters that it does not declare count as dropped.
    pub summary: Option<&'a TemplateSummary>,
    /// The names of the parameters that the user gave now.
    pub given: &'a BTreeSet<String>,
    /// The references in the template.
    pub pins: Vec<PlannedPin>,
    /// The template; none when the stack's own is used again.
    pub template: Option<TemplateRef>,
    /// The rendered template as JSON, with intrinsic functions in the long form. When the stack's own template is used
    /// again, that one: secrets are followed through it.
    pub new_template: Option<&'a Value>,
    /// The template of the stack before, in the same form.
    pub old_template: Option<&'a Value>,
    /// Where a JSON pointer (`/Resources/WebServer`) leads to in the template.
    pub places: &'a dyn Fn(&str) -> Option<PlanPlace>,
    /// The resources in the template that a resource refers to.
    pub refers_to: &'a dyn Fn(&str) -> Vec<String>,
    /// The capabilities that the change set acknowledges.
    pub capabilities: Vec<String>,
    /// The settings of `wit/deployer.wit`, without parameters.
    pub settings: Value,
    /// What else a person should know, each a sentence.
    pub notes: Vec<String>,
    /// References whose values are known after another stack is deployed.
    pub known_after_deploy: Vec<String>,
    /// When the plan is made, RFC 3339, UTC.
    pub created: String,
}

/// Make a plan. Never fails: what is not told is [`super::Shown::Unknown`], and a word that this version does not know
/// is shown as it is.
///
/// No value of a `NoEcho` parameter or of a secret gets into it, also where the change set does not mask them: values
/// that such a parameter flows into, by the templates or by the change's own cause, are hidden.
#[must_use]
pub fn build(input: &PlanInput<'_>) -> Plan {
    let secrets = secrets(input);
    let parameters = parameters(input, &secrets);
    let mut found = Found::new(input);
    if let Some(change_set) = input.change_set {
        let (old, new) = (input.old_template, input.new_template);
        let context = Context { secrets, parameters: &parameters, pins: &input.pins, old, new };
        found.add(change_set, &context, "");
    }
    let Found { resources, security, .. } = found;
    let stack_id = input.stack.map(|stack| &stack.stack_id).filter(|id| !id.is_empty());
    let stack_id = stack_id.or(input.change_set.map(|change_set| &change_set.stack_id)).filter(|id| !id.is_empty());
    Plan {
        version: PLAN_VERSION,
        stack: input.stack_name.to_owned(),
        stack_id: stack_id.cloned(),
        region: input.region.to_owned(),
        account: stack_id.and_then(|arn| account(arn)),
        operation: input.operation.to_owned(),
        stack_status: input.stack.map(|stack| stack.stack_status.clone()),
        stack_updated: input.stack.and_then(|stack| stack.last_updated_time.clone().or(stack.creation_time.clone())),
        change_set: input
            .change_set
            .map(|set| ChangeSetRef { id: set.change_set_id.clone(), name: set.change_set_name.clone() }),
        created: input.created.clone(),
        template: input.template.clone(),
        pins: input.pins.clone(),
        parameters,
        tags: input.change_set.map(|change_set| tags(input.stack, change_set)).unwrap_or_default(),
        resources,
        security,
        notes: input.notes.clone(),
        known_after_deploy: input.known_after_deploy.clone(),
        capabilities: input.capabilities.clone(),
        settings: input.settings.clone(),
    }
}

/// The account in `arn:aws:cloudformation:REGION:ACCOUNT:stack/NAME/ID`.
fn account(arn: &str) -> Option<String> {
    arn.split(':').nth(4).filter(|account| !account.is_empty()).map(str::to_owned)
}

/// The tags that change. A deployment adds to the tags of a stack and removes none, so a change set without any has not
/// told them.
fn tags(stack: Option<&Stack>, change_set: &ChangeSet) -> Vec<PlannedTag> {
    let none = Texts::new();
    let before = stack.map_or(&none, |stack| &stack.tags);
    let after = &change_set.tags;
    if after.is_empty() {
        return Vec::new();
    }
    let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let tag = |key: &String| PlannedTag {
        key: key.clone(),
        before: before.get(key).cloned(),
        after: after.get(key).cloned(),
    };
    keys.into_iter().map(tag).filter(|tag| tag.before != tag.after).collect()
}
