//! The built-in deployer: it drives CloudFormation's change sets through the host interface `stacks`.
//!
//! [`plan`] looks at the stack, asks for a change set and gives back what CloudFormation says it would do; [`apply`]
//! executes exactly that change set and waits for the end. What a plan made in vain it deletes again.

mod after;
mod apply;
mod cleanup;
mod cloud;
#[cfg(target_family = "wasm")]
mod component;
mod hints;
mod model;
mod plan;
mod ready;
mod reasons;
mod request;
mod settings;
mod state;

pub use apply::apply;
pub use cloud::{Cloud, Ended, Voice};
pub use plan::plan;
