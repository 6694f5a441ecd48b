//! What the SSM Agent does with a document, without doing it: which values the parameters have, what becomes of the
//! inputs, which steps run, what an exit code means, and how the outputs are cut and reported. Nothing here starts a
//! process or touches a file, so that every rule can be tested against what was seen of the agent itself.
//!
//! The rules were read in the source of `aws/amazon-ssm-agent` and seen by running it; where the service does more than
//! the agent, `super::check` does that. Texts are the agent's, byte for byte.
//!
//! The course of a run: [`prepare`] the parameters, then for each step [`inputs`], [`select::select`], the action, and
//! [`exit::Part::finish`]; at the end [`reply::reply`].

pub mod actions;
pub mod exit;
pub mod folder;
pub mod go;
pub mod output;
pub mod parameters;
pub mod places;
pub mod precondition;
pub mod regexp;
pub mod reply;
pub mod select;
pub mod status;
pub mod store;
pub mod substitute;
#[cfg(test)]
mod tests;
pub mod validate;

use serde_json::{Map, Value};

use self::parameters::{Definitions, Values};
use self::store::Store;
use self::substitute::Substitution;
use self::validate::Origin;

/// The parameters of a document: merged, and checked as the agent checks them with `{{ssm:…}}` looked up. The result
/// still holds the references, which are looked up again in the inputs that they reach.
///
/// # Errors
/// The agent's text; the document does not run.
pub async fn prepare(
    store: &dyn Store,
    definitions: &Definitions,
    supplied: &Values,
    origin: Origin,
) -> Result<Values, String> {
    let merged = parameters::merge(definitions, supplied);
    let all: Map<String, Value> = merged.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    let resolved = match store::resolve(store, &Value::Object(all)).await? {
        Value::Object(map) => map.into_iter().collect(),
        _ => Values::new(),
    };
    validate::validate(definitions, &resolved, &merged, origin)?;
    Ok(merged)
}

/// The settings or inputs of a step with the parameters put in, and then with `{{ssm:…}}` looked up.
///
/// # Errors
/// The agent's text; the document does not run, whichever step it is.
pub async fn inputs(store: &dyn Store, parameters: &Substitution, value: &Value) -> Result<Value, String> {
    store::resolve(store, &parameters.apply(value)).await
}
