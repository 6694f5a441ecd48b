//! Arguments that `plan` and `deploy` share.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::resolve::PinMode;
use crate::stack::inputs::assignment;

/// Which stacks, and what is wanted of them.
#[derive(Args, Clone, Debug)]
pub(super) struct StackArgs {
    /// Stacks of formwork.toml, or the name of a stack in CloudFormation together with --template
    #[arg(value_name = "STACK")]
    pub(super) stacks: Vec<String>,
    /// All stacks of formwork.toml, each after those that it depends on
    #[arg(long, conflicts_with_all = ["stacks", "template"])]
    pub(super) all: bool,
    /// The stacks that the named ones depend on, too
    #[arg(long, conflicts_with_all = ["all", "template"])]
    pub(super) with_dependencies: bool,
    /// The template, YAML or JSON; - for stdin
    #[arg(long, value_name = "FILE")]
    pub(super) template: Option<PathBuf>,
    /// Use the template and the values that the stack has, so that parameters of SSM types are read again
    #[arg(long, conflicts_with = "template")]
    pub(super) refresh: bool,
    /// How many stacks are worked on at once
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=100))]
    pub(super) jobs: u16,
    #[command(flatten)]
    pub(super) inputs: InputArgs,
}

/// Values, and how the change is made.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "What to deploy")]
pub(super) struct InputArgs {
    /// The value of a parameter; what is not given keeps its value. NAME= gives the empty text
    #[arg(long = "parameter", value_name = "NAME=VALUE", value_parser = assignment)]
    pub(super) parameters: Vec<(String, String)>,
    /// Values from a file, JSON or YAML: a map, the list of the AWS CLI, or CodePipeline's form with tags and a stack
    /// policy
    #[arg(long = "parameters", value_name = "FILE")]
    pub(super) parameter_files: Vec<PathBuf>,
    /// A tag of the stack; tags that are not given stay
    #[arg(long = "tag", value_name = "KEY=VALUE", value_parser = assignment)]
    pub(super) tags: Vec<(String, String)>,
    /// Tags from a file, JSON or YAML: a map, or the list of the AWS CLI
    #[arg(long = "tags", value_name = "FILE")]
    pub(super) tag_files: Vec<PathBuf>,
    /// Acknowledge what the template may do: CAPABILITY_IAM, CAPABILITY_NAMED_IAM, CAPABILITY_AUTO_EXPAND
    #[arg(long = "capability", value_name = "CAPABILITY")]
    pub(super) capabilities: Vec<String>,
    /// The role that CloudFormation works with
    #[arg(long, value_name = "ARN")]
    pub(super) role_arn: Option<String>,
    /// An SNS topic that is told of events
    #[arg(long = "notification-arn", value_name = "ARN")]
    pub(super) notification_arns: Vec<String>,
    /// What happens to the stack when the change fails [default: roll back]
    #[arg(long, value_enum, value_name = "WHAT", conflicts_with = "disable_rollback")]
    pub(super) on_failure: Option<OnFailure>,
    /// Keep what was made when the change fails, so that it can be mended and deployed again
    #[arg(long)]
    pub(super) disable_rollback: bool,
    /// Express mode: done as soon as the configuration is applied, without waiting for resources to settle
    #[arg(long)]
    pub(super) express: bool,
    /// Take resources that have drifted back to what the template says
    #[arg(long)]
    pub(super) revert_drift: bool,
    /// Import resources that exist already: a file with the AWS CLI's list of resources to import
    #[arg(long, value_name = "FILE")]
    pub(super) import: Option<PathBuf>,
    /// Import resources with a name of their own that exist already
    #[arg(long = "import-existing-resources", alias = "import-existing", conflicts_with = "import")]
    pub(super) import_existing: bool,
    /// Turn termination protection on or off
    #[arg(long, value_name = "true|false")]
    pub(super) termination_protection: Option<bool>,
    /// The stack policy, a JSON file
    #[arg(long, value_name = "FILE")]
    pub(super) stack_policy: Option<PathBuf>,
    /// The stack policy while the change is made, a JSON file; the one before is put back afterwards
    #[arg(long, value_name = "FILE")]
    pub(super) stack_policy_during_update: Option<PathBuf>,
    /// The S3 bucket for a template of more than 51,200 bytes [default: formwork.toml]
    #[arg(long, value_name = "NAME")]
    pub(super) artifact_bucket: Option<String>,
    /// Make that bucket when it is not there [default name: formwork-artifacts-ACCOUNT-REGION]
    #[arg(long)]
    pub(super) create_artifact_bucket: bool,
    /// Delete what a failed first deployment left (ROLLBACK_COMPLETE and the like), and begin anew
    #[arg(long)]
    pub(super) replace_failed: bool,
    /// Wait for an operation of the stack that is under way, instead of refusing
    #[arg(long)]
    pub(super) wait: bool,
    /// Refuse to add pins to formwork.lock (exit code 4)
    #[arg(long, conflicts_with = "latest")]
    pub(super) locked: bool,
    /// Ignore formwork.lock and ask the cloud for everything
    #[arg(long)]
    pub(super) latest: bool,
    /// Answer every question with yes, capabilities included
    #[arg(long, short = 'y')]
    pub(super) yes: bool,
}

impl InputArgs {
    pub(super) fn mode(&self) -> PinMode {
        match (self.locked, self.latest) {
            (true, _) => PinMode::Locked,
            (_, true) => PinMode::Latest,
            _ => PinMode::Use,
        }
    }
}

/// What happens to a stack when a change fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum OnFailure {
    /// Leave it as it is
    DoNothing,
    /// Go back to what was before
    Rollback,
    /// Delete it; for new stacks
    Delete,
}

impl OnFailure {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::DoNothing => "DO_NOTHING",
            Self::Rollback => "ROLLBACK",
            Self::Delete => "DELETE",
        }
    }
}
