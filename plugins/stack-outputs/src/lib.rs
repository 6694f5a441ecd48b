//! The built-in resolver of `<<resolve:stack:NAME.OUTPUT>>` and `<<resolve:export:NAME>>`.
//!
//! `stack` gives an output of a stack of the project or of CloudFormation, `export` gives an export of the account and
//! region. Both may be other values after each deployment, so they are looked up each time and never pinned.
//!
//! The library is pure: what it needs of the host comes in through [`Stacks`].

#[cfg(target_family = "wasm")]
mod component;
mod hint;
mod resolve;

pub use resolve::{Stacks, resolve};
