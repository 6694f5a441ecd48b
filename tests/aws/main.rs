//! The AWS cloud, end to end: the command against moto, and against an endpoint of our own that can count and fail.

#[path = "../common/mod.rs"]
mod common;
mod endpoint;
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
