//! What CloudFormation is asked, and what its answers mean. Shapes and names are those of its API Reference.

use std::collections::BTreeMap;

use formwork_plugin::deployer::{Deployment, TemplateSource};
use formwork_plugin::{Failure, FailureKind};
use serde_json::{Map, Value, json};

/// What this deployer can do besides the change itself; the rest is refused rather than left out.
const KNOWN: [&str; 3] = ["capabilities", "changeSetName", "tags"];

/// A stack that can be updated; none when it is still to be made.
pub fn live(stack: Option<&Value>) -> Option<&Value> {
    stack.filter(|stack| stack["StackStatus"] != "REVIEW_IN_PROGRESS")
}

/// The request for a change set (CreateChangeSet, as `wit/stacks.wit` has it). `live` is the stack that is updated.
///
/// # Errors
/// When the deployment asks for something that this deployer cannot do.
pub fn request(deployment: &Deployment, live: Option<&Value>) -> Result<Value, Failure> {
    let settings = map("settings", &deployment.settings)?;
    if let Some(unknown) = settings.keys().find(|name| !KNOWN.contains(&name.as_str())) {
        let message = format!("this deployer does not know `{unknown}`");
        return Err(Failure::new(FailureKind::Unsupported, message)
            .with_hint("Leave it out, or use the deployer that comes with Formwork."));
    }
    let given = map("parameters", &deployment.parameters)?;
    let mut parameters: Map<String, Value> =
        given.into_iter().map(|(name, value)| (name, json!({ "Value": value }))).collect();
    for name in listed(live, "Parameters", "ParameterKey").filter(|name| deployment.declared.contains(name)) {
        parameters.entry(name).or_insert("Previous".into());
    }
    let mut request = json!({
        "StackName": deployment.stack,
        "ChangeSetName": format!("freeze-{}", settings.get("changeSetName").and_then(Value::as_str).unwrap_or("change")),
        "ChangeSetType": if live.is_some() { "UPDATE" } else { "CREATE" },
        "Template": match &deployment.template {
            TemplateSource::Body(text) => json!({ "Body": text }),
            TemplateSource::Url(url) => json!({ "Url": url }),
            TemplateSource::Previous => json!({ "Previous": deployment.stack }),
        },
        "Parameters": parameters,
        "Capabilities": settings.get("capabilities").unwrap_or(&json!([])),
    });
    let tags = settings.get("tags").and_then(Value::as_object);
    if let (Some(tags), Some(members)) = (tags, request.as_object_mut()) {
        members.insert("Tags".into(), json!(merged(tags, live)));
    }
    Ok(request)
}

/// CloudFormation takes all tags or none: those of the stack that are not repeated would be lost.
fn merged(given: &Map<String, Value>, live: Option<&Value>) -> BTreeMap<String, Value> {
    let own = live.and_then(|stack| stack["Tags"].as_array()).into_iter().flatten();
    let own = own.filter_map(|tag| Some((tag["Key"].as_str()?.to_owned(), tag["Value"].clone())));
    let given = given.iter().map(|(key, value)| (key.clone(), value.clone()));
    own.filter(|(key, _)| !key.starts_with("aws:")).chain(given).collect()
}

fn listed(stack: Option<&Value>, list: &str, key: &str) -> impl Iterator<Item = String> {
    let items = stack.and_then(|stack| stack[list].as_array()).into_iter().flatten();
    items.filter_map(move |item| item[key].as_str().map(str::to_owned))
}

/// What became of a change set.
#[derive(Debug)]
pub enum Made {
    /// It can be executed.
    Changes,
    /// The stack is as the template says.
    Nothing,
    /// It cannot be executed.
    Failed(Failure),
}

/// What a ChangeSet (DescribeChangeSet) says.
pub fn made(change_set: &Value) -> Made {
    let reason = change_set["StatusReason"].as_str().unwrap_or("CloudFormation does not say why");
    // How it says that there is nothing to do: in words, and as a failure.
    let nothing = ["didn't contain changes", "No updates are to be performed"];
    match change_set["Status"].as_str() {
        Some("CREATE_COMPLETE") => Made::Changes,
        Some("FAILED") if nothing.iter().any(|words| reason.contains(words)) => Made::Nothing,
        _ => Made::Failed(Failure::new(FailureKind::InvalidInput, format!("the change set failed: {reason}"))),
    }
}

fn map(what: &str, text: &str) -> Result<Map<String, Value>, Failure> {
    serde_json::from_str(text).map_err(|_| {
        Failure::new(FailureKind::InvalidInput, format!("the {what} of the deployment are not a JSON map"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deployment(settings: Value) -> Deployment {
        Deployment {
            stack: "web".into(),
            template: TemplateSource::Body("Resources: {}".into()),
            parameters: r#"{"Size":"2"}"#.into(),
            declared: vec!["Size".into(), "Colour".into(), "New".into()],
            settings: settings.to_string(),
        }
    }

    #[test]
    fn what_is_not_given_stays() {
        let stack = json!({
            "StackStatus": "CREATE_COMPLETE",
            "Parameters": [{ "ParameterKey": "Colour" }, { "ParameterKey": "Size" }, { "ParameterKey": "Gone" }],
            "Tags": [{ "Key": "team", "Value": "a" }, { "Key": "cost", "Value": "1" }, { "Key": "aws:x", "Value": "y" }],
        });
        let request = request(&deployment(json!({ "tags": { "team": "b" } })), live(Some(&stack))).unwrap();
        assert_eq!(request["ChangeSetType"], "UPDATE");
        assert_eq!(request["Parameters"], json!({ "Size": { "Value": "2" }, "Colour": "Previous" }));
        assert_eq!(request["Tags"], json!({ "team": "b", "cost": "1" }));
    }

    #[test]
    fn a_stack_that_was_never_made_is_made() {
        let review = json!({ "StackStatus": "REVIEW_IN_PROGRESS" });
        for stack in [None, Some(&review)] {
            let request = request(&deployment(json!({ "capabilities": ["CAPABILITY_IAM"] })), live(stack)).unwrap();
            assert_eq!(request["ChangeSetType"], "CREATE");
            assert_eq!(request["Capabilities"], json!(["CAPABILITY_IAM"]));
            assert!(request.get("Tags").is_none());
        }
    }

    #[test]
    fn what_it_cannot_do_is_refused() {
        let failure = request(&deployment(json!({ "express": true })), None).unwrap_err();
        assert_eq!(failure.message, "this deployer does not know `express`");
        assert!(matches!(failure.kind, FailureKind::Unsupported));
        assert!(request(&Deployment { parameters: "[]".into(), ..deployment(json!({})) }, None).is_err());
    }

    #[test]
    fn a_change_set_says_what_became_of_it() {
        let said = |status: &str, reason: &str| made(&json!({ "Status": status, "StatusReason": reason }));
        assert!(matches!(said("CREATE_COMPLETE", ""), Made::Changes));
        assert!(matches!(said("FAILED", "The submitted information didn't contain changes."), Made::Nothing));
        assert!(matches!(said("FAILED", "No updates are to be performed."), Made::Nothing));
        for status in ["FAILED", "SOMETHING_NEW"] {
            let Made::Failed(failure) = said(status, "no such type") else { panic!("{status}") };
            assert_eq!(failure.message, "the change set failed: no such type");
        }
    }
}
