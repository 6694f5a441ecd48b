//! The resources of a plan.

use super::super::model::{Plan, PlannedAction, PlannedResource, PropertyChange};
use super::table::{Cell, Table};
use super::value;
use super::words::{self, What};
use crate::stack::graph::escape::xml;

/// In a plan of at most so many resources, all of them are open at first.
const ALL_OPEN: usize = 8;

/// All resources, each to be opened; `level` is that of their headings.
pub(super) fn list(plan: &Plan, number: usize, level: u8, out: &mut String) {
    for (index, resource) in plan.resources.iter().enumerate() {
        let open = plan.resources.len() <= ALL_OPEN || stands_out(&resource.action);
        let head = head(resource, level);
        let body = body(plan, resource);
        let (class, id) = (What::happens_to(resource).class, anchor(number, index));
        if body.is_empty() {
            out.push_str(&format!(
                "<div class=\"resource {class}\" id=\"{id}\"><div class=\"head\">{head}</div></div>\n"
            ));
        } else {
            let open = if open { " open" } else { "" };
            out.push_str(&format!(
                "<details class=\"resource {class}\" id=\"{id}\"{open}><summary class=\"head\">{head}</summary>\n\
                 <div class=\"body\">\n{body}</div>\n</details>\n"
            ));
        }
    }
}

/// What goes or may go, with the reason; nothing where nothing does.
pub(super) fn attention(plan: &Plan, number: usize, out: &mut String) {
    let mut items = String::new();
    for (index, resource) in plan.resources.iter().enumerate() {
        if !stands_out(&resource.action) {
            continue;
        }
        let what = match resource.action {
            PlannedAction::Remove if resource.policy.as_deref() == Some("Retain") => "leaves the stack",
            PlannedAction::Remove => "is removed",
            PlannedAction::MayReplace => "may be replaced",
            _ => "is replaced",
        };
        let reasons = reasons(plan, resource);
        let because = if reasons.is_empty() { String::new() } else { format!(": {reasons}") };
        items.push_str(&format!(
            "<li class=\"{}\"><a href=\"#{}\">{}</a> <span class=\"faint\">{}</span> <strong>{what}</strong>{because}{}</li>\n",
            What::happens_to(resource).class,
            anchor(number, index),
            xml(&resource.logical_id),
            xml(&resource.resource_type),
            policy(resource).map(|policy| format!("; {policy}")).unwrap_or_default(),
        ));
    }
    if !items.is_empty() {
        out.push_str(&format!("<ul class=\"attention\" aria-label=\"Replaced and removed\">\n{items}</ul>\n"));
    }
}

/// What makes the resource anew, and why: what does so for certain, else what may.
fn reasons(plan: &Plan, resource: &PlannedResource) -> String {
    let certain = |change: &&PropertyChange| change.recreation.as_deref() == Some("Always");
    let any = resource.changes.iter().any(|change| certain(&change));
    let telling =
        resource.changes.iter().filter(|change| if any { certain(change) } else { change.recreation.is_some() });
    let reasons = telling.map(|change| {
        let causes = change.causes.iter().map(|cause| format!(", {}", words::cause(plan, change, cause)));
        format!("<code>{}</code>{}", xml(&change.path), causes.collect::<String>())
    });
    reasons.collect::<Vec<_>>().join("; ")
}

fn stands_out(action: &PlannedAction) -> bool {
    matches!(action, PlannedAction::Replace | PlannedAction::MayReplace | PlannedAction::Remove)
}

fn anchor(number: usize, index: usize) -> String {
    format!("stack-{number}-resource-{}", index + 1)
}

fn head(resource: &PlannedResource, level: u8) -> String {
    let what = What::happens_to(resource);
    let place = resource
        .place
        .as_ref()
        .map(|place| format!("<span class=\"place\">{}:{}:{}</span>", xml(&place.file), place.line, place.column));
    format!(
        "<span class=\"badge {}\"><span class=\"symbol\" aria-hidden=\"true\">{}</span> {}</span> \
         <h{level} class=\"id\">{}</h{level}> <span class=\"type\">{}</span>{}",
        what.class,
        what.symbol,
        xml(&what.word),
        xml(&resource.logical_id),
        xml(&resource.resource_type),
        place.map(|place| format!(" {place}")).unwrap_or_default(),
    )
}

/// What CloudFormation does with the old one.
fn policy(resource: &PlannedResource) -> Option<String> {
    let policy = resource.policy.as_deref()?;
    let what = match policy {
        "Retain" => "it is kept",
        "Snapshot" => "it leaves a snapshot",
        "ReplaceAndRetain" => "the old one is kept",
        "ReplaceAndSnapshot" => "the old one leaves a snapshot",
        _ => return Some(format!("<code>{}</code>", xml(policy))),
    };
    Some(format!("{what} (<code>{}</code>)", xml(policy)))
}

fn body(plan: &Plan, resource: &PlannedResource) -> String {
    let mut facts = Vec::new();
    if let Some(id) = &resource.physical_id {
        facts.push(format!("<code>{}</code>", xml(id)));
    }
    facts.extend(policy(resource));
    if let Some(drift) = &resource.drift {
        facts.push(format!("drifted: <code>{}</code>", xml(drift)));
    }
    let mut out = String::new();
    if !facts.is_empty() {
        out.push_str(&format!("<p class=\"about\">{}</p>\n", facts.join("<span class=\"dot\"> · </span>")));
    }
    let mut table = Table::new(&format!("Changes of {}", resource.logical_id), &["Property", "Before", "After", "Why"]);
    for change in &resource.changes {
        let why = Cell::One(why(plan, change));
        // A long path breaks between its names first.
        let path = format!("<code>{}</code>", xml(&change.path).replace('.', ".<wbr>"));
        let read = |value| value::readable(&change.path, value);
        let (before, after) = (read(&change.before), read(&change.after));
        match value::difference(&before, &after) {
            Some(difference) => table.row(&path, [Cell::Two(difference), why]),
            None => table.row(&path, [Cell::One(value::shown(&before)), Cell::One(value::shown(&after)), why]),
        }
    }
    out.push_str(&table.html());
    out
}

fn why(plan: &Plan, change: &PropertyChange) -> String {
    let causes: Vec<String> = change.causes.iter().map(|cause| words::cause(plan, change, cause)).collect();
    let mut out = causes.join("<br>");
    if let Some(recreation) = &change.recreation {
        let class = if recreation == "Always" { "always" } else { "maybe" };
        if !out.is_empty() {
            out.push_str("<br>");
        }
        out.push_str(&format!("<span class=\"forces {class}\">{}</span>", words::recreation(recreation)));
    }
    if change.conditional {
        if !out.is_empty() {
            out.push_str("<br>");
        }
        out.push_str(&value::word("may stay as it is"));
    }
    if out.is_empty() { value::word("not told") } else { out }
}
