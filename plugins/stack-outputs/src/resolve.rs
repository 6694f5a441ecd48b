//! From references to the values of outputs and exports.

use std::collections::BTreeMap;

use formwork_plugin::resolver::Reference;
use formwork_plugin::{Failure, FailureKind, Resolution, Value};
use serde_json::Value as Json;

use crate::hint::instead;

/// What the resolver needs of CloudFormation.
pub trait Stacks {
    /// As `stacks.describe`: a Stack (API reference), JSON.
    ///
    /// # Errors
    /// Whatever the host answers; `not-found` when there is no such stack.
    fn describe(&self, stack: &str) -> Result<String, Failure>;

    /// As `stacks.exports`: a list of Export (API reference), JSON.
    ///
    /// # Errors
    /// Whatever the host answers.
    fn exports(&self) -> Result<String, Failure>;
}

/// Resolve references of the schemes `stack` and `export`; one result for each, in order. Each stack is described once,
/// and the exports are listed once, and only if one is asked for.
pub fn resolve(stacks: &dyn Stacks, references: &[Reference]) -> Vec<Result<Resolution, Failure>> {
    let mut described: BTreeMap<String, Result<Json, Failure>> = BTreeMap::new();
    let mut exports: Option<Result<Json, Failure>> = None;
    let mut one = |reference: &Reference| {
        if reference.scheme == "export" {
            let exports = exports.get_or_insert_with(|| read(stacks.exports()?, "the list of exports"));
            return export(exports.as_ref().map_err(Clone::clone)?, &reference.body);
        }
        let (name, output_name) = parts(&reference.body)?;
        let stack = described
            .entry(name.to_owned())
            .or_insert_with(|| read(stacks.describe(name).map_err(missing)?, &format!("the stack `{name}`")));
        output(stack.as_ref().map_err(Clone::clone)?, name, output_name)
    };
    references.iter().map(&mut one).collect()
}

fn read(answer: String, what: &str) -> Result<Json, Failure> {
    serde_json::from_str(&answer)
        .map_err(|error| Failure::new(FailureKind::Other, format!("the host's answer for {what} is no JSON: {error}")))
}

/// `NAME.OUTPUT`: outputs have letters and digits only (User Guide, "Outputs section structure for CloudFormation
/// templates"), so the last dot is the one.
fn parts(body: &str) -> Result<(&str, &str), Failure> {
    let invalid = |message: String, hint: &str| Err(Failure::new(FailureKind::InvalidInput, message).with_hint(hint));
    let shape = "Write `<<resolve:stack:NAME.OUTPUT>>`, for example `<<resolve:stack:network.VpcId>>`.";
    match body.rsplit_once('.') {
        None => invalid(format!("`{body}` names a stack and no output"), shape),
        Some(("", _)) => invalid(format!("`{body}` names an output and no stack"), shape),
        Some((_, "")) => invalid(format!("`{body}` names a stack and no output"), shape),
        Some((_, output)) if !output.chars().all(|c| c.is_ascii_alphanumeric()) => invalid(
            format!("`{output}` is not the name of an output"),
            "Such names have letters and digits only; to get an export, write `<<resolve:export:NAME>>`.",
        ),
        Some(parts) => Ok(parts),
    }
}

/// What to do when a stack is not there, where the host has no better advice.
fn missing(failure: Failure) -> Failure {
    if matches!(failure.kind, FailureKind::NotFound) && failure.hint.is_none() {
        return failure.with_hint("Deploy it first, or check the name, the account and the region.");
    }
    failure
}

fn output(stack: &Json, name: &str, output_name: &str) -> Result<Resolution, Failure> {
    let outputs = || list(stack.get("Outputs"));
    let found = outputs().find(|output| text(output, "OutputKey") == Some(output_name));
    if let Some(value) = found.and_then(|output| text(output, "OutputValue")) {
        let modified = text(stack, "LastUpdatedTime").or_else(|| text(stack, "CreationTime"));
        return Ok(resolution(value, modified, text(stack, "StackId")));
    }
    let names = outputs().filter_map(|output| text(output, "OutputKey"));
    let hint = instead("outputs", output_name, names).unwrap_or_else(|| match text(stack, "StackStatus") {
        Some(status) => format!("It has no outputs; its status is {status}."),
        None => "It has no outputs.".into(),
    });
    Err(Failure::new(FailureKind::NotFound, format!("the stack `{name}` has no output `{output_name}`"))
        .with_hint(hint))
}

fn export(exports: &Json, name: &str) -> Result<Resolution, Failure> {
    let found = list(Some(exports)).find(|export| text(export, "Name") == Some(name));
    if let Some((export, value)) = found.and_then(|export| Some((export, text(export, "Value")?))) {
        return Ok(resolution(value, None, text(export, "ExportingStackId")));
    }
    let names = list(Some(exports)).filter_map(|export| text(export, "Name"));
    let hint =
        instead("exports", name, names).unwrap_or_else(|| "There are no exports in this account and region.".into());
    Err(Failure::new(FailureKind::NotFound, format!("there is no export `{name}`")).with_hint(hint))
}

fn resolution(value: &str, modified: Option<&str>, stack_id: Option<&str>) -> Resolution {
    // arn:PARTITION:cloudformation:REGION:ACCOUNT:stack/NAME/ID
    let account = stack_id.and_then(|arn| arn.split(':').nth(4)).filter(|account| !account.is_empty());
    Resolution {
        value: Value::Text(value.to_owned()),
        version: None,
        modified: modified.map(str::to_owned),
        account: account.map(str::to_owned),
        volatile: true,
    }
}

fn list(value: Option<&Json>) -> impl Iterator<Item = &Json> {
    value.and_then(Json::as_array).into_iter().flatten()
}

fn text<'a>(value: &'a Json, member: &str) -> Option<&'a str> {
    value.get(member)?.as_str()
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use serde_json::json;

    use super::*;

    struct Fake {
        calls: RefCell<Vec<String>>,
    }

    impl Fake {
        fn new() -> Self {
            Self { calls: RefCell::default() }
        }
    }

    impl Stacks for Fake {
        fn describe(&self, stack: &str) -> Result<String, Failure> {
            self.calls.borrow_mut().push(stack.to_owned());
            let id = "arn:aws:cloudformation:eu-west-1:123456789012:stack/network/1f";
            let outputs = json!([
                { "OutputKey": "VpcId", "OutputValue": "vpc-1", "ExportName": "net:VpcId" },
                { "OutputKey": "Empty", "OutputValue": "" },
                { "OutputKey": "Text", "OutputValue": "Grüße 🌍 <<resolve:ssm:/x>>" },
            ]);
            let created = "2026-01-01T00:00:00Z";
            Ok(match stack {
                "network" | "team.network" => json!({
                    "StackId": id, "StackStatus": "UPDATE_COMPLETE", "Outputs": outputs, "CreationTime": created,
                    "LastUpdatedTime": "2026-02-02T00:00:00Z",
                }),
                "new" => json!({ "StackId": "odd", "StackStatus": "REVIEW_IN_PROGRESS", "CreationTime": created }),
                "broken" => return Ok("{".into()),
                "denied" => return Err(Failure::new(FailureKind::AccessDenied, "no").with_hint("Ask.")),
                _ => return Err(Failure::new(FailureKind::NotFound, format!("there is no stack `{stack}`"))),
            }
            .to_string())
        }

        fn exports(&self) -> Result<String, Failure> {
            self.calls.borrow_mut().push("exports".to_owned());
            let id = "arn:aws-cn:cloudformation:cn-north-1:210987654321:stack/network/1f";
            Ok(json!([
                { "ExportingStackId": id, "Name": "net:VpcId", "Value": "vpc-2" },
                { "Name": "Empty", "Value": "" },
            ])
            .to_string())
        }
    }

    fn reference(text: &str) -> Reference {
        let (scheme, body) = text.split_once(':').unwrap();
        Reference { scheme: scheme.into(), body: body.into() }
    }

    fn one(text: &str) -> Result<Resolution, Failure> {
        resolve(&Fake::new(), &[reference(text)]).remove(0)
    }

    fn value(text: &str) -> String {
        match one(text).unwrap().value {
            Value::Text(value) => value,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn asks_once_for_each_stack_and_once_for_all_exports() {
        let fake = Fake::new();
        let texts = [
            "stack:network.VpcId",
            "export:net:VpcId",
            "stack:gone.A",
            "stack:network.Empty",
            "export:Empty",
            "stack:gone.B",
            "export:nowhere",
            "stack:.x",
        ];
        let references: Vec<Reference> = texts.iter().map(|text| reference(text)).collect();
        let fine: Vec<bool> = resolve(&fake, &references).iter().map(Result::is_ok).collect();
        assert_eq!(fine, [true, true, false, true, true, false, false, false]);
        assert_eq!(*fake.calls.borrow(), ["network", "exports", "gone"]);
        assert!(resolve(&fake, &[]).is_empty());
        assert_eq!(fake.calls.borrow().len(), 3, "nothing is asked for nothing");
    }

    #[test]
    fn gives_values_as_they_are() {
        assert_eq!(value("stack:network.VpcId"), "vpc-1");
        assert_eq!(value("stack:team.network.VpcId"), "vpc-1");
        assert_eq!(value("stack:network.Empty"), "");
        assert_eq!(value("stack:network.Text"), "Grüße 🌍 <<resolve:ssm:/x>>");
        assert_eq!(value("export:net:VpcId"), "vpc-2");
        assert_eq!(value("export:Empty"), "");
    }

    #[test]
    fn says_where_values_come_from_and_never_pins_them() {
        let output = one("stack:network.VpcId").unwrap();
        assert_eq!(output.account.as_deref(), Some("123456789012"));
        assert_eq!((output.modified.as_deref(), output.version), (Some("2026-02-02T00:00:00Z"), None));
        let export = one("export:net:VpcId").unwrap();
        assert_eq!((export.account.as_deref(), export.modified), (Some("210987654321"), None));
        assert!(output.volatile && export.volatile);
        assert_eq!(one("export:Empty").unwrap().account, None);
    }

    /// The kind, the message and the hint.
    fn failure(text: &str) -> (FailureKind, String, String) {
        let failure = one(text).unwrap_err();
        (failure.kind, failure.message, failure.hint.unwrap_or_default())
    }

    #[test]
    fn says_what_there_is_instead() {
        for (text, message, hint) in [
            (
                "stack:network.VpcID",
                "the stack `network` has no output `VpcID`",
                "Did you mean `VpcId`? The outputs are `Empty`, `Text`, `VpcId`.",
            ),
            (
                "stack:new.A",
                "the stack `new` has no output `A`",
                "It has no outputs; its status is REVIEW_IN_PROGRESS.",
            ),
            (
                "stack:gone.A",
                "there is no stack `gone`",
                "Deploy it first, or check the name, the account and the region.",
            ),
            (
                "export:net:VpcIds",
                "there is no export `net:VpcIds`",
                "Did you mean `net:VpcId`? The exports are `Empty`, `net:VpcId`.",
            ),
        ] {
            let (kind, is, advice) = failure(text);
            assert!(matches!(kind, FailureKind::NotFound), "{text}");
            assert_eq!((is.as_str(), advice.as_str()), (message, hint));
        }
    }

    #[test]
    fn refuses_what_names_no_output() {
        for text in ["stack:network", "stack:", "stack:.A", "stack:network.", "stack:a.b-c", "stack:a.ä", "stack:."] {
            let fake = Fake::new();
            let failure = resolve(&fake, &[reference(text)]).remove(0).unwrap_err();
            assert!(matches!(failure.kind, FailureKind::InvalidInput) && failure.hint.is_some(), "{text}");
            assert!(fake.calls.borrow().is_empty(), "{text}");
        }
    }

    #[test]
    fn other_failures_stay_as_they_are() {
        let (kind, message, hint) = failure("stack:denied.A");
        assert!(matches!(kind, FailureKind::AccessDenied));
        assert_eq!((message.as_str(), hint.as_str()), ("no", "Ask."));
        let (kind, message, _) = failure("stack:broken.A");
        assert!(matches!(kind, FailureKind::Other) && message.contains("the stack `broken`"), "{message}");
    }
}
