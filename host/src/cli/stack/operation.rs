//! Watching an operation from the command line, to its end or to the end of patience.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::cli::changes::{elapsed, pace};
use crate::cli::context::Context;
use crate::cli::outcome::{Outcome, cause, outputs_text};
use crate::cli::progress::{Display, StackProgress};
use crate::cli::report::{Exit, Problem, Report};
use crate::cli::targets::Target;
use crate::cloud::Failure;
use crate::output::Style;
use crate::plugin::{Finding, Severity, inert_line};
use crate::stack::change::about;
use crate::stack::watch::{After, Ended, explain, watch};

/// An operation that is watched.
pub(super) struct Watching<'a> {
    target: &'a Target,
    /// The name or ARN to ask for: a deleted stack is found by its ARN only.
    stack: String,
    after: After,
}

impl<'a> Watching<'a> {
    /// What is under way, or what ended last.
    pub(super) async fn current(target: &'a Target, _: &Context) -> Result<Self, Report> {
        let stack = target.cloud.open().await?.stacks()?.describe(&target.name).await?;
        Ok(Self { target, stack: stack.stack_id, after: After::CurrentOperation })
    }

    /// What is started now: everything after the newest event.
    pub(super) async fn from_now(target: &'a Target, stack_id: &str) -> Result<Self, Report> {
        let page = target.cloud.open().await?.stacks()?.events(stack_id, None).await?;
        let newest = page.items.into_iter().next().map(|event| event.event_id);
        Ok(Self { target, stack: stack_id.to_owned(), after: After::Event(newest) })
    }

    /// Watch, print how it ended, and give the exit code.
    pub(super) async fn follow(self, timeout: Option<Duration>, context: &Context) -> Result<Exit, Report> {
        let display = Display::new(context.printer);
        let progress: Arc<StackProgress> = display.stack(&self.target.key, &self.target.name, false);
        progress.doing("watching");
        context.takes_interrupts();
        let started = Instant::now();
        let stacks = self.target.cloud.open().await?.stacks()?;
        let name = self.target.key.clone();
        let watched = watch(stacks, &self.stack, self.after.clone(), &*progress, pace());
        let left = |exit, text: String| {
            Err(Report::new(exit, text).with_hint(format!("`formwork stack watch {name}` watches it again.")))
        };
        let ended = tokio::select! {
            ended = watched => ended?,
            () = elapsed(timeout) => {
                let time = timeout.unwrap_or_default().as_secs();
                return left(Exit::Failed, format!("stopped watching `{name}` after {time} s; AWS goes on"));
            }
            _ = tokio::signal::ctrl_c() => {
                return left(Exit::Interrupted, format!("stopped watching `{name}`; AWS goes on"));
            }
        };
        progress.end();
        self.print(ended, started.elapsed(), context)
    }

    fn print(&self, ended: Ended, time: Duration, context: &Context) -> Result<Exit, Report> {
        let printer = &context.printer;
        let stack = &ended.stack;
        let status = inert_line(&stack.stack_status);
        let good = ended.succeeded;
        let document = || {
            let causes =
                ended.causes.iter().map(|one| cause(one.logical_id.as_deref(), None, &Failure::from(one.clone())));
            let (name, causes) = (&stack.stack_name, causes.collect());
            Outcome { name, stack: Some(stack), changed: true, time, causes }.json()
        };
        printer.data(document, || if good { outputs_text(stack) } else { String::new() })?;
        let name = printer.paint(Style::Strong, &self.target.key);
        if good {
            printer.note(&format!("{name}: {status}"));
            for left in &ended.left_behind {
                let id = left.physical_id.as_deref().or(left.logical_id.as_deref()).unwrap_or_default();
                let text =
                    format!("{} {id} could not be deleted and is left behind: {}", left.resource_type, left.reason);
                printer.note(&format!("{} {}", printer.paint(Style::Warning, "warning:"), inert_line(&text)));
            }
            return Ok(Exit::Done);
        }
        if printer.is_json() {
            return Ok(Exit::Failed);
        }
        let findings = ended.causes.into_iter().map(|cause| {
            let id = cause.logical_id.clone();
            let mut failure = Failure::from(cause);
            if let Some(id) = id {
                failure.message = about(&id, &failure.message);
            }
            Finding { severity: Severity::Error, failure, place: None }
        });
        let problems = Problem::of_findings(findings.collect(), "", "");
        let report = Report::of_problems(Exit::Failed, format!("`{}` is in {status}", self.target.key), problems);
        Err(match explain(&stack.stack_status).todo_for(&self.target.key) {
            Some(todo) => report.with_hint(todo),
            None => report,
        })
    }
}
