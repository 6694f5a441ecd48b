//! Which column a node stands in, and in which order.

use std::collections::HashMap;

use super::super::Graph;
use super::super::walk::Walk;
use super::Column;
use super::part::{Columns, Item};

/// How often the columns are sorted; it seldom gets better after a few times.
const SWEEPS: usize = 16;
/// The most places for long edges. Past that, the longest ones are drawn across the columns between.
const MAX_PLACES: usize = 8_000;

/// The columns of a connected part.
pub(super) fn columns(graph: &Graph, walk: &Walk, nodes: &[usize]) -> Columns {
    let mut columns = split(graph, walk, nodes);
    let mut order = columns.columns.clone();
    let mut fewest = crossings(&columns.items, &order);
    for sweep in 0..SWEEPS {
        if fewest == 0 {
            break;
        }
        sort(&columns.items, &mut order, sweep % 2 == 0);
        let count = crossings(&columns.items, &order);
        if count < fewest {
            fewest = count;
            columns.columns.clone_from(&order);
        }
    }
    columns
}

/// Nodes by layer, and places for long edges.
fn split(graph: &Graph, walk: &Walk, nodes: &[usize]) -> Columns {
    let rank = |node: usize| walk.rank.get(node).copied().unwrap_or(0);
    let last = nodes.iter().map(|node| rank(*node)).max().unwrap_or(0);
    let mut result = Columns { columns: vec![Vec::new(); last + 1], ..Columns::default() };
    let mut item_of = HashMap::new();
    // What depends on nothing stands in the last column.
    for &node in nodes {
        item_of.insert(node, result.add(Some(node), last - rank(node)));
    }
    let mut edges: Vec<(usize, usize, usize)> = Vec::new();
    for &node in nodes {
        for (edge, to) in graph.edges_from(node) {
            // Towards the right, whichever way it points. A back edge never stays in its layer, but a loop does.
            let (left, right) = if rank(node) >= rank(to) { (node, to) } else { (to, node) };
            if left != right {
                edges.push((edge, left, right));
            }
        }
    }
    // Short ones first, so that the limit leaves out the longest.
    edges.sort_by_key(|(_, left, right)| rank(*left) - rank(*right));
    let mut places = 0;
    for (edge, left, right) in edges {
        let (Some(&start), Some(&end)) = (item_of.get(&left), item_of.get(&right)) else { continue };
        let mut way = vec![start];
        let (first, past) = (last - rank(left) + 1, last - rank(right));
        if places + past.saturating_sub(first) <= MAX_PLACES {
            for column in first..past {
                way.push(result.add(None, column));
                places += 1;
            }
        }
        way.push(end);
        if way.len() == past + 2 - first {
            for pair in way.windows(2) {
                if let [a, b] = *pair {
                    result.link(a, b);
                }
            }
        }
        result.ways.push((edge, way));
    }
    result
}

impl Columns {
    fn add(&mut self, node: Option<usize>, column: usize) -> usize {
        let item = self.items.len();
        self.items.push(Item { node, left: Vec::new(), right: Vec::new() });
        if let Some(column) = self.columns.get_mut(column) {
            column.push(item);
        }
        item
    }

    fn link(&mut self, left: usize, right: usize) {
        if let Some(item) = self.items.get_mut(left) {
            item.right.push(right);
        }
        if let Some(item) = self.items.get_mut(right) {
            item.left.push(left);
        }
    }
}

/// Move each item to the mean of its neighbours in the column before, from left to right or back.
fn sort(items: &[Item], order: &mut [Column], rightwards: bool) {
    let mut position = positions(items.len(), order);
    let count = order.len();
    for step in 0..count {
        let Some(column) = order.get_mut(if rightwards { step } else { count - 1 - step }) else { continue };
        let mut keyed: Vec<(f64, usize)> = column
            .iter()
            .map(|&item| {
                let near = items.get(item).map_or(&[][..], |i| if rightwards { &i.left } else { &i.right });
                let own = position.get(item).copied().unwrap_or(0);
                let sum: usize = near.iter().filter_map(|near| position.get(*near)).sum();
                let mean = if near.is_empty() { own as f64 } else { sum as f64 / near.len() as f64 };
                (mean, item)
            })
            .collect();
        keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
        column.clear();
        for (at, (_, item)) in keyed.into_iter().enumerate() {
            column.push(item);
            if let Some(position) = position.get_mut(item) {
                *position = at;
            }
        }
    }
}

fn positions(count: usize, order: &[Column]) -> Vec<usize> {
    let mut position = vec![0; count];
    for column in order {
        for (at, item) in column.iter().enumerate() {
            if let Some(position) = position.get_mut(*item) {
                *position = at;
            }
        }
    }
    position
}

/// How many pairs of edges cross.
pub(super) fn crossings(items: &[Item], order: &[Column]) -> usize {
    let position = positions(items.len(), order);
    let mut count = 0;
    for (column, next) in order.iter().zip(order.iter().skip(1)) {
        // Ends from top to bottom of their starts: each pair in the wrong order is a crossing. A Fenwick tree counts
        // them in time n log n.
        let mut tree = vec![0_usize; next.len() + 1];
        let mut before = 0;
        for item in column {
            let right = items.get(*item).map_or(&[][..], |item| item.right.as_slice());
            let mut ends: Vec<usize> = right.iter().filter_map(|end| position.get(*end).copied()).collect();
            ends.sort_unstable();
            for end in &ends {
                let (mut at, mut not_below) = (end + 1, 0);
                while at > 0 {
                    not_below += tree.get(at).copied().unwrap_or(0);
                    at &= at - 1;
                }
                count += before - not_below;
            }
            for end in ends {
                before += 1;
                let mut at = end + 1;
                while let Some(sum) = tree.get_mut(at) {
                    *sum += 1;
                    at += at & at.wrapping_neg();
                }
            }
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::super::super::Node;
    use super::*;

    fn laid_out(edges: &[(&str, &str)]) -> (Columns, usize) {
        let mut graph = Graph::of(edges.iter().flat_map(|(from, to)| [Node::new(*from), Node::new(*to)]), []);
        for (from, to) in edges {
            graph.connect(from, to, None);
        }
        let nodes: Vec<usize> = (0..graph.nodes.len()).collect();
        let columns = columns(&graph, &graph.walk(), &nodes);
        let count = crossings(&columns.items, &columns.columns);
        (columns, count)
    }

    #[test]
    fn crossings_are_counted() {
        // Two columns of three; each edge of the first crosses each of the last, and so on.
        let item = |right: &[usize]| Item { node: Some(0), left: Vec::new(), right: right.to_vec() };
        let items = [item(&[5]), item(&[4]), item(&[3, 5]), item(&[]), item(&[]), item(&[])];
        assert_eq!(crossings(&items, &[vec![0, 1, 2], vec![3, 4, 5]]), 3);
        assert_eq!(crossings(&items, &[vec![2, 1, 0], vec![3, 4, 5]]), 1);
        assert_eq!(crossings(&items, &[]), 0);
    }

    #[test]
    fn crossings_are_avoided() {
        let (_, count) = laid_out(&[("a", "z"), ("b", "y"), ("c", "x"), ("a", "y"), ("b", "x")]);
        assert_eq!(count, 0);
    }

    #[test]
    fn crossings_that_must_be_stay() {
        let (_, count) = laid_out(&[("a", "y"), ("a", "z"), ("b", "y"), ("b", "z")]);
        assert_eq!(count, 1);
    }

    #[test]
    fn long_edges_take_a_place_in_each_column() {
        let (columns, _) = laid_out(&[("a", "b"), ("b", "c"), ("c", "d"), ("a", "d")]);
        assert_eq!(columns.columns.iter().map(Vec::len).collect::<Vec<_>>(), [1, 2, 2, 1]);
        assert!(columns.ways.iter().any(|(_, way)| way.len() == 4));
    }

    #[test]
    fn a_loop_is_no_way() {
        let (columns, _) = laid_out(&[("a", "a")]);
        assert!(columns.ways.is_empty());
    }
}
