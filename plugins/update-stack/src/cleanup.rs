//! Deleting what a plan made in vain.

use formwork_plugin::Failure;
use serde_json::json;

use crate::cloud::Cloud;
use crate::model::Ids;
use crate::ready::find;

/// A change set that we asked for.
pub(crate) struct Made {
    pub(crate) ids: Ids,
    /// Whether there was no stack before, so that the one that is there now is there for our change set only.
    pub(crate) stack_is_ours: bool,
}

/// Delete the change set, and the stack that only it made. Gives what could not be done, in words that say what is
/// left.
pub(crate) fn clean_up(cloud: &dyn Cloud, made: &Made) -> Vec<Failure> {
    let mut failures = Vec::new();
    if let Err(failure) = cloud.delete_change_set(&made.ids.id) {
        failures.push(about(failure, "the change set that is of no use could not be deleted"));
    }
    if made.stack_is_ours
        && let Err(failure) = delete_stack(cloud, &made.ids.stack_id)
    {
        failures.push(about(failure, "the stack without resources that its change set made could not be deleted"));
    }
    failures
}

/// Delete it only while nothing but change sets was made: someone else may have started to create it meanwhile.
fn delete_stack(cloud: &dyn Cloud, id: &str) -> Result<(), Failure> {
    match find(cloud, id)? {
        Some(present) if present.stack.stack_status == "REVIEW_IN_PROGRESS" => {
            cloud.delete(&json!({ "StackName": id }))
        }
        _ => Ok(()),
    }
}

fn about(failure: Failure, what: &str) -> Failure {
    Failure { message: format!("{what}: {}", failure.message), ..failure }
}
