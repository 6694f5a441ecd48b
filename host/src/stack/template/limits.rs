//! CloudFormation's quotas.

use super::Template;
use super::place::{Place, excerpt};
use crate::cloud::stacks::MAX_TEMPLATE_OBJECT;
use crate::output::thousands;

const MAX_RESOURCES: usize = 500;
const MAX_PARAMETERS: usize = 200;
const MAX_OUTPUTS: usize = 200;
const MAX_MAPPINGS: usize = 200;
/// The longest value of a parameter, in bytes.
pub(crate) const MAX_PARAMETER_VALUE: usize = 4_096;
/// The longest name of a resource, a parameter, an output or a mapping, in characters.
const MAX_NAME: usize = 255;

/// A quota that a template is over (User Guide, "Understand CloudFormation quotas").
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitProblem {
    /// A lower-case fragment without a full stop.
    pub message: String,
    /// Where: the first entry that is too much; none for the length of the whole.
    pub place: Option<Place>,
}

/// What is over a quota.
pub(super) fn check(template: &Template, length: usize) -> Vec<LimitProblem> {
    let mut problems = Vec::new();
    if length > MAX_TEMPLATE_OBJECT {
        let (length, most) = (thousands(length), thousands(MAX_TEMPLATE_OBJECT));
        let message = format!("the template has {length} bytes; CloudFormation takes {most} at most");
        problems.push(LimitProblem { message, place: None });
    }
    let resources: Vec<_> = template.resources.iter().map(|r| (r.logical_id.as_str(), r.place)).collect();
    let parameters: Vec<_> = template.parameters.iter().map(|p| (p.name.as_str(), p.place)).collect();
    let outputs: Vec<_> = template.outputs.iter().map(|o| (o.name.as_str(), o.place)).collect();
    let mappings: Vec<_> = template.mappings.iter().map(|(name, place)| (name.as_str(), *place)).collect();
    section("resource", &resources, MAX_RESOURCES, &mut problems);
    section("parameter", &parameters, MAX_PARAMETERS, &mut problems);
    section("output", &outputs, MAX_OUTPUTS, &mut problems);
    section("mapping", &mappings, MAX_MAPPINGS, &mut problems);
    for parameter in &template.parameters {
        let length = parameter.default.as_ref().map_or(0, String::len);
        if length > MAX_PARAMETER_VALUE {
            let name = excerpt(&parameter.name);
            let (length, most) = (thousands(length), thousands(MAX_PARAMETER_VALUE));
            let message = format!(
                "the default of the parameter `{name}` has {length} bytes; CloudFormation takes {most} at most"
            );
            problems.push(LimitProblem { message, place: Some(parameter.place) });
        }
    }
    problems
}

fn section(what: &str, entries: &[(&str, Place)], most: usize, problems: &mut Vec<LimitProblem>) {
    let count = entries.len();
    if let Some((_, place)) = entries.get(most) {
        let message = format!("the template has {count} {what}s; CloudFormation takes {most} at most");
        problems.push(LimitProblem { message, place: Some(*place) });
    }
    for (name, place) in entries {
        let length = name.chars().count();
        if length > MAX_NAME {
            let message = format!(
                "the name of the {what} `{}` has {length} characters; CloudFormation takes {MAX_NAME} at most",
                excerpt(name)
            );
            problems.push(LimitProblem { message, place: Some(*place) });
        }
    }
}
