//! The plugins that come with Formwork. This table is the only place where the host knows a plugin by name.

use std::time::Duration;

use super::grants::Grants;
use super::limits::{Limits, MIB};

/// A plugin inside the binary.
pub struct Builtin {
    /// Its name.
    pub name: &'static str,
    /// The component, built by `build.rs`.
    pub bytes: &'static [u8],
    /// The schemes that it resolves, so that it is loaded only when one of them is asked for. A test holds them against what
    /// the plugin itself says.
    pub schemes: &'static [&'static str],
    /// The action that it performs, as for the schemes.
    pub action: Option<&'static str>,
    /// What it may reach.
    pub grants: Grants,
    /// What it may use.
    pub limits: Limits,
}

/// The deployer that is used unless `formwork.toml` names another.
pub const DEPLOYER: &str = "update-stack";

/// The renderer that is used unless `formwork.toml` names another.
pub const RENDERER: &str = "cloudformation";

/// A resolver waits for AWS, with its retries; the SDK's own time-outs are what ends that.
const RESOLVER: Limits = Limits { memory: 64 * MIB, time: Duration::from_secs(60) };

/// The renderer waits for all resolvers.
const RENDERER_LIMITS: Limits = Limits { memory: 256 * MIB, time: Duration::from_secs(90) };

/// All of them.
#[must_use]
pub fn builtins() -> [Builtin; 6] {
    let everything = || vec!["*".to_owned()];
    [
        Builtin {
            name: RENDERER,
            bytes: include_bytes!(concat!(env!("OUT_DIR"), "/formwork_cloudformation.wasm")),
            schemes: &[],
            action: None,
            grants: Grants { references: true, ..Grants::default() },
            limits: RENDERER_LIMITS,
        },
        Builtin {
            name: "parameter-store",
            bytes: include_bytes!(concat!(env!("OUT_DIR"), "/formwork_parameter_store.wasm")),
            schemes: &["ssm", "ssm-secure"],
            action: None,
            // Revealing is asked of it only when the user passes `--reveal-secrets`.
            grants: Grants { parameters: everything(), secrets: everything(), reveal: true, ..Grants::default() },
            limits: RESOLVER,
        },
        Builtin {
            name: "secrets-manager",
            bytes: include_bytes!(concat!(env!("OUT_DIR"), "/formwork_secrets_manager.wasm")),
            schemes: &["secretsmanager"],
            action: None,
            grants: Grants { secrets: everything(), reveal: true, ..Grants::default() },
            limits: RESOLVER,
        },
        Builtin {
            name: "stack-outputs",
            bytes: include_bytes!(concat!(env!("OUT_DIR"), "/formwork_stack_outputs.wasm")),
            schemes: &["export", "stack"],
            action: None,
            grants: Grants { stacks: everything(), ..Grants::default() },
            limits: RESOLVER,
        },
        Builtin {
            name: DEPLOYER,
            bytes: include_bytes!(concat!(env!("OUT_DIR"), "/formwork_update_stack.wasm")),
            schemes: &[],
            action: None,
            grants: Grants { stacks: everything(), ..Grants::default() },
            limits: Limits::DEPLOYER,
        },
        Builtin {
            name: "run-script",
            bytes: include_bytes!(concat!(env!("OUT_DIR"), "/formwork_run_script.wasm")),
            schemes: &[],
            action: Some("aws:runShellScript"),
            grants: Grants { process: vec!["sh".to_owned()], ..Grants::default() },
            limits: Limits::ACTION,
        },
    ]
}
