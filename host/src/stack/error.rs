//! Why a stack was not planned or changed.

use thiserror::Error;

use crate::cloud::Failure;
use crate::lock::LockError;
use crate::plugin::{Denial, Finding};
use crate::registry::PluginError;
use crate::render::RenderError;

/// Why a stack was not planned or changed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StackError {
    /// The template was not rendered.
    #[error("the template was not rendered")]
    Render {
        /// Why.
        source: Box<RenderError>,
        /// The template's file name.
        file: String,
        /// The template.
        template: String,
    },
    /// Something is wrong with the stack, its template or its parameters, or AWS refused the change.
    #[error("the stack `{stack}` was not {verb}")]
    Findings {
        /// The stack.
        stack: String,
        /// What was to be done: `planned`, `deployed`.
        verb: &'static str,
        /// What is wrong; at least one.
        findings: Vec<Finding>,
        /// The template's file name and text, which the findings' places are in.
        template: Option<(String, String)>,
    },
    /// The deployer was refused something.
    #[error("the deployer was refused what it asked for")]
    Denied(Vec<Denial>),
    /// The plan is no longer what would happen.
    #[error("the plan of `{stack}` is stale: {why}")]
    Stale {
        /// The stack.
        stack: String,
        /// What has changed since.
        why: String,
    },
    /// The plan cannot be applied as it is.
    #[error("the plan of `{stack}` cannot be applied: {why}")]
    Incomplete {
        /// The stack.
        stack: String,
        /// Why.
        why: String,
    },
    /// A plugin cannot be used.
    #[error(transparent)]
    Plugin(#[from] PluginError),
    /// The lock.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The cloud.
    #[error(transparent)]
    Cloud(#[from] Failure),
}
