//! `formwork deploy`.

mod apply;
mod result;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Duration;

use clap::Args;

use self::apply::{Ended, Patience, apply_watched};
use self::result::{StackResult, finish};
use super::changes::{Work, requests};
use super::confirm::{confirm, is_interactive};
use super::context::Context;
use super::plan::{lock, plan_json, plan_text};
use super::progress::Display;
use super::report::{Exit, Report};
use super::stack_args::StackArgs;
use super::targets::{Target, Targets};
use crate::resolve::Pending;
use crate::stack::change::{Change, discard};
use crate::stack::order::{Order, Outcome, run as run_in_order};
use crate::stack::request::StackRequest;
use crate::stack::saved;

/// What to deploy.
#[derive(Args, Debug)]
#[command(after_help = "\
It shows the plan and asks; where nobody can answer it needs --yes. With --plan it makes exactly the
change that was planned, or none (exit code 4). Events go to stderr, outputs to stdout.

Examples:
  formwork deploy web --template web.yaml
  formwork deploy --all --env prod --yes
  formwork plan web --out plan.json && formwork deploy --plan plan.json
  formwork deploy web --refresh       # what it has; only SSM parameters are read again
  formwork deploy web --output jsonl  # plan, events and outcome, one JSON object a line")]
pub(super) struct DeployArgs {
    #[command(flatten)]
    stacks: StackArgs,
    /// Make exactly the changes of this saved plan
    #[arg(long, value_name = "FILE", conflicts_with_all = ["stacks", "all", "template", "refresh"])]
    plan: Option<PathBuf>,
    /// Stop watching after this time (30m, 2h); AWS goes on
    #[arg(long, value_name = "TIME", value_parser = duration)]
    timeout: Option<Duration>,
    /// On Ctrl-C cancel an update that is under way, instead of only ceasing to watch
    #[arg(long)]
    cancel_on_interrupt: bool,
}

/// `90s`, `30m`, `1h 30m`.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || "write a time such as 90s, 30m or 2h".to_owned();
    let duration: jiff::SignedDuration = text.parse().map_err(|_| wrong())?;
    Duration::try_from(duration).ok().filter(|duration| !duration.is_zero()).ok_or_else(wrong)
}

/// What a stack's deployment begins with.
enum Start {
    /// It is planned, and a person has seen the plan.
    Planned(Box<Change>),
    /// It is to be planned.
    Asked(Box<StackRequest>),
}

pub(super) async fn run(args: DeployArgs, context: &Context) -> Result<Exit, Report> {
    let display = Display::new(context.printer);
    let patience = Patience { timeout: args.timeout, cancel_on_interrupt: args.cancel_on_interrupt };
    let inputs = &args.stacks.inputs;
    let (works, mut starts, order) = match &args.plan {
        Some(path) => saved_changes(path, context, &display).await?,
        None => {
            let targets = Targets::of(context, &args.stacks)?;
            let requests = requests(context, &targets, &args.stacks)?;
            if !inputs.yes && !is_interactive() {
                // Said before anything is asked of AWS.
                confirm("deploying", "", false, "`--yes`, or a plan that was looked at with `--plan FILE`").await?;
            }
            let many = targets.stacks.len() > 1;
            let works = targets.stacks.iter().map(|(key, target)| {
                Ok((key.clone(), Work::of(context, target.clone(), &display, many, inputs.locked)?))
            });
            let works = works.collect::<Result<BTreeMap<_, _>, Report>>()?;
            let starts = requests.into_iter().map(|(key, request)| (key, Start::Asked(Box::new(request))));
            let mut starts: BTreeMap<String, Start> = starts.collect();
            if many && !inputs.yes {
                plan_all(&works, &mut starts, &targets, &args, context, &display).await?;
            }
            (works, starts, targets.order)
        }
    };
    let many = works.len() > 1;
    if args.plan.is_some() || (many && !inputs.yes) {
        show_and_ask(&starts, &order, inputs.yes || args.plan.is_some(), many, context, &display).await?;
    }
    let shared = Shared {
        works: &works,
        starts: Mutex::new(std::mem::take(&mut starts)),
        changed: Mutex::default(),
        order: &order,
        yes: inputs.yes,
        patience: &patience,
        context,
        display: &display,
        question: tokio::sync::Mutex::new(()),
    };
    let outcomes = run_in_order(&order, usize::from(args.stacks.jobs), |key| shared.deploy(key)).await;
    let names = works.iter().map(|(key, work)| (key.clone(), work.target.name.clone())).collect();
    finish(outcomes, &names, context)
}

/// The plans of a file, each still good. They were made in an order that works.
async fn saved_changes(
    path: &std::path::Path,
    context: &Context,
    display: &Display,
) -> Result<(BTreeMap<String, Work>, BTreeMap<String, Start>, Order), Report> {
    let plans = saved::read(path)?;
    let many = plans.len() > 1;
    let (mut works, mut starts, mut edges, mut before) = (BTreeMap::new(), BTreeMap::new(), Vec::new(), None);
    for plan in plans {
        let key = plan.stack.clone();
        let known = context.project.stacks.iter().find(|(_, entry)| entry.name == plan.stack);
        let target = match known {
            Some((project_key, _)) => Target { key: key.clone(), ..Target::of(context, project_key) },
            None => Target { cloud: context.cloud_of(Some(&plan.region), None), ..Target::of(context, &key) },
        };
        let work = Work::of(context, target, display, many, true)?;
        let change = saved::revive(&work.site, plan).await?;
        edges.extend(before.replace(key.clone()).map(|before: String| (key.clone(), before)));
        starts.insert(key.clone(), Start::Planned(Box::new(change)));
        works.insert(key, work);
    }
    let order = Order::new(works.keys().cloned(), edges)
        .map_err(|_| Report::new(Exit::Usage, format!("`{}` has two plans of one stack", path.display())))?;
    Ok((works, starts, order))
}

/// Plan all stacks, so that a person can decide once.
async fn plan_all(
    works: &BTreeMap<String, Work>,
    starts: &mut BTreeMap<String, Start>,
    targets: &Targets,
    args: &DeployArgs,
    context: &Context,
    display: &Display,
) -> Result<(), Report> {
    let mut pending = Pending::default();
    for key in targets.order.topological() {
        let (Some(work), Some(Start::Asked(request))) = (works.get(key), starts.get(key)) else { continue };
        let mut request = StackRequest::clone(request);
        request.pending = pending.clone();
        let change = work.plan(request, args.stacks.inputs.yes, display, context).await?;
        if !change.plan.is_empty() {
            pending.exports.extend(targets.exports.get(key).cloned().unwrap_or_default());
            pending.stacks.extend([key.clone(), change.plan.stack.clone()]);
        }
        // What waits for another stack is planned again when that is deployed.
        if change.planned.is_some() {
            starts.insert(key.clone(), Start::Planned(Box::new(change)));
        } else {
            display.note(&plan_text(&change.plan, &context.printer, false));
        }
    }
    Ok(())
}

async fn show_and_ask(
    starts: &BTreeMap<String, Start>,
    order: &Order,
    yes: bool,
    many: bool,
    context: &Context,
    display: &Display,
) -> Result<(), Report> {
    let mut changes = 0;
    for key in order.topological() {
        if let Some(Start::Planned(change)) = starts.get(key) {
            show(change, context, display);
            changes += usize::from(!change.plan.is_empty());
        }
    }
    match (changes, many) {
        (0, _) => Ok(()),
        (_, true) => confirm("deploying", "Deploy these changes?", yes, "`--yes`").await,
        (_, false) => confirm("deploying", "Deploy this change?", yes, "`--yes`").await,
    }
}

/// The plan, for whoever watches.
fn show(change: &Change, context: &Context, display: &Display) {
    if context.printer.is_stream() {
        // Nobody is left to tell when stdout is gone.
        let _ = context.printer.data(|| plan_json(&change.plan), String::new);
    } else {
        display.note(&plan_text(&change.plan, &context.printer, false));
    }
}

/// What the deployments of one command have in common.
struct Shared<'a> {
    works: &'a BTreeMap<String, Work>,
    starts: Mutex<BTreeMap<String, Start>>,
    /// Stacks that were changed by now.
    changed: Mutex<BTreeSet<String>>,
    order: &'a Order,
    yes: bool,
    patience: &'a Patience,
    context: &'a Context,
    display: &'a Display,
    /// One question at a time.
    question: tokio::sync::Mutex<()>,
}

/// A deployment that did not succeed.
pub(super) struct FailedStack {
    /// How the stack is, where an operation ended.
    result: Option<StackResult>,
    report: Report,
}

impl From<Report> for FailedStack {
    fn from(report: Report) -> Self {
        Self { result: None, report }
    }
}

impl Shared<'_> {
    async fn deploy(&self, key: String) -> Result<StackResult, FailedStack> {
        let missing = || Report::failed(format!("internal: the stack `{key}` is not known"));
        let work = self.works.get(&key).ok_or_else(missing)?;
        let start = lock(&self.starts).remove(&key).ok_or_else(missing)?;
        let change = self.planned(&key, work, start).await?;
        let exists = change.planned.as_ref().is_some_and(|planned| planned.stack.is_some());
        if change.plan.is_empty() && !(exists && change.has_settings()) {
            return Ok(StackResult::unchanged(&key, &change));
        }
        work.progress.doing("starting");
        let ended = apply_watched(work, &change, self.patience, self.context, self.display).await;
        work.progress.end();
        match ended? {
            Ended { result, report: None } => {
                lock(&self.changed).insert(key);
                Ok(result)
            }
            Ended { result, report: Some(report) } => Err(FailedStack { result: Some(result), report }),
        }
    }

    /// The change to make, which somebody has agreed to.
    async fn planned(&self, key: &str, work: &Work, start: Start) -> Result<Change, Report> {
        let moved = {
            let changed = lock(&self.changed);
            self.order.dependencies_of(key).any(|dependency| changed.contains(dependency))
        };
        let request = match start {
            Start::Planned(change) if !moved || change.is_saved() => return Ok(*change),
            // What it depends on was changed: its values may be others now.
            Start::Planned(change) => {
                discard(&work.site, &change).await?;
                match change.request {
                    Some(request) => request,
                    None => return Err(Report::failed(format!("internal: `{key}` cannot be planned again"))),
                }
            }
            Start::Asked(request) => *request,
        };
        let _one_at_a_time = match self.yes {
            true => None,
            false => Some(self.question.lock().await),
        };
        let change = work.plan(request, self.yes, self.display, self.context).await?;
        show(&change, self.context, self.display);
        if change.plan.is_empty() {
            return Ok(change);
        }
        let agreed = confirm("deploying", &format!("Deploy this change to `{key}`?"), self.yes, "`--yes`").await;
        if let Err(refused) = agreed {
            // Nobody will deploy it, so it must not stay; that it cannot be deleted is not what matters now.
            let _ = discard(&work.site, &change).await;
            return Err(refused);
        }
        Ok(change)
    }
}

/// How the stacks ended.
pub(super) type Outcomes = Vec<(String, Outcome<StackResult, FailedStack>)>;
