//! The folder of the store and the files in it.

use std::fs::{DirBuilder, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use crate::cloud::{Failure, FailureKind};

/// Make the folder for the owner only, and let it ignore itself: whoever runs `git add .` must not publish the key.
pub(super) fn prepare(folder: &Path) -> Result<(), Failure> {
    DirBuilder::new()
        .mode(0o700)
        .recursive(true)
        .create(folder)
        .map_err(|error| failure(&error, "cannot make the folder", folder))?;
    let ignore = folder.join(".gitignore");
    match OpenOptions::new().write(true).create_new(true).open(&ignore) {
        Ok(mut file) => file.write_all(b"*\n").map_err(|error| failure(&error, "cannot write", &ignore)),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(failure(&error, "cannot write", &ignore)),
    }
}

/// Make an empty file for the owner only, unless there is one. SQLite gives its `-wal` and `-shm` the same mode.
pub(super) fn touch(path: &Path) -> Result<(), Failure> {
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(failure(&error, "cannot make", path)),
    }
}

/// What an error of the file system means.
pub(super) fn failure(error: &io::Error, what: &str, path: &Path) -> Failure {
    let (kind, hint) = match error.kind() {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            (FailureKind::AccessDenied, "Give this user the right to write there, or choose another folder.")
        }
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            (FailureKind::Unavailable, "Make room on the disk and try again.")
        }
        _ => (FailureKind::Other, "Check the path and the file system it is on."),
    };
    Failure::new(kind, format!("{what} `{}`: {error}", path.display())).with_hint(hint)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn the_folder_is_private_and_ignores_itself() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".formwork");
        prepare(&path).unwrap();
        prepare(&path).unwrap();
        touch(&path.join("store.db")).unwrap();
        assert_eq!(mode(&path), 0o700);
        assert_eq!(mode(&path.join("store.db")), 0o600);
        assert_eq!(std::fs::read_to_string(path.join(".gitignore")).unwrap(), "*\n");
    }

    #[test]
    fn a_file_in_the_way_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, "").unwrap();
        let failure = prepare(&path).unwrap_err();
        assert!(failure.message.contains("file"), "{failure}");
        assert!(failure.hint.is_some());
    }
}
