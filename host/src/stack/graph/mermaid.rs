//! A graph for Mermaid, which many code hosts draw in Markdown (mermaid.js.org/syntax/flowchart.html).

use super::escape::line;
use super::{Graph, Mark};

const MARKS: [Mark; 7] =
    [Mark::Add, Mark::Modify, Mark::Replace, Mark::MayReplace, Mark::Remove, Mark::Import, Mark::Unknown];

/// A flowchart; arrows lead from what depends to what it depends on. Nodes are called `n0`, `n1`, …, since ids of
/// Mermaid are neither quoted nor free of reserved words.
#[must_use]
pub fn mermaid(graph: &Graph) -> String {
    let mut out = String::from("flowchart LR\n");
    for (number, node) in graph.nodes.iter().enumerate() {
        let lines = [node.label.as_str(), node.detail.as_str(), node.mark.word()].map(quote);
        let text = lines.into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("<br/>");
        // An empty label is a syntax error.
        let text = if text.is_empty() { "#32;" } else { &text };
        let class = if node.mark == Mark::Plain { String::new() } else { format!(":::{}", class(node.mark)) };
        out.push_str(&format!("  n{number}[\"{text}\"]{class}\n"));
    }
    for (edge, (from, to)) in graph.edges.iter().zip(&graph.ends) {
        let text = edge.label.as_deref().map(quote).filter(|text| !text.is_empty());
        let text = text.map(|text| format!("|\"{text}\"|")).unwrap_or_default();
        out.push_str(&format!("  n{from} -->{text} n{to}\n"));
    }
    for mark in MARKS {
        if graph.nodes.iter().any(|node| node.mark == mark) {
            let style = match mark {
                Mark::Replace => ",stroke-width:3px",
                Mark::Remove => ",stroke-dasharray:5 3",
                _ => "",
            };
            out.push_str(&format!("  classDef {} stroke:{}{style}\n", class(mark), mark.colour()));
        }
    }
    out
}

/// `import` and the like are free words in Mermaid, but a prefix keeps it so.
fn class(mark: Mark) -> String {
    format!("is-{}", mark.name())
}

/// Everything that Mermaid, Markdown or HTML may read as more than text becomes a character reference, which Mermaid
/// writes as `#35;`.
fn quote(text: &str) -> String {
    let mut out = String::new();
    for c in line(text).chars() {
        if c.is_alphanumeric() || matches!(c, ' ' | '-' | '.' | ':' | '/' | ',' | '(' | ')') || !c.is_ascii() {
            out.push(c);
        } else {
            out.push_str(&format!("#{};", c as u32));
        }
    }
    out
}
