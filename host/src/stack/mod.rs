//! Stacks: what a stack change is made of, planned, shown, applied and watched; and the order of a project's stacks.
//!
//! [`prepare`] makes a template ready to be sent, [`change`] has the deployer plan and apply it, [`saved`] keeps a plan
//! and refuses a stale one. [`plan`], [`template`], [`inputs`], [`graph`] and [`order`] have no I/O; [`watch`] follows an
//! operation, and [`operations`] is what plugins wait with.

pub mod change;
pub mod error;
pub mod graph;
pub mod inputs;
pub mod operations;
pub mod order;
pub mod plan;
pub mod prepare;
pub mod request;
pub mod saved;
pub mod template;
pub mod watch;
