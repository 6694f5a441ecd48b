//! Graphs of what depends on what: the resources of a template or a plan, the stacks of a project.
//!
//! Pure: a [`Graph`] is built from names, and comes out as text ([`text`]), Graphviz ([`dot`]), Mermaid ([`mermaid`]),
//! SVG ([`svg`]) or JSON ([`Graph::json`]). The same graph, built in the same order, gives the same bytes. Labels may
//! come from anywhere: every format escapes them and replaces control characters by their visible pictures.

mod changes;
mod dot;
pub(crate) mod escape;
mod layout;
mod mark;
mod mermaid;
mod svg;
mod text;
mod walk;

#[cfg(test)]
pub(crate) mod markup;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use serde_json::{Value, json};

pub use self::changes::changes;
pub use self::dot::dot;
pub use self::mark::Mark;
pub use self::mermaid::mermaid;
pub use self::svg::{STYLE, drawing, svg};
pub use self::text::text;

/// Something that depends on others, or that others depend on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// What edges call it; unique in its graph.
    pub id: String,
    /// What people see.
    pub label: String,
    /// The type of a resource, the region of a stack; empty for nothing.
    pub detail: String,
    /// What happens to it.
    pub mark: Mark,
}

impl Node {
    /// A node whose label is its id, without detail, unmarked.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        let id = id.into();
        Self { label: id.clone(), id, detail: String::new(), mark: Mark::Plain }
    }

    /// With another label.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// With a type or a region.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    /// With a mark.
    #[must_use]
    pub fn mark(mut self, mark: Mark) -> Self {
        self.mark = mark;
        self
    }
}

/// `from` depends on `to`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// The id of the node that depends.
    pub from: String,
    /// The id of the node that it depends on.
    pub to: String,
    /// Through what, where that is worth saying: `VpcId`.
    pub label: Option<String>,
}

/// Nodes and edges, in the order in which they were added.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Graph {
    nodes: Vec<Node>,
    edges: Vec<Edge>,
    /// By id.
    index: HashMap<String, usize>,
    /// For each edge, the indexes of its nodes.
    ends: Vec<(usize, usize)>,
    /// For each node, the indexes of the edges that start at it.
    out: Vec<Vec<usize>>,
    /// The edge between two nodes.
    between: HashMap<(usize, usize), usize>,
}

impl Graph {
    /// An empty graph.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A graph of these; see [`Self::add`] and [`Self::connect`] for what is left out.
    #[must_use]
    pub fn of(nodes: impl IntoIterator<Item = Node>, edges: impl IntoIterator<Item = Edge>) -> Self {
        let mut graph = Self::new();
        for node in nodes {
            graph.add(node);
        }
        for edge in edges {
            graph.connect(&edge.from, &edge.to, edge.label.as_deref());
        }
        graph
    }

    /// Add a node. `false`, and nothing happens, when there is one of this id.
    pub fn add(&mut self, node: Node) -> bool {
        if self.index.contains_key(&node.id) {
            return false;
        }
        self.index.insert(node.id.clone(), self.nodes.len());
        self.nodes.push(node);
        self.out.push(Vec::new());
        true
    }

    /// Say that `from` depends on `to`. Said twice, it is one edge with both labels. `false`, and nothing happens,
    /// when the graph has not both nodes.
    pub fn connect(&mut self, from: &str, to: &str, label: Option<&str>) -> bool {
        let (Some(&start), Some(&end)) = (self.index.get(from), self.index.get(to)) else { return false };
        if let Some(edge) = self.between.get(&(start, end)).and_then(|&edge| self.edges.get_mut(edge)) {
            if let Some(label) = label {
                join(&mut edge.label, label);
            }
            return true;
        }
        let edge = self.edges.len();
        self.between.insert((start, end), edge);
        self.edges.push(Edge { from: from.to_owned(), to: to.to_owned(), label: label.map(str::to_owned) });
        self.ends.push((start, end));
        if let Some(out) = self.out.get_mut(start) {
            out.push(edge);
        }
        true
    }

    /// The nodes.
    #[must_use]
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The edges.
    #[must_use]
    pub fn edges(&self) -> &[Edge] {
        &self.edges
    }

    /// The node of this id.
    #[must_use]
    pub fn node(&self, id: &str) -> Option<&Node> {
        self.index.get(id).and_then(|&node| self.nodes.get(node))
    }

    /// What the node of this id depends on, directly.
    pub fn dependencies(&self, id: &str) -> impl Iterator<Item = &Node> {
        let node = self.index.get(id).copied();
        node.into_iter().flat_map(|node| self.edges_from(node)).filter_map(|(_, to)| self.nodes.get(to))
    }

    /// For programs: `{"nodes": [{"id", "label", "detail", "mark"}], "edges": [{"from", "to", "label"}]}`; an edge
    /// without a label has `null`.
    #[must_use]
    pub fn json(&self) -> Value {
        let nodes = self
            .nodes
            .iter()
            .map(|node| json!({"id": node.id, "label": node.label, "detail": node.detail, "mark": node.mark.name()}));
        let edges = self.edges.iter().map(|edge| json!({"from": edge.from, "to": edge.to, "label": edge.label}));
        json!({"nodes": nodes.collect::<Vec<_>>(), "edges": edges.collect::<Vec<_>>()})
    }

    /// The edges that start at a node, and the nodes that they lead to, by index.
    fn edges_from(&self, node: usize) -> impl Iterator<Item = (usize, usize)> {
        let edges = self.out.get(node).map_or(&[][..], Vec::as_slice);
        edges.iter().filter_map(|&edge| self.ends.get(edge).map(|&(_, to)| (edge, to)))
    }
}

fn join(labels: &mut Option<String>, label: &str) {
    match labels {
        None => *labels = Some(label.to_owned()),
        Some(all) if all.split(", ").any(|known| known == label) => {}
        Some(all) => {
            all.push_str(", ");
            all.push_str(label);
        }
    }
}
