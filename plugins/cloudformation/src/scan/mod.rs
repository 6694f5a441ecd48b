//! The scalars of a template: their values, how they are written, and where they stand.

pub(crate) mod block;
pub(crate) mod flow;
pub(crate) mod json;
pub(crate) mod yaml;

use std::borrow::Cow;
use std::ops::Range;

use crate::finding::Problem;
use crate::place::{Node, Tree};
use crate::text::Text;

/// How deep collections may be nested. It keeps the recursion of `serde_json` within the stack of a component.
pub(crate) const DEPTH: usize = 128;
/// What is told about deeper ones.
pub(crate) const TOO_DEEP: &str = "the template is nested deeper than 128 levels";

/// How a scalar is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Style {
    Plain,
    Single,
    Double,
    Literal,
    Folded,
    Json,
}

/// What a scalar is to the collection that holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Value,
    /// A key of the mapping with this number.
    Key(u32),
}

/// A scalar.
#[derive(Debug)]
pub(crate) struct Scalar<'t> {
    /// What it says.
    pub(crate) value: Cow<'t, str>,
    pub(crate) style: Style,
    /// Where it is written, with quotes. Of a block scalar, what follows the indentation of its first line.
    pub(crate) span: Range<usize>,
    /// Where its tag and its anchor begin.
    pub(crate) begin: usize,
    /// Where it stands in the template.
    pub(crate) node: Node,
    pub(crate) role: Role,
    /// Whether it stands within `[…]` or `{…}`.
    pub(crate) in_flow: bool,
}

/// A template, taken apart.
#[derive(Default)]
pub(crate) struct Scan<'t> {
    /// The scalars in the order of the text.
    pub(crate) scalars: Vec<Scalar<'t>>,
    pub(crate) tree: Tree,
    /// Keys that are aliases: the mapping and the scalar that the alias stands for.
    pub(crate) alias_keys: Vec<(u32, usize)>,
    /// Where the comments are, in order.
    pub(crate) comments: Vec<Range<usize>>,
    /// A hash of every event but its value: what rendering must not change.
    pub(crate) shape: Vec<u64>,
}

/// Take a template apart: as JSON where it is JSON, as YAML otherwise.
pub(crate) fn scan<'t>(text: &'t str, index: &Text<'_>) -> Result<Scan<'t>, Problem> {
    let content = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    if !content.trim_start_matches([' ', '\t', '\r', '\n']).starts_with('{') {
        return yaml::scan(text);
    }
    match json::validate(text, content, index) {
        Ok(()) => json::scan(text),
        Err(json::Invalid::TooDeep(problem)) => Err(problem),
        // `{a: b}` is YAML. When it is neither, more likely JSON was meant.
        Err(json::Invalid::Syntax(problem)) => {
            yaml::scan(text).map_err(|yaml| if is_final(&yaml) { yaml } else { problem })
        }
    }
}

/// Whether a problem of YAML is one of a text that was understood.
fn is_final(problem: &Problem) -> bool {
    problem.failure.message == TOO_DEEP || problem.failure.message == yaml::SEVERAL_DOCUMENTS
}

/// A value and where each of its parts is written.
#[derive(Debug, Default)]
pub(crate) struct Decoded {
    /// The value.
    pub(crate) text: String,
    parts: Vec<Part>,
}

/// A run of the value.
#[derive(Debug)]
struct Part {
    /// Where it begins in the value.
    value: usize,
    source: Range<usize>,
    /// Whether it is written as it is, so that every byte has a place of its own.
    verbatim: bool,
}

impl Decoded {
    /// Add a run that is written as it is.
    pub(crate) fn verbatim(&mut self, text: &str, at: usize) {
        if text.is_empty() {
            return;
        }
        let value = self.text.len();
        self.text.push_str(text);
        if let Some(last) = self.parts.last_mut()
            && last.verbatim
            && last.source.end == at
        {
            last.source.end += text.len();
            return;
        }
        self.parts.push(Part { value, source: at..at + text.len(), verbatim: true });
    }

    /// Add what is written in another way: an escape, a folded line break.
    pub(crate) fn atom(&mut self, text: &str, source: Range<usize>) {
        if text.is_empty() {
            return;
        }
        let value = self.text.len();
        self.text.push_str(text);
        self.parts.push(Part { value, source, verbatim: false });
    }

    /// Where a range of the value is written.
    pub(crate) fn source(&self, range: &Range<usize>) -> Range<usize> {
        let start = self.part(range.start).map_or(0, |part| match part.verbatim {
            true => part.source.start + (range.start - part.value),
            false => part.source.start,
        });
        let Some(last) = range.end.checked_sub(1).filter(|&last| last >= range.start) else { return start..start };
        let end = self.part(last).map_or(start, |part| match part.verbatim {
            true => part.source.start + (range.end - part.value),
            false => part.source.end,
        });
        start..end
    }

    /// The run that holds a byte of the value.
    fn part(&self, at: usize) -> Option<&Part> {
        let behind = self.parts.partition_point(|part| part.value <= at);
        self.parts.get(behind.checked_sub(1)?)
    }
}

impl Scalar<'_> {
    /// The value again, with the place of each of its parts in the text. None when this crate reads the scalar
    /// differently from the parser, which would be a mistake.
    pub(crate) fn decode(&self, text: &str, comments: &[Range<usize>]) -> Option<Decoded> {
        let decoded = match self.style {
            Style::Json => json::decode(text.get(self.span.clone())?, self.span.start),
            Style::Literal | Style::Folded => block::Block::find(self, text, comments).map(|block| block.decoded),
            style => {
                let inner = flow::inner(style, &self.span);
                flow::decode(style, text.get(inner.clone())?, inner.start)
            }
        };
        decoded.filter(|decoded| decoded.text == self.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_values_to_their_source() {
        let mut decoded = Decoded::default();
        decoded.verbatim("ab", 10);
        decoded.verbatim("c", 12);
        decoded.atom("\n", 13..20);
        decoded.verbatim("de", 20);
        assert_eq!(decoded.text, "abc\nde");
        assert_eq!(decoded.source(&(1..3)), 11..13);
        assert_eq!(decoded.source(&(1..4)), 11..20);
        assert_eq!(decoded.source(&(4..5)), 20..21);
        assert_eq!(decoded.source(&(2..2)), 12..12);
    }
}
