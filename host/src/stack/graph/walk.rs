//! Walks through a graph: cycles and layers.

use std::collections::VecDeque;

use super::{Graph, Node};

/// What one walk in depth finds out.
pub(super) struct Walk {
    /// For each node, the length of the longest way to a node that depends on nothing, back edges left out.
    pub(super) rank: Vec<usize>,
    /// For each edge, whether it closes a cycle: without these, the graph has none.
    pub(super) back: Vec<bool>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Open,
    Done,
}

impl Graph {
    /// A shortest cycle: each one depends on the next, and the last on the first. None when there is no cycle.
    #[must_use]
    pub fn cycle(&self) -> Option<Vec<String>> {
        // Every cycle has a back edge, so a shortest way back from the end to the start of each is enough.
        let walk = self.walk();
        let back = self.ends.iter().zip(&walk.back).filter(|(_, back)| **back).map(|(ends, _)| *ends);
        let mut cycle = back.filter_map(|(from, to)| self.way(to, from)).min_by_key(Vec::len)?;
        let first = cycle.iter().enumerate().min_by_key(|(_, node)| **node).map_or(0, |(at, _)| at);
        cycle.rotate_left(first);
        Some(cycle.into_iter().filter_map(|node| self.nodes.get(node)).map(|node| node.id.clone()).collect())
    }

    /// The nodes in layers: those of the first depend on nothing, those of each other at most on those before. Within
    /// a layer they stand in the order of the graph. In a cycle, the edges that close it do not count.
    #[must_use]
    pub fn layers(&self) -> Vec<Vec<&Node>> {
        let rank = self.walk().rank;
        let mut layers = vec![Vec::new(); rank.iter().max().map_or(0, |last| last + 1)];
        for (node, rank) in self.nodes.iter().zip(rank) {
            if let Some(layer) = layers.get_mut(rank) {
                layer.push(node);
            }
        }
        layers
    }

    pub(super) fn walk(&self) -> Walk {
        let mut rank = vec![0; self.nodes.len()];
        let mut back = vec![false; self.edges.len()];
        let mut state = vec![State::New; self.nodes.len()];
        let mut open: Vec<(usize, usize)> = Vec::new();
        for root in 0..self.nodes.len() {
            if state.get(root) == Some(&State::New) {
                open.push((root, 0));
                set(&mut state, root, State::Open);
            }
            while let Some((node, position)) = open.last_mut() {
                let node = *node;
                let edge = self.out.get(node).and_then(|edges| edges.get(*position)).copied();
                *position += 1;
                let Some(edge) = edge else {
                    // All that it depends on is done, so their ranks are final.
                    let deepest = self
                        .edges_from(node)
                        .filter(|(edge, _)| back.get(*edge) == Some(&false))
                        .filter_map(|(_, to)| rank.get(to).map(|rank| rank + 1))
                        .max();
                    set(&mut rank, node, deepest.unwrap_or(0));
                    set(&mut state, node, State::Done);
                    open.pop();
                    continue;
                };
                let Some(&(_, to)) = self.ends.get(edge) else { continue };
                match state.get(to) {
                    Some(State::New) => {
                        set(&mut state, to, State::Open);
                        open.push((to, 0));
                    }
                    Some(State::Open) => set(&mut back, edge, true),
                    _ => {}
                }
            }
        }
        Walk { rank, back }
    }

    /// A shortest way along the edges, both ends included.
    fn way(&self, from: usize, to: usize) -> Option<Vec<usize>> {
        let mut before: Vec<Option<usize>> = vec![None; self.nodes.len()];
        let mut queue = VecDeque::from([from]);
        set(&mut before, from, Some(from));
        while let Some(node) = queue.pop_front() {
            if node == to {
                let mut way = vec![to];
                let mut at = to;
                while at != from {
                    at = before.get(at).copied().flatten()?;
                    way.push(at);
                }
                way.reverse();
                return Some(way);
            }
            for (_, next) in self.edges_from(node) {
                if before.get(next) == Some(&None) {
                    set(&mut before, next, Some(node));
                    queue.push_back(next);
                }
            }
        }
        None
    }
}

fn set<T>(list: &mut [T], at: usize, value: T) {
    if let Some(place) = list.get_mut(at) {
        *place = value;
    }
}
