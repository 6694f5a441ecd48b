//! What plain scalars are, as CloudFormation reads them: by YAML 1.1, with exceptions that keep what is written.

use serde_json::{Number, Value};

use super::{Scalar, Style, Tag};

/// Whether a scalar is null.
pub(super) fn is_null(scalar: &Scalar, tag: &Tag) -> bool {
    *tag == Tag::None && is_null_text(&scalar.text) && scalar.style != Style::Quoted
}

fn is_null_text(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

/// The value of a scalar.
pub(super) fn value(scalar: &Scalar, tag: &Tag) -> Value {
    let text = scalar.text.as_str();
    if *tag != Tag::None {
        return Value::String(text.to_owned());
    }
    let value = match scalar.style {
        Style::Quoted => None,
        Style::Plain => plain(text),
        Style::Literal => serde_json::from_str(text).ok().filter(|value| is_exact(value, text)),
    };
    value.unwrap_or_else(|| Value::String(text.to_owned()))
}

/// An integer that does not fit becomes a float, which loses digits; so does `-0`, which does not.
fn is_exact(value: &Value, text: &str) -> bool {
    !value.is_f64() || text == "-0" || text.contains(['.', 'e', 'E'])
}

/// The value of a plain scalar; none for a text. Texts are also: integers with leading zeros (they are account ids),
/// those that do not fit 64 bits, sexagesimal numbers (they are times and ports), dates, `y` and `n` (CloudFormation
/// takes them so, unlike `yes` and `on`), and numbers that JSON does not have.
fn plain(text: &str) -> Option<Value> {
    if is_null_text(text) {
        return Some(Value::Null);
    }
    match text {
        "true" | "True" | "TRUE" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => return Some(Value::Bool(true)),
        "false" | "False" | "FALSE" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => return Some(Value::Bool(false)),
        _ => {}
    }
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    if !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    if let Some(hexadecimal) = digits.strip_prefix("0x") {
        let fine = hexadecimal.starts_with(|c: char| c.is_ascii_hexdigit());
        return fine.then(|| i64::from_str_radix(&format!("{sign}{hexadecimal}"), 16).ok())?.map(Value::from);
    }
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        if digits.len() > 1 && digits.starts_with('0') {
            return None;
        }
        let text = format!("{sign}{digits}");
        return text.parse::<i64>().map(Value::from).or_else(|_| text.parse::<u64>().map(Value::from)).ok();
    }
    is_float(digits).then(|| format!("{sign}{digits}").parse().ok())?.and_then(Number::from_f64).map(Value::Number)
}

/// `1.5`, `.5`, `5.`, `1.5e+3`: YAML 1.1 wants the point. Several leading zeros are kept as they are.
fn is_float(digits: &str) -> bool {
    let Some((whole, rest)) = digits.split_once('.') else { return false };
    let (fraction, exponent) = match rest.split_once(['e', 'E']) {
        Some((fraction, exponent)) => (fraction, exponent.strip_prefix(['+', '-']).unwrap_or(exponent)),
        None => (rest, "0"),
    };
    let all = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    all(whole)
        && all(fraction)
        && all(exponent)
        && !exponent.is_empty()
        && !(whole.is_empty() && fraction.is_empty())
        && !(whole.len() > 1 && whole.starts_with('0'))
}
