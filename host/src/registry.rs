//! The plugins of a project: those that come with Formwork and those of `formwork.toml`, which are trusted as far as
//! `formwork.lock` says.

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::{Arc, Mutex, PoisonError};

use thiserror::Error;
use tokio::sync::OnceCell;

use crate::lock::{Lock, LockedPlugin};
use crate::plugin::{
    CallError, Compiler, Denial, Inspection, Kind, LoadError, MAX_COMPONENT_SIZE, Plugin, Runtime, Services, Source,
    builtins, sha256,
};
use crate::project::{PluginEntry, Project};

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

/// The plugins of a project.
pub struct Registry {
    runtime: Arc<Runtime>,
    project: Project,
    compiler: Compiler,
    services: Services,
    lock: Lock,
    /// Refuse to add to the lock.
    locked: bool,
    added: Mutex<Vec<LockedPlugin>>,
    loaded: Mutex<Vec<Arc<Plugin>>>,
    schemes: OnceCell<BTreeMap<String, String>>,
    actions: OnceCell<BTreeMap<String, String>>,
}

impl Registry {
    /// Nothing is loaded yet.
    #[must_use]
    pub fn new(
        runtime: Arc<Runtime>,
        project: Project,
        compiler: Compiler,
        services: Services,
        lock: Lock,
        locked: bool,
    ) -> Self {
        Self {
            runtime,
            project,
            compiler,
            services,
            lock,
            locked,
            added: Mutex::default(),
            loaded: Mutex::default(),
            schemes: OnceCell::new(),
            actions: OnceCell::new(),
        }
    }

    /// What plugins work with.
    #[must_use]
    pub fn services(&self) -> &Services {
        &self.services
    }

    /// The plugin of this name.
    ///
    /// # Errors
    /// When there is none, or it is not accepted or not trusted.
    pub async fn plugin(&self, name: &str) -> Result<Arc<Plugin>, PluginError> {
        if let Some(plugin) = self.loaded().iter().find(|plugin| plugin.name() == name) {
            return Ok(plugin.clone());
        }
        let plugin = match builtins().into_iter().find(|builtin| builtin.name == name) {
            Some(builtin) => {
                let source = Source {
                    name,
                    bytes: builtin.bytes,
                    grants: builtin.grants,
                    limits: builtin.limits.into(),
                    compiler: &Compiler::Here,
                };
                self.load(source).await?
            }
            None => {
                let entry = self.project.plugins.get(name).ok_or_else(|| PluginError::Unknown(name.to_owned()))?;
                let bytes = read_component(&self.project, name, entry)?;
                self.trust(name, entry, &bytes)?;
                let source = Source {
                    name,
                    bytes: &bytes,
                    grants: entry.grants.clone(),
                    limits: entry.limits,
                    compiler: &self.compiler,
                };
                self.load(source).await?
            }
        };
        let plugin = Arc::new(plugin);
        self.loaded().push(plugin.clone());
        Ok(plugin)
    }

    async fn load(&self, source: Source<'_>) -> Result<Plugin, PluginError> {
        let name = source.name.to_owned();
        self.runtime.load(source).await.map_err(|source| PluginError::Load { plugin: name, source })
    }

    /// The names of the resolvers by scheme. Those of `formwork.toml` are all asked, because two that claim one scheme are
    /// an error whoever is needed.
    ///
    /// # Errors
    /// When one is not accepted or not trusted, ends badly, or claims a scheme that is taken.
    pub async fn schemes(&self) -> Result<&BTreeMap<String, String>, PluginError> {
        self.schemes
            .get_or_try_init(|| async {
                let mut schemes = BTreeMap::new();
                for builtin in builtins() {
                    schemes
                        .extend(builtin.schemes.iter().map(|scheme| ((*scheme).to_owned(), builtin.name.to_owned())));
                }
                for name in self.project.plugins.keys() {
                    let plugin = self.plugin(name).await?;
                    if !plugin.inspection().kinds.contains(&Kind::Resolver) {
                        continue;
                    }
                    let call = |source| PluginError::Call { plugin: name.clone(), source };
                    for scheme in plugin.schemes(&self.services).await.map_err(call)? {
                        let first = schemes.insert(scheme.clone(), name.clone());
                        if let Some(first) = first.filter(|first| first != name) {
                            return Err(PluginError::Clash { scheme, first, second: name.clone() });
                        }
                    }
                }
                Ok(schemes)
            })
            .await
    }

    /// The names of the plugins by the action that they perform. Those of `formwork.toml` are all asked.
    ///
    /// # Errors
    /// When one is not accepted or not trusted, ends badly, or performs an action that is taken or is AWS's.
    pub async fn actions(&self) -> Result<&BTreeMap<String, String>, PluginError> {
        self.actions
            .get_or_try_init(|| async {
                let mut actions = BTreeMap::new();
                for builtin in builtins() {
                    actions.extend(builtin.action.map(|action| (action.to_owned(), builtin.name.to_owned())));
                }
                for name in self.project.plugins.keys() {
                    let plugin = self.plugin(name).await?;
                    if !plugin.inspection().kinds.contains(&Kind::Action) {
                        continue;
                    }
                    let call = |source| PluginError::Call { plugin: name.clone(), source };
                    let action = plugin.describe(&self.services).await.map_err(call)?.name;
                    if action.starts_with("aws:") {
                        return Err(PluginError::OfAws { action, plugin: name.clone() });
                    }
                    if let Some(first) = actions.insert(action.clone(), name.clone()) {
                        return Err(PluginError::ActionClash { action, first, second: name.clone() });
                    }
                }
                Ok(actions)
            })
            .await
    }

    /// The renderer that the project uses.
    ///
    /// # Errors
    /// As [`Registry::plugin`].
    pub async fn renderer(&self) -> Result<Arc<Plugin>, PluginError> {
        let name = self.project.renderer.as_deref().unwrap_or(crate::plugin::RENDERER);
        let plugin = self.plugin(name).await?;
        if plugin.inspection().kinds.contains(&Kind::Renderer) {
            Ok(plugin)
        } else {
            Err(PluginError::Load { plugin: name.to_owned(), source: LoadError::MissingExport("renderer") })
        }
    }

    /// The deployer that the project uses.
    ///
    /// # Errors
    /// As [`Registry::plugin`].
    pub async fn deployer(&self) -> Result<Arc<Plugin>, PluginError> {
        let name = self.project.deployer.as_deref().unwrap_or(crate::plugin::DEPLOYER);
        let plugin = self.plugin(name).await?;
        if plugin.inspection().kinds.contains(&Kind::Deployer) {
            Ok(plugin)
        } else {
            Err(PluginError::Load { plugin: name.to_owned(), source: LoadError::MissingExport("deployer") })
        }
    }

    /// What the lock has to learn: plugins that were met for the first time, or are granted less than before.
    pub fn take_added(&self) -> Vec<LockedPlugin> {
        std::mem::take(&mut *self.added.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The refusals of all plugins so far.
    pub fn take_denials(&self) -> Vec<Denial> {
        self.loaded().iter().flat_map(|plugin| plugin.take_denials()).collect()
    }

    fn loaded(&self) -> std::sync::MutexGuard<'_, Vec<Arc<Plugin>>> {
        self.loaded.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn trust(&self, name: &str, entry: &PluginEntry, bytes: &[u8]) -> Result<(), PluginError> {
        let now = locked_plugin(name, entry, bytes);
        match self.lock.plugin(name) {
            None if self.locked => return Err(PluginError::NotLocked { plugin: name.to_owned() }),
            None => {}
            Some(then) if then.digest != now.digest => {
                return Err(PluginError::Changed {
                    plugin: name.to_owned(),
                    source_path: entry.source.clone(),
                    old: then.digest.clone(),
                    new: now.digest,
                });
            }
            Some(then) => {
                let grants = now.grants.beyond(&then.grants);
                if !grants.is_empty() {
                    return Err(PluginError::Wider { plugin: name.to_owned(), grants });
                }
                if *then == now {
                    return Ok(());
                }
            }
        }
        self.added.lock().unwrap_or_else(PoisonError::into_inner).push(now);
        Ok(())
    }
}

/// What the lock records of a plugin.
#[must_use]
pub fn locked_plugin(name: &str, entry: &PluginEntry, bytes: &[u8]) -> LockedPlugin {
    LockedPlugin {
        name: name.to_owned(),
        source: entry.source.clone(),
        digest: format!("sha256:{}", sha256(bytes)),
        grants: entry.grants.clone(),
    }
}

/// The component of a plugin of `formwork.toml`.
///
/// # Errors
/// When it cannot be read or is too large; it is not read then.
pub fn read_component(project: &Project, name: &str, entry: &PluginEntry) -> Result<Vec<u8>, PluginError> {
    let load = |source| PluginError::Load { plugin: name.to_owned(), source };
    read_file(&project.root.join(&entry.source)).map_err(load)
}

/// A component from a file.
///
/// # Errors
/// When it cannot be read or is too large; it is not read then.
pub fn read_file(path: &std::path::Path) -> Result<Vec<u8>, LoadError> {
    let read = |source| LoadError::Read { path: path.display().to_string(), source };
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(read)?;
    file.take(MAX_COMPONENT_SIZE as u64 + 1).read_to_end(&mut bytes).map_err(read)?;
    if bytes.len() > MAX_COMPONENT_SIZE { Err(LoadError::TooLarge) } else { Ok(bytes) }
}

/// What a file says of itself, for `formwork plugin inspect`.
///
/// # Errors
/// When it is no plugin.
pub fn inspect_file(path: &std::path::Path) -> Result<(Inspection, String), LoadError> {
    let bytes = read_file(path)?;
    Ok((Inspection::of(&bytes)?, sha256(&bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::{CloudSettings, Connection};
    use crate::plugin::CompileStore;

    #[tokio::test]
    async fn the_table_of_built_ins_says_what_the_plugins_say() {
        let folder = tempfile::tempdir().unwrap();
        let services = Services {
            cloud: Arc::new(Connection::new(CloudSettings::default())),
            root: folder.path().to_owned(),
            references: None,
            stacks: None,
            step: None,
        };
        let runtime = Runtime::new(CompileStore::new(folder.path().join("compiled"))).unwrap();
        let project = Project::find(folder.path()).unwrap();
        let registry = Registry::new(Arc::new(runtime), project, Compiler::Here, services, Lock::default(), false);
        for builtin in builtins() {
            let plugin = registry.plugin(builtin.name).await.unwrap();
            let says = match plugin.inspection().kinds.contains(&Kind::Resolver) {
                true => plugin.schemes(registry.services()).await.unwrap(),
                false => Vec::new(),
            };
            assert_eq!(says, builtin.schemes, "{}", builtin.name);
            if let Some(action) = builtin.action {
                assert_eq!(plugin.describe(registry.services()).await.unwrap().name, action);
            }
        }
    }
}
