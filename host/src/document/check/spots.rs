//! Where a part of a text is written.

use crate::document::model::{Document, Place};
use crate::stack::template::place::Cursor;

/// Finds parts of one text of a document, each behind the one before.
pub(super) struct Spots<'t> {
    source: &'t str,
    at: usize,
    cursor: Cursor<'t>,
    base: Place,
}

impl<'t> Spots<'t> {
    /// The text that stands in this place.
    pub(super) fn new(document: &'t Document, base: Place) -> Self {
        let source = document.text.get(base.start..base.end).unwrap_or_default();
        Self { source, at: 0, cursor: Cursor::new(source), base }
    }

    /// Where the next such part is written; the place of the whole where it is written in another way, with escapes.
    pub(super) fn next(&mut self, part: &str) -> Place {
        let Some(found) = self.source.get(self.at..).and_then(|rest| rest.find(part)) else { return self.base };
        let start = self.at + found;
        self.at = start + part.len();
        let within = self.cursor.place(&(start..self.at));
        let column = match within.line {
            1 => self.base.column.saturating_add(within.column).saturating_sub(1),
            _ => within.column,
        };
        Place {
            start: self.base.start + start,
            end: self.base.start + self.at,
            line: self.base.line.saturating_add(within.line).saturating_sub(1),
            column,
        }
    }
}
