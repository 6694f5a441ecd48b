//! The component around the library.

use formwork_plugin::host::parameters::{self, Parameter, ParameterPage};
use formwork_plugin::host::{reveal, secrets};
use formwork_plugin::resolver::{Options, Reference, Resolver};
use formwork_plugin::{Failure, Resolution};

use crate::resolve::{Store, resolve};

struct Host;

impl Store for Host {
    fn get(&self, names: &[String]) -> Vec<Result<Parameter, Failure>> {
        parameters::get(names)
    }

    fn under(&self, path: &str, recursive: bool, cursor: Option<&str>) -> Result<ParameterPage, Failure> {
        parameters::under(path, recursive, cursor)
    }

    fn reveal(&self, name: &str) -> Result<(String, Option<String>), Failure> {
        let secret = secrets::open_parameter(name)?;
        Ok((reveal::reveal(&secret)?, secret.version()))
    }
}

struct ParameterStore;

impl Resolver for ParameterStore {
    fn schemes() -> Vec<String> {
        vec!["ssm".into(), "ssm-secure".into()]
    }

    fn resolve(references: Vec<Reference>, options: Options) -> Vec<Result<Resolution, Failure>> {
        resolve(&Host, &references, options.reveal_secrets)
    }
}

formwork_plugin::export_resolver!(ParameterStore);
