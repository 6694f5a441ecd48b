//! Parameters that are put into the text of a script: whoever gives the value can run commands (User Guide,
//! "Writing SSM document content").

use std::collections::HashSet;

use super::Check;
use super::spots::Spots;
use super::tokens::{self, Kind};
use crate::document::model::{Content, DocumentFinding, Node, Origin, Parameter, ParameterType, Place};
use crate::stack::template::place::excerpt;

pub(super) fn check(check: &mut Check<'_>, action: &str, inputs: &Node) {
    let is_power_shell = match action {
        "aws:runShellScript" => false,
        "aws:runPowerShellScript" | "aws:psModule" => true,
        _ => return,
    };
    // A list that is one parameter as a whole is a script that the caller writes, as in AWS-RunShellScript.
    let Some(Node { content: Content::List(lines), .. }) = inputs.get("runCommand") else { return };
    let mut told = HashSet::new();
    for line in lines {
        let Some(text) = line.text() else { continue };
        let mut spots = Spots::new(check.document, line.at);
        for token in tokens::tokens(text) {
            let at = spots.next(token.text);
            let Kind::Parameter(name) = token.kind() else { continue };
            // A list within the list fails, which is told elsewhere.
            if let Some(parameter) = check.parameters.get(name)
                && !(token.whole && parameter.kind == Some(ParameterType::StringList))
                && told.insert(name)
                && let Some(finding) = injection(parameter, at, is_power_shell)
            {
                check.findings.push(finding);
            }
        }
    }
}

fn injection(parameter: &Parameter, at: Place, is_power_shell: bool) -> Option<DocumentFinding> {
    let name = excerpt(&parameter.name.value);
    let is_number = matches!(parameter.kind, Some(ParameterType::Integer | ParameterType::Boolean));
    if is_number || !parameter.allowed_values.is_empty() {
        return None;
    }
    if let Some(pattern) = &parameter.allowed_pattern {
        let message =
            format!("the pattern of `{name}` matches anywhere in the value: what is around it goes into the script");
        let finding = DocumentFinding::warning(Origin::Advice, "open-pattern", pattern.at, message);
        return (!is_anchored(&pattern.value)).then(|| finding.hint("Begin the pattern with `^` and end it with `$`."));
    }
    if parameter.is_environment_variable() {
        return None;
    }
    let message = format!("the parameter `{name}` goes into the script as it is: its value can hold commands");
    let hint = match is_power_shell {
        false => format!(
            "Give it `interpolationType: ENV_VAR` and `allowedPattern: ^[^\"]*$`, and use \"$SSM_{name}\" behind `if [ -z \
             \"${{SSM_{name}+x}}\" ]; then export SSM_{name}=\"{{{{{name}}}}}\"; fi`, which is for older agents; or give it \
             `allowedValues`."
        ),
        true => format!(
            "Give it `interpolationType: ENV_VAR` and use `$env:SSM_{name}`, or give it `allowedValues` or an \
             `allowedPattern`."
        ),
    };
    Some(DocumentFinding::warning(Origin::Advice, "script-injection", at, message).hint(hint))
}

/// Whether a pattern is about all of a value. It is looked at as a text: `^a|b$` passes.
fn is_anchored(pattern: &str) -> bool {
    let begin = pattern.trim_start_matches('(');
    let begin = begin.strip_prefix("?:").or_else(|| begin.strip_prefix("?i)")).unwrap_or(begin).trim_start_matches('(');
    let end = pattern.trim_end_matches(')');
    (begin.starts_with('^') || begin.starts_with("\\A"))
        && (end.ends_with("\\z") || end.ends_with("\\Z") || (end.ends_with('$') && !end.ends_with("\\$")))
}
