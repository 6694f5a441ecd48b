//! Why a change set failed.

use std::collections::BTreeSet;

use formwork_plugin::deployer::Problem;
use formwork_plugin::host::stacks::EventsOf;
use formwork_plugin::{Failure, FailureKind};

use crate::cloud::Cloud;
use crate::hints::{hint, hinted};
use crate::model::{ChangeSet, HookResult, OperationEvent, problem, read, said};

/// Whether this is how CloudFormation says that a change set would change nothing. There is no code for it.
pub(crate) fn is_without_changes(reason: Option<&str>) -> bool {
    let reason = reason.unwrap_or_default().trim().to_lowercase().replace('\u{2019}', "'");
    ["didn't contain changes", "did not contain changes", "no updates are to be performed"]
        .iter()
        .any(|text| reason.contains(text))
        || reason.starts_with("there are no changes")
}

/// All that CloudFormation says of a change set that failed: its own reason, what failed in it, and the same of the
/// change sets of nested stacks. Never empty.
pub(crate) fn reasons(cloud: &dyn Cloud, id: &str, change_set: &ChangeSet) -> Vec<Problem> {
    let mut found = Found { cloud, errors: Vec::new(), warnings: Vec::new(), unread: None };
    found.of(id, change_set, "");
    let Found { mut errors, warnings, unread, .. } = found;
    if errors.is_empty() {
        errors = warnings;
    }
    match unread {
        Some(failure) if errors.is_empty() => errors.push(problem(hinted(failure))),
        Some(failure) => {
            // The reason itself often only says where to look.
            if let Some(first) = errors.first_mut().filter(|first| first.failure.hint.is_none()) {
                first.failure.hint = Some(format!("What failed in detail could not be read: {}.", failure.message));
            }
        }
        None if errors.is_empty() => errors.push(problem(Failure::new(
            FailureKind::Other,
            "the change set failed, and CloudFormation does not say why",
        ))),
        None => {}
    }
    let mut seen = BTreeSet::new();
    errors.retain(|p| seen.insert((p.logical_id.clone(), p.path.clone(), p.failure.message.clone())));
    errors
}

struct Found<'a> {
    cloud: &'a dyn Cloud,
    errors: Vec<Problem>,
    /// What would not have stopped the change set.
    warnings: Vec<Problem>,
    /// Why the events of the first change set that has none to read could not be read.
    unread: Option<Failure>,
}

impl Found<'_> {
    /// `prefix` is the path of nested stacks with a dot behind it, empty for the outermost.
    fn of(&mut self, id: &str, change_set: &ChangeSet, prefix: &str) {
        if let Some(reason) = said(change_set.status_reason.as_deref()) {
            let failure = Failure {
                hint: hint("", reason),
                ..Failure::new(FailureKind::Other, format!("the change set failed: {reason}"))
            };
            let logical_id = prefix.strip_suffix('.').map(str::to_owned);
            self.errors.push(Problem { failure, logical_id, path: None });
        }
        let events = self.cloud.failed_events(&EventsOf::ChangeSet(id.to_owned()));
        match events.and_then(|events| read::<Vec<OperationEvent>>("DescribeEvents", &events)) {
            Ok(events) => events.iter().for_each(|event| self.event(event, prefix)),
            Err(failure) => {
                self.unread.get_or_insert(failure);
            }
        }
        for (name, nested) in &change_set.nested {
            // A nested stack without changes has a change set that failed, and is no reason for anything.
            if nested.status == "FAILED" && !is_without_changes(nested.status_reason.as_deref()) {
                self.of(&nested.change_set_id, nested, &format!("{prefix}{name}."));
            }
        }
    }

    fn event(&mut self, event: &OperationEvent, prefix: &str) {
        let logical_id = event.logical_resource_id.as_ref().map(|id| format!("{prefix}{id}"));
        match event.event_type.as_str() {
            "VALIDATION_ERROR" => {
                let name = event.validation_name.as_deref().unwrap_or("a validation");
                let message = match said(event.validation_status_reason.as_deref()) {
                    Some(reason) => reason.to_owned(),
                    None => format!("{name} failed"),
                };
                let failure =
                    Failure { code: event.validation_name.clone(), ..Failure::new(FailureKind::InvalidInput, message) };
                let problem = Problem { failure: hinted(failure), logical_id, path: event.validation_path.clone() };
                self.put(problem, event.validation_failure_mode.as_deref());
            }
            "HOOK_INVOCATION_ERROR" => self.hook(event, logical_id),
            _ => {
                let status = event.resource_status.as_deref().unwrap_or(&event.event_type);
                let message = match said(event.resource_status_reason.as_deref()) {
                    Some(reason) => reason.to_owned(),
                    None => format!("CloudFormation reports {status} and no reason"),
                };
                let failure =
                    Failure { code: event.resource_status.clone(), ..Failure::new(FailureKind::Other, message) };
                self.put(Problem { failure: hinted(failure), logical_id, path: None }, None);
            }
        }
    }

    /// What a hook said, and each of its controls that failed.
    fn hook(&mut self, event: &OperationEvent, logical_id: Option<String>) {
        let mode = event.hook_failure_mode.as_deref();
        let hook = event.hook_type.as_deref().unwrap_or("of an unknown type");
        // Without the result, what the event says has to do.
        let result: HookResult = event
            .hook_invocation_id
            .as_deref()
            .and_then(|id| self.cloud.hook_result(id).ok())
            .and_then(|result| read("GetHookResult", &result).ok())
            .unwrap_or_default();
        let reason = said(event.hook_status_reason.as_deref())
            .or(said(result.hook_status_reason.as_deref()))
            .map(|reason| format!(": {reason}"));
        let refused = format!("the hook `{hook}` refused it{}", reason.unwrap_or_default());
        let failure = Failure::new(FailureKind::AccessDenied, refused);
        self.put(Problem { failure, logical_id: logical_id.clone(), path: None }, mode);
        for annotation in result.annotations.iter().filter(|annotation| annotation.status.as_deref() == Some("FAILED"))
        {
            let control = annotation.annotation_name.as_deref().unwrap_or(hook);
            let message = said(annotation.status_message.as_deref()).unwrap_or("failed");
            let failure = Failure {
                hint: said(annotation.remediation_message.as_deref()).map(|text| format!("{text}.")),
                ..Failure::new(FailureKind::AccessDenied, format!("{control}: {message}"))
            };
            self.put(Problem { failure, logical_id: logical_id.clone(), path: None }, mode);
        }
    }

    fn put(&mut self, problem: Problem, mode: Option<&str>) {
        let list = if mode == Some("WARN") { &mut self.warnings } else { &mut self.errors };
        list.push(problem);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_how_nothing_to_do_is_said() {
        for reason in [
            "The submitted information didn't contain changes. Submit different information to create a change set.",
            "The submitted information didn\u{2019}t contain changes.",
            "No updates are to be performed.",
            "NO UPDATES ARE TO BE PERFORMED",
            " There are no changes to deploy",
            "The submitted information did not contain changes",
        ] {
            assert!(is_without_changes(Some(reason)), "{reason}");
        }
        for reason in ["", "Parameters: [A] must have values", "the hook says that there are no changes allowed"] {
            assert!(!is_without_changes(Some(reason)), "{reason}");
        }
        assert!(!is_without_changes(None));
    }
}
