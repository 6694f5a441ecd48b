//! `formwork.toml`: the project that a command works in.

mod environment;
mod file;
mod plugins;
mod stacks;
#[cfg(test)]
mod tests;
mod text;

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use miette::{NamedSource, SourceSpan};
use thiserror::Error;

pub use self::environment::Environment;
pub use self::plugins::PluginEntry;
pub use self::stacks::{LayeredParameters, ParameterLayer, StackEntry};
use crate::cloud::CloudKind;

/// The name of the file.
pub const PROJECT_FILE: &str = "formwork.toml";

/// A project, or the lack of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    /// The folder of `formwork.toml`, or the current folder where there is none.
    pub root: PathBuf,
    /// Whether there is a `formwork.toml`.
    pub has_file: bool,
    /// Which cloud.
    pub cloud: CloudKind,
    /// The region.
    pub region: Option<String>,
    /// The profile of the AWS configuration files.
    pub profile: Option<String>,
    /// The account; else the credentials tell it.
    pub account: Option<String>,
    /// Where AWS calls go instead of AWS.
    pub endpoint_url: Option<String>,
    /// The bucket for templates that are too long for a request.
    pub artifact_bucket: Option<String>,
    /// The renderer to use instead of the built-in one; the name of a plugin.
    pub renderer: Option<String>,
    /// The deployer to use instead of the built-in one; the name of a plugin.
    pub deployer: Option<String>,
    /// Third-party plugins by name.
    pub plugins: BTreeMap<String, PluginEntry>,
    /// `[stacks.NAME]`, by NAME. That is the stack's name in Formwork; CloudFormation's is [`StackEntry::name`].
    pub stacks: BTreeMap<String, StackEntry>,
    /// The environment that is used unless another one is asked for; after [`Project::with_environment`] the one that is
    /// used.
    pub environment: Option<String>,
    /// `[environments.NAME]`, by NAME.
    pub environments: BTreeMap<String, Environment>,
}

/// Why `formwork.toml` is not accepted.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ProjectError {
    /// It is there and cannot be read.
    #[error("failed to read `{}`", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's answer.
        #[source]
        source: std::io::Error,
    },
    /// It is no TOML, or says what Formwork does not know.
    #[error("{message}")]
    Invalid {
        /// What is wrong.
        message: String,
        /// The file with its text.
        text: Box<NamedSource<String>>,
        /// Where.
        span: Option<SourceSpan>,
    },
    /// An environment was asked for that it does not have.
    #[error("the project has no environment `{name}`")]
    UnknownEnvironment {
        /// What was asked for.
        name: String,
        /// What there is, sorted.
        known: Vec<String>,
    },
}

impl ProjectError {
    /// What to do about it, where that is known.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let Self::UnknownEnvironment { known, .. } = self else { return None };
        Some(match known.as_slice() {
            [] => format!("Write `[environments.NAME]` into {PROJECT_FILE}, or leave `--env` out."),
            known => format!("There is {}.", text::listed(known.iter().map(String::as_str))),
        })
    }
}

/// What is wrong with the file, and at which bytes.
struct Wrong {
    message: String,
    span: Option<Range<usize>>,
}

impl Wrong {
    fn new(message: impl Into<String>, span: Range<usize>) -> Self {
        Self { message: message.into(), span: Some(span) }
    }
}

impl Project {
    /// The project of a folder: the nearest `formwork.toml` upward, else a project without a file in the folder itself.
    ///
    /// # Errors
    /// When the file is there and is not accepted.
    pub fn find(folder: &Path) -> Result<Self, ProjectError> {
        match folder.ancestors().map(|folder| folder.join(PROJECT_FILE)).find(|path| path.is_file()) {
            Some(path) => Self::read(&path),
            None => Ok(Self::without_file(folder)),
        }
    }

    /// The project of this very file.
    ///
    /// # Errors
    /// When it cannot be read or is not accepted.
    pub fn read(path: &Path) -> Result<Self, ProjectError> {
        let read = |source| ProjectError::Read { path: path.to_owned(), source };
        let text = std::fs::read_to_string(path).map_err(read)?;
        let root = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        Self::parse(root, path, &text)
    }

    /// The project in this environment; none stands for the one that the file names with `environment`, if any.
    /// For a project as it was read, not for one that has its environment already.
    ///
    /// What an environment says of all stacks goes over what `[stacks.NAME]` says; what it says of one stack goes over
    /// both. Maps are merged, a list or anything else is replaced. The region and the profile of an environment are
    /// those of the project: a stack with its own keeps it.
    ///
    /// # Errors
    /// When there is no such environment.
    pub fn with_environment(mut self, name: Option<&str>) -> Result<Self, ProjectError> {
        let Some(name) = name.map(str::to_owned).or_else(|| self.environment.clone()) else { return Ok(self) };
        let Some(environment) = self.environments.get(&name).cloned() else {
            return Err(ProjectError::UnknownEnvironment { name, known: self.environments.into_keys().collect() });
        };
        self.environment = Some(name);
        self.stacks = environment.stacks;
        self.region = environment.region.or(self.region);
        self.profile = environment.profile.or(self.profile);
        self.account = environment.account.or(self.account);
        self.endpoint_url = environment.endpoint_url.or(self.endpoint_url);
        self.artifact_bucket = environment.artifact_bucket.or(self.artifact_bucket);
        Ok(self)
    }

    /// The stack that `name` means, with its name in Formwork: `[stacks.name]`, else the one that has this name in
    /// CloudFormation.
    #[must_use]
    pub fn stack(&self, name: &str) -> Option<(&str, &StackEntry)> {
        let by_key = self.stacks.get_key_value(name);
        let entry = by_key.or_else(|| self.stacks.iter().find(|(_, entry)| entry.name == name));
        entry.map(|(key, entry)| (key.as_str(), entry))
    }

    fn without_file(folder: &Path) -> Self {
        Self {
            root: folder.to_owned(),
            has_file: false,
            cloud: CloudKind::Local,
            region: None,
            profile: None,
            account: None,
            endpoint_url: None,
            artifact_bucket: None,
            renderer: None,
            deployer: None,
            plugins: BTreeMap::new(),
            stacks: BTreeMap::new(),
            environment: None,
            environments: BTreeMap::new(),
        }
    }

    fn parse(root: &Path, path: &Path, text: &str) -> Result<Self, ProjectError> {
        Self::from_toml(root, text).map_err(|Wrong { message, span }| ProjectError::Invalid {
            message,
            text: Box::new(NamedSource::new(path.display().to_string(), text.to_owned())),
            span: span.map(SourceSpan::from),
        })
    }

    fn from_toml(root: &Path, text: &str) -> Result<Self, Wrong> {
        let file: file::File = toml::from_str(text)
            .map_err(|error| Wrong { message: text::with_suggestion(error.message()), span: error.span() })?;
        let stacks = stacks::stacks(&file.stacks, None)?;
        let environments = environment::environments(&file)?;
        if let Some(name) = file.environment.as_ref().filter(|name| !environments.contains_key(name.get_ref())) {
            let message = text::unknown("environment", name.get_ref(), environments.keys().map(String::as_str));
            return Err(Wrong::new(message, name.span()));
        }
        Ok(Self {
            root: root.to_owned(),
            has_file: true,
            cloud: match file.cloud {
                Some(file::Cloud::Aws) => CloudKind::Aws,
                Some(file::Cloud::Local) | None => CloudKind::Local,
            },
            region: file.region,
            profile: file.profile,
            account: file.account,
            endpoint_url: file.endpoint_url,
            artifact_bucket: file.artifact_bucket,
            renderer: file.renderer,
            deployer: file.deployer,
            plugins: plugins::plugins(file.plugins)?,
            stacks,
            environment: file.environment.map(toml::Spanned::into_inner),
            environments,
        })
    }
}
