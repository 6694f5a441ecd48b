//! Stack policies.

use serde_json::Value;

use super::InputError;
use super::read::with_root;
use crate::stack::template::document::{Kind, NodeRef, ReadError};

/// Read a stack policy (User Guide, "Prevent updates to stack resources"), JSON or YAML, as the compact JSON text that
/// SetStackPolicy takes.
///
/// # Errors
/// When the text is neither JSON nor YAML, or no map with the list `Statement`.
pub fn read_stack_policy(name: &str, text: &str) -> Result<String, InputError> {
    with_root(name, text, |root| Ok(read(root)?.to_string()))
}

/// A policy as it is.
pub(super) fn read(root: NodeRef<'_>) -> Result<Value, ReadError> {
    if !matches!(root.kind(), Kind::Mapping) || root.local_tag().is_some() {
        return Err(ReadError::new(root.place(), "the stack policy is no map"));
    }
    match root.member("Statement") {
        // One statement may stand without a list, as in every policy.
        Some((_, node)) if matches!(node.kind(), Kind::Sequence | Kind::Mapping) => root.value(),
        Some((at, _)) => Err(ReadError::new(at, "`Statement` of the stack policy is no list")),
        None => Err(ReadError::new(root.place(), "the stack policy has no `Statement`")
            .hint("Write `{\"Statement\": [{\"Effect\": \"Deny\", …}]}`.")),
    }
}
