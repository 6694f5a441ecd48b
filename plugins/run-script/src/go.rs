//! How Go prints values. The agent is a Go program, and what it says about inputs that it cannot read shows them so.
//!
//! Numbers: every number of a JSON document is a `float64` for the agent, so that `9007199254740993` loses its last
//! digit here as there.

use serde_json::{Number, Value};

/// The text of `fmt.Sprintf("%v", value)`: `map[a:1 b:2]`, `[x y]`, `<nil>`, a text as it is.
pub(crate) fn print(value: &Value) -> String {
    let mut out = String::new();
    write_plain(&mut out, value);
    out
}

/// A number as `%v` prints it: without exponent from 1e-4 up to but without 1e6. The fewest digits that stand for the
/// number, of two equally near ones the even one (the standard library takes the greater one, but the printer of
/// `serde_json` does it like Go). An exponent has its sign and at least two digits.
fn plain_number(number: f64) -> String {
    let size = number.abs();
    let whole = size == 0.0 || (1e-4..1e6).contains(&size);
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
        return format!("{sign}{first}{point}{rest}e{mark}{:0>2}", power.unsigned_abs());
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

fn write_plain(out: &mut String, value: &Value) {
    match value {
        Value::Null => out.push_str("<nil>"),
        Value::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Value::Number(number) => out.push_str(&plain_number(number.as_f64().unwrap_or(0.0))),
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

    /// The right column was printed by Go itself (`%v`).
    #[test]
    fn numbers_are_those_of_go() {
        for (number, printed) in [
            (0.0, "0"),
            (1.0, "1"),
            (-1.0, "-1"),
            (100_000_000.0, "1e+08"),
            (1e20, "1e+20"),
            (1e21, "1e+21"),
            (1.5e21, "1.5e+21"),
            (1e-6, "1e-06"),
            (1e-7, "1e-07"),
            (1.25e-10, "1.25e-10"),
            (123_456_789.125, "1.23456789125e+08"),
            (1e6, "1e+06"),
            (999_999.0, "999999"),
            (1_234_567.0, "1.234567e+06"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (2_147_483_648.0, "2.147483648e+09"),
            (1e100, "1e+100"),
            // This literal is exactly in the middle of ….2 and ….3 when read.
            (872_843_333_333_333.3, "8.728433333333332e+14"),
            (-0.0, "-0"),
            (5e-324, "5e-324"),
            (f64::MAX, "1.7976931348623157e+308"),
            (9_007_199_254_740_993.0, "9.007199254740992e+15"),
        ] {
            assert_eq!(plain_number(number), printed);
        }
        // An integer of JSON is a float for the agent.
        assert_eq!(print(&json!(9_007_199_254_740_993_u64)), "9.007199254740992e+15");
    }

    #[test]
    fn maps_are_sorted() {
        assert_eq!(print(&json!({"b": 1, "a": null, "c": {"z": "<"}})), "map[a:<nil> b:1 c:map[z:<]]");
        assert_eq!(print(&json!(["a", 1, null, true, []])), "[a 1 <nil> true []]");
    }
}
