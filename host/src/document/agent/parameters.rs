//! What the agent makes of a document's parameters before anything else (`agent/framework/docparser/docparser.go`).

use std::collections::BTreeMap;

use serde_json::Value;

use super::go;

/// The values of a run by parameter name. `Null` stands for a parameter that is declared and has neither value nor
/// default.
pub type Values = BTreeMap<String, Value>;

/// A parameter as the document declares it (User Guide, "Systems Manager document data elements and parameters").
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ParameterDefinition {
    /// `String`, `StringList`, `Integer`, `Boolean`, `MapList`, `StringMap`, or what else stands there.
    pub kind: String,
    /// `Null` without a default.
    pub default: Value,
    /// Empty without a pattern.
    pub allowed_pattern: String,
    /// Empty if every value is allowed.
    pub allowed_values: Vec<String>,
    /// The number as it is written in the document; so with the three that follow.
    pub min_chars: Option<String>,
    /// See [`Self::min_chars`].
    pub max_chars: Option<String>,
    /// See [`Self::min_chars`].
    pub min_items: Option<String>,
    /// See [`Self::min_chars`].
    pub max_items: Option<String>,
    /// Whether `interpolationType` is `ENV_VAR`.
    pub environment: bool,
}

/// The definitions by name.
pub type Definitions = BTreeMap<String, ParameterDefinition>;

/// Whether a supplied value of this name is taken (`^[a-zA-Z0-9]+$`); any other is dropped without a word.
#[must_use]
pub fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// The supplied values and the defaults of the rest. Supplied values with other names are dropped, defaults are taken
/// whatever the name; a supplied value that the document does not declare stays.
#[must_use]
pub fn merge(definitions: &Definitions, supplied: &Values) -> Values {
    let mut values: Values =
        supplied.iter().filter(|(name, _)| is_name(name)).map(|(name, value)| (name.clone(), value.clone())).collect();
    for (name, definition) in definitions {
        values.entry(name.clone()).or_insert_with(|| definition.default.clone());
    }
    values
}

/// The variables of the parameters with `interpolationType: ENV_VAR`: `SSM_NAME` and the value, which may still hold
/// `{{ssm:…}}`. In the agent they exist since 3.3.2746.0.
#[must_use]
pub fn environment(definitions: &Definitions, values: &Values) -> Vec<(String, String)> {
    definitions
        .iter()
        .filter(|(_, definition)| definition.environment)
        .map(|(name, _)| (format!("SSM_{name}"), go::print(values.get(name).unwrap_or(&Value::Null))))
        .collect()
}

/// What the agent since 3.3.2746.0 writes in place of `{{ NAME }}` for a parameter with `interpolationType: ENV_VAR`,
/// in `aws:runShellScript` (`$SSM_NAME`) and `aws:runPowerShellScript` (`$env:SSM_NAME`), so that no value becomes
/// part of a script. To be substituted before the values are. Empty for all other actions.
#[must_use]
pub fn environment_tokens(definitions: &Definitions, action: &str) -> Values {
    let start = match action {
        "aws:runShellScript" => "$SSM_",
        "aws:runPowerShellScript" => "$env:SSM_",
        _ => return Values::new(),
    };
    definitions
        .iter()
        .filter(|(_, definition)| definition.environment)
        .map(|(name, _)| (name.clone(), Value::String(format!("{start}{name}"))))
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn values(list: &[(&str, Value)]) -> Values {
        list.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
    }

    fn defaults(list: &[(&str, Value)]) -> Definitions {
        let definition = |default: &Value| ParameterDefinition { default: default.clone(), ..Default::default() };
        list.iter().map(|(name, value)| ((*name).to_owned(), definition(value))).collect()
    }

    #[test]
    fn names_are_letters_and_digits() {
        for (name, good) in
            [("runCommand12", true), ("", false), ("a_b", false), ("a b", false), ("é", false), ("a\n", false)]
        {
            assert_eq!(is_name(name), good, "{name:?}");
        }
    }

    #[test]
    fn supplied_values_win_and_others_have_their_default() {
        let definitions = defaults(&[("a", json!("x")), ("b", json!(["p"])), ("c", Value::Null)]);
        let merged = merge(&definitions, &values(&[("a", json!("y")), ("undeclared", json!(1))]));
        let expected = [("a", json!("y")), ("b", json!(["p"])), ("c", Value::Null), ("undeclared", json!(1))];
        assert_eq!(merged, values(&expected));
    }

    #[test]
    fn a_supplied_odd_name_is_dropped_and_a_default_is_not() {
        let definitions = defaults(&[("a_b", Value::Null), ("a-b", json!("kept"))]);
        let merged = merge(&definitions, &values(&[("a_b", json!("dropped")), ("x y", json!("dropped"))]));
        assert_eq!(merged, values(&[("a_b", Value::Null), ("a-b", json!("kept"))]));
    }

    #[test]
    fn a_supplied_null_is_a_value() {
        let merged = merge(&defaults(&[("a", json!("x"))]), &values(&[("a", Value::Null)]));
        assert_eq!(merged, values(&[("a", Value::Null)]));
    }

    #[test]
    fn environment_parameters_are_exported_under_their_name() {
        let mut definitions =
            defaults(&[("command", json!("a b")), ("plain", json!("x")), ("list", json!(["p", "q"]))]);
        for name in ["command", "list"] {
            definitions.get_mut(name).unwrap().environment = true;
        }
        let merged = merge(&definitions, &Values::new());
        let pairs = [("SSM_command".to_owned(), "a b".to_owned()), ("SSM_list".to_owned(), "[p q]".to_owned())];
        assert_eq!(environment(&definitions, &merged), pairs);
        let shell = environment_tokens(&definitions, "aws:runShellScript");
        assert_eq!(shell, values(&[("command", json!("$SSM_command")), ("list", json!("$SSM_list"))]));
        let other = environment_tokens(&definitions, "aws:runPowerShellScript");
        assert_eq!(other.get("command"), Some(&json!("$env:SSM_command")));
        assert_eq!(environment_tokens(&definitions, "aws:runDocument"), Values::new());
    }
}
