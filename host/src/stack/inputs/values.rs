//! Files of values with their types, as SSM documents take them.

use std::collections::BTreeMap;

use serde_json::Value;

use super::InputError;
use super::read::{named, with_root};
use crate::stack::template::document::{Kind, ReadError};

/// Read a map from name to value, JSON or YAML; a value may be a text, a number, a boolean, a list or a map.
///
/// # Errors
/// When the text is neither JSON nor YAML, or no map.
pub fn read_values(name: &str, text: &str) -> Result<BTreeMap<String, Value>, InputError> {
    with_root(name, text, |root| {
        if !matches!(root.kind(), Kind::Mapping) {
            return Err(ReadError::new(root.place(), "the values are no map from name to value"));
        }
        root.members().map(|(key, at, node)| Ok((named("parameter", at, key)?.to_owned(), node.value()?))).collect()
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn json_and_yaml_keep_their_types() {
        let json = read_values("v.json", r#"{"a": "x", "b": ["p", "q"], "c": {"k": 1}, "d": true}"#).unwrap();
        let yaml = read_values("v.yaml", "a: x\nb: [p, q]\nc: {k: 1}\nd: true\n").unwrap();
        assert_eq!(json, yaml);
        assert_eq!((json["b"].clone(), json["d"].clone()), (json!(["p", "q"]), json!(true)));
    }

    #[test]
    fn what_is_no_map_is_refused() {
        for text in ["", "[]", "x", "{"] {
            assert!(read_values("v", text).is_err(), "{text}");
        }
    }
}
