use super::*;

fn steps(steps: &str) -> String {
    format!("schemaVersion: '2.2'\nparameters: {{Name: {{type: String}}}}\nmainSteps:\n{steps}")
}

fn step(fields: &str) -> String {
    steps(&format!("- {{action: aws:refreshAssociation, {fields}}}\n"))
}

fn precondition(precondition: &str) -> String {
    step(&format!("name: abc, inputs: {{}}, precondition: {precondition}"))
}

#[test]
fn names_of_steps() {
    for name in ["abc", "A_-9", &"x".repeat(128)] {
        assert_eq!(findings(&step(&format!("name: {name}, inputs: {{}}"))), []);
    }
    for name in ["ab", "''", "'a b c'", "äbc", &"x".repeat(129), "a.bc"] {
        let text = step(&format!("name: {name}, inputs: {{}}"));
        assert_eq!(told(&text), [("step-name", ERROR, Origin::Service)], "{name}");
    }
    assert_eq!(told(&step("inputs: {}")), [("step-name", ERROR, Origin::Service)]);
    let one = "- {action: aws:refreshAssociation, name: abc, inputs: {}}\n";
    let finding = only(&steps(&one.repeat(2)));
    assert_eq!(finding.message, "the step name `abc` is given twice, first in line 4");
    assert_eq!((finding.code, finding.place.line, finding.origin), ("duplicate-step", 5, Origin::Service));
}

#[test]
fn actions() {
    let with = |action: &str, more: &str| steps(&format!("- {{action: {action}, name: abc, inputs: {{}}{more}}}"));
    let finding = only(&with("'aws:runShelScript'", ""));
    assert_eq!((finding.code, finding.origin), ("unknown-action", Origin::AgentStep));
    assert_eq!(finding.hint.as_deref(), Some("Did you mean `aws:runShellScript`?"));
    assert_eq!(only(&with("zzz", "")).hint.as_deref(), Some("`formwork action list` tells which there are."));
    let finding = only(&with("aws:applications", ""));
    assert_eq!(finding.message, "the action `aws:applications` runs on Windows and is skipped on others");
    assert_eq!(findings(&with("aws:applications", ", precondition: {StringEquals: [platformType, Windows]}")), []);
    let old = with("aws:applications", "").replace("2.2", "2.0");
    assert_eq!(only(&old).message, "the action `aws:applications` runs on Windows and fails on others");
    assert_eq!(told(&steps("- {name: abc, inputs: {}}")), [("missing-field", ERROR, Origin::AgentStep)]);
    assert_eq!(told(&steps("- {action: acme:rotateCert, name: abc}")), [("missing-field", ERROR, Origin::Service)]);
}

#[test]
fn fields_that_are_ignored() {
    let with = |field: &str| shell("", "runCommand: [ls]").replace("  inputs", &format!("  {field}\n  inputs"));
    for (field, code, hint) in [
        ("onFailure: exit", "misplaced-field", Some("Write `onFailure` in `inputs`.")),
        ("onSuccess: exit", "misplaced-field", Some("Write `onSuccess` in `inputs`.")),
        ("finallyStep: true", "misplaced-field", Some("Write `finallyStep` in `inputs`.")),
        ("timeoutSeconds: 60", "misplaced-field", Some("Write `timeoutSeconds` in `inputs`.")),
        ("workingDirectory: /", "misplaced-field", Some("Write `workingDirectory` in `inputs`.")),
        (
            "interpolationType: ENV_VAR",
            "misplaced-field",
            Some("Write `interpolationType: ENV_VAR` in the definition of the parameter."),
        ),
        ("maxAttempts: 3", "ignored-field", None),
        ("isEnd: true", "ignored-field", None),
        ("nextStep: x", "ignored-field", None),
        ("description: x", "ignored-field", None),
        ("preconditions: x", "unknown-field", Some("Did you mean `precondition`?")),
        ("zzz: x", "unknown-field", None),
    ] {
        let finding = only(&with(field));
        assert_eq!((finding.code, finding.hint.as_deref()), (code, hint), "{field}");
        assert_eq!((finding.severity, finding.place.line), (WARNING, 6));
    }
}

#[test]
fn what_follows_a_step() {
    let two = |inputs: &str| {
        steps(&format!(
            "- {{action: aws:refreshAssociation, name: one, inputs: {{{inputs}}}}}\n- {{action: aws:refreshAssociation, name: \
             two, inputs: {{finallyStep: 'true'}}}}"
        ))
    };
    for inputs in [
        "",
        "onFailure: exit",
        "onFailure: successAndExit",
        "onSuccess: exit",
        "onFailure: '{{ Name }}'",
        "finallyStep: false",
        "finallyStep: 'false'",
        "finallyStep: '{{ Name }}'",
    ] {
        assert_eq!(findings(&two(inputs)), [], "{inputs}");
    }
    for (inputs, code, hint) in [
        (
            "onFailure: Abort",
            "unknown-value",
            Some("`Abort` and `Continue` are of Automation; write `exit` to stop here."),
        ),
        ("onFailure: Exit", "unknown-value", Some("Did you mean `exit`?")),
        ("onFailure: true", "unknown-value", Some("Known values: `exit`, `successAndExit`.")),
        ("onFailure: ''", "unknown-value", Some("Known values: `exit`, `successAndExit`.")),
        ("onSuccess: successAndExit", "unknown-value", Some("Known values: `exit`.")),
        ("finallyStep: true", "finally-step", None),
        ("finallyStep: 'true'", "finally-step", None),
        ("finallyStep: 'True'", "finally-step", None),
        ("finallyStep: 1", "finally-step", None),
    ] {
        let finding = only(&two(inputs));
        assert_eq!((finding.code, finding.severity, finding.origin), (code, WARNING, Origin::Agent), "{inputs}");
        assert_eq!(finding.hint.as_deref(), hint);
    }
}

#[test]
fn good_preconditions() {
    for text in [
        "{}",
        "{StringEquals: [platformType, Linux]}",
        "{StringEquals: [windows, platformType]}",
        "{StringEquals: [platformType, macOS]}",
        "{StringEquals: ['{{ Name }}', x]}",
        "{StringEquals: [x, 'a{{Name}}b']}",
    ] {
        assert_eq!(findings(&precondition(text)), [], "{text}");
    }
}

#[test]
fn bad_preconditions() {
    for text in [
        "{StringNotEquals: [platformType, Linux]}",
        "{stringEquals: [platformType, Linux]}",
        "{StringEquals: []}",
        "{StringEquals: [platformType]}",
        "{StringEquals: [platformType, Linux, Windows]}",
        "{StringEquals: [platformType, platformType]}",
        "{StringEquals: ['{{ Name }}', '{{ Name }}']}",
        "{StringEquals: [a, b]}",
        "{StringEquals: ['{{ssm:a}}', '{{ Name }}']}",
        "{StringEquals: [platformType, '{{ Name }}']}",
        "{StringEquals: [PlatformType, Linux]}",
    ] {
        assert_eq!(told(&precondition(text)), [("precondition", ERROR, Origin::AgentStep)], "{text}");
    }
    let undeclared = told(&precondition("{StringEquals: ['{{ Other }}', b]}"));
    assert_eq!(
        undeclared,
        [("precondition", ERROR, Origin::AgentStep), ("undeclared-parameter", ERROR, Origin::Service)]
    );
    let finding = only(&precondition("{StringEquals: [platformType, Linx]}"));
    assert_eq!((finding.code, finding.severity), ("platform", WARNING));
    assert_eq!(finding.hint.as_deref(), Some("Did you mean `Linux`?"));
    let hint = only(&precondition("{StringEquals: [PlatformType, Linux]}")).hint;
    assert_eq!(hint.as_deref(), Some("Did you mean `platformType`?"));
    for version in ["2.0", "2.0.3"] {
        let finding = only(&precondition("{StringEquals: [platformType, Linux]}").replace("2.2", version));
        let agent = "Precondition is not supported for document schema version prior to 2.2";
        assert_eq!((finding.code, finding.agent.as_deref()), ("precondition", Some(agent)));
    }
}
