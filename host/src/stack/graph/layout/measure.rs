//! How large texts are. Fonts are the reader's, so widths are estimates on the safe side.

use super::super::Graph;
use super::super::escape::line;

/// The size of the font of labels.
pub(in super::super) const LABEL_SIZE: f64 = 13.0;
/// The size of the font of details, marks and the labels of edges.
pub(in super::super) const DETAIL_SIZE: f64 = 11.0;
/// Between the border of a box and its text.
pub(in super::super) const NODE_PADDING: f64 = 12.0;

const MIN_WIDTH: f64 = 96.0;
const MAX_WIDTH: f64 = 300.0;

/// The sizes of boxes.
pub(super) struct Sizes {
    /// In the order of the graph's nodes.
    pub(super) widths: Vec<f64>,
    /// All have the same.
    pub(super) height: f64,
}

pub(super) fn sizes(graph: &Graph) -> Sizes {
    let widths = graph.nodes.iter().map(|node| {
        let word = node.mark.word();
        let mark = if word.is_empty() { 0.0 } else { width(word, DETAIL_SIZE) + 26.0 };
        let label = width(&line(&node.label), LABEL_SIZE) + mark;
        let detail = width(&line(&node.detail), DETAIL_SIZE);
        (label.max(detail) + 2.0 * NODE_PADDING).clamp(MIN_WIDTH, MAX_WIDTH).ceil()
    });
    let details = graph.nodes.iter().any(|node| !node.detail.is_empty());
    Sizes { widths: widths.collect(), height: if details { 48.0 } else { 34.0 } }
}

/// About how wide a text is.
pub(in super::super) fn width(text: &str, size: f64) -> f64 {
    text.chars().map(|c| advance(c) * size).sum()
}

/// The text, cut to about this width; what is cut ends with `…`.
pub(in super::super) fn fit(text: &str, size: f64, limit: f64) -> String {
    if width(text, size) <= limit {
        return text.to_owned();
    }
    let mut left = limit - advance('…') * size;
    let kept: String = text
        .chars()
        .take_while(|c| {
            left -= advance(*c) * size;
            left >= 0.0
        })
        .collect();
    format!("{}…", kept.trim_end())
}

/// In parts of the size of the font.
fn advance(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | 'I' | ' ' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | '/' | '(' | ')' => 0.34,
        'm' | 'w' | 'M' | 'W' | '@' | '…' => 0.92,
        'A'..='Z' => 0.7,
        _ if c.is_ascii() => 0.58,
        // Wide scripts and pictures.
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{1f000}'..='\u{3ffff}' => 1.05,
        _ => 0.7,
    }
}
