//! The AWS cloud, end to end: the command against moto, and against an endpoint of our own that can count and fail.
#![allow(
    unreachable_pub,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test binary has no outside, and stops at the first surprise"
)]

#[path = "../common/mod.rs"]
mod common;
mod endpoint;
#[allow(dead_code, reason = "not every test binary uses all of it")]
#[path = "../common/http.rs"]
mod http;
mod project;

mod batches;
mod failures;
mod hints;
mod json;
mod leaks;
mod network;
mod parameters;
mod pins;
mod public;
mod secrets;
mod settings;
