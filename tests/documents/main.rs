//! SSM documents, end to end: the built command with real shells, held against what was seen of the SSM Agent.
#![allow(
    unreachable_pub,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test binary has no outside, and stops at the first surprise"
)]

#[path = "../common/mod.rs"]
mod common;
mod ground;

mod check;
mod examples;
mod exit_codes;
mod interrupt;
mod parameters;
mod schema_1;
mod steps;
