//! Files that are there whole or not at all.

use std::io::{self, Write};
use std::path::Path;

/// The folder that a path is in.
pub(crate) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Keep others who ask for the same out of a folder, until what is given is dropped.
///
/// # Errors
/// When the folder cannot be opened.
#[cfg(unix)]
pub(crate) fn lock_folder(folder: &Path) -> io::Result<std::fs::File> {
    let folder = std::fs::File::open(folder)?;
    folder.lock()?;
    Ok(folder)
}

#[cfg(not(unix))]
pub(crate) fn lock_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Write a file beside its place and rename it, so that a reader, a kill or a full disk never leave half of it. `mode`
/// is that of a new file, on Unix; a file that is there keeps its own. What is no file – a device, a named pipe – is
/// written to, not replaced.
///
/// # Errors
/// Whatever the system answers; the file is then as it was.
pub fn write_atomically(path: &Path, bytes: &[u8], mode: Option<u32>) -> io::Result<()> {
    // Through a symbolic link to the file itself, as an editor would.
    let path = &std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if std::fs::metadata(path).is_ok_and(|there| !there.is_file()) {
        return std::fs::OpenOptions::new().write(true).open(path)?.write_all(bytes);
    }
    let folder = folder_of(path);
    let mut file = tempfile::Builder::new().prefix(".formwork-").tempfile_in(folder)?;
    file.write_all(bytes)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let there = std::fs::metadata(path).map(|m| m.permissions().mode() & 0o7777).ok();
        let wanted = there.or(mode).unwrap_or_else(|| 0o666 & !umask());
        file.as_file().set_permissions(std::fs::Permissions::from_mode(wanted))?;
    }
    #[cfg(not(unix))]
    let _ = mode;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// The file mode creation mask. The system can only tell it while setting it, so it is set and set back at once.
#[cfg(unix)]
fn umask() -> u32 {
    use rustix::fs::Mode;
    let mask = rustix::process::umask(Mode::from_raw_mode(0o077));
    rustix::process::umask(mask);
    mask.bits()
}
