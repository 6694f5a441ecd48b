//! Reading plain, single-quoted and double-quoted scalars, with a map to the text.

use std::ops::Range;

use super::{Decoded, Style};

/// The range within the quotes.
pub(crate) fn inner(style: Style, span: &Range<usize>) -> Range<usize> {
    match style {
        Style::Single | Style::Double => span.start + 1..span.end.saturating_sub(1).max(span.start + 1),
        _ => span.clone(),
    }
}

/// Read what stands within the quotes, or a plain scalar. None if it is not what the style allows.
pub(crate) fn decode(style: Style, inner: &str, offset: usize) -> Option<Decoded> {
    let special = move |c: char| match c {
        ' ' | '\t' | '\n' | '\r' => true,
        '\'' => style == Style::Single,
        '"' | '\\' => style == Style::Double,
        _ => false,
    };
    let mut out = Decoded::default();
    let mut rest = inner;
    while !rest.is_empty() {
        let at = offset + inner.len() - rest.len();
        let (run, behind) = rest.split_at_checked(rest.find(special).unwrap_or(rest.len()))?;
        out.verbatim(run, at);
        rest = behind;
        let at = at + run.len();
        let Some(first) = rest.chars().next() else { break };
        rest = match first {
            '\'' => {
                out.atom("'", at..at + 2);
                rest.strip_prefix("''")?
            }
            '\\' => escape(rest, at, &mut out)?,
            '"' => return None,
            _ => {
                let behind = rest.trim_start_matches(BLANKS_AND_BREAKS);
                let white = rest.get(..rest.len() - behind.len())?;
                if style == Style::Plain && (at == offset || behind.is_empty()) {
                    return None;
                }
                fold(white, behind, at, &mut out)?;
                behind
            }
        };
    }
    Some(out)
}

const BLANKS_AND_BREAKS: [char; 4] = [' ', '\t', '\n', '\r'];

/// Blanks, or blanks around line breaks: a single break becomes a blank, further ones stay.
fn fold(white: &str, behind: &str, at: usize, out: &mut Decoded) -> Option<()> {
    match breaks(white) {
        0 => out.verbatim(white, at),
        1 => out.atom(" ", at..at + white.len()),
        more => out.atom(&"\n".repeat(more - 1), at..at + white.len()),
    }
    (!white.ends_with(['\n', '\r']) || !is_document_marker(behind)).then_some(())
}

/// How many line breaks there are.
pub(crate) fn breaks(text: &str) -> usize {
    let bytes = text.as_bytes();
    let is_break = |(at, byte): (usize, &u8)| {
        *byte == b'\n' || (*byte == b'\r' && bytes.get(at + 1).is_none_or(|&next| next != b'\n'))
    };
    bytes.iter().enumerate().filter(|&entry| is_break(entry)).count()
}

/// Whether a line that begins with this ends the document.
pub(crate) fn is_document_marker(line: &str) -> bool {
    ["---", "..."]
        .iter()
        .filter_map(|marker| line.strip_prefix(marker))
        .any(|behind| behind.is_empty() || behind.starts_with(BLANKS_AND_BREAKS))
}

/// An escape of a double-quoted scalar.
fn escape<'t>(rest: &'t str, at: usize, out: &mut Decoded) -> Option<&'t str> {
    let mut chars = rest.strip_prefix('\\')?.chars();
    let code = chars.next()?;
    let digits = match code {
        'x' => 2,
        'u' => 4,
        'U' => 8,
        '\n' | '\r' => {
            let behind = chars.as_str();
            let behind = if code == '\r' { behind.strip_prefix('\n').unwrap_or(behind) } else { behind };
            let content = behind.trim_start_matches(BLANKS_AND_BREAKS);
            let white = behind.get(..behind.len() - content.len())?;
            let length = rest.len() - content.len();
            out.atom(&"\n".repeat(breaks(white)), at..at + length);
            let begins_line = rest.get(..length)?.ends_with(['\n', '\r']);
            return (!begins_line || !is_document_marker(content)).then_some(content);
        }
        _ => {
            let c = match code {
                '0' => '\0',
                'a' => '\u{7}',
                'b' => '\u{8}',
                't' | '\t' => '\t',
                'n' => '\n',
                'v' => '\u{B}',
                'f' => '\u{C}',
                'r' => '\r',
                'e' => '\u{1B}',
                ' ' | '"' | '/' | '\\' => code,
                'N' => '\u{85}',
                '_' => '\u{A0}',
                'L' => '\u{2028}',
                'P' => '\u{2029}',
                _ => return None,
            };
            out.atom(c.encode_utf8(&mut [0; 4]), at..at + 2);
            return Some(chars.as_str());
        }
    };
    let (c, behind) = code_point(chars.as_str(), digits)?;
    out.atom(c.encode_utf8(&mut [0; 4]), at..at + rest.len() - behind.len());
    Some(behind)
}

/// The digits of `\x`, `\u` and `\U`. A pair of surrogates is one character, as in JSON.
pub(crate) fn code_point(rest: &str, digits: usize) -> Option<(char, &str)> {
    let (code, behind) = hexadecimal(rest, digits)?;
    if let Some(c) = char::from_u32(code) {
        return Some((c, behind));
    }
    let (low, behind) = hexadecimal(behind.strip_prefix("\\u")?, 4)?;
    let pair = (0xD800..0xDC00).contains(&code) && (0xDC00..0xE000).contains(&low);
    let c = pair.then(|| 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00))?;
    Some((char::from_u32(c)?, behind))
}

fn hexadecimal(rest: &str, digits: usize) -> Option<(u32, &str)> {
    let (number, behind) = rest.split_at_checked(digits)?;
    let is_number = number.bytes().all(|byte| byte.is_ascii_hexdigit());
    Some((u32::from_str_radix(number, 16).ok().filter(|_| is_number)?, behind))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(style: Style, inner: &str) -> Option<String> {
        decode(style, inner, 0).map(|decoded| decoded.text)
    }

    #[test]
    fn reads_quotes_and_escapes() {
        assert_eq!(read(Style::Single, "it''s \\n").as_deref(), Some("it's \\n"));
        assert_eq!(read(Style::Single, "it's"), None);
        assert_eq!(
            read(Style::Double, r#"\"\/\x41\u003c\U0001F600\ud83d\ude00\e\_"#).as_deref(),
            Some("\"/A<😀😀\u{1B}\u{A0}")
        );
        assert_eq!(read(Style::Double, r"\q"), None);
        assert_eq!(read(Style::Double, r"\ud83d"), None);
        assert_eq!(read(Style::Double, r"\u+041"), None);
        assert_eq!(read(Style::Plain, r"a\n").as_deref(), Some(r"a\n"));
    }

    #[test]
    fn folds_lines() {
        assert_eq!(read(Style::Plain, "a \r\n  b\n\n\tc").as_deref(), Some("a b\nc"));
        assert_eq!(read(Style::Single, "a\rb ").as_deref(), Some("a b "));
        assert_eq!(read(Style::Double, "a \\\n  b\\\n\n  c").as_deref(), Some("a b\nc"));
        assert_eq!(read(Style::Plain, " a"), None);
        assert_eq!(read(Style::Plain, "a "), None);
    }

    #[test]
    fn document_markers_end_a_scalar() {
        assert_eq!(read(Style::Single, "a\n--- b"), None);
        assert_eq!(read(Style::Single, "a\n ---").as_deref(), Some("a ---"));
        assert_eq!(read(Style::Double, "a\\\n... b"), None);
        assert_eq!(read(Style::Single, "a\n---b").as_deref(), Some("a ---b"));
    }

    #[test]
    fn maps_escapes() {
        let decoded = decode(Style::Double, r"x\u003c<\/", 5).unwrap_or_default();
        assert_eq!(decoded.text, "x<</");
        assert_eq!(decoded.source(&(1..3)), 6..13);
        assert_eq!(decoded.source(&(3..4)), 13..15);
    }
}
