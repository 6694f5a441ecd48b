//! Where something stands in a text.

use std::ops::Range;

use serde::Serialize;

/// A place in a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Place {
    /// Where it begins, in bytes from 0.
    pub start: usize,
    /// Where it ends, in bytes from 0.
    pub end: usize,
    /// The line that it begins on, from 1. A line ends with `\n`, `\r\n` or a lone `\r`, as YAML has it.
    pub line: u32,
    /// The character on that line, from 1. A byte-order mark takes no column: no editor shows it.
    pub column: u32,
}

/// Counts lines and characters while it goes through a text, always forward.
pub(crate) struct Cursor<'t> {
    text: &'t str,
    offset: usize,
    line: u32,
    column: u32,
}

impl<'t> Cursor<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self { text, offset: 0, line: 1, column: 1 }
    }

    /// The place of a range that begins at the cursor or behind it.
    pub(crate) fn place(&mut self, range: &Range<usize>) -> Place {
        let before = self.text.get(self.offset..range.start).unwrap_or_default();
        let mut last = self.text.get(..self.offset).and_then(|text| text.chars().next_back());
        for c in before.chars() {
            match c {
                // The second half of `\r\n`; the line was counted before.
                '\n' if last == Some('\r') => {}
                '\n' | '\r' => {
                    self.line = self.line.saturating_add(1);
                    self.column = 1;
                }
                '\u{FEFF}' if last.is_none() => {}
                _ => self.column = self.column.saturating_add(1),
            }
            last = Some(c);
        }
        self.offset = self.offset.max(range.start);
        Place { start: range.start, end: range.end, line: self.line, column: self.column }
    }
}

/// The place of one range. It counts from the beginning of the text.
pub(crate) fn place_in(text: &str, range: &Range<usize>) -> Place {
    Cursor::new(text).place(range)
}

/// A name from outside, fit for a line of a message: without control characters, and not too long.
pub(crate) fn excerpt(text: &str) -> String {
    const LONGEST: usize = 80;
    let mut out = String::new();
    for (number, c) in text.chars().enumerate() {
        if number == LONGEST {
            out.push('…');
            break;
        }
        match c {
            // The last ones change the direction of what follows, so that a name could hide in a message.
            _ if c.is_control() => out.extend(c.escape_default()),
            '\u{2028}' | '\u{2029}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => {
                out.extend(c.escape_unicode());
            }
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, offset: usize) -> (u32, u32) {
        let place = place_in(text, &(offset..offset + 1));
        (place.line, place.column)
    }

    #[test]
    fn counts_characters_and_every_kind_of_line_ending() {
        assert_eq!(at("ab\nc", 0), (1, 1));
        assert_eq!(at("ab\nc", 3), (2, 1));
        assert_eq!(at("ab\r\ncd", 5), (2, 2));
        assert_eq!(at("ab\rcd", 4), (2, 2));
        assert_eq!(at("äö: x", 6), (1, 5));
        assert_eq!(at("\u{FEFF}ab", 3), (1, 1));
        assert_eq!(at("\u{FEFF}ab", 4), (1, 2));
        assert_eq!(at("a", 9), (1, 1), "behind the end");
    }

    #[test]
    fn goes_on_between_the_halves_of_a_line_ending() {
        let mut cursor = Cursor::new("a\r\nb");
        cursor.place(&(2..2));
        assert_eq!(cursor.place(&(3..4)), Place { start: 3, end: 4, line: 2, column: 1 });
    }

    #[test]
    fn excerpts_are_one_short_line() {
        assert_eq!(excerpt("Größe"), "Größe");
        assert_eq!(excerpt("a\n\u{1b}[2J"), "a\\n\\u{1b}[2J");
        assert_eq!(excerpt("a\u{202e}b"), "a\\u{202e}b");
        assert_eq!(excerpt(&"ä".repeat(1000)).chars().count(), 81);
    }
}
