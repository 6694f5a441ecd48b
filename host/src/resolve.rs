//! From references to values: the lock first, then the plugin that claims the scheme.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;

use crate::cloud::local::LOCAL_ACCOUNT;
use crate::cloud::{Connection, Failure, FailureKind};
use crate::lock::{Lock, Pin, Place};
use crate::plugin::{CallError, Plugin, References, Resolution, ResolvedValue};
use crate::registry::{PluginError, Registry};

/// What pins are good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinMode {
    /// Use a pin when there is one, add one when there is not.
    Use,
    /// Use a pin when there is one, refuse when there is not.
    Locked,
    /// Ask the cloud for everything; the lock stays as it is.
    Latest,
}

/// How a reference was resolved, for `--explain` and JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// `SCHEME:BODY`.
    pub reference: String,
    /// The plugin that resolved it; none for a pin.
    pub plugin: Option<String>,
    /// The value; none for a secret.
    pub value: Option<String>,
    /// The version at its source.
    pub version: Option<String>,
    /// When that version was written.
    pub modified: Option<String>,
    /// Where it was looked up.
    pub place: Place,
    /// How long the plugin took, for all its references together; none for a pin.
    pub elapsed: Option<Duration>,
}

/// The service behind the interface `references`.
pub struct LockedReferences {
    registry: Arc<Registry>,
    mode: PinMode,
    reveal_secrets: bool,
    lock: Lock,
    pending: Pending,
    found: Mutex<Found>,
}

/// What each reference stands for.
type Answers = BTreeMap<String, Result<Resolution, Failure>>;

/// What came up while resolving.
#[derive(Default)]
pub struct Found {
    /// Pins that are new.
    pub pins: Vec<Pin>,
    /// How each reference was resolved.
    pub traces: Vec<Trace>,
    /// Plugins that cannot be used; the first is why the run ends.
    pub plugin_errors: Vec<PluginError>,
    /// References that `--locked` refused.
    pub refused: Vec<String>,
    /// Whether a secret value was given out.
    pub revealed: bool,
    /// References whose values are known after other stacks are deployed, see [`Pending`].
    pub known_after_deploy: Vec<String>,
}

/// Stacks that are going to be deployed before what is rendered now: what they do not have yet they will have then.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pending {
    /// Their names in the project.
    pub stacks: BTreeSet<String>,
    /// What they export.
    pub exports: BTreeSet<String>,
}

impl Pending {
    /// Whether a reference that was not found will be.
    fn covers(&self, (scheme, body): &(String, String), failure: &Failure) -> bool {
        failure.kind == FailureKind::NotFound
            && match scheme.as_str() {
                "stack" => body.rsplit_once('.').is_some_and(|(stack, _)| self.stacks.contains(stack)),
                "export" => self.exports.contains(body),
                _ => false,
            }
    }
}

impl LockedReferences {
    /// Resolve with this lock.
    #[must_use]
    pub fn new(registry: Arc<Registry>, lock: Lock, mode: PinMode, reveal_secrets: bool) -> Self {
        Self { registry, mode, reveal_secrets, lock, pending: Pending::default(), found: Mutex::default() }
    }

    /// The same, where some stacks are still to be deployed.
    #[must_use]
    pub fn with_pending(mut self, pending: Pending) -> Self {
        self.pending = pending;
        self
    }

    /// Take what came up so far.
    pub fn take_found(&self) -> Found {
        std::mem::take(&mut *self.found())
    }

    fn found(&self) -> std::sync::MutexGuard<'_, Found> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn pinned(&self, reference: &str, place: &Place) -> Option<Resolution> {
        if self.mode == PinMode::Latest {
            return None;
        }
        let pin = self.lock.pin(reference, place)?;
        self.found().traces.push(Trace {
            reference: reference.to_owned(),
            plugin: None,
            value: Some(pin.value.clone()),
            version: pin.version.clone(),
            modified: pin.modified.clone(),
            place: place.clone(),
            elapsed: None,
        });
        Some(Resolution {
            value: ResolvedValue::Text(pin.value.clone()),
            version: pin.version.clone(),
            modified: pin.modified.clone(),
            account: pin.account.clone(),
            volatile: false,
        })
    }

    /// Ask the plugins for what is not pinned: one call for each plugin, whatever number of schemes it has.
    async fn look_up(&self, asked: BTreeMap<&str, Vec<(String, String)>>, place: &Place, answers: &mut Answers) {
        let fail = |answers: &mut Answers, list: &[(String, String)], failure: &Failure| {
            answers.extend(list.iter().map(|reference| (joined(reference), Err(failure.clone()))));
        };
        let schemes = match self.registry.schemes().await {
            Ok(schemes) => schemes,
            Err(error) => {
                asked.values().for_each(|list| fail(answers, list, &plugin_failure(&error)));
                return self.found().plugin_errors.push(error);
            }
        };
        let mut calls: BTreeMap<&str, Vec<(String, String)>> = BTreeMap::new();
        for (scheme, list) in asked {
            match schemes.get(scheme) {
                Some(plugin) => calls.entry(plugin).or_default().extend(list),
                None => fail(answers, &list, &unknown_scheme(scheme, schemes.keys())),
            }
        }
        for (name, list) in calls {
            match self.registry.plugin(name).await {
                Ok(plugin) => {
                    let results = self.ask(&plugin, &list, place).await;
                    answers.extend(list.iter().map(joined).zip(results));
                }
                Err(error) => {
                    fail(answers, &list, &plugin_failure(&error));
                    self.found().plugin_errors.push(error);
                }
            }
        }
    }

    /// Ask one plugin for all its references.
    async fn ask(
        &self,
        plugin: &Plugin,
        references: &[(String, String)],
        place: &Place,
    ) -> Vec<Result<Resolution, Failure>> {
        let started = Instant::now();
        let answers = plugin.resolve(self.registry.services(), references, self.reveal_secrets).await;
        let elapsed = started.elapsed();
        match answers {
            Err(source) => {
                let error = PluginError::Call { plugin: plugin.name().to_owned(), source };
                vec![Err(plugin_failure(&error)); references.len()]
            }
            Ok(answers) => references
                .iter()
                .zip(answers)
                .map(|(reference, answer)| match answer {
                    Err(failure) if self.pending.covers(reference, &failure) => Ok(self.postpone(joined(reference))),
                    answer => self.accept(joined(reference), plugin, answer?, place, elapsed),
                })
                .collect(),
        }
    }

    /// Put a placeholder in, which never leaves this machine: a template that has one is not sent.
    fn postpone(&self, reference: String) -> Resolution {
        let value = ResolvedValue::Text(format!("(known after deploy: {reference})"));
        self.found().known_after_deploy.push(reference);
        Resolution { value, version: None, modified: None, account: None, volatile: true }
    }

    /// Note where a value comes from, and pin it.
    fn accept(
        &self,
        reference: String,
        plugin: &Plugin,
        resolution: Resolution,
        place: &Place,
        elapsed: Duration,
    ) -> Result<Resolution, Failure> {
        let mut found = self.found();
        let value = match &resolution.value {
            ResolvedValue::Text(value) if resolution.volatile => Some(value.clone()),
            ResolvedValue::Text(value) if self.mode == PinMode::Locked => {
                let elsewhere = self.lock.elsewhere(&reference, place);
                let failure = locked_failure(&reference, value, place, &elsewhere);
                found.refused.push(reference);
                return Err(failure);
            }
            ResolvedValue::Text(value) => {
                if self.mode == PinMode::Use {
                    found.pins.push(Pin {
                        reference: reference.clone(),
                        cloud: place.cloud.to_owned(),
                        region: place.region.clone(),
                        // The local store has one account, which says nothing.
                        account: resolution.account.clone().filter(|account| account != LOCAL_ACCOUNT),
                        value: value.clone(),
                        version: resolution.version.clone(),
                        modified: resolution.modified.clone(),
                        previous_value: None,
                        previous_version: None,
                    });
                }
                Some(value.clone())
            }
            ResolvedValue::DynamicReference(text) => Some(text.clone()),
            ResolvedValue::Revealed(_) if !self.reveal_secrets => {
                return Err(Failure::new(
                    FailureKind::Other,
                    format!("the plugin `{}` revealed a secret without being asked to", plugin.name()),
                ));
            }
            ResolvedValue::Revealed(_) => {
                found.revealed = true;
                None
            }
        };
        found.traces.push(Trace {
            reference,
            plugin: Some(plugin.name().to_owned()),
            value,
            version: resolution.version.clone(),
            modified: resolution.modified.clone(),
            place: place.clone(),
            elapsed: Some(elapsed),
        });
        Ok(resolution)
    }
}

#[async_trait]
impl References for LockedReferences {
    #[tracing::instrument(level = "debug", skip_all, fields(references = references.len()))]
    async fn resolve(&self, references: Vec<String>) -> Vec<Result<Resolution, Failure>> {
        let needed = |place: &Place| {
            self.mode != PinMode::Latest && references.iter().any(|r| self.lock.needs_account(r, place))
        };
        let place = match place(&self.registry.services().cloud, needed).await {
            Ok(place) => place,
            Err(failure) => return vec![Err(failure); references.len()],
        };
        let mut answers: Answers = BTreeMap::new();
        let mut asked: BTreeMap<&str, Vec<(String, String)>> = BTreeMap::new();
        let distinct: BTreeSet<&String> = references.iter().collect();
        for reference in distinct {
            match (self.pinned(reference, &place), reference.split_once(':')) {
                (Some(resolution), _) => {
                    answers.insert(reference.clone(), Ok(resolution));
                }
                (None, Some((scheme, body))) => {
                    asked.entry(scheme).or_default().push((scheme.to_owned(), body.to_owned()));
                }
                (None, None) => {
                    let failure = Failure::new(FailureKind::InvalidInput, format!("`{reference}` has no scheme"));
                    answers.insert(reference.clone(), Err(failure));
                }
            }
        }
        if !asked.is_empty() {
            self.look_up(asked, &place, &mut answers).await;
        }
        let missing = || Err(Failure::new(FailureKind::Other, "the reference was not resolved"));
        references.iter().map(|reference| answers.get(reference).cloned().unwrap_or_else(missing)).collect()
    }
}

/// Where values are looked up now. On AWS it costs a call to tell the account, so it is told only where it is needed.
///
/// # Errors
/// When the region or the account cannot be told.
pub async fn place(cloud: &Connection, needs_account: impl FnOnce(&Place) -> bool) -> Result<Place, Failure> {
    let mut place = Place { cloud: cloud.settings().kind.name(), region: cloud.region().await?, account: None };
    if needs_account(&place) {
        place.account = Some(cloud.account().await?);
    }
    Ok(place)
}

fn joined((scheme, body): &(String, String)) -> String {
    format!("{scheme}:{body}")
}

fn unknown_scheme<'a>(scheme: &str, known: impl Iterator<Item = &'a String>) -> Failure {
    let known: Vec<String> = known.map(|scheme| format!("`{scheme}`")).collect();
    Failure::new(FailureKind::InvalidInput, format!("no plugin resolves the scheme `{scheme}`"))
        .with_hint(format!("There are {}; others come with plugins in formwork.toml.", known.join(", ")))
}

fn locked_failure(reference: &str, value: &str, place: &Place, elsewhere: &[String]) -> Failure {
    let failure = Failure::new(
        FailureKind::Conflict,
        format!(
            "`{reference}` is not pinned for {} {} in formwork.lock, and `--locked` adds no pins",
            place.cloud, place.region
        ),
    );
    failure.with_hint(if elsewhere.is_empty() {
        format!("It is `{value}` now; leave `--locked` out once and commit formwork.lock.")
    } else {
        format!("It is pinned for {}; check `--region` and `--cloud`, or leave `--locked` out.", elsewhere.join(", "))
    })
}

/// How an unusable plugin looks from a reference's place.
fn plugin_failure(error: &PluginError) -> Failure {
    let kind = match error {
        PluginError::Call { source: CallError::TimedOut(_), .. } => FailureKind::TimedOut,
        error if error.is_refusal() => FailureKind::AccessDenied,
        _ => FailureKind::Other,
    };
    let mut failure = Failure::new(kind, error.to_string());
    failure.hint = error.hint();
    failure
}
