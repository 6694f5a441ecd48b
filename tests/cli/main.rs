//! The command, end to end, on the embedded store.

#![allow(unreachable_pub, clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

#[path = "../common/mod.rs"]
mod common;

mod exit_codes;
mod lock;
mod output;
mod param;
mod pyyaml;
mod render;
mod reveal;
mod secret;
mod store;
mod transcript;
