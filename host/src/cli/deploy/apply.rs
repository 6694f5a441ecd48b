//! Applying a change while somebody watches, and may lose patience.

use std::time::{Duration, Instant};

use super::result::StackResult;
use crate::cli::changes::{Work, elapsed};
use crate::cli::context::Context;
use crate::cli::progress::Display;
use crate::cli::report::{Exit, Problem, Report, exit_of};
use crate::plugin::Applied;
use crate::stack::change::{Change, apply, findings};
use crate::stack::template::Template;

/// How long somebody watches.
pub(super) struct Patience {
    pub(super) timeout: Option<Duration>,
    pub(super) cancel_on_interrupt: bool,
}

/// How an operation ended, and what to say where it did not succeed.
pub(super) struct Ended {
    pub(super) result: StackResult,
    pub(super) report: Option<Report>,
}

/// Apply a change until it ends, the time is over, or somebody presses Ctrl-C. AWS goes on in the last two cases.
pub(super) async fn apply_watched(
    work: &Work,
    change: &Change,
    patience: &Patience,
    context: &Context,
    display: &Display,
) -> Result<Ended, Report> {
    let started = Instant::now();
    context.takes_interrupts();
    let applying = apply(&work.site, change);
    tokio::pin!(applying);
    let timeout = elapsed(patience.timeout);
    tokio::pin!(timeout);
    let mut cancelled = false;
    let applied = loop {
        tokio::select! {
            applied = &mut applying => break applied?,
            () = &mut timeout => {
                let time = patience.timeout.unwrap_or_default().as_secs();
                let message = format!("stopped watching `{}` after {time} s; AWS goes on", change.plan.stack);
                return Err(left(Exit::Failed, message, work, change));
            }
            // A second Ctrl-C ends the command.
            heard = tokio::signal::ctrl_c(), if !cancelled => {
                if heard.is_err() || !patience.cancel_on_interrupt {
                    let message = format!("stopped watching `{}`; AWS goes on", change.plan.stack);
                    return Err(left(Exit::Interrupted, message, work, change));
                }
                cancelled = true;
                cancel(work, change, display).await?;
            }
        }
    };
    let result = StackResult::applied(&work.target.key, &applied, !change.plan.is_empty(), started.elapsed());
    let mut report = (!applied.problems.is_empty()).then(|| failed(&applied, change));
    if cancelled {
        let message = format!("the update of `{}` was cancelled; it is in {}", change.plan.stack, result.status);
        report = Some(Report::new(Exit::Interrupted, message));
    }
    Ok(Ended { result, report })
}

async fn cancel(work: &Work, change: &Change, display: &Display) -> Result<(), Report> {
    let stack = &change.plan.stack;
    if change.plan.operation != "UPDATE" {
        let message = format!("stopped watching `{stack}`; AWS goes on, because only updates can be cancelled");
        return Err(left(Exit::Interrupted, message, work, change));
    }
    work.site.cloud.open().await?.stacks()?.cancel_update(stack).await?;
    display.note(&format!("the update of `{stack}` is being cancelled; Ctrl-C again stops watching"));
    Ok(())
}

/// Nobody watches any more.
fn left(exit: Exit, message: String, work: &Work, change: &Change) -> Report {
    let mut hint = format!("`formwork stack watch {}` watches it again.", work.target.key);
    if change.deployment.settings.get("stackPolicyDuringUpdate").is_some() {
        hint.push_str(" The temporary stack policy is still set: set the one you want with `--stack-policy`.");
    }
    Report::new(exit, message).with_hint(hint)
}

/// What failed, each with its place in the template.
fn failed(applied: &Applied, change: &Change) -> Report {
    let (file, text) = change.template.clone().unwrap_or_default();
    let source = Template::parse(&text).ok();
    let findings = findings(applied.problems.clone(), source.as_ref());
    let exit = match exit_of(findings.iter().map(|finding| finding.failure.kind)) {
        Exit::Usage => Exit::Failed,
        exit => exit,
    };
    let status = crate::plugin::inert_line(&applied.stack.stack_status);
    let message = match status.as_str() {
        status if status.contains("ROLLBACK_COMPLETE") => {
            format!("the change of `{}` failed and was rolled back ({status})", change.plan.stack)
        }
        status if status.ends_with("_IN_PROGRESS") => {
            format!("`{}` cannot be watched any longer; it is in {status}, and AWS goes on", change.plan.stack)
        }
        status => format!("the change of `{}` failed ({status})", change.plan.stack),
    };
    let report = Report::of_problems(exit, message, Problem::of_findings(findings, &file, &text));
    match crate::stack::watch::explain(&applied.stack.stack_status).todo_for(&change.plan.stack) {
        Some(todo) => report.with_hint(todo),
        None => report,
    }
}
