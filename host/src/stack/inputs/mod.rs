//! What a user gives beside a template: parameters, tags, a stack policy, resources to import.
//!
//! Files are JSON or YAML, and their forms are told apart by their shape. Values may be secrets: they stand in no error
//! and in no `Debug` output.

mod check;
mod import;
mod parameters;
mod policy;
mod read;
mod tags;
#[cfg(test)]
mod tests;
mod values;

pub use self::check::{InputProblem, check_parameters};
pub use self::import::read_resources_to_import;
pub use self::parameters::{ParameterFile, read_parameters};
pub use self::policy::read_stack_policy;
pub use self::tags::read_tags;
pub use self::values::read_values;

use crate::stack::template::document::ReadError;

/// Why a file of inputs cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name}:{line}:{column}: {message}")]
pub struct InputError {
    /// The file, as given.
    pub name: String,
    /// A lower-case fragment without a full stop. It may name keys of the file, never values; it is one line without
    /// control characters.
    pub message: String,
    /// What to do about it, one sentence.
    pub hint: Option<String>,
    /// From 1.
    pub line: u32,
    /// The character on that line, from 1.
    pub column: u32,
}

impl InputError {
    fn new(name: &str, error: ReadError) -> Self {
        let ReadError { message, hint, at } = error;
        Self { name: name.to_owned(), message, hint, line: at.line, column: at.column }
    }
}

/// The parts of `NAME=VALUE`, as the command line takes parameters and tags. The first `=` counts, and the value may be
/// empty.
///
/// # Errors
/// When there is no `=`, or nothing before it. The text is not shown, since it may be a secret.
pub fn assignment(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some(("", _)) => Err("there is no name before `=`".to_owned()),
        Some((name, value)) => Ok((name.to_owned(), value.to_owned())),
        None => Err("it is written `NAME=VALUE`, and there is no `=`".to_owned()),
    }
}
