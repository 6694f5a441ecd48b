//! Reading parameters.

use serde_json::{Map, Value, json};

use super::{GetArgs, HistoryArgs};
use crate::cli::context::Context;
use crate::cli::report::{Exit, Report};
use crate::cloud::local::AuditEntry;
use crate::cloud::{CloudKind, Decrypt, Parameter, ParameterMetadata, ParameterValue, ParameterVersion};
use crate::output::table;
use crate::plugin::inert_line;

fn decrypt(wanted: bool) -> Decrypt {
    if wanted { Decrypt::Yes } else { Decrypt::No }
}

/// The value as people and programs may see it; none for a SecureString that was not decrypted.
fn shown(value: &ParameterValue) -> Option<&str> {
    match value {
        ParameterValue::Text(value) | ParameterValue::TextList(value) => Some(value),
        ParameterValue::Secure(value) => value.as_ref().map(|value| value.expose()),
    }
}

fn parameter_json(parameter: &Parameter) -> Map<String, Value> {
    let members = [
        ("name", json!(parameter.name)),
        ("type", json!(parameter.value.kind().name())),
        ("value", json!(shown(&parameter.value))),
        ("version", json!(parameter.version)),
        ("modified", json!(parameter.modified)),
        ("arn", json!(parameter.arn)),
        ("dataType", json!(parameter.data_type)),
    ];
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn version_json(version: &ParameterVersion) -> Map<String, Value> {
    let mut members = parameter_json(&version.parameter);
    members.insert("labels".into(), json!(version.labels));
    members.insert("tier".into(), json!(version.tier.name()));
    members.insert("description".into(), json!(version.description));
    members.insert("modifiedBy".into(), json!(version.modified_by));
    members
}

pub(super) async fn get(args: GetArgs, context: &Context) -> Result<Exit, Report> {
    let cloud = context.cloud.open().await?;
    let answers = cloud.parameters().get(&args.names, decrypt(args.decrypt)).await;
    let (mut found, mut failures) = (Vec::new(), Vec::new());
    for answer in answers {
        match answer {
            Ok(parameter) => found.push(parameter),
            Err(failure) => failures.push(failure),
        }
    }
    if !failures.is_empty() {
        let count = failures.len();
        let what = if count == 1 {
            "1 parameter was not read".to_owned()
        } else {
            format!("{count} parameters were not read")
        };
        return Err(Report::of_failures(what, failures));
    }
    if let Some(hidden) = found.iter().find(|parameter| shown(&parameter.value).is_none()) {
        return Err(Report::new(Exit::Refused, format!("`{}` is a SecureString", hidden.name))
            .with_hint("Pass `--decrypt` to print its value."));
    }
    context.printer.data(
        || json!({ "parameters": found.iter().map(parameter_json).collect::<Vec<_>>() }),
        || found.iter().filter_map(|parameter| shown(&parameter.value)).map(|value| format!("{value}\n")).collect(),
    )?;
    Ok(Exit::Done)
}

pub(super) async fn list(prefix: Option<&str>, context: &Context) -> Result<Exit, Report> {
    let cloud = context.cloud.open().await?;
    let mut all: Vec<ParameterMetadata> = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let page = cloud.parameters().list(prefix, cursor.as_deref()).await?;
        all.extend(page.items);
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    context.printer.data(
        || json!({ "parameters": all.iter().map(metadata_json).collect::<Vec<_>>() }),
        || {
            if all.is_empty() {
                return String::new();
            }
            let row = |p: &ParameterMetadata| {
                let time = p.modified.map(|time| time.to_string()).unwrap_or_default();
                let description = inert_line(p.description.as_deref().unwrap_or_default());
                vec![p.name.clone(), p.kind.name().to_owned(), p.version.to_string(), time, description]
            };
            table(&["NAME", "TYPE", "VERSION", "MODIFIED", "DESCRIPTION"], all.iter().map(row))
        },
    )?;
    if all.is_empty() {
        let region = context.cloud.region().await?;
        context.printer.note(&format!("no parameters in {} {region}", context.cloud.settings().kind.name()));
    }
    Ok(Exit::Done)
}

fn metadata_json(p: &ParameterMetadata) -> Value {
    json!({
        "name": p.name,
        "type": p.kind.name(),
        "version": p.version,
        "modified": p.modified,
        "tier": p.tier.name(),
        "dataType": p.data_type,
        "description": p.description,
        "allowedPattern": p.allowed_pattern,
    })
}

pub(super) async fn history(args: HistoryArgs, context: &Context) -> Result<Exit, Report> {
    if args.audit {
        return audit(&args.name, context).await;
    }
    let cloud = context.cloud.open().await?;
    let versions = cloud.parameters().history(&args.name, decrypt(args.decrypt)).await?;
    context.printer.data(
        || json!({ "versions": versions.iter().map(version_json).collect::<Vec<_>>() }),
        || {
            let row = |v: &ParameterVersion| {
                let time = v.parameter.modified.map(|time| time.to_string()).unwrap_or_default();
                let value = shown(&v.parameter.value).map_or_else(|| "hidden".to_owned(), inert_line);
                let by = inert_line(v.modified_by.as_deref().unwrap_or_default());
                vec![v.parameter.version.to_string(), time, by, v.labels.join(", "), value]
            };
            table(&["VERSION", "MODIFIED", "BY", "LABELS", "VALUE"], versions.iter().map(row))
        },
    )?;
    Ok(Exit::Done)
}

async fn audit(name: &str, context: &Context) -> Result<Exit, Report> {
    if context.cloud.settings().kind != CloudKind::Local {
        return Err(Report::new(Exit::Usage, "the audit trail is that of the local store")
            .with_hint("On AWS, CloudTrail has it: look for the events of `ssm.amazonaws.com`."));
    }
    let entries = context.cloud.local().await?.audit(name)?;
    context.printer.data(
        || {
            let entry = |e: &AuditEntry| {
                json!({
                    "time": e.time, "service": e.service.name(), "operation": e.operation, "name": e.name,
                    "version": e.version, "user": e.user, "process": e.process,
                })
            };
            json!({ "audit": entries.iter().map(entry).collect::<Vec<_>>() })
        },
        || {
            let row = |e: &AuditEntry| {
                let version = e.version.clone().unwrap_or_default();
                vec![e.time.to_string(), e.operation.clone(), version, inert_line(&e.user), e.process.to_string()]
            };
            table(&["TIME", "OPERATION", "VERSION", "USER", "PROCESS"], entries.iter().map(row))
        },
    )?;
    Ok(Exit::Done)
}
