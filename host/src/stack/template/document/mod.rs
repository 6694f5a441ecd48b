//! A YAML or JSON text as a tree that knows where each part is written, and how. Templates and what a user gives
//! beside them are read with it.

mod build;
mod json;
mod scalar;
#[cfg(test)]
mod tests;
mod value;
mod yaml;

pub(crate) use self::value::long_name;
use super::place::Place;

/// How deep collections may be nested. It keeps every recursion within a small stack.
pub(crate) const DEPTH: usize = 128;

/// What is told about deeper ones.
const TOO_DEEP: &str = "nested deeper than 128 levels";

/// How much aliases and merge keys may add to what is written, in nodes of at most 32 bytes. A text of a kilobyte could
/// stand for gigabytes otherwise.
const MOST_COPIED: usize = 100_000;

/// What is told about more.
const TOO_MANY_ALIASES: &str = "the aliases stand for too much";

/// Why a text cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReadError {
    /// A lower-case fragment without a full stop. Holds no values.
    pub(crate) message: String,
    /// What to do about it, one sentence.
    pub(crate) hint: Option<String>,
    /// Where.
    pub(crate) at: Place,
}

impl ReadError {
    pub(crate) fn new(at: Place, message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None, at }
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// A text, taken apart.
pub(crate) struct Document {
    nodes: Vec<Node>,
    root: Option<NodeId>,
}

/// The number of a node. Aliases are the node that they stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct NodeId(usize);

struct Node {
    at: Place,
    tag: Tag,
    content: Content,
}

/// What a tag says about a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Tag {
    /// Nothing: the value decides.
    None,
    /// `!Sub`: the name without the exclamation mark.
    Local(String),
    /// It is a text, as `!` and `!!str` say, and tags that are not known.
    Text,
}

enum Content {
    Scalar(Scalar),
    /// Where each element stands, which is not where its node stands if it is an alias.
    Sequence(Vec<(Place, NodeId)>),
    /// Without duplicate keys; what comes from merge keys is at the end.
    Mapping(Vec<Member>),
}

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// With quotes, or as a block: a text.
    Quoted,
    /// As it is, in YAML.
    Plain,
    /// A number, `true`, `false` or `null` in JSON.
    Literal,
}

struct Scalar {
    /// The text; of plain scalars and literals what is written.
    text: String,
    style: Style,
}

struct Member {
    key: String,
    key_at: Place,
    value: NodeId,
}

/// A node of a document.
#[derive(Clone, Copy)]
pub(crate) struct NodeRef<'d> {
    document: &'d Document,
    node: &'d Node,
}

/// What a node is.
pub(crate) enum Kind<'d> {
    /// The text; of numbers and booleans what is written.
    Text(&'d str),
    /// `null`, `~`, or nothing at all.
    Null,
    /// A list.
    Sequence,
    /// A map.
    Mapping,
}

impl Document {
    /// Take a text apart: as JSON where it begins with a bracket and is JSON, as YAML otherwise.
    ///
    /// # Errors
    /// When it is neither, is nested too deeply, has duplicate keys, keys that are no texts, or several documents.
    pub(crate) fn read(text: &str) -> Result<Self, ReadError> {
        let content = text.strip_prefix('\u{FEFF}').unwrap_or(text);
        if !content.trim_start_matches([' ', '\t', '\r', '\n']).starts_with(['{', '[']) {
            return yaml::read(text);
        }
        match json::validate(text, content) {
            Ok(()) => json::read(text),
            Err(json::Invalid::Final(error)) => Err(error),
            // `{a: b}` is YAML. When it is neither, more likely JSON was meant.
            Err(json::Invalid::Syntax(error)) => match yaml::read(text) {
                Err(yaml) if yaml.message.starts_with(yaml::NOT_VALID) => Err(error),
                other => other,
            },
        }
    }

    /// The outermost node; none of a text that is empty.
    pub(crate) fn root(&self) -> Option<NodeRef<'_>> {
        self.node(self.root?)
    }

    fn node(&self, id: NodeId) -> Option<NodeRef<'_>> {
        Some(NodeRef { document: self, node: self.nodes.get(id.0)? })
    }
}

impl<'d> NodeRef<'d> {
    /// Where it is written.
    pub(crate) fn place(self) -> Place {
        self.node.at
    }

    /// The local tag, `Sub` of `!Sub`.
    pub(crate) fn local_tag(self) -> Option<&'d str> {
        match &self.node.tag {
            Tag::Local(name) => Some(name),
            Tag::None | Tag::Text => None,
        }
    }

    /// What it is.
    pub(crate) fn kind(self) -> Kind<'d> {
        match &self.node.content {
            Content::Scalar(scalar) if scalar::is_null(scalar, &self.node.tag) => Kind::Null,
            Content::Scalar(scalar) => Kind::Text(&scalar.text),
            Content::Sequence(_) => Kind::Sequence,
            Content::Mapping(_) => Kind::Mapping,
        }
    }

    /// The text of a scalar that is not null and has no local tag; of numbers and booleans what is written.
    pub(crate) fn text(self) -> Option<&'d str> {
        match self.kind() {
            Kind::Text(text) if self.local_tag().is_none() => Some(text),
            _ => None,
        }
    }

    /// A boolean; none for other nodes.
    pub(crate) fn boolean(self) -> Option<bool> {
        match &self.node.content {
            Content::Scalar(scalar) => scalar::value(scalar, &self.node.tag).as_bool(),
            Content::Sequence(_) | Content::Mapping(_) => None,
        }
    }

    /// The elements of a list and where they stand; nothing for other nodes.
    pub(crate) fn elements(self) -> impl Iterator<Item = (Place, NodeRef<'d>)> {
        let elements = match &self.node.content {
            Content::Sequence(elements) => elements.as_slice(),
            _ => &[],
        };
        elements.iter().filter_map(move |(at, id)| Some((*at, self.document.node(*id)?)))
    }

    /// The members of a map in order, with the places of their keys; nothing for other nodes.
    pub(crate) fn members(self) -> impl Iterator<Item = (&'d str, Place, NodeRef<'d>)> {
        let members = match &self.node.content {
            Content::Mapping(members) => members.as_slice(),
            _ => &[],
        };
        members
            .iter()
            .filter_map(move |member| Some((member.key.as_str(), member.key_at, self.document.node(member.value)?)))
    }

    /// The member of a map with a key, and the place of the key.
    pub(crate) fn member(self, key: &str) -> Option<(Place, NodeRef<'d>)> {
        self.members().find(|(name, ..)| *name == key).map(|(_, at, node)| (at, node))
    }

    /// The value of the member of a map with a key.
    pub(crate) fn get(self, key: &str) -> Option<NodeRef<'d>> {
        self.member(key).map(|(_, node)| node)
    }
}
