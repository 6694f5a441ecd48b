//! `formwork stack recover`.

use clap::Args;

use super::operation::Watching;
use super::{Name, WatchArgs};
use crate::cli::confirm::confirm;
use crate::cli::context::Context;
use crate::cli::report::{Exit, Report};
use crate::cli::targets::Target;
use crate::cloud::Stacks;
use crate::cloud::stacks::ContinueRollback;
use crate::output::table;
use crate::plugin::inert_line;
use crate::stack::watch::explain;

/// Which stack, and what may be left as it is.
#[derive(Args, Debug)]
pub(super) struct RecoverArgs {
    #[command(flatten)]
    name: Name,
    /// Leave this resource as it is, and take it for rolled back; Nested.Resource inside a nested stack
    #[arg(long, value_name = "RESOURCE")]
    skip: Vec<String>,
    /// Go on whatever fails; what could not be rolled back is left as it is
    #[arg(long, conflicts_with = "skip")]
    force: bool,
    #[command(flatten)]
    watching: WatchArgs,
    /// Answer every question with yes
    #[arg(long, short = 'y')]
    yes: bool,
}

pub(super) async fn run(args: RecoverArgs, context: &Context) -> Result<Exit, Report> {
    let target = Target::of(context, &args.name.stack);
    let stacks = target.cloud.open().await?.stacks()?;
    let stack = stacks.describe(&target.name).await?;
    let name = &target.key;
    match stack.stack_status.as_str() {
        "UPDATE_ROLLBACK_FAILED" => {
            tell_blocking(stacks, &target, context).await?;
            let how = match (args.force, args.skip.is_empty()) {
                (true, _) => "Go on with the rollback, whatever fails?".to_owned(),
                (false, true) => "Go on with the rollback?".to_owned(),
                (false, false) => format!("Go on with the rollback, and leave {} as it is?", args.skip.join(", ")),
            };
            confirm("going on with a rollback", &how, args.yes, "`--yes`").await?;
            let watching = Watching::from_now(&target, &stack.stack_id).await?;
            let request = ContinueRollback {
                stack_name: stack.stack_id.clone(),
                resources_to_skip: args.skip.clone(),
                force: args.force,
                client_request_token: None,
            };
            stacks.continue_rollback(&request).await?;
            watching.follow(args.watching.timeout, context).await
        }
        status @ ("CREATE_FAILED" | "UPDATE_FAILED") => {
            if !args.skip.is_empty() || args.force {
                return Err(Report::new(
                    Exit::Usage,
                    format!("`--skip` and `--force` are not for a stack in {status}"),
                ));
            }
            tell_blocking(stacks, &target, context).await?;
            let question = format!("Roll `{name}` back to what was before?");
            confirm("rolling a stack back", &question, args.yes, "`--yes`").await?;
            let watching = Watching::from_now(&target, &stack.stack_id).await?;
            stacks.rollback(&stack.stack_id).await?;
            watching.follow(args.watching.timeout, context).await
        }
        status => {
            let explanation = explain(status);
            let text = format!("`{name}` is in {}, and there is no rollback to go on with", inert_line(status));
            let report = Report::failed(text);
            Err(match explanation.todo_for(name) {
                Some(todo) => report.with_hint(todo),
                None => report,
            })
        }
    }
}

/// What blocks the rollback.
async fn tell_blocking(stacks: &dyn Stacks, target: &Target, context: &Context) -> Result<(), Report> {
    let mut resources = stacks.resources(&target.name).await?;
    resources.retain(|resource| resource.resource_status.ends_with("_FAILED"));
    if resources.is_empty() {
        context.printer.note("no resource says that it failed");
        return Ok(());
    }
    let rows = resources.iter().map(|resource| {
        vec![
            inert_line(&resource.logical_resource_id),
            inert_line(&resource.resource_type),
            inert_line(&resource.resource_status),
            inert_line(resource.resource_status_reason.as_deref().unwrap_or_default()),
        ]
    });
    context.printer.note(&table(&["RESOURCE", "TYPE", "STATUS", "REASON"], rows));
    Ok(())
}
