//! The component: what Formwork calls, and what is called of it.

use formwork_plugin::host::files;
use formwork_plugin::resolver::{Options, Reference, Resolver};
use formwork_plugin::{Failure, Resolution};

use crate::lookup::resolve;

struct TomlResolver;

impl Resolver for TomlResolver {
    fn schemes() -> Vec<String> {
        vec!["toml".into()]
    }

    fn resolve(references: Vec<Reference>, _: Options) -> Vec<Result<Resolution, Failure>> {
        let bodies: Vec<&str> = references.iter().map(|reference| reference.body.as_str()).collect();
        resolve(&bodies, &mut |file| files::read(file))
    }
}

formwork_plugin::export_resolver!(TomlResolver);
