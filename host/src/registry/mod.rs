//! The plugins of a project: those that come with Formwork and those of `formwork.toml`, which are trusted as far as
//! `formwork.lock` says.

mod error;

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OnceCell;

pub use self::error::PluginError;
use crate::lock::{Lock, LockedPlugin};
use crate::plugin::{
    Compiler, Denial, Inspection, Kind, LoadError, MAX_COMPONENT_SIZE, Plugin, Runtime, Services, Source, builtins,
    sha256,
};
use crate::project::{PluginEntry, Project};

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
        self.of_kind(self.project.renderer.as_deref().unwrap_or(crate::plugin::RENDERER), Kind::Renderer).await
    }

    /// The deployer that the project uses.
    ///
    /// # Errors
    /// As [`Registry::plugin`].
    pub async fn deployer(&self) -> Result<Arc<Plugin>, PluginError> {
        self.of_kind(self.project.deployer.as_deref().unwrap_or(crate::plugin::DEPLOYER), Kind::Deployer).await
    }

    async fn of_kind(&self, name: &str, kind: Kind) -> Result<Arc<Plugin>, PluginError> {
        let plugin = self.plugin(name).await?;
        if plugin.inspection().kinds.contains(&kind) {
            Ok(plugin)
        } else {
            Err(PluginError::Load { plugin: name.to_owned(), source: LoadError::MissingExport(kind.interface()) })
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
