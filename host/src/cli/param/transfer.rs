//! Parameters in and out of the local store.

use std::path::Path;

use serde_json::json;

use super::{ExportArgs, PullArgs};
use crate::cli::context::Context;
use crate::cli::report::{Exit, Report};
use crate::cli::value::read_text;
use crate::cloud::local::ImportReport;
use crate::cloud::{Decrypt, Failure, FailureKind, Parameter, ParameterValue, Parameters};
use crate::file::write_atomically;

pub(super) async fn import(file: &Path, context: &Context) -> Result<Exit, Report> {
    let text = read_text(file)?;
    let report = context.cloud.local().await?.import(&text)?;
    print(&report, context)
}

fn print(report: &ImportReport, context: &Context) -> Result<Exit, Report> {
    context.printer.data(
        || {
            json!({
                "added": report.added, "updated": report.updated, "unchanged": report.unchanged, "skipped": report.skipped,
            })
        },
        || format!("{} added, {} updated, {} unchanged", report.added, report.updated, report.unchanged),
    )?;
    for name in &report.skipped {
        context.printer.note(&format!("left out `{name}`: a SecureString without its value"));
    }
    Ok(Exit::Done)
}

pub(super) async fn export(args: ExportArgs, context: &Context) -> Result<Exit, Report> {
    let local = context.cloud.local().await?;
    let decrypt = if args.decrypt { Decrypt::Yes } else { Decrypt::No };
    let prefix = args.prefix.as_deref();
    let json = if args.history { local.export_history(prefix, decrypt)? } else { local.export(prefix, decrypt)? };
    let text = format!("{json:#}\n");
    match &args.out {
        None => context.printer.bytes(text.as_bytes())?,
        Some(out) => write_atomically(out, text.as_bytes(), Some(0o600))
            .map_err(|error| Report::failed(format!("failed to write `{}`: {error}", out.display())))?,
    }
    Ok(Exit::Done)
}

pub(super) async fn pull(args: PullArgs, context: &Context) -> Result<Exit, Report> {
    let connection = context.aws();
    let aws = connection.aws().await?;
    let decrypt = if args.decrypt { Decrypt::Yes } else { Decrypt::No };
    let mut pulled: Vec<Parameter> = Vec::new();
    for path in &args.paths {
        let mut cursor: Option<String> = None;
        let before = pulled.len();
        // A name without a slash is no path.
        while path.starts_with('/') {
            let page = Parameters::under(aws, path, !args.no_recursive, decrypt, cursor.as_deref()).await?;
            pulled.extend(page.items);
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        if pulled.len() == before {
            let mut one = Parameters::get(aws, std::slice::from_ref(path), decrypt).await;
            let missing = || Failure::new(FailureKind::NotFound, format!("there is nothing below `{path}`"));
            pulled.push(one.pop().ok_or_else(missing)??);
        }
        context.printer.note(&format!("{path}: {} parameters", pulled.len() - before));
    }
    let mut secret = Vec::new();
    pulled.retain(|parameter| {
        let hidden = matches!(parameter.value, ParameterValue::Secure(None));
        if hidden {
            secret.push(parameter.name.clone());
        }
        !hidden
    });
    // Into the region that they came from: a public parameter has another value in each.
    let local = context.cloud.local().await?.in_region(aws.region())?;
    let mut report = local.store_pulled(&pulled)?;
    report.skipped.extend(secret);
    print(&report, context)
}
