//! The built-in action `aws:runShellScript`: lines of a document become a script, and the script is run.
//!
//! [`run`] does what the SSM Agent does between the inputs of a step and the end of its process
//! (`agent/plugins/runscript`, `pluginutil`, `agent/executers`); what the exit code then means for the document is the
//! host's concern. Nothing here knows which shell it is: a [`Shell`] says so.

#[cfg(target_family = "wasm")]
mod component;
mod go;
mod input;
mod machine;
mod run;
mod timeout;

pub use input::Script;
pub use machine::{Exit, Machine, Program};
pub use run::{Shell, run};

/// The JSON Schema (2020-12) of the inputs.
pub const INPUTS: &str = include_str!("../inputs.json");
