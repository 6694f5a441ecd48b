//! The plugins that the tests are about, built once for the whole binary.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

const TARGET: &str = "wasm32-wasip2";

/// The repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The hostile resolver.
pub fn resolver() -> &'static [u8] {
    &hostile().0
}

/// The hostile renderer.
pub fn renderer() -> &'static [u8] {
    &hostile().1
}

/// The example of a third-party resolver.
pub fn toml_resolver() -> &'static [u8] {
    static BUILT: OnceLock<Vec<u8>> = OnceLock::new();
    BUILT.get_or_init(|| build("examples/plugins/toml-resolver", &["toml_resolver"]).remove(0))
}

/// The hostile deployer.
pub fn deployer() -> &'static [u8] {
    &hostile().2
}

/// The example of a third-party deployer.
pub fn freeze_deployer() -> &'static [u8] {
    static BUILT: OnceLock<Vec<u8>> = OnceLock::new();
    BUILT.get_or_init(|| build("examples/plugins/freeze-deployer", &["freeze_deployer"]).remove(0))
}

fn hostile() -> &'static (Vec<u8>, Vec<u8>, Vec<u8>) {
    static BUILT: OnceLock<(Vec<u8>, Vec<u8>, Vec<u8>)> = OnceLock::new();
    BUILT.get_or_init(|| {
        let components = ["hostile_resolver", "hostile_renderer", "hostile_deployer"];
        let mut built = build("tests/hostile", &components).into_iter();
        (built.next().unwrap(), built.next().unwrap(), built.next().unwrap())
    })
}

/// The hostile resolver with other schemes: separated by commas, `~` for an escape, `!loop` for never answering. It
/// keeps them in a place of 64 bytes, so that this takes no other build.
pub fn resolver_with_schemes(schemes: &str) -> Vec<u8> {
    patched(resolver(), b"SCHEMES=", &format!("{schemes};"), 64)
}

/// The hostile resolver, the same but for its digest.
pub fn resolver_edition(edition: u8) -> Vec<u8> {
    patched(resolver(), b"EDITION=", &edition.to_string(), 16)
}

/// The hostile deployer, the same but for its digest.
pub fn deployer_edition(edition: u8) -> Vec<u8> {
    patched(deployer(), b"EDITION=", &edition.to_string(), 16)
}

fn patched(component: &[u8], mark: &[u8], text: &str, place: usize) -> Vec<u8> {
    let mut bytes = component.to_vec();
    assert!(mark.len() + text.len() <= place, "`{text}` does not fit");
    let found: Vec<usize> =
        bytes.windows(mark.len()).enumerate().filter(|(_, window)| *window == mark).map(|(at, _)| at).collect();
    // The same letters stand in the code that reads them; the place itself goes on with dots.
    let at = found.into_iter().find(|at| bytes[*at..*at + place].ends_with(b"......")).unwrap();
    bytes[at + mark.len()..at + mark.len() + text.len()].copy_from_slice(text.as_bytes());
    bytes
}

/// Build the components of a workspace as its author would, but into our target folder.
fn build(workspace: &str, components: &[&str]) -> Vec<Vec<u8>> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("fixtures");
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .current_dir(root().join(workspace))
        .args(["build", "--release", "--locked", "--target", TARGET, "--target-dir"])
        .arg(&target)
        .stdin(Stdio::null());
    // As in host/build.rs: what is meant for the tests is not meant for the plugins.
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        let kept = ["CARGO_NET_", "CARGO_REGISTRIES_"];
        if name.starts_with("CARGO_") && name != "CARGO_HOME" && !kept.iter().any(|kept| name.starts_with(kept))
            || matches!(&*name, "RUSTFLAGS" | "RUSTC" | "RUSTC_WRAPPER" | "RUSTC_WORKSPACE_WRAPPER" | "RUSTDOCFLAGS")
        {
            command.env_remove(&*name);
        }
    }
    let output = command.output().unwrap_or_else(|error| panic!("cargo cannot be started: {error}"));
    assert!(
        output.status.success(),
        "`{workspace}` cannot be built for {TARGET}; is the target there (`rustup target add {TARGET}`, or \
         `cargo xtask setup`), and is its Cargo.lock up to date?\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let file = |name: &&str| -> PathBuf { target.join(TARGET).join("release").join(format!("{name}.wasm")) };
    components.iter().map(|name| std::fs::read(file(name)).unwrap()).collect()
}
