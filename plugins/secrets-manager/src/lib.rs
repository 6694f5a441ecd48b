//! The built-in resolver of `<<resolve:secretsmanager:ID[:SecretString[:KEY[:STAGE[:VERSION-ID]]]]>>`.
//!
//! It gives CloudFormation's own dynamic reference, so that the value never passes through this machine; with
//! `--reveal-secrets` it gives the value.

#[cfg(target_family = "wasm")]
mod component;
mod reference;
mod resolve;

pub use reference::SecretReference;
pub use resolve::{Vault, resolve};
