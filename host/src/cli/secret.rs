//! `formwork secret`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::json;

use super::context::Context;
use super::report::{Exit, Report};
use super::value::read_value;
use crate::cloud::{Deletion, Secret, SecretMetadata, SecretSelector};
use crate::output::table;
use crate::plugin::inert_line;

#[derive(Args, Debug)]
pub(super) struct SecretArgs {
    #[command(subcommand)]
    command: SecretCommand,
}

#[derive(Debug, Subcommand)]
enum SecretCommand {
    /// Create a secret
    #[command(after_help = "\
Examples:
  pass show db | formwork secret create prod/db -
  formwork secret create prod/tls --file key.pem --description 'TLS key of the web servers'")]
    Create {
        /// The name
        name: String,
        #[command(flatten)]
        value: ValueArgs,
        /// What it is for
        #[arg(long, value_name = "TEXT")]
        description: Option<String>,
    },
    /// Write a new version
    #[command(after_help = "Example:\n  pass show db | formwork secret put prod/db -")]
    Put {
        /// The name or ARN
        id: String,
        #[command(flatten)]
        value: ValueArgs,
        /// Give the version this staging label instead of AWSCURRENT; may be repeated
        #[arg(long = "stage", value_name = "LABEL")]
        stages: Vec<String>,
    },
    /// Print the value
    #[command(
        after_help = "Examples:\n  formwork secret get prod/db\n  formwork secret get prod/db --stage AWSPREVIOUS"
    )]
    Get {
        /// The name or ARN
        id: String,
        /// The staging label [default: AWSCURRENT]
        #[arg(long, value_name = "LABEL")]
        stage: Option<String>,
        /// The version id
        #[arg(long, value_name = "ID")]
        version_id: Option<String>,
    },
    /// Show what there is, without values
    List {
        /// Those that are scheduled for deletion too
        #[arg(long)]
        deleted: bool,
    },
    /// Delete a secret; it can be restored for a while
    Delete {
        /// The name or ARN
        id: String,
        /// For how many days it can be restored, 7 to 30
        #[arg(long, value_name = "DAYS", default_value_t = 30, conflicts_with = "without_recovery")]
        recovery_window: u8,
        /// Delete it at once
        #[arg(long)]
        without_recovery: bool,
    },
    /// Take back a deletion
    Restore {
        /// The name or ARN
        id: String,
    },
}

#[derive(Args, Debug)]
struct ValueArgs {
    /// The value; - for stdin, of which one line feed at the end is left out. Others can see arguments: give secrets
    /// through stdin or a file
    #[arg(required_unless_present = "file", allow_hyphen_values = true)]
    value: Option<String>,
    /// Read the value from this file, exactly
    #[arg(long, value_name = "FILE", conflicts_with = "value")]
    file: Option<PathBuf>,
}

impl ValueArgs {
    fn read(&self) -> Result<Secret, Report> {
        read_value(self.value.as_deref(), self.file.as_deref()).map(Secret::new)
    }
}

pub(super) async fn run(args: SecretArgs, context: &Context) -> Result<Exit, Report> {
    let printer = &context.printer;
    match args.command {
        SecretCommand::Create { name, value, description } => {
            let value = value.read()?;
            let secrets = context.cloud.open().await?.secrets();
            let arn = secrets.create(&name, &value, description.as_deref()).await?;
            printer.data(|| json!({ "name": name, "arn": arn }), || format!("created {arn}"))?;
        }
        SecretCommand::Put { id, value, stages } => {
            let value = value.read()?;
            let version = context.cloud.open().await?.secrets().put(&id, &value, &stages).await?;
            printer.data(|| json!({ "id": id, "versionId": version }), || format!("{id} has version {version}"))?;
        }
        SecretCommand::Get { id, stage, version_id } => {
            let selector = SecretSelector { stage, version_id };
            let version = context.cloud.open().await?.secrets().get(&id, &selector).await?;
            printer.data(
                || {
                    json!({
                        "name": version.name, "arn": version.arn, "versionId": version.version_id,
                        "stages": version.stages, "created": version.created, "value": version.value.expose(),
                    })
                },
                || format!("{}\n", version.value.expose()),
            )?;
        }
        SecretCommand::List { deleted } => list(deleted, context).await?,
        SecretCommand::Delete { id, recovery_window, without_recovery } => {
            let deletion =
                if without_recovery { Deletion::WithoutRecovery } else { Deletion::RecoveryWindow(recovery_window) };
            let gone = context.cloud.open().await?.secrets().delete(&id, deletion).await?;
            let text = if without_recovery { format!("deleted {id}") } else { format!("{id} will be gone at {gone}") };
            printer.data(|| json!({ "id": id, "deletionDate": gone }), || text)?;
        }
        SecretCommand::Restore { id } => {
            context.cloud.open().await?.secrets().restore(&id).await?;
            printer.data(|| json!({ "id": id, "restored": true }), || format!("restored {id}"))?;
        }
    }
    Ok(Exit::Done)
}

async fn list(deleted: bool, context: &Context) -> Result<(), Report> {
    let secrets = context.cloud.open().await?.secrets().list(deleted).await?;
    context.printer.data(
        || {
            let secret = |s: &SecretMetadata| {
                json!({
                    "name": s.name, "arn": s.arn, "description": s.description, "modified": s.modified,
                    "deletionDate": s.deletion_date,
                })
            };
            json!({ "secrets": secrets.iter().map(secret).collect::<Vec<_>>() })
        },
        || {
            if secrets.is_empty() {
                return String::new();
            }
            let row = |s: &SecretMetadata| {
                let time = |time: Option<jiff::Timestamp>| time.map(|time| time.to_string()).unwrap_or_default();
                let description = inert_line(s.description.as_deref().unwrap_or_default());
                vec![s.name.clone(), time(s.modified), time(s.deletion_date), description]
            };
            table(&["NAME", "MODIFIED", "GONE AT", "DESCRIPTION"], secrets.iter().map(row))
        },
    )?;
    if secrets.is_empty() {
        context.printer.note("no secrets");
    }
    Ok(())
}
