//! `formwork.toml`: the project that a command works in.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use miette::{NamedSource, SourceSpan};
use serde::Deserialize;
use thiserror::Error;

use crate::cloud::CloudKind;
use crate::plugin::{Grants, LimitOverrides, builtins};

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
    /// The renderer to use instead of the built-in one; the name of a plugin.
    pub renderer: Option<String>,
    /// Third-party plugins by name.
    pub plugins: BTreeMap<String, PluginEntry>,
}

/// `[plugins.NAME]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PluginEntry {
    /// The component, relative to `formwork.toml`.
    pub source: String,
    /// What it may reach.
    pub grants: Grants,
    /// What it may use.
    pub limits: LimitOverrides,
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
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    cloud: Option<Cloud>,
    region: Option<String>,
    profile: Option<String>,
    account: Option<String>,
    endpoint_url: Option<String>,
    renderer: Option<String>,
    #[serde(default)]
    plugins: BTreeMap<String, Entry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Cloud {
    Local,
    Aws,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    source: String,
    #[serde(default)]
    grants: Grants,
    #[serde(default)]
    limits: LimitsEntry,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct LimitsEntry {
    memory: Option<toml::Spanned<String>>,
    time: Option<toml::Spanned<String>>,
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

    fn without_file(folder: &Path) -> Self {
        Self {
            root: folder.to_owned(),
            has_file: false,
            cloud: CloudKind::Local,
            region: None,
            profile: None,
            account: None,
            endpoint_url: None,
            renderer: None,
            plugins: BTreeMap::new(),
        }
    }

    fn parse(root: &Path, path: &Path, text: &str) -> Result<Self, ProjectError> {
        let invalid = |message: String, span: Option<std::ops::Range<usize>>| ProjectError::Invalid {
            message,
            text: Box::new(NamedSource::new(path.display().to_string(), text.to_owned())),
            span: span.map(SourceSpan::from),
        };
        let file: File = toml::from_str(text).map_err(|error| invalid(error.message().to_owned(), error.span()))?;
        let mut plugins = BTreeMap::new();
        for (name, entry) in file.plugins {
            let proper = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
            if name.is_empty() || !name.chars().all(proper) {
                return Err(invalid(
                    format!("`{name}` is not a name for a plugin; names have letters, digits, `-` and `_`"),
                    text.find(&name).map(|at| at..at + name.len()),
                ));
            }
            if builtins().iter().any(|builtin| builtin.name == name) {
                return Err(invalid(
                    format!("the plugin `{name}` comes with Formwork; give yours another name"),
                    text.find(&name).map(|at| at..at + name.len()),
                ));
            }
            let mut limits = LimitOverrides::default();
            if let Some(memory) = entry.limits.memory {
                let wrong = || invalid("`memory` reads like \"128MiB\", up to 4096MiB".into(), Some(memory.span()));
                limits.memory = Some(parse_memory(memory.get_ref()).ok_or_else(wrong)?);
            }
            if let Some(time) = entry.limits.time {
                let wrong = || invalid("`time` reads like \"10s\" or \"500ms\", up to 3600s".into(), Some(time.span()));
                limits.time = Some(parse_time(time.get_ref()).ok_or_else(wrong)?);
            }
            plugins.insert(name, PluginEntry { source: entry.source, grants: entry.grants, limits });
        }
        Ok(Self {
            root: root.to_owned(),
            has_file: true,
            cloud: match file.cloud {
                Some(Cloud::Aws) => CloudKind::Aws,
                Some(Cloud::Local) | None => CloudKind::Local,
            },
            region: file.region,
            profile: file.profile,
            account: file.account,
            endpoint_url: file.endpoint_url,
            renderer: file.renderer,
            plugins,
        })
    }
}

fn parse_memory(text: &str) -> Option<usize> {
    let mib: usize = text.strip_suffix("MiB")?.trim().parse().ok()?;
    (1..=4096).contains(&mib).then_some(mib << 20)
}

fn parse_time(text: &str) -> Option<Duration> {
    let time = match text.strip_suffix("ms") {
        Some(ms) => Duration::from_millis(ms.trim().parse().ok()?),
        None => Duration::from_secs(text.strip_suffix('s')?.trim().parse().ok()?),
    };
    (!time.is_zero() && time <= Duration::from_secs(3600)).then_some(time)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Project, String> {
        Project::parse(Path::new("/p"), Path::new("/p/formwork.toml"), text).map_err(|error| error.to_string())
    }

    #[test]
    fn reads_everything() {
        let project = parse(
            r#"
            cloud = "aws"
            region = "eu-west-1"
            [plugins.versions]
            source = "versions.wasm"
            grants = { files = ["versions"], parameters = ["/app/*"], reveal = true }
            limits = { memory = "128MiB", time = "500ms" }
            "#,
        )
        .unwrap();
        assert_eq!((project.cloud, project.region.as_deref()), (CloudKind::Aws, Some("eu-west-1")));
        let plugin = &project.plugins["versions"];
        assert_eq!(plugin.grants.parameters, ["/app/*"]);
        assert_eq!(plugin.limits, LimitOverrides { memory: Some(128 << 20), time: Some(Duration::from_millis(500)) });
    }

    #[test]
    fn refuses_what_it_does_not_know() {
        for text in [
            "cloud = \"azure\"",
            "regoin = \"x\"",
            "[plugins.a]\nsource = \"x\"\ngrants = { network = true }",
            "[plugins.\"a b\"]\nsource = \"x\"",
            "[plugins.a]\nsource = \"x\"\nlimits = { memory = \"5GB\" }",
            "[plugins.a]\nsource = \"x\"\nlimits = { time = \"0s\" }",
            "[plugins.a]",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
