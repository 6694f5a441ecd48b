//! `formwork document`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::action::actions;
use super::context::Context;
use super::report::{Exit, Problem, Report};
use super::value::read_text;
use crate::cloud::{Failure, FailureKind};
use crate::document::check::check;
use crate::document::model::{DocumentFinding, Severity};
use crate::document::parse::parse;
use crate::plugin;

#[derive(Args, Debug)]
pub(super) struct DocumentArgs {
    #[command(subcommand)]
    command: DocumentCommand,
}

#[derive(Debug, Subcommand)]
enum DocumentCommand {
    /// Find what the service or the agent would refuse, and what hardly is what was meant
    #[command(after_help = "\
Examples:
  formwork document check patch.yaml
  formwork document check documents/*.json --output json")]
    Check {
        /// The documents, JSON or YAML; - for stdin
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
}

pub(super) async fn run(args: DocumentArgs, context: &Context) -> Result<Exit, Report> {
    match args.command {
        DocumentCommand::Check { files } => check_files(&files, context).await,
    }
}

async fn check_files(files: &[PathBuf], context: &Context) -> Result<Exit, Report> {
    let actions = actions(context).await?;
    let (mut errors, mut warnings) = (0, 0);
    let mut documents = Vec::new();
    for file in files {
        let text = read_text(file)?;
        let findings = match parse(&text) {
            Ok(document) => check(&document, &actions),
            Err(findings) => findings,
        };
        errors += findings.iter().filter(|finding| finding.severity == Severity::Error).count();
        warnings += findings.iter().filter(|finding| finding.severity == Severity::Warning).count();
        let name = file.display().to_string();
        if context.printer.is_json() {
            let findings: Vec<Value> = findings.iter().map(finding_json).collect();
            documents.push(json!({ "file": name, "findings": findings }));
        } else {
            for problem in problems(findings, &name, &text) {
                context.printer.note(&problem.text(&context.printer));
            }
        }
    }
    let ok = errors == 0;
    context
        .printer
        .data(|| json!({ "ok": ok, "errors": errors, "warnings": warnings, "documents": documents }), String::new)?;
    context.printer.note(&summary(files.len(), errors, warnings));
    Ok(if ok { Exit::Done } else { Exit::Usage })
}

fn summary(documents: usize, errors: usize, warnings: usize) -> String {
    let count = |n: usize, what: &str| if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") };
    let found = match (errors, warnings) {
        (0, 0) => "no findings".to_owned(),
        (0, n) => count(n, "warning"),
        (n, 0) => count(n, "error"),
        (n, m) => format!("{}, {}", count(n, "error"), count(m, "warning")),
    };
    format!("{}: {found}", count(documents, "document"))
}

/// A finding for programs.
fn finding_json(finding: &DocumentFinding) -> Value {
    let place = &finding.place;
    json!({
        "severity": finding.severity,
        "origin": finding.origin,
        "code": finding.code,
        "message": finding.message,
        "hint": finding.hint,
        "agent": finding.agent,
        "line": place.line,
        "column": place.column,
    })
}

/// Findings with their places, for people.
pub(super) fn problems(findings: Vec<DocumentFinding>, file: &str, text: &str) -> Vec<Problem> {
    let findings = findings.into_iter().map(|finding| plugin::Finding {
        severity: match finding.severity {
            Severity::Error => plugin::Severity::Error,
            Severity::Warning => plugin::Severity::Warning,
        },
        failure: Failure {
            kind: FailureKind::InvalidInput,
            code: Some(finding.code.to_owned()),
            message: finding.message,
            hint: finding.hint,
        },
        place: Some(plugin::Place {
            start: finding.place.start,
            end: finding.place.end,
            line: finding.place.line,
            column: finding.place.column,
        }),
    });
    Problem::of_findings(findings.collect(), file, text)
}
