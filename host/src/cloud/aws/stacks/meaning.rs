//! What CloudFormation's errors mean. `ValidationError` is its word for almost everything, so the text decides.

use std::borrow::Cow;

use crate::cloud::{Failure, FailureKind};

/// The kind of an error of CloudFormation, and what to do about it; none where the code says it as it does for every
/// service. Source: API Reference, "Errors" of each action and "Common errors"; texts as the service gives them.
pub(in super::super) fn meaning(code: &str, message: &str) -> Option<(FailureKind, Option<String>)> {
    use FailureKind::{AccessDenied, Conflict, InvalidInput, NotFound, Other, Unsupported};
    let says = |text| message.contains(text);
    Some(match code {
        "InsufficientCapabilitiesException" | "InsufficientCapabilities" => (InvalidInput, Some(capabilities(message))),
        // Of other services, this is a throttle; here it is a quota.
        "LimitExceededException" => (
            Other,
            Some(
                "A quota of CloudFormation in this account and region is reached: Service Quotas shows it.".to_owned(),
            ),
        ),
        "InvalidChangeSetStatus" | "InvalidChangeSetStatusException" => (
            Conflict,
            Some("The change set is not ready, is executed already, or is obsolete: make a new plan.".to_owned()),
        ),
        // An endpoint that is not AWS, as a rule.
        "InvalidAction" => (Unsupported, None),
        "OperationInProgressException" => (Conflict, Some(WAIT.to_owned())),
        "ValidationError" if says("S3 error: Access Denied") => (
            AccessDenied,
            Some(
                "CloudFormation reads the template with the credentials in use: allow `s3:GetObject` on it.".to_owned(),
            ),
        ),
        "ValidationError" if says("S3 error") => (InvalidInput, None),
        // Not "parameter value … for parameter name … does not exist".
        "ValidationError" if message.starts_with("Stack") && says("does not exist") => {
            (NotFound, Some("Check the name and the region: `formwork stack list` shows what there is.".to_owned()))
        }
        "ValidationError" if says("already exists") => (Conflict, None),
        "ValidationError" if says("_IN_PROGRESS") => (Conflict, Some(WAIT.to_owned())),
        "ValidationError" if says(" is in ") && says(" state") => (Conflict, None),
        "ValidationError" if says("cannot be called from current stack status") => (Conflict, None),
        "ValidationError" if says("TerminationProtection is enabled") => (
            Conflict,
            Some("Turn termination protection off first, with `formwork stack protect NAME --off`.".to_owned()),
        ),
        _ => return None,
    })
}

/// The text without what was sent, where CloudFormation quotes a field that can hold a secret or a whole template:
/// "1 validation error detected: Value '…' at 'parameters.1.member.parameterValue' failed to satisfy constraint: …".
pub(in super::super) fn without_values(message: &str) -> Cow<'_, str> {
    let quoted = message.split_once("Value '").and_then(|(before, rest)| Some((before, rest.rsplit_once("' at '")?)));
    match quoted {
        // To the last quotation: a value can look like one.
        Some((before, (value, path))) if value.len() > 200 || QUOTED.iter().any(|field| message.contains(field)) => {
            Cow::Owned(format!("{before}Value at '{path}"))
        }
        _ => Cow::Borrowed(message),
    }
}

/// What comes before the name of a field that is not shown.
const QUOTED: [&str; 3] = ["' at 'parameters", "' at 'templateBody", "' at 'stackPolicyBody"];

const WAIT: &str = "Wait until the operation that is under way is done, then try again.";

/// Whether CloudFormation refused ListImports because there is nothing to list.
pub(super) fn is_not_imported(failure: &Failure) -> bool {
    failure.code.as_deref() == Some("ValidationError") && failure.message.contains("is not imported by any stack")
}

/// "Requires capabilities : [CAPABILITY_NAMED_IAM]".
fn capabilities(message: &str) -> String {
    let listed = message.split_once('[').and_then(|(_, rest)| rest.split_once(']'));
    let names = listed.map(|(names, _)| names.split(',').map(str::trim).filter(|name| !name.is_empty()));
    let options: Vec<String> = names.into_iter().flatten().map(|name| format!("`--capability {name}`")).collect();
    match options.as_slice() {
        [] => "Acknowledge what the template needs with `--capability`.".to_owned(),
        options => format!("Acknowledge what the template needs with {}.", options.join(" ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(code: &str, message: &str) -> Option<FailureKind> {
        meaning(code, message).map(|(kind, _)| kind)
    }

    #[test]
    fn a_validation_error_is_told_apart_by_its_text() {
        let cases = [
            ("Stack with id web does not exist", Some(FailureKind::NotFound)),
            ("Stack [web] does not exist", Some(FailureKind::NotFound)),
            ("S3 error: The specified bucket does not exist", Some(FailureKind::InvalidInput)),
            ("S3 error: Access Denied\nFor more information check …", Some(FailureKind::AccessDenied)),
            (
                "Stack:arn:aws:cloudformation:eu-west-1:123456789012:stack/web/1 is in UPDATE_IN_PROGRESS state and can not be updated.",
                Some(FailureKind::Conflict),
            ),
            (
                "Stack:arn:aws:cloudformation:eu-west-1:123456789012:stack/web/1 is in ROLLBACK_COMPLETE state and can not be updated.",
                Some(FailureKind::Conflict),
            ),
            ("CancelUpdateStack cannot be called from current stack status", Some(FailureKind::Conflict)),
            ("Stack [web] cannot be deleted while TerminationProtection is enabled", Some(FailureKind::Conflict)),
            (
                "Stack [web] already exists and cannot be created again with the changeSet [x].",
                Some(FailureKind::Conflict),
            ),
            ("Parameter validation failed: parameter value sg-1 for parameter name Group does not exist", None),
            ("Parameters: [Old] do not exist in the template", None),
            ("Template format error: unsupported structure.", None),
            ("Parameters: [Size] must have values", None),
            ("", None),
        ];
        for (message, expected) in cases {
            assert_eq!(kind("ValidationError", message), expected, "{message}");
        }
    }

    #[test]
    fn codes_of_their_own_have_their_kind() {
        assert_eq!(kind("LimitExceededException", "stack limit"), Some(FailureKind::Other));
        assert_eq!(kind("InvalidChangeSetStatus", "…"), Some(FailureKind::Conflict));
        assert_eq!(kind("OperationInProgressException", "…"), Some(FailureKind::Conflict));
        assert_eq!(kind("InvalidAction", "Unknown action: GetHookResult"), Some(FailureKind::Unsupported));
        assert_eq!(kind("Throttling", "Rate exceeded"), None, "the rule of all services");
        assert_eq!(kind("ChangeSetNotFound", "…"), None, "the rule of all services");
    }

    #[test]
    fn the_hint_names_the_capabilities() {
        let hint = |message| meaning("InsufficientCapabilitiesException", message).unwrap().1.unwrap();
        assert_eq!(
            hint("Requires capabilities : [CAPABILITY_NAMED_IAM, CAPABILITY_AUTO_EXPAND]"),
            "Acknowledge what the template needs with `--capability CAPABILITY_NAMED_IAM` `--capability CAPABILITY_AUTO_EXPAND`."
        );
        assert_eq!(hint("no list"), "Acknowledge what the template needs with `--capability`.");
        assert_eq!(hint("an open [list"), "Acknowledge what the template needs with `--capability`.");
    }

    #[test]
    fn values_that_were_sent_are_not_shown() {
        let at = |value: &str, field: &str| {
            format!("1 validation error detected: Value '{value}' at '{field}' failed to satisfy constraint: too long")
        };
        for field in ["parameters.1.member.parameterValue", "templateBody"] {
            for value in ["s3cr3t", "a' at 's3cr3t", "Value 's3cr3t"] {
                let shown = without_values(&at(value, field)).into_owned();
                assert_eq!(
                    shown,
                    format!("1 validation error detected: Value at '{field}' failed to satisfy constraint: too long")
                );
            }
        }
        let two =
            format!("{}; Value 'bad name' at 'stackName' failed", at("s3cr3t", "parameters.2.member.parameterValue"));
        assert!(!without_values(&two).contains("s3cr3t"));
        assert_eq!(without_values(&at("bad name", "stackName")), at("bad name", "stackName"));
        assert!(!without_values(&at(&"x".repeat(60_000), "description")).contains("xxx"));
        assert_eq!(without_values("Value 'open"), "Value 'open");
    }

    #[test]
    fn that_nobody_imports_is_no_failure() {
        let failure = |message: &str| Failure::new(FailureKind::InvalidInput, message).with_code("ValidationError");
        assert!(is_not_imported(&failure(
            "cloudformation:ListImports failed: Export 'a' is not imported by any stack"
        )));
        assert!(!is_not_imported(&failure("cloudformation:ListImports failed: something else")));
        assert!(!is_not_imported(&Failure::new(FailureKind::Other, "Export 'a' is not imported by any stack")));
    }
}
