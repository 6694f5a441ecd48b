//! `files`: files in granted folders.

use std::io::Read;
use std::path::{Component, Path};

use cap_std::ambient_authority;
use cap_std::fs::{Dir, File, OpenOptions};

use crate::cloud::{Failure, FailureKind};
use crate::plugin::bindings::formwork::plugin::files::{self as wit, Host};
use crate::plugin::bindings::formwork::plugin::types as wit_types;
use crate::plugin::calls::to_failure;
use crate::plugin::grants::Need;
use crate::plugin::inert::inert_line;
use crate::plugin::state::State;

/// The largest file that is read, in bytes; two of them fit into the fuel of a host call.
const MAX_FILE: u64 = 4 << 20;

/// The most entries of a folder that are listed.
const MAX_ENTRIES: usize = 10_000;

impl Host for State {
    async fn read(&mut self, path: String) -> wasmtime::Result<Result<Vec<u8>, wit_types::Failure>> {
        self.enter()?;
        let bytes = self.allow(Need::Files).and_then(|()| {
            self.in_folders(&path, |folder, path| {
                let file = open(folder, path)?;
                if !file.metadata()?.is_file() {
                    return Err(std::io::Error::other("it is not a file"));
                }
                let mut bytes = Vec::new();
                file.take(MAX_FILE + 1).read_to_end(&mut bytes)?;
                Ok(bytes)
            })
        });
        Ok(match bytes {
            Ok(bytes) if bytes.len() as u64 > MAX_FILE => {
                Err(to_failure(Failure::new(FailureKind::InvalidInput, "the file is larger than 4 MiB")))
            }
            Ok(bytes) => Ok(bytes),
            Err(failure) => Err(to_failure(failure)),
        })
    }

    async fn entries(&mut self, path: String) -> wasmtime::Result<Result<Vec<wit::Entry>, wit_types::Failure>> {
        self.enter()?;
        let entries = self.allow(Need::Files).and_then(|()| {
            self.in_folders(&path, |folder, path| {
                let mut entries = Vec::new();
                for entry in folder.read_dir(path)?.take(MAX_ENTRIES) {
                    let entry = entry?;
                    let kind = entry.file_type()?;
                    entries.push(wit::Entry {
                        name: entry.file_name().to_string_lossy().into_owned(),
                        kind: if kind.is_file() {
                            wit::EntryKind::File
                        } else if kind.is_dir() {
                            wit::EntryKind::Folder
                        } else {
                            wit::EntryKind::Other
                        },
                    });
                }
                entries.sort_by(|a, b| a.name.cmp(&b.name));
                Ok(entries)
            })
        });
        Ok(entries.map_err(to_failure))
    }
}

/// Open for reading, without waiting for the other end of a pipe.
fn open(folder: &Dir, path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use cap_std::fs::OpenOptionsExt;
        options.custom_flags(rustix::fs::OFlags::NONBLOCK.bits().cast_signed());
    }
    folder.open_with(path, &options)
}

impl State {
    /// Do something in the first granted folder in which the path exists.
    fn in_folders<T>(&self, path: &str, act: impl Fn(&Dir, &Path) -> std::io::Result<T>) -> Result<T, Failure> {
        let shown = inert_line(path);
        let relative = Path::new(path);
        let inside = relative.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
        if path.is_empty() || path.contains('\0') || path.ends_with('/') || !inside {
            return Err(Failure::new(
                FailureKind::InvalidInput,
                format!("`{shown}` is not a path inside a granted folder"),
            )
            .with_hint("Name the file relative to the granted folder, without `..` and without a slash at the end."));
        }
        for granted in &self.grants.files {
            let folder =
                Dir::open_ambient_dir(self.services.root.join(granted), ambient_authority()).map_err(|error| {
                    Failure::new(
                        FailureKind::NotFound,
                        format!("the granted folder `{granted}` cannot be opened: {error}"),
                    )
                    .with_hint("The grant `files` in formwork.toml is relative to that file.")
                })?;
            match act(&folder, relative) {
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => {
                    let kind = match error.kind() {
                        std::io::ErrorKind::PermissionDenied => FailureKind::AccessDenied,
                        _ => FailureKind::Other,
                    };
                    return Err(Failure::new(kind, format!("`{shown}` cannot be read: {error}")));
                }
                Ok(value) => return Ok(value),
            }
        }
        Err(Failure::new(
            FailureKind::NotFound,
            format!("`{shown}` is in none of the granted folders ({})", self.grants.files.join(", ")),
        ))
    }
}
