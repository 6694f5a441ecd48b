//! A resolver for `<<resolve:toml:FILE:KEY>>`: values out of TOML files that lie beside the template.
//!
//! The work is done in [`key`] and [`lookup`], which know neither WebAssembly nor Formwork's host and are tested
//! like any Rust; [`component`] connects them to the host.

#[cfg(target_family = "wasm")]
mod component;
pub mod key;
pub mod lookup;
