//! Builds the built-in plugins for `wasm32-wasip2`, so that they can be put into the binary.
//!
//! A cargo inside cargo needs a target folder of its own, or both would wait for the same lock.
#![allow(clippy::print_stdout, reason = "this is how a build script talks to cargo")]

use std::env;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const TARGET: &str = "wasm32-wasip2";

/// The crates; `src/builtin.rs` names them again, each with its grants.
const PLUGINS: [&str; 3] = ["formwork-cloudformation", "formwork-parameter-store", "formwork-secrets-manager"];

fn main() -> Result<(), Box<dyn Error>> {
    let host = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let root = host.parent().ok_or("the host crate has no parent folder")?;
    for watched in ["plugins", "wit", "Cargo.lock"] {
        println!("cargo::rerun-if-changed={}", root.join(watched).display());
    }
    println!("cargo::rerun-if-changed=build.rs");

    if !target_is_there()? {
        println!("cargo::error=the Rust target {TARGET} is not installed, and the built-in plugins are built for it");
        println!("cargo::error=run `rustup target add {TARGET}`, or `cargo xtask setup`, which knows another way too");
        return Ok(());
    }
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let target = target_folder(&out);
    let mut cargo = Command::new(env::var("CARGO")?);
    cargo
        .current_dir(root)
        .args(["build", "--profile", "plugin", "--target", TARGET, "--target-dir"])
        .arg(&target)
        // What stdout says goes to cargo, which would read it as instructions.
        .stdout(Stdio::null());
    for plugin in PLUGINS {
        cargo.args(["--package", plugin]);
    }
    // Flags and wrappers of the outer build (clippy among them) are not meant for the plugins.
    for (name, _) in env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("CARGO_")
            && name != "CARGO_HOME"
            && !name.starts_with("CARGO_NET_")
            && !name.starts_with("CARGO_REGISTRIES_")
            || matches!(
                &*name,
                "RUSTFLAGS"
                    | "RUSTC"
                    | "RUSTC_WRAPPER"
                    | "RUSTC_WORKSPACE_WRAPPER"
                    | "RUSTDOCFLAGS"
                    | "TARGET"
                    | "HOST"
            )
        {
            cargo.env_remove(&*name);
        }
    }
    if !cargo.status()?.success() {
        println!("cargo::error=the built-in plugins could not be built; the compiler's messages are above");
        return Ok(());
    }
    for plugin in PLUGINS {
        let file = format!("{}.wasm", plugin.replace('-', "_"));
        std::fs::copy(target.join(TARGET).join("plugin").join(&file), out.join(&file))?;
    }
    Ok(())
}

fn target_is_there() -> Result<bool, Box<dyn Error>> {
    let rustc = env::var("RUSTC")?;
    let output = Command::new(rustc).args(["--print", "target-libdir", "--target", TARGET]).output()?;
    let folder = String::from_utf8(output.stdout)?;
    let Ok(mut entries) = std::fs::read_dir(folder.trim()) else { return Ok(false) };
    Ok(entries.any(|entry| entry.is_ok_and(|entry| entry.file_name().to_string_lossy().starts_with("libstd-"))))
}

/// `target/plugins`, shared by all profiles; `OUT_DIR` is `target/PROFILE/build/PACKAGE/out`.
fn target_folder(out: &Path) -> PathBuf {
    out.ancestors().nth(4).unwrap_or(out).join("plugins")
}
