//! Just enough of a template for the fake: JSON, and YAML in the block style of this project's tests.

use serde_json::Value;

/// What a template declares.
#[derive(Default, Debug)]
pub(crate) struct Declared {
    pub(crate) parameters: Vec<Parameter>,
    /// Logical id and type.
    pub(crate) resources: Vec<(String, String)>,
}

#[derive(Default, Debug)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) default: Option<String>,
    pub(crate) no_echo: bool,
}

/// Reads a template.
pub(crate) fn declared(text: &str) -> Declared {
    let mut declared = Declared::default();
    for (section, name, members) in entries(text) {
        let member = |key: &str| members.iter().find(|(name, _)| name == key).map(|(_, value)| value.clone());
        let kind = member("Type").unwrap_or_default();
        match section.as_str() {
            "Parameters" => declared.parameters.push(Parameter {
                name,
                kind,
                default: member("Default"),
                no_echo: member("NoEcho").is_some_and(|value| value == "true"),
            }),
            "Resources" => declared.resources.push((name, kind)),
            _ => {}
        }
    }
    declared
}

/// The capabilities that a template needs.
pub(crate) fn capabilities(text: &str) -> Vec<&'static str> {
    let mut needed = Vec::new();
    if text.contains("AWS::IAM::") {
        let named = ["RoleName", "UserName", "GroupName", "ManagedPolicyName"].iter().any(|name| text.contains(name));
        needed.push(if named { "CAPABILITY_NAMED_IAM" } else { "CAPABILITY_IAM" });
    }
    if text.starts_with("Transform:") || text.contains("\nTransform:") {
        needed.push("CAPABILITY_AUTO_EXPAND");
    }
    needed
}

type Entry = (String, String, Vec<(String, String)>);

/// Section, name, and the scalars directly under it.
fn entries(text: &str) -> Vec<Entry> {
    if let Ok(Value::Object(template)) = serde_json::from_str(text) {
        let scalar = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let members = |value: &Value| {
            value.as_object().into_iter().flatten().map(|(key, value)| (key.clone(), scalar(value))).collect()
        };
        let section = |(section, value): (&String, &Value)| {
            let entries = value.as_object().into_iter().flatten();
            entries.map(|(name, value)| (section.clone(), name.clone(), members(value))).collect::<Vec<_>>()
        };
        return template.iter().flat_map(section).collect();
    }
    let (mut section, mut entries) = (String::new(), Vec::<Entry>::new());
    for line in text.lines().filter(|line| !line.trim_start().starts_with('#')) {
        let Some((key, value)) = line.split_once(':') else { continue };
        let (name, value) = (key.trim().to_owned(), value.trim());
        match key.len() - key.trim_start().len() {
            0 => section = name,
            2 => entries.push((section.clone(), name, flow(value))),
            4 => {
                if let Some((.., members)) = entries.last_mut() {
                    members.push((name, unquoted(value)));
                }
            }
            _ => {}
        }
    }
    entries
}

/// `{Type: String, Default: a}`
fn flow(text: &str) -> Vec<(String, String)> {
    let inside = text.trim_start_matches('{').trim_end_matches('}');
    let pairs = inside.split(", ").filter_map(|pair| pair.split_once(": "));
    pairs.map(|(key, value)| (key.trim().to_owned(), unquoted(value.trim()))).collect()
}

fn unquoted(text: &str) -> String {
    text.trim_matches(['"', '\'']).to_owned()
}

#[test]
fn templates_are_read() {
    let yaml = "Parameters:\n  A:\n    Type: String\n    Default: ''\n  B: {Type: Number, NoEcho: true}\nResources:\n  T:\n    Type: AWS::SNS::Topic\n    Properties:\n      Type: x\n";
    let json = r#"{"Parameters": {"A": {"Type": "String", "Default": ""}, "B": {"Type": "Number", "NoEcho": true}}, "Resources": {"T": {"Type": "AWS::SNS::Topic"}}}"#;
    for text in [yaml, json] {
        let Declared { parameters, resources } = declared(text);
        let shown: Vec<_> =
            parameters.iter().map(|p| (p.name.as_str(), p.kind.as_str(), p.default.as_deref(), p.no_echo)).collect();
        assert_eq!(shown, [("A", "String", Some(""), false), ("B", "Number", None, true)]);
        assert_eq!(resources, [("T".to_owned(), "AWS::SNS::Topic".to_owned())]);
    }
    assert_eq!(capabilities("Transform: AWS::LanguageExtensions\nX: AWS::IAM::Role\n").len(), 2);
}
