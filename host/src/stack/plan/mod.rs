//! Plans: what a stack change does, why, and what it costs, in a form that a person can decide on.
//!
//! [`build()`] makes a [`Plan`] from what CloudFormation said of a change set, and from the templates where CloudFormation
//! (or something that stands in for it) said nothing; [`text`](mod@text) shows it to people. Nothing here has I/O, and nothing that
//! is hidden (values of `NoEcho` parameters, SecureStrings, secrets) gets into a plan.

pub mod build;
mod causes;
mod changes;
mod context;
mod differences;
pub mod html;
mod intrinsics;
pub mod model;
mod parameters;
mod pointer;
mod resources;
mod security;
pub mod text;
mod values;

#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod tests;

pub use self::build::{PlanInput, build};
pub use self::model::*;
