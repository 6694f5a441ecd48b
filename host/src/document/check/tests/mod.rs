mod corpus;
mod definitions;
mod flow;
mod inputs;
mod references;
mod values;

use serde_json::{Value, json};

use super::{Actions, Known, check};
use crate::document::model::{DocumentFinding, Origin, Severity};
use crate::document::parse::parse;

/// Some of the agent's plugins and one of somebody else.
struct Few;

static SCHEMAS: std::sync::LazyLock<Value> = std::sync::LazyLock::new(|| {
    let text = json!({"type": "string"});
    let script = json!({
        "type": "object", "additionalProperties": false, "required": ["runCommand"],
        "properties": {
            "runCommand": {"type": "array", "items": {"type": "string"}},
            "workingDirectory": text,
            "timeoutSeconds": {"type": ["string", "number"]},
            "environment": {"type": "object", "additionalProperties": {"type": "string"}},
        },
    });
    json!({
        "aws:runShellScript": script,
        "aws:runPowerShellScript": script,
        "aws:downloadContent": {
            "type": "object", "additionalProperties": false, "required": ["sourceType", "sourceInfo"],
            "properties": {
                "sourceType": {"type": "string", "enum": ["GitHub", "Git", "HTTP", "S3", "SSMDocument"]},
                "sourceInfo": {"oneOf": [{"type": "string"}, {"type": "object"}]},
                "destinationPath": text,
            },
        },
        "acme:rotateCert": {
            "type": "object", "properties": {
                "days": {"type": "integer", "minimum": 1, "maximum": 365},
                "host": {"type": "string", "pattern": "^[a-z.]+$", "maxLength": 20},
                "hosts": {"type": "array", "items": {"type": "string"}, "minItems": 1},
                "force": {"type": "boolean"},
                "labels": {"type": "object"},
            },
        },
    })
});

impl Actions for Few {
    fn schema(&self, name: &str) -> Option<&Value> {
        SCHEMAS.get(name)
    }

    fn known(&self, name: &str) -> Known {
        match name {
            "aws:applications" => Known::Elsewhere(vec!["Windows".to_owned()]),
            "aws:refreshAssociation" => Known::Here,
            _ if SCHEMAS.get(name).is_some() => Known::Here,
            _ => Known::Unknown,
        }
    }

    fn names(&self) -> Vec<String> {
        SCHEMAS.as_object().unwrap().keys().cloned().chain(["aws:applications".to_owned()]).collect()
    }
}

fn findings(text: &str) -> Vec<DocumentFinding> {
    match parse(text) {
        Ok(document) => check(&document, &Few),
        Err(found) => panic!("{text}\n{found:?}"),
    }
}

/// Code, severity, origin.
fn told(text: &str) -> Vec<(&'static str, Severity, Origin)> {
    findings(text).iter().map(|it| (it.code, it.severity, it.origin)).collect()
}

/// The one finding.
fn only(text: &str) -> DocumentFinding {
    let mut found = findings(text);
    assert_eq!(found.len(), 1, "{text}\n{found:#?}");
    found.remove(0)
}

/// What stands in the place of a finding.
fn source<'t>(text: &'t str, finding: &DocumentFinding) -> &'t str {
    &text[finding.place.start..finding.place.end]
}

const ERROR: Severity = Severity::Error;
const WARNING: Severity = Severity::Warning;

/// A document of schema 2.2 with one step of `aws:runShellScript` and this in its inputs.
fn shell(parameters: &str, inputs: &str) -> String {
    format!(
        "schemaVersion: '2.2'\nparameters: {{{parameters}}}\nmainSteps:\n- action: aws:runShellScript\n  name: first\n  \
         inputs: {{{inputs}}}\n"
    )
}
