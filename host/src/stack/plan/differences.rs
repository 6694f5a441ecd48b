//! Where two JSON values differ.

use serde_json::Value;

use super::intrinsics::function;

/// A place where two values differ: below which path, what is there before, and what after.
#[derive(Debug, PartialEq)]
pub(super) struct Difference<'v> {
    pub(super) path: Vec<String>,
    pub(super) before: Option<&'v Value>,
    pub(super) after: Option<&'v Value>,
}

/// The innermost places where two values differ. Lists are compared entry by entry when they are equally long, and are
/// one difference when they are not. A policy document is always one: its statements are read together.
pub(super) fn differences<'v>(
    path: &[String],
    before: Option<&'v Value>,
    after: Option<&'v Value>,
) -> Vec<Difference<'v>> {
    let mut found = Vec::new();
    compare(path.to_vec(), before, after, &mut found);
    found
}

fn compare<'v>(
    path: Vec<String>,
    before: Option<&'v Value>,
    after: Option<&'v Value>,
    found: &mut Vec<Difference<'v>>,
) {
    if before == after {
        return;
    }
    let below = |segment: &str| path.iter().cloned().chain([segment.to_owned()]).collect::<Vec<_>>();
    match (before, after) {
        (Some(Value::Object(old)), Some(Value::Object(new))) if !is_leaf(before) && !is_leaf(after) => {
            for (key, value) in old {
                compare(below(key), Some(value), new.get(key), found);
            }
            for (key, value) in new.iter().filter(|(key, _)| !old.contains_key(*key)) {
                compare(below(key), None, Some(value), found);
            }
        }
        (Some(Value::Array(old)), Some(Value::Array(new))) if old.len() == new.len() => {
            for (index, (old, new)) in old.iter().zip(new).enumerate() {
                compare(below(&index.to_string()), Some(old), Some(new), found);
            }
        }
        _ => found.push(Difference { path, before, after }),
    }
}

fn is_leaf(value: Option<&Value>) -> bool {
    value.is_some_and(|value| function(value).is_some() || value.get("Statement").is_some())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::pointer;
    use super::*;

    fn paths(before: Value, after: Value) -> Vec<String> {
        let base = ["Properties".to_owned()];
        differences(&base, Some(&before), Some(&after)).iter().map(|d| pointer::display(&d.path)).collect()
    }

    #[test]
    fn the_innermost_differences_are_found() {
        assert_eq!(
            paths(json!({"a": 1, "b": {"c": 2, "d": 3}}), json!({"b": {"d": 3, "c": 4}, "e": 5})),
            ["Properties.a", "Properties.b.c", "Properties.e"]
        );
        assert_eq!(paths(json!([1, {"a": 2}]), json!([1, {"a": 3}])), ["Properties[1].a"]);
        assert_eq!(paths(json!({"l": [1]}), json!({"l": [1, 2]})), ["Properties.l"]);
        assert!(paths(json!({"a": 1, "b": 2}), json!({"b": 2, "a": 1})).is_empty());
    }

    #[test]
    fn functions_and_policies_stay_whole() {
        assert_eq!(paths(json!({"x": {"Ref": "A"}}), json!({"x": {"Ref": "B"}})), ["Properties.x"]);
        let policy = |action: &str| json!({"Doc": {"Statement": [{"Effect": "Allow", "Action": action}]}});
        assert_eq!(paths(policy("a"), policy("b")), ["Properties.Doc"]);
    }
}
