//! How Go writes values. The agent is a Go program, and what it puts into texts and replies is what Go's
//! `encoding/json` and `fmt` print.
//!
//! Numbers: every number of a JSON document is a `float64` for the agent, so that `9007199254740993` loses its last
//! digit here as there.

use std::fmt::Write as _;

use serde_json::{Number, Value};

/// The text of `json.Marshal(value)`: keys sorted by their bytes, no spaces, and `<`, `>`, `&`, U+2028 and U+2029
/// escaped.
#[must_use]
pub fn marshal(value: &Value) -> String {
    let mut out = String::new();
    write_json(&mut out, value, true);
    out
}

/// Like [`marshal`], with the keys in the order of the value: what Go does for a struct.
#[must_use]
pub fn marshal_in_order(value: &Value) -> String {
    let mut out = String::new();
    write_json(&mut out, value, false);
    out
}

/// The text of `fmt.Sprintf("%v", value)`: `map[a:1 b:2]`, `[x y]`, `<nil>`, a text as it is.
#[must_use]
pub fn print(value: &Value) -> String {
    let mut out = String::new();
    write_plain(&mut out, value);
    out
}

/// `fmt.Sprintf("%v", list)` for a list of texts: `[a b]`.
#[must_use]
pub fn print_list<S: AsRef<str>>(list: &[S]) -> String {
    let list: Vec<&str> = list.iter().map(AsRef::as_ref).collect();
    format!("[{}]", list.join(" "))
}

/// Bytes as the text that they become on their way through the agent's JSON: each byte that is not part of a valid
/// character becomes U+FFFD. (`String::from_utf8_lossy` replaces a whole broken sequence by one.)
#[must_use]
pub fn lossy(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    let mut rest = bytes;
    loop {
        match std::str::from_utf8(rest) {
            Ok(text) => {
                out.push_str(text);
                return out;
            }
            Err(error) => {
                let (good, bad) = rest.split_at(error.valid_up_to());
                // Never lossy: it is the part that was found valid.
                out.push_str(&String::from_utf8_lossy(good));
                out.push('\u{fffd}');
                rest = bad.split_first().map_or(&[], |(_, rest)| rest);
            }
        }
    }
}

/// A number as `encoding/json` writes it: without exponent from 1e-6 up to but without 1e21.
#[must_use]
pub fn json_number(number: f64) -> String {
    let size = number.abs();
    write_number(number, size == 0.0 || (1e-6..1e21).contains(&size), 1)
}

/// A number as `%v` prints it: without exponent from 1e-4 up to but without 1e6, which is not the rule of JSON.
#[must_use]
pub fn plain_number(number: f64) -> String {
    let size = number.abs();
    write_number(number, size == 0.0 || (1e-4..1e6).contains(&size), 2)
}

/// The fewest digits that stand for the number, of two equally near ones the even one (the standard library takes the
/// greater one, but the printer of `serde_json` does it like Go). An exponent has its sign and at least `width` digits.
fn write_number(number: f64, whole: bool, width: usize) -> String {
    let Some(text) = Number::from_f64(number).map(|number| number.to_string()) else { return number.to_string() };
    let (sign, text) = text.strip_prefix('-').map_or(("", text.as_str()), |text| ("-", text));
    let (mantissa, power) = text.split_once('e').unwrap_or((text, "0"));
    let (before, after) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = format!("{before}{after}");
    let digits = all.trim_start_matches('0');
    // How many digits stand before the point.
    let power = power.parse::<i64>().unwrap_or(0) + before.len() as i64 - (all.len() - digits.len()) as i64;
    let digits = digits.trim_end_matches('0');
    if digits.is_empty() {
        return format!("{sign}0");
    }
    if !whole {
        let (first, rest) = digits.split_at(1);
        let point = if rest.is_empty() { "" } else { "." };
        let power = power - 1;
        let mark = if power < 0 { '-' } else { '+' };
        return format!("{sign}{first}{point}{rest}e{mark}{:0>width$}", power.unsigned_abs());
    }
    match usize::try_from(power) {
        Ok(power) if power >= digits.len() => format!("{sign}{digits:0<power$}"),
        Ok(power) if power > 0 => {
            let (before, after) = digits.split_at(power);
            format!("{sign}{before}.{after}")
        }
        _ => format!("{sign}0.{}{digits}", "0".repeat(usize::try_from(-power).unwrap_or(0))),
    }
}

fn float(number: &Number) -> f64 {
    number.as_f64().unwrap_or(0.0)
}

fn write_json(out: &mut String, value: &Value, sorted: bool) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Value::Number(number) => out.push_str(&json_number(float(number))),
        Value::String(text) => write_json_text(out, text),
        Value::Array(list) => {
            out.push('[');
            for (index, item) in list.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_json(out, item, sorted);
            }
            out.push(']');
        }
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            if sorted {
                entries.sort_by_key(|(key, _)| *key);
            }
            out.push('{');
            for (index, (key, item)) in entries.into_iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_json_text(out, key);
                out.push(':');
                write_json(out, item, sorted);
            }
            out.push('}');
        }
    }
}

fn write_json_text(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\0'..='\u{1f}' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                // Writing into a `String` cannot fail.
                let _ = write!(out, "\\u{:04x}", u32::from(character));
            }
            _ => out.push(character),
        }
    }
    out.push('"');
}

fn write_plain(out: &mut String, value: &Value) {
    match value {
        Value::Null => out.push_str("<nil>"),
        Value::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Value::Number(number) => out.push_str(&plain_number(float(number))),
        Value::String(text) => out.push_str(text),
        Value::Array(list) => {
            out.push('[');
            for (index, item) in list.iter().enumerate() {
                if index > 0 {
                    out.push(' ');
                }
                write_plain(out, item);
            }
            out.push(']');
        }
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_by_key(|(key, _)| *key);
            out.push_str("map[");
            for (index, (key, item)) in entries.into_iter().enumerate() {
                if index > 0 {
                    out.push(' ');
                }
                out.push_str(key);
                out.push(':');
                write_plain(out, item);
            }
            out.push(']');
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Both columns were printed by Go itself (`json.Marshal`, `%v`).
    #[test]
    fn numbers_are_those_of_go() {
        for (number, marshalled, printed) in [
            (0.0, "0", "0"),
            (1.0, "1", "1"),
            (-1.0, "-1", "-1"),
            (100_000_000.0, "100000000", "1e+08"),
            (1e20, "100000000000000000000", "1e+20"),
            (1e21, "1e+21", "1e+21"),
            (1.5e21, "1.5e+21", "1.5e+21"),
            (1e-6, "0.000001", "1e-06"),
            (1e-7, "1e-7", "1e-07"),
            (1.25e-10, "1.25e-10", "1.25e-10"),
            (123_456_789.125, "123456789.125", "1.23456789125e+08"),
            (1e6, "1000000", "1e+06"),
            (999_999.0, "999999", "999999"),
            (1_234_567.0, "1234567", "1.234567e+06"),
            (0.0001, "0.0001", "0.0001"),
            (0.00001, "0.00001", "1e-05"),
            (2_147_483_648.0, "2147483648", "2.147483648e+09"),
            (1e100, "1e+100", "1e+100"),
            // This literal is exactly in the middle of ….2 and ….3 when read.
            (872_843_333_333_333.3, "872843333333333.2", "8.728433333333332e+14"),
            (-0.0, "-0", "-0"),
            (5e-324, "5e-324", "5e-324"),
            (f64::MAX, "1.7976931348623157e+308", "1.7976931348623157e+308"),
            (9_007_199_254_740_993.0, "9007199254740992", "9.007199254740992e+15"),
        ] {
            assert_eq!((json_number(number).as_str(), plain_number(number).as_str()), (marshalled, printed));
        }
        // An integer of JSON is a float for the agent.
        assert_eq!(marshal(&json!(9_007_199_254_740_993_u64)), "9007199254740992");
    }

    #[test]
    fn texts_are_escaped_as_in_html() {
        let text = "<>&\u{2028}\u{2029}\0\u{1}\u{8}\u{c}\n\r\t\"\\/\u{7f}é😀";
        let expected = r#""\u003c\u003e\u0026\u2028\u2029\u0000\u0001\b\f\n\r\t\"\\/"#.to_owned() + "\u{7f}é😀\"";
        assert_eq!(marshal(&json!(text)), expected);
    }

    #[test]
    fn maps_are_sorted_unless_they_stand_for_a_struct() {
        let value = json!({"b": 1, "a": null, "é<": [true, "x"]});
        assert_eq!(marshal(&value), "{\"a\":null,\"b\":1,\"é\\u003c\":[true,\"x\"]}");
        assert_eq!(marshal_in_order(&value), "{\"b\":1,\"a\":null,\"é\\u003c\":[true,\"x\"]}");
        assert_eq!(print(&json!({"b": 1, "a": null, "c": {"z": "<"}})), "map[a:<nil> b:1 c:map[z:<]]");
        assert_eq!(print(&json!(["a", 1, null, true, []])), "[a 1 <nil> true []]");
    }

    #[test]
    fn each_broken_byte_becomes_one_mark() {
        assert_eq!(lossy(b"a\xe2\x82z\xff"), "a\u{fffd}\u{fffd}z\u{fffd}");
        assert_eq!(lossy("é".as_bytes()), "é");
        assert_eq!(lossy(b""), "");
    }
}
