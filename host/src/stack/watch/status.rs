//! What each status of a stack means, and what a person can do about it.
//!
//! The statuses are those of the API (API reference, Stack, `StackStatus`; User Guide, "Stack status codes").

/// What kind of status it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// CloudFormation is at work.
    InProgress,
    /// At rest, and ready for the next update.
    Done,
    /// At rest, and no ordinary update is possible before a person does something: recover, replace, or delete it.
    Failed,
    /// The stack does not exist any more.
    Gone,
}

/// A status in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// What it means, a lower-case fragment.
    pub what: &'static str,
    /// What to do, one sentence; `NAME` stands for the stack's name. None where there is nothing to do.
    pub todo: Option<&'static str>,
}

impl Explanation {
    /// What to do, with the stack's name in it.
    #[must_use]
    pub fn todo_for(&self, name: &str) -> Option<String> {
        self.todo.map(|todo| todo.replace("NAME", name))
    }
}

/// The kind of a status. One that is not known is judged by its ending; without a known ending it needs a person.
#[must_use]
pub fn state(status: &str) -> State {
    match status {
        // Nothing is at work: a change set waits to be executed or deleted.
        "REVIEW_IN_PROGRESS" => State::Failed,
        // What is left of a stack that could not be created: it can only be deleted.
        "ROLLBACK_COMPLETE" => State::Failed,
        "DELETE_COMPLETE" => State::Gone,
        _ if status.ends_with("_IN_PROGRESS") => State::InProgress,
        _ if status.ends_with("_COMPLETE") => State::Done,
        _ => State::Failed,
    }
}

/// A status in words.
#[must_use]
pub fn explain(status: &str) -> Explanation {
    let (what, todo) = match status {
        "REVIEW_IN_PROGRESS" => (
            "only change sets were made for it so far; it has no resources",
            Some("Deploy it with `formwork deploy NAME`, or remove it with `formwork stack delete NAME`."),
        ),
        "CREATE_IN_PROGRESS" => ("it is being created", WATCH),
        "CREATE_FAILED" => (
            "it could not be created, and what was made is kept because rollback was disabled",
            Some(
                "Deploy a corrected template, take it back with `formwork stack recover NAME`, or replace it with \
                 `formwork deploy NAME --replace-failed`.",
            ),
        ),
        "CREATE_COMPLETE" => ("it was created", None),
        "ROLLBACK_IN_PROGRESS" => ("it could not be created, and what was made is being deleted again", WATCH),
        "ROLLBACK_FAILED" => (
            "it could not be created, and some of what was made could not be deleted again",
            Some(
                "Delete it with `formwork stack delete NAME` (`--retain` leaves resources behind), or replace it with \
                 `formwork deploy NAME --replace-failed`.",
            ),
        ),
        "ROLLBACK_COMPLETE" => (
            "it could not be created, and what was made is deleted again; it cannot be updated",
            Some(
                "Replace it with `formwork deploy NAME --replace-failed`, or delete it with `formwork stack delete \
                 NAME`.",
            ),
        ),
        "DELETE_IN_PROGRESS" => ("it is being deleted", WATCH),
        "DELETE_FAILED" => (
            "some of its resources could not be deleted",
            Some(
                "Remove what blocks it and delete it again, or leave those resources behind with `formwork stack \
                 delete NAME --retain LOGICAL_ID`.",
            ),
        ),
        "DELETE_COMPLETE" => ("it was deleted", None),
        "UPDATE_IN_PROGRESS" => ("it is being updated", WATCH_OR_CANCEL),
        "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS" => ("it was updated, and what was replaced is being deleted", WATCH),
        "UPDATE_COMPLETE" => ("it was updated", None),
        "UPDATE_FAILED" => (
            "it could not be updated, and it stays half way because rollback was disabled",
            Some("Deploy a corrected template, or take it back with `formwork stack recover NAME`."),
        ),
        "UPDATE_ROLLBACK_IN_PROGRESS" => ("it could not be updated, and it is being taken back to what it was", WATCH),
        "UPDATE_ROLLBACK_FAILED" => (
            "it could not be updated, and it could not be taken back to what it was",
            Some("Find out what blocks it and go on with `formwork stack recover NAME`."),
        ),
        "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS" => {
            ("it was taken back to what it was, and what the update had made is being deleted", WATCH)
        }
        "UPDATE_ROLLBACK_COMPLETE" => (
            "its last update failed or was cancelled, and it is what it was before",
            Some("Deploy a corrected template."),
        ),
        "IMPORT_IN_PROGRESS" => ("resources are being imported into it", WATCH),
        "IMPORT_COMPLETE" => ("resources were imported into it", None),
        "IMPORT_ROLLBACK_IN_PROGRESS" => {
            ("resources could not be imported, and it is being taken back to what it was", WATCH)
        }
        "IMPORT_ROLLBACK_FAILED" => (
            "resources could not be imported, and it could not be taken back to what it was",
            Some(
                "Look at its events with `formwork stack events NAME`, put right what failed, and import again or \
                 delete it with `formwork stack delete NAME --retain LOGICAL_ID`.",
            ),
        ),
        "IMPORT_ROLLBACK_COMPLETE" => (
            "resources could not be imported, and it is what it was before",
            Some("Correct the template or the identifiers, and import again."),
        ),
        _ => match state(status) {
            State::InProgress => ("CloudFormation is at work on it; this version does not know the status", WATCH),
            State::Done | State::Gone => ("it is at rest; this version does not know the status", None),
            State::Failed => (
                "something failed; this version does not know the status",
                Some("Look at its events with `formwork stack events NAME`."),
            ),
        },
    };
    Explanation { what, todo }
}

const WATCH: Option<&str> = Some("Wait; `formwork stack watch NAME` shows how far it is.");

const WATCH_OR_CANCEL: Option<&str> =
    Some("Wait (`formwork stack watch NAME` shows how far it is), or cancel it with `formwork stack cancel NAME`.");

#[cfg(test)]
mod tests {
    use super::*;

    /// All that the API has (its model, `StackStatus`), with what they are.
    const ALL: [(&str, State); 23] = [
        ("CREATE_COMPLETE", State::Done),
        ("CREATE_FAILED", State::Failed),
        ("CREATE_IN_PROGRESS", State::InProgress),
        ("DELETE_COMPLETE", State::Gone),
        ("DELETE_FAILED", State::Failed),
        ("DELETE_IN_PROGRESS", State::InProgress),
        ("IMPORT_COMPLETE", State::Done),
        ("IMPORT_IN_PROGRESS", State::InProgress),
        ("IMPORT_ROLLBACK_COMPLETE", State::Done),
        ("IMPORT_ROLLBACK_FAILED", State::Failed),
        ("IMPORT_ROLLBACK_IN_PROGRESS", State::InProgress),
        ("REVIEW_IN_PROGRESS", State::Failed),
        ("ROLLBACK_COMPLETE", State::Failed),
        ("ROLLBACK_FAILED", State::Failed),
        ("ROLLBACK_IN_PROGRESS", State::InProgress),
        ("UPDATE_COMPLETE", State::Done),
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", State::InProgress),
        ("UPDATE_FAILED", State::Failed),
        ("UPDATE_IN_PROGRESS", State::InProgress),
        ("UPDATE_ROLLBACK_COMPLETE", State::Done),
        ("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", State::InProgress),
        ("UPDATE_ROLLBACK_FAILED", State::Failed),
        ("UPDATE_ROLLBACK_IN_PROGRESS", State::InProgress),
    ];

    #[test]
    fn every_status_has_a_state_and_words_of_its_own() {
        let mut words = std::collections::BTreeSet::new();
        for (status, expected) in ALL {
            assert_eq!(state(status), expected, "{status}");
            let explanation = explain(status);
            assert!(words.insert(explanation.what), "{status} shares its words with another");
            assert!(!explanation.what.contains("does not know"), "{status}");
            assert!(!explanation.what.ends_with('.'), "{status}");
            assert!(explanation.todo.is_none_or(|todo| todo.ends_with('.')), "{status}");
            // What cannot go on by itself says what to do.
            assert!(expected != State::Failed || explanation.todo.is_some(), "{status}");
        }
    }

    #[test]
    fn recovery_names_the_command_and_the_stack() {
        let todo = explain("UPDATE_ROLLBACK_FAILED").todo_for("web-prod").unwrap();
        assert!(todo.contains("`formwork stack recover web-prod`"), "{todo}");
        let todo = explain("ROLLBACK_COMPLETE").todo_for("web").unwrap();
        assert!(todo.contains("--replace-failed") && !todo.contains("NAME"), "{todo}");
        assert_eq!(explain("UPDATE_COMPLETE").todo_for("web"), None);
    }

    #[test]
    fn unknown_statuses_are_judged_by_their_ending() {
        assert_eq!(state("REFACTOR_IN_PROGRESS"), State::InProgress);
        assert_eq!(state("REFACTOR_COMPLETE"), State::Done);
        assert_eq!(state("REFACTOR_FAILED"), State::Failed);
        assert_eq!(state("PAUSED"), State::Failed);
        assert_eq!(state(""), State::Failed);
        for status in ["REFACTOR_IN_PROGRESS", "REFACTOR_COMPLETE", "REFACTOR_FAILED", "PAUSED"] {
            assert!(explain(status).what.contains("does not know the status"), "{status}");
        }
    }
}
