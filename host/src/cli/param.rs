//! `formwork param`.

mod show;
mod transfer;
mod write;

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::context::Context;
use super::report::{Exit, Report};
use crate::cloud::{ParameterTier, ParameterType};

#[derive(Args, Debug)]
pub(super) struct ParamArgs {
    #[command(subcommand)]
    command: ParamCommand,
}

#[derive(Debug, Subcommand)]
enum ParamCommand {
    /// Write a parameter
    Put(PutArgs),
    /// Print values
    Get(GetArgs),
    /// Show what there is, without values
    List {
        /// Names that begin with this
        prefix: Option<String>,
    },
    /// Show all versions of a parameter
    History(HistoryArgs),
    /// Put labels on a version
    #[command(after_help = "Example:\n  formwork param label /app/ami prod --version 3")]
    Label {
        /// The name
        name: String,
        /// The labels
        #[arg(required = true)]
        labels: Vec<String>,
        /// The version [default: the latest]
        #[arg(long, value_name = "N")]
        version: Option<u64>,
    },
    /// Take labels off
    #[command(after_help = "Example:\n  formwork param unlabel /app/ami prod")]
    Unlabel {
        /// The name
        name: String,
        /// The labels
        #[arg(required = true)]
        labels: Vec<String>,
        /// The version [default: whichever has the label]
        #[arg(long, value_name = "N")]
        version: Option<u64>,
    },
    /// Delete parameters with all their versions
    Delete {
        /// The names
        #[arg(required = true)]
        names: Vec<String>,
    },
    /// Read parameters from JSON into the local store
    #[command(after_help = "\
The JSON is that of `formwork param export`, of `aws ssm get-parameters` or `get-parameters-by-path`,
or a plain map from name to value. Names below /aws/service/ can be imported, and only imported.

Examples:
  formwork param import parameters.json
  aws ssm get-parameters-by-path --path /aws/service/ecs --recursive | formwork param import -")]
    Import {
        /// The file; - for stdin
        file: PathBuf,
    },
    /// Print parameters of the local store as JSON
    #[command(after_help = "Example:\n  formwork param export /app/ --out app.json")]
    Export(ExportArgs),
    /// Copy parameters from AWS into the local store
    #[command(after_help = "\
Examples:
  formwork param pull /aws/service/ami-amazon-linux-latest --region eu-west-1
  formwork param pull /app/web --profile prod --decrypt")]
    Pull(PullArgs),
}

/// The type of a parameter.
#[derive(Clone, Copy, Debug, ValueEnum)]
#[value(rename_all = "PascalCase")]
enum TypeArg {
    String,
    StringList,
    SecureString,
}

impl From<TypeArg> for ParameterType {
    fn from(kind: TypeArg) -> Self {
        match kind {
            TypeArg::String => Self::String,
            TypeArg::StringList => Self::StringList,
            TypeArg::SecureString => Self::SecureString,
        }
    }
}

/// The tier of a parameter.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum TierArg {
    #[value(name = "Standard")]
    Standard,
    #[value(name = "Advanced")]
    Advanced,
    #[value(name = "Intelligent-Tiering")]
    IntelligentTiering,
}

impl From<TierArg> for ParameterTier {
    fn from(tier: TierArg) -> Self {
        match tier {
            TierArg::Standard => Self::Standard,
            TierArg::Advanced => Self::Advanced,
            TierArg::IntelligentTiering => Self::IntelligentTiering,
        }
    }
}

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  formwork param put /app/ami ami-0123456789abcdef0 --data-type aws:ec2:image
  formwork param put /app/key --type SecureString --file key.pem
  pass show db | formwork param put /app/password - --type SecureString --overwrite")]
struct PutArgs {
    /// The name
    name: String,
    /// The value; - for stdin, of which one line feed at the end is left out. Others can see arguments: give secrets
    /// through stdin or a file
    #[arg(required_unless_present = "file", allow_hyphen_values = true)]
    value: Option<String>,
    /// Read the value from this file, exactly
    #[arg(long, value_name = "FILE", conflicts_with = "value")]
    file: Option<PathBuf>,
    /// The type [default: that of the version before, or String]
    #[arg(long = "type", value_enum, ignore_case = true, value_name = "TYPE")]
    kind: Option<TypeArg>,
    /// Write a new version of a parameter that exists
    #[arg(long)]
    overwrite: bool,
    /// What it is for
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// A regular expression that the value must match
    #[arg(long, value_name = "REGEX")]
    allowed_pattern: Option<String>,
    /// text, or aws:ec2:image for the id of an AMI
    #[arg(long, value_name = "TYPE")]
    data_type: Option<String>,
    /// The tier
    #[arg(long, value_enum, ignore_case = true, default_value = "Standard", value_name = "TIER")]
    tier: TierArg,
    /// Policies, a JSON array as in the API
    #[arg(long, value_name = "JSON")]
    policies: Option<String>,
    /// A tag; may be repeated
    #[arg(long = "tag", value_name = "KEY=VALUE", value_parser = tag)]
    tags: Vec<(String, String)>,
}

fn tag(text: &str) -> Result<(String, String), String> {
    text.split_once('=')
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .ok_or_else(|| "write KEY=VALUE".to_owned())
}

#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  formwork param get /app/ami
  formwork param get /app/ami:3 /app/ami:prod
  formwork param get /app/password --decrypt")]
struct GetArgs {
    /// Names, with :VERSION or :LABEL where wanted, or ARNs
    #[arg(required = true)]
    names: Vec<String>,
    /// Print the values of SecureStrings
    #[arg(long)]
    decrypt: bool,
}

#[derive(Args, Debug)]
struct HistoryArgs {
    /// The name
    name: String,
    /// Print the values of SecureStrings
    #[arg(long)]
    decrypt: bool,
    /// Show who wrote and who decrypted it (local store)
    #[arg(long)]
    audit: bool,
}

#[derive(Args, Debug)]
struct ExportArgs {
    /// Names that begin with this
    prefix: Option<String>,
    /// Put the values of SecureStrings in
    #[arg(long)]
    decrypt: bool,
    /// All versions, not only the latest
    #[arg(long)]
    history: bool,
    /// Write here instead of to stdout, all or nothing; only you can read it
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Args, Debug)]
struct PullArgs {
    /// Paths, or names of single parameters
    #[arg(required = true)]
    paths: Vec<String>,
    /// Only what is directly below the paths
    #[arg(long)]
    no_recursive: bool,
    /// Decrypt SecureStrings, and keep them encrypted in the local store; else they are left out
    #[arg(long)]
    decrypt: bool,
}

pub(super) async fn run(args: ParamArgs, context: &Context) -> Result<Exit, Report> {
    match args.command {
        ParamCommand::Put(args) => write::put(args, context).await,
        ParamCommand::Get(args) => show::get(args, context).await,
        ParamCommand::List { prefix } => show::list(prefix.as_deref(), context).await,
        ParamCommand::History(args) => show::history(args, context).await,
        ParamCommand::Label { name, labels, version } => write::label(&name, &labels, version, context).await,
        ParamCommand::Unlabel { name, labels, version } => write::unlabel(&name, &labels, version, context).await,
        ParamCommand::Delete { names } => write::delete(&names, context).await,
        ParamCommand::Import { file } => transfer::import(&file, context).await,
        ParamCommand::Export(args) => transfer::export(args, context).await,
        ParamCommand::Pull(args) => transfer::pull(args, context).await,
    }
}
