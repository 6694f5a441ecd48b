//! Reading literal and folded block scalars, with a map to the text.

use std::ops::Range;

use super::flow::is_document_marker;
use super::{Decoded, Scalar, Style};

/// What the header of a block scalar says, and what it needs to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) folded: bool,
    pub(crate) chomping: Chomping,
    /// Whether the header tells the indentation; the first line does otherwise.
    pub(crate) explicit: bool,
    /// How many blanks every line begins with.
    pub(crate) indent: usize,
}

/// What becomes of the line breaks at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Chomping {
    Strip,
    Clip,
    Keep,
}

/// A block scalar in a text.
#[derive(Debug)]
pub(crate) struct Block {
    pub(crate) header: Header,
    /// The indicators: `|2-`.
    pub(crate) indicators: Range<usize>,
    /// From the first line to behind the last one that belongs to it, blank lines included.
    pub(crate) body: Range<usize>,
    /// Behind the last character of the last line that is not blank.
    pub(crate) end: usize,
    /// The value.
    pub(crate) decoded: Decoded,
}

impl Block {
    /// Find the block scalar that the parser has found: it tells where the first line begins behind its indentation.
    pub(crate) fn find(scalar: &Scalar<'_>, text: &str, comments: &[Range<usize>]) -> Option<Self> {
        let before = text.get(..scalar.span.start)?;
        let first = before.trim_end_matches(' ');
        let indent = before.len() - first.len();
        // Blank lines may stand between the header and the first line.
        let line_end = first.trim_end_matches([' ', '\n', '\r']).len();
        let line = first.get(..line_end)?.rfind(['\n', '\r']).map_or(0, |at| at + 1);
        let comment = comments.partition_point(|comment| comment.start < line);
        let comment = comments.get(comment).map_or(line_end, |comment| comment.start.min(line_end));
        let indicators = indicators(text.get(line..comment)?, scalar.style)?;
        let indicators = line + indicators.start..line + indicators.end;
        let written = text.get(indicators.clone())?;
        let chomping = match written {
            _ if written.contains('-') => Chomping::Strip,
            _ if written.contains('+') => Chomping::Keep,
            _ => Chomping::Clip,
        };
        let explicit = written.contains(|c: char| c.is_ascii_digit());
        let header = Header { folded: scalar.style == Style::Folded, chomping, explicit, indent };
        let body = next_line(text, line_end);
        let (decoded, lines) = header.decode(text.get(body..)?, body);
        Some(Self { header, indicators, body: body..lines.behind, end: lines.end, decoded })
    }
}

/// The indicators at the end of a header without its comment.
fn indicators(header: &str, style: Style) -> Option<Range<usize>> {
    let header = header.trim_end_matches([' ', '\t']);
    let start = header.rfind(if style == Style::Folded { '>' } else { '|' })?;
    Some(start..header.len())
}

/// Where the line behind an offset begins.
fn next_line(text: &str, from: usize) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    let Some(at) = rest.find(['\n', '\r']) else { return text.len() };
    let crlf = rest.get(at..).is_some_and(|line_break| line_break.starts_with("\r\n"));
    from + at + 1 + usize::from(crlf)
}

/// Where the lines of a block scalar end.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Lines {
    /// Behind the last character of the last line that is not blank.
    pub(crate) end: usize,
    /// Behind the last line that belongs to the scalar.
    pub(crate) behind: usize,
}

impl Header {
    /// Read the lines of a block scalar, up to the first that does not belong to it. At the end of the text, a line
    /// without a line break has none, as in libyaml.
    pub(crate) fn decode(&self, body: &str, offset: usize) -> (Decoded, Lines) {
        let mut out = Decoded::default();
        let mut lines = Lines { end: offset, behind: offset };
        // The line breaks of blank lines that are not yet part of the value.
        let mut blank: Vec<Range<usize>> = Vec::new();
        // The line break of the last line that is not blank, and whether it can be folded.
        let mut last: Option<(Range<usize>, bool)> = None;
        let mut at = 0;
        while let Some(rest) = body.get(at..).filter(|rest| !rest.is_empty()) {
            let behind = next_line(body, at);
            let line = rest.get(..behind - at).unwrap_or(rest);
            let content = line.trim_end_matches(['\n', '\r']);
            let spaces = content.len() - content.trim_start_matches(' ').len();
            let inner = content.get(spaces.min(self.indent)..).unwrap_or_default();
            let start = offset + at + content.len() - inner.len();
            let line_break = offset + at + content.len()..offset + behind;
            if !inner.is_empty() && (spaces < self.indent || (self.indent == 0 && is_document_marker(inner))) {
                break;
            }
            at = behind;
            lines.behind = offset + behind;
            if inner.is_empty() {
                if !line_break.is_empty() {
                    blank.push(start..line_break.end);
                }
                continue;
            }
            let foldable = self.folded && !inner.starts_with([' ', '\t']);
            match last {
                Some((line_break, true)) if foldable && blank.is_empty() => out.atom(" ", line_break.start..start),
                Some((_, true)) if foldable => {}
                Some((line_break, _)) => out.atom("\n", line_break),
                None => {}
            }
            for line_break in blank.drain(..) {
                out.atom("\n", line_break);
            }
            out.verbatim(inner, start);
            lines.end = line_break.start;
            last = Some((line_break, foldable));
        }
        if let Some((line_break, _)) = last.filter(|(line_break, _)| !line_break.is_empty())
            && self.chomping != Chomping::Strip
        {
            out.atom("\n", line_break);
        }
        if self.chomping == Chomping::Keep {
            for line_break in blank {
                out.atom("\n", line_break);
            }
        }
        (out, lines)
    }

    /// Whether the indentation is found again: it is written, or the first line that is not blank has it.
    pub(crate) fn is_found(&self, body: &str) -> bool {
        if self.explicit {
            return true;
        }
        for line in body.split(['\n', '\r']) {
            let content = line.trim_start_matches(' ');
            let spaces = line.len() - content.len();
            if !content.is_empty() {
                // Parsers do not agree about a tab behind the indentation of the first line.
                return spaces == self.indent && !content.starts_with('\t');
            }
            if spaces > self.indent {
                return false;
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(indicators: &str, indent: usize, body: &str) -> String {
        let chomping = match indicators {
            _ if indicators.contains('-') => Chomping::Strip,
            _ if indicators.contains('+') => Chomping::Keep,
            _ => Chomping::Clip,
        };
        let header = Header { folded: indicators.starts_with('>'), chomping, explicit: false, indent };
        header.decode(body, 0).0.text
    }

    #[test]
    fn reads_literals() {
        assert_eq!(read("|", 2, "  a\n   b\n\n  c\n\n\nd: e\n"), "a\n b\n\nc\n");
        assert_eq!(read("|-", 2, "\n  a\r\n  b\r\n\r\n"), "\na\nb");
        assert_eq!(read("|+", 2, "  a\n\n \n# c\n"), "a\n\n\n");
        assert_eq!(read("|", 2, "  a"), "a");
        assert_eq!(read("|", 2, "  a\n   "), "a\n ");
        assert_eq!(read("|", 2, "  a\n  "), "a\n");
    }

    #[test]
    fn folds() {
        assert_eq!(read(">", 1, " a\n b\n\n c\n  d\n\n e\n"), "a b\nc\n d\n\ne\n");
        assert_eq!(read(">-", 1, "\n a\n\t\n b\n"), "\na");
        assert_eq!(read(">-", 1, " a\n\n\n b\n"), "a\n\nb");
    }

    #[test]
    fn tells_where_it_ends() {
        let header = Header { folded: false, chomping: Chomping::Clip, explicit: false, indent: 2 };
        assert_eq!(header.decode("  a\n\n \nb", 10).1, Lines { end: 13, behind: 17 });
    }

    #[test]
    fn finds_the_header() {
        assert_eq!(indicators("a: |", Style::Literal), Some(3..4));
        assert_eq!(indicators("\"a | b\": !Sub |2-  ", Style::Literal), Some(14..17));
        assert_eq!(indicators("- >+\t", Style::Folded), Some(2..4));
    }

    #[test]
    fn tells_whether_the_indentation_is_found() {
        let header = Header { folded: false, chomping: Chomping::Clip, explicit: false, indent: 2 };
        assert!(header.is_found("\n \n  a"));
        assert!(!header.is_found("   a"));
        assert!(!header.is_found("   \n  a"));
        assert!(!header.is_found("  \ta"));
        assert!(Header { explicit: true, ..header }.is_found("   a"));
    }
}
