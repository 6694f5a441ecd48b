//! Plans in a file: what `plan --out` writes and `deploy --plan` executes, exactly that or nothing.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::change::{Change, version_of};
use super::error::StackError;
use super::plan::{PLAN_VERSION, Plan};
use super::prepare::Site;
use crate::cloud::stacks::{ChangeSet, Stack, TemplateSource, Texts};
use crate::cloud::{Failure, FailureKind};
use crate::file::write_atomically;
use crate::lock::Lock;
use crate::plugin::{Deployment, PlannedChange, sha256};

/// What the file is, so that nobody takes another JSON file for it.
const FORMAT: &str = "formwork-plan";

/// The plans in a file.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct File {
    format: String,
    version: u32,
    plans: Vec<Plan>,
}

/// Why a file of plans is not accepted or not written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SavedError {
    /// It cannot be read.
    #[error("failed to read `{}`: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// It cannot be written.
    #[error("failed to write `{}`: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// It is no file of plans.
    #[error("`{}` is not a saved plan: {why}", path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// It is of a later Formwork.
    #[error("`{}` has version {version}, and this Formwork knows version {PLAN_VERSION}", path.display())]
    Version {
        /// The file.
        path: PathBuf,
        /// Its version.
        version: u32,
    },
}

/// Write plans into a file, all or nothing.
///
/// # Errors
/// When the file cannot be written.
pub fn write(path: &Path, plans: &[Plan]) -> Result<(), SavedError> {
    let failed = |source| SavedError::Write { path: path.to_owned(), source };
    let file = File { format: FORMAT.to_owned(), version: PLAN_VERSION, plans: plans.to_vec() };
    let mut text = serde_json::to_string_pretty(&file).map_err(|error| failed(std::io::Error::other(error)))?;
    text.push('\n');
    write_atomically(path, text.as_bytes(), None).map_err(failed)
}

/// The plans in a file.
///
/// # Errors
/// When it cannot be read, or is no file of plans.
pub fn read(path: &Path) -> Result<Vec<Plan>, SavedError> {
    let text = std::fs::read_to_string(path).map_err(|source| SavedError::Read { path: path.to_owned(), source })?;
    parse(path, &text)
}

fn parse(path: &Path, text: &str) -> Result<Vec<Plan>, SavedError> {
    let invalid = |why: String| SavedError::Invalid { path: path.to_owned(), why };
    // The version first: a later file may have parts that this one does not know.
    #[derive(Deserialize)]
    struct Head {
        format: String,
        version: u32,
    }
    let head: Head =
        serde_json::from_str(text).map_err(|error| invalid(format!("it has no format and version ({error})")))?;
    if head.format != FORMAT {
        return Err(invalid("its format is another one".to_owned()));
    }
    if head.version != PLAN_VERSION {
        return Err(SavedError::Version { path: path.to_owned(), version: head.version });
    }
    let file: File = serde_json::from_str(text).map_err(|error| invalid(error.to_string()))?;
    Ok(file.plans)
}

/// A saved plan, ready to be applied: the change set is still there, nothing has changed the stack since, and neither
/// the template file (where it is there) nor the pins have moved.
///
/// # Errors
/// [`StackError::Stale`], and when CloudFormation cannot be asked.
pub async fn revive(site: &Site, plan: Plan) -> Result<Change, StackError> {
    let stale = |why: &str| Err(StackError::Stale { stack: plan.stack.clone(), why: why.to_owned() });
    if !plan.known_after_deploy.is_empty() {
        let why = format!(
            "it waits for {}, which another stack gives when it is deployed",
            plan.known_after_deploy.join(", ")
        );
        return Err(StackError::Incomplete { stack: plan.stack.clone(), why });
    }
    let region = site.cloud.region().await?;
    if region != plan.region {
        return stale(&format!("it is for {}, and {region} is in use", plan.region));
    }
    if let Some(why) = moved_files(&plan, &Lock::read(&site.lock_path)?) {
        return stale(&why);
    }
    let stacks = site.cloud.open().await?.stacks()?;
    // By its ARN: a stack that was deleted and made anew is another one.
    let name = plan.stack_id.as_deref().unwrap_or(&plan.stack);
    let stack = match stacks.describe(name).await {
        Ok(stack) => Some(stack),
        Err(failure) if failure.kind == FailureKind::NotFound => None,
        Err(failure) => return Err(failure.into()),
    };
    let changes = match &plan.change_set {
        None => None,
        Some(change_set) => match stacks.change_set(&change_set.id).await {
            Ok(changes) => Some(changes),
            Err(failure) if failure.kind == FailureKind::NotFound => {
                return stale("its change set is gone: it was executed or deleted, or another one was executed");
            }
            Err(failure) => return Err(failure.into()),
        },
    };
    if let Some(why) = moved_stack(&plan, stack.as_ref(), changes.as_ref()) {
        return stale(&why);
    }
    let planned = PlannedChange {
        id: plan.change_set.as_ref().map(|change_set| change_set.id.clone()),
        change_set_type: plan.operation.clone(),
        // What a first change set has made is not a stack yet.
        stack: stack.filter(|_| plan.stack_status.is_some()),
        changes,
        made_stack: false,
    };
    let deployment = Deployment {
        stack: plan.stack.clone(),
        template: TemplateSource::Previous(plan.stack.clone()),
        parameters: Texts::new(),
        declared: Vec::new(),
        settings: plan.settings.clone(),
    };
    let template = plan
        .template
        .as_ref()
        .and_then(|template| std::fs::read_to_string(&template.file).ok().map(|text| (template.file.clone(), text)));
    Ok(Change { plan, deployment, planned: Some(planned), template, request: None })
}

/// What has moved on this side.
fn moved_files(plan: &Plan, lock: &Lock) -> Option<String> {
    let template = plan.template.as_ref()?;
    if let Ok(bytes) = std::fs::read(&template.file)
        && sha256(&bytes) != template.sha256
    {
        return Some(format!("`{}` has changed since", template.file));
    }
    let mut pins = plan.pins.iter().filter(|pin| pin.pinned);
    pins.find_map(|planned| {
        let good = |pin: &&crate::lock::Pin| pin.reference == planned.reference && pin.region == plan.region;
        let now = lock.pins().iter().filter(good).map(|pin| &pin.value).collect::<Vec<_>>();
        let moved = !now.is_empty() && !now.iter().any(|value| Some(*value) == planned.value.as_ref());
        moved.then(|| format!("formwork.lock pins another value for `{}` now", planned.reference))
    })
}

/// What has moved on the side of CloudFormation.
fn moved_stack(plan: &Plan, stack: Option<&Stack>, changes: Option<&ChangeSet>) -> Option<String> {
    let was = plan.stack_status.as_deref();
    match (was, stack) {
        (Some(_), None) => return Some("the stack does not exist any more".to_owned()),
        (None, Some(stack)) if stack.stack_status != "REVIEW_IN_PROGRESS" => {
            return Some(format!("the stack did not exist, and is in {} now", stack.stack_status));
        }
        (Some(_), Some(stack)) if version_of(stack) != plan.stack_updated => {
            return Some("the stack was changed since".to_owned());
        }
        (Some(was), Some(stack)) if stack.stack_status != was => {
            return Some(format!("the stack was in {was}, and is in {} now", stack.stack_status));
        }
        _ => {}
    }
    let changes = changes?;
    match changes.execution_status.as_deref() {
        Some("AVAILABLE") => None,
        Some(other) => Some(format!("its change set is {other}")),
        None => Some(format!("its change set is {}", changes.status)),
    }
}

/// A failure of a file of plans.
impl From<SavedError> for Failure {
    fn from(error: SavedError) -> Self {
        let hint = match &error {
            SavedError::Version { .. } => Some("Install a newer Formwork.".to_owned()),
            SavedError::Invalid { .. } => Some("`formwork plan --out FILE` writes such files.".to_owned()),
            SavedError::Read { .. } | SavedError::Write { .. } => None,
        };
        let kind =
            if matches!(error, SavedError::Write { .. }) { FailureKind::Other } else { FailureKind::InvalidInput };
        Self { kind, code: None, message: error.to_string(), hint }
    }
}
