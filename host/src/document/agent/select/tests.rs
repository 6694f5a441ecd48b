use serde_json::{Value, json};

use super::super::actions::standing;
use super::super::exit::{Ending, Interrupt, Part};
use super::super::parameters::Values;
use super::super::substitute::Substitution;
use super::*;

fn conditions(list: &[(&str, &[&str])]) -> Vec<Precondition> {
    let ready = Substitution::new(&Values::new());
    let texts = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    list.iter().map(|(operator, arguments)| Precondition::new(operator, &texts(arguments), &ready)).collect()
}

/// The decision over a step `a` with nothing before it.
fn alone(action: &str, conditional: bool, preconditions: &[Precondition]) -> Decision {
    let step = Step {
        action,
        id: "a",
        standing: standing(action, Platform::Linux),
        conditional,
        preconditions,
        modifiers: Modifiers::default(),
        last: true,
    };
    select(&step, &History::default(), Platform::Linux)
}

#[test]
fn before_2_2_what_cannot_run_has_failed() {
    let linux = conditions(&[("StringEquals", &["platformType", "Linux"])]);
    let fail = |text: &str| Decision::Fail(text.to_owned());
    assert_eq!(alone("aws:runShellScript", false, &[]), Decision::Run);
    let unknown = "Plugin with name my:plugin is not supported by this version of ssm agent, please update to latest version. Step name: a";
    assert_eq!(alone("my:plugin", false, &[]), fail(unknown));
    assert_eq!(alone("my:plugin", false, &linux), fail(unknown));
    assert_eq!(
        alone("aws:runShellScript", false, &linux),
        fail("Precondition is not supported for document schema version prior to 2.2. Step name: a")
    );
    assert_eq!(alone("aws:psModule", false, &[]), fail("Plugin with name aws:psModule not found. Step name: a"));
    let step = Step {
        action: "aws:runDocument",
        id: "a",
        standing: standing("aws:runDocument", Platform::MacOs),
        conditional: false,
        preconditions: &[],
        modifiers: Modifiers::default(),
        last: false,
    };
    assert_eq!(
        select(&step, &History::default(), Platform::MacOs),
        fail("Plugin with name aws:runDocument is not supported in current platform. Step name: a")
    );
}

#[test]
fn in_2_2_a_known_action_of_another_platform_is_skipped() {
    let skip = |text: &str| Decision::Skip(text.to_owned());
    assert_eq!(alone("aws:runShellScript", true, &[]), Decision::Run);
    assert_eq!(
        alone("my:plugin", true, &[]),
        Decision::Fail(
            "Plugin with name my:plugin is not supported by this version of ssm agent, please update to latest version. \
             Step name: a"
                .to_owned()
        )
    );
    let unsupported = "Step execution skipped due to unsupported plugin: aws:psModule. Step name: a";
    assert_eq!(alone("aws:psModule", true, &[]), skip(unsupported));
}

#[test]
fn in_2_2_preconditions_decide() {
    let linux = conditions(&[("StringEquals", &["platformType", "Linux"])]);
    let windows = conditions(&[("StringEquals", &["platformType", "Windows"])]);
    let malformed = conditions(&[("StringLike", &["a", "b"]), ("StringEquals", &["a"])]);
    let skip = |text: &str| Decision::Skip(text.to_owned());
    assert_eq!(alone("aws:runShellScript", true, &linux), Decision::Run);
    assert_eq!(
        alone("aws:runShellScript", true, &windows),
        skip(
            "Step execution skipped due to unsatisfied preconditions: '\"StringEquals\": [platformType, Windows]'. Step \
             name: a"
        )
    );
    assert!(
        matches!(alone("my:plugin", true, &linux), Decision::Fail(text) if text.starts_with("Plugin with name my:plugin"))
    );
    assert_eq!(
        alone("my:plugin", true, &windows),
        skip("Step execution skipped due to unsupported plugin: my:plugin. Step name: a")
    );
    assert_eq!(
        alone("aws:psModule", true, &windows),
        skip("Step execution skipped due to unsupported plugin: aws:psModule. Step name: a")
    );
    assert_eq!(
        alone("aws:runShellScript", true, &malformed),
        Decision::Fail(
            "Unrecognized precondition(s): 'unrecognized operator: \"StringLike\", \"StringEquals\": operator accepts \
             exactly 2 arguments', please update agent to latest version. Step name: a"
                .to_owned()
        )
    );
    // Malformed, but there is nothing here that could run.
    assert!(matches!(alone("aws:psModule", true, &malformed), Decision::Skip(_)));
}

/// Runs steps of `(name, code, inputs)` one after the other and gives the status of each.
fn course(steps: &[(&str, i32, Value)]) -> Vec<(String, Status)> {
    let mut history = History::default();
    let mut statuses = Vec::new();
    for (index, (id, code, inputs)) in steps.iter().enumerate() {
        let modifiers = Modifiers::of(inputs);
        let step = Step {
            action: "aws:runShellScript",
            id,
            standing: standing("aws:runShellScript", Platform::Linux),
            conditional: true,
            preconditions: &[],
            modifiers,
            last: index + 1 == steps.len(),
        };
        let decision = select(&step, &history, Platform::Linux);
        if let Decision::Skip(text) = &decision {
            assert_eq!(
                *text,
                format!(
                    "Plugin with name aws:runShellScript and id {id} skipped due to prior step with an exit condition"
                )
            );
        }
        let result = decision.result().unwrap_or_else(|| {
            Part::ended(Ending::Exited(*code), vec![], vec![], Platform::Linux, Interrupt::None).finish(&modifiers)
        });
        history.record(id, modifiers, &result);
        statuses.push(((*id).to_owned(), result.status));
        if history.waits_for_reboot() {
            break;
        }
    }
    statuses
}

#[test]
fn the_course_of_a_document() {
    use Status::*;
    let none = || json!({});
    let exit = || json!({"onFailure": "exit"});
    let finally = || json!({"finallyStep": true});
    let statuses =
        |steps: &[(&str, i32, Value)]| -> Vec<Status> { course(steps).into_iter().map(|(_, s)| s).collect() };
    for (steps, expected) in [
        (vec![("a", 1, none()), ("b", 0, none())], vec![Failed, Success]),
        (vec![("a", 1, exit()), ("b", 0, none()), ("c", 0, none())], vec![Failed, Skipped, Skipped]),
        (vec![("a", 1, exit()), ("b", 0, none()), ("c", 0, finally())], vec![Failed, Skipped, Success]),
        // Not the last one: as good as none.
        (vec![("a", 1, exit()), ("b", 0, finally()), ("c", 0, none())], vec![Failed, Skipped, Skipped]),
        (vec![("a", 168, none()), ("b", 0, none())], vec![Success, Skipped]),
        (vec![("a", 169, none()), ("b", 0, json!({"finallyStep": "true"}))], vec![Failed, Success]),
        (vec![("a", 1, json!({"onFailure": "successAndExit"})), ("b", 0, none())], vec![Success, Skipped]),
        (vec![("a", 0, json!({"onSuccess": "exit"})), ("b", 0, none())], vec![Success, Skipped]),
        (vec![("a", 1, json!({"onSuccess": "exit"})), ("b", 0, none())], vec![Failed, Success]),
        (vec![("a", 137, exit()), ("b", 0, none())], vec![TimedOut, Success]),
        (vec![("a", 1, json!({"onFailure": "Abort"})), ("b", 0, none())], vec![Failed, Success]),
        // A step that is skipped ends nothing.
        (
            vec![("a", 0, json!({"onSuccess": "exit"})), ("b", 0, json!({"onSuccess": "exit"})), ("c", 1, none())],
            vec![Success, Skipped, Skipped],
        ),
        (vec![("a", 0, none()), ("b", 194, none()), ("c", 0, none())], vec![Success, SuccessAndReboot]),
        // Of two steps of one name the first is forgotten, at the second and afterwards.
        (vec![("a", 169, none()), ("a", 0, none()), ("b", 0, none())], vec![Failed, Success, Success]),
        (vec![("a", 169, none()), ("b", 0, none()), ("a", 0, none())], vec![Failed, Skipped, Success]),
        // But what the inputs of the first say holds for the result of the second.
        (vec![("a", 0, exit()), ("a", 1, none()), ("b", 0, none())], vec![Success, Failed, Skipped]),
        (vec![("", 0, none()), ("", 1, none())], vec![Success, Failed]),
    ] {
        assert_eq!(statuses(&steps), expected, "{steps:?}");
    }
}

#[test]
fn a_refused_step_with_on_failure_exit_ends_the_document() {
    let mut history = History::default();
    let exit = Modifiers::of(&json!({"onFailure": "exit"}));
    let refused = alone("my:plugin", true, &[]).result().expect("a result");
    history.record("z", exit, &refused);
    assert!(history.ended_before("a"));
    let well = Modifiers::of(&json!({"onFailure": "successAndExit"}));
    let mut history = History::default();
    history.record("z", well, &refused);
    assert!(!history.ended_before("a"));
}
