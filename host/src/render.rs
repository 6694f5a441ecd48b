//! `formwork render`: a template with references goes in, the same template with values comes out.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use thiserror::Error;

use crate::cloud::{Failure, Partition};
use crate::lock::{Lock, LockError};
use crate::plugin::{Denial, Finding, RenderRequest};
use crate::registry::{PluginError, Registry};
use crate::resolve::{Found, LockedReferences, Pending, PinMode, Trace};

/// What to render.
pub struct RenderOptions<'a> {
    /// The template's file name, for messages.
    pub file: String,
    /// The template.
    pub template: String,
    /// Parameters that `${Name}` in references stands for.
    pub parameters: BTreeMap<String, String>,
    /// `AWS::StackName`.
    pub stack_name: Option<String>,
    /// What pins are good for.
    pub mode: PinMode,
    /// Put secrets in, instead of dynamic references.
    pub reveal_secrets: bool,
    /// Where the lock is.
    pub lock_path: &'a Path,
    /// Stacks that are deployed before this template is used.
    pub pending: Pending,
}

/// A rendered template.
pub struct RenderOutcome {
    /// The text. Holds secrets when `sensitive`.
    pub template: String,
    /// Whether a secret was put in.
    pub sensitive: bool,
    /// Warnings.
    pub warnings: Vec<Finding>,
    /// How each reference was resolved.
    pub traces: Vec<Trace>,
    /// How many pins were added to the lock.
    pub pinned: usize,
    /// References for which the text holds a placeholder, because other stacks are deployed first.
    pub known_after_deploy: Vec<String>,
}

/// Why a template was not rendered. Nothing was written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RenderError {
    /// The template, or what it refers to.
    #[error("the template was not rendered")]
    Findings {
        /// At least one of them is an error.
        findings: Vec<Finding>,
        /// What plugins were refused.
        denials: Vec<Denial>,
        /// Whether `--locked` refused to add a pin, or the lock refused a plugin.
        refused: bool,
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

/// Render a template, and write the lock when pins were added.
///
/// # Errors
/// Everything that is wrong with the template, together; or why it could not be looked at.
#[tracing::instrument(level = "debug", skip_all, fields(file = options.file))]
pub async fn render(
    registry: impl FnOnce(Lock) -> Registry,
    options: RenderOptions<'_>,
) -> Result<RenderOutcome, RenderError> {
    let lock = Lock::read(options.lock_path)?;
    let registry = Arc::new(registry(lock.clone()));
    let renderer = registry.renderer().await?;
    let request = RenderRequest {
        parameters: parameters(&registry, &options).await?,
        file: options.file,
        template: options.template,
    };
    let references = LockedReferences::new(registry.clone(), lock, options.mode, options.reveal_secrets);
    let references = Arc::new(references.with_pending(options.pending));
    let mut services = registry.services().clone();
    services.references = Some(references.clone());
    let answer = renderer.render(&services, &request).await;
    let found = references.take_found();
    let denials = registry.take_denials();
    let answer = answer.map_err(|source| PluginError::Call { plugin: renderer.name().to_owned(), source })?;
    let Found { pins, traces, plugin_errors, refused, revealed, known_after_deploy } = found;
    match answer {
        Err(findings) => {
            let refused = !refused.is_empty() || plugin_errors.iter().any(PluginError::is_refusal);
            Err(RenderError::Findings { findings, denials, refused })
        }
        Ok(_) if !denials.is_empty() => Err(RenderError::Findings { findings: Vec::new(), denials, refused: false }),
        Ok(rendered) => {
            let plugins = registry.take_added();
            let pinned = pins.len();
            if options.mode == PinMode::Use && !(pins.is_empty() && plugins.is_empty()) {
                Lock::update(options.lock_path, |lock| {
                    pins.into_iter().for_each(|pin| lock.set_pin(pin));
                    plugins.into_iter().for_each(|plugin| lock.set_plugin(plugin));
                })?;
            }
            Ok(RenderOutcome {
                template: rendered.template,
                sensitive: revealed,
                warnings: rendered.findings,
                traces,
                pinned,
                known_after_deploy,
            })
        }
    }
}

/// What `${Name}` stands for: what the user gave, and the pseudo parameters that can be told.
async fn parameters(registry: &Registry, options: &RenderOptions<'_>) -> Result<Vec<(String, String)>, Failure> {
    if !options.template.contains("<<resolve:") {
        return Ok(Vec::new());
    }
    let cloud = &registry.services().cloud;
    let region = cloud.region().await?;
    let partition = Partition::of(&region);
    let mut all = BTreeMap::from([
        ("AWS::Partition".to_owned(), partition.name.to_owned()),
        ("AWS::Region".to_owned(), region),
        ("AWS::URLSuffix".to_owned(), partition.url_suffix.to_owned()),
    ]);
    if let Some(name) = &options.stack_name {
        all.insert("AWS::StackName".to_owned(), name.clone());
    }
    all.extend(options.parameters.clone());
    // Telling the account costs a call on AWS, so it is made only where a reference asks for it.
    if !all.contains_key("AWS::AccountId") && mentions_account(&options.template) {
        all.insert("AWS::AccountId".to_owned(), cloud.account().await?);
    }
    Ok(all.into_iter().collect())
}

fn mentions_account(template: &str) -> bool {
    template.split("<<resolve:").skip(1).any(|rest| {
        let reference = rest.split(">>").next().unwrap_or_default();
        reference.contains("${AWS::AccountId}")
    })
}
