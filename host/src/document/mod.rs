//! SSM documents: read, checked, and run step by step as the SSM Agent would, with actions that are plugins.
//!
//! [`parse`] and [`check`] have no I/O, nor has [`agent`], which knows what the agent makes of everything; [`runner`] runs
//! a document with the actions of a project, each step as the private module `step` has it.

pub mod actions;
pub mod agent;
pub mod check;
pub mod model;
pub mod parse;
pub mod process;
pub mod runner;
mod step;
mod store;
