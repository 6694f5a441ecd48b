//! Files of tags.

use super::InputError;
use super::read::{named, only, required, scalar, with_root};
use crate::cloud::stacks::Texts;
use crate::stack::template::document::{Kind, NodeRef, ReadError};
use crate::stack::template::place::excerpt;

/// Read a file of tags, JSON or YAML: a map `{"Key": "Value"}`, the list of the AWS CLI
/// `[{"Key": "…", "Value": "…"}]`, a list of texts `["Key=Value"]`, or a map with one of these as `Tags`. Numbers and
/// booleans are taken as they are written.
///
/// # Errors
/// When the text is neither JSON nor YAML or has none of the forms, or a tag is given twice.
pub fn read_tags(name: &str, text: &str) -> Result<Texts, InputError> {
    with_root(name, text, |root| {
        let inner = root.get("Tags").filter(|node| matches!(node.kind(), Kind::Mapping | Kind::Sequence));
        read(inner.unwrap_or(root))
    })
}

/// Tags in one of the three forms.
pub(super) fn read(root: NodeRef<'_>) -> Result<Texts, ReadError> {
    let mut tags = Texts::new();
    match root.kind() {
        Kind::Mapping => {
            for (key, at, node) in root.members() {
                let key = named("tag", at, key)?;
                tags.insert(key.to_owned(), scalar("tag", key, at, node)?);
            }
        }
        Kind::Sequence => {
            for (at, node) in root.elements() {
                let (key, value) = match node.kind() {
                    Kind::Mapping => entry(node)?,
                    Kind::Text(_) => super::assignment(&scalar("entry", "KEY=VALUE", at, node)?)
                        .map_err(|problem| ReadError::new(at, format!("a tag cannot be read: {problem}")))?,
                    _ => {
                        return Err(ReadError::new(at, "an entry is neither a map with `Key` nor a text `KEY=VALUE`"));
                    }
                };
                if tags.contains_key(&key) {
                    return Err(ReadError::new(at, format!("the tag `{}` is given twice", excerpt(&key))));
                }
                tags.insert(key, value);
            }
        }
        Kind::Text(_) | Kind::Null => {
            return Err(ReadError::new(root.place(), "the tags are neither a list nor a map"));
        }
    }
    Ok(tags)
}

fn entry(node: NodeRef<'_>) -> Result<(String, String), ReadError> {
    only("a tag", node, &["Key", "Value"])?;
    let key = required("a tag", node, "Key")?;
    let Some((at, value)) = node.member("Value") else {
        return Err(ReadError::new(node.place(), format!("the tag `{}` has no `Value`", excerpt(&key))));
    };
    let value = scalar("tag", &key, at, value)?;
    Ok((key, value))
}
