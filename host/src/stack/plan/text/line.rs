//! Values on one line.

use super::super::model::Shown;
use super::{Paint, Tone};
use crate::plugin::inert_line as inert;

/// The longest value that is shown on one line with its counterpart, in characters.
pub(super) const MAX_LINE: usize = 100;

/// A text on one line; quoted when it would not be seen, cut when it is very long.
pub(super) fn quoted(text: &str) -> String {
    let is_plain = !text.is_empty() && text.trim() == text;
    let text = cut(text, 2 * MAX_LINE);
    if is_plain { inert(&text) } else { format!("\"{}\"", inert(&text)) }
}

/// The beginning of a text, and how long it is.
pub(super) fn cut(text: &str, max: usize) -> String {
    let count = text.chars().count();
    if count <= max {
        return text.to_owned();
    }
    let head: String = text.chars().take(max.saturating_sub(20)).collect();
    format!("{head}… ({count} characters)")
}

/// A value on one line.
pub(super) fn shown(value: &Shown, paint: Paint<'_>) -> String {
    match value {
        Shown::Text(text) => quoted(text),
        Shown::Absent => paint(Tone::Faint, "(none)"),
        Shown::Hidden => paint(Tone::Faint, "hidden"),
        Shown::KnownAfterApply => paint(Tone::Faint, "(known after deploy)"),
        Shown::Unknown => paint(Tone::Faint, "(not told)"),
    }
}

/// `before → after`; one word where two values are hidden, or neither is told.
pub(super) fn arrow(before: &Shown, after: &Shown, paint: Paint<'_>) -> String {
    match (before, after) {
        (Shown::Hidden, Shown::Hidden) => shown(after, paint),
        (Shown::Unknown, Shown::Unknown) => paint(Tone::Faint, "changes (values are not told)"),
        // A reference that has the same value as far as anyone can tell.
        (Shown::Text(_), _) if before == after => {
            format!("{} {}", shown(after, paint), paint(Tone::Faint, "(may change)"))
        }
        _ => format!("{} → {}", shown(before, paint), shown(after, paint)),
    }
}
