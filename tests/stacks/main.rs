//! Stacks, end to end: the command against a CloudFormation of our own that can do everything (`fake`), and against
//! ministack.
#![allow(
    unreachable_pub,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test binary has no outside, and stops at the first surprise"
)]

#[path = "../common/mod.rs"]
mod common;
mod fake;
mod ground;
#[allow(dead_code, reason = "not every test binary uses all of it")]
#[path = "../common/http.rs"]
mod http;
#[allow(dead_code, reason = "not every test binary uses all of it")]
#[path = "../aws/project.rs"]
mod project;

mod causes;
mod change_sets;
mod commands;
mod deploy;
mod inputs;
mod interrupt;
mod many;
mod no_change;
mod pipelines;
mod plans;
mod readme;
mod recover;
mod refusals;
mod saved;
mod secrets;
mod templates;
mod trouble;
mod whole;
