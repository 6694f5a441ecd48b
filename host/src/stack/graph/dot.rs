//! A graph for Graphviz (graphviz.org/doc/info/lang.html).

use std::collections::HashSet;

use super::escape::line;
use super::{Graph, Mark};

/// A `digraph`; arrows lead from what depends to what it depends on. Nodes have their ids as names.
#[must_use]
pub fn dot(graph: &Graph) -> String {
    let mut out = String::from(
        "digraph formwork {\n  rankdir=LR;\n  node [shape=box, style=rounded, fontname=\"sans-serif\", fontsize=11];\n  \
         edge [color=\"#5c6470\", fontname=\"sans-serif\", fontsize=9];\n",
    );
    let names = names(graph);
    for (node, name) in graph.nodes.iter().zip(&names) {
        let lines = [node.label.as_str(), node.detail.as_str(), node.mark.word()].map(label);
        let text = lines.into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\\n");
        out.push_str(&format!("  \"{name}\" [label=\"{text}\"{}];\n", look(node.mark)));
    }
    for (edge, (from, to)) in graph.edges.iter().zip(&graph.ends) {
        let (Some(from), Some(to)) = (names.get(*from), names.get(*to)) else { continue };
        let text = edge.label.as_deref().map(|text| format!(" [label=\"{}\"]", label(text))).unwrap_or_default();
        out.push_str(&format!("  \"{from}\" -> \"{to}\"{text};\n"));
    }
    out.push_str("}\n");
    out
}

fn look(mark: Mark) -> String {
    let style = match mark {
        Mark::Plain => return String::new(),
        Mark::Replace => ", penwidth=2",
        Mark::Remove => ", style=\"rounded,dashed\"",
        _ => "",
    };
    let colour = mark.colour();
    format!(", color=\"{colour}\", fontcolor=\"{colour}\"{style}")
}

/// The ids, quoted; those that are no longer distinct without their control characters are numbered.
fn names(graph: &Graph) -> Vec<String> {
    let mut taken = HashSet::new();
    let ids = graph.nodes.iter().map(|node| {
        let plain = quote(&line(&node.id));
        let mut name = plain.clone();
        let mut number = 2;
        while !taken.insert(name.clone()) {
            name = format!("{plain} {number}");
            number += 1;
        }
        name
    });
    ids.collect()
}

/// Graphviz reads escapes and the entities of HTML in labels (graphviz.org/docs/attr-types/escString).
fn label(text: &str) -> String {
    quote(&line(text).replace('&', "&amp;"))
}

fn quote(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}
