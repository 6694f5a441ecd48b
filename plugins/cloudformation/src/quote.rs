//! Putting values into plain, single-quoted and double-quoted scalars, and into JSON strings.

use std::fmt::Write;
use std::ops::Range;

use crate::plain::{is_plain, is_printable, is_string};
use crate::scan::{Role, Scalar, Style, flow};

/// A part of a scalar that is written anew.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Piece<'a> {
    /// As it is written in the template.
    Source(&'a str),
    /// A value.
    Value(&'a str),
}

/// Write a scalar with its quotes so that it says `expected`: in its style if that can hold it, else with single
/// quotes, else with double quotes. The lines of the source are kept if at all possible.
pub(crate) fn write(style: Style, in_flow: bool, pieces: &[Piece<'_>], expected: &str) -> String {
    let says = |style: Style, text: &str| flow::decode(style, text, 0).is_some_and(|decoded| decoded.text == expected);
    // A line break of a value would be folded, or end the scalar.
    let holds = |piece: &Piece<'_>| match piece {
        Piece::Source(_) => true,
        Piece::Value(value) => value.chars().all(is_printable),
    };
    let is_held = pieces.iter().all(holds);
    if style == Style::Plain && is_held {
        let text = join(pieces, str::to_owned, str::to_owned);
        if is_plain(&text, in_flow) && is_string(expected) && says(style, &text) {
            return text;
        }
    }
    if style != Style::Double && is_held {
        let double_apostrophes = |text: &str| text.replace('\'', "''");
        let source = |text: &str| if style == Style::Single { text.to_owned() } else { double_apostrophes(text) };
        let text = join(pieces, source, double_apostrophes);
        if says(Style::Single, &text) {
            return format!("'{text}'");
        }
    }
    let source = |text: &str| match style {
        Style::Double => text.to_owned(),
        Style::Single => escape_source(&text.replace("''", "'")),
        _ => escape_source(text),
    };
    for edges in [false, true] {
        let text = join(pieces, source, |value| escape(value, edges));
        if says(Style::Double, &text) {
            return format!("\"{text}\"");
        }
    }
    double(expected)
}

/// A value as a double-quoted scalar on one line.
pub(crate) fn double(value: &str) -> String {
    format!("\"{}\"", escape(value, false))
}

/// Write a JSON string with its quotes.
pub(crate) fn write_json(pieces: &[Piece<'_>]) -> String {
    format!("\"{}\"", join(pieces, str::to_owned, escape_json))
}

/// Whether a scalar written anew can still be a key. Of a key without `?` in front, YAML takes 1024 characters up to the
/// colon, with its tag and its anchor.
pub(crate) fn fits_as_key(scalar: &Scalar<'_>, span: &Range<usize>, text: &str, template: &str) -> bool {
    const LONGEST: usize = 1024;
    if scalar.role == Role::Value || scalar.style == Style::Json || text.len() <= LONGEST / 2 {
        return true;
    }
    let before = template.get(..scalar.begin).unwrap_or_default();
    let behind = template.get(span.end..).unwrap_or_default();
    let blanks = behind.len() - behind.trim_start_matches([' ', '\t']).len();
    let is_simple = behind.get(blanks..).is_some_and(|behind| behind.starts_with(':'))
        && !before.trim_end_matches([' ', '\t', '\n', '\r']).ends_with('?');
    let properties = template.get(scalar.begin..span.start).unwrap_or_default();
    !is_simple || properties.chars().count() + text.chars().count() + blanks <= LONGEST
}

fn join(pieces: &[Piece<'_>], source: impl Fn(&str) -> String, value: impl Fn(&str) -> String) -> String {
    let write = |piece: &Piece<'_>| match piece {
        Piece::Source(text) => source(text),
        Piece::Value(text) => value(text),
    };
    pieces.iter().map(write).collect()
}

/// The source of another style within double quotes: line breaks stay and are folded as before.
fn escape_source(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

/// A value within double quotes. At the edges, what would be lost or misread beside a line break can be escaped too.
fn escape(value: &str, edges: bool) -> String {
    let mut out = String::with_capacity(value.len());
    let last = value.char_indices().next_back().map_or(0, |(at, _)| at);
    let marker = value.starts_with("---") || value.starts_with("...");
    for (at, c) in value.char_indices() {
        let short = match c {
            '"' => "\\\"",
            '\\' => "\\\\",
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            '\0' => "\\0",
            '\u{1B}' => "\\e",
            '\u{85}' => "\\N",
            '\u{2028}' => "\\L",
            '\u{2029}' => "\\P",
            _ => "",
        };
        // Writing to a string cannot fail.
        let _ = match c {
            _ if !short.is_empty() => out.write_str(short),
            ' ' if edges && (at == 0 || at == last) => out.write_str("\\x20"),
            '-' | '.' if edges && at == 0 && marker => write!(out, "\\x{:02X}", u32::from(c)),
            _ if is_printable(c) => out.write_char(c),
            _ if u32::from(c) < 0x100 => write!(out, "\\x{:02X}", u32::from(c)),
            _ => write!(out, "\\u{:04X}", u32::from(c)),
        };
    }
    out
}

fn escape_json(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for c in value.chars() {
        let short = match c {
            '"' => "\\\"",
            '\\' => "\\\\",
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            '\u{8}' => "\\b",
            '\u{C}' => "\\f",
            _ => "",
        };
        let _ = match c {
            _ if !short.is_empty() => out.write_str(short),
            _ if is_printable(c) => out.write_char(c),
            // All of them are in the basic plane.
            _ => write!(out, "\\u{:04x}", u32::from(c)),
        };
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use Piece::{Source, Value};

    fn put(style: Style, before: &str, value: &str, behind: &str, expected: &str) -> String {
        write(style, false, &[Source(before), Value(value), Source(behind)], expected)
    }

    #[test]
    fn plain_stays_or_is_quoted() {
        assert_eq!(put(Style::Plain, "", "ami-0abc", "", "ami-0abc"), "ami-0abc");
        assert_eq!(put(Style::Plain, "", "0123", "", "0123"), "'0123'");
        assert_eq!(put(Style::Plain, "a", "0123", "", "a0123"), "a0123");
        assert_eq!(put(Style::Plain, "it's\n  ", "a: b", "", "it's a: b"), "'it''s\n  a: b'");
        assert_eq!(put(Style::Plain, "a\n  ", " b", "", "a  b"), "\"a\n  \\x20b\"");
        assert_eq!(put(Style::Plain, "\\", "\n", "\"", "\\\n\""), "\"\\\\\\n\\\"\"");
        assert_eq!(put(Style::Plain, "a\n\n  ", "\nb", "", "a\n\nb"), "\"a\n\n  \\nb\"");
        assert_eq!(write(Style::Plain, true, &[Value("a,b")], "a,b"), "'a,b'");
    }

    #[test]
    fn single_quotes_stay_if_they_hold() {
        assert_eq!(put(Style::Single, "it''s ", "it's", "", "it's it's"), "'it''s it''s'");
        assert_eq!(put(Style::Single, "it''s \\ ", "\n", "", "it's \\ \n"), "\"it's \\\\ \\n\"");
    }

    #[test]
    fn double_quotes_escape() {
        assert_eq!(
            put(Style::Double, "\\t", "\"\\\t\u{1}\u{85}\u{FEFF}é", "", "\t\"\\\t\u{1}\u{85}\u{FEFF}é"),
            "\"\\t\\\"\\\\\\t\\x01\\N\\uFEFFé\""
        );
        assert_eq!(put(Style::Double, "a\n", "--- ", "\nb", "a ---  b"), "\"a\n\\x2D--\\x20\nb\"");
    }

    #[test]
    fn what_cannot_keep_its_lines_is_written_on_one() {
        assert_eq!(put(Style::Double, "a ", "", "\n b", "a  b"), "\"a  b\"");
    }

    #[test]
    fn json_strings() {
        let text = write_json(&[Source("a\\/"), Value("\"\\\n\u{1}\u{2028}é😀")]);
        assert_eq!(text, "\"a\\/\\\"\\\\\\n\\u0001\\u2028é😀\"");
    }
}
