//! A graph for a terminal: trees of what depends on what.

use super::escape::line;
use super::{Graph, Mark, Node};

/// A tree for each node that nothing depends on; beneath each node is what it depends on:
///
/// ```text
/// ± WebServer (AWS::EC2::Instance, replace)
/// ├─ + Role (AWS::IAM::Role, add)
/// └─   Group (AWS::EC2::SecurityGroup) via GroupId
/// ```
///
/// A node whose dependencies stand further up says `see above`, one that depends on itself around a cycle says
/// `cycle`. Ends with a line feed, unless the graph is empty.
#[must_use]
pub fn text(graph: &Graph) -> String {
    let mut needed = vec![false; graph.nodes.len()];
    for (from, to) in &graph.ends {
        if from != to
            && let Some(needed) = needed.get_mut(*to)
        {
            *needed = true;
        }
    }
    let marked = graph.nodes.iter().any(|node| node.mark != Mark::Plain);
    let mut printer = Printer { graph, marked, seen: vec![false; graph.nodes.len()], out: String::new() };
    let roots = needed.iter().enumerate().filter(|(_, needed)| !**needed).map(|(root, _)| root);
    // What hangs on a cycle that nothing leads to has no root: then the first one is as good as any.
    for root in roots.chain(0..graph.nodes.len()) {
        if printer.seen.get(root) == Some(&false) {
            printer.tree(root);
        }
    }
    printer.out
}

struct Printer<'a> {
    graph: &'a Graph,
    marked: bool,
    seen: Vec<bool>,
    out: String,
}

/// A node whose dependencies are being printed.
struct Branch {
    node: usize,
    next: usize,
    /// The length of the prefix of its children.
    indent: usize,
}

impl Printer<'_> {
    fn tree(&mut self, root: usize) {
        let graph = self.graph;
        let Some(node) = graph.nodes.get(root) else { return };
        self.node(node, None, "");
        self.see(root);
        let mut prefix = String::new();
        let mut path = vec![Branch { node: root, next: 0, indent: 0 }];
        while let Some(branch) = path.last_mut() {
            prefix.truncate(branch.indent);
            let edges = graph.out.get(branch.node).map_or(&[][..], Vec::as_slice);
            let Some(&edge) = edges.get(branch.next) else {
                path.pop();
                continue;
            };
            branch.next += 1;
            let last = branch.next == edges.len();
            let (Some(&(_, to)), Some(said)) = (graph.ends.get(edge), graph.edges.get(edge)) else { continue };
            let Some(node) = graph.nodes.get(to) else { continue };
            self.out.push_str(&prefix);
            self.out.push_str(if last { "└─ " } else { "├─ " });
            let leaf = graph.out.get(to).is_none_or(Vec::is_empty);
            let seen = self.seen.get(to) == Some(&true);
            let note = match seen && !leaf {
                true if path.iter().any(|branch| branch.node == to) => " (cycle)",
                true => " (see above)",
                false => "",
            };
            self.node(node, said.label.as_deref(), note);
            if !seen {
                self.see(to);
                prefix.push_str(if last { "   " } else { "│  " });
                path.push(Branch { node: to, next: 0, indent: prefix.len() });
            }
        }
    }

    fn see(&mut self, node: usize) {
        if let Some(seen) = self.seen.get_mut(node) {
            *seen = true;
        }
    }

    fn node(&mut self, node: &Node, via: Option<&str>, note: &str) {
        if self.marked {
            self.out.push(node.mark.symbol());
            self.out.push(' ');
        }
        self.out.push_str(&line(&node.label));
        let detail = line(&node.detail);
        let about: Vec<&str> =
            [detail.as_str(), node.mark.word()].into_iter().filter(|text| !text.is_empty()).collect();
        if !about.is_empty() {
            self.out.push_str(&format!(" ({})", about.join(", ")));
        }
        if let Some(via) = via {
            self.out.push_str(&format!(" via {}", line(via)));
        }
        self.out.push_str(note);
        self.out.push('\n');
    }
}
