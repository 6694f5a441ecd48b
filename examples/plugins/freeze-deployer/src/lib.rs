//! A deployer that does not deploy in a freeze, which is written in `freezes.toml` in a granted folder.
//!
//! The work is done in [`calendar`] and [`change`], which know neither WebAssembly nor Formwork's host and are tested
//! like any Rust; [`component`] connects them to the host.

pub mod calendar;
pub mod change;
#[cfg(target_family = "wasm")]
mod component;
