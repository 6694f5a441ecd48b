//! Whether a text can be a plain scalar, and is read as a string then: by YAML 1.2, and by PyYAML, SnakeYAML and
//! other readers of YAML 1.1. In doubt it is not; quotes are always right.

use crate::scan::flow::is_document_marker;

/// Whether a text, as written, is one plain scalar.
pub(crate) fn is_plain(text: &str, in_flow: bool) -> bool {
    let mut chars = text.chars();
    let Some(first) = chars.next() else { return false };
    let second = chars.next();
    // `?` and `:` may begin one in places, but libyaml and YAML 1.2 disagree about them.
    let indicator = ",[]{}#&*!|>'\"%@`?:".contains(first) || (first == '-' && second.is_none_or(is_white));
    if indicator || is_white(first) || text.ends_with(is_white) || text.ends_with(':') {
        return false;
    }
    // PyYAML ends plain scalars at tabs, and those in flow collections at question marks.
    if !text.chars().all(|c| is_printable(c) || c == '\n' || c == '\r') || text.contains('\t') {
        return false;
    }
    if in_flow && text.contains([',', '[', ']', '{', '}', '?']) {
        return false;
    }
    if text.split(['\n', '\r']).any(is_document_marker) {
        return false;
    }
    let mut before = first;
    for c in text.chars().skip(1) {
        if (before == ':' && is_white(c)) || (is_white(before) && c == '#') {
            return false;
        }
        before = c;
    }
    true
}

fn is_white(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

/// Whether a character can be written as it is on one line of any scalar but a plain one. U+0085, U+2028 and U+2029
/// are line breaks in YAML 1.1.
pub(crate) fn is_printable(c: char) -> bool {
    match c {
        '\t' => true,
        '\u{2028}' | '\u{2029}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}' => false,
        _ => !c.is_control(),
    }
}

/// Whether the value of a plain scalar is a string.
pub(crate) fn is_string(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let word = matches!(
        lower.as_str(),
        "" | "~" | "null" | "y" | "n" | "yes" | "no" | "on" | "off" | "true" | "false" | "<<" | "="
    );
    !word && !is_number(&lower) && !is_date(&lower)
}

/// Whether a lower-case text is a number for somebody.
fn is_number(text: &str) -> bool {
    let text = text.strip_prefix(['+', '-']).unwrap_or(text);
    if matches!(text, ".inf" | ".nan") {
        return true;
    }
    let of = |digits: &str, set: &str| !digits.is_empty() && digits.chars().all(|c| set.contains(c));
    let radix = [("0x", "0123456789abcdef_"), ("0o", "01234567_"), ("0b", "01_")];
    if radix.iter().any(|(prefix, set)| text.strip_prefix(prefix).is_some_and(|digits| of(digits, set))) {
        return true;
    }
    is_decimal(text) || is_sexagesimal(text)
}

/// `12`, `1_000`, `1,000` (Ruby), `1.`, `.5`, `1e3`, `1.5E+3`; also `.` and `_`, which old versions of SnakeYAML took.
fn is_decimal(text: &str) -> bool {
    let (mantissa, exponent) =
        text.split_once('e').map_or((text, None), |(mantissa, exponent)| (mantissa, Some(exponent)));
    let exponent = exponent.map(|exponent| exponent.strip_prefix(['+', '-']).unwrap_or(exponent));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_' || byte == b',');
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    !mantissa.is_empty()
        && !mantissa.starts_with(',')
        && digits(whole)
        && digits(fraction)
        && exponent.is_none_or(|exponent| !exponent.is_empty() && exponent.bytes().all(|byte| byte.is_ascii_digit()))
}

/// `1:20`, `190:20:30.15`.
fn is_sexagesimal(text: &str) -> bool {
    let (text, fraction) = text.split_once('.').unwrap_or((text, ""));
    let mut parts = text.split(':');
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    let first = parts.next().unwrap_or_default();
    let rest: Vec<&str> = parts.collect();
    !rest.is_empty()
        && first.starts_with(|c: char| c.is_ascii_digit())
        && digits(first)
        && digits(fraction)
        && rest.iter().all(|part| matches!(part.len(), 1 | 2) && digits(part))
}

/// `2001-01-01`, also with a time behind it.
fn is_date(text: &str) -> bool {
    let mut parts = text.splitn(3, '-');
    let mut next = || parts.next().unwrap_or_default();
    let (year, month, rest) = (next(), next(), next());
    let day = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let time = rest.get(day..).unwrap_or_default();
    number(year)
        && year.len() == 4
        && number(month)
        && month.len() <= 2
        && (1..=2).contains(&day)
        && (time.is_empty() || time.starts_with(['t', ' ', '\t']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_types_are_no_strings() {
        let others = [
            "",
            "~",
            "null",
            "Null",
            "NULL",
            "y",
            "N",
            "yes",
            "No",
            "ON",
            "off",
            "True",
            "FALSE",
            "<<",
            "=",
            "0",
            "0123",
            "-1",
            "+1",
            "0x10",
            "0xAF_f",
            "0o17",
            "0b1_0",
            "1e3",
            "1E+3",
            "1.5e-3",
            "1_000",
            "1,000",
            ".5",
            "-.5",
            "5.",
            ".inf",
            "-.Inf",
            ".NaN",
            "+.INF",
            "1:20",
            "190:20:30.15",
            "2001-01-01",
            "2001-1-1",
            "12e03",
            "2001-12-14t21:59:43.10-05:00",
            "2001-12-14 21:59:43",
            ".",
            "_",
            "08",
            "1_",
        ];
        for text in others {
            assert!(!is_string(text), "{text}");
        }
    }

    #[test]
    fn strings() {
        let strings = [
            "ami-0abc",
            "a",
            "yesno",
            "1.2.3",
            "10.0.0.1",
            "10.0.0.0/16",
            "0x",
            "0xg",
            "1e",
            "e3",
            "1-2",
            "2001-01",
            "-",
            "+",
            "12345678-1234-1234",
            "2001-01-01x",
            "arn:aws:s3:::b",
            "a:1",
            "nul",
            "-x",
            "1 2",
            ",",
            "::",
        ];
        for text in strings {
            assert!(is_string(text), "{text}");
        }
    }

    #[test]
    fn plain_scalars() {
        for text in [
            "a",
            "-a",
            "a b",
            "a:b",
            "a#b",
            "a: b".trim_end_matches(" b").trim_end_matches(':'),
            "é😀",
            "--",
            "a\n  b",
            "http://x/?a=b",
        ] {
            assert!(is_plain(text, false), "{text}");
        }
        let never = [
            "",
            " a",
            "a ",
            "a: b",
            "a:",
            "a #b",
            "a\n# b",
            "a:\n b",
            "- a",
            "-",
            "? a",
            "?a",
            ":a",
            "[",
            "]",
            "{",
            "}",
            ",",
            "#",
            "&a",
            "*a",
            "!a",
            "|",
            ">",
            "'",
            "\"",
            "%a",
            "@a",
            "`a",
            "---",
            "--- a",
            "...",
            "a\n--- b",
            "a\tb",
            "a\u{85}b",
            "a\u{2028}",
            "\u{FEFF}a",
            "a\u{7}",
            "a\u{7F}",
        ];
        for text in never {
            assert!(!is_plain(text, false), "{text:?}");
        }
        for text in ["a,b", "a]", "a{", "a?b"] {
            assert!(is_plain(text, false) && !is_plain(text, true), "{text}");
        }
    }
}
