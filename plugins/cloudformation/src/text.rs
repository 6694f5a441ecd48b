//! Lines and columns of byte offsets.

use std::ops::Range;

use formwork_plugin::renderer::Place;

/// How many bytes there are between two stored character counts. Minified templates have one line of a megabyte, so
/// that counting from the start of the line for every finding would be quadratic.
const STRIDE: usize = 512;

/// A text and an index over it.
pub(crate) struct Text<'t> {
    text: &'t str,
    /// Where each line begins.
    lines: Vec<usize>,
    /// How many characters begin before each multiple of [`STRIDE`].
    characters: Vec<usize>,
}

impl<'t> Text<'t> {
    /// Index a text. A line ends with `\n`, `\r\n` or a lone `\r`, as YAML has it.
    pub(crate) fn new(text: &'t str) -> Self {
        let bytes = text.as_bytes();
        let mut lines = vec![0];
        for (at, &byte) in bytes.iter().enumerate() {
            if byte == b'\n' || (byte == b'\r' && bytes.get(at + 1) != Some(&b'\n')) {
                lines.push(at + 1);
            }
        }
        let mut characters = vec![0];
        let mut total = 0;
        for stride in bytes.chunks(STRIDE) {
            total += beginnings(stride);
            characters.push(total);
        }
        Self { text, lines, characters }
    }

    /// Where a range of bytes is.
    pub(crate) fn place(&self, range: &Range<usize>) -> Place {
        let start = range.start.min(self.text.len());
        let end = range.end.clamp(start, self.text.len());
        let line = self.lines.partition_point(|&begin| begin <= start);
        let begin = self.lines.get(line.saturating_sub(1)).copied().unwrap_or(0);
        // A byte-order mark takes no column: no editor shows it.
        let mark = usize::from(begin == 0 && start > 0 && self.text.starts_with('\u{FEFF}'));
        let column = self.count(start).saturating_sub(self.count(begin) + mark) + 1;
        Place { start: narrow(start), end: narrow(end), line: narrow(line), column: narrow(column) }
    }

    /// The offset of a line (from 1) and a byte within it (from 1), as `serde_json` reports them.
    pub(crate) fn offset(&self, line: usize, byte: usize) -> usize {
        // `serde_json` knows `\n` only.
        let begin = match line.checked_sub(2) {
            Some(nth) => self.text.match_indices('\n').nth(nth).map_or(self.text.len(), |(at, _)| at + 1),
            None => 0,
        };
        let mut offset = (begin + byte.saturating_sub(1)).min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    }

    /// How many characters begin before an offset.
    fn count(&self, offset: usize) -> usize {
        let stride = offset / STRIDE;
        let before = self.characters.get(stride).copied().unwrap_or(0);
        before + self.text.as_bytes().get(stride * STRIDE..offset).map_or(0, beginnings)
    }
}

/// How many characters begin in these bytes.
fn beginnings(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte & 0xC0 != 0x80).count()
}

/// The interface counts with 32 bits; a template that does not fit is refused before.
fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, offset: usize) -> (u32, u32) {
        let place = Text::new(text).place(&(offset..offset + 1));
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
    }

    #[test]
    fn counts_over_strides() {
        let text = "ä".repeat(3000);
        assert_eq!(at(&text, 2 * 2500), (1, 2501));
    }

    #[test]
    fn takes_places_behind_the_end() {
        let place = Text::new("ab").place(&(7..9));
        assert_eq!((place.start, place.end, place.line, place.column), (2, 2, 1, 3));
    }

    #[test]
    fn finds_the_offsets_of_json_errors() {
        let text = Text::new("{\n ä\n}");
        assert_eq!(text.offset(1, 1), 0);
        assert_eq!(text.offset(2, 3), 3);
        assert_eq!(text.offset(9, 9), 7);
    }
}
