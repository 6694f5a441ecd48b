//! The built-in resolver of `<<resolve:ssm:…>>` and `<<resolve:ssm-secure:…>>`.
//!
//! `ssm` gives the value of a String or StringList of Parameter Store. `ssm-secure` gives CloudFormation's own
//! dynamic reference, so that the value of a SecureString never passes through this machine.
//!
//! The library is pure: what it needs of the host comes in through [`Store`].

#[cfg(target_family = "wasm")]
mod component;
mod name;
mod resolve;
mod similar;

pub use name::{Name, NameError, Selector};
pub use resolve::{Store, resolve};
