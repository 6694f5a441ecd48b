//! What can be done with a stack in each of its states (User Guide, "Stack status codes").

use formwork_plugin::{Failure, FailureKind};

/// What a stack's status means for someone who wants to deploy to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// There is no stack any more.
    Gone,
    /// There is nothing but a change set that was never executed: the stack is still to be made.
    Reviewed,
    /// It can be updated.
    Live,
    /// An operation is under way.
    Busy,
    /// All that can be done is to delete it.
    Dead,
    /// An update failed and so did its rollback, which can be continued.
    Stuck,
    /// None of these, or a status that is not known here.
    Other,
}

/// What a status means. Statuses are an open set: whatever ends in `_IN_PROGRESS` is under way.
pub(crate) fn standing(status: &str) -> Standing {
    match status {
        "DELETE_COMPLETE" => Standing::Gone,
        "REVIEW_IN_PROGRESS" => Standing::Reviewed,
        "CREATE_COMPLETE"
        | "UPDATE_COMPLETE"
        | "UPDATE_ROLLBACK_COMPLETE"
        | "IMPORT_COMPLETE"
        | "IMPORT_ROLLBACK_COMPLETE" => Standing::Live,
        // Rollback was disabled, and the next update goes on from here.
        "CREATE_FAILED" | "UPDATE_FAILED" => Standing::Live,
        "ROLLBACK_COMPLETE" | "ROLLBACK_FAILED" | "DELETE_FAILED" => Standing::Dead,
        "UPDATE_ROLLBACK_FAILED" => Standing::Stuck,
        other if other.ends_with("_IN_PROGRESS") => Standing::Busy,
        _ => Standing::Other,
    }
}

/// Whether this is how a change that failed ends.
pub(crate) fn is_failed_end(status: &str) -> bool {
    status.ends_with("_FAILED") || status.contains("ROLLBACK") || status.starts_with("DELETE")
}

/// Why a stack in this state cannot be deployed to, and what to do about it.
pub(crate) fn refusal(name: &str, status: &str, reason: Option<&str>) -> Failure {
    let (what, hint) = match (standing(status), status) {
        (Standing::Busy, _) => (
            under_way(status),
            format!("Add `--wait` to wait for its end; `formwork stack watch {name}` shows how it goes."),
        ),
        (Standing::Stuck, _) => (
            "an update failed, and so did its rollback".to_owned(),
            format!("`formwork stack recover {name}` shows what blocks the rollback and continues it."),
        ),
        (Standing::Dead, _) => {
            let what = match status {
                "ROLLBACK_COMPLETE" => "its creation failed and was rolled back, so that there is nothing to update",
                "ROLLBACK_FAILED" => "its creation failed, and so did the rollback, so that some resources may be left",
                _ => "its deletion failed, so that only a part of it is left",
            };
            (what.to_owned(), "Add `--replace-failed` to delete the stack and make it anew.".to_owned())
        }
        (_, "IMPORT_ROLLBACK_FAILED") => (
            "an import failed, and so did its rollback".to_owned(),
            format!("`formwork stack events {name}` shows why; the stack can be deleted with its resources retained."),
        ),
        _ => (
            "this version of Formwork does not know what can be done then".to_owned(),
            format!("`formwork stack events {name}` shows what happened."),
        ),
    };
    let reason = reason.map(|reason| format!(" ({reason})")).unwrap_or_default();
    Failure::new(FailureKind::Conflict, format!("the stack `{name}` is in {status}: {what}{reason}")).with_hint(hint)
}

fn under_way(status: &str) -> String {
    let operation = [
        // The longer name first: each begins with the next.
        ("UPDATE_COMPLETE_CLEANUP", "what an update replaced is being removed"),
        ("UPDATE_ROLLBACK_COMPLETE_CLEANUP", "what an update made is being removed"),
        ("UPDATE_ROLLBACK", "an update is being rolled back"),
        ("UPDATE", "an update is under way"),
        ("CREATE", "its creation is under way"),
        ("ROLLBACK", "its creation is being rolled back"),
        ("DELETE", "its deletion is under way"),
        ("IMPORT_ROLLBACK", "an import is being rolled back"),
        ("IMPORT", "an import is under way"),
    ];
    let found = operation.iter().find(|(prefix, _)| status.starts_with(prefix));
    found.map_or("an operation is under way", |(_, text)| text).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_has_its_place() {
        use Standing::{Busy, Dead, Gone, Live, Other, Reviewed, Stuck};
        let table = [
            ("CREATE_COMPLETE", Live),
            ("CREATE_FAILED", Live),
            ("CREATE_IN_PROGRESS", Busy),
            ("DELETE_COMPLETE", Gone),
            ("DELETE_FAILED", Dead),
            ("DELETE_IN_PROGRESS", Busy),
            ("IMPORT_COMPLETE", Live),
            ("IMPORT_IN_PROGRESS", Busy),
            ("IMPORT_ROLLBACK_COMPLETE", Live),
            ("IMPORT_ROLLBACK_FAILED", Other),
            ("IMPORT_ROLLBACK_IN_PROGRESS", Busy),
            ("REVIEW_IN_PROGRESS", Reviewed),
            ("ROLLBACK_COMPLETE", Dead),
            ("ROLLBACK_FAILED", Dead),
            ("ROLLBACK_IN_PROGRESS", Busy),
            ("UPDATE_COMPLETE", Live),
            ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", Busy),
            ("UPDATE_FAILED", Live),
            ("UPDATE_IN_PROGRESS", Busy),
            ("UPDATE_ROLLBACK_COMPLETE", Live),
            ("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", Busy),
            ("UPDATE_ROLLBACK_FAILED", Stuck),
            ("UPDATE_ROLLBACK_IN_PROGRESS", Busy),
            ("REFACTOR_IN_PROGRESS", Busy),
            ("SOMETHING_NEW", Other),
            ("", Other),
        ];
        for (status, expected) in table {
            assert_eq!(standing(status), expected, "{status}");
        }
    }

    #[test]
    fn a_refusal_says_what_is_the_matter_and_what_to_do() {
        let table = [
            ("UPDATE_IN_PROGRESS", "an update is under way", "--wait"),
            ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "is being removed", "stack watch web"),
            ("UPDATE_ROLLBACK_IN_PROGRESS", "rolled back", "--wait"),
            ("CREATE_IN_PROGRESS", "creation is under way", "--wait"),
            ("ROLLBACK_IN_PROGRESS", "creation is being rolled back", "--wait"),
            ("DELETE_IN_PROGRESS", "deletion is under way", "--wait"),
            ("IMPORT_IN_PROGRESS", "an import is under way", "--wait"),
            ("REFACTOR_IN_PROGRESS", "an operation is under way", "--wait"),
            ("ROLLBACK_COMPLETE", "rolled back", "--replace-failed"),
            ("ROLLBACK_FAILED", "so did the rollback", "--replace-failed"),
            ("DELETE_FAILED", "deletion failed", "--replace-failed"),
            ("UPDATE_ROLLBACK_FAILED", "so did its rollback", "stack recover web"),
            ("IMPORT_ROLLBACK_FAILED", "an import failed", "stack events web"),
            ("SOMETHING_NEW", "does not know", "stack events web"),
        ];
        for (status, what, hint) in table {
            let failure = refusal("web", status, Some("because"));
            assert!(failure.message.contains(status), "{}", failure.message);
            assert!(failure.message.contains(what) && failure.message.ends_with("(because)"), "{}", failure.message);
            assert!(failure.hint.as_deref().unwrap().contains(hint), "{:?}", failure.hint);
            assert!(matches!(failure.kind, FailureKind::Conflict));
        }
    }
}
