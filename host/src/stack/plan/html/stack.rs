//! The section of one stack.

use serde_json::Value;

use super::super::model::{Plan, PlannedParameter};
use super::table::{Cell, Table};
use super::words::{Counts, nothing, operation, tiles};
use super::{figure, resource, value};
use crate::stack::graph::changes;
use crate::stack::graph::escape::xml;

/// Everything of a plan. `number` makes anchors unique, from 1; `level` is that of its heading, 1 or 2.
pub(super) fn section(plan: &Plan, number: usize, level: u8, out: &mut String) {
    out.push_str(&format!("<section class=\"stack\" id=\"stack-{number}\" aria-labelledby=\"name-{number}\">\n"));
    head(plan, number, level, out);
    let counts = Counts::of(plan.resources.iter());
    if plan.resources.is_empty() {
        out.push_str(&format!("<p class=\"nothing\">{}.</p>\n", sentence(nothing(plan))));
    }
    out.push_str(&tiles(&counts));
    resource::attention(plan, number, out);
    let heading = |text: &str, out: &mut String| {
        out.push_str(&format!("<h{0}>{text}</h{0}>\n", level + 1));
    };
    if !plan.notes.is_empty() {
        heading("Notes", out);
        list("notes", plan.notes.iter().map(|note| xml(note)), out);
    }
    if !plan.security.is_empty() {
        heading("Access that gets wider", out);
        let items = plan.security.iter().map(|widening| {
            let added: String = widening.added.iter().map(|line| format!("<li>{}</li>", xml(line))).collect();
            format!(
                "<strong>{}</strong> <span class=\"type\">{}</span>\n<ul>{added}</ul>",
                xml(&widening.logical_id),
                xml(&widening.resource_type)
            )
        });
        list("wider", items, out);
    }
    if !plan.known_after_deploy.is_empty() {
        heading("Known after deploy", out);
        list("known", plan.known_after_deploy.iter().map(|text| format!("<code>{}</code>", xml(text))), out);
    }
    if !plan.resources.is_empty() {
        heading("Resources", out);
        let graph = changes(plan);
        if !graph.edges().is_empty() {
            figure(&graph, "How the resources that change depend on each other", out);
        }
        resource::list(plan, number, level + 2, out);
    }
    let parameters = parameters(plan);
    if !parameters.is_empty() {
        heading("Parameters", out);
        out.push_str(&parameters);
    }
    let tags = tags(plan);
    if !tags.is_empty() {
        heading("Tags", out);
        out.push_str(&tags);
    }
    let pins = pins(plan);
    if !pins.is_empty() {
        heading("Pins", out);
        out.push_str(&pins);
    }
    let settings = settings(&plan.settings);
    if !settings.is_empty() {
        heading("Settings", out);
        out.push_str(&settings);
    }
    out.push_str("</section>\n");
}

fn head(plan: &Plan, number: usize, level: u8, out: &mut String) {
    out.push_str(&format!(
        "<header class=\"top\">\n<p class=\"kind\">Plan: {}</p>\n<h{level} id=\"name-{number}\">{}</h{level}>\n\
         <dl class=\"facts\">\n",
        operation(plan),
        xml(&plan.stack),
    ));
    let mut fact = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            // A digest takes the room of two.
            let class = if name.starts_with("SHA") { " class=\"wide\"" } else { "" };
            out.push_str(&format!("<div{class}><dt>{name}</dt><dd>{value}</dd></div>\n"));
        }
    };
    let code = |text: &str| format!("<code>{}</code>", xml(text));
    fact("Region", Some(xml(&plan.region)));
    fact("Account", plan.account.as_deref().map(xml));
    fact("Status before", Some(plan.stack_status.as_deref().map_or_else(|| value::word("no such stack"), code)));
    fact("Changed last", plan.stack_updated.as_deref().map(value::time));
    fact("Planned", Some(value::time(&plan.created)));
    fact("Change set", plan.change_set.as_ref().map(|change_set| code(&change_set.name)));
    fact("Template", plan.template.as_ref().map(|template| code(&template.file)));
    if !plan.capabilities.is_empty() {
        let all: Vec<String> = plan.capabilities.iter().map(|capability| code(capability)).collect();
        fact("Capabilities", Some(all.join(", ")));
    }
    fact("SHA-256 of the template", plan.template.as_ref().map(|template| code(&template.sha256)));
    out.push_str("</dl>\n</header>\n");
}

fn list(class: &str, items: impl Iterator<Item = String>, out: &mut String) {
    out.push_str(&format!("<ul class=\"{class}\">\n"));
    for item in items {
        out.push_str(&format!("<li>{item}</li>\n"));
    }
    out.push_str("</ul>\n");
}

fn parameters(plan: &Plan) -> String {
    let heads = ["Parameter", "Before", "After"];
    let mut changed = Table::new("Parameters that change", &heads);
    let mut same = Table::new("Parameters that stay", &["Parameter", "Value"]);
    let mut count = 0;
    for parameter in &plan.parameters {
        let name = format!("<code>{}</code>", xml(&parameter.name));
        if parameter.changed {
            let (before, after) = ssm(parameter);
            let default = default(parameter);
            match value::difference(&parameter.before, &parameter.after) {
                Some(difference) => changed.row(&name, [Cell::Two(format!("{difference}{after}{default}"))]),
                None => changed.row(
                    &name,
                    [
                        Cell::One(format!("{}{before}", value::shown(&parameter.before))),
                        Cell::One(format!("{}{after}{default}", value::shown(&parameter.after))),
                    ],
                ),
            }
        } else {
            count += 1;
            let (_, after) = ssm(parameter);
            let value = format!("{}{after}{}", value::shown(&parameter.after), default(parameter));
            same.row(&name, [Cell::One(value)]);
        }
    }
    let mut out = changed.html();
    if count > 0 {
        // What keeps a value although the template says another one is something to see.
        let differs = plan.parameters.iter().any(|parameter| parameter.ignored_default.is_some());
        out.push_str(&format!(
            "<details class=\"more\"{}><summary>{count} that {}</summary>\n{}</details>\n",
            if differs { " open" } else { "" },
            if count == 1 { "stays" } else { "stay" },
            same.html()
        ));
    }
    out
}

/// The names behind the values before and after.
fn ssm(parameter: &PlannedParameter) -> (String, String) {
    let name = |name: &Option<String>| {
        name.as_deref().map(|name| format!(" <span class=\"source\">{}</span>", xml(name))).unwrap_or_default()
    };
    parameter.ssm.as_ref().map(|names| (name(&names.before), name(&names.after))).unwrap_or_default()
}

fn default(parameter: &PlannedParameter) -> String {
    let Some(default) = &parameter.ignored_default else { return String::new() };
    let default = value::optional(Some(default));
    format!(" <div class=\"source\">the default in the template is {default}</div>")
}

fn tags(plan: &Plan) -> String {
    let mut table = Table::new("Tags that change", &["Tag", "Before", "After"]);
    for tag in &plan.tags {
        let cells = [&tag.before, &tag.after].map(|text| Cell::One(value::optional(text.as_deref())));
        table.row(&format!("<code>{}</code>", xml(&tag.key)), cells);
    }
    table.html()
}

fn pins(plan: &Plan) -> String {
    let mut table = Table::new("Pins", &["Reference", "Before", "Now", "Written"]);
    for pin in &plan.pins {
        let with = |text: String, version: Option<&str>| match version {
            Some(version) => format!("{text} <span class=\"version\">v{}</span>", xml(version)),
            None => text,
        };
        let before = match (&pin.previous_value, &pin.previous_version) {
            (None, None) => value::word("none"),
            (None, version) => with(value::word("hidden"), version.as_deref()),
            (Some(text), version) => with(value::optional(Some(text)), version.as_deref()),
        };
        let now = pin.value.as_deref().map_or_else(|| value::word("hidden"), |text| value::optional(Some(text)));
        let written = pin.modified.as_deref().map_or_else(|| value::word("not told"), value::time);
        let mut name = format!("<code>{}</code>", xml(&pin.reference));
        if !pin.pinned {
            name.push_str(" <span class=\"source\">not pinned</span>");
        }
        table.row(&name, [Cell::One(before), Cell::One(with(now, pin.version.as_deref())), Cell::One(written)]);
    }
    table.html()
}

/// Settings that say something.
fn settings(settings: &Value) -> String {
    let mut table = Table::new("Settings", &["Setting", "Value"]);
    for (name, setting) in settings.as_object().into_iter().flatten() {
        let text = match setting {
            Value::Null | Value::Bool(false) => continue,
            Value::Array(list) if list.is_empty() => continue,
            Value::Object(map) if map.is_empty() => continue,
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        table.row(&format!("<code>{}</code>", xml(name)), [Cell::One(value::optional(Some(&text)))]);
    }
    table.html()
}

fn sentence(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map(|first| first.to_uppercase().chain(rest).collect()).unwrap_or_default()
}
