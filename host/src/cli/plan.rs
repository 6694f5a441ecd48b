//! `formwork plan`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use clap::Args;
use serde_json::{Value, json};

use super::changes::{Work, requests};
use super::context::Context;
use super::graph::stacks_graph;
use super::progress::Display;
use super::report::{Exit, Report};
use super::stack_args::StackArgs;
use super::targets::Targets;
use crate::file::write_atomically;
use crate::output::{Printer, Style};
use crate::resolve::Pending;
use crate::stack::change::discard;
use crate::stack::graph::Graph;
use crate::stack::order::{Outcome, run as run_in_order};
use crate::stack::plan::Plan;
use crate::stack::plan::html::html;
use crate::stack::plan::text::{Tone, summary, text};
use crate::stack::saved;

/// What to plan.
#[derive(Args, Debug)]
#[command(after_help = "\
Nothing of the stack changes. With --out the change set stays, to be executed by `deploy --plan`;
else nothing stays, neither the change set nor the empty stack that CloudFormation makes for it.

Examples:
  formwork plan web --template web.yaml --parameter Env=prod
  formwork plan --all --env prod                     # every stack of formwork.toml
  formwork plan web --out plan.json --html plan.html # to be looked at, and deployed exactly so
  formwork plan web --exit-code                      # 3 when changes are pending
  formwork plan web --refresh                        # a newer AMI behind an SSM parameter")]
pub(super) struct PlanArgs {
    #[command(flatten)]
    stacks: StackArgs,
    /// Save the plan, for `deploy --plan FILE`
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Write the plan as a page to look at, one file that needs nothing else
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// End with exit code 3 when changes are pending
    #[arg(long)]
    exit_code: bool,
}

pub(super) async fn run(args: PlanArgs, context: &Context) -> Result<Exit, Report> {
    let targets = Targets::of(context, &args.stacks)?;
    let requests = requests(context, &targets, &args.stacks)?;
    let display = Display::new(context.printer);
    let many = targets.stacks.len() > 1;
    let failures = Mutex::new(Vec::new());
    let pending: Mutex<Pending> = Mutex::default();
    let outcomes = {
        let (targets, requests, display, failures, pending) = (&targets, &requests, &display, &failures, &pending);
        let (inputs, is_saved) = (&args.stacks.inputs, args.out.is_some());
        run_in_order(&targets.order, usize::from(args.stacks.jobs), |key| async move {
            let planned = async {
                let missing = || Report::failed(format!("internal: the stack `{key}` is not known"));
                let target = targets.stacks.get(&key).ok_or_else(missing)?;
                let mut request = requests.get(&key).cloned().ok_or_else(missing)?;
                request.pending = lock(pending).clone();
                let work = Work::of(context, target.clone(), display, many, inputs.locked)?;
                let change = work.plan(request, inputs.yes, display, context).await?;
                if !is_saved {
                    // Nobody can execute it, so it must not stay; that it does is no reason to hide the plan.
                    if let Err(error) = discard(&work.site, &change).await {
                        let label = context.printer.paint(Style::Warning, "warning:");
                        let report = Report::from(error);
                        display.note(&format!("{label} the change set was not deleted again: {}", report.message()));
                    }
                }
                Ok::<_, Report>(change)
            };
            match planned.await {
                Ok(change) => {
                    if !change.plan.is_empty() {
                        let mut pending = lock(pending);
                        pending.exports.extend(targets.exports.get(&key).cloned().unwrap_or_default());
                        pending.stacks.extend([key, change.plan.stack.clone()]);
                    }
                    Ok(change.plan)
                }
                Err(report) => {
                    lock(failures).push(report);
                    Err(())
                }
            }
        })
        .await
    };
    let mut plans: Vec<Plan> = Vec::new();
    let mut changing = BTreeSet::new();
    for (key, outcome) in outcomes {
        match outcome {
            Outcome::Done(mut plan) => {
                // A plan that waits says so already.
                if plan.known_after_deploy.is_empty() {
                    let moving = targets.order.dependencies_of(&key).filter(|name| changing.contains(*name));
                    plan.notes.extend(moving.map(|name| {
                        format!("`{name}`, which it depends on, changes too: its outputs may be others afterwards.")
                    }));
                }
                if !plan.is_empty() || !plan.notes.is_empty() {
                    changing.insert(key);
                }
                plans.push(plan);
            }
            Outcome::Skipped { because } => {
                let text = format!("the stack `{key}` was not planned, because `{because}` was not");
                lock(&failures).push(Report::failed(text));
            }
            Outcome::Failed(()) => {}
        }
    }
    let failures = failures.into_inner().unwrap_or_else(PoisonError::into_inner);
    let failed = Report::together(failures, &context.printer);
    if let Some(report) = failed {
        return ended_badly(report, &plans, context);
    }
    print(&plans, context)?;
    let stacks = many.then(|| stacks_graph(&targets));
    write_files(&args, &plans, stacks.as_ref(), context)?;
    let changes = plans.iter().any(|plan| !plan.is_empty());
    Ok(if args.exit_code && changes { Exit::Pending } else { Exit::Done })
}

/// Some stacks could not be planned: the others are shown, and nothing is saved that is not whole.
fn ended_badly(report: Report, plans: &[Plan], context: &Context) -> Result<Exit, Report> {
    if plans.is_empty() {
        return Err(report);
    }
    if !context.printer.is_json() || context.printer.is_stream() {
        print(plans, context)?;
        return Err(report);
    }
    let mut document = json!({ "plans": plans.iter().map(plan_json).collect::<Vec<_>>() });
    if let (Value::Object(members), Value::Object(error)) = (&mut document, report.json()) {
        members.extend(error);
    }
    context.printer.data(|| document, String::new)?;
    Ok(report.exit())
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn print(plans: &[Plan], context: &Context) -> Result<(), Report> {
    let printer = &context.printer;
    if printer.is_stream() {
        for plan in plans {
            printer.data(|| plan_json(plan), String::new)?;
        }
    } else if let ([plan], true) = (plans, printer.is_json()) {
        printer.data(|| plan_json(plan), String::new)?;
    } else if !plans.is_empty() {
        let json = || json!({ "plans": plans.iter().map(plan_json).collect::<Vec<_>>() });
        printer
            .data(json, || plans.iter().map(|plan| plan_text(plan, printer, true)).collect::<Vec<_>>().join("\n"))?;
    }
    Ok(())
}

/// A plan for programs: the format of saved plans, with what it is.
pub(super) fn plan_json(plan: &Plan) -> Value {
    let mut json = serde_json::to_value(plan).unwrap_or_default();
    if let Value::Object(members) = &mut json {
        members.insert("type".into(), json!("plan"));
        members.insert("changes".into(), json!(!plan.is_empty()));
        members.insert("summary".into(), json!(summary(plan)));
    }
    json
}

/// A plan for people. `on_stdout`: colours are for a terminal there.
pub(super) fn plan_text(plan: &Plan, printer: &Printer, on_stdout: bool) -> String {
    let paint = |tone: Tone, part: &str| {
        let style = match tone {
            Tone::Add => Style::Good,
            Tone::Change => Style::Changed,
            Tone::Replace | Tone::Remove => Style::Error,
            Tone::Faint => Style::Faint,
            Tone::Strong => Style::Strong,
            Tone::Warning => Style::Warning,
        };
        if on_stdout { printer.paint_data(style, part) } else { printer.paint(style, part) }
    };
    text(plan, &paint)
}

fn write_files(args: &PlanArgs, plans: &[Plan], stacks: Option<&Graph>, context: &Context) -> Result<(), Report> {
    if let Some(path) = &args.out {
        saved::write(path, plans)?;
        context.printer.note(&format!("saved to {}", path.display()));
    }
    if let Some(path) = &args.html {
        write(path, &html(plans, stacks))?;
        context.printer.note(&format!("written to {}", path.display()));
    }
    Ok(())
}

fn write(path: &Path, page: &str) -> Result<(), Report> {
    write_atomically(path, page.as_bytes(), None)
        .map_err(|error| Report::failed(format!("failed to write `{}`: {error}", path.display())))
}
