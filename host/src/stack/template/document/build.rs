//! Puts the nodes of a document together, in the order of the text.

use std::collections::{HashMap, HashSet};

use super::{
    Content, DEPTH, Document, MOST_COPIED, Member, Node, NodeId, ReadError, Scalar, Style, TOO_DEEP, TOO_MANY_ALIASES,
    Tag,
};
use crate::stack::template::place::{Place, excerpt};

/// What is told about a key that is a list or a map.
pub(super) const KEY_IS_NO_TEXT: &str = "a key must be a text";

/// A document that is being read.
#[derive(Default)]
pub(super) struct Builder {
    nodes: Vec<Node>,
    root: Option<NodeId>,
    frames: Vec<Frame>,
    anchors: HashMap<usize, NodeId>,
    /// What merge keys have copied.
    copied: usize,
}

/// A collection that is being read.
struct Frame {
    id: NodeId,
    what: Open,
}

enum Open {
    Sequence(Vec<(Place, NodeId)>),
    Mapping(OpenMapping),
}

#[derive(Default)]
struct OpenMapping {
    members: Vec<Member>,
    seen: HashSet<String>,
    merges: Vec<(Place, NodeId)>,
    key: Option<Key>,
}

enum Key {
    Text(String, Place),
    Merge(Place),
}

impl Builder {
    /// The next node is a scalar. An anchor of 0 is none.
    pub(super) fn scalar(
        &mut self,
        text: String,
        style: Style,
        tag: Tag,
        anchor: usize,
        at: Place,
    ) -> Result<(), ReadError> {
        let is_merge = style == Style::Plain && tag == Tag::None && text == "<<";
        let is_key = self.is_key();
        if is_key {
            self.key(if is_merge { Key::Merge(at) } else { Key::Text(text.clone(), at) })?;
            if anchor == 0 {
                return Ok(());
            }
        }
        let id = self.node(tag, Content::Scalar(Scalar { text, style }), anchor, at);
        if !is_key {
            self.attach(id, at);
        }
        Ok(())
    }

    /// The next node stands for an earlier one.
    pub(super) fn alias(&mut self, anchor: usize, at: Place) -> Result<(), ReadError> {
        let Some(&id) = self.anchors.get(&anchor) else {
            return Err(ReadError::new(at, "the alias stands for nothing"));
        };
        if self.frames.iter().any(|frame| frame.id == id) {
            return Err(ReadError::new(at, "the alias stands within what it stands for"));
        }
        if !self.is_key() {
            self.attach(id, at);
            return Ok(());
        }
        match self.nodes.get(id.0).map(|node| &node.content) {
            Some(Content::Scalar(scalar)) => {
                let text = scalar.text.clone();
                self.copy(1 + text.len() / 32, at)?;
                self.key(Key::Text(text, at))
            }
            _ => Err(ReadError::new(at, KEY_IS_NO_TEXT)),
        }
    }

    /// A list begins.
    pub(super) fn open_sequence(&mut self, tag: Tag, anchor: usize, at: Place) -> Result<(), ReadError> {
        self.open(Open::Sequence(Vec::new()), Content::Sequence(Vec::new()), tag, anchor, at)
    }

    /// A map begins.
    pub(super) fn open_mapping(&mut self, tag: Tag, anchor: usize, at: Place) -> Result<(), ReadError> {
        self.open(Open::Mapping(OpenMapping::default()), Content::Mapping(Vec::new()), tag, anchor, at)
    }

    fn open(&mut self, what: Open, content: Content, tag: Tag, anchor: usize, at: Place) -> Result<(), ReadError> {
        if self.is_key() {
            return Err(ReadError::new(at, KEY_IS_NO_TEXT));
        }
        if self.frames.len() >= DEPTH {
            return Err(ReadError::new(at, TOO_DEEP));
        }
        let id = self.node(tag, content, anchor, at);
        self.attach(id, at);
        self.frames.push(Frame { id, what });
        Ok(())
    }

    /// The list or map that was begun last ends; `end` in bytes, where it is known.
    pub(super) fn close(&mut self, end: Option<usize>) -> Result<(), ReadError> {
        let Some(Frame { id, what }) = self.frames.pop() else { return Ok(()) };
        let content = match what {
            Open::Sequence(elements) => Content::Sequence(elements),
            Open::Mapping(mapping) => Content::Mapping(self.merge(mapping)?),
        };
        if let Some(node) = self.nodes.get_mut(id.0) {
            node.content = content;
            if let Some(end) = end {
                node.at.end = end.max(node.at.start);
            }
        }
        Ok(())
    }

    /// The document.
    pub(super) fn finish(self) -> Document {
        Document { nodes: self.nodes, root: self.root }
    }

    fn node(&mut self, tag: Tag, content: Content, anchor: usize, at: Place) -> NodeId {
        let id = NodeId(self.nodes.len());
        self.nodes.push(Node { at, tag, content });
        if anchor != 0 {
            self.anchors.insert(anchor, id);
        }
        id
    }

    /// Whether the next node is the key of a map.
    fn is_key(&self) -> bool {
        matches!(self.frames.last(), Some(Frame { what: Open::Mapping(mapping), .. }) if mapping.key.is_none())
    }

    fn key(&mut self, key: Key) -> Result<(), ReadError> {
        let Some(Frame { what: Open::Mapping(mapping), .. }) = self.frames.last_mut() else { return Ok(()) };
        if let Key::Text(text, at) = &key
            && !mapping.seen.insert(text.clone())
        {
            let first = mapping.members.iter().find(|member| member.key == *text).map_or(0, |m| m.key_at.line);
            let message = format!("the key `{}` is given twice, first in line {first}", excerpt(text));
            return Err(ReadError::new(*at, message));
        }
        mapping.key = Some(key);
        Ok(())
    }

    fn attach(&mut self, id: NodeId, at: Place) {
        let Some(frame) = self.frames.last_mut() else {
            self.root = self.root.or(Some(id));
            return;
        };
        match &mut frame.what {
            Open::Sequence(elements) => elements.push((at, id)),
            Open::Mapping(mapping) => match mapping.key.take() {
                Some(Key::Text(key, key_at)) => mapping.members.push(Member { key, key_at, value: id }),
                Some(Key::Merge(at)) => mapping.merges.push((at, id)),
                None => {}
            },
        }
    }

    /// The members of a map with those of its merge keys (YAML, "Merge Key Language-Independent Type"): its own win,
    /// then the first that is merged.
    fn merge(&mut self, mapping: OpenMapping) -> Result<Vec<Member>, ReadError> {
        let OpenMapping { mut members, mut seen, merges, .. } = mapping;
        for (at, id) in merges {
            let no_map = || ReadError::new(at, "the merge key `<<` takes a map or a list of maps");
            let node = self.nodes.get(id.0).ok_or_else(no_map)?;
            let sources: Vec<NodeId> = match &node.content {
                Content::Mapping(_) => vec![id],
                Content::Sequence(elements) => elements.iter().map(|(_, id)| *id).collect(),
                Content::Scalar(_) => return Err(no_map()),
            };
            for source in sources {
                let Some(Node { content: Content::Mapping(merged), tag: Tag::None, .. }) = self.nodes.get(source.0)
                else {
                    return Err(no_map());
                };
                // Those that are left out are looked at too.
                let weight: usize = 1 + merged.iter().map(|member| 1 + member.key.len() / 32).sum::<usize>();
                for member in merged {
                    if seen.insert(member.key.clone()) {
                        let Member { key, key_at, value } = member;
                        members.push(Member { key: key.clone(), key_at: *key_at, value: *value });
                    }
                }
                self.copy(weight, at)?;
            }
        }
        Ok(members)
    }

    fn copy(&mut self, weight: usize, at: Place) -> Result<(), ReadError> {
        self.copied += weight;
        if self.copied > MOST_COPIED { Err(ReadError::new(at, TOO_MANY_ALIASES)) } else { Ok(()) }
    }
}
