//! Formwork, the library: it resolves references in CloudFormation templates through sandboxed WebAssembly plugins.
//!
//! The layers, each knowing only those below it: [`stack`], [`render`] and [`pins`] (the ways), [`registry`] and [`resolve`]
//! (which plugin answers what), [`project`] and [`lock`] (the files of a project), [`plugin`] (the sandbox), [`cloud`]
//! (where parameters and secrets live). `cli` is the command around it.

#![cfg_attr(test, allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used))]

pub mod cli;
pub mod cloud;
pub mod document;
pub mod file;
pub mod lock;
pub mod output;
pub mod pins;
pub mod plugin;
pub mod project;
pub mod registry;
pub mod render;
pub mod resolve;
pub mod stack;
