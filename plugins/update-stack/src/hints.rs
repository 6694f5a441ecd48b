//! What to do about failures that are known by their code or by what CloudFormation says.

use formwork_plugin::Failure;

/// The same failure with a hint, where the case is known and the host gave none.
pub(crate) fn hinted(mut failure: Failure) -> Failure {
    if failure.hint.is_none() {
        failure.hint = hint(failure.code.as_deref().unwrap_or_default(), &failure.message);
    }
    failure
}

/// One sentence on what to do, for a code of the service (empty where there is none) and what it says.
pub(crate) fn hint(code: &str, message: &str) -> Option<String> {
    let lower = message.to_lowercase();
    let says = |text: &str| lower.contains(text);
    let hint = match code.strip_suffix("Exception").unwrap_or(code) {
        "InsufficientCapabilities" => capabilities(message),
        _ if says("requires capabilities") => capabilities(message),
        "AlreadyExists" => "Something of this name was made meanwhile: run it again.".into(),
        "LimitExceeded" => {
            "A quota of CloudFormation is reached: delete change sets or stacks that are no longer needed, or ask for \
             more in Service Quotas."
                .into()
        }
        "InvalidChangeSetStatus" | "ChangeSetNotFound" => {
            "The stack has changed since the plan was made, or the plan was applied already: plan again.".into()
        }
        _ if says("export") && says("as it is in use by") => {
            "Stacks import this export: change them first, or keep the export and its value.".into()
        }
        _ if says("no export named") => {
            "Deploy the stack that exports it first, to the same account and region.".into()
        }
        _ if says("must have values") => match bracketed(message) {
            Some(names) => {
                let name = names.split(',').next().unwrap_or_default().trim();
                format!("Give each a value with `--parameter {name}=VALUE`, or a default in the template.")
            }
            None => "Give each a value with `--parameter NAME=VALUE`, or a default in the template.".into(),
        },
        _ if says("do not exist in the template") => {
            "Leave these parameters out, or declare them in the template's `Parameters`.".into()
        }
        _ if says("cannot be assumed") || says("role is invalid") => {
            "The role must exist, trust `cloudformation.amazonaws.com`, and you need `iam:PassRole` for it.".into()
        }
        _ if says("cannot be executed during import") || says("are not being imported") => {
            "An import takes no other change: import first, and deploy the rest afterwards.".into()
        }
        _ if says("unable to fetch parameters") => {
            "These parameters are not in this account and region's Parameter Store, or are secure ones.".into()
        }
        _ if says("can not be updated") || says("cannot be updated") => {
            "Add `--wait` if an operation is under way; else look at the stack with `formwork stack show`.".into()
        }
        _ => return None,
    };
    Some(hint)
}

fn capabilities(message: &str) -> String {
    let names = bracketed(message).unwrap_or("CAPABILITY_NAMED_IAM");
    let flags: Vec<String> = names.split(',').map(|name| format!("--capability {}", name.trim())).collect();
    format!("The template makes IAM resources or has macros: if that is meant, add `{}`.", flags.join(" "))
}

/// What stands in the first brackets.
fn bracketed(message: &str) -> Option<&str> {
    let (_, rest) = message.split_once('[')?;
    let (inside, _) = rest.split_once(']')?;
    Some(inside.trim()).filter(|inside| !inside.is_empty())
}

#[cfg(test)]
mod tests {
    use formwork_plugin::FailureKind;

    use super::*;

    #[test]
    fn known_failures_have_a_hint() {
        let table = [
            (
                "InsufficientCapabilitiesException",
                "Requires capabilities : [CAPABILITY_NAMED_IAM, CAPABILITY_AUTO_EXPAND]",
                "`--capability CAPABILITY_NAMED_IAM --capability CAPABILITY_AUTO_EXPAND`",
            ),
            ("InsufficientCapabilities", "", "--capability CAPABILITY_NAMED_IAM"),
            ("", "Requires capabilities : [CAPABILITY_IAM]", "--capability CAPABILITY_IAM"),
            ("AlreadyExistsException", "ChangeSet x already exists", "run it again"),
            ("LimitExceededException", "ChangeSet limit exceeded", "quota"),
            ("InvalidChangeSetStatus", "in status OBSOLETE", "plan again"),
            ("ChangeSetNotFoundException", "", "plan again"),
            ("ValidationError", "Export net-Vpc cannot be deleted as it is in use by web", "import"),
            ("ValidationError", "Export net-Vpc cannot be updated as it is in use by web and db", "import"),
            ("ValidationError", "No export named net-Vpc found. Rollback requested by user.", "exports it first"),
            ("ValidationError", "Parameters: [Ami, Size] must have values", "`--parameter Ami=VALUE`"),
            ("ValidationError", "parameters must have values", "NAME=VALUE"),
            ("ValidationError", "Parameters: [X] do not exist in the template", "Leave"),
            ("ValidationError", "Role arn:aws:iam::1:role/x is invalid or cannot be assumed", "iam:PassRole"),
            (
                "",
                "You have modified resources [B] in your template that are not being imported. Update, create or \
                 delete operations cannot be executed during import operations.",
                "import first",
            ),
            ("ValidationError", "Unable to fetch parameters [/x] from parameter store for this account.", "Store"),
            ("ValidationError", "Stack:arn is in UPDATE_IN_PROGRESS state and can not be updated.", "--wait"),
        ];
        for (code, message, expected) in table {
            let hint = hint(code, message).unwrap_or_default();
            assert!(hint.contains(expected), "{message}: {hint}");
            assert!(hint.ends_with('.'), "{hint}");
        }
        assert_eq!(hint("ValidationError", "Template format error: unresolved"), None);
        assert_eq!(hint("", ""), None);
    }

    #[test]
    fn a_hint_of_the_host_stays() {
        let failure =
            Failure { code: Some("AlreadyExistsException".into()), ..Failure::new(FailureKind::Conflict, "x") };
        assert!(hinted(failure.clone()).hint.unwrap().contains("again"));
        assert_eq!(hinted(failure.with_hint("Mine.")).hint.as_deref(), Some("Mine."));
    }
}
