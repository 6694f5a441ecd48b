//! From a text to a document: everything that the agent's own types ask for (amazon-ssm-agent, `contracts/model.go`:
//! `DocumentContent`, `Parameter`, `InstancePluginConfig` and `PluginConfig`), and every field that they do not know.

mod fields;
mod near;
mod parameters;
mod steps;
#[cfg(test)]
mod tests;
mod tree;

use self::fields::{Fields, Reader};
pub(in crate::document) use self::near::{did_you_mean, nearest};
use crate::document::model::{
    Body, Content, Document, DocumentFinding, Format, Node, Origin, Place, SchemaVersion, Text,
};
use crate::stack::template::place::excerpt;

/// The largest document that the service takes, in bytes (API Reference, "CreateDocument").
pub const LARGEST: usize = 64 * 1024;

/// The largest text that is read at all, in bytes.
const MOST_READ: usize = 4 * 1024 * 1024;

/// What the agent answers to a document without steps.
const UNSUPPORTED_SHAPE: &str = "Unsupported schema format";

/// The fields of a document.
const FIELDS: [&str; 5] = ["schemaVersion", "description", "parameters", "runtimeConfig", "mainSteps"];

/// Read a document, JSON or YAML.
///
/// A document that is faulty but can be told apart is returned with its [`Document::problems`], so that `check` can
/// tell everything at once.
///
/// # Errors
/// When nothing can be told about its parts: the text is larger than 4 MiB, is neither JSON nor YAML, is nested deeper
/// than 128 levels, is no map; or its schema version is none that the agent runs. Automation documents (schema 0.3) are
/// among these.
pub fn parse(text: &str) -> Result<Document, Vec<DocumentFinding>> {
    let mut reader = Reader::new(format(text));
    match document(&mut reader, text) {
        Ok(mut document) => {
            document.problems = reader.findings.finish();
            Ok(document)
        }
        Err(fatal) => {
            reader.findings.push(fatal);
            Err(reader.findings.finish())
        }
    }
}

/// JSON if it is valid JSON.
fn format(text: &str) -> Format {
    let content = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let is_json = text.len() <= MOST_READ
        && content.trim_start_matches([' ', '\t', '\r', '\n']).starts_with(['{', '['])
        && serde_json::from_str::<serde::de::IgnoredAny>(content).is_ok();
    if is_json { Format::Json } else { Format::Yaml }
}

fn document(reader: &mut Reader, text: &str) -> Result<Document, DocumentFinding> {
    size(reader, text)?;
    let root = tree::read(reader, text)?;
    if root.is_null() {
        return Err(DocumentFinding::error(Origin::Agent, "empty-document", root.at, "the document is empty".into()));
    }
    let Some(fields) = reader.fields(&root, "the document", &FIELDS) else {
        let message = format!("a document must be a map, not {}", root.what());
        return Err(DocumentFinding::error(Origin::Agent, "no-map", root.at, message));
    };
    let schema_version = schema_version(reader, &root, &fields)?;
    unknown(reader, &fields);
    let description = fields.get("description").and_then(|node| reader.string(node, "`description`"));
    let parameters = fields.get("parameters").map(|node| parameters::read(reader, node)).unwrap_or_default();
    let steps = fields.get("mainSteps").map(|node| steps::steps(reader, node)).unwrap_or_default();
    let plugins = fields.get("runtimeConfig").map(|node| steps::plugins(reader, node)).unwrap_or_default();
    let substitutes = schema_version.has_runtime_config() || plugins.is_empty();
    let body = body(reader, &fields, &root, schema_version, Body::Steps(steps), Body::Plugins(plugins));
    let text = text.to_owned();
    Ok(Document {
        format: reader.format,
        schema_version,
        description,
        parameters,
        body,
        substitutes,
        text,
        problems: Vec::new(),
    })
}

fn size(reader: &mut Reader, text: &str) -> Result<(), DocumentFinding> {
    let start = Place { start: 0, end: 0, line: 1, column: 1 };
    if text.len() > MOST_READ {
        let message = "the document is larger than 4 MiB, which is not read".to_owned();
        return Err(DocumentFinding::error(Origin::Here, "document-size", start, message));
    }
    if text.len() > LARGEST {
        let message = format!("the document has {} bytes, the service takes {LARGEST}", text.len());
        reader.findings.push(
            DocumentFinding::error(Origin::Service, "document-size", start, message)
                .hint("Put long scripts into files and fetch them with `aws:downloadContent`."),
        );
    }
    Ok(())
}

fn schema_version(reader: &mut Reader, root: &Node, fields: &Fields<'_>) -> Result<SchemaVersion, DocumentFinding> {
    let field = fields.get("schemaVersion");
    let Text { value: written, at } = field
        .and_then(|node| reader.string(node, "`schemaVersion`"))
        .unwrap_or_else(|| Text { value: String::new(), at: field.map_or(root.at, |node| node.at) });
    let session = fields.unknown.iter().any(|member| member.key == "sessionType");
    let agent = format!(
        "Document with schema version {written} is not supported by this version of ssm agent, please update to latest \
         version"
    );
    match SchemaVersion::from_name(&written) {
        Some(_) if session => {
            let message = "Session documents are not run here".to_owned();
            Err(DocumentFinding::error(Origin::Here, "session-document", at, message).agent(UNSUPPORTED_SHAPE))
        }
        Some(version) => Ok(version),
        None if written == "0.3" => {
            let message = "Automation documents (schema version 0.3) are not yet run here".to_owned();
            let hint = "Write a Command document of schema version 2.2, or start the runbook with `aws ssm \
                        start-automation-execution`.";
            Err(DocumentFinding::error(Origin::Here, "automation-document", at, message).hint(hint).agent(agent))
        }
        None => {
            let message = match written.is_empty() {
                true => "`schemaVersion` is missing".to_owned(),
                false => format!("the schema version `{}` is none that the agent runs", excerpt(&written)),
            };
            let hint = "Write `2.2`, in quotes; 1.0, 1.2, 2.0, 2.0.1, 2.0.2 and 2.0.3 are run too.";
            Err(DocumentFinding::error(Origin::Agent, "schema-version", at, message).hint(hint).agent(agent))
        }
    }
}

/// Fields of the outermost map that the agent ignores.
fn unknown(reader: &mut Reader, fields: &Fields<'_>) {
    for member in &fields.unknown {
        let name = excerpt(&member.key);
        let finding = match member.key.as_str() {
            "assumeRole" | "outputs" | "files" | "variables" => {
                let message = format!("the agent ignores `{name}`, which belongs into Automation documents");
                DocumentFinding::warning(Origin::Advice, "unknown-field", member.key_at, message)
            }
            _ => fields::unknown_field(member, "a document", &FIELDS),
        };
        reader.findings.push(finding);
    }
}

/// The one of the two that the schema version asks for.
fn body(
    reader: &mut Reader,
    fields: &Fields<'_>,
    root: &Node,
    version: SchemaVersion,
    steps: Body,
    plugins: Body,
) -> Body {
    let (wanted, other) = match version.has_runtime_config() {
        true => ("runtimeConfig", "mainSteps"),
        false => ("mainSteps", "runtimeConfig"),
    };
    let name = version.name();
    let missing = match fields.get(wanted).map(|node| &node.content) {
        None | Some(Content::Null) => Some(format!("`{wanted}` is missing, which schema version {name} asks for")),
        Some(Content::List(elements)) if elements.is_empty() => Some(format!("`{wanted}` is empty")),
        Some(Content::Map(members)) if members.is_empty() => Some(format!("`{wanted}` is empty")),
        // What is of the wrong type has been told.
        Some(_) => None,
    };
    let other_field = fields.get(other).filter(|node| !node.is_null());
    if let Some(message) = missing {
        let at = fields.get(wanted).map_or(root.at, |node| node.at);
        let finding = DocumentFinding::error(Origin::Agent, "no-steps", at, message).agent(UNSUPPORTED_SHAPE);
        reader.findings.push(match other_field {
            Some(_) if version.has_runtime_config() => finding.hint("`mainSteps` belongs to schema version 2.2."),
            Some(_) => finding.hint("`runtimeConfig` belongs to schema version 1.2."),
            None => finding,
        });
    } else if let Some(node) = other_field {
        let message = match version.has_runtime_config() {
            true => format!("the agent ignores `mainSteps` in a document of schema version {name}"),
            false => format!(
                "the agent does not run `runtimeConfig` in a document of schema version {name}, and because of it puts no \
                 parameters into `mainSteps`"
            ),
        };
        let hint = format!("Remove `{other}`.");
        reader.findings.push(DocumentFinding::warning(Origin::Agent, "ignored-field", node.at, message).hint(hint));
    }
    if version.has_runtime_config() { plugins } else { steps }
}
