//! A graph as a drawing (W3C, Scalable Vector Graphics 2).

use super::escape::{line, xml};
use super::layout::{DETAIL_SIZE, LABEL_SIZE, Layout, Line, NODE_PADDING, Rect, fit, layout, width};
use super::{Edge, Graph, Mark, Node};

/// The style of a [`drawing`]: CSS for light and dark, all of it within the class `fw-graph`.
pub const STYLE: &str = include_str!("style.css");

const MARGIN: f64 = 16.0;
/// The length of an arrow's head.
const HEAD: f64 = 7.0;

/// A file of its own: nothing is loaded from elsewhere, and there is no script. `title` says what it shows.
#[must_use]
pub fn svg(graph: &Graph, title: &str) -> String {
    let ground = format!(
        "<title>{}</title>\n<style>\n{STYLE}</style>\n<rect class=\"fw-ground\" x=\"-{MARGIN}\" y=\"-{MARGIN}\" width=\"100%\" height=\"100%\"/>\n",
        xml(title)
    );
    draw(graph, title, " xmlns=\"http://www.w3.org/2000/svg\"", &ground)
}

/// An `<svg>` element for an HTML page that has [`STYLE`].
#[must_use]
pub fn drawing(graph: &Graph, title: &str) -> String {
    draw(graph, title, "", "")
}

fn draw(graph: &Graph, title: &str, namespace: &str, ground: &str) -> String {
    let layout = layout(graph);
    let (wide, high) = (number(layout.width + 2.0 * MARGIN), number(layout.height + 2.0 * MARGIN));
    let title = xml(title);
    let mut out = format!(
        "<svg class=\"fw-graph\"{namespace} role=\"img\" aria-label=\"{title}\" width=\"{wide}\" height=\"{high}\" \
         viewBox=\"-{MARGIN} -{MARGIN} {wide} {high}\">\n{ground}"
    );
    for line in &layout.lines {
        if let Some(edge) = graph.edges.get(line.edge) {
            draw_edge(graph, edge, line, &mut out);
        }
    }
    for (edge, (from, to)) in graph.edges.iter().zip(&graph.ends) {
        if let (true, Some(rect)) = (from == to, layout.boxes.get(*from)) {
            draw_loop(graph, edge, rect, &mut out);
        }
    }
    for (node, rect) in graph.nodes.iter().zip(&layout.boxes) {
        draw_node(node, rect, &mut out);
    }
    // Last, so that no line goes through a text.
    draw_labels(graph, &layout, &mut out);
    out.push_str("</svg>\n");
    out
}

fn draw_node(node: &Node, rect: &Rect, out: &mut String) {
    let (label, detail, word) = (line(&node.label), line(&node.detail), node.mark.word());
    let about = [label.as_str(), detail.as_str(), word].into_iter().filter(|text| !text.is_empty());
    let title = about.collect::<Vec<_>>().join(", ");
    let (x, y) = (rect.x, rect.y);
    out.push_str(&format!(
        "<g class=\"fw-node fw-{}\"><title>{}</title><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"5\"/>",
        node.mark.name(),
        xml(&title),
        number(x),
        number(y),
        number(rect.width),
        number(rect.height),
    ));
    let mut room = rect.width - 2.0 * NODE_PADDING;
    let inner = room;
    let baseline = y + if detail.is_empty() { rect.height / 2.0 + 4.5 } else { 20.0 };
    if node.mark != Mark::Plain {
        let symbol = node.mark.symbol();
        let text = format!("{} {word}", if symbol == '-' { '−' } else { symbol });
        out.push_str(&text_at("fw-mark", x + rect.width - NODE_PADDING, baseline, &text));
        room -= width(&text, DETAIL_SIZE) + 10.0;
    }
    out.push_str(&text_at("fw-label", x + NODE_PADDING, baseline, &fit(&label, LABEL_SIZE, room)));
    if !detail.is_empty() {
        let detail = fit(&detail, DETAIL_SIZE, inner);
        out.push_str(&text_at("fw-detail", x + NODE_PADDING, y + 37.0, &detail));
    }
    out.push_str("</g>\n");
}

fn draw_edge(graph: &Graph, edge: &Edge, line: &Line, out: &mut String) {
    let Some(((start_x, start_y), _)) = line.gaps.first().copied() else { return };
    let Some((_, (end_x, end_y))) = line.gaps.last().copied() else { return };
    let (from, to) = if line.reversed { (start_x + HEAD, end_x) } else { (start_x, end_x - HEAD) };
    let mut path = format!("M{} {}", number(from), number(start_y));
    for (at, ((a, a_y), (b, b_y))) in line.gaps.iter().enumerate() {
        let a = if at == 0 { from } else { *a };
        let b = if at + 1 == line.gaps.len() { to } else { *b };
        if at > 0 {
            path.push_str(&format!(" L{} {}", number(a), number(*a_y)));
        }
        let middle = number(f64::midpoint(a, b));
        path.push_str(&format!(" C{middle} {} {middle} {} {} {}", number(*a_y), number(*b_y), number(b), number(*b_y)));
    }
    let head = if line.reversed { head(start_x, start_y, HEAD) } else { head(end_x, end_y, -HEAD) };
    push_edge(graph, edge, if line.reversed { "fw-edge fw-back" } else { "fw-edge" }, &path, &head, out);
}

/// A node that depends on itself.
fn draw_loop(graph: &Graph, edge: &Edge, rect: &Rect, out: &mut String) {
    let (x, y) = (rect.x + rect.width - 34.0, rect.y);
    let path = format!("M{} {} c0 -15 20 -15 20 -{}", number(x), number(y), number(HEAD));
    let tip = x + 20.0;
    let head = format!("M{} {} l4 -{HEAD} h-8 z", number(tip), number(y));
    push_edge(graph, edge, "fw-edge fw-back", &path, &head, out);
}

fn push_edge(graph: &Graph, edge: &Edge, class: &str, path: &str, head: &str, out: &mut String) {
    let name = |id: &str| graph.node(id).map_or_else(String::new, |node| xml(&node.label));
    let via = edge.label.as_deref().map(|label| format!(" via {}", xml(label))).unwrap_or_default();
    out.push_str(&format!(
        "<g class=\"{class}\"><title>{} depends on {}{via}</title><path class=\"fw-line\" d=\"{path}\"/>\
         <path class=\"fw-head\" d=\"{head}\"/></g>\n",
        name(&edge.from),
        name(&edge.to),
    ));
}

/// The tip of an arrow, pointing away from `back`.
fn head(x: f64, y: f64, back: f64) -> String {
    format!("M{} {} l{} -4 v8 z", number(x), number(y), number(back))
}

fn draw_labels(graph: &Graph, layout: &Layout, out: &mut String) {
    for line in &layout.lines {
        let Some(label) = graph.edges.get(line.edge).and_then(|edge| edge.label.as_deref()) else { continue };
        // Beside the node that depends: at the other one, all that need it meet.
        let gap = if line.reversed { line.gaps.last() } else { line.gaps.first() };
        let Some(((a, a_y), (b, b_y))) = gap else { continue };
        let text = fit(&super::escape::line(label), DETAIL_SIZE, b - a - 24.0);
        let (x, y) = (f64::midpoint(*a, *b), f64::midpoint(*a_y, *b_y) + 3.5);
        out.push_str(&text_at("fw-via", x, y, &text));
        out.push('\n');
    }
}

fn text_at(class: &str, x: f64, y: f64, text: &str) -> String {
    format!("<text class=\"{class}\" x=\"{}\" y=\"{}\">{}</text>", number(x), number(y), xml(text))
}

/// With at most one decimal place.
fn number(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or(text.clone(), |whole| if whole == "-0" { "0".to_owned() } else { whole.to_owned() })
}
