//! What a connected part of a graph is made of, while it is laid out.

use super::{Line, Rect};

/// What stands in a column.
#[derive(Clone, Debug)]
pub(super) struct Item {
    /// The node; none for the place that a long edge takes.
    pub(super) node: Option<usize>,
    /// The items in the column before that edges lead from, by their indexes in [`Columns::items`].
    pub(super) left: Vec<usize>,
    /// The items in the column after that edges lead to.
    pub(super) right: Vec<usize>,
}

/// Indexes of items, from top to bottom.
pub(super) type Column = Vec<usize>;

/// A part in columns.
#[derive(Debug, Default)]
pub(super) struct Columns {
    pub(super) items: Vec<Item>,
    pub(super) columns: Vec<Column>,
    /// For each edge, what it passes from left to right, nodes included.
    pub(super) ways: Vec<(usize, Vec<usize>)>,
}

/// A part laid out, its left upper corner at zero.
#[derive(Debug, Default)]
pub(super) struct Part {
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) boxes: Vec<(usize, Rect)>,
    pub(super) lines: Vec<Line>,
}
