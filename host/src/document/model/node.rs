//! A value that knows where it is written.

use serde_json::{Map, Value};

use super::Place;

/// A value and where it is written.
#[derive(Clone, Debug)]
pub struct Node {
    /// Where; of a YAML alias where the alias is.
    pub at: Place,
    /// What.
    pub content: Content,
}

/// What a node is.
#[derive(Clone, Debug)]
pub enum Content {
    /// Null.
    Null,
    /// A boolean or a number, and how it is written: YAML's `2.0` and `yes` are texts where the agent wants one.
    Literal {
        /// The value.
        value: Value,
        /// What is written.
        written: String,
    },
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// A map in the order of the text, without duplicate keys.
    Map(Vec<Member>),
}

/// A member of a map.
#[derive(Clone, Debug)]
pub struct Member {
    /// The key.
    pub key: String,
    /// Where the key is written.
    pub key_at: Place,
    /// The value.
    pub value: Node,
}

impl Node {
    /// The value without its places.
    pub fn value(&self) -> Value {
        match &self.content {
            Content::Null => Value::Null,
            Content::Literal { value, .. } => value.clone(),
            Content::Text(text) => Value::String(text.clone()),
            Content::List(elements) => Value::Array(elements.iter().map(Self::value).collect()),
            Content::Map(members) => {
                let members = members.iter().map(|member| (member.key.clone(), member.value.value()));
                Value::Object(members.collect::<Map<_, _>>())
            }
        }
    }

    /// The text, if it is one.
    pub fn text(&self) -> Option<&str> {
        match &self.content {
            Content::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Whether it is null.
    pub fn is_null(&self) -> bool {
        matches!(self.content, Content::Null)
    }

    /// The elements of a list; nothing for others.
    pub fn elements(&self) -> &[Node] {
        match &self.content {
            Content::List(elements) => elements,
            _ => &[],
        }
    }

    /// The members of a map; nothing for others.
    pub fn members(&self) -> &[Member] {
        match &self.content {
            Content::Map(members) => members,
            _ => &[],
        }
    }

    /// The member of a map with this key.
    pub fn member(&self, key: &str) -> Option<&Member> {
        self.members().iter().find(|member| member.key == key)
    }

    /// The value of the member of a map with this key.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.member(key).map(|member| &member.value)
    }

    /// What it is, for a message: `a list`.
    pub fn what(&self) -> &'static str {
        match &self.content {
            Content::Null => "null",
            Content::Literal { value: Value::Bool(_), .. } => "a boolean",
            Content::Literal { .. } => "a number",
            Content::Text(_) => "a string",
            Content::List(_) => "a list",
            Content::Map(_) => "a map",
        }
    }
}
