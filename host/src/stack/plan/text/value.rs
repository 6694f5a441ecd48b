//! Values that do not fit on a line: as a small difference of lines.

use serde_json::Value;
use similar::{ChangeTag, TextDiff};

use super::super::model::{PropertyChange, Shown};
use super::super::values::script;
use super::Tone;
use super::line::{MAX_LINE, cut};
use crate::plugin::inert_line as inert;

/// Lines of a difference that are shown at most.
const MAX_LINES: usize = 60;

/// Characters of a line that are shown at most.
const MAX_WIDTH: usize = 160;

type Line = (Option<Tone>, String);

/// The lines that show a change whose values do not fit on one; none when they do.
pub(super) fn lines(change: &PropertyChange) -> Option<Vec<Line>> {
    let is_long = |value: &Shown| match value {
        Shown::Text(text) => text.contains('\n') || text.chars().nth(MAX_LINE).is_some(),
        _ => false,
    };
    if change.before == change.after || !is_long(&change.before) && !is_long(&change.after) {
        return None;
    }
    let is_user_data = change.path.ends_with("UserData");
    let text = |value: &Shown| match value {
        Shown::Text(text) if is_user_data => Some(script(text).unwrap_or_else(|| text.clone())),
        Shown::Text(text) => Some(text.clone()),
        _ => None,
    };
    let lines = match (text(&change.before), text(&change.after)) {
        (Some(before), Some(after)) => both(&before, &after),
        (None, Some(after)) => one(&change.before, &after, Tone::Add),
        (Some(before), None) => one(&change.after, &before, Tone::Remove),
        (None, None) => return None,
    };
    Some(lines)
}

fn both(before: &str, after: &str) -> Vec<Line> {
    let (before, after) = match (pretty(before), pretty(after)) {
        (Some(before), Some(after)) => (before, after),
        _ => (before.to_owned(), after.to_owned()),
    };
    if !before.contains('\n') && !after.contains('\n') {
        let (before, after) = windows(&before, &after);
        return vec![removed(&before), added(&after)];
    }
    let whole = |text: &str| format!("{}\n", text.strip_suffix('\n').unwrap_or(text));
    let (before, after) = (whole(&before), whole(&after));
    let diff = TextDiff::from_lines(&before, &after);
    let mut lines: Vec<Line> = Vec::new();
    for (index, group) in diff.grouped_ops(2).iter().enumerate() {
        if index > 0 {
            lines.push((Some(Tone::Faint), "  …".to_owned()));
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let text = change.value().trim_end_matches(['\n', '\r']);
            lines.push(match change.tag() {
                ChangeTag::Delete => removed(text),
                ChangeTag::Insert => added(text),
                ChangeTag::Equal => (Some(Tone::Faint), format!("  {}", line(text))),
            });
        }
    }
    if lines.is_empty() {
        return vec![(Some(Tone::Faint), "  only line ends differ".to_owned())];
    }
    shortened(lines)
}

/// A value that appears or goes.
fn one(other: &Shown, text: &str, tone: Tone) -> Vec<Line> {
    let text = pretty(text).unwrap_or_else(|| text.to_owned());
    let mut lines: Vec<Line> =
        text.lines().map(|text| if tone == Tone::Add { added(text) } else { removed(text) }).collect();
    let other = match other {
        Shown::Hidden => Some("hidden"),
        Shown::KnownAfterApply => Some("(known after deploy)"),
        Shown::Unknown => Some("(not told)"),
        Shown::Absent | Shown::Text(_) => None,
    };
    match (other, tone) {
        (Some(other), Tone::Add) => lines.insert(0, removed(other)),
        (Some(other), _) => lines.push(added(other)),
        (None, _) => {}
    }
    shortened(lines)
}

fn removed(text: &str) -> Line {
    (Some(Tone::Remove), format!("- {}", line(text)))
}

fn added(text: &str) -> Line {
    (Some(Tone::Add), format!("+ {}", line(text)))
}

fn line(text: &str) -> String {
    inert(&cut(&text.replace('\t', "    "), MAX_WIDTH))
}

fn shortened(mut lines: Vec<Line>) -> Vec<Line> {
    if let Some(more) = lines.len().checked_sub(MAX_LINES).filter(|more| *more > 1) {
        lines.truncate(MAX_LINES);
        lines.push((Some(Tone::Faint), format!("  … and {more} more lines")));
    }
    lines
}

/// The same JSON with an entry a line; none for what is no list and no map.
fn pretty(text: &str) -> Option<String> {
    let value: Value = serde_json::from_str(text).ok().filter(|value: &Value| value.is_object() || value.is_array())?;
    serde_json::to_string_pretty(&value).ok()
}

/// Two long texts, each cut to the part around the first difference.
fn windows(before: &str, after: &str) -> (String, String) {
    let same = before.chars().zip(after.chars()).take_while(|(before, after)| before == after).count();
    let window = |text: &str| {
        let count = text.chars().count();
        if count <= MAX_WIDTH {
            return text.to_owned();
        }
        let start = same.saturating_sub(20);
        let part: String = text.chars().skip(start).take(MAX_LINE).collect();
        let (head, tail) = (if start > 0 { "…" } else { "" }, if start + MAX_LINE < count { "…" } else { "" });
        format!("{head}{part}{tail} ({count} characters)")
    };
    (window(before), window(after))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(path: &str, before: &str, after: &str) -> String {
        let change = PropertyChange {
            path: path.to_owned(),
            before: Shown::Text(before.to_owned()),
            after: Shown::Text(after.to_owned()),
            recreation: None,
            conditional: false,
            causes: Vec::new(),
        };
        let lines = lines(&change).map(|lines| lines.into_iter().map(|(_, line)| line).collect::<Vec<_>>());
        lines.map_or_else(|| "one line".to_owned(), |lines| lines.join("\n"))
    }

    #[test]
    fn short_values_fit() {
        assert_eq!(shown("Properties.A", "a", &"ä".repeat(100)), "one line");
    }

    #[test]
    fn long_texts_are_cut_around_the_difference() {
        let long = |end: &str| format!("{}{end}{}", "x".repeat(200), "y".repeat(200));
        let expected = |end: &str| format!("…{}{end}{}… (401 characters)", "x".repeat(20), "y".repeat(79));
        assert_eq!(shown("Properties.A", &long("1"), &long("2")), format!("- {}\n+ {}", expected("1"), expected("2")));
    }

    #[test]
    fn json_is_compared_line_by_line() {
        let policy = |action: &str| {
            serde_json::json!({"Statement": [{"Effect": "Allow", "Action": action, "Resource": "*", "Sid": "a".repeat(80)}]})
                .to_string()
        };
        insta::assert_snapshot!(shown("Properties.Doc", &policy("s3:Get*"), &policy("s3:*")), @r#"
              {
                "Effect": "Allow",
        -       "Action": "s3:Get*",
        +       "Action": "s3:*",
                "Resource": "*",
                "Sid": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        "#);
    }

    #[test]
    fn user_data_is_read() {
        // echo one; echo two
        let (one, two) = ("IyEvYmluL3NoCmVjaG8gb25lCg==\n", "IyEvYmluL3NoCmVjaG8gdHdvCg==\n");
        assert_eq!(shown("Properties.UserData", one, two), "  #!/bin/sh\n- echo one\n+ echo two");
        assert_eq!(script("not base64!"), None);
        assert_eq!(script("AAAA"), None);
    }

    #[test]
    fn many_lines_are_shortened() {
        let text = |word: &str| (0..500).map(|line| format!("{word} {line}\n")).collect::<String>();
        let shown = shown("Properties.A", &text("a"), &text("b"));
        assert_eq!(shown.lines().count(), MAX_LINES + 1);
        assert!(shown.ends_with("… and 941 more lines") || shown.ends_with("… and 940 more lines"), "{shown}");
    }
}
