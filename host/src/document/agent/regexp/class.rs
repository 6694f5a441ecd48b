//! Character classes and escapes of Go's regular expressions.

use std::str::Chars;

use regex::Regex;

use super::{PatternError, error, peek, skip};

/// `\d` and its kin: only ASCII in Go, and `\s` without the vertical tab.
pub(super) fn perl(kind: char) -> &'static str {
    match kind {
        'd' => "[0-9]",
        'D' => "[^0-9]",
        'w' => "[0-9A-Za-z_]",
        'W' => "[^0-9A-Za-z_]",
        's' => "[\\t\\n\\f\\r ]",
        _ => "[^\\t\\n\\f\\r ]",
    }
}

/// `\pN`, `\p{Greek}`, `\P{^Greek}`, with the backslash still to be read.
pub(super) fn unicode(rest: &mut Chars<'_>) -> Result<String, PatternError> {
    let text = rest.as_str();
    rest.next();
    let mut negated = rest.next() == Some('P');
    let (name, length) = match rest.next() {
        Some('{') => {
            let Some((name, _)) = text.split_once('{').and_then(|(_, after)| after.split_once('}')) else {
                return Err(error("invalid character class range", text));
            };
            (name.to_owned(), name.chars().count() + 4)
        }
        Some(letter) => (letter.to_string(), 3),
        None => return Err(error("invalid character class range", text)),
    };
    let whole: String = text.chars().take(length).collect();
    // `\p`, the bracket or the letter have been read.
    rest.by_ref().take(length - 3).for_each(drop);
    let mut plain = name.as_str();
    if let Some(after) = plain.strip_prefix('^') {
        negated = !negated;
        plain = after;
    }
    let class = format!("\\{}{{{plain}}}", if negated { 'P' } else { 'p' });
    // Go's tables hold names, no properties with values, and the crate would take both.
    let known = !plain.is_empty() && plain.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if known && Regex::new(&class).is_ok() { Ok(class) } else { Err(error("invalid character class range", &whole)) }
}

/// One character behind a backslash that is still to be read.
pub(super) fn escaped(rest: &mut Chars<'_>) -> Result<char, PatternError> {
    let text = rest.as_str();
    let invalid = |length: usize| {
        let part: String = text.chars().take(length).collect();
        error("invalid escape sequence", &part)
    };
    rest.next();
    let Some(first) = rest.next() else { return Err(error("trailing backslash at end of expression", "")) };
    match first {
        // A single digit would be a back-reference; two and more are octal.
        '1'..='7' if !matches!(peek(rest), Some('0'..='7')) => Err(invalid(2)),
        '0'..='7' => {
            let mut number = first.to_digit(8).unwrap_or(0);
            for _ in 1..3 {
                match peek(rest).and_then(|next| next.to_digit(8)) {
                    Some(digit) => number = number * 8 + digit,
                    None => break,
                }
                rest.next();
            }
            char::from_u32(number).ok_or_else(|| invalid(2))
        }
        'x' => hexadecimal(rest).map_err(invalid),
        'a' => Ok('\u{7}'),
        'f' => Ok('\u{c}'),
        'n' => Ok('\n'),
        'r' => Ok('\r'),
        't' => Ok('\t'),
        'v' => Ok('\u{b}'),
        _ if first.is_ascii() && !first.is_ascii_alphanumeric() => Ok(first),
        _ => Err(invalid(2)),
    }
}

/// What stands behind `\x`: two digits, or any number of them in braces. An error says how much of the text Go shows.
fn hexadecimal(rest: &mut Chars<'_>) -> Result<char, usize> {
    // `\x` and the character that comes next.
    let mut shown = 2;
    let mut digit = |rest: &mut Chars<'_>| {
        let next = rest.next();
        shown += usize::from(next.is_some());
        (next, shown)
    };
    let (first, _) = digit(rest);
    let mut number = 0;
    if first == Some('{') {
        let mut digits = 0;
        loop {
            let (next, shown) = digit(rest);
            match next {
                Some('}') if digits > 0 => return char::from_u32(number).ok_or(shown),
                Some(next) => {
                    let value = next.to_digit(16).ok_or(shown)?;
                    digits += 1;
                    number = number * 16 + value;
                    if number > 0x10_ffff {
                        return Err(shown);
                    }
                }
                None => return Err(shown),
            }
        }
    }
    let high = first.and_then(|c| c.to_digit(16)).ok_or(if first.is_some() { 3_usize } else { 2 })?;
    let (second, shown) = digit(rest);
    let low = second.and_then(|c| c.to_digit(16)).ok_or(shown)?;
    number += high * 16 + low;
    char::from_u32(number).ok_or(shown)
}

/// A class with its brackets, of which the first is still to be read.
pub(super) fn read(rest: &mut Chars<'_>) -> Result<String, PatternError> {
    let text = rest.as_str();
    let missing = || error("missing closing ]", text);
    rest.next();
    let mut out = String::from("[");
    if skip(rest, '^') {
        out.push('^');
    }
    let mut first = true;
    loop {
        match peek(rest) {
            None => return Err(missing()),
            Some(']') if !first => {
                rest.next();
                out.push(']');
                return Ok(out);
            }
            Some('[') => {
                let ahead = rest.as_str();
                let named = ahead.strip_prefix("[:").and_then(|after| after.split_once(":]"));
                if let Some((name, _)) = named {
                    let whole = format!("[:{name}:]");
                    if !POSIX.contains(&name.strip_prefix('^').unwrap_or(name)) {
                        return Err(error("invalid character class range", &whole));
                    }
                    rest.by_ref().take(whole.chars().count()).for_each(drop);
                    out.push_str(&whole);
                    first = false;
                    continue;
                }
            }
            Some('\\') => {
                let mut ahead = rest.clone();
                ahead.next();
                match ahead.next() {
                    Some('p' | 'P') => {
                        out.push_str(&unicode(rest)?);
                        first = false;
                        continue;
                    }
                    Some(kind @ ('d' | 'D' | 'w' | 'W' | 's' | 'S')) => {
                        *rest = ahead;
                        out.push_str(perl(kind));
                        first = false;
                        continue;
                    }
                    _ => {}
                }
            }
            Some(_) => {}
        }
        let from = rest.as_str();
        first = false;
        let low = single(rest).ok_or_else(missing)??;
        let mut high = low;
        let mut ahead = rest.clone();
        if ahead.next() == Some('-') && peek(&ahead).is_some_and(|next| next != ']') {
            *rest = ahead;
            high = single(rest).ok_or_else(missing)??;
            if high < low {
                let read = from.chars().count() - rest.clone().count();
                let range: String = from.chars().take(read).collect();
                return Err(error("invalid character class range", &range));
            }
        }
        out.push_str(&format!("\\x{{{:x}}}-\\x{{{:x}}}", u32::from(low), u32::from(high)));
    }
}

fn single(rest: &mut Chars<'_>) -> Option<Result<char, PatternError>> {
    match peek(rest)? {
        '\\' => Some(escaped(rest)),
        _ => rest.next().map(Ok),
    }
}

const POSIX: [&str; 14] = [
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space", "upper", "word",
    "xdigit",
];
