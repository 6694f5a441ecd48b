//! The Rust target wasm32-wasip2, which plugins are built for.

use crate::failure::{Context as _, Failure, Result};
use crate::{process, workspace};
use std::path::{Path, PathBuf};
use std::process::Command;

const TARGET: &str = "wasm32-wasip2";

/// What to do where neither rustup nor Debian's archive can give the target.
const HINT: &str = "either let rustup reach its server and run `rustup target add wasm32-wasip2`, or copy the folder \
    lib/rustlib/wasm32-wasip2 of the same compiler (`rustc --version`) from a machine that has it, into the same place \
    under `rustc --print sysroot`";

/// Makes sure that the target works: from rustup, else built from Debian's sources of the same compiler.
pub(crate) fn ensure() -> Result<()> {
    let library = library()?;
    if has_std(&library) {
        println!("{TARGET}: ready, in {}", library.display());
        return Ok(());
    }
    println!("{TARGET}: not in {}", library.display());
    if process::exists("rustup") {
        add_with_rustup()?;
        if has_std(&library) {
            return Ok(());
        }
    }
    build_from_debian()?;
    if has_std(&library) {
        return Ok(());
    }
    Err(Failure::new(format!("{TARGET} is still not in {}", library.display())).hint(HINT))
}

/// Where the compiler looks for the target's standard library, whether it is there or not.
fn library() -> Result<PathBuf> {
    let mut rustc = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    rustc.args(["--print", "target-libdir", "--target", TARGET]).current_dir(workspace::root());
    let output = process::output(&mut rustc)?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(Failure::new(format!("`{}` failed: {}", process::shown(&rustc), said.trim()))
            .hint("formwork needs a rustc that knows wasm32-wasip2: 1.95 or newer"));
    }
    Ok(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()))
}

fn has_std(library: &Path) -> bool {
    let Ok(entries) = std::fs::read_dir(library) else { return false };
    entries.flatten().any(|entry| is_std(&entry.file_name().to_string_lossy()))
}

fn is_std(file: &str) -> bool {
    file.strip_prefix("libstd-").is_some_and(|rest| rest.ends_with(".rlib"))
}

/// That rustup cannot is no failure yet, so its words are kept apart from ours.
fn add_with_rustup() -> Result<()> {
    let mut rustup = Command::new("rustup");
    rustup.args(["target", "add", TARGET]).current_dir(workspace::root()).env_remove("RUST_BACKTRACE");
    println!("$ {}", process::shown(&rustup));
    let output = process::output(&mut rustup)?;
    for line in String::from_utf8_lossy(&output.stderr).lines() {
        println!("  {line}");
    }
    if !output.status.success() {
        println!("rustup could not; going on with Debian's sources of the same compiler");
    }
    Ok(())
}

fn build_from_debian() -> Result<()> {
    let script = workspace::root().join("xtask/wasm32-wasip2-from-debian.sh");
    script.metadata().context(format_args!("find {}", script.display()))?;
    process::run(Command::new("bash").arg(script).current_dir(workspace::root())).map_err(|failure| failure.hint(HINT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_standard_library_counts() {
        assert!(is_std("libstd-145b48c578b2b1aa.rlib"));
        assert!(!is_std("libstd-145b48c578b2b1aa.rmeta"));
        assert!(!is_std("libstd_detect-fa8fc216ac5538ba.rlib"));
        assert!(!is_std("libcore-458c9ce9d31f7a3a.rlib"));
    }

    #[test]
    fn a_missing_folder_has_no_standard_library() {
        assert!(!has_std(Path::new("/no/such/folder")));
    }
}
