//! Access that is given otherwise than by a policy document.

use serde_json::{Map, Value, json};

use super::policy::compared;
use super::statement::Statement;
use super::{Sides, list, text};

pub(super) fn widened(kind: &str, sides: &Sides) -> Vec<String> {
    match kind {
        "AWS::Lambda::Permission" => {
            let statement = |properties: &Map<String, Value>| match properties.is_empty() {
                true => Vec::new(),
                false => vec![Statement::read(&lambda(properties))],
            };
            compared(&statement(&sides.before), &statement(&sides.after))
        }
        kind if kind.starts_with("AWS::IAM::") => iam(kind, sides),
        _ => Vec::new(),
    }
}

/// A permission of Lambda as the statement that it becomes (Lambda API reference, AddPermission).
fn lambda(properties: &Map<String, Value>) -> Value {
    let get = |name: &str| properties.get(name).cloned();
    let mut conditions = Map::new();
    for (operator, keys) in [
        ("ArnLike", [("aws:SourceArn", "SourceArn")].as_slice()),
        (
            "StringEquals",
            &[
                ("aws:SourceAccount", "SourceAccount"),
                ("aws:PrincipalOrgID", "PrincipalOrgID"),
                ("lambda:FunctionUrlAuthType", "FunctionUrlAuthType"),
                ("lambda:EventSourceToken", "EventSourceToken"),
            ],
        ),
    ] {
        let told = keys.iter().filter_map(|(key, name)| Some(((*key).to_owned(), get(name)?)));
        let told: Map<String, Value> = told.collect();
        if !told.is_empty() {
            conditions.insert(operator.to_owned(), told.into());
        }
    }
    json!({
        "Effect": "Allow",
        "Action": get("Action"),
        "Resource": get("FunctionName"),
        "Principal": get("Principal"),
        "Condition": conditions,
    })
}

fn iam(kind: &str, sides: &Sides) -> Vec<String> {
    let new = |name: &str| {
        let before = list(sides.before.get(name));
        list(sides.after.get(name)).into_iter().filter(|item| !before.contains(item)).collect::<Vec<_>>()
    };
    let mut lines: Vec<String> = new("ManagedPolicyArns").iter().map(|arn| format!("attaches {arn}")).collect();
    match (sides.before.get("PermissionsBoundary"), sides.after.get("PermissionsBoundary")) {
        (Some(before), None) => lines.push(format!("is no longer bounded by {}", text(before))),
        (Some(before), Some(after)) if before != after => {
            lines.push(format!("is bounded by {} instead of {}", text(after), text(before)));
        }
        _ => {}
    }
    let is_policy = kind.ends_with("Policy") && !sides.before.is_empty();
    for (name, word) in [("Roles", "role"), ("Users", "user"), ("Groups", "group")] {
        if is_policy {
            lines.extend(new(name).iter().map(|item| format!("applies to the {word} {item} too")));
        }
    }
    if kind == "AWS::IAM::User" {
        lines.extend(new("Groups").iter().map(|group| format!("joins the group {group}")));
    }
    lines
}
