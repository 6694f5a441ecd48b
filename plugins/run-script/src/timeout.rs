//! The time that a step may take.

use serde_json::Value;

/// Used when `timeoutSeconds` is missing or out of bounds.
pub(crate) const DEFAULT_SECONDS: u64 = 3600;
const SECONDS: std::ops::RangeInclusive<i64> = 5..=172_800;

/// The seconds that a step may take: a number or a text of one, cut to whole seconds; 3600 for anything else and for
/// what is not between 5 and 172,800.
pub(crate) fn timeout_seconds(input: &Value) -> u64 {
    #[expect(clippy::cast_possible_truncation, reason = "what is too large is out of bounds all the same")]
    let whole = |number: f64| number as i64;
    let number = match input {
        Value::Number(number) => number.as_f64().map(whole),
        Value::String(text) => text.parse::<i64>().ok().or_else(|| text.parse::<f64>().ok().map(whole)),
        _ => None,
    };
    number
        .filter(|number| SECONDS.contains(number))
        .and_then(|number| u64::try_from(number).ok())
        .unwrap_or(DEFAULT_SECONDS)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_timeout_is_between_5_and_172800() {
        for (input, seconds) in [
            (json!(5), 5),
            (json!(4), 3600),
            (json!(172_800), 172_800),
            (json!(172_801), 3600),
            (json!(-60), 3600),
            (json!(60.9), 60),
            (json!(5.0), 5),
            (json!(4.99), 3600),
            (json!(1e300), 3600),
            (json!("60"), 60),
            (json!("+60"), 60),
            (json!("0060"), 60),
            (json!("60.9"), 60),
            (json!("1e2"), 100),
            (json!(" 60"), 3600),
            (json!("60 "), 3600),
            (json!("sixty"), 3600),
            (json!(""), 3600),
            (json!("NaN"), 3600),
            (json!("inf"), 3600),
            (json!("99999999999999999999"), 3600),
            (json!("{{ timeout }}"), 3600),
            (json!(true), 3600),
            (json!(["60"]), 3600),
            (Value::Null, 3600),
        ] {
            assert_eq!(timeout_seconds(&input), seconds, "{input}");
        }
    }

    proptest! {
        #[test]
        fn a_timeout_is_always_in_bounds(text in ".{0,12}", number in any::<f64>()) {
            for seconds in [timeout_seconds(&json!(text)), timeout_seconds(&json!(number))] {
                prop_assert!((5..=172_800).contains(&seconds));
            }
        }
    }
}
