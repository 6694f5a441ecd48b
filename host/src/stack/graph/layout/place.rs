//! Coordinates: columns beside each other, and items at the heights of what they are connected with.

use super::super::Graph;
use super::super::walk::Walk;
use super::measure::{DETAIL_SIZE, Sizes, width};
use super::part::{Columns, Item, Part};
use super::{Column, Line, Rect};

const NODE_GAP: f64 = 16.0;
const PLACE_GAP: f64 = 12.0;
const COLUMN_GAP: f64 = 72.0;
const MAX_COLUMN_GAP: f64 = 180.0;
/// How often heights are evened out; both directions count as two.
const PASSES: usize = 12;

pub(super) fn place(graph: &Graph, walk: &Walk, sizes: &Sizes, columns: Columns) -> Part {
    let middles = heights(&columns, sizes.height);
    let top = middles.iter().zip(&columns.items).map(|(y, item)| y - half(item, sizes.height)).fold(f64::MAX, f64::min);
    let gap = gap(graph, &columns);
    // The left and right border of the column of each item.
    let mut borders = vec![(0.0, 0.0); columns.items.len()];
    let mut part = Part::default();
    let mut x = 0.0;
    for column in &columns.columns {
        let widths = column.iter().filter_map(|item| columns.items.get(*item)?.node);
        let wide = widths.filter_map(|node| sizes.widths.get(node).copied()).fold(0.0, f64::max);
        for item in column {
            if let Some(border) = borders.get_mut(*item) {
                *border = (x, x + wide);
            }
            let Some(node) = columns.items.get(*item).and_then(|item| item.node) else { continue };
            let y = middles.get(*item).copied().unwrap_or(0.0) - top - sizes.height / 2.0;
            part.boxes.push((node, Rect { x, y: y.round(), width: wide, height: sizes.height }));
        }
        part.width = x + wide;
        x += wide + gap;
    }
    part.height = middles
        .iter()
        .zip(&columns.items)
        .map(|(y, item)| (y - top + half(item, sizes.height)).ceil())
        .fold(0.0, f64::max);
    let at = |item: usize| {
        let (left, right) = borders.get(item).copied().unwrap_or_default();
        let y = (middles.get(item).copied().unwrap_or(0.0) - top).round();
        ((left, y), (right, y))
    };
    for (edge, way) in &columns.ways {
        let gaps = way.windows(2).filter_map(|pair| match *pair {
            [a, b] => Some((at(a).1, at(b).0)),
            _ => None,
        });
        // A back edge leads to what its start is below of, which stands further left.
        let reversed = walk.back.get(*edge) == Some(&true);
        part.lines.push(Line { edge: *edge, gaps: gaps.collect(), reversed });
    }
    part
}

/// Wide enough for the labels of edges.
fn gap(graph: &Graph, columns: &Columns) -> f64 {
    let labels = columns.ways.iter().filter_map(|(edge, _)| graph.edges.get(*edge)?.label.as_deref());
    labels.map(|label| width(label, DETAIL_SIZE) + 48.0).fold(COLUMN_GAP, f64::max).min(MAX_COLUMN_GAP).ceil()
}

fn half(item: &Item, height: f64) -> f64 {
    if item.node.is_some() { height / 2.0 } else { 0.0 }
}

/// The middle of each item.
fn heights(columns: &Columns, height: f64) -> Vec<f64> {
    let mut y = vec![0.0; columns.items.len()];
    for column in &columns.columns {
        settle(columns, column, height, &vec![None; column.len()], &mut y);
    }
    let count = columns.columns.len();
    for pass in 0..PASSES {
        let rightwards = pass % 2 == 0;
        // In the last passes both sides count, so that nothing leans to one.
        let both = pass + 2 >= PASSES;
        for step in 0..count {
            let Some(column) = columns.columns.get(if rightwards { step } else { count - 1 - step }) else { continue };
            let wishes = column.iter().map(|index| {
                let item = columns.items.get(*index)?;
                let left = if both || rightwards { item.left.as_slice() } else { &[] };
                let right = if both || !rightwards { item.right.as_slice() } else { &[] };
                let near = left.len() + right.len();
                let sum: f64 = left.iter().chain(right).filter_map(|near| y.get(*near)).sum();
                (near > 0).then(|| sum / near as f64)
            });
            let wishes: Vec<Option<f64>> = wishes.collect();
            settle(columns, column, height, &wishes, &mut y);
        }
    }
    y
}

/// Items that stand against each other, and what their common height is made of.
struct Block {
    weight: f64,
    sum: f64,
    count: usize,
}

/// Give the items of a column the heights that they want, as near as their order and distances allow: least squares,
/// by joining neighbours that want to pass each other (pool adjacent violators).
fn settle(columns: &Columns, column: &Column, height: f64, wishes: &[Option<f64>], y: &mut [f64]) {
    let mut blocks: Vec<Block> = Vec::new();
    let mut offsets = Vec::with_capacity(column.len());
    let mut offset = 0.0;
    let mut before: Option<&Item> = None;
    for (&index, wish) in column.iter().zip(wishes) {
        let Some(item) = columns.items.get(index) else { continue };
        if let Some(before) = before {
            let gap = if before.node.is_some() && item.node.is_some() { NODE_GAP } else { PLACE_GAP };
            offset += half(before, height) + half(item, height) + gap;
        }
        before = Some(item);
        offsets.push((index, offset));
        let own = y.get(index).copied().unwrap_or(0.0);
        // Long edges want to be straight more than boxes want to be in the middle.
        let weight = if item.node.is_some() { 1.0 } else { 2.0 };
        let mut block = Block { weight, sum: weight * (wish.unwrap_or(own) - offset), count: 1 };
        while let Some(last) = blocks.pop() {
            if last.sum / last.weight <= block.sum / block.weight {
                blocks.push(last);
                break;
            }
            block.weight += last.weight;
            block.sum += last.sum;
            block.count += last.count;
        }
        blocks.push(block);
    }
    let heights = blocks.iter().flat_map(|block| std::iter::repeat_n(block.sum / block.weight, block.count));
    for ((index, offset), height) in offsets.into_iter().zip(heights) {
        if let Some(y) = y.get_mut(index) {
            *y = height + offset;
        }
    }
}
