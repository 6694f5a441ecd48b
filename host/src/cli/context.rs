//! What every command works with: the project, the cloud, the plugins.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::args::Global;
use super::report::{Exit, Report};
use crate::cloud::{CloudKind, CloudSettings, Connection, Secret};
use crate::lock::{LOCK_FILE, Lock};
use crate::output::Printer;
use crate::plugin::{CompileStore, Compiler, Runtime, Services};
use crate::project::Project;
use crate::registry::Registry;

/// The folder of the local store.
const STORE_FOLDER: &str = ".formwork";

/// Clouds by region and profile.
type Clouds = BTreeMap<(Option<String>, Option<String>), Arc<Connection>>;

pub(super) struct Context {
    pub(super) printer: Printer,
    pub(super) project: Project,
    pub(super) cloud: Arc<Connection>,
    settings: CloudSettings,
    given_region: Option<String>,
    given_profile: Option<String>,
    interrupts: Arc<AtomicBool>,
    /// Other clouds by region and profile, so that stacks that share one load its configuration once.
    clouds: Mutex<Clouds>,
    /// The engine of plugins, one for all registries.
    runtime: OnceLock<Arc<Runtime>>,
}

impl Context {
    pub(super) fn new(global: &Global, printer: Printer, interrupts: Arc<AtomicBool>) -> Result<Self, Report> {
        let project = match &global.project {
            Some(path) => Project::read(path)?,
            None => {
                let here = std::env::current_dir()
                    .map_err(|error| Report::failed(format!("the current folder cannot be told: {error}")))?;
                Project::find(&here)?
            }
        };
        let project = project.with_environment(global.env.as_deref())?;
        let kind = global.cloud.map_or(project.cloud, CloudKind::from);
        let settings = CloudSettings {
            kind,
            folder: project.root.join(STORE_FOLDER),
            region: global.region.clone().or_else(|| project.region.clone()).or_else(region_of_environment),
            profile: global.profile.clone().or_else(|| project.profile.clone()),
            account: project.account.clone(),
            endpoint_url: global.endpoint_url.clone().or_else(|| project.endpoint_url.clone()),
            key: variable("FORMWORK_KEY").map(Secret::new),
        };
        if let Some(region) = settings.region.as_deref().filter(|region| !is_region(region)) {
            return Err(Report::new(Exit::Usage, format!("`{region}` is not the name of a region"))
                .with_hint("Regions read like `eu-west-1`."));
        }
        Ok(Self {
            printer,
            project,
            cloud: Arc::new(Connection::new(settings.clone())),
            settings,
            given_region: global.region.clone(),
            given_profile: global.profile.clone(),
            interrupts,
            clouds: Mutex::default(),
            runtime: OnceLock::new(),
        })
    }

    /// AWS, for commands that copy from it whichever cloud is in use.
    pub(super) fn aws(&self) -> Connection {
        Connection::new(CloudSettings { kind: CloudKind::Aws, ..self.settings.clone() })
    }

    pub(super) fn lock_path(&self) -> PathBuf {
        self.project.root.join(LOCK_FILE)
    }

    /// The lock's path as a person in the current folder would write it.
    pub(super) fn lock_name(&self) -> String {
        let path = self.lock_path();
        let here = std::env::current_dir().ok();
        here.and_then(|here| path.strip_prefix(here).ok()).unwrap_or(&path).display().to_string()
    }

    /// The plugins of the project, with this lock.
    pub(super) fn registry(&self, locked: bool) -> Result<impl Fn(Lock) -> Registry + Send + Sync + 'static, Report> {
        self.registry_with(self.services(), locked)
    }

    /// The same, working with these services.
    pub(super) fn registry_with(
        &self,
        services: Services,
        locked: bool,
    ) -> Result<impl Fn(Lock) -> Registry + Send + Sync + 'static, Report> {
        let runtime = self.runtime()?;
        let command = std::env::current_exe()
            .map_err(|error| Report::failed(format!("the path of this program cannot be told: {error}")))?;
        let project = self.project.clone();
        Ok(move |lock| {
            let compiler = Compiler::Child(command.clone());
            Registry::new(runtime.clone(), project.clone(), compiler, services.clone(), lock, locked)
        })
    }

    fn runtime(&self) -> Result<Arc<Runtime>, Report> {
        if let Some(runtime) = self.runtime.get() {
            return Ok(runtime.clone());
        }
        let runtime = Runtime::new(CompileStore::new(cache_folder()?.join("compiled")))
            .map_err(|error| Report::failed(format!("the plugin engine {error}")))?;
        Ok(self.runtime.get_or_init(|| Arc::new(runtime)).clone())
    }

    /// What plugins work with in the cloud in use.
    pub(super) fn services(&self) -> Services {
        Services {
            cloud: self.cloud.clone(),
            root: self.project.root.clone(),
            references: None,
            stacks: None,
            step: None,
        }
    }

    /// The cloud in another region, or with another profile, where a stack has its own; what stands on the command line
    /// goes before.
    pub(super) fn cloud_of(&self, region: Option<&str>, profile: Option<&str>) -> Arc<Connection> {
        let own = |given: &Option<String>, own: Option<&str>, general: &Option<String>| {
            given.clone().or_else(|| own.map(str::to_owned)).or_else(|| general.clone())
        };
        let region = own(&self.given_region, region, &self.settings.region);
        let profile = own(&self.given_profile, profile, &self.settings.profile);
        if region == self.settings.region && profile == self.settings.profile {
            return self.cloud.clone();
        }
        let mut clouds = self.clouds.lock().unwrap_or_else(PoisonError::into_inner);
        let settings = CloudSettings { region: region.clone(), profile: profile.clone(), ..self.settings.clone() };
        clouds.entry((region, profile)).or_insert_with(|| Arc::new(Connection::new(settings))).clone()
    }

    /// From now on the first Ctrl-C is the command's own business.
    pub(super) fn takes_interrupts(&self) {
        self.interrupts.store(true, Ordering::SeqCst);
    }
}

/// `FORMWORK_CACHE_DIR`, else the user's cache folder (XDG Base Directory Specification; `~/Library/Caches` and
/// `%LOCALAPPDATA%` elsewhere).
fn cache_folder() -> Result<PathBuf, Report> {
    let path = |name: &str| variable(name).map(PathBuf::from);
    let home = || path("HOME");
    let folder = path("FORMWORK_CACHE_DIR").or_else(|| {
        let base = if cfg!(windows) {
            path("LOCALAPPDATA")
        } else if cfg!(target_os = "macos") {
            home().map(|home| home.join("Library/Caches"))
        } else {
            path("XDG_CACHE_HOME").filter(|p| p.is_absolute()).or_else(|| home().map(|home| home.join(".cache")))
        };
        base.map(|base| base.join("formwork"))
    });
    folder.ok_or_else(|| {
        Report::failed("there is no folder for compiled plugins: HOME is not set").with_hint("Set FORMWORK_CACHE_DIR.")
    })
}

fn region_of_environment() -> Option<String> {
    variable("AWS_REGION").or_else(|| variable("AWS_DEFAULT_REGION"))
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn is_region(text: &str) -> bool {
    text.contains('-') && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}
