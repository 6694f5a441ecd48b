//! What stands in `formwork.toml`, as it stands there. Which of it makes sense is checked where it is used.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::text::{ParameterText, TagText};
use crate::plugin::Grants;

/// A table of named tables; the names know their places.
pub(super) type Named<T> = BTreeMap<Spanned<String>, T>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct File {
    pub(super) cloud: Option<Cloud>,
    pub(super) region: Option<String>,
    pub(super) profile: Option<String>,
    pub(super) account: Option<String>,
    pub(super) endpoint_url: Option<String>,
    pub(super) artifact_bucket: Option<String>,
    pub(super) renderer: Option<String>,
    pub(super) deployer: Option<String>,
    pub(super) environment: Option<Spanned<String>>,
    #[serde(default)]
    pub(super) plugins: Named<PluginTable>,
    #[serde(default)]
    pub(super) stacks: Named<StackTable>,
    #[serde(default)]
    pub(super) environments: Named<EnvironmentTable>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Cloud {
    Local,
    Aws,
}

/// `[plugins.NAME]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PluginTable {
    pub(super) source: String,
    #[serde(default)]
    pub(super) grants: Grants,
    #[serde(default)]
    pub(super) limits: LimitsTable,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LimitsTable {
    pub(super) memory: Option<Spanned<String>>,
    pub(super) time: Option<Spanned<String>>,
}

/// `[stacks.NAME]` and `[environments.ENVIRONMENT.stacks.NAME]`.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct StackTable {
    pub(super) template: Option<Spanned<String>>,
    pub(super) name: Option<Spanned<String>>,
    pub(super) parameters: BTreeMap<String, ParameterText>,
    pub(super) parameter_files: Vec<String>,
    pub(super) tags: BTreeMap<String, TagText>,
    pub(super) region: Option<Spanned<String>>,
    pub(super) profile: Option<String>,
    pub(super) role_arn: Option<Spanned<String>>,
    pub(super) notification_arns: Option<Vec<String>>,
    pub(super) capabilities: Option<Vec<String>>,
    pub(super) termination_protection: Option<bool>,
    pub(super) stack_policy: Option<String>,
    pub(super) depends_on: Option<Vec<Spanned<String>>>,
}

/// `[environments.NAME]`.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct EnvironmentTable {
    pub(super) region: Option<Spanned<String>>,
    pub(super) profile: Option<String>,
    pub(super) account: Option<String>,
    pub(super) endpoint_url: Option<String>,
    pub(super) artifact_bucket: Option<String>,
    pub(super) parameters: BTreeMap<String, ParameterText>,
    pub(super) tags: BTreeMap<String, TagText>,
    pub(super) name_prefix: Option<Spanned<String>>,
    pub(super) stacks: Named<StackTable>,
}
