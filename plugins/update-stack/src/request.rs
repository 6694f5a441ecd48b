//! The request for a change set.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hasher, RandomState};

use formwork_plugin::deployer::{Deployment, TemplateSource};
use serde_json::{Map, Value, json};

use crate::model::Stack;
use crate::settings::Settings;

/// The type of a change set (API reference, CreateChangeSet).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Create,
    Update,
    Import,
}

impl Kind {
    /// As the API names it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Create => "CREATE",
            Self::Update => "UPDATE",
            Self::Import => "IMPORT",
        }
    }
}

/// The members of CreateChangeSet, as `wit/stacks.wit` has them. `live` is the stack that is updated.
pub(crate) fn request(
    deployment: &Deployment,
    settings: &Settings,
    given: &BTreeMap<String, String>,
    live: Option<&Stack>,
    kind: Kind,
) -> Value {
    let template = match &deployment.template {
        TemplateSource::Body(text) => json!({ "Body": text }),
        TemplateSource::Url(url) => json!({ "Url": url }),
        TemplateSource::Previous => json!({ "Previous": deployment.stack }),
    };
    let mut request = Map::new();
    let mut put = |name: &str, value: Value| request.insert(name.into(), value);
    put("StackName", deployment.stack.clone().into());
    put("ChangeSetName", name(settings).into());
    put("ChangeSetType", kind.name().into());
    put("Template", template);
    put("Parameters", parameters(&deployment.declared, given, live).into());
    put("Capabilities", json!(settings.capabilities));
    if let Some(tags) = &settings.tags {
        put("Tags", merged(tags, live));
    }
    if let Some(role) = &settings.role_arn {
        put("RoleARN", role.clone().into());
    }
    if let Some(topics) = &settings.notification_arns {
        put("NotificationARNs", json!(topics));
    }
    // `DELETE` says what becomes of a new stack; an update that fails is rolled back.
    if let Some(action) = settings.on_failure.as_ref().filter(|action| *action != "DELETE" || kind == Kind::Create) {
        put("OnStackFailure", action.clone().into());
    }
    if kind == Kind::Import {
        put("ResourcesToImport", json!(settings.resources_to_import));
    }
    if settings.import_existing_resources {
        put("ImportExistingResources", true.into());
    }
    // A stack that is still to be made has no drift.
    if settings.revert_drift && kind == Kind::Update {
        put("DeploymentMode", "REVERT_DRIFT".into());
    }
    if settings.express {
        put("Express", true.into());
    }
    request.into()
}

/// Given values, and the stack's own for what is declared and not given; the rest is left to the template's defaults.
fn parameters(declared: &[String], given: &BTreeMap<String, String>, live: Option<&Stack>) -> Map<String, Value> {
    let mut parameters: Map<String, Value> =
        given.iter().map(|(name, value)| (name.clone(), json!({ "Value": value }))).collect();
    let has = |name: &String| live.is_some_and(|stack| stack.parameters.iter().any(|p| p.parameter_key == *name));
    for name in declared.iter().filter(|name| !given.contains_key(*name) && has(name)) {
        parameters.insert(name.clone(), "Previous".into());
    }
    parameters
}

/// The stack's tags, and those that were given over them. CloudFormation takes all or none, so that a tag that is not
/// repeated would be lost. Its own (`aws:…`) are refused in a request.
fn merged(given: &BTreeMap<String, String>, live: Option<&Stack>) -> Value {
    let old = live.map(|stack| stack.tags.as_slice()).unwrap_or_default();
    let mut tags: BTreeMap<&str, &str> = old
        .iter()
        .filter(|tag| !tag.key.starts_with("aws:"))
        .map(|tag| (tag.key.as_str(), tag.value.as_str()))
        .collect();
    tags.extend(given.iter().map(|(key, value)| (key.as_str(), value.as_str())));
    json!(tags)
}

/// The name that the host made unique; without one, a name that is unlikely to be taken.
fn name(settings: &Settings) -> String {
    match &settings.change_set_name {
        Some(name) if name.starts_with("formwork-") => name.clone(),
        Some(name) => format!("formwork-{name}"),
        None => format!("formwork-{:016x}", RandomState::new().build_hasher().finish()),
    }
}
