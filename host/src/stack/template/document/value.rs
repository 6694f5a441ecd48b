//! A document as a JSON value, with CloudFormation's tags in their long form.

use serde_json::{Map, Value};

use super::{Content, DEPTH, MOST_COPIED, Node, NodeRef, ReadError, TOO_DEEP, TOO_MANY_ALIASES, scalar};

/// The long form of a tag: `Ref`, `Condition`, `Fn::Sub` (User Guide, "Intrinsic function reference").
pub(crate) fn long_name(tag: &str) -> String {
    match tag {
        "Ref" | "Condition" => tag.to_owned(),
        _ => format!("Fn::{tag}"),
    }
}

impl NodeRef<'_> {
    /// What it says.
    ///
    /// # Errors
    /// When aliases stand for too much.
    pub(crate) fn value(self) -> Result<Value, ReadError> {
        let written: usize = self.document.nodes.iter().map(weight).sum();
        let mut walk = Walk { left: written + MOST_COPIED };
        walk.value(self, 0)
    }
}

/// How much of a limit a node takes.
fn weight(node: &Node) -> usize {
    match &node.content {
        Content::Scalar(scalar) => 1 + scalar.text.len() / 32,
        Content::Sequence(_) => 1,
        Content::Mapping(members) => 1 + members.iter().map(|member| member.key.len() / 32).sum::<usize>(),
    }
}

struct Walk {
    left: usize,
}

impl Walk {
    fn value(&mut self, node: NodeRef<'_>, depth: usize) -> Result<Value, ReadError> {
        self.left =
            self.left.checked_sub(weight(node.node)).ok_or_else(|| ReadError::new(node.place(), TOO_MANY_ALIASES))?;
        // Aliases can stand in what other aliases stand for.
        if depth > 2 * DEPTH {
            return Err(ReadError::new(node.place(), TOO_DEEP));
        }
        let value = match &node.node.content {
            Content::Scalar(scalar) => scalar::value(scalar, &node.node.tag),
            Content::Sequence(elements) => {
                let mut values = Vec::with_capacity(elements.len());
                for (_, element) in node.elements() {
                    values.push(self.value(element, depth + 1)?);
                }
                Value::Array(values)
            }
            Content::Mapping(_) => {
                let mut map = Map::new();
                for (key, _, member) in node.members() {
                    map.insert(key.to_owned(), self.value(member, depth + 1)?);
                }
                Value::Object(map)
            }
        };
        Ok(match node.local_tag() {
            None => value,
            Some(tag) => Value::Object(Map::from_iter([(long_name(tag), attribute(tag, value))])),
        })
    }
}

/// `!GetAtt a.b` is `["a", "b"]`.
fn attribute(tag: &str, value: Value) -> Value {
    match &value {
        Value::String(text) if tag == "GetAtt" => match text.split_once('.') {
            Some((resource, attribute)) => Value::Array(vec![resource.into(), attribute.into()]),
            None => value,
        },
        _ => value,
    }
}
