//! Preconditions of a step (`runpluginutil.evaluatePreconditions`). The texts are the agent's.

use serde_json::Value;

use super::actions::Platform;
use super::store::{Prefix, contains_reference};
use super::substitute::Substitution;

/// One operator of a step's `precondition` with its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Precondition {
    /// `StringEquals`; nothing else is known to the agent.
    pub operator: String,
    /// As many as the document has.
    pub arguments: Vec<Argument>,
}

/// An argument before and after the parameters are put in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Argument {
    /// As the document has it.
    pub initial: String,
    /// `None` if the argument is one token whose value is no text. (A real agent breaks off there without an answer.)
    pub resolved: Option<String>,
}

impl Precondition {
    /// An operator of the document.
    #[must_use]
    pub fn new(operator: &str, arguments: &[String], parameters: &Substitution) -> Self {
        let arguments = arguments.iter().map(|initial| {
            let resolved = match parameters.apply(&Value::String(initial.clone())) {
                Value::String(text) => Some(text),
                _ => None,
            };
            Argument { initial: initial.clone(), resolved }
        });
        Self { operator: operator.to_owned(), arguments: arguments.collect() }
    }
}

/// What becomes of all preconditions of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evaluation {
    /// Whether none of them speaks against the step. Malformed ones do not: see the remarks.
    pub satisfied: bool,
    /// Of each that is not satisfied, or that the agent does not understand.
    pub remarks: Vec<String>,
}

/// Look at every precondition; all have to hold.
#[must_use]
pub fn evaluate(preconditions: &[Precondition], platform: Platform) -> Evaluation {
    let mut evaluation = Evaluation { satisfied: true, remarks: Vec::new() };
    for precondition in preconditions {
        match one(precondition, platform) {
            Verdict::Holds => {}
            Verdict::Fails(remark) => {
                evaluation.satisfied = false;
                evaluation.remarks.push(remark);
            }
            Verdict::Malformed(remark) => evaluation.remarks.push(remark),
        }
    }
    evaluation
}

enum Verdict {
    Holds,
    Fails(String),
    Malformed(String),
}

fn one(precondition: &Precondition, platform: Platform) -> Verdict {
    let operator = &precondition.operator;
    if operator != "StringEquals" {
        return Verdict::Malformed(format!("unrecognized operator: \"{operator}\""));
    }
    let malformed = |what: &str| Verdict::Malformed(format!("\"{operator}\": {what}"));
    let [first, second] = precondition.arguments.as_slice() else {
        return malformed("operator accepts exactly 2 arguments");
    };
    let (one, two) = (first.initial.as_str(), second.initial.as_str());
    if one == two {
        // Without the comma that stands between two arguments elsewhere.
        return if one == PLATFORM {
            malformed(&format!("[{one} {two}]"))
        } else {
            malformed("operator's arguments can't be identical")
        };
    }
    let mentions = |prefix| contains_reference(one, prefix) || contains_reference(two, prefix);
    if mentions(Prefix::Plain) {
        return malformed("operator's arguments can't contain SSM parameters");
    }
    if mentions(Prefix::Secure) {
        return malformed("operator's arguments can't contain secure SSM parameters");
    }
    let (Some(first_resolved), Some(second_resolved)) = (&first.resolved, &second.resolved) else {
        return malformed("operator's arguments must be strings");
    };
    let fails = || Verdict::Fails(format!("\"{operator}\": [{one}, {two}]"));
    if one == PLATFORM || two == PLATFORM {
        let (initial, resolved) = if one == PLATFORM { (two, second_resolved) } else { (one, first_resolved) };
        return if initial.to_lowercase() != resolved.to_lowercase() {
            malformed("the second argument for the platformType variable can't contain document parameters")
        } else if platform.name() == initial.to_lowercase() {
            Verdict::Holds
        } else {
            fails()
        };
    }
    if one == first_resolved && two == second_resolved {
        return malformed("at least one of operator's arguments must contain a valid document parameter");
    }
    if first_resolved == second_resolved { Verdict::Holds } else { fails() }
}

const PLATFORM: &str = "platformType";

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::parameters::Values;
    use super::*;

    fn look(operator: &str, arguments: &[&str], platform: Platform) -> (bool, String) {
        let values = [
            ("a", json!("x")),
            ("b", json!("x")),
            ("c", json!("Linux")),
            ("list", json!(["x"])),
            ("none", Value::Null),
            ("same", json!("{{ same }}")),
        ];
        let values: Values = values.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let arguments: Vec<String> = arguments.iter().map(|text| (*text).to_owned()).collect();
        let precondition = Precondition::new(operator, &arguments, &Substitution::new(&values));
        let Evaluation { satisfied, remarks } = evaluate(&[precondition], platform);
        (satisfied, remarks.join("|"))
    }

    #[test]
    fn each_form_has_its_answer() {
        let platform_parameters =
            r#""StringEquals": the second argument for the platformType variable can't contain document parameters"#;
        let parameter =
            r#""StringEquals": at least one of operator's arguments must contain a valid document parameter"#;
        let two = r#""StringEquals": operator accepts exactly 2 arguments"#;
        for (operator, arguments, satisfied, remark) in [
            ("StringEquals", &["platformType", "Linux"][..], true, ""),
            ("StringEquals", &["LINUX", "platformType"], true, ""),
            ("StringEquals", &["platformType", "Windows"], false, r#""StringEquals": [platformType, Windows]"#),
            ("StringEquals", &["macOS", "platformType"], false, r#""StringEquals": [macOS, platformType]"#),
            ("StringEquals", &["platformType", "platformType"], true, r#""StringEquals": [platformType platformType]"#),
            ("StringEquals", &["platformType", "{{ c }}"], true, platform_parameters),
            (
                "StringEquals",
                &["platformType", "{{ unknown }}"],
                false,
                r#""StringEquals": [platformType, {{ unknown }}]"#,
            ),
            ("StringEquals", &["{{ a }}", "x"], true, ""),
            ("StringEquals", &["{{ a }}", "{{ b }}"], true, ""),
            ("StringEquals", &["x-{{ a }}", "x-x"], true, ""),
            ("StringEquals", &["{{ a }}", "X"], false, r#""StringEquals": [{{ a }}, X]"#),
            ("StringEquals", &["a", "b"], true, parameter),
            ("StringEquals", &["{{ unknown }}", "b"], true, parameter),
            // Its value is its own token, so that nothing seems to be resolved.
            ("StringEquals", &["{{ same }}", "b"], true, parameter),
            (
                "StringEquals",
                &["{{ a }}", "{{ a }}"],
                true,
                r#""StringEquals": operator's arguments can't be identical"#,
            ),
            ("StringEquals", &["{{ a }}"], true, two),
            ("StringEquals", &[], true, two),
            ("StringEquals", &["a", "b", "c"], true, two),
            (
                "StringEquals",
                &["{{ssm:/a.b}}", "x"],
                true,
                r#""StringEquals": operator's arguments can't contain SSM parameters"#,
            ),
            (
                "StringEquals",
                &["x", "{{ ssm-secure:a }}"],
                true,
                r#""StringEquals": operator's arguments can't contain secure SSM parameters"#,
            ),
            ("StringEquals", &["{{ list }}", "x"], true, r#""StringEquals": operator's arguments must be strings"#),
            ("StringEquals", &["x", "{{ none }}"], true, r#""StringEquals": operator's arguments must be strings"#),
            ("StringEquals", &["x{{ none }}", "xnull"], true, ""),
            ("StringLike", &["a", "b"], true, r#"unrecognized operator: "StringLike""#),
        ] {
            assert_eq!(look(operator, arguments, Platform::Linux), (satisfied, remark.to_owned()), "{arguments:?}");
        }
        assert!(look("StringEquals", &["platformType", "macos"], Platform::MacOs).0);
        assert!(look("StringEquals", &["platformType", "WINDOWS"], Platform::Windows).1.is_empty());
    }

    #[test]
    fn all_have_to_hold() {
        let ready = Substitution::new(&Values::new());
        let texts = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let list = [
            Precondition::new("StringEquals", &texts(&["platformType", "Windows"]), &ready),
            Precondition::new("Other", &[], &ready),
        ];
        let evaluation = evaluate(&list, Platform::Linux);
        assert!(!evaluation.satisfied);
        assert_eq!(
            evaluation.remarks,
            [r#""StringEquals": [platformType, Windows]"#, r#"unrecognized operator: "Other""#]
        );
        assert_eq!(evaluate(&[], Platform::Linux), Evaluation { satisfied: true, remarks: vec![] });
    }
}
