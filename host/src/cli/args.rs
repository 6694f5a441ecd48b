//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::action::ActionArgs;
use super::completions::CompletionsArgs;
use super::deploy::DeployArgs;
use super::document::DocumentArgs;
use super::graph::GraphArgs;
use super::outdated::{OutdatedArgs, UpgradeArgs};
use super::param::ParamArgs;
use super::plan::PlanArgs;
use super::plugin::PluginArgs;
use super::render::RenderArgs;
use super::run::RunArgs;
use super::secret::SecretArgs;
use super::stack::StackCommandArgs;
use crate::cloud::CloudKind;
use crate::output::Format;

/// Deploy CloudFormation stacks that start from the latest AMI: pinned, reviewed, sandboxed.
#[derive(Debug, Parser)]
#[command(
    name = "formwork",
    version,
    max_term_width = 100,
    after_help = "\
Exit codes: 0 done, 1 failed, 2 wrong usage or invalid input, 3 changes are pending (--exit-code),
4 refused by a grant, a lock or a policy, 130 interrupted."
)]
pub(super) struct Cli {
    #[command(flatten)]
    pub(super) global: Global,
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Put values into a template in place of its references
    Render(RenderArgs),
    /// Show what a deployment would change
    Plan(PlanArgs),
    /// Change stacks, and wait for the end
    Deploy(DeployArgs),
    /// Look at stacks, watch, mend and delete them
    Stack(StackCommandArgs),
    /// Draw what depends on what: the stacks of the project, or the resources of a template
    Graph(GraphArgs),
    /// Run an SSM document on this machine, as the SSM Agent would
    Run(RunArgs),
    /// Check SSM documents
    Document(DocumentArgs),
    /// Look at the actions that steps of documents can have
    Action(ActionArgs),
    /// Compare the pins of formwork.lock with the cloud
    Outdated(OutdatedArgs),
    /// Move the pins of formwork.lock to what the cloud has now
    Upgrade(UpgradeArgs),
    /// Read and write parameters of Parameter Store
    Param(ParamArgs),
    /// Read and write secrets of Secrets Manager
    Secret(SecretArgs),
    /// Look at plugins and agree to changes of them
    Plugin(PluginArgs),
    /// Print completions for a shell, or man pages
    Completions(CompletionsArgs),
}

/// Which cloud.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum CloudArg {
    /// The embedded store in .formwork/
    Local,
    /// AWS
    Aws,
}

impl From<CloudArg> for CloudKind {
    fn from(cloud: CloudArg) -> Self {
        match cloud {
            CloudArg::Local => Self::Local,
            CloudArg::Aws => Self::Aws,
        }
    }
}

#[derive(Args, Debug)]
#[command(next_help_heading = "Options for all commands")]
pub(super) struct Global {
    /// Where parameters, secrets and stacks live [default: formwork.toml, else local]
    #[arg(long, global = true, value_enum)]
    pub(super) cloud: Option<CloudArg>,
    /// The region [default: formwork.toml, else AWS_REGION, else that of the profile, or us-east-1 for local]
    #[arg(long, global = true, value_name = "REGION")]
    pub(super) region: Option<String>,
    /// The profile of the AWS configuration files [default: formwork.toml, else AWS_PROFILE]
    #[arg(long, global = true, value_name = "NAME")]
    pub(super) profile: Option<String>,
    /// Send AWS calls to this URL instead of AWS
    #[arg(long, global = true, value_name = "URL")]
    pub(super) endpoint_url: Option<String>,
    /// Use this formwork.toml [default: the nearest one upward]
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) project: Option<PathBuf>,
    /// Use this environment of formwork.toml [default: `environment` in formwork.toml]
    #[arg(long, global = true, value_name = "NAME")]
    pub(super) env: Option<String>,
    /// The format of what goes to stdout
    #[arg(long, global = true, value_enum, default_value = "text", value_name = "FORMAT")]
    pub(super) output: Format,
}
