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
const PLUGINS: [&str; 6] = [
    "formwork-cloudformation",
    "formwork-parameter-store",
    "formwork-run-script",
    "formwork-secrets-manager",
    "formwork-stack-outputs",
    "formwork-update-stack",
];

/// Variables with which people tell cargo how to reach a registry, and how to print.
const KEPT: [&str; 6] = ["CARGO_HOME", "CARGO_HTTP_", "CARGO_NET_", "CARGO_REGISTR", "CARGO_SOURCE_", "CARGO_TERM_"];

fn main() -> Result<(), Box<dyn Error>> {
    let host = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let root = host.parent().ok_or("the host crate has no parent folder")?;
    for watched in ["plugins", "wit", "Cargo.lock", "Cargo.toml"] {
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
    // What the outer build was told about itself (flags, wrappers such as clippy's, features, profiles) is not meant for
    // the plugins; how to reach a registry is.
    for (name, _) in env::vars_os() {
        let name = name.to_string_lossy();
        let ours = ["CARGO_", "RUSTC", "RUSTFLAGS", "RUSTDOCFLAGS"].iter().any(|prefix| name.starts_with(prefix));
        if ours && !KEPT.iter().any(|prefix| name.starts_with(prefix)) {
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
