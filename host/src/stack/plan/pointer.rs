//! Paths into a resource: JSON pointers (RFC 6901), and how people read them.

use std::fmt::Write;

use serde_json::Value;

/// The segments of a pointer: `/Properties/Tags/0/Value`.
pub(super) fn segments(pointer: &str) -> Vec<String> {
    let pointer = pointer.strip_prefix('/').unwrap_or(pointer);
    pointer.split('/').map(|segment| segment.replace("~1", "/").replace("~0", "~")).collect()
}

/// One segment, escaped to stand in a pointer.
pub(super) fn escaped(segment: &str) -> String {
    segment.replace('~', "~0").replace('/', "~1")
}

/// The value at a path.
pub(super) fn find<'v>(value: &'v Value, path: &[String]) -> Option<&'v Value> {
    path.iter().try_fold(value, |value, segment| child(value, segment))
}

/// The value one segment below.
pub(super) fn child<'v>(value: &'v Value, segment: &str) -> Option<&'v Value> {
    match value {
        Value::Object(map) => map.get(segment),
        Value::Array(items) => items.get(segment.parse::<usize>().ok()?),
        _ => None,
    }
}

/// A path as people read it: `Properties.Tags[0].Value`. A name that would be misread is quoted.
pub(super) fn display(path: &[String]) -> String {
    let mut text = String::new();
    for (index, segment) in path.iter().enumerate() {
        let is_number = !segment.is_empty() && segment.bytes().all(|byte| byte.is_ascii_digit());
        let is_plain = segment.chars().all(|c| c.is_alphanumeric() || "_-:".contains(c)) && !segment.is_empty();
        let written = match index {
            0 => write!(text, "{segment}"),
            _ if is_number => write!(text, "[{segment}]"),
            _ if is_plain => write!(text, ".{segment}"),
            _ => write!(text, "[{}]", Value::from(segment.as_str())),
        };
        debug_assert!(written.is_ok(), "a String takes everything");
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn pointers_are_read_and_shown() {
        for (pointer, shown) in [
            ("/Properties/ImageId", "Properties.ImageId"),
            ("/Properties/Tags/0/Value", "Properties.Tags[0].Value"),
            ("/Metadata/AWS::CloudFormation::Init/config", "Metadata.AWS::CloudFormation::Init.config"),
            ("/Properties/Variables/a~1b.c~0d", "Properties.Variables[\"a/b.c~d\"]"),
            ("Properties.Odd", "Properties.Odd"),
        ] {
            assert_eq!(display(&segments(pointer)), shown);
        }
        assert_eq!(segments(&format!("/Resources/{}", escaped("a/~b"))), ["Resources", "a/~b"]);
    }

    #[test]
    fn values_are_found() {
        let value = json!({"Tags": [{"Value": "a"}], "0": "key"});
        let at = |pointer: &str| find(&value, &segments(pointer));
        assert_eq!(at("/Tags/0/Value"), Some(&json!("a")));
        assert_eq!(at("/0"), Some(&json!("key")));
        assert_eq!(at("/Tags/1"), None);
        assert_eq!(at("/Tags/x"), None);
        assert_eq!(at("/Tags/0/Value/more"), None);
    }
}
