//! `formwork stack list|show|events|outputs|resources`.

use serde_json::{Value, json};

use crate::cli::context::Context;
use crate::cli::outcome::outputs_text;
use crate::cli::progress::{event_json, event_line};
use crate::cli::report::{Exit, Report};
use crate::cli::targets::Target;
use crate::cloud::stacks::{Stack, StackEvent};
use crate::output::{Style, table};
use crate::plugin::{inert, inert_line};
use crate::stack::watch::{WatchedEvent, explain};

pub(super) async fn list(status: Option<&str>, context: &Context) -> Result<Exit, Report> {
    let mut stacks = context.cloud.open().await?.stacks()?.list().await?;
    if let Some(wanted) = status {
        let wanted = wanted.to_ascii_uppercase();
        stacks.retain(|stack| stack.stack_status.contains(&wanted));
    }
    stacks.sort_by(|a, b| a.stack_name.cmp(&b.stack_name));
    context.printer.data(
        || {
            let summary = |stack: &Stack| {
                json!({
                    "name": stack.stack_name, "stackId": stack.stack_id, "status": stack.stack_status,
                    "created": stack.creation_time, "updated": stack.last_updated_time, "drift": stack.drift_status,
                    "terminationProtection": stack.enable_termination_protection, "description": stack.description,
                })
            };
            json!({ "stacks": stacks.iter().map(summary).collect::<Vec<_>>() })
        },
        || {
            // Nested stacks are parts of others.
            let rows: Vec<Vec<String>> = stacks.iter().filter(|stack| stack.parent_id.is_none()).map(row).collect();
            if rows.is_empty() { String::new() } else { table(&["NAME", "STATUS", "CHANGED", "DESCRIPTION"], rows) }
        },
    )?;
    if stacks.is_empty() {
        context.printer.note("no stacks");
    }
    Ok(Exit::Done)
}

fn row(stack: &Stack) -> Vec<String> {
    let changed = stack.last_updated_time.as_ref().or(stack.creation_time.as_ref()).cloned().unwrap_or_default();
    let description: String = stack.description.as_deref().unwrap_or_default().chars().take(60).collect();
    vec![inert_line(&stack.stack_name), inert_line(&stack.stack_status), changed, inert_line(&description)]
}

pub(super) async fn show(target: &Target, context: &Context) -> Result<Exit, Report> {
    let stack = target.cloud.open().await?.stacks()?.describe(&target.name).await?;
    let explanation = explain(&stack.stack_status);
    context.printer.data(
        || {
            let mut json = serde_json::to_value(&stack).unwrap_or_default();
            if let Value::Object(members) = &mut json {
                members.insert("Explanation".into(), json!(explanation.what));
            }
            json
        },
        || text(&stack, context),
    )?;
    if let Some(todo) = explanation.todo_for(&target.key) {
        let hint = context.printer.paint(Style::Hint, "hint:");
        context.printer.note(&format!("{hint} {todo}"));
    }
    Ok(Exit::Done)
}

fn text(stack: &Stack, context: &Context) -> String {
    let mut lines = vec![
        format!("name         {}", inert_line(&stack.stack_name)),
        format!("status       {} ({})", inert_line(&stack.stack_status), explain(&stack.stack_status).what),
    ];
    let mut line = |name: &str, value: Option<&String>| {
        lines.extend(value.map(|value| format!("{name:<12} {}", inert_line(value))));
    };
    line("reason", stack.stack_status_reason.as_ref());
    line("description", stack.description.as_ref());
    line("created", stack.creation_time.as_ref());
    line("updated", stack.last_updated_time.as_ref());
    line("drift", stack.drift_status.as_ref());
    line("role", stack.role_arn.as_ref());
    line("id", Some(&stack.stack_id));
    let protection = if stack.enable_termination_protection { "on" } else { "off" };
    lines.push(format!("protection   {protection}"));
    let mut section = |title: &str, rows: Vec<(String, String)>| {
        if !rows.is_empty() {
            lines.push(format!("\n{}", context.printer.paint_data(Style::Strong, title)));
            let width = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
            lines.extend(rows.iter().map(|(name, value)| format!("  {name:<width$}  {value}")));
        }
    };
    let parameters = stack.parameters.iter().map(|parameter| {
        let value = parameter.parameter_value.clone().unwrap_or_default();
        let value = match (&parameter.resolved_value, value.as_str()) {
            (_, "****") => "hidden".to_owned(),
            (Some(resolved), _) => format!("{resolved} ({value})"),
            (None, _) => value,
        };
        (inert_line(&parameter.parameter_key), inert_line(&value))
    });
    section("parameters", parameters.collect());
    section("tags", stack.tags.iter().map(|(key, value)| (inert_line(key), inert_line(value))).collect());
    let outputs = stack.outputs.iter().map(|output| {
        let export = output.export_name.as_ref().map(|name| format!("  (exported as {name})")).unwrap_or_default();
        (inert_line(&output.output_key), inert_line(&format!("{}{export}", output.output_value)))
    });
    section("outputs", outputs.collect());
    lines.join("\n")
}

pub(super) async fn events(target: &Target, limit: usize, context: &Context) -> Result<Exit, Report> {
    let stacks = target.cloud.open().await?.stacks()?;
    let mut events: Vec<StackEvent> = Vec::new();
    let mut cursor = None;
    loop {
        let page = stacks.events(&target.name, cursor.as_deref()).await?;
        events.extend(page.items);
        cursor = page.next;
        if cursor.is_none() || events.len() >= limit {
            break;
        }
    }
    events.truncate(limit);
    // As they happened, so that the latest stands where the eye is.
    events.reverse();
    let watched = |event: StackEvent| WatchedEvent { event, depth: 0, path: Vec::new() };
    let events: Vec<WatchedEvent> = events.into_iter().map(watched).collect();
    let printer = &context.printer;
    if printer.is_stream() {
        for event in &events {
            printer.data(|| event_json(&target.name, event), String::new)?;
        }
        return Ok(Exit::Done);
    }
    printer.data(
        || json!({ "events": events.iter().map(|event| event_json(&target.name, event)).collect::<Vec<_>>() }),
        || {
            let line = |event: &WatchedEvent| {
                let date = event.event.timestamp.get(..10).unwrap_or_default().to_owned();
                format!("{date} {}\n", event_line(event, printer))
            };
            events.iter().map(line).collect()
        },
    )?;
    Ok(Exit::Done)
}

pub(super) async fn outputs(target: &Target, key: Option<&str>, context: &Context) -> Result<Exit, Report> {
    let stack = target.cloud.open().await?.stacks()?.describe(&target.name).await?;
    let printer = &context.printer;
    match key {
        Some(key) => {
            let output = stack.outputs.iter().find(|output| output.output_key == key).ok_or_else(|| {
                let known: Vec<String> =
                    stack.outputs.iter().map(|output| format!("`{}`", output.output_key)).collect();
                let report = Report::failed(format!("`{}` has no output `{key}`", target.name));
                if known.is_empty() { report } else { report.with_hint(format!("It has {}.", known.join(", "))) }
            })?;
            printer.data(|| json!({ "key": key, "value": output.output_value }), || inert(&output.output_value))?;
        }
        None => {
            let json = || {
                let outputs = stack.outputs.iter().map(|output| {
                    json!({
                        "key": output.output_key, "value": output.output_value, "export": output.export_name,
                        "description": output.description,
                    })
                });
                json!({ "stack": stack.stack_name, "outputs": outputs.collect::<Vec<_>>() })
            };
            printer.data(json, || outputs_text(&stack))?;
            if stack.outputs.is_empty() {
                printer.note("no outputs");
            }
        }
    }
    Ok(Exit::Done)
}

pub(super) async fn resources(target: &Target, context: &Context) -> Result<Exit, Report> {
    let resources = target.cloud.open().await?.stacks()?.resources(&target.name).await?;
    context.printer.data(
        || json!({ "stack": target.name, "resources": resources }),
        || {
            let rows = resources.iter().map(|resource| {
                vec![
                    inert_line(&resource.logical_resource_id),
                    inert_line(&resource.resource_type),
                    inert_line(&resource.resource_status),
                    inert_line(resource.physical_resource_id.as_deref().unwrap_or_default()),
                ]
            });
            if resources.is_empty() { String::new() } else { table(&["RESOURCE", "TYPE", "STATUS", "ID"], rows) }
        },
    )?;
    Ok(Exit::Done)
}
