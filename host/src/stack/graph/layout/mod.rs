//! Where the nodes and edges of a drawing stand: in columns, what depends on the left of what it depends on.
//!
//! The method is that of Sugiyama and others ("Methods for visual understanding of hierarchical system structures",
//! 1981): layers by the longest way; places for long edges in each layer that they cross; an order in each layer that
//! has few crossings; heights that make edges straight. Each connected part is laid out for itself, and the parts
//! are packed in rows.

mod measure;
mod order;
mod part;
mod place;

use self::part::{Column, Part};
use super::Graph;

pub(super) use self::measure::{DETAIL_SIZE, LABEL_SIZE, NODE_PADDING, fit, width};

/// Lengths are in pixels of CSS.
const PART_GAP: f64 = 32.0;
/// How wide a row of parts may grow, unless a single part is wider.
const ROW_WIDTH: f64 = 960.0;

/// A drawing's geometry.
#[derive(Debug, Default)]
pub(super) struct Layout {
    pub(super) width: f64,
    pub(super) height: f64,
    /// In the order of the graph's nodes.
    pub(super) boxes: Vec<Rect>,
    pub(super) lines: Vec<Line>,
}

/// The box of a node.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Rect {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// The way of an edge, from left to right.
#[derive(Debug, Default)]
pub(super) struct Line {
    /// The index of the edge.
    pub(super) edge: usize,
    /// Pairs: the edge leaves a box or a column at the first, and enters the next one at the second.
    pub(super) gaps: Vec<((f64, f64), (f64, f64))>,
    /// Whether its direction is from right to left, since it closes a cycle.
    pub(super) reversed: bool,
}

/// Lay a graph out.
pub(super) fn layout(graph: &Graph) -> Layout {
    let walk = graph.walk();
    let sizes = measure::sizes(graph);
    let mut parts: Vec<Part> = parts(graph)
        .into_iter()
        .map(|nodes| {
            let columns = order::columns(graph, &walk, &nodes);
            place::place(graph, &walk, &sizes, columns)
        })
        .collect();
    // Single nodes last: they stand in rows of their own, of the same width, like a table.
    parts.sort_by_key(|part| part.boxes.len() == 1);
    let widest = parts.iter().filter(|part| part.boxes.len() == 1).map(|part| part.width).fold(0.0, f64::max);
    pack(graph, parts, widest)
}

fn pack(graph: &Graph, parts: Vec<Part>, single: f64) -> Layout {
    let mut layout = Layout { boxes: vec![Rect::default(); graph.nodes.len()], ..Layout::default() };
    let row = parts.iter().map(|part| part.width).fold(ROW_WIDTH, f64::max);
    let (mut x, mut y, mut height, mut singles) = (0.0, 0.0, 0.0_f64, false);
    for part in parts {
        let alone = part.boxes.len() == 1;
        let width = if alone { part.width.max(single) } else { part.width };
        if x > 0.0 && (x + width > row || alone != singles) {
            y += height + if alone && singles { PART_GAP / 2.0 } else { PART_GAP };
            (x, height) = (0.0, 0.0);
        }
        singles = alone;
        for (node, rect) in part.boxes {
            let width = if alone { width } else { rect.width };
            if let Some(place) = layout.boxes.get_mut(node) {
                *place = Rect { x: rect.x + x, y: rect.y + y, width, ..rect };
            }
        }
        for mut line in part.lines {
            for ((from_x, from_y), (to_x, to_y)) in &mut line.gaps {
                *from_x += x;
                *to_x += x;
                *from_y += y;
                *to_y += y;
            }
            layout.lines.push(line);
        }
        layout.width = layout.width.max(x + width);
        height = height.max(part.height);
        layout.height = layout.height.max(y + height);
        x += width + PART_GAP / if alone { 2.0 } else { 1.0 };
    }
    layout
}

/// The nodes of each connected part, both in the order of the graph.
fn parts(graph: &Graph) -> Vec<Vec<usize>> {
    let mut near = vec![Vec::new(); graph.nodes.len()];
    for &(from, to) in &graph.ends {
        for (a, b) in [(from, to), (to, from)] {
            if let Some(near) = near.get_mut(a) {
                near.push(b);
            }
        }
    }
    let mut seen = vec![false; graph.nodes.len()];
    let mut parts = Vec::new();
    for root in 0..graph.nodes.len() {
        let (mut part, mut open) = (Vec::new(), vec![root]);
        while let Some(node) = open.pop() {
            if let Some(seen) = seen.get_mut(node)
                && !*seen
            {
                *seen = true;
                part.push(node);
                open.extend(near.get(node).into_iter().flatten());
            }
        }
        if !part.is_empty() {
            part.sort_unstable();
            parts.push(part);
        }
    }
    parts
}
