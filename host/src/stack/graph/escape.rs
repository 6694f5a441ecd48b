//! Outside text, made safe for the formats of a graph and of a page.

use crate::plugin::{inert, inert_line};

/// One line without control characters.
pub(crate) fn line(text: &str) -> String {
    allowed(&inert_line(text))
}

/// The same, with its line feeds and tabs.
pub(crate) fn lines(text: &str) -> String {
    allowed(&inert(text))
}

/// One line, for text and quoted attributes of XML and HTML.
pub(crate) fn xml(text: &str) -> String {
    entities(&line(text))
}

/// The same, with its line feeds and tabs.
pub(crate) fn xml_lines(text: &str) -> String {
    entities(&lines(text))
}

/// One line, at most `limit` characters long; what is longer ends with `…`.
pub(crate) fn short(text: &str, limit: usize) -> String {
    let text = line(text);
    if text.chars().count() <= limit {
        return text;
    }
    let kept: String = text.chars().take(limit.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// Non-characters are not allowed in XML 1.0 (section 2.2), and are errors in HTML.
fn allowed(text: &str) -> String {
    let bad = |c: char| matches!(c, '\u{fdd0}'..='\u{fdef}') || (c as u32) & 0xfffe == 0xfffe;
    text.chars().map(|c| if bad(c) { '\u{fffd}' } else { c }).collect()
}

fn entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}
