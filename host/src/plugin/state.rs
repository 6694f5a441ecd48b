//! What the host knows during one call of one plugin.

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use wasmtime::component::ResourceTable;
use wasmtime_wasi::{WasiCtx, WasiCtxBuilder, WasiCtxView, WasiView};

use super::error::CallError;
use super::fixed::{FixedClock, FixedRandom};
use super::grants::{Denial, Grants, Need};
use super::inspect::Kind;
use super::limits::{Limits, MAX_HOST_CALLS, MAX_RESOURCES, MemoryLimiter};
use super::stdio::Tail;
use super::step::Step;
use crate::cloud::stacks::ChangeSet;
use crate::cloud::{Connection, Failure, Secret, Stacks};

/// What a reference stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResolvedValue {
    /// Text to put in.
    Text(String),
    /// A CloudFormation dynamic reference to put in.
    DynamicReference(String),
    /// A secret text, because the user passed `--reveal-secrets`.
    Revealed(Secret),
}

/// A resolved reference and where its value comes from; `resolution` in `wit/references.wit`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolution {
    /// What to put in.
    pub value: ResolvedValue,
    /// The version of the value at its source.
    pub version: Option<String>,
    /// When that version was written, RFC 3339, UTC.
    pub modified: Option<String>,
    /// The owning account; none for public values and outside AWS.
    pub account: Option<String>,
    /// Whether it is looked up each time, and never pinned.
    pub volatile: bool,
}

/// Whoever answers the interface `references`: the lock and the resolvers, see `resolve.rs`.
#[async_trait]
pub trait References: Send + Sync {
    /// One result for each reference (`SCHEME:BODY`), in order.
    async fn resolve(&self, references: Vec<String>) -> Vec<Result<Resolution, Failure>>;
}

/// Why an operation of a stack failed; `cause` in `wit/stacks.wit`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackCause {
    /// The resource's name in the template, `Nested.Resource` inside a nested stack; none for the stack itself.
    pub logical_id: Option<String>,
    /// `AWS::EC2::Instance`, …
    pub resource_type: Option<String>,
    /// What CloudFormation says, and a hint where the case is known.
    pub failure: Failure,
}

/// How an operation of a stack ended; `ended` in `wit/stacks.wit`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackEnd {
    /// The stack as it is then.
    pub stack: crate::cloud::stacks::Stack,
    /// Why it failed, the root cause first; empty when it did not.
    pub causes: Vec<StackCause>,
}

/// Whoever knows the project's stacks and waits for them, see `stack/`.
#[async_trait]
pub trait StackOperations: Send + Sync {
    /// The name in CloudFormation of a stack of the project, and the cloud that it is in; none for other names.
    fn target(&self, stack: &str) -> Option<(String, Arc<Connection>)>;

    /// Wait until the operation that is under way has ended, and show its events to the person who waits. `after` is the
    /// id of the last event before the operation.
    ///
    /// # Errors
    /// When the stack cannot be watched any longer; the operation goes on.
    async fn wait(&self, stacks: &dyn Stacks, stack: &str, after: Option<String>) -> Result<StackEnd, Failure>;

    /// What is being done, in a few words, for the person who waits.
    fn status(&self, message: &str);

    /// Wait until a change set is made or has failed.
    ///
    /// # Errors
    /// When that cannot be told.
    async fn change_set(&self, stacks: &dyn Stacks, change_set: &str) -> Result<ChangeSet, Failure>;
}

/// What the host interfaces work with.
#[derive(Clone)]
pub struct Services {
    /// The cloud in use, connected on first use.
    pub cloud: Arc<Connection>,
    /// The folder that grants of files are relative to.
    pub root: PathBuf,
    /// Answers `references`; none where no renderer runs.
    pub references: Option<Arc<dyn References>>,
    /// Knows the project's stacks and waits for them; none where a command has to do with none.
    pub stacks: Option<Arc<dyn StackOperations>>,
    /// The step that is performed; none outside of documents.
    pub step: Option<Arc<dyn Step>>,
}

/// The state of a store; a store is made for one call and thrown away.
pub(crate) struct State {
    pub(super) plugin: Arc<str>,
    pub(super) grants: Arc<Grants>,
    pub(super) services: Services,
    pub(super) limiter: MemoryLimiter,
    pub(super) stderr: Tail,
    pub(super) table: ResourceTable,
    pub(super) logged: usize,
    denials: Vec<Denial>,
    host_calls: u32,
    wasi: WasiCtx,
}

impl State {
    pub(super) fn new(plugin: Arc<str>, kind: Kind, grants: Arc<Grants>, limits: Limits, services: Services) -> Self {
        let stderr = Tail::default();
        let mut wasi = WasiCtxBuilder::new();
        wasi.stdout(Tail::default()).stderr(stderr.clone());
        // Random numbers for a guest cost host memory; nobody needs more than a few at a time.
        wasi.max_random_size(1 << 16);
        if kind == Kind::Renderer {
            wasi.wall_clock(FixedClock).monotonic_clock(FixedClock);
            wasi.secure_random(FixedRandom(0)).insecure_random(FixedRandom(1)).insecure_random_seed(2);
        }
        let mut table = ResourceTable::new();
        table.set_max_capacity(MAX_RESOURCES);
        Self {
            plugin,
            grants,
            services,
            limiter: MemoryLimiter::new(limits.memory),
            stderr,
            table,
            logged: 0,
            denials: Vec::new(),
            host_calls: 0,
            wasi: wasi.build(),
        }
    }

    /// Count a host call; every host function begins with this.
    pub(super) fn enter(&mut self) -> wasmtime::Result<()> {
        self.host_calls += 1;
        if self.host_calls > MAX_HOST_CALLS {
            return Err(CallError::TooManyHostCalls.into());
        }
        Ok(())
    }

    /// Whether the plugin may do this. A refusal is remembered, so that the run ends with it even if the plugin goes on.
    pub(super) fn allow(&mut self, need: Need<'_>) -> Result<(), Failure> {
        self.grants.check(&self.plugin, need).map_err(|denial| {
            let failure = denial.failure();
            if !self.denials.contains(&denial) && self.denials.len() < 100 {
                self.denials.push(denial);
            }
            failure
        })
    }

    pub(super) fn take_denials(&mut self) -> Vec<Denial> {
        std::mem::take(&mut self.denials)
    }
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}
