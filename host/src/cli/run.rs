//! `formwork run`.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use serde_json::{Map, Value, json};
use tokio::sync::watch;

use super::action::actions;
use super::context::Context;
use super::document::problems;
use super::report::{Exit, Report};
use super::value::read_text;
use crate::document::agent::go::{lossy, marshal_in_order};
use crate::document::agent::output::prefix;
use crate::document::agent::parameters::Values;
use crate::document::agent::status::Status;
use crate::document::check::{check, check_values};
use crate::document::model::{Document, DocumentFinding, ParameterType, Severity};
use crate::document::parse::parse;
use crate::document::runner::{Listener, RunRecord, RunRequest, StepRecord, run_document};
use crate::output::{Printer, Style};
use crate::plugin::{StepStream, inert, inert_line};
use crate::stack::inputs::{assignment, read_values};

/// What to run.
#[derive(Args, Debug)]
#[command(after_help = "\
The document is checked first, as the service would; nothing runs when something is wrong (exit code
2). Automation documents (schema 0.3) are not run yet.

Examples:
  formwork run hello.yaml --parameter Name=World
  formwork run patch.json --parameters values.yaml --orchestration-dir /tmp/run
  formwork run hello.yaml --output json    # one document with all steps
  formwork run hello.yaml --reply          # the JSON that the SSM Agent would send")]
pub(super) struct RunArgs {
    /// The document, JSON or YAML; - for stdin
    #[arg(value_name = "DOCUMENT")]
    document: PathBuf,
    /// The value of a parameter; of a StringList once for each item
    #[arg(long = "parameter", value_name = "NAME=VALUE", value_parser = assignment)]
    parameters: Vec<(String, String)>,
    /// Values from a file, a JSON or YAML map
    #[arg(long = "parameters", value_name = "FILE")]
    parameter_files: Vec<PathBuf>,
    /// The folder of the run [default: .formwork/orchestration/ID]
    #[arg(long, value_name = "FOLDER")]
    orchestration_dir: Option<PathBuf>,
    /// Run it exactly as the agent alone would, without the checks that the service makes
    #[arg(long)]
    agent_semantics: bool,
    /// Print the reply that the SSM Agent would send
    #[arg(long)]
    reply: bool,
}

pub(super) async fn run(args: RunArgs, context: &Context) -> Result<Exit, Report> {
    let text = read_text(&args.document)?;
    let file = args.document.display().to_string();
    let refused = |findings: Vec<DocumentFinding>| {
        let problems = problems(findings, &file, &text);
        Report::of_problems(Exit::Usage, format!("`{file}` was not run"), problems)
    };
    let actions = actions(context).await?;
    let document = parse(&text).map_err(&refused)?;
    let supplied = supplied(&args, &document)?;
    let mut findings = check(&document, &actions);
    findings.extend(check_values(&document, &supplied));
    let stops = |finding: &DocumentFinding| match args.agent_semantics {
        true => finding.stops_agent(),
        false => finding.severity == Severity::Error,
    };
    if findings.iter().any(stops) {
        findings.retain(|finding| finding.severity == Severity::Error);
        return Err(refused(findings));
    }
    let id = uuid::Uuid::new_v4().to_string();
    let default = || context.project.root.join(".formwork/orchestration").join(&id);
    let folder = std::path::absolute(args.orchestration_dir.clone().unwrap_or_else(default))
        .map_err(|error| Report::failed(format!("the current folder cannot be told: {error}")))?;
    let (cancelled, cancel) = watch::channel(false);
    let services = context.services();
    let running = run_document(RunRequest {
        document: &document,
        supplied: &supplied,
        agent_semantics: args.agent_semantics,
        id: &id,
        folder: &folder,
        actions: &actions,
        services: &services,
        listener: Arc::new(Live { printer: context.printer, is_silent: args.reply }),
        cancel,
    });
    tokio::pin!(running);
    context.takes_interrupts();
    let record = loop {
        tokio::select! {
            record = &mut running => break record?,
            // The step is ended, and what was done is told; a second Ctrl-C ends the command.
            Ok(()) = tokio::signal::ctrl_c(), if !*cancelled.borrow() => {
                cancelled.send_replace(true);
            }
        }
    };
    print(&args, &file, &record, context)?;
    Ok(match record.status {
        _ if *cancelled.borrow() => Exit::Interrupted,
        Status::Success => Exit::Done,
        _ => Exit::Failed,
    })
}

/// The values that the command line gives, later ones over earlier ones.
fn supplied(args: &RunArgs, document: &Document) -> Result<Values, Report> {
    let mut values = Values::new();
    for file in &args.parameter_files {
        values.extend(read_values(&file.display().to_string(), &read_text(file)?)?);
    }
    let mut lists: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for (name, value) in &args.parameters {
        let kind = document.parameter(name).and_then(|parameter| parameter.kind.as_ref());
        match kind {
            Some(ParameterType::StringList) => lists.entry(name).or_default().push(json!(value)),
            Some(ParameterType::String) | None => {
                values.insert(name.clone(), json!(value));
            }
            // The other types are written as JSON; what is none is a text, and the check says so.
            Some(_) => {
                values.insert(name.clone(), serde_json::from_str(value).unwrap_or_else(|_| json!(value)));
            }
        }
    }
    values.extend(lists.into_iter().map(|(name, list)| (name.to_owned(), Value::Array(list))));
    Ok(values)
}

fn print(args: &RunArgs, file: &str, record: &RunRecord, context: &Context) -> Result<(), Report> {
    let printer = &context.printer;
    if args.reply {
        printer.bytes(format!("{}\n", marshal_in_order(&record.reply)).as_bytes())?;
        return Ok(());
    }
    printer.data(|| run_json(file, record), String::new)?;
    for step in record.steps.iter().filter(|step| step.result.status != Status::Success) {
        let why = match &step.result.error {
            Some(error) => error.clone(),
            None if step.result.status == Status::Skipped => lossy(&step.result.output),
            None => last_lines(&lossy(&step.result.stderr)),
        };
        let label = format!("{} ({}): {}", step.name, step.action, step.result.status.name());
        let why: String = inert(why.trim()).lines().map(|line| format!("\n  {line}")).collect();
        printer.note(&format!("{}{why}", inert_line(&label)));
    }
    let status = printer.paint(Style::Strong, record.status.name());
    printer.note(&format!("{file}: {status} (run {})", record.id));
    Ok(())
}

/// The end of what a step complained of.
fn last_lines(text: &str) -> String {
    let lines: Vec<&str> = text.trim_end().lines().collect();
    lines.iter().skip(lines.len().saturating_sub(10)).copied().collect::<Vec<_>>().join("\n")
}

fn run_json(file: &str, record: &RunRecord) -> Value {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for step in &record.steps {
        *counts.entry(step.result.status.name()).or_default() += 1;
    }
    json!({
        "type": "run",
        "id": record.id,
        "document": file,
        "status": record.status.name(),
        "steps": record.steps.iter().map(step_json).collect::<Vec<_>>(),
        "counts": counts,
    })
}

fn step_json(step: &StepRecord) -> Value {
    let result = &step.result;
    json!({
        "name": step.name,
        "action": step.action,
        "status": result.status.name(),
        "exitCode": result.reported_code(),
        "stdout": lossy(&prefix(&result.stdout)),
        "stderr": lossy(&prefix(&result.stderr)),
        "output": lossy(&result.output),
        "outputs": step.outputs,
        "error": result.error,
        "started": step.started,
        "finished": step.finished,
    })
}

/// Shows what steps print as it comes: their own streams for people, one JSON object an event for programs.
struct Live {
    printer: Printer,
    /// Stdout is for the reply alone.
    is_silent: bool,
}

impl Live {
    fn event(&self, event: &str, step: &str, more: Map<String, Value>) {
        let mut json = Map::new();
        json.insert("type".into(), json!(event));
        json.insert("step".into(), json!(step));
        json.extend(more);
        // Nobody is left to tell when stdout is gone.
        let _ = self.printer.data(|| Value::Object(json), String::new);
    }
}

impl Listener for Live {
    fn begins(&self, step: &str, action: &str) {
        if self.is_silent {
            return;
        }
        if self.printer.is_stream() {
            self.event("step-begins", step, Map::from_iter([("action".to_owned(), json!(action))]));
        } else {
            let label = self.printer.paint(Style::Faint, &inert_line(&format!("{step} ({action})")));
            self.printer.note(&label);
        }
    }

    fn output(&self, step: &str, stream: StepStream, bytes: &[u8]) {
        let name = if stream == StepStream::Stdout { "stdout" } else { "stderr" };
        if self.is_silent {
            return;
        }
        if self.printer.is_stream() {
            let more = [("stream".to_owned(), json!(name)), ("text".to_owned(), json!(lossy(bytes)))];
            self.event("output", step, Map::from_iter(more));
        } else if !self.printer.is_json() {
            // Nobody is left to tell when a stream is gone.
            let text = inert(&lossy(bytes));
            let _ = match stream {
                StepStream::Stdout => self.printer.bytes(text.as_bytes()),
                StepStream::Stderr => std::io::stderr().lock().write_all(text.as_bytes()),
            };
        }
    }

    fn ended(&self, step: &StepRecord) {
        if self.printer.is_stream() && !self.is_silent {
            let more = [("status".to_owned(), json!(step.result.status.name()))];
            self.event("step-ended", &step.name, Map::from_iter(more));
        }
    }
}
