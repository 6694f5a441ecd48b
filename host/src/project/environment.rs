//! `[environments.NAME]`: what is different in one environment.

use std::collections::BTreeMap;

use super::file::{EnvironmentTable, File};
use super::stacks::{StackEntry, check_region, stacks};
use super::text::is_plain_name;
use super::{Wrong, text};

/// `[environments.NAME]`, chosen with `--env NAME` or with `environment = "NAME"` at the top of the file.
///
/// ```toml
/// [environments.prod]
/// region = "eu-central-1"
/// profile = "prod"
/// account = "123456789012"
/// endpoint-url = "…"
/// artifact-bucket = "prod-templates"
/// parameters = { Env = "prod" }      # for the stacks whose templates declare them
/// tags = { env = "prod" }            # for all stacks
/// name-prefix = "prod-"              # put before the names of stacks that have no `name`
/// [environments.prod.stacks.network] # over what [stacks.network] says: any field of it
/// parameters = { Vpc = "10.1.0.0/16" }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Environment {
    /// The region, instead of the project's.
    pub region: Option<String>,
    /// The profile, instead of the project's.
    pub profile: Option<String>,
    /// The account, instead of the project's.
    pub account: Option<String>,
    /// Where AWS calls go, instead of where the project says.
    pub endpoint_url: Option<String>,
    /// The bucket for long templates, instead of the project's.
    pub artifact_bucket: Option<String>,
    /// All stacks of the project as they are in this environment.
    pub stacks: BTreeMap<String, StackEntry>,
}

/// All environments of the file.
pub(super) fn environments(file: &File) -> Result<BTreeMap<String, Environment>, Wrong> {
    let mut environments = BTreeMap::new();
    for (key, table) in &file.environments {
        let (name, span) = (key.get_ref(), key.span());
        if !is_plain_name(name) {
            let message = format!("`{name}` is not a name for an environment; names have letters, digits, `-` and `_`");
            return Err(Wrong::new(message, span));
        }
        check_region(table.region.as_ref())?;
        if let Some(prefix) = table.name_prefix.as_ref().filter(|prefix| !is_prefix(prefix.get_ref())) {
            let message = "`name-prefix` has letters, digits and `-`, and begins with a letter";
            return Err(Wrong::new(message, prefix.span()));
        }
        for stack in table.stacks.keys() {
            if !file.stacks.contains_key(stack) {
                let known = file.stacks.keys().map(|key| key.get_ref().as_str());
                return Err(Wrong::new(text::unknown("stack", stack.get_ref(), known), stack.span()));
            }
        }
        let stacks = stacks(&file.stacks, Some((key, table)))?;
        environments.insert(name.clone(), environment(table, stacks));
    }
    Ok(environments)
}

fn environment(table: &EnvironmentTable, stacks: BTreeMap<String, StackEntry>) -> Environment {
    Environment {
        region: table.region.as_ref().map(|region| region.get_ref().clone()),
        profile: table.profile.clone(),
        account: table.account.clone(),
        endpoint_url: table.endpoint_url.clone(),
        artifact_bucket: table.artifact_bucket.clone(),
        stacks,
    }
}

fn is_prefix(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
}
