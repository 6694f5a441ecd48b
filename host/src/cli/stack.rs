//! `formwork stack`: looking at stacks, watching them, mending and deleting them.

mod delete;
mod drift;
mod operation;
mod recover;
mod show;

use std::time::Duration;

use clap::{Args, Subcommand};
use serde_json::json;

use self::operation::Watching;
use super::confirm::confirm;
use super::context::Context;
use super::deploy::duration;
use super::report::{Exit, Report};
use super::targets::Target;

#[derive(Args, Debug)]
pub(super) struct StackCommandArgs {
    #[command(subcommand)]
    command: StackCommand,
}

#[derive(Debug, Subcommand)]
enum StackCommand {
    /// Show what stacks there are
    #[command(after_help = "Examples:\n  formwork stack list\n  formwork stack list --status ROLLBACK")]
    List {
        /// Only those whose status has this in it
        #[arg(long, value_name = "TEXT")]
        status: Option<String>,
    },
    /// Show one stack: status, parameters, tags, outputs
    #[command(after_help = "Example:\n  formwork stack show web --output json")]
    Show(Name),
    /// Show what happened to a stack, the latest at the end
    #[command(
        after_help = "Examples:\n  formwork stack events web\n  formwork stack events web --limit 500 --output jsonl"
    )]
    Events {
        #[command(flatten)]
        name: Name,
        /// How many events, the latest ones
        #[arg(long, value_name = "N", default_value_t = 100)]
        limit: usize,
    },
    /// Show the outputs of a stack
    #[command(
        after_help = "Examples:\n  formwork stack outputs web\n  formwork stack outputs web --key Url   # the value alone"
    )]
    Outputs {
        #[command(flatten)]
        name: Name,
        /// Only the value of this output
        #[arg(long, value_name = "OUTPUT")]
        key: Option<String>,
    },
    /// Show the resources of a stack
    #[command(after_help = "Example:\n  formwork stack resources web")]
    Resources(Name),
    /// Watch the operation that is under way to its end, from wherever it was started
    #[command(
        after_help = "Examples:\n  formwork stack watch web\n  formwork stack watch web --timeout 30m --output jsonl"
    )]
    Watch {
        #[command(flatten)]
        name: Name,
        #[command(flatten)]
        watching: WatchArgs,
    },
    /// Find out which resources are not as the template says
    #[command(
        after_help = "Examples:\n  formwork stack drift web\n  formwork stack drift web --exit-code   # 3 when something has drifted"
    )]
    Drift {
        #[command(flatten)]
        name: Name,
        /// End with exit code 3 when something has drifted
        #[arg(long)]
        exit_code: bool,
    },
    /// Delete a stack, after showing what will be lost
    #[command(
        after_help = "Examples:\n  formwork stack delete web\n  formwork stack delete web --retain Data --yes   # after DELETE_FAILED"
    )]
    Delete(delete::DeleteArgs),
    /// Turn termination protection on
    #[command(after_help = "Examples:\n  formwork stack protect web\n  formwork stack protect web --off")]
    Protect {
        #[command(flatten)]
        name: Name,
        /// Turn it off
        #[arg(long)]
        off: bool,
    },
    /// Cancel an update that is under way; CloudFormation rolls it back
    #[command(after_help = "Example:\n  formwork stack cancel web")]
    Cancel {
        #[command(flatten)]
        name: Name,
        #[command(flatten)]
        watching: WatchArgs,
        /// Answer every question with yes
        #[arg(long, short = 'y')]
        yes: bool,
    },
    /// Get a stack out of a failed rollback or a failed update
    #[command(after_help = "\
It lists what blocks the rollback, and goes on with it.

Examples:
  formwork stack recover web
  formwork stack recover web --skip Database --skip Nested.Queue
  formwork stack recover web --force")]
    Recover(recover::RecoverArgs),
}

/// Which stack.
#[derive(Args, Debug)]
struct Name {
    /// A stack of formwork.toml, or the name or ARN of a stack in CloudFormation
    #[arg(value_name = "STACK")]
    stack: String,
}

/// How long to watch.
#[derive(Args, Debug)]
struct WatchArgs {
    /// Stop watching after this time (30m, 2h); AWS goes on
    #[arg(long, value_name = "TIME", value_parser = duration)]
    timeout: Option<Duration>,
}

pub(super) async fn run(args: StackCommandArgs, context: &Context) -> Result<Exit, Report> {
    let target = |name: &Name| Target::of(context, &name.stack);
    match args.command {
        StackCommand::List { status } => show::list(status.as_deref(), context).await,
        StackCommand::Show(name) => show::show(&target(&name), context).await,
        StackCommand::Events { name, limit } => show::events(&target(&name), limit, context).await,
        StackCommand::Outputs { name, key } => show::outputs(&target(&name), key.as_deref(), context).await,
        StackCommand::Resources(name) => show::resources(&target(&name), context).await,
        StackCommand::Watch { name, watching } => {
            let target = target(&name);
            Watching::current(&target, context).await?.follow(watching.timeout, context).await
        }
        StackCommand::Drift { name, exit_code } => drift::run(&target(&name), exit_code, context).await,
        StackCommand::Delete(args) => delete::run(args, context).await,
        StackCommand::Protect { name, off } => protect(&target(&name), !off, context).await,
        StackCommand::Cancel { name, watching, yes } => cancel(&target(&name), watching.timeout, yes, context).await,
        StackCommand::Recover(args) => recover::run(args, context).await,
    }
}

async fn protect(target: &Target, on: bool, context: &Context) -> Result<Exit, Report> {
    target.cloud.open().await?.stacks()?.protect(&target.name, on).await?;
    let state = if on { "on" } else { "off" };
    context.printer.data(
        || json!({ "stack": target.name, "terminationProtection": on }),
        || format!("termination protection of {} is {state}", target.name),
    )?;
    Ok(Exit::Done)
}

async fn cancel(target: &Target, timeout: Option<Duration>, yes: bool, context: &Context) -> Result<Exit, Report> {
    let stacks = target.cloud.open().await?.stacks()?;
    let stack = stacks.describe(&target.name).await?;
    if stack.stack_status != "UPDATE_IN_PROGRESS" {
        return Err(Report::failed(format!(
            "`{}` is in {}, and only an update that is under way can be cancelled",
            target.name, stack.stack_status
        )));
    }
    let watching = Watching::current(target, context).await?;
    let question = format!("Cancel the update of `{}`, and roll it back?", target.name);
    confirm("cancelling an update", &question, yes, "`--yes`").await?;
    stacks.cancel_update(&target.name).await?;
    watching.follow(timeout, context).await
}
