//! `formwork render`.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Value, json};

use super::context::Context;
use super::report::{Exit, Problem, Report};
use super::targets::read_template;
use crate::file::write_atomically;
use crate::render::{RenderOptions, RenderOutcome, render};
use crate::resolve::{Pending, PinMode, Trace};
use crate::stack::inputs::assignment;

/// What to render, and how.
#[derive(Args, Debug)]
#[command(after_help = "\
A reference reads <<resolve:ssm:/path/name>>, with :VERSION or :LABEL behind the name where wanted;
<<resolve:ssm-secure:…>> and <<resolve:secretsmanager:…>> become CloudFormation's own dynamic
references. <<!resolve:…>> stands for a literal <<resolve:…>>.

Examples:
  formwork render template.yaml > out.yaml
  formwork render template.yaml --out out.yaml --parameter Env=prod
  formwork render template.yaml --locked        # in a pipeline: only what formwork.lock pins
  aws cloudformation deploy --template-file <(formwork render template.yaml) --stack-name web")]
pub(super) struct RenderArgs {
    /// The template, YAML or JSON; - for stdin
    template: PathBuf,
    /// Write here instead of to stdout, all or nothing
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// What ${NAME} inside a reference stands for
    #[arg(long = "parameter", value_name = "NAME=VALUE", value_parser = assignment)]
    parameters: Vec<(String, String)>,
    /// What ${AWS::StackName} inside a reference stands for
    #[arg(long, value_name = "NAME")]
    stack_name: Option<String>,
    /// Refuse to add pins to formwork.lock (exit code 4)
    #[arg(long, conflicts_with = "latest")]
    locked: bool,
    /// Ignore formwork.lock and ask the cloud for everything
    #[arg(long)]
    latest: bool,
    /// Put the values of secrets in; refused for a terminal and for files that others can read
    #[arg(long)]
    reveal_secrets: bool,
    /// Show which plugin resolved what, from where, and how long it took
    #[arg(long, short = 'v', visible_alias = "verbose")]
    explain: bool,
}

pub(super) async fn run(args: RenderArgs, context: &Context) -> Result<Exit, Report> {
    let (file, template) = read_template(&args.template)?;
    if args.reveal_secrets {
        refuse_readable_output(args.out.as_deref())?;
    }
    let mode = match (args.locked, args.latest) {
        (true, _) => PinMode::Locked,
        (_, true) => PinMode::Latest,
        _ => PinMode::Use,
    };
    let lock_path = context.lock_path();
    let options = RenderOptions {
        file: file.clone(),
        template: template.clone(),
        parameters: parameters(args.parameters)?,
        stack_name: args.stack_name,
        mode,
        reveal_secrets: args.reveal_secrets,
        lock_path: &lock_path,
        pending: Pending::default(),
    };
    let outcome = render(context.registry(args.locked)?, options)
        .await
        .map_err(|error| Report::of_render(error, &file, &template))?;
    if let Some(out) = &args.out {
        let mode = outcome.sensitive.then_some(0o600);
        write_atomically(out, outcome.template.as_bytes(), mode)
            .map_err(|error| Report::failed(format!("failed to write `{}`: {error}", out.display())))?;
    }
    print(&outcome, args.out.as_deref(), args.explain, &file, &template, context)?;
    Ok(Exit::Done)
}

fn print(
    outcome: &RenderOutcome,
    out: Option<&Path>,
    explain: bool,
    file: &str,
    template: &str,
    context: &Context,
) -> Result<(), Report> {
    let printer = &context.printer;
    let warnings = Problem::of_findings(outcome.warnings.clone(), file, template);
    if printer.is_json() {
        let json = json!({
            "file": file,
            "out": out.map(|out| out.display().to_string()),
            "template": out.is_none().then_some(&outcome.template),
            "sensitive": outcome.sensitive,
            "references": outcome.traces.iter().map(trace_json).collect::<Vec<_>>(),
            "warnings": warnings.iter().map(Problem::json).collect::<Vec<_>>(),
        });
        printer.data(|| json, String::new)?;
        return Ok(());
    }
    for warning in &warnings {
        printer.note(&warning.text(printer));
    }
    if explain {
        printer.note(&explanation(&outcome.traces));
    }
    if outcome.pinned > 0 {
        let what = if outcome.pinned == 1 { "1 pin".to_owned() } else { format!("{} pins", outcome.pinned) };
        printer.note(&format!("added {what} to {}", context.lock_name()));
    }
    if out.is_none() {
        printer.bytes(outcome.template.as_bytes())?;
    }
    Ok(())
}

fn trace_json(trace: &Trace) -> Value {
    json!({
        "reference": trace.reference,
        "value": trace.value,
        "version": trace.version,
        "modified": trace.modified,
        "cloud": trace.place.cloud,
        "region": trace.place.region,
        "from": if trace.plugin.is_some() { "plugin" } else { "lock" },
        "plugin": trace.plugin,
        "milliseconds": trace.elapsed.map(|elapsed| elapsed.as_secs_f64() * 1_000.0),
    })
}

fn explanation(traces: &[Trace]) -> String {
    let rows = traces.iter().map(|trace| {
        let from = match (&trace.plugin, trace.elapsed) {
            (Some(plugin), Some(elapsed)) => format!(
                "plugin {plugin}, {} {}, {:.1} ms",
                trace.place.cloud,
                trace.place.region,
                elapsed.as_secs_f64() * 1_000.0
            ),
            _ => format!("formwork.lock, {} {}", trace.place.cloud, trace.place.region),
        };
        vec![
            trace.reference.clone(),
            crate::plugin::inert_line(trace.value.as_deref().unwrap_or("(secret)")),
            trace.version.as_ref().map(|version| format!("v{version}")).unwrap_or_default(),
            from,
        ]
    });
    crate::output::table(&["REFERENCE", "VALUE", "VERSION", "FROM"], rows)
}

fn parameters(given: Vec<(String, String)>) -> Result<BTreeMap<String, String>, Report> {
    let mut parameters = BTreeMap::new();
    for (name, value) in given {
        if parameters.insert(name.clone(), value).is_some() {
            return Err(Report::new(Exit::Usage, format!("the parameter `{name}` is given twice")));
        }
    }
    Ok(parameters)
}

/// A secret goes only where its owner alone can read it, or into a pipe.
fn refuse_readable_output(out: Option<&Path>) -> Result<(), Report> {
    let refused = |what: String| {
        Err(Report::new(Exit::Refused, format!("`--reveal-secrets` does not write to {what}"))
            .with_hint("Use `--out FILE`, which makes a file that only you can read, or a pipe."))
    };
    match out {
        None if std::io::stdout().is_terminal() => refused("a terminal".to_owned()),
        None if stdout_is_readable_file() => refused("a file that others can read".to_owned()),
        Some(out) if is_readable_by_others(std::fs::metadata(out).ok()) => {
            refused(format!("`{}`, which others can read", out.display()))
        }
        _ => Ok(()),
    }
}

#[cfg(unix)]
fn stdout_is_readable_file() -> bool {
    use std::os::fd::AsFd;
    let file = std::io::stdout().as_fd().try_clone_to_owned().map(std::fs::File::from);
    // What cannot be asked is taken for readable.
    file.and_then(|file| file.metadata()).map_or(true, |metadata| is_readable_by_others(Some(metadata)))
}

#[cfg(not(unix))]
fn stdout_is_readable_file() -> bool {
    false
}

#[cfg(unix)]
fn is_readable_by_others(metadata: Option<std::fs::Metadata>) -> bool {
    use std::os::unix::fs::MetadataExt;
    metadata.is_some_and(|metadata| metadata.is_file() && metadata.mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_readable_by_others(_: Option<std::fs::Metadata>) -> bool {
    false
}
