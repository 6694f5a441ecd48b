//! `formwork stack delete`.

use std::fmt::Write as _;

use clap::Args;
use serde_json::json;

use super::operation::Watching;
use super::{Name, WatchArgs};
use crate::cli::confirm::confirm;
use crate::cli::context::Context;
use crate::cli::report::{Exit, Report};
use crate::cli::targets::Target;
use crate::cloud::stacks::{DeleteStack, Stack, StackResource};
use crate::cloud::{FailureKind, Stacks};
use crate::output::Style;
use crate::plugin::inert_line;
use crate::stack::template::Template;

/// Which stack, and what stays.
#[derive(Args, Debug)]
pub(super) struct DeleteArgs {
    #[command(flatten)]
    name: Name,
    /// Leave this resource behind; for a stack whose deletion has failed
    #[arg(long, value_name = "RESOURCE")]
    retain: Vec<String>,
    /// Delete the stack even where resources cannot be deleted; they are left behind
    #[arg(long, conflicts_with = "retain")]
    force: bool,
    /// The role that CloudFormation works with
    #[arg(long, value_name = "ARN")]
    role_arn: Option<String>,
    #[command(flatten)]
    watching: WatchArgs,
    /// Answer every question with yes
    #[arg(long, short = 'y')]
    yes: bool,
}

pub(super) async fn run(args: DeleteArgs, context: &Context) -> Result<Exit, Report> {
    let target = Target::of(context, &args.name.stack);
    let stacks = target.cloud.open().await?.stacks()?;
    let stack = match stacks.describe(&target.name).await {
        Ok(stack) => stack,
        Err(failure) if failure.kind == FailureKind::NotFound => {
            context.printer.data(|| json!({ "stack": target.name, "status": null }), String::new)?;
            context.printer.note(&format!("there is no stack `{}`", target.name));
            return Ok(Exit::Done);
        }
        Err(failure) => return Err(failure.into()),
    };
    refuse(&stack, &args, &target)?;
    let resources = stacks.resources(&target.name).await?;
    if let Some(unknown) = args.retain.iter().find(|id| !resources.iter().any(|r| r.logical_resource_id == **id)) {
        return Err(Report::new(Exit::Usage, format!("`{}` has no resource `{unknown}`", target.name)));
    }
    importers(stacks, &stack).await?;
    // Only what the template says tells what stays.
    let template = stacks.template(&target.name).await.ok().and_then(|text| Template::parse(&text).ok());
    context.printer.note(&losses(&stack, &resources, template.as_ref(), &args, context));
    let question = format!("Delete the stack `{}`?", target.name);
    confirm("deleting a stack", &question, args.yes, "`--yes`").await?;
    let watching = Watching::from_now(&target, &stack.stack_id).await?;
    let request = DeleteStack {
        stack_name: stack.stack_id.clone(),
        retain_resources: args.retain.clone(),
        role_arn: args.role_arn.clone(),
        force: args.force,
        client_request_token: None,
    };
    stacks.delete(&request).await?;
    watching.follow(args.watching.timeout, context).await
}

/// What CloudFormation would refuse anyway, told before anything happens.
fn refuse(stack: &Stack, args: &DeleteArgs, target: &Target) -> Result<(), Report> {
    if stack.enable_termination_protection {
        return Err(Report::new(Exit::Refused, format!("`{}` has termination protection", target.name))
            .with_hint(format!("`formwork stack protect {} --off` turns it off.", target.key)));
    }
    if !args.retain.is_empty() && stack.stack_status != "DELETE_FAILED" {
        let text = format!("`{}` is in {}, and `--retain` is for DELETE_FAILED", target.name, stack.stack_status);
        return Err(Report::new(Exit::Usage, text)
            .with_hint("To keep a resource, give it `DeletionPolicy: Retain` in the template and deploy that first."));
    }
    if let Some(parent) = &stack.parent_id {
        return Err(Report::new(Exit::Usage, format!("`{}` is nested in {parent}", target.name))
            .with_hint("Delete it through the stack that it is nested in."));
    }
    Ok(())
}

/// Who imports what the stack exports: the deletion would fail.
async fn importers(stacks: &dyn Stacks, stack: &Stack) -> Result<(), Report> {
    let mut used = Vec::new();
    for export in stack.outputs.iter().filter_map(|output| output.export_name.as_ref()) {
        let importers = stacks.imports(export).await?;
        if !importers.is_empty() {
            used.push(format!("`{export}` by {}", importers.join(", ")));
        }
    }
    if used.is_empty() {
        return Ok(());
    }
    let text = format!("`{}` exports what others import: {}", stack.stack_name, used.join("; "));
    Err(Report::failed(text).with_hint("Delete those stacks first, or deploy them without the import."))
}

/// What goes and what stays.
fn losses(
    stack: &Stack,
    resources: &[StackResource],
    template: Option<&Template>,
    args: &DeleteArgs,
    context: &Context,
) -> String {
    let printer = &context.printer;
    let there: Vec<_> = resources.iter().filter(|resource| resource.resource_status != "DELETE_COMPLETE").collect();
    let name = inert_line(&stack.stack_name);
    let mut text = match there.len() {
        0 => return format!("{name} has no resources"),
        1 => format!("{name} has 1 resource:\n"),
        n => format!("{name} has {n} resources:\n"),
    };
    for resource in there {
        let id = &resource.logical_resource_id;
        let declared = template.and_then(|template| template.resources().iter().find(|r| r.logical_id == *id));
        let policy = declared.and_then(|resource| resource.deletion_policy.as_deref());
        let fate = match policy {
            _ if args.retain.contains(id) => "stays".to_owned(),
            Some(policy) if policy.starts_with("Retain") => format!("stays ({policy})"),
            Some("Snapshot") => "goes, a snapshot is made first".to_owned(),
            _ => printer.paint(Style::Error, "goes"),
        };
        let physical = resource.physical_resource_id.as_deref().unwrap_or_default();
        let what = inert_line(&format!("{} {id} {physical}", resource.resource_type));
        // Writing to a String cannot fail.
        let _ = writeln!(text, "  {}: {fate}", what.trim_end());
    }
    text
}
