use super::*;

const PARAMETERS: &str = "Text: {type: String, allowedValues: ['60']}, Lines: {type: StringList}, Map: {type: StringMap}, \
                          Flag: {type: Boolean}, Number: {type: Integer}";

fn rotate(inputs: &str) -> String {
    format!(
        "schemaVersion: '2.2'\nparameters: {{{PARAMETERS}}}\nmainSteps:\n- {{action: acme:rotateCert, name: abc, inputs: \
         {{{inputs}}}}}"
    )
}

/// Without what is told about the types of parameters in Command documents.
fn inputs(text: &str) -> Vec<DocumentFinding> {
    findings(text).into_iter().filter(|it| it.code != "parameter-type").collect()
}

#[test]
fn good_inputs() {
    for text in [
        "runCommand: [ls, '', '{{ Text }}']",
        "runCommand: []",
        "runCommand: '{{ Lines }}'",
        "runCommand: '{{ ssm:a }}'",
        "runCommand: [ls], timeoutSeconds: 60",
        "runCommand: [ls], timeoutSeconds: '172800'",
        "runCommand: [ls], timeoutSeconds: '{{ Text }}'",
        "runCommand: [ls], workingDirectory: '/{{ Text }}', environment: {A: b}",
        "runCommand: [ls], onFailure: exit, onSuccess: exit, finallyStep: true",
    ] {
        assert_eq!(inputs(&shell(PARAMETERS, text)), [], "{text}");
    }
    for text in [
        "days: 1, host: a.b, hosts: [a], force: true, labels: {}, more: [1]",
        "days: '{{ Number }}', force: '{{ Flag }}', labels: '{{ Map }}', hosts: '{{ Lines }}'",
        "host: '{{ Text }}'",
        "host: '-- {{ Text }} --'",
        "days: '{{ ssm:a }}'",
        "days: 30.0",
    ] {
        assert_eq!(inputs(&rotate(text)), [], "{text}");
    }
}

#[test]
fn bad_inputs_of_scripts() {
    use Origin::{Agent, AgentStep, Service};
    for (text, code, origin, message) in [
        ("", "missing-input", Service, "`aws:runShellScript` needs the input `runCommand`"),
        (
            "runCommand: echo hi",
            "input-type",
            AgentStep,
            "`runCommand` of `aws:runShellScript` must be a list, not a string: the step fails",
        ),
        (
            "runCommand: '{{ Text }}'",
            "input-type",
            AgentStep,
            "`runCommand` of `aws:runShellScript` must be a list, not a string: the step fails",
        ),
        (
            "runCommand: [ls, '{{ Lines }}']",
            "input-type",
            AgentStep,
            "`runCommand[1]` of `aws:runShellScript` must be a string, not a list: the step fails",
        ),
        (
            "runCommand: [5]",
            "input-type",
            AgentStep,
            "`runCommand[0]` of `aws:runShellScript` must be a string, not a number: the step fails",
        ),
        (
            "runCommand: [ls], timeoutSeconds: true",
            "input-type",
            AgentStep,
            "`timeoutSeconds` of `aws:runShellScript` must be a string or a number, not a boolean: the step fails",
        ),
        (
            "runCommand: [ls], environment: {A: 5}",
            "input-type",
            AgentStep,
            "`environment.A` of `aws:runShellScript` must be a string, not a number: the step fails",
        ),
        (
            "runCommand: [ls], runCommands: [ls]",
            "unknown-input",
            Service,
            "`aws:runShellScript` has no input `runCommands`",
        ),
        (
            "runCommand: [ls], timeoutSeconds: 4",
            "timeout",
            Agent,
            "`timeoutSeconds` is not from 5 to 172800: the agent takes 3600",
        ),
        (
            "runCommand: [ls], timeoutSeconds: soon",
            "timeout",
            Agent,
            "`timeoutSeconds` is not from 5 to 172800: the agent takes 3600",
        ),
    ] {
        let found = inputs(&shell(PARAMETERS, text));
        let told: Vec<_> = found.iter().map(|it| (it.code, it.origin, it.message.as_str())).collect();
        assert!(told.contains(&(code, origin, message)), "{text} {told:?}");
        // A time-out of the wrong type is no good number either.
        assert_eq!(told.len(), if text.ends_with("true") { 2 } else { 1 }, "{text} {told:?}");
    }
    let hint = |text: &str| inputs(&shell(PARAMETERS, text))[0].hint.clone().unwrap();
    assert_eq!(hint("runCommand: echo hi"), "Write a list, with one element even if it is a single line.");
    assert_eq!(
        hint("runCommand: ['{{Lines}}']"),
        "Write the parameter without the list around it: it is a list itself."
    );
    assert_eq!(hint("runCommand: [5]"), "Put quotes around it.");
    assert_eq!(hint("runCommand: [ls], RunCommand: [ls]"), "Did you mean `runCommand`?");
    let list = shell("", "x: y").replace("{x: y}", "[{runCommand: [ls]}]");
    assert_eq!(told(&list), [("input-type", ERROR, Origin::AgentStep)]);
}

#[test]
fn bad_inputs_of_others() {
    for (text, message) in [
        ("days: 0", "`days` of `acme:rotateCert` is less than 1"),
        ("days: 366", "`days` of `acme:rotateCert` is greater than 365"),
        ("host: A", "`host` of `acme:rotateCert` does not match the pattern `^[a-z.]+$`"),
        ("host: aaaaaaaaaaaaaaaaaaaaa", "`host` of `acme:rotateCert` has 21 characters, at most 20 are allowed"),
        ("hosts: []", "`hosts` of `acme:rotateCert` has 0 elements, at least 1 are needed"),
    ] {
        let found = inputs(&rotate(text));
        assert_eq!(
            (found[0].code, found[0].origin, found[0].message.as_str()),
            ("input-value", Origin::Service, message)
        );
        assert_eq!(found.len(), 1);
    }
    for text in
        ["days: 1.5", "days: '1'", "days: '{{ Text }}'", "force: 'x{{ Flag }}'", "labels: '{{ Lines }}'", "hosts: null"]
    {
        let found = inputs(&rotate(text));
        assert_eq!(found.iter().map(|it| it.code).collect::<Vec<_>>(), ["input-type"], "{text}");
    }
    let download = |inputs: &str| {
        format!("schemaVersion: '2.2'\nmainSteps:\n- {{action: aws:downloadContent, name: abc, inputs: {{{inputs}}}}}")
    };
    assert_eq!(findings(&download("sourceType: S3, sourceInfo: {path: x}")), []);
    assert_eq!(findings(&download("sourceType: S3, sourceInfo: '{}'")), []);
    let finding = only(&download("sourceType: Svn, sourceInfo: {}"));
    let message = "`sourceType` of `aws:downloadContent` is not one of `GitHub`, `Git`, `HTTP`, `S3`, `SSMDocument`";
    assert_eq!(finding.message, message);
    assert_eq!(only(&download("sourceType: S3, sourceInfo: []")).code, "input-type");
}

#[test]
fn plugins_of_schema_1_2() {
    let with = |properties: &str| {
        format!(
            "schemaVersion: '1.2'\nparameters: {{{PARAMETERS}}}\nruntimeConfig: {{aws:runShellScript: {{properties: {properties}}}}}"
        )
    };
    for properties in [
        "{id: 0.aws, runCommand: ['{{ Text }}'], timeoutSeconds: 60}",
        "[{id: a, runCommand: '{{ Lines }}'}, {id: b, runCommand: [ls]}]",
        "'{{ Map }}'",
    ] {
        assert_eq!(inputs(&with(properties)), [], "{properties}");
    }
    for (properties, code) in [
        ("{runCommand: ls}", "input-type"),
        ("[{runCommand: [ls]}, {}]", "missing-input"),
        ("{runCommand: ['{{ Nope }}']}", "undeclared-parameter"),
        ("5", "input-type"),
    ] {
        assert_eq!(inputs(&with(properties)).iter().map(|it| it.code).collect::<Vec<_>>(), [code], "{properties}");
    }
    let download = with("{sourceType: S3, sourceInfo: {}}").replace("runShellScript", "downloadContent");
    assert_eq!(inputs(&download)[0].code, "unsupported-action");
    assert_eq!(inputs(&with("{}").replace("aws:run", "aws:rnu"))[0].code, "unknown-action");
}
