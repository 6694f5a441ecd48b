//! `formwork action`.

use clap::{Args, Subcommand};
use serde_json::{Map, Value, json};

use super::context::Context;
use super::report::{Exit, Report};
use crate::document::actions::ActionSet;
use crate::lock::Lock;
use crate::output::table;

#[derive(Args, Debug)]
pub(super) struct ActionArgs {
    #[command(subcommand)]
    command: ActionCommand,
}

#[derive(Debug, Subcommand)]
enum ActionCommand {
    /// Show which actions there are, and which plugin performs each
    #[command(after_help = "Example:\n  formwork action list")]
    List,
    /// Show the inputs of an action, and an example step
    #[command(after_help = "Example:\n  formwork action show aws:runShellScript")]
    Show {
        /// The action
        name: String,
    },
}

/// The actions of the project.
pub(super) async fn actions(context: &Context) -> Result<ActionSet, Report> {
    let lock = Lock::read(&context.lock_path())?;
    let registry = context.registry(false)?(lock);
    let actions = ActionSet::of(&registry).await?;
    let added = registry.take_added();
    if !added.is_empty() {
        Lock::update(&context.lock_path(), |lock| added.into_iter().for_each(|plugin| lock.set_plugin(plugin)))?;
    }
    Ok(actions)
}

pub(super) async fn run(args: ActionArgs, context: &Context) -> Result<Exit, Report> {
    let actions = actions(context).await?;
    match args.command {
        ActionCommand::List => context.printer.data(
            || {
                let action = |(name, action): (&str, &crate::document::actions::Action)| {
                    json!({ "name": name, "plugin": action.plugin.name(), "summary": action.summary })
                };
                json!({ "actions": actions.iter().map(action).collect::<Vec<_>>() })
            },
            || {
                let rows = actions.iter().map(|(name, action)| {
                    vec![name.to_owned(), action.plugin.name().to_owned(), action.summary.clone()]
                });
                table(&["ACTION", "PLUGIN", "SUMMARY"], rows)
            },
        )?,
        ActionCommand::Show { name } => {
            let action = actions.get(&name).ok_or_else(|| {
                Report::new(Exit::Usage, format!("there is no action `{name}` here"))
                    .with_hint("`formwork action list` shows those that there are.")
            })?;
            context.printer.data(
                || json!({ "name": name, "plugin": action.plugin.name(), "summary": action.summary, "inputs": action.inputs }),
                || format!("{}\n\n{:#}\n\nExample:\n{}", action.summary, action.inputs, example(&name, &action.inputs)),
            )?;
        }
    }
    Ok(Exit::Done)
}

/// A step with all inputs that the action must have.
fn example(name: &str, schema: &Value) -> String {
    let required = schema.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
    let property = |name: &str| schema.get("properties").and_then(|all| all.get(name));
    let inputs: Map<String, Value> = required
        .iter()
        .filter_map(Value::as_str)
        .map(|name| (name.to_owned(), property(name).map_or(Value::Null, value)))
        .collect();
    format!("{:#}", json!({ "action": name, "name": "step1", "inputs": inputs }))
}

/// Some value that a schema allows.
fn value(schema: &Value) -> Value {
    let first = schema.get("examples").and_then(Value::as_array).and_then(|examples| examples.first());
    match (first, schema.get("type").and_then(Value::as_str)) {
        (Some(example), _) => example.clone(),
        (None, Some("array")) => json!([schema.get("items").map_or(Value::from("…"), value)]),
        (None, Some("object")) => json!({}),
        (None, Some("integer" | "number")) => json!(1),
        (None, Some("boolean")) => json!(true),
        (None, _) => json!("…"),
    }
}
