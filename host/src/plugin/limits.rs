//! What a plugin may use of this machine.

use std::time::Duration;

use wasmtime::ResourceLimiter;

use super::inspect::Kind;

/// One mebibyte, in bytes.
pub(crate) const MIB: usize = 1 << 20;

/// The largest component that is read, in bytes.
pub const MAX_COMPONENT_SIZE: usize = 64 * MIB;

/// What crosses the border between host and plugin in one host call, in bytes.
pub(crate) const HOSTCALL_FUEL: usize = 8 * MIB;

/// How many handles a plugin may hold at once.
pub(crate) const MAX_RESOURCES: usize = 1_000;

/// How many host calls a plugin may make in one call.
pub(crate) const MAX_HOST_CALLS: u32 = 100_000;

/// How much a plugin may log in one call, in bytes.
pub(crate) const MAX_LOG: usize = MIB;

/// How much of stdout and stderr is kept, in bytes.
pub(crate) const MAX_STDIO: usize = 64 << 10;

/// Tables hold the targets of indirect calls; 100,000 are plenty for Python.
const MAX_TABLE_ELEMENTS: usize = 100_000;

/// Limits of one plugin, as DESIGN.md section 5 has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Linear memory of all its modules together, in bytes.
    pub memory: usize,
    /// How long one call may take.
    pub time: Duration,
}

impl Limits {
    /// The default of resolvers.
    pub const RESOLVER: Self = Self { memory: 64 * MIB, time: Duration::from_secs(5) };
    /// The default of renderers.
    pub const RENDERER: Self = Self { memory: 64 * MIB, time: Duration::from_secs(30) };
    /// The default of deployers: an operation of a stack may take hours. `--timeout` and Ctrl-C end the waiting earlier.
    pub const DEPLOYER: Self = Self { memory: 64 * MIB, time: Duration::from_secs(24 * 3_600) };
    /// The default of actions; a step's `timeoutSeconds` is 48 hours at most, and ends its programs.
    pub const ACTION: Self = Self { memory: 64 * MIB, time: Duration::from_secs(49 * 3_600) };
}

/// Limits that someone wrote down; the rest are those of the kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LimitOverrides {
    /// Linear memory, in bytes.
    pub memory: Option<usize>,
    /// How long one call may take.
    pub time: Option<Duration>,
}

impl LimitOverrides {
    /// The limits of a call to a plugin of this kind.
    pub(crate) fn of(self, kind: Kind) -> Limits {
        let default = match kind {
            Kind::Renderer => Limits::RENDERER,
            Kind::Deployer => Limits::DEPLOYER,
            Kind::Action => Limits::ACTION,
            Kind::Resolver => Limits::RESOLVER,
        };
        Limits { memory: self.memory.unwrap_or(default.memory), time: self.time.unwrap_or(default.time) }
    }
}

impl From<Limits> for LimitOverrides {
    fn from(limits: Limits) -> Self {
        Self { memory: Some(limits.memory), time: Some(limits.time) }
    }
}

/// Refuses growth past the limit and remembers that it did: the plugin itself only sees a failed allocation and ends
/// in a trap that says nothing of memory.
#[derive(Debug)]
pub(crate) struct MemoryLimiter {
    limit: usize,
    used: usize,
    denied: bool,
}

impl MemoryLimiter {
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit, used: 0, denied: false }
    }

    /// Whether a growth was refused.
    pub(crate) fn denied(&self) -> bool {
        self.denied
    }
}

impl ResourceLimiter for MemoryLimiter {
    fn memory_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        let used = self.used.saturating_sub(current).saturating_add(desired);
        if used > self.limit {
            self.denied = true;
            return Ok(false);
        }
        self.used = used;
        Ok(true)
    }

    fn table_growing(&mut self, _: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        Ok(desired <= MAX_TABLE_ELEMENTS)
    }

    fn instances(&self) -> usize {
        50
    }

    fn tables(&self) -> usize {
        50
    }

    fn memories(&self) -> usize {
        10
    }
}
