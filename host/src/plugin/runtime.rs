//! Loading plugins and calling them.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use wasmtime::component::{HasSelf, InstancePre, Linker, ResourceTableError};
use wasmtime::{Engine, Store, Trap};

use super::bindings::{self, action, deployer, renderer, resolver};
use super::compile::Compiler;
use super::compiled::{self, CompileStore, sha256};
use super::engine;
use super::error::{CallError, LoadError, panic_message};
use super::grants::{Denial, Grants};
use super::inspect::{Inspection, Kind};
use super::limits::{HOSTCALL_FUEL, LimitOverrides, Limits};
use super::state::{Services, State};

/// Everything that is shared by the plugins of a process.
pub struct Runtime {
    engine: Engine,
    linker: Linker<State>,
    store: CompileStore,
}

impl Runtime {
    /// An engine, and a linker with every host interface.
    ///
    /// Each interface is linked for each plugin, whatever its grants: the functions answer `access-denied` where
    /// nothing is granted, which a plugin can understand and report. (Python and JavaScript components import
    /// interfaces that they never use.)
    ///
    /// # Errors
    /// [`LoadError::Link`] when this machine cannot run WebAssembly.
    pub fn new(store: CompileStore) -> Result<Self, LoadError> {
        let link = |error: wasmtime::Error| LoadError::Link(format!("{error:#}"));
        let engine = engine::runner().map_err(link)?;
        let mut linker = Linker::new(&engine);
        wasmtime_wasi::p2::add_to_linker_async(&mut linker).map_err(link)?;
        bindings::Host_::add_to_linker::<_, HasSelf<_>>(&mut linker, |state: &mut State| state).map_err(link)?;
        Ok(Self { engine, linker, store })
    }

    /// Read, check, compile (or find compiled) and link a component.
    ///
    /// # Errors
    /// When it is not accepted; see [`LoadError`].
    #[tracing::instrument(level = "debug", skip_all, fields(plugin = source.name))]
    pub async fn load(&self, source: Source<'_>) -> Result<Plugin, LoadError> {
        let inspection = Inspection::of(source.bytes)?;
        let digest = sha256(source.bytes);
        let component = match self.store.load(&self.engine, &digest) {
            Some(component) => component,
            None => {
                let code = source.compiler.compile(source.bytes).await?;
                self.store.keep(&self.engine, &digest, &code);
                compiled::from_compiler(&self.engine, &code)
                    .ok_or_else(|| LoadError::Compile("the code does not fit this engine".into()))?
            }
        };
        let pre = self.linker.instantiate_pre(&component).map_err(|error| LoadError::Link(format!("{error:#}")))?;
        Ok(Plugin {
            name: source.name.into(),
            digest,
            inspection,
            grants: Arc::new(source.grants),
            limits: source.limits,
            pre,
            denials: Mutex::default(),
        })
    }
}

/// A component to load.
pub struct Source<'a> {
    /// What the plugin is called in messages.
    pub name: &'a str,
    /// The component.
    pub bytes: &'a [u8],
    /// What it may reach.
    pub grants: Grants,
    /// What it may use.
    pub limits: LimitOverrides,
    /// Where it is compiled.
    pub compiler: &'a Compiler,
}

/// A plugin that can be called. Each call has a store of its own.
pub struct Plugin {
    name: Arc<str>,
    digest: String,
    inspection: Inspection,
    grants: Arc<Grants>,
    limits: LimitOverrides,
    pre: InstancePre<State>,
    denials: Mutex<Vec<Denial>>,
}

/// What a call works on until it is done.
pub(super) type Work<'a, T> = Pin<Box<dyn Future<Output = wasmtime::Result<T>> + Send + 'a>>;

impl Plugin {
    /// The plugin's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The SHA-256 of the component, in hexadecimal digits.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// What the component says of itself.
    #[must_use]
    pub fn inspection(&self) -> &Inspection {
        &self.inspection
    }

    /// Take the refusals of all calls so far.
    pub fn take_denials(&self) -> Vec<Denial> {
        std::mem::take(&mut *self.denials.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// What it may reach.
    pub(super) fn grants(&self) -> &Grants {
        &self.grants
    }

    /// Remember a refusal outside of a call.
    pub(super) fn deny(&self, denial: Denial) {
        self.denials.lock().unwrap_or_else(PoisonError::into_inner).push(denial);
    }

    pub(super) fn resolver(&self) -> Result<resolver::ResolverPluginPre<State>, LoadError> {
        resolver::ResolverPluginPre::new(self.pre.clone()).map_err(|_| LoadError::MissingExport("resolver"))
    }

    pub(super) fn renderer(&self) -> Result<renderer::RendererPluginPre<State>, LoadError> {
        renderer::RendererPluginPre::new(self.pre.clone()).map_err(|_| LoadError::MissingExport("renderer"))
    }

    pub(super) fn action(&self) -> Result<action::ActionPluginPre<State>, LoadError> {
        action::ActionPluginPre::new(self.pre.clone()).map_err(|_| LoadError::MissingExport("action"))
    }

    pub(super) fn deployer(&self) -> Result<deployer::DeployerPluginPre<State>, LoadError> {
        deployer::DeployerPluginPre::new(self.pre.clone()).map_err(|_| LoadError::MissingExport("deployer"))
    }

    /// Run one call in a fresh store, with the limits of its kind.
    #[tracing::instrument(level = "debug", skip_all, fields(plugin = &*self.name, kind = kind.interface()))]
    pub(super) async fn call<T>(
        &self,
        kind: Kind,
        services: &Services,
        work: impl for<'a> FnOnce(&'a mut Store<State>) -> Work<'a, T>,
    ) -> Result<T, CallError> {
        let limits = self.limits.of(kind);
        let state = State::new(self.name.clone(), kind, self.grants.clone(), limits, services.clone());
        let mut store = Store::new(self.pre.engine(), state);
        store.limiter(|state| &mut state.limiter);
        store.set_hostcall_fuel(HOSTCALL_FUEL);
        // One tick more, so that the wall clock speaks first where a host call is what takes long.
        let ticks = limits.time.as_millis() / engine::TICK.as_millis() + 1;
        store.set_epoch_deadline(u64::try_from(ticks).unwrap_or(u64::MAX));
        let result = tokio::time::timeout(limits.time, work(&mut store)).await;
        self.denials.lock().unwrap_or_else(PoisonError::into_inner).extend(store.data_mut().take_denials());
        match result {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) => Err(reason(error, &store, limits)),
            Err(_) => Err(CallError::TimedOut(limits.time)),
        }
    }
}

/// Why a call ended in an error of the engine.
fn reason(error: wasmtime::Error, store: &Store<State>, limits: Limits) -> CallError {
    let error = match error.downcast::<CallError>() {
        Ok(ours) => return ours,
        Err(error) => error,
    };
    let stderr = store.data().stderr.text();
    match error.downcast_ref::<Trap>() {
        Some(Trap::Interrupt) => CallError::TimedOut(limits.time),
        Some(Trap::StackOverflow) => CallError::StackOverflow,
        _ if matches!(error.downcast_ref(), Some(ResourceTableError::Full)) => CallError::TooManyHandles,
        _ if store.data().limiter.denied() => CallError::OutOfMemory(limits.memory),
        trap => {
            let text = format!("{error:#}");
            if text.contains("failed to convert function to given type") {
                CallError::Contract(
                    "its functions are not of the types of `formwork:plugin@0.1`; build it again".into(),
                )
            } else if text.contains("fuel allocated for hostcalls") {
                CallError::TooMuchData
            } else if text.contains("exceeds memory limits") {
                CallError::OutOfMemory(limits.memory)
            } else if let Some(message) = panic_message(&stderr) {
                CallError::Panicked(message)
            } else {
                let text = trap.map_or(text, Trap::to_string);
                CallError::Trapped(super::inert::inert_line(text.strip_prefix("wasm trap: ").unwrap_or(&text)))
            }
        }
    }
}
