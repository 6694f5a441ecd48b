//! Plugins: WebAssembly components of the package `formwork:plugin`, loaded, limited, granted and called.

mod actions;
mod bindings;
mod builtin;
mod calls;
mod compile;
mod compiled;
mod deployments;
mod engine;
mod error;
mod fixed;
mod grants;
mod inert;
mod inspect;
mod interfaces;
mod limits;
mod runtime;
mod state;
mod stdio;
mod step;

pub use actions::{ActionDescriptor, Performed};
pub use builtin::{Builtin, DEPLOYER, RENDERER, builtins};
pub use calls::{Finding, Place, RenderRequest, Rendered, Severity};
pub use compile::{COMPILE_COMMAND, Compiler, compile_stdin_to_stdout};
pub use compiled::{CompileStore, sha256};
pub use deployments::{Applied, Deployment, PlannedChange, StackProblem};
pub use error::{CallError, LoadError};
pub use grants::{Denial, Grants};
pub use inert::{inert, inert_line};
pub use inspect::{INTERFACES, Inspection, Kind};
pub use limits::{LimitOverrides, Limits, MAX_COMPONENT_SIZE};
pub use runtime::{Plugin, Runtime, Source};
pub use state::{References, Resolution, ResolvedValue, Services, StackCause, StackEnd, StackOperations};
pub use step::{Step, StepCommand, StepExit, StepStream};
