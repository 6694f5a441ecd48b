//! The scalars of a YAML template.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;

use granit_parser::{ErrorKind, Event, Options, Parser, ScalarStyle, ScanError, Span, StructureStyle, Tag};

use super::{DEPTH, Role, Scalar, Scan, Style, TOO_DEEP};
use crate::finding::Problem;
use crate::place::{Node, Segment};

/// What is told about more than one document.
pub(crate) const SEVERAL_DOCUMENTS: &str = "the template has more than one YAML document";

/// A collection that is being read.
struct Frame {
    node: Node,
    flow: bool,
    what: Collection,
}

enum Collection {
    Sequence {
        count: usize,
    },
    /// The key is none before the next one, and that of its last key otherwise.
    Mapping {
        number: u32,
        key: Option<Segment>,
    },
}

/// What has been read of a template.
#[derive(Default)]
struct Walk<'t> {
    scan: Scan<'t>,
    frames: Vec<Frame>,
    mappings: u32,
    documents: usize,
    /// The scalars of the anchors that stand at scalars.
    anchors: HashMap<usize, usize>,
}

/// Take a YAML text apart.
pub(crate) fn scan(text: &str) -> Result<Scan<'_>, Problem> {
    let mut options = Options::default();
    // As libyaml and SnakeYAML do, with which CloudFormation reads templates.
    options.block_scalar_eof_without_line_feed = true;
    options.emit_anchor_events = true;
    options.max_buffered_comment_events = usize::MAX;
    options.flow_nesting_limit = DEPTH;
    options.block_nesting_limit = DEPTH;
    let mut walk = Walk::default();
    for next in Parser::new_from_str_with_options(text, options) {
        let (event, span) = next.map_err(|error| syntax(text, &error))?;
        walk.event(event, span)?;
    }
    let mut scan = walk.scan;
    scan.comments.sort_by_key(|comment| comment.start);
    Ok(scan)
}

impl<'t> Walk<'t> {
    fn event(&mut self, event: Event<'t>, span: Span) -> Result<(), Problem> {
        let at = span.byte_range().unwrap_or_default();
        let begin = span.tag_start().and_then(|mark| mark.byte_offset()).unwrap_or(at.start).min(at.start);
        match event {
            Event::DocumentStart(..) => {
                self.documents += 1;
                if self.documents > 1 {
                    return Err(Problem::error(at, SEVERAL_DOCUMENTS)
                        .hint("A CloudFormation template is one document: remove the others, or keep them in files of their own."));
                }
                self.shape(0, 0, None);
            }
            Event::Comment(..) => self.scan.comments.push(at),
            Event::Anchor(..) => {
                if let Some(scalar) = self.scan.scalars.last_mut()
                    && at.end <= scalar.span.start
                {
                    scalar.begin = scalar.begin.min(at.start);
                }
            }
            Event::Alias(id) => {
                self.shape(1, id, None);
                self.alias(id);
            }
            Event::Scalar(value, style, anchor, tag) => {
                self.shape(2, anchor, tag.as_deref());
                self.scalar(value, style, anchor, tag, at, begin);
            }
            Event::SequenceStart(style, anchor, tag) => {
                self.shape(3, anchor, tag.as_deref());
                self.open(style, tag, |_| Collection::Sequence { count: 0 });
            }
            Event::MappingStart(style, anchor, tag) => {
                self.shape(4, anchor, tag.as_deref());
                self.open(style, tag, |number| Collection::Mapping { number, key: None });
            }
            Event::SequenceEnd | Event::MappingEnd => {
                self.shape(5, 0, None);
                self.frames.pop();
            }
            _ => {}
        }
        Ok(())
    }

    fn shape(&mut self, event: u8, anchor: usize, tag: Option<&Tag>) {
        let mut hasher = DefaultHasher::new();
        (event, anchor, tag.map(|tag| (tag.handle(), tag.suffix()))).hash(&mut hasher);
        self.scan.shape.push(hasher.finish());
    }

    /// The place of the next node, and its role. `as_key` is what the nodes of its value are found under if it is a key.
    fn slot(&mut self, tag: Option<Cow<'t, Tag>>, as_key: Segment) -> (Node, Role) {
        let Some(frame) = self.frames.last_mut() else { return (Node::ROOT, Role::Value) };
        let (segment, role) = match &mut frame.what {
            Collection::Sequence { count } => {
                *count += 1;
                (Segment::Index(*count - 1), Role::Value)
            }
            Collection::Mapping { number, key } => match key.take() {
                Some(key) => (key, Role::Value),
                None => {
                    *key = Some(as_key);
                    (Segment::Other, Role::Key(*number))
                }
            },
        };
        // `!Sub`, but not `!!str`.
        let tag = tag.filter(|tag| tag.handle() == "!" && !tag.suffix().is_empty()).map(|tag| tag.suffix().into());
        (self.scan.tree.child(frame.node, segment, tag), role)
    }

    fn scalar(
        &mut self,
        value: Cow<'t, str>,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<Cow<'t, Tag>>,
        span: Range<usize>,
        begin: usize,
    ) {
        let number = self.scan.scalars.len();
        let (node, role) = self.slot(tag, Segment::Key(number));
        if anchor != 0 {
            self.anchors.insert(anchor, number);
        }
        let style = match style {
            ScalarStyle::Plain => Style::Plain,
            ScalarStyle::SingleQuoted => Style::Single,
            ScalarStyle::DoubleQuoted => Style::Double,
            ScalarStyle::Literal => Style::Literal,
            ScalarStyle::Folded => Style::Folded,
        };
        let in_flow = self.frames.last().is_some_and(|frame| frame.flow);
        self.scan.scalars.push(Scalar { value, style, span, begin, node, role, in_flow });
    }

    fn alias(&mut self, id: usize) {
        let scalar = self.anchors.get(&id).copied();
        let (_, role) = self.slot(None, scalar.map_or(Segment::Other, Segment::Key));
        if let (Role::Key(mapping), Some(scalar)) = (role, scalar) {
            self.scan.alias_keys.push((mapping, scalar));
        }
    }

    fn open(&mut self, style: StructureStyle, tag: Option<Cow<'t, Tag>>, what: impl FnOnce(u32) -> Collection) {
        let (node, _) = self.slot(tag, Segment::Other);
        let flow = style == StructureStyle::Flow || self.frames.last().is_some_and(|frame| frame.flow);
        self.frames.push(Frame { node, flow, what: what(self.mappings) });
        self.mappings += 1;
    }
}

/// What the parser does not understand.
fn syntax(text: &str, error: &ScanError) -> Problem {
    let offset = error.marker().byte_offset().unwrap_or(0).min(text.len());
    let next = text.get(offset..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    let at = offset..offset + next;
    match error.kind() {
        ErrorKind::RecursionLimitExceeded => return Problem::error(at, TOO_DEEP),
        ErrorKind::UnexpectedCharacter { character } => {
            let message =
                format!("the template is not valid YAML: unexpected character `{}`", character.escape_default());
            return Problem::error(at, message);
        }
        _ => {}
    }
    let message = error.info();
    let message = message.trim_end_matches('.').replace("EOF", "end").replace("eof", "end");
    let hint = match error.kind() {
        ErrorKind::TabInIndentation
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabNotAllowed
        | ErrorKind::TabAtBlockScalarStart => Some("YAML is indented with blanks: replace the tab."),
        ErrorKind::UnclosedQuotedScalar => Some("Close the quote that is opened here."),
        ErrorKind::MappingValueNotAllowed => Some("Put quotes around a value that holds a colon and a blank."),
        ErrorKind::InvalidSimpleKey | ErrorKind::SimpleKeyExpected => {
            Some("A key stands on one line, is at most 1024 characters long and is followed by `:`.")
        }
        _ => None,
    };
    let problem = Problem::error(at, format!("the template is not valid YAML: {message}"));
    match hint {
        Some(hint) => problem.hint(hint),
        None => problem,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scalars(text: &str) -> Vec<(String, Style, String)> {
        let scan = scan(text).map_err(|problem| problem.failure.message).unwrap_or_default();
        let one =
            |s: &Scalar<'_>| (s.value.to_string(), s.style, text.get(s.span.clone()).unwrap_or_default().to_owned());
        scan.scalars.iter().map(one).collect()
    }

    fn problem(text: &str) -> String {
        scan(text).err().map(|problem| problem.failure.message).unwrap_or_default()
    }

    #[test]
    fn finds_scalars() {
        let found = scalars("a: !Sub &x |-\n  b\n? 'c' # d\n: [e, \"f\"]\n");
        let expected = [
            ("a", Style::Plain, "a"),
            ("b", Style::Literal, "b\n"),
            ("c", Style::Single, "'c'"),
            ("e", Style::Plain, "e"),
            ("f", Style::Double, "\"f\""),
        ];
        let expected: Vec<_> = expected.into_iter().map(|(v, style, s)| (v.to_owned(), style, s.to_owned())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn refuses_what_it_cannot_read() {
        assert_eq!(problem("a: b\n---\nc: d\n"), SEVERAL_DOCUMENTS);
        assert_eq!(problem("%YAML 1.1\n---\na: b\n...\n"), "");
        assert_eq!(problem(&"[".repeat(200_000)), TOO_DEEP);
        assert_eq!(problem(&"- ".repeat(10_000)), TOO_DEEP);
        assert!(problem("a: b\0").contains("unexpected character"));
        assert!(problem("a: 'b").contains("unclosed quote"));
    }

    #[test]
    fn begins_at_properties() {
        let text = "a: &x !Sub b\nc: !Sub &y d\n? &z e\n: f";
        let scan = scan(text).map_err(|problem| problem.failure.message).unwrap_or_default();
        let begins: Vec<_> = scan.scalars.iter().map(|s| s.begin).collect();
        assert_eq!(begins, [0, 3, 13, 16, 28, 35]);
    }
}
