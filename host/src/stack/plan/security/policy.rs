//! Policy documents: what the new ones allow that the old ones did not, and what they no longer deny.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Sides;
use super::statement::{Names, Part, Statement};

/// More combinations than this are not looked at one by one; a statement that is so large is compared as a whole.
const MAX_PARTS: usize = 10_000;

/// The statements of all documents are compared property by property, so that a policy that is renamed or split is no
/// change, and that a trust policy is compared with a trust policy.
pub(super) fn widened(sides: &Sides) -> Vec<String> {
    let mut found: BTreeMap<&str, (Vec<Statement>, Vec<Statement>)> = BTreeMap::new();
    let mut order = Vec::new();
    for (name, value) in &sides.after {
        let entry = found.entry(name).or_default();
        statements(value, &mut entry.1);
        order.push(name.as_str());
    }
    for (name, value) in &sides.before {
        let entry = found.entry(name).or_default();
        statements(value, &mut entry.0);
        if !order.contains(&name.as_str()) {
            order.push(name);
        }
    }
    let mut lines = Vec::new();
    for name in order {
        if let Some((before, after)) = found.get(name) {
            lines.extend(compared(before, after));
        }
    }
    lines
}

/// What statements allow that others did not, and what the others denied and these do not.
pub(super) fn compared(before: &[Statement], after: &[Statement]) -> Vec<String> {
    let of = |all: &[Statement], is_allow| all.iter().filter(|s| s.is_allow == is_allow).cloned().collect::<Vec<_>>();
    let allowed = of(before, true);
    let denied = of(after, false);
    let new = after.iter().filter(|s| s.is_allow).filter_map(|s| line("allows", s, &allowed));
    let lost = before.iter().filter(|s| !s.is_allow).filter_map(|s| line("no longer denies", s, &denied));
    new.chain(lost).collect()
}

/// All statements below a value. A document may be JSON text. Of a condition (`Fn::If`) all branches count.
fn statements(value: &Value, found: &mut Vec<Statement>) {
    match value {
        Value::Object(map) => match map.get("Statement") {
            Some(inside) => entries(inside, found),
            None => map.values().for_each(|value| statements(value, found)),
        },
        Value::Array(items) => items.iter().for_each(|item| statements(item, found)),
        Value::String(text) if text.contains("\"Statement\"") => {
            if let Ok(document) = serde_json::from_str::<Value>(text)
                && !document.is_string()
            {
                statements(&document, found);
            }
        }
        _ => {}
    }
}

fn entries(value: &Value, found: &mut Vec<Statement>) {
    match value {
        Value::Object(map) if map.contains_key("Effect") => found.push(Statement::read(value)),
        Value::Object(map) => map.values().for_each(|value| entries(value, found)),
        Value::Array(items) => items.iter().for_each(|item| entries(item, found)),
        _ => {}
    }
}

/// The parts of a statement that none of the others covers, in words; none when all are covered.
fn line(verb: &str, statement: &Statement, others: &[Statement]) -> Option<String> {
    let (actions, resources, principals) =
        (statement.actions.parts(), statement.resources.parts(), statement.principals.parts());
    let met: Vec<&Statement> = others.iter().filter(|other| other.is_condition_met_by(statement)).collect();
    let is_covered = |others: &[&Statement], a, r, p| others.iter().any(|other| other.covers(a, r, p));
    let count = actions.len().saturating_mul(resources.len()).saturating_mul(principals.len());
    let mut open = Open::default();
    if count > MAX_PARTS {
        if others.contains(statement) {
            return None;
        }
        open = Open { actions: indices(&actions), resources: indices(&resources), principals: indices(&principals) };
    } else {
        for (a, action) in actions.iter().enumerate() {
            for (r, resource) in resources.iter().enumerate() {
                for (p, principal) in principals.iter().enumerate() {
                    if !is_covered(&met, *action, *resource, *principal) {
                        open.add(a, r, p);
                    }
                }
            }
        }
    }
    if open.actions.is_empty() {
        return None;
    }
    let all: Vec<&Statement> = others.iter().collect();
    let (actions, resources, principals) =
        (pick(&open.actions, &actions), pick(&open.resources, &resources), pick(&open.principals, &principals));
    let was_conditional = statement.conditions.is_empty()
        && count <= MAX_PARTS
        && actions.iter().all(|a| resources.iter().all(|r| principals.iter().all(|p| is_covered(&all, *a, *r, *p))));
    let mut text =
        format!("{verb} {}", words(&statement.actions, &open.actions).unwrap_or_else(|| "something".to_owned()));
    if let Some(resources) = words(&statement.resources, &open.resources) {
        text.push_str(&format!(" on {resources}"));
    }
    if let Some(principals) = words(&statement.principals, &open.principals) {
        text.push_str(&format!(" for {}", if principals == "*" { "everyone" } else { &principals }));
    }
    if was_conditional {
        text.push_str(if statement.is_allow { ", without the condition that it had" } else { " in all cases" });
    }
    for (index, (operator, key, values)) in statement.conditions.iter().enumerate() {
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        let joint = if index == 0 { " when" } else { " and" };
        text.push_str(&format!("{joint} {operator} {key} {}", values.join(", ")).replace("  ", " "));
    }
    Some(text.trim_end().to_owned())
}

/// The parts that are not covered, by index, in order.
#[derive(Default)]
struct Open {
    actions: Vec<usize>,
    resources: Vec<usize>,
    principals: Vec<usize>,
}

impl Open {
    fn add(&mut self, action: usize, resource: usize, principal: usize) {
        for (list, index) in
            [(&mut self.actions, action), (&mut self.resources, resource), (&mut self.principals, principal)]
        {
            if let Err(place) = list.binary_search(&index) {
                list.insert(place, index);
            }
        }
    }
}

fn indices(parts: &[Part<'_>]) -> Vec<usize> {
    (0..parts.len()).collect()
}

fn pick<'p>(open: &[usize], parts: &[Part<'p>]) -> Vec<Part<'p>> {
    open.iter().filter_map(|index| parts.get(*index)).copied().collect()
}

fn words(names: &Names, open: &[usize]) -> Option<String> {
    if names.is_not {
        return Some(format!("everything but {}", names.items.join(", ")));
    }
    let items: Vec<&str> = open.iter().filter_map(|index| names.items.get(*index)).map(String::as_str).collect();
    (!items.is_empty()).then(|| items.join(", "))
}
