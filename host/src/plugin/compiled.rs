//! The compile store: compiled components in a folder of this user's.
//!
//! A file is native code, so it is trusted only as far as the folder is: mode 0700, never filled from outside. Its name
//! is the SHA-256 of the component and the engine's compatibility hash; its content is a SHA-256 over the component's
//! and the code, and then the code. A file that is not what it says is compiled anew. Files are written beside their
//! place and renamed, so that a reader sees all of one or none of it; when the folder grows past its limit the oldest
//! go first. A folder that others could write to is thrown away with all that is in it.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use aws_lc_rs::digest::{Context, Digest, SHA256, SHA256_OUTPUT_LEN, digest};
use wasmtime::Engine;
use wasmtime::component::Component;

/// How large the folder may grow, in bytes.
const MAX_STORE: u64 = 1 << 30;

/// The SHA-256 of `bytes` in lower-case hexadecimal digits.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    digest(&SHA256, bytes).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A folder of compiled components.
#[derive(Clone, Debug)]
pub struct CompileStore {
    folder: PathBuf,
    max_size: u64,
}

impl CompileStore {
    /// A store in `folder`, which is made when it is first written to.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self { folder, max_size: MAX_STORE }
    }

    /// A store that may grow to `max_size` bytes.
    #[must_use]
    pub fn with_max_size(self, max_size: u64) -> Self {
        Self { max_size, ..self }
    }

    /// Where the component with this digest is or would be.
    #[must_use]
    pub fn path(&self, engine: &Engine, digest: &str) -> PathBuf {
        // The hash is stable within a build of wasmtime, which is all that is needed: a file of another build is foreign.
        let mut hasher = DefaultHasher::new();
        engine.precompile_compatibility_hash().hash(&mut hasher);
        self.folder.join(format!("{digest}-{:016x}.cwasm", hasher.finish()))
    }

    /// The compiled component, if it is here and whole.
    pub(crate) fn load(&self, engine: &Engine, digest: &str) -> Option<Component> {
        if !is_private(&self.folder) {
            return None;
        }
        let path = self.path(engine, digest);
        let file = fs::File::open(&path).ok()?;
        let whole = is_whole(digest, file).unwrap_or(false);
        let component = whole.then(|| deserialize_file(engine, &path)).flatten();
        if component.is_none() {
            tracing::warn!(path = %path.display(), "a compiled component was damaged or foreign; compiling it again");
        }
        component
    }

    /// Keep compiled code. A store that cannot be written costs time, not correctness, so this only warns.
    pub(crate) fn keep(&self, engine: &Engine, digest: &str, code: &[u8]) {
        if let Err(error) = self.write(&self.path(engine, digest), digest, code) {
            tracing::warn!(folder = %self.folder.display(), %error, "the compile store cannot be written");
        }
    }

    fn write(&self, path: &Path, component: &str, code: &[u8]) -> io::Result<()> {
        make_private(&self.folder)?;
        self.make_room(code.len() as u64)?;
        let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
        file.write_all(code)?;
        file.write_all(seal(component, code).as_ref())?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        Ok(())
    }

    fn make_room(&self, needed: u64) -> io::Result<()> {
        let mut files: Vec<(SystemTime, u64, PathBuf)> = Vec::new();
        for entry in fs::read_dir(&self.folder)?.flatten() {
            let Ok(metadata) = entry.metadata() else { continue };
            files.push((metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH), metadata.len(), entry.path()));
        }
        files.sort_unstable();
        let mut size: u64 = files.iter().map(|(_, size, _)| size).sum::<u64>() + needed;
        for (_, freed, path) in files {
            if size <= self.max_size {
                break;
            }
            // Another process may have been quicker.
            let _ = fs::remove_file(path);
            size -= freed;
        }
        Ok(())
    }
}

/// Ties the code to its component, so that a file under another name is none.
fn seal(component: &str, code: &[u8]) -> Digest {
    let mut context = Context::new(&SHA256);
    context.update(component.as_bytes());
    context.update(code);
    context.finish()
}

/// Read in pieces: the file is large, and only its digest is wanted.
fn is_whole(component: &str, file: fs::File) -> io::Result<bool> {
    let Some(code) = file.metadata()?.len().checked_sub(SHA256_OUTPUT_LEN as u64) else { return Ok(false) };
    let mut context = Context::new(&SHA256);
    context.update(component.as_bytes());
    let mut code = file.take(code);
    let mut piece = vec![0; 64 << 10];
    loop {
        match code.read(&mut piece)? {
            0 => break,
            length => context.update(piece.get(..length).unwrap_or_default()),
        }
    }
    let mut stored = Vec::new();
    code.into_inner().read_to_end(&mut stored)?;
    Ok(context.finish().as_ref() == stored)
}

/// The file is mapped rather than read: most of the code of a component is never run.
#[allow(unsafe_code)]
fn deserialize_file(engine: &Engine, path: &Path) -> Option<Component> {
    // SAFETY: the code was made by this engine's compiler: only this user can write into the folder (its owner and mode
    // were checked), the seal of the file was verified a moment ago, and Formwork only ever renames whole files there.
    unsafe { Component::deserialize_file(engine, path) }.ok()
}

/// Code straight from the compiler, as a component.
#[allow(unsafe_code)]
pub(crate) fn from_compiler(engine: &Engine, code: &[u8]) -> Option<Component> {
    // SAFETY: the code comes from this engine's compiler, in this process or in the child that it was given to.
    unsafe { Component::deserialize(engine, code) }.ok()
}

#[cfg(unix)]
fn make_private(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt, MetadataExt};
    let create = || fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
    create()?;
    if is_private(folder) {
        return Ok(());
    }
    let denied = |why| Err(io::Error::new(io::ErrorKind::PermissionDenied, why));
    let found = fs::symlink_metadata(folder)?;
    if !found.is_dir() || found.uid() != rustix::process::geteuid().as_raw() {
        return denied("it is not a folder of this user's");
    }
    // Others may have put files there, and closing the folder would make them trusted.
    tracing::warn!(folder = %folder.display(), "others can reach the compile store; starting a new one");
    let away = tempfile::Builder::new().prefix("untrusted-").tempdir_in(folder.parent().unwrap_or(Path::new(".")))?;
    fs::rename(folder, away.path().join("compiled"))?;
    create()?;
    if is_private(folder) { Ok(()) } else { denied("it cannot be closed to others") }
}

#[cfg(unix)]
fn is_private(folder: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let ours = |m: fs::Metadata| m.is_dir() && m.mode() & 0o077 == 0 && m.uid() == rustix::process::geteuid().as_raw();
    fs::symlink_metadata(folder).is_ok_and(ours)
}

#[cfg(not(unix))]
fn make_private(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

#[cfg(not(unix))]
fn is_private(folder: &Path) -> bool {
    folder.is_dir()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store() -> (tempfile::TempDir, CompileStore, Engine) {
        let folder = tempfile::tempdir().unwrap();
        let store = CompileStore::new(folder.path().join("compiled"));
        (folder, store, super::super::engine::compiler().unwrap())
    }

    fn code(engine: &Engine) -> Vec<u8> {
        engine.precompile_component(&wat::parse_str("(component)").unwrap()).unwrap()
    }

    #[test]
    fn gives_back_what_it_kept() {
        let (_folder, store, engine) = store();
        assert!(store.load(&engine, "d").is_none());
        store.keep(&engine, "d", &code(&engine));
        assert!(store.load(&engine, "d").is_some());
        assert!(store.load(&engine, "e").is_none());
    }

    #[test]
    fn never_loads_a_changed_file() {
        let (_folder, store, engine) = store();
        store.keep(&engine, "d", &code(&engine));
        let path = store.path(&engine, "d");
        let whole = fs::read(&path).unwrap();
        store.keep(&engine, "e", &code(&engine));
        fs::copy(store.path(&engine, "e"), &path).unwrap();
        assert!(store.load(&engine, "d").is_none(), "the file of another component");
        for at in [0, 31, 32, 100, whole.len() - 1] {
            let mut changed = whole.clone();
            changed[at] ^= 1;
            fs::write(&path, changed).unwrap();
            assert!(store.load(&engine, "d").is_none(), "byte {at}");
        }
        for length in [0, 10, 32, whole.len() - 1] {
            fs::write(&path, &whole[..length]).unwrap();
            assert!(store.load(&engine, "d").is_none(), "length {length}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn never_loads_from_a_folder_that_others_can_reach() {
        use std::os::unix::fs::PermissionsExt;
        let (_folder, store, engine) = store();
        store.keep(&engine, "d", &code(&engine));
        assert_eq!(fs::metadata(&store.folder).unwrap().permissions().mode() & 0o777, 0o700);
        fs::set_permissions(&store.folder, fs::Permissions::from_mode(0o770)).unwrap();
        assert!(store.load(&engine, "d").is_none());
        store.keep(&engine, "e", &code(&engine));
        assert_eq!(fs::metadata(&store.folder).unwrap().permissions().mode() & 0o777, 0o700);
        assert!(store.load(&engine, "e").is_some());
        assert!(store.load(&engine, "d").is_none(), "what was there before is not trusted");
    }

    #[test]
    fn the_oldest_go_first() {
        let (_folder, store, engine) = store();
        let store = store.with_max_size(250);
        for (age, name) in ["a", "b", "c"].into_iter().enumerate() {
            store.keep(&engine, name, &[0; 68]);
            let at = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(age as u64);
            fs::File::options().write(true).open(store.path(&engine, name)).unwrap().set_modified(at).unwrap();
        }
        let there: Vec<bool> = ["a", "b", "c"].iter().map(|name| store.path(&engine, name).exists()).collect();
        assert_eq!(there, [false, true, true]);
    }
}
