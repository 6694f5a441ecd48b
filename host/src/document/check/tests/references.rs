use super::*;
use crate::document::check::tokens::{Kind, Token, tokens, unbalanced};

const NAME: &str = "Name: {type: String, allowedValues: [a]}, Lines: {type: StringList}";

fn line(line: &str) -> String {
    shell(NAME, &format!("runCommand: [{}]", Value::from(line)))
}

#[test]
fn tokens_of_a_text() {
    let found = |text: &'static str| tokens(text).iter().map(|token| (token.inner, token.whole)).collect::<Vec<_>>();
    assert_eq!(found("{{a}}"), [("a", true)]);
    assert_eq!(found("{{\t\n a \u{c}}}"), [("a", true)]);
    assert_eq!(found("{{a}}\n"), [("a", false)], "as Go's `$`");
    assert_eq!(found(" {{a}}{{b}}"), [("a", false), ("b", false)]);
    assert_eq!(found("{{{a}}}"), [("a", false)]);
    assert_eq!(found("{{ a {{b}}"), [("b", false)]);
    assert_eq!(found("{{}}"), [("", true)]);
    assert_eq!(found("}}{{a}}{{"), [("a", false)]);
    assert_eq!(found("{{a}"), []);
    assert_eq!(found("{{\u{a0}a}}"), [("\u{a0}a", true)], "a space for people only");
    let kind = |text: &'static str| tokens(text)[0].kind();
    assert_eq!(kind("{{ a1 }}"), Kind::Parameter("a1"));
    assert_eq!(kind("{{ a_1 }}"), Kind::BadName("a_1"));
    assert_eq!(kind("{{ssm:/a}}"), Kind::Store);
    assert_eq!(kind("{{ssm-secure:a}}"), Kind::SecureStore);
    assert_eq!(kind("{{ a-b.c.d }}"), Kind::Output("a-b"));
    assert_eq!(kind("{{global:REGION}}"), Kind::Foreign("Automation"));
    assert_eq!(kind("{{resolve:ssm:a}}"), Kind::Foreign("CloudFormation"));
    for other in ["{{.Name}}", "{{ json . }}", "{{ a.b c }}", "{{range .x}}", "{{ é }}"] {
        assert_eq!(tokens(other)[0].kind(), Kind::Other, "{other}");
    }
    let found = |text| unbalanced(text).iter().map(|token: &Token<'_>| token.text).collect::<Vec<_>>();
    assert_eq!(found("{{ a } { b }} {{c}} {d} ${e}} %{f}}"), ["{{ a }", "{ b }}"]);
    assert!(found("{{{{{{ a {{ {").is_empty());
}

#[test]
fn good_references() {
    for text in [
        "echo {{ Name }} {{Name}}",
        "docker ps --format '{{.Names}}' && docker inspect -f '{{ json .State }}'",
        "x={{ssm:/a/b-c.d_e}} {{ ssm:a:3 }}",
        "awk '{ print $1 }' ${HOME}",
        "f() { { Name; } }",
    ] {
        assert_eq!(findings(&line(text)), [], "{text}");
    }
    assert_eq!(findings(&shell(NAME, "runCommand: '{{ Lines }}'")), []);
}

#[test]
fn bad_references() {
    use Origin::{Advice, Agent, Service};
    for (text, at, code, severity, origin) in [
        ("echo {{ Nmae }}", "{{ Nmae }}", "undeclared-parameter", ERROR, Service),
        ("echo {{ my_name }}", "{{ my_name }}", "undeclared-parameter", ERROR, Service),
        ("echo {{ }}", "{{ }}", "bad-token", WARNING, Advice),
        ("echo {{ Name }", "{{ Name }", "bad-token", WARNING, Advice),
        ("echo { Name }}", "{ Name }}", "bad-token", WARNING, Advice),
        ("echo {{ $Name }}", "{{ $Name }}", "bad-token", WARNING, Advice),
        ("echo {{ Name.x }}", "{{ Name.x }}", "bad-token", WARNING, Advice),
        ("echo {{ frist.x }}", "{{ frist.x }}", "unknown-token", WARNING, Advice),
        ("echo {{ first.x }}", "{{ first.x }}", "step-output-order", ERROR, Advice),
        ("echo {{ global:REGION }}", "{{ global:REGION }}", "foreign-token", WARNING, Advice),
        ("echo {{resolve:ssm:a}}", "{{resolve:ssm:a}}", "foreign-token", WARNING, Advice),
        ("echo {{ssm:a b}}", "{{ssm:a b}}", "store-reference", ERROR, Advice),
        ("echo {{ssm: a}}", "{{ssm: a}}", "store-reference", ERROR, Advice),
        ("echo {{ssm:}}", "{{ssm:}}", "store-reference", ERROR, Advice),
        ("echo {{ssm:a:1:2}}", "{{ssm:a:1:2}}", "store-reference", ERROR, Advice),
        ("echo {{ssm:ä}}", "{{ssm:ä}}", "store-reference", ERROR, Advice),
        (
            "echo {{ssm:/aws/reference/secretsmanager/x}}",
            "{{ssm:/aws/reference/secretsmanager/x}}",
            "store-secret",
            WARNING,
            Agent,
        ),
        ("echo {{ssm-secure:a}}", "{{ssm-secure:a}}", "secure-reference", ERROR, Advice),
    ] {
        let text = line(text);
        let finding = only(&text);
        assert_eq!((finding.code, finding.severity, finding.origin), (code, severity, origin), "{text}");
        assert_eq!(source(&text, &finding), at);
    }
    // A tab is fine for parameters, and not for Parameter Store; JSON writes it in another way, which has no place.
    let finding = only(&line("{{\tssm:a\t}} and"));
    assert_eq!(finding.code, "store-reference");
    assert_eq!(only(&line("echo {{ Nmae }}")).hint.as_deref(), Some("Did you mean `{{ Name }}`?"));
    assert_eq!(only(&line("echo {{ frist.x }}")).hint.as_deref(), Some("Did you mean `first`?"));
    assert_eq!(only(&line("echo {{ Name.x }}")).hint.as_deref(), Some("Write `{{ Name }}`."));
}

#[test]
fn places_go_on_within_a_block() {
    let text = "schemaVersion: '2.2'\nmainSteps:\n- action: aws:runShellScript\n  name: first\n  inputs:\n    runCommand:\n    - \
                |\n      é {{ A }} {{ A }}\n\n      {{ B }}\n    - 'é {{ C }}'\n";
    let places: Vec<_> = findings(text).iter().map(|it| (source(text, it), it.place.line, it.place.column)).collect();
    assert_eq!(places, [("{{ A }}", 8, 9), ("{{ A }}", 8, 17), ("{{ B }}", 10, 7), ("{{ C }}", 11, 10)]);
}

#[test]
fn outputs_of_earlier_steps() {
    let text = "schemaVersion: '2.2'\nmainSteps:\n- {action: acme:rotateCert, name: first, inputs: {host: '{{ second.x \
                }}'}}\n- {action: acme:rotateCert, name: second, inputs: {days: '{{ first.days }}', host: 'a-{{first.x}}'}, \
                precondition: {StringEquals: ['{{ first.y }}', z]}}\n";
    assert_eq!(
        told(text),
        [
            ("step-output-order", ERROR, Origin::Advice),
            ("step-output", WARNING, Origin::Advice),
            ("step-output", WARNING, Origin::Advice),
            ("step-output", WARNING, Origin::Advice),
        ]
    );
}

#[test]
fn names_and_keys_are_not_replaced() {
    let text = "schemaVersion: '2.2'\nparameters: {Name: {type: String}}\nmainSteps:\n- action: acme:rotateCert\n  name: \
                '{{Name}}'\n  settings: {'{{ Name }}': '{{ Nmae }}'}\n  inputs: {labels: {'{{ Name }}': x}}\n";
    let found: Vec<_> = findings(text).iter().map(|it| (it.code, it.place.line)).collect();
    assert_eq!(
        found,
        [
            ("step-name", 5),
            ("token-in-name", 5),
            ("token-in-name", 6),
            ("undeclared-parameter", 6),
            ("token-in-name", 7)
        ]
    );
}

#[test]
fn secure_strings_are_for_downloads() {
    let text = |token: &str| {
        format!(
            "schemaVersion: '2.2'\nmainSteps:\n- action: aws:downloadContent\n  name: fetch\n  inputs: {{sourceType: GitHub, \
             sourceInfo: '{{\"tokenInfo\": \"{token}\"}}'}}\n"
        )
    };
    assert_eq!(findings(&text("{{ ssm-secure:/a/b-c }}")), []);
    assert_eq!(findings(&text("{{ ssm:/a/b-c }}")), []);
    for bad in ["{{ssm-secure:}}", "{{ssm-secure:a:1}}", "{{ssm-secure:a b}}"] {
        assert_eq!(told(&text(bad)), [("secure-reference", ERROR, Origin::Advice)], "{bad}");
    }
}

#[test]
fn parameters_within_scripts() {
    let with =
        |definition: &str, line: &str| shell(&format!("Name: {{{definition}}}"), &format!("runCommand: ['{line}']"));
    for (definition, code) in [
        ("type: String", Some("script-injection")),
        ("type: String, allowedPattern: '[a-z]'", Some("open-pattern")),
        ("type: String, allowedPattern: '^[a-z]'", Some("open-pattern")),
        ("type: String, allowedPattern: '^[a-z]\\$'", Some("open-pattern")),
        ("type: String, allowedPattern: '^[a-z]+$'", None),
        ("type: String, allowedPattern: '(^[a-z]+$)'", None),
        ("type: String, allowedPattern: '(?i)^[a-z]+$'", None),
        ("type: String, allowedPattern: '\\A[a-z]+\\z'", None),
        ("type: String, allowedValues: [a]", None),
        ("type: String, interpolationType: ENV_VAR", None),
    ] {
        for line in ["echo \"{{ Name }}\" {{ Name }}", "{{ Name }}"] {
            let codes: Vec<_> = told(&with(definition, line)).iter().map(|told| told.0).collect();
            assert_eq!(codes, code.into_iter().collect::<Vec<_>>(), "{definition}");
        }
    }
    let hint = only(&with("type: String", "{{ Name }}")).hint.unwrap();
    assert!(hint.contains("interpolationType: ENV_VAR"), "{hint}");
    assert!(hint.contains("if [ -z \"${SSM_Name+x}\" ]; then export SSM_Name=\"{{Name}}\"; fi"), "{hint}");
    let power = with("type: String", "{{ Name }}").replace("runShellScript", "runPowerShellScript");
    assert!(only(&power).hint.unwrap().contains("$env:SSM_Name"));
    let other = "schemaVersion: '2.2'\nparameters: {Name: {type: String}}\nmainSteps: [{action: acme:rotateCert, name: abc, \
                 inputs: {host: '{{Name}}'}}]";
    assert_eq!(findings(other), []);
}
