//! From a text to nodes.

use serde_json::Value;

use super::fields::Reader;
use crate::document::model::{Content, DocumentFinding, Member, Node, Origin, Place};
use crate::stack::template::document::{Document as Tree, NodeRef, ReadError};
use crate::stack::template::place::excerpt;

/// Read a text. Of an empty one the node is null.
pub(super) fn read(reader: &mut Reader, text: &str) -> Result<Node, DocumentFinding> {
    let tree = Tree::read(text).map_err(refused)?;
    let Some(root) = tree.root() else {
        let at = Place { start: 0, end: text.len(), line: 1, column: 1 };
        return Ok(Node { at, content: Content::Null });
    };
    // It is bounded: aliases cannot stand for too much.
    let value = root.value().map_err(refused)?;
    Ok(node(reader, root, value, root.place()))
}

fn refused(error: ReadError) -> DocumentFinding {
    let ReadError { message, hint, at } = error;
    // The agent takes duplicate keys and deeper texts, which are not read here.
    let origin = if message.starts_with("not valid") { Origin::Agent } else { Origin::Here };
    DocumentFinding { hint, ..DocumentFinding::error(origin, "syntax", at, message) }
}

/// A node of the text and its value, which have the same shape but for tags.
fn node(reader: &mut Reader, source: NodeRef<'_>, value: Value, at: Place) -> Node {
    if let Some(tag) = source.local_tag() {
        let message = format!("the tag `!{}` means nothing in a document", excerpt(tag));
        reader.findings.push(
            DocumentFinding::error(Origin::Service, "tag", at, message).hint(
                "Put quotes around a text that begins with `!`; CloudFormation's functions work in templates only.",
            ),
        );
        return plain(value, at);
    }
    let content = match value {
        Value::Array(values) => {
            let elements = source.elements().zip(values);
            Content::List(elements.map(|((at, element), value)| node(reader, element, value, at)).collect())
        }
        Value::Object(members) => {
            let members = source.members().zip(members);
            let member = |((_, key_at, source), (key, value)): ((&str, Place, NodeRef<'_>), (String, Value))| {
                let value = node(reader, source, value, source.place());
                Member { key, key_at, value }
            };
            Content::Map(members.map(member).collect())
        }
        value @ (Value::Bool(_) | Value::Number(_)) => {
            Content::Literal { value, written: source.text().unwrap_or_default().to_owned() }
        }
        Value::Null => Content::Null,
        Value::String(text) => Content::Text(text),
    };
    Node { at, content }
}

/// A value all of which stands in one place.
fn plain(value: Value, at: Place) -> Node {
    let content = match value {
        Value::Array(values) => Content::List(values.into_iter().map(|value| plain(value, at)).collect()),
        Value::Object(members) => {
            let member = |(key, value)| Member { key, key_at: at, value: plain(value, at) };
            Content::Map(members.into_iter().map(member).collect())
        }
        value @ (Value::Bool(_) | Value::Number(_)) => {
            let written = value.to_string();
            Content::Literal { value, written }
        }
        Value::Null => Content::Null,
        Value::String(text) => Content::Text(text),
    };
    Node { at, content }
}
