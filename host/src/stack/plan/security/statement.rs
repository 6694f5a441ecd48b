//! A statement of a policy (IAM User Guide, "IAM JSON policy elements reference"), and what it covers of another.

use std::collections::BTreeSet;

use serde_json::Value;

use super::glob;
use super::{list, text};

/// What an element names: `Action` or `NotAction`, and so on. Empty when the statement has no such element.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Names {
    pub(super) is_not: bool,
    pub(super) items: Vec<String>,
}

/// One condition: operator, key, values.
pub(super) type Condition = (String, String, BTreeSet<String>);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Statement {
    pub(super) is_allow: bool,
    pub(super) actions: Names,
    pub(super) resources: Names,
    pub(super) principals: Names,
    pub(super) conditions: Vec<Condition>,
}

/// One entry of an element, or all entries of a `Not…`, which only together mean something.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part<'a> {
    None,
    Name(&'a str),
    AllBut(&'a [String]),
}

/// What names are compared as.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Action,
    Resource,
    Principal,
}

impl Statement {
    /// Reads an object with an `Effect`.
    pub(super) fn read(value: &Value) -> Self {
        let names = |name: &str| Names { is_not: false, items: list(value.get(name)) };
        let element = |name: &str| match value.get(format!("Not{name}")) {
            Some(not) => Names { is_not: true, items: list(Some(not)) },
            None => names(name),
        };
        let principals = match (value.get("Principal"), value.get("NotPrincipal")) {
            (_, Some(not)) => Names { is_not: true, items: principals(not) },
            (Some(principal), None) => Names { is_not: false, items: principals(principal) },
            (None, None) => Names::default(),
        };
        Self {
            is_allow: value.get("Effect").and_then(Value::as_str) != Some("Deny"),
            actions: element("Action"),
            resources: element("Resource"),
            principals,
            conditions: conditions(value.get("Condition")),
        }
    }

    /// Whether it says what it says for these parts at least.
    pub(super) fn covers(&self, action: Part<'_>, resource: Part<'_>, principal: Part<'_>) -> bool {
        self.actions.covers(action, Kind::Action)
            && self.resources.covers(resource, Kind::Resource)
            && self.principals.covers(principal, Kind::Principal)
    }

    /// Whether its conditions hold whenever those of the other one do: each is there too, with the same values or fewer.
    pub(super) fn is_condition_met_by(&self, other: &Self) -> bool {
        self.conditions.iter().all(|(operator, key, values)| {
            other.conditions.iter().any(|(other_operator, other_key, other_values)| {
                let is_narrower = if operator.contains("Not") || operator == "Null" || operator.starts_with("ForAll") {
                    other_values == values
                } else {
                    other_values.is_subset(values) && !other_values.is_empty()
                };
                operator == other_operator && key.eq_ignore_ascii_case(other_key) && is_narrower
            })
        })
    }
}

impl Names {
    /// The parts that are compared one by one.
    pub(super) fn parts(&self) -> Vec<Part<'_>> {
        match (self.is_not, self.items.as_slice()) {
            (true, items) => vec![Part::AllBut(items)],
            (false, []) => vec![Part::None],
            (false, items) => items.iter().map(|item| Part::Name(item)).collect(),
        }
    }

    fn covers(&self, part: Part<'_>, kind: Kind) -> bool {
        let mut names = self.items.iter();
        match (self.is_not, part) {
            (false, Part::Name(name)) => names.any(|own| kind.covers(own, name)),
            (false, Part::AllBut(_)) => names.any(|own| own == "*"),
            (false, Part::None) => self.items.is_empty(),
            (true, Part::Name(name)) => !names.any(|own| kind.overlap(own, name)),
            (true, Part::AllBut(others)) => names.all(|own| others.iter().any(|other| kind.covers(other, own))),
            (true, Part::None) => false,
        }
    }
}

impl Kind {
    fn covers(self, wide: &str, narrow: &str) -> bool {
        match self {
            Self::Action => glob::covers(&wide.to_lowercase(), &narrow.to_lowercase()),
            Self::Resource => glob::covers(wide, narrow),
            Self::Principal => wide == "*" || wide == narrow || is_in_account(wide, narrow),
        }
    }

    fn overlap(self, one: &str, other: &str) -> bool {
        match self {
            Self::Action => glob::overlap(&one.to_lowercase(), &other.to_lowercase()),
            Self::Resource => glob::overlap(one, other),
            // Whether two principals are the same one cannot be seen from their names.
            Self::Principal => true,
        }
    }
}

fn is_in_account(account: &str, arn: &str) -> bool {
    account.strip_prefix("account ").is_some_and(|id| arn.starts_with("arn:") && arn.split(':').nth(4) == Some(id))
}

fn principals(value: &Value) -> Vec<String> {
    match value {
        Value::Object(map) if super::super::intrinsics::function(value).is_none() => {
            map.values().flat_map(|value| list(Some(value))).map(account).collect()
        }
        other => list(Some(other)).into_iter().map(account).collect(),
    }
}

/// An account is named by its number or by the ARN of its root; both mean the same.
fn account(principal: String) -> String {
    let is_number = |text: &str| text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<&str> = principal.split(':').collect();
    match parts.as_slice() {
        [number] if is_number(number) => format!("account {number}"),
        ["arn", _, "iam", "", number, "root"] if is_number(number) => format!("account {number}"),
        _ => principal,
    }
}

fn conditions(value: Option<&Value>) -> Vec<Condition> {
    let Some(operators) = value.and_then(Value::as_object) else {
        return value.map(|other| (text(other), String::new(), BTreeSet::new())).into_iter().collect();
    };
    let mut found: Vec<Condition> = Vec::new();
    for (operator, keys) in operators {
        match keys.as_object() {
            Some(keys) => found.extend(
                keys.iter()
                    .map(|(key, values)| (operator.clone(), key.clone(), list(Some(values)).into_iter().collect())),
            ),
            None => found.push((operator.clone(), String::new(), list(Some(keys)).into_iter().collect())),
        }
    }
    found
}
