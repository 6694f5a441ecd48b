//! The component around the library.

use formwork_plugin::host::stacks;
use formwork_plugin::resolver::{Options, Reference, Resolver};
use formwork_plugin::{Failure, Resolution};

use crate::resolve::{Stacks, resolve};

struct Host;

impl Stacks for Host {
    fn describe(&self, stack: &str) -> Result<String, Failure> {
        stacks::describe(stack)
    }

    fn exports(&self) -> Result<String, Failure> {
        stacks::exports()
    }
}

struct StackOutputs;

impl Resolver for StackOutputs {
    fn schemes() -> Vec<String> {
        vec!["export".into(), "stack".into()]
    }

    fn resolve(references: Vec<Reference>, _: Options) -> Vec<Result<Resolution, Failure>> {
        resolve(&Host, &references)
    }
}

formwork_plugin::export_resolver!(StackOutputs);
