//! Given parameters against those that a template declares.

use super::read::did_you_mean;
use crate::cloud::stacks::GivenValue;
use crate::output::thousands;
use crate::stack::template::MAX_PARAMETER_VALUE;
use crate::stack::template::place::excerpt;

/// What is wrong with a given parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputProblem {
    /// The parameter, as given.
    pub parameter: String,
    /// A lower-case fragment without a full stop; without the value.
    pub message: String,
    /// What to do about it, one sentence.
    pub hint: Option<String>,
}

/// What is wrong with given parameters: a name that the template does not declare, a value that is too long. `declared`
/// are the names of the template's parameters.
pub fn check_parameters<'a>(
    given: impl IntoIterator<Item = (&'a String, &'a GivenValue)>,
    declared: impl IntoIterator<Item = &'a str>,
) -> Vec<InputProblem> {
    let declared: Vec<&str> = declared.into_iter().collect();
    let mut problems = Vec::new();
    for (name, value) in given {
        let mut problem = |message, hint| problems.push(InputProblem { parameter: name.clone(), message, hint });
        if !declared.contains(&name.as_str()) {
            let hint = match declared.is_empty() {
                true => Some("The template has no parameters.".to_owned()),
                false => did_you_mean(name, declared.iter().copied()),
            };
            problem(format!("the template has no parameter `{}`", excerpt(name)), hint);
        }
        if let GivenValue::Value(value) = value
            && value.len() > MAX_PARAMETER_VALUE
        {
            let (name, length, most) = (excerpt(name), thousands(value.len()), thousands(MAX_PARAMETER_VALUE));
            let message = format!(
                "the value of the parameter `{name}` has {length} bytes; \
                 CloudFormation takes {most} at most"
            );
            problem(message, None);
        }
    }
    problems
}
