//! Hostile plugins against the built command and against the library, and what a project does to trust a plugin.
//!
//! The plugins are in `tests/hostile` and are built on first use, see [`fixture`].
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    unreachable_pub,
    reason = "tests may stop at the first surprise, and have no outside"
)]

#[path = "../common/mod.rs"]
mod common;
#[allow(dead_code, unused_imports, reason = "not every test binary uses all of it")]
#[path = "../stacks/fake/mod.rs"]
mod fake;
#[allow(dead_code, reason = "not every test binary uses all of it")]
#[path = "../common/http.rs"]
mod http;

mod answers;
mod calls;
mod compile;
mod compile_store;
mod components;
mod deployers;
mod example;
mod files;
mod fixture;
mod grants;
mod harness;
mod inspect;
mod limits;
mod project;
mod renderer;
mod schemes;
mod secrets;
mod texts;
mod trust;
mod wasi;
