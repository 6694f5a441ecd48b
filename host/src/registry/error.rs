//! Why a plugin of a project cannot be used.

use thiserror::Error;

use crate::plugin::{CallError, LoadError};

/// Why a plugin cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PluginError {
    /// It is not accepted.
    #[error("the plugin `{plugin}` {source}")]
    Load {
        /// The plugin.
        plugin: String,
        /// Why.
        source: LoadError,
    },
    /// A call ended badly.
    #[error("the plugin `{plugin}` {source}")]
    Call {
        /// The plugin.
        plugin: String,
        /// How.
        source: CallError,
    },
    /// It is not the component that was trusted.
    #[error("the plugin `{plugin}` has changed: {old} is locked, and `{source_path}` is {new}")]
    Changed {
        /// The plugin.
        plugin: String,
        /// Its source as written.
        source_path: String,
        /// The digest in the lock.
        old: String,
        /// The digest of the file.
        new: String,
    },
    /// `formwork.toml` grants it more than the lock says.
    #[error("the plugin `{plugin}` is granted more than formwork.lock says: {}", grants.join(", "))]
    Wider {
        /// The plugin.
        plugin: String,
        /// The grants that are new.
        grants: Vec<String>,
    },
    /// `--locked`, and it is not in the lock.
    #[error("the plugin `{plugin}` is not in formwork.lock")]
    NotLocked {
        /// The plugin.
        plugin: String,
    },
    /// Two plugins claim one scheme.
    #[error("the plugins `{first}` and `{second}` both resolve the scheme `{scheme}`")]
    Clash {
        /// The scheme.
        scheme: String,
        /// One of them.
        first: String,
        /// The other.
        second: String,
    },
    /// Two plugins perform one action.
    #[error("the plugins `{first}` and `{second}` both perform `{action}`")]
    ActionClash {
        /// The action.
        action: String,
        /// One of them.
        first: String,
        /// The other.
        second: String,
    },
    /// A plugin from outside takes a name of AWS.
    #[error("the plugin `{plugin}` wants to perform `{action}`, and names that begin with `aws:` are AWS's")]
    OfAws {
        /// The action.
        action: String,
        /// The plugin.
        plugin: String,
    },
    /// No such plugin.
    #[error("there is no plugin `{0}`")]
    Unknown(String),
}

impl PluginError {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Load { source, .. } => source.hint().map(str::to_owned),
            Self::Call { source: CallError::OutOfMemory(_) | CallError::TimedOut(_), plugin } => Some(format!(
                "If it needs more, raise it in formwork.toml: `[plugins.{plugin}]` `limits = {{ memory = \"256MiB\", time = \
                 \"30s\" }}`."
            )),
            Self::Call { .. } => None,
            Self::Changed { plugin, .. } => Some(format!(
                "Look at it with `formwork plugin inspect`, and run `formwork plugin update {plugin}` to trust it."
            )),
            Self::Wider { plugin, .. } => Some(format!("Run `formwork plugin update {plugin}` to agree.")),
            Self::NotLocked { plugin } => {
                Some(format!("Run `formwork plugin update {plugin}` and commit formwork.lock."))
            }
            Self::Clash { .. } => {
                Some("Remove one of them from formwork.toml; built-in schemes cannot be taken over.".into())
            }
            Self::ActionClash { .. } => Some("Remove one of them from formwork.toml.".into()),
            Self::OfAws { .. } => Some("Give the action a name of your own, such as `acme:rotateCert`.".into()),
            Self::Unknown(_) => Some("`formwork plugin list` shows those of this project.".into()),
        }
    }

    /// Whether a lock or a grant refused it, rather than that it failed.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::Changed { .. } | Self::Wider { .. } | Self::NotLocked { .. })
    }
}
