//! JSON.

use super::build::Builder;
use super::{Document, ReadError, Style, TOO_DEEP, Tag};
use crate::stack::template::place::{Cursor, place_in};

/// Why a text is not JSON.
pub(super) enum Invalid {
    /// It may well be, but it is nested too deeply to tell.
    Final(ReadError),
    /// It is not.
    Syntax(ReadError),
}

/// Check that a text is JSON. `content` is the text without its byte-order mark.
pub(super) fn validate(text: &str, content: &str) -> Result<(), Invalid> {
    let Err(error) = serde_json::from_str::<serde_json::Value>(content) else { return Ok(()) };
    // `serde_json` knows `\n` only, and counts bytes.
    let line = match error.line().checked_sub(2) {
        Some(nth) => content.match_indices('\n').nth(nth).map_or(content.len(), |(at, _)| at + 1),
        None => 0,
    };
    // Column 0 is the line break before.
    let mut offset = (text.len() - content.len() + line + error.column()).saturating_sub(1).min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    let next = text.get(offset..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    let at = place_in(text, &(offset..offset + next));
    let message = error.to_string();
    if message.starts_with("recursion limit exceeded") {
        return Err(Invalid::Final(ReadError::new(at, TOO_DEEP)));
    }
    // The place is told apart from the message.
    let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(before, _)| before).replace("EOF", "end");
    Err(Invalid::Syntax(
        ReadError::new(at, format!("not valid JSON: {message}"))
            .hint("What begins with `{` or `[` is read as JSON, and as YAML where that fails too."),
    ))
}

/// Take a JSON text apart. It has been validated before, therefore commas and colons need no look.
pub(super) fn read(text: &str) -> Result<Document, ReadError> {
    let mut builder = Builder::default();
    let mut cursor = Cursor::new(text);
    let mut at = 0;
    while let Some(rest) = text.get(at..) {
        let Some(found) = rest.find(|c: char| !matches!(c, ' ' | '\t' | '\r' | '\n' | ',' | ':' | '\u{FEFF}')) else {
            break;
        };
        let start = at + found;
        let rest = rest.get(found..).unwrap_or_default();
        let sign = rest.as_bytes().first().copied().unwrap_or_default();
        let end = match sign {
            b'"' => start + string_length(rest),
            b'{' | b'[' | b'}' | b']' => start + 1,
            _ => start + rest.find([' ', '\t', '\r', '\n', ',', ']', '}']).unwrap_or(rest.len()),
        };
        at = end;
        let place = cursor.place(&(start..end));
        let source = text.get(start..end).unwrap_or_default();
        match sign {
            b'"' => {
                let value: String = match source.contains('\\') {
                    true => serde_json::from_str(source)
                        .map_err(|_| ReadError::new(place, "not valid JSON: a string cannot be read"))?,
                    false => source.trim_matches('"').to_owned(),
                };
                builder.scalar(value, Style::Quoted, Tag::None, 0, place)?;
            }
            b'{' => builder.open_mapping(Tag::None, 0, place)?,
            b'[' => builder.open_sequence(Tag::None, 0, place)?,
            b'}' | b']' => builder.close(Some(end))?,
            _ => builder.scalar(source.to_owned(), Style::Literal, Tag::None, 0, place)?,
        }
    }
    Ok(builder.finish())
}

/// How long the string is that a text begins with, quotes included.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}
