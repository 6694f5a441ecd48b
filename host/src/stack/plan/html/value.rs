//! Values, before and after.

use similar::{ChangeTag, TextDiff};

use super::super::model::Shown;
use super::super::values::script;
use crate::stack::graph::escape::{short, xml, xml_lines};

/// A value that is longer is folded, or compared line by line.
const LONG: usize = 160;
/// Larger texts are shown one after the other: comparing them takes time with the square of what differs.
const MAX_LINES: usize = 2_000;
/// Lines around each difference.
const CONTEXT: usize = 3;

/// A value in a cell.
pub(super) fn shown(value: &Shown) -> String {
    match value {
        Shown::Absent => word("none"),
        Shown::Text(text) => text_value(text),
        Shown::Hidden => word("hidden"),
        Shown::KnownAfterApply => word("known after deploy"),
        Shown::Unknown => word("not told"),
    }
}

/// A value that may be missing.
pub(super) fn optional(value: Option<&str>) -> String {
    value.map_or_else(|| word("none"), text_value)
}

/// What is said instead of a value; looks different from a value that says the same.
pub(super) fn word(word: &str) -> String {
    format!("<em class=\"word\">{word}</em>")
}

/// RFC 3339 in UTC as people read it, `2026-07-01 09:30:00 UTC`; anything else as it is.
pub(super) fn time(text: &str) -> String {
    let utc = text.strip_suffix('Z').filter(|rest| rest.is_ascii()).and_then(|rest| rest.split_once('T'));
    let text = utc.map_or_else(|| xml(text), |(date, time)| format!("{} {} UTC", xml(date), xml(time)));
    format!("<span class=\"time\">{text}</span>")
}

fn text_value(text: &str) -> String {
    if text.is_empty() {
        return word("empty");
    }
    let length = text.chars().count();
    if length <= LONG && !text.contains('\n') {
        return format!("<code>{}</code>", xml_lines(text));
    }
    format!(
        "<details class=\"long\"><summary><code>{}</code> <span class=\"faint\">{length} characters</span></summary>\
         <pre>\n{}</pre></details>",
        xml(&short(text, 60)),
        xml_lines(&spread(text).unwrap_or_else(|| text.to_owned())),
    )
}

/// A value of a property as people write it: user data is decoded.
pub(super) fn readable(path: &str, value: &Shown) -> Shown {
    match value {
        Shown::Text(text) if path.ends_with("UserData") => Shown::Text(script(text).unwrap_or_else(|| text.clone())),
        other => other.clone(),
    }
}

/// The difference of two long texts, line by line; none where they are better shown beside each other.
pub(super) fn difference(before: &Shown, after: &Shown) -> Option<String> {
    let (Shown::Text(before), Shown::Text(after)) = (before, after) else { return None };
    let long = |text: &str| text.len() > LONG || text.contains('\n');
    if before == after || !(long(before) || long(after)) {
        return None;
    }
    // JSON is mostly one line; but a change of its white space alone must be seen.
    let (before, after) = match (spread(before), spread(after)) {
        (Some(spread_before), Some(spread_after)) if spread_before != spread_after => (spread_before, spread_after),
        _ => (before.clone(), after.clone()),
    };
    if before.lines().count().max(after.lines().count()) > MAX_LINES {
        return None;
    }
    let diff = TextDiff::from_lines(before.as_str(), after.as_str());
    let mut out = String::from("<div class=\"diff\">");
    for (number, group) in diff.grouped_ops(CONTEXT).iter().enumerate() {
        if number > 0 {
            out.push_str("<div class=\"cut\">⋯</div>");
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let line = xml_lines(change.value().trim_end_matches('\n'));
            out.push_str(&match change.tag() {
                ChangeTag::Equal => format!("<div><span class=\"sign\"> </span>{line}</div>"),
                ChangeTag::Delete => format!("<div class=\"del\"><span class=\"sign\">−</span><del>{line}</del></div>"),
                ChangeTag::Insert => format!("<div class=\"ins\"><span class=\"sign\">+</span><ins>{line}</ins></div>"),
            });
        }
    }
    out.push_str("</div>");
    Some(out)
}

/// JSON objects and lists with a line for each member; every token stays as it is. None for anything else.
fn spread(text: &str) -> Option<String> {
    let trimmed = text.trim();
    if !trimmed.starts_with(['{', '[']) || serde_json::from_str::<serde::de::IgnoredAny>(trimmed).is_err() {
        return None;
    }
    let mut out = String::with_capacity(text.len() * 2);
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    let mut rest = trimmed.chars().peekable();
    let line = |out: &mut String, depth: usize| {
        out.push('\n');
        out.push_str(&"  ".repeat(depth));
    };
    while let Some(c) = rest.next() {
        if quoted {
            out.push(c);
            quoted = escaped || c != '"';
            escaped = !escaped && c == '\\';
            continue;
        }
        match c {
            ' ' | '\t' | '\r' | '\n' => {}
            '{' | '[' => {
                out.push(c);
                while rest.next_if(|c| c.is_ascii_whitespace()).is_some() {}
                if let Some(close) = rest.next_if(|c| matches!(c, '}' | ']')) {
                    out.push(close);
                } else {
                    depth += 1;
                    line(&mut out, depth);
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                line(&mut out, depth);
                out.push(c);
            }
            ',' => {
                out.push(c);
                line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            '"' => {
                quoted = true;
                out.push(c);
            }
            _ => out.push(c),
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_keeps_its_tokens() {
        let json = r#"{ "a":[1.0e400, 12345678901234567890123], "b{\"":{}, "c" : [ ], "d":"\\" ,"e":"[,]: \\\"x" }"#;
        let spread = spread(json).unwrap();
        assert_eq!(
            spread,
            "{\n  \"a\": [\n    1.0e400,\n    12345678901234567890123\n  ],\n  \"b{\\\"\": {},\n  \"c\": [],\n  \
             \"d\": \"\\\\\",\n  \"e\": \"[,]: \\\\\\\"x\"\n}"
        );
    }

    #[test]
    fn what_is_no_json_stays() {
        for text in ["", "{", "[1,]", "text", "12", "\"x\"", "{a: 1}"] {
            assert_eq!(spread(text), None, "{text}");
        }
    }

    #[test]
    fn short_values_have_no_difference() {
        let text = |text: &str| Shown::Text(text.to_owned());
        assert_eq!(difference(&text("a"), &text("b")), None);
        assert_eq!(difference(&Shown::Hidden, &text("a\nb")), None);
        let out = difference(&text("a\nb\nc\n"), &text("a\nx\nc\n")).unwrap();
        assert!(out.contains("<del>b</del>") && out.contains("<ins>x</ins>"), "{out}");
        assert!(out.find("<del>").unwrap() < out.find("<ins>").unwrap(), "{out}");
    }

    #[test]
    fn white_space_in_json_is_a_difference() {
        let long = "x".repeat(LONG);
        let before = Shown::Text(format!("{{\"a\":\"{long}\"}}"));
        let after = Shown::Text(format!("{{\"a\": \"{long}\"}}"));
        assert!(difference(&before, &after).unwrap().contains("<del>"));
    }
}
