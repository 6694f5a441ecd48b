//! What a Formwork plugin in Rust is written with.
//!
//! A plugin is a `cdylib` for `wasm32-wasip2`: a type that implements the trait of its kind, and one line that
//! exports it. The linker drops every host interface that the plugin does not call, so that what the component
//! imports is what it needs to be granted.
//!
//! ```
//! use formwork_plugin::resolver::{Options, Reference, Resolver};
//! use formwork_plugin::{Failure, FailureKind, Resolution};
//!
//! struct Upper;
//!
//! impl Resolver for Upper {
//!     fn schemes() -> Vec<String> {
//!         vec!["upper".into()]
//!     }
//!
//!     fn resolve(references: Vec<Reference>, _: Options) -> Vec<Result<Resolution, Failure>> {
//!         references.into_iter().map(|r| Ok(Resolution::text(r.body.to_uppercase()))).collect()
//!     }
//! }
//!
//! formwork_plugin::export_resolver!(Upper);
//! ```

mod bindings;
mod failure;
pub mod log;

pub use bindings::formwork::plugin::references::{Resolution, Value};
pub use bindings::formwork::plugin::types::{Failure, FailureKind};

/// Host interfaces; calling one makes it an import of the component, which needs a grant. The doc comments are those
/// of the WIT package.
pub mod host {
    pub use crate::bindings::formwork::plugin::{
        files, http, output, parameters, process, progress, references, reveal, secrets, stacks, workspace,
    };
}

/// What a resolver is written with.
pub mod resolver {
    pub use crate::bindings::resolver::exports::formwork::plugin::resolver::{Guest as Resolver, Options, Reference};
}

/// What a renderer is written with.
pub mod renderer {
    pub use crate::bindings::renderer::exports::formwork::plugin::renderer::{
        Finding, Guest as Renderer, Place, RenderRequest, Rendered, Severity,
    };
}

/// What a deployer is written with.
pub mod deployer {
    pub use crate::bindings::deployer::exports::formwork::plugin::deployer::{
        ChangeSet, Deployment, Guest as Deployer, Outcome, Problem, TemplateSource,
    };
}

/// What an action is written with.
pub mod action {
    pub use crate::bindings::action::exports::formwork::plugin::action::{
        Descriptor, Guest as Action, Invocation, Outcome,
    };
}

#[doc(hidden)]
pub mod __exports {
    pub use crate::bindings::{action, deployer, renderer, resolver};
}

/// Export a type that implements [`resolver::Resolver`].
#[macro_export]
macro_rules! export_resolver {
    ($plugin:ident) => {
        #[cfg(target_family = "wasm")]
        $crate::__exports::resolver::__export_resolver!($plugin with_types_in $crate::__exports::resolver);
    };
}

/// Export a type that implements [`renderer::Renderer`].
#[macro_export]
macro_rules! export_renderer {
    ($plugin:ident) => {
        #[cfg(target_family = "wasm")]
        $crate::__exports::renderer::__export_renderer!($plugin with_types_in $crate::__exports::renderer);
    };
}

/// Export a type that implements [`deployer::Deployer`].
#[macro_export]
macro_rules! export_deployer {
    ($plugin:ident) => {
        #[cfg(target_family = "wasm")]
        $crate::__exports::deployer::__export_deployer!($plugin with_types_in $crate::__exports::deployer);
    };
}

/// Export a type that implements [`action::Action`].
#[macro_export]
macro_rules! export_action {
    ($plugin:ident) => {
        #[cfg(target_family = "wasm")]
        $crate::__exports::action::__export_action!($plugin with_types_in $crate::__exports::action);
    };
}
