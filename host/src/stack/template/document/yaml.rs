//! YAML.

use granit_parser::{ErrorKind, Event, Marker, Options, Parser, ScalarStyle, ScanError, Span};

use super::build::{Builder, KEY_IS_NO_TEXT};
use super::{DEPTH, Document, ReadError, Style, TOO_DEEP, Tag};
use crate::stack::template::place::{Place, place_in};

/// How messages about the syntax begin.
pub(super) const NOT_VALID: &str = "not valid YAML: ";

/// Take a YAML text apart.
pub(super) fn read(text: &str) -> Result<Document, ReadError> {
    let mut options = Options::default();
    // As libyaml and SnakeYAML do, with which CloudFormation reads templates.
    options.block_scalar_eof_without_line_feed = true;
    options.flow_nesting_limit = DEPTH;
    options.block_nesting_limit = DEPTH;
    options.set_emit_comments(false);
    let mut reader = Reader { text, builder: Builder::default(), documents: 0 };
    for next in Parser::new_from_str_with_options(text, options) {
        let (event, span) = next.map_err(|error| syntax(text, &error))?;
        reader.event(event, span)?;
    }
    Ok(reader.builder.finish())
}

struct Reader<'t> {
    text: &'t str,
    builder: Builder,
    documents: usize,
}

impl Reader<'_> {
    fn event(&mut self, event: Event<'_>, span: Span) -> Result<(), ReadError> {
        let at = self.place(span);
        match event {
            Event::DocumentStart(..) => {
                self.documents += 1;
                if self.documents > 1 {
                    return Err(ReadError::new(at, "more than one YAML document")
                        .hint("Remove the others, or keep them in files of their own."));
                }
            }
            Event::Scalar(value, style, anchor, tag) => {
                let mut tag = tag.map_or(Tag::None, |tag| self::tag(&tag));
                let style = match style {
                    ScalarStyle::Plain => Style::Plain,
                    // `!!int "3"` is no text.
                    _ if span.tag_start().is_some() && tag == Tag::None => Style::Plain,
                    _ => Style::Quoted,
                };
                if style == Style::Quoted && tag == Tag::Text {
                    tag = Tag::None;
                }
                self.builder.scalar(value.into_owned(), style, tag, anchor, at)?;
            }
            Event::Alias(anchor) => self.builder.alias(anchor, at)?,
            Event::SequenceStart(_, anchor, tag) => {
                let tag = tag.map_or(Tag::None, |tag| self::tag(&tag));
                self.builder.open_sequence(tag, anchor, at).map_err(|error| self.key(error))?;
            }
            Event::MappingStart(_, anchor, tag) => {
                let tag = tag.map_or(Tag::None, |tag| self::tag(&tag));
                self.builder.open_mapping(tag, anchor, at).map_err(|error| self.key(error))?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.builder.close(span.end.byte_offset())?,
            _ => {}
        }
        Ok(())
    }

    /// Where a node is written, its tag included.
    fn place(&self, span: Span) -> Place {
        let begin = span.tag_start().filter(|tag| tag.byte_offset() < span.start.byte_offset()).unwrap_or(span.start);
        let start = offset(self.text, begin);
        let end = offset(self.text, span.end).max(start);
        // The parser does not count a byte-order mark either.
        Place { start, end, line: narrow(begin.line()), column: narrow(begin.col() + 1) }
    }

    /// The same error, with a hint where a dynamic reference was meant.
    fn key(&self, error: ReadError) -> ReadError {
        let is_brace = self.text.get(error.at.start..).is_some_and(|rest| rest.starts_with('{'));
        match error.message == KEY_IS_NO_TEXT && is_brace {
            true => error.hint("Put quotes around a value that begins with `{{`."),
            false => error,
        }
    }
}

fn tag(tag: &granit_parser::Tag) -> Tag {
    match (tag.handle(), tag.suffix()) {
        ("!", "") => Tag::Text,
        ("!", name) => Tag::Local(name.to_owned()),
        _ if tag.is_yaml_core_schema() && !tag.is_yaml_core_schema_tag("str") => Tag::None,
        _ => Tag::Text,
    }
}

fn offset(text: &str, marker: Marker) -> usize {
    marker.byte_offset().unwrap_or_default().min(text.len())
}

fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// What the parser does not understand.
fn syntax(text: &str, error: &ScanError) -> ReadError {
    let offset = offset(text, *error.marker());
    let next = text.get(offset..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    let at = place_in(text, &(offset..offset + next));
    match error.kind() {
        ErrorKind::RecursionLimitExceeded => return ReadError::new(at, TOO_DEEP),
        ErrorKind::UnexpectedCharacter { character } => {
            let message = format!("{NOT_VALID}unexpected character `{}`", character.escape_default());
            return ReadError::new(at, message);
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
    ReadError { message: format!("{NOT_VALID}{message}"), hint: hint.map(str::to_owned), at }
}
