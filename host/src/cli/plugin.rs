//! `formwork plugin`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::context::Context;
use super::report::{Exit, Report};
use crate::lock::{Lock, LockedPlugin};
use crate::output::table;
use crate::plugin::{Grants, Inspection, Kind, builtins, inert_line};
use crate::registry::{PluginError, inspect_file, locked_plugin, read_component};

#[derive(Args, Debug)]
pub(super) struct PluginArgs {
    #[command(subcommand)]
    command: PluginCommand,
}

#[derive(Debug, Subcommand)]
enum PluginCommand {
    /// Show the plugins of this project, those that come with Formwork included
    List,
    /// Show what a component exports, imports and needs to be granted, without running it
    #[command(after_help = "Example:\n  formwork plugin inspect target/wasm32-wasip2/release/my_plugin.wasm")]
    Inspect {
        /// The component
        file: PathBuf,
    },
    /// Agree to the present digest and grants of plugins, and record them in formwork.lock
    #[command(after_help = "Example:\n  formwork plugin update versions")]
    Update {
        /// Only these plugins
        names: Vec<String>,
    },
}

pub(super) async fn run(args: PluginArgs, context: &Context) -> Result<Exit, Report> {
    match args.command {
        PluginCommand::List => list(context),
        PluginCommand::Inspect { file } => inspect(&file, context),
        PluginCommand::Update { names } => update(&names, context),
    }
}

fn kinds(inspection: &Inspection) -> String {
    inspection.kinds.iter().map(|kind: &Kind| kind.interface()).collect::<Vec<_>>().join(", ")
}

/// One row of `plugin list`.
struct Row {
    name: String,
    source: String,
    kinds: Result<String, PluginError>,
    digest: Option<String>,
    grants: Grants,
    status: &'static str,
}

fn list(context: &Context) -> Result<Exit, Report> {
    let lock = Lock::read(&context.lock_path())?;
    let mut rows: Vec<Row> = Vec::new();
    for builtin in builtins() {
        let inspection = Inspection::of(builtin.bytes);
        rows.push(Row {
            name: builtin.name.to_owned(),
            source: "built in".to_owned(),
            kinds: inspection
                .map(|inspection| kinds(&inspection))
                .map_err(|source| PluginError::Load { plugin: builtin.name.to_owned(), source }),
            digest: None,
            grants: builtin.grants,
            status: "built in",
        });
    }
    for (name, entry) in &context.project.plugins {
        let read = read_component(&context.project, name, entry).and_then(|bytes| {
            let inspection =
                Inspection::of(&bytes).map_err(|source| PluginError::Load { plugin: name.clone(), source })?;
            Ok((kinds(&inspection), locked_plugin(name, entry, &bytes)))
        });
        let (kinds, now) = match read {
            Ok((kinds, now)) => (Ok(kinds), Some(now)),
            Err(error) => (Err(error), None),
        };
        rows.push(Row {
            name: name.clone(),
            source: entry.source.clone(),
            kinds,
            status: status(now.as_ref(), lock.plugin(name)),
            digest: now.map(|now| now.digest),
            grants: entry.grants.clone(),
        });
    }
    context
        .printer
        .data(|| json!({ "plugins": rows.iter().map(row_json).collect::<Vec<_>>() }), || list_text(&rows))?;
    Ok(Exit::Done)
}

fn status(now: Option<&LockedPlugin>, locked: Option<&LockedPlugin>) -> &'static str {
    match (now, locked) {
        (None, _) => "unusable",
        (Some(_), None) => "not locked yet",
        (Some(now), Some(locked)) if now.digest != locked.digest => "changed",
        (Some(now), Some(locked)) if !now.grants.beyond(&locked.grants).is_empty() => "granted more",
        _ => "locked",
    }
}

fn row_json(row: &Row) -> Value {
    json!({
        "name": row.name,
        "source": row.source,
        "kinds": row.kinds.as_ref().ok().map(|kinds| kinds.split(", ").collect::<Vec<_>>()),
        "digest": row.digest,
        "grants": row.grants,
        "status": row.status,
        "error": row.kinds.as_ref().err().map(ToString::to_string),
    })
}

fn list_text(rows: &[Row]) -> String {
    let lines = rows.iter().map(|row| {
        let kinds = match &row.kinds {
            Ok(kinds) => kinds.clone(),
            Err(error) => error.to_string(),
        };
        let grants = row.grants.beyond(&Grants::default()).join(", ");
        vec![row.name.clone(), kinds, row.status.to_owned(), row.source.clone(), grants]
    });
    table(&["NAME", "KIND", "STATUS", "SOURCE", "GRANTS"], lines)
}

fn inspect(file: &std::path::Path, context: &Context) -> Result<Exit, Report> {
    let (inspection, digest) = inspect_file(file).map_err(|error| {
        let mut message = format!("`{}` {error}", file.display());
        if let crate::plugin::LoadError::Read { source, .. } = &error {
            message = format!("failed to read `{}`: {source}", file.display());
        }
        let report = Report::new(Exit::Usage, message);
        match error.hint() {
            Some(hint) if !matches!(error, crate::plugin::LoadError::Read { .. }) => report.with_hint(hint),
            _ => report,
        }
    })?;
    context.printer.data(|| inspection_json(&inspection, &digest), || inspection_text(&inspection, &digest))?;
    Ok(Exit::Done)
}

fn inspection_json(inspection: &Inspection, digest: &str) -> Value {
    json!({
        "kinds": inspection.kinds,
        "size": inspection.size,
        "digest": format!("sha256:{digest}"),
        "witVersion": inspection.wit_version,
        "language": inspection.language(),
        "producers": inspection.producers.iter().map(|(field, value)| json!({ "field": field, "value": value })).collect::<Vec<_>>(),
        "grants": inspection.grants(),
        "exports": inspection.exports,
        "imports": inspection.imports,
    })
}

fn inspection_text(inspection: &Inspection, digest: &str) -> String {
    let unknown = || "not told".to_owned();
    let grants = inspection.grants();
    let grants = if grants.is_empty() { "none".to_owned() } else { grants.join(", ") };
    let mut lines = vec![
        format!("kind         {}", kinds(inspection)),
        format!("size         {} bytes", inspection.size),
        format!("digest       sha256:{digest}"),
        format!("WIT version  {}", inspection.wit_version.clone().unwrap_or_else(unknown)),
        format!("language     {}", inspection.language().map_or_else(unknown, inert_line)),
        format!("grants       {grants}"),
    ];
    for (title, names) in [("exports", &inspection.exports), ("imports", &inspection.imports)] {
        lines.push(format!("{title}:"));
        lines.extend(names.iter().map(|name| format!("  {}", inert_line(name))));
    }
    lines.join("\n")
}

fn update(names: &[String], context: &Context) -> Result<Exit, Report> {
    let plugins = &context.project.plugins;
    if let Some(unknown) = names.iter().find(|name| !plugins.contains_key(*name)) {
        return Err(PluginError::Unknown(unknown.clone()).into());
    }
    let lock = Lock::read(&context.lock_path())?;
    let mut changes = Vec::new();
    for (name, entry) in plugins.iter().filter(|(name, _)| names.is_empty() || names.contains(name)) {
        let bytes = read_component(&context.project, name, entry)?;
        let inspection = Inspection::of(&bytes).map_err(|source| PluginError::Load { plugin: name.clone(), source })?;
        let now = locked_plugin(name, entry, &bytes);
        if lock.plugin(name) != Some(&now) {
            changes.push((lock.plugin(name).cloned(), now, inspection.grants()));
        }
    }
    let new: Vec<LockedPlugin> = changes.iter().map(|(_, now, _)| now.clone()).collect();
    if !new.is_empty() {
        Lock::update(&context.lock_path(), |lock| new.into_iter().for_each(|plugin| lock.set_plugin(plugin)))?;
    }
    let change_json = |(then, now, usable): &(Option<LockedPlugin>, LockedPlugin, Vec<&str>)| {
        json!({
            "name": now.name,
            "digest": { "old": then.as_ref().map(|then| &then.digest), "new": now.digest },
            "grants": { "old": then.as_ref().map(|then| &then.grants), "new": now.grants },
            "usable": usable,
        })
    };
    context.printer.data(
        || json!({ "updated": changes.iter().map(change_json).collect::<Vec<_>>() }),
        || changes.iter().map(|(then, now, usable)| change_text(then.as_ref(), now, usable)).collect(),
    )?;
    if changes.is_empty() {
        context.printer.note("nothing to update");
    }
    Ok(Exit::Done)
}

fn change_text(then: Option<&LockedPlugin>, now: &LockedPlugin, usable: &[&str]) -> String {
    let nothing = Grants::default();
    let old = then.map_or(&nothing, |then| &then.grants);
    let mut lines = vec![format!("{}:", now.name)];
    match then {
        Some(then) if then.digest != now.digest => lines.push(format!("  digest  {} → {}", then.digest, now.digest)),
        Some(_) => {}
        None => lines.push(format!("  digest  {}", now.digest)),
    }
    lines.extend(now.grants.beyond(old).into_iter().map(|grant| format!("  + {grant}")));
    lines.extend(old.beyond(&now.grants).into_iter().map(|grant| format!("  - {grant}")));
    if !usable.is_empty() {
        lines.push(format!("  it can make use of: {}", usable.join(", ")));
    }
    lines.join("\n") + "\n"
}
