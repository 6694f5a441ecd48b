//! Templates and what comes out of them.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use formwork_cloudformation::render;
use formwork_plugin::renderer::{Finding, RenderRequest, Rendered, Severity};
use formwork_plugin::{Failure, FailureKind, Resolution, Value};

/// Render with values by reference. `{{…` is a dynamic reference, `!…` a failure.
fn run(template: &str, values: &[(&str, &str)]) -> Result<Rendered, Vec<Finding>> {
    let parameters = [("AWS::Region", "eu-west-1"), ("Env", "prod")].map(|(name, value)| (name.into(), value.into()));
    let request = RenderRequest { file: "t".into(), template: template.into(), parameters: parameters.to_vec() };
    let mut calls = 0;
    render(&request, &mut |names| {
        calls += 1;
        assert_eq!(calls, 1);
        assert!(!names.is_empty());
        let value = |name: &String| {
            let value = values.iter().find(|(known, _)| known == name).map(|(_, value)| *value);
            match value {
                None => Err(Failure::new(FailureKind::NotFound, format!("there is no {name}")).with_hint("Look.")),
                Some(v) if v.starts_with("{{resolve:") => {
                    Ok(Resolution { value: Value::DynamicReference(v.into()), ..Resolution::text("") })
                }
                Some(v) => Ok(Resolution::text(v.strip_prefix("text:").unwrap_or(v))),
            }
        };
        names.iter().map(value).collect()
    })
}

#[track_caller]
fn good(template: &str, value: &str, expected: &str) {
    let rendered = run(template, &[("s:x", value)]).unwrap_or_else(|findings| panic!("{findings:#?}"));
    assert_eq!(rendered.template, expected);
}

#[test]
fn golden() {
    let r = "<<resolve:s:x>>";
    for (template, value, expected) in [
        // Plain.
        ("a: @ # c\n", "ami-0abc", "a: ami-0abc # c\n"),
        ("a: @\n", "0123", "a: '0123'\n"),
        ("a: @\n", "yes", "a: 'yes'\n"),
        ("a: @\n", "", "a: ''\n"),
        ("a: @\n", "null", "a: 'null'\n"),
        ("a: @\n", "<<", "a: '<<'\n"),
        ("a: @\n", "2001-01-01", "a: '2001-01-01'\n"),
        ("a: @\n", "it's: x", "a: 'it''s: x'\n"),
        ("a: @\n", "a\nb", "a: \"a\\nb\"\n"),
        (
            "Outputs: {o: {Value: @}}\n",
            "{{resolve:secretsmanager:x}}",
            "Outputs: {o: {Value: '{{resolve:secretsmanager:x}}'}}\n",
        ),
        ("a: 1@\n", "e3", "a: '1e3'\n"),
        ("a: x-@-y-@\n", "0123", "a: x-0123-y-0123\n"),
        ("a: x\n  @\n\n  y\n", "# v", "a: 'x\n  # v\n\n  y'\n"),
        ("a: !Sub @\n", "1", "a: !Sub '1'\n"),
        ("a: &b !!str @\n", "v", "a: &b !!str v\n"),
        ("[@, {b: @}]\n", "a,b", "['a,b', {b: 'a,b'}]\n"),
        ("{\"a\":@}", "v w", "{\"a\":v w}"),
        ("- @\n- - @\n", "- a", "- '- a'\n- - '- a'\n"),
        ("@", "v", "v"),
        ("@\n", "---", "'---'\n"),
        ("\u{FEFF}a: @\r\nb: 1\r\n", "v", "\u{FEFF}a: v\r\nb: 1\r\n"),
        // Keys.
        ("@: 1\n", "a: b", "'a: b': 1\n"),
        ("? @\n: 1\n", "a\nb", "? \"a\\nb\"\n: 1\n"),
        ("a:\n  \"k@\" : 1\n", "\n", "a:\n  \"k\\n\" : 1\n"),
        // Quoted.
        ("a: 'it''s @'\n", "it's", "a: 'it''s it''s'\n"),
        ("a: '\\ \"@'\n", "\u{7}", "a: \"\\\\ \\\"\\x07\"\n"),
        ("a: \"\\t@\"\n", "\"\\\n", "a: \"\\t\\\"\\\\\\n\"\n"),
        ("a: \"<<resolve:s:\\x78>>\\u003c<resolve\\x3as:x>>\"\n", "v", "a: \"vv\"\n"),
        ("a: 'x\n\n   @\n   y'\n", " v", "a: \"x\n\n   \\x20v\n   y\"\n"),
        // Blocks.
        ("a: |\n  x @\n  y\n", ": #", "a: |\n  x : #\n  y\n"),
        ("a: |\r\n  x\r\n  @\r\nb: c", "v\nw", "a: |\r\n  x\r\n  v\r\n  w\r\nb: c"),
        ("a: |-\n  @", "v\nw", "a: |-\n  v\n  w"),
        ("a: !Sub |  # why\n  @\n\n# d\n", " v", "a: !Sub \" v\\n\"  # why\n\n# d\n"),
        ("a: >-\n  x\n  @\n", "v\nw", "a: >-\n  x\n  v\n\n  w\n"),
        ("\"a | # b\": |  # c | d\n  @\n", " v", "\"a | # b\": \" v\\n\"  # c | d\n"),
        ("a:\n  >\n  @\n", " v", "a:\n  \" v\\n\"\n"),
        ("- - |-\n   @\n- b\n", "v\n", "- - \"v\\n\"\n- b\n"),
        ("a: |\r\n  @\r\nb: 1\r\n", " v", "a: \" v\\n\"\r\nb: 1\r\n"),
        ("a: |+\n  @\n\nb: 1\n", "\u{2028}", "a: \"\\L\\n\\n\"\n\nb: 1\n"),
        ("? |\n  @\n: 1\n", "\t", "? \"\\t\\n\"\n: 1\n"),
        ("a: >\n  <<resolve:s:x>>\n  @\n", "v", "a: >\n  v\n  v\n"),
        ("a: |\n\n  @", "-----BEGIN-----\nx=\n-----END-----", "a: |\n\n  -----BEGIN-----\n  x=\n  -----END-----"),
        // Comments, literals, escapes.
        ("# @ <<resolve:\na: @\n", "v", "# <<resolve:s:x>> <<resolve:\na: v\n"),
        ("a: <<!resolve:s:x>> <<!!resolve:y @\n", "v", "a: <<resolve:s:x>> <<!resolve:y v\n"),
        ("a: '<<!resolve:s:x>>'\n", "", "a: '<<resolve:s:x>>'\n"),
        ("{\"a\": \"<<!resolve:s:x>>\"}", "", "{\"a\": \"<<resolve:s:x>>\"}"),
        // JSON.
        (
            "{\n\t\"a@\" : [\"\\u003c<resolve:s:x>\\u003e\", \"\\/@\"] }\n",
            "\"\n",
            "{\n\t\"a\\\"\\n\" : [\"\\\"\\n\", \"\\/\\\"\\n\"] }\n",
        ),
        // Documents.
        ("%YAML 1.1\n---\na: @\n...\n", "v", "%YAML 1.1\n---\na: v\n...\n"),
        ("a: 1\n", "", "a: 1\n"),
        ("", "", ""),
        ("a: resolve:ssm:x {{x}}\n", "", "a: resolve:ssm:x {{x}}\n"),
    ] {
        if template.contains('!') && !template.contains('@') {
            assert_eq!(run(template, &[]).unwrap().template, expected);
            continue;
        }
        good(&template.replace('@', r), value, expected);
    }
}

#[test]
fn secrets_stand_where_cloudformation_resolves_them() {
    let value = "{{resolve:secretsmanager:x}}";
    for template in [
        "a: <<resolve:s:x>>\n",
        "Resources: {r: {Type: <<resolve:s:x>>}}\n",
        "Resources: {r: {Properties: {<<resolve:s:x>>: 1}}}\n",
        "Mappings: {m: {k: {v: '-<<resolve:s:x>>'}}}\n",
    ] {
        let findings = run(template, &[("s:x", value)]).expect_err(template);
        assert_eq!(findings.len(), 1, "{findings:#?}");
        assert!(findings[0].failure.message.ends_with("does not resolve at this place"), "{findings:#?}");
        let at = template.find("<<").unwrap();
        assert_eq!(findings[0].place.unwrap().start as usize, at, "{template}");
    }
}

#[test]
fn asks_once_in_order() {
    let request = RenderRequest {
        file: "t".into(),
        template: "a: <<resolve:s:b>>\n<<resolve:s:${E}>>: '<<resolve:s:b>><<resolve:s:c>>'\n".into(),
        parameters: vec![("E".into(), ">>".into())],
    };
    let mut asked = Vec::new();
    let rendered = render(&request, &mut |names| {
        asked.push(names.to_vec());
        names.iter().map(|name| Ok(Resolution::text(name.clone()))).collect()
    });
    assert_eq!(asked, [["s:b", "s:>>", "s:c"]]);
    assert_eq!(rendered.unwrap().template, "a: s:b\ns:>>: 's:bs:c'\n");
}

#[track_caller]
fn bad(template: &str, values: &[(&str, &str)]) -> Vec<(u32, u32, String)> {
    let findings = run(template, values).map(|rendered| rendered.template).unwrap_err();
    let show =
        |f: &Finding| f.place.as_ref().map(|place| (place.line, place.column, f.failure.message.clone())).unwrap();
    findings.iter().map(show).collect()
}

#[test]
fn everything_is_reported_together() {
    let template =
        "a: <<resolve:s:x>>\nb: \"é <<resolve:s:x>> <<resolve:s:${No}>>\"\nc: <<resolve:s:y\nd: << resolve:s:x>>\n";
    let found = bad(template, &[]);
    let found: Vec<_> = found.iter().map(|(line, column, message)| (*line, *column, message.as_str())).collect();
    assert_eq!(
        found,
        [
            (1, 4, "there is no s:x"),
            (2, 7, "there is no s:x"),
            (2, 35, "the parameter `No` has no value"),
            (3, 4, "the reference is not closed: there is no `>>` behind it in the same string"),
            (4, 4, "`<< resolve:` is not a reference and stays as it is"),
        ]
    );
}

#[test]
fn one_error() {
    for (template, place, message) in [
        ("a: b\n---\nc: d\n", (2, 1), "more than one YAML document"),
        ("a: b\n...\nc: d\n", (3, 1), "more than one YAML document"),
        ("a: b\n  c: d\n", (2, 4), "not valid YAML"),
        ("a:\n\tb: c\n", (2, 2), "not valid YAML"),
        ("a: 'b\n", (1, 4), "unclosed quote"),
        ("a: b\0\n", (1, 5), "unexpected character"),
        ("{\n \"a\": \"b\",\n \"c\" x}\n", (3, 6), "not valid JSON"),
        ("a: &<<resolve:s:x>> b\n", (1, 5), "cannot stand here"),
        ("\"a\nb\": <<resolve:s:x", (0, 0), ""),
    ] {
        let found = bad(template, &[]);
        assert_eq!(found.len(), 1, "{template}: {found:?}");
        if place != (0, 0) {
            assert_eq!((found[0].0, found[0].1), place, "{template}: {found:?}");
        }
        assert!(found[0].2.contains(message), "{template}: {found:?}");
    }
}

#[test]
fn duplicate_keys_and_long_keys() {
    let found = bad("a: 1\n<<resolve:s:x>>: 2\n", &[("s:x", "a")]);
    assert_eq!(found, [(2, 1, "duplicate key after rendering".to_owned())]);
    let found = bad("{\"<<resolve:s:x>>\": 1, \"a\": 2}", &[("s:x", "a")]);
    assert_eq!(found, [(1, 2, "duplicate key after rendering".to_owned())]);
    assert!(run("a: 1\na: 2\nb: <<resolve:s:x>>\n", &[("s:x", "a")]).is_ok());
    assert!(run("a: {b: 1}\nb: {<<resolve:s:x>>: 1}\n", &[("s:x", "a")]).is_ok());

    let fits = |length: usize| run("k<<resolve:s:x>>: 1\n", &[("s:x", &"a".repeat(length))]);
    assert!(fits(1023).is_ok());
    assert!(fits(1024).unwrap_err()[0].failure.message.contains("1024"));
    let tagged = run("!t k<<resolve:s:x>> : 1\n", &[("s:x", &"a".repeat(1021))]);
    assert!(tagged.unwrap_err()[0].failure.message.contains("1024"));
    assert!(run("? k<<resolve:s:x>>\n: 1\n", &[("s:x", &"a".repeat(2000))]).is_ok());
}

/// The findings of a template with dynamic references.
fn findings(template: &str, values: &[(&str, &str)]) -> Vec<(bool, String)> {
    let findings = run(template, values).map_or_else(|findings| findings, |rendered| rendered.findings);
    findings
        .into_iter()
        .map(|f| {
            (f.severity == Severity::Error, format!("{} | {}", f.failure.message, f.failure.hint.unwrap_or_default()))
        })
        .collect()
}

#[track_caller]
fn only(template: &str, values: &[(&str, &str)], error: bool, parts: &[&str]) {
    let found = findings(template, values);
    assert!(found.len() == 1 && found[0].0 == error, "{template}: {found:#?}");
    for part in parts {
        assert!(found[0].1.contains(part), "{template}: {part}: {found:#?}");
    }
}

fn property(kind: &str, property: &str) -> String {
    format!("Resources:\n  R:\n    Properties:\n      {property}\n    Type: {kind}\n")
}

#[test]
fn dynamic_references_are_checked() {
    let db = "AWS::RDS::DBInstance";
    let fine = [
        "A: '{{resolve:ssm:/a/b:1}}'",
        "A: '{{resolve:ssm:/aws/service/x}}'",
        "MasterUserPassword: '{{resolve:ssm-secure:/a}}'",
        "MasterUserPassword: !If [c, '{{resolve:ssm-secure:/a:1}}', !Ref AWS::NoValue]",
        "MasterUserPassword: !Sub '{{resolve:ssm-secure:${A}}}'",
        "MasterUserPassword: !Join ['', ['{{resolve:ssm-secure:', !Ref N, '}}']]",
        "A: !Sub '{{resolve:secretsmanager:${S}:SecretString:k}}'",
        "A: '{{resolve:secretsmanager:arn:aws:secretsmanager:eu-west-1:123456789012:secret:a:SecretString:k}}'",
        "A: !Join ['', ['{{resolve:ssm:', !Ref N, '}}']]",
        "A: 'resolve:ssm:/a:label'",
        "A: 'x {{y}}'",
    ];
    for text in fine {
        assert_eq!(findings(&property(db, text), &[]), [], "{text}");
    }
    let wrong: [(&str, bool, &[&str]); 9] = [
        ("A: '{{resolve:ssm:/a:label}}'", true, &["`{{resolve:ssm:/a:label}}`", "a version number here, no label"]),
        ("A: '{{resolve:ssm:arn:aws:ssm:x:1:parameter/a}}'", true, &["ARN"]),
        ("A: '{{resolve:ssm:a b}}'", true, &["characters"]),
        ("A: '{{resolve:ssm:/a'", true, &["not closed"]),
        ("A: '{{resolve:foo:/a}}'", true, &["does not know"]),
        ("A: '{{ resolve:ssm:/a}}'", false, &["blank"]),
        ("A: '{{resolve:secretsmanager:a:SecretBinary}}'", true, &["SecretString"]),
        ("A: '{{resolve:secretsmanager:a:SecretString:k:s:v}}'", true, &["both"]),
        (
            "A: [{B: '{{resolve:ssm-secure:/a}}'}]",
            true,
            &["`A[].B` of AWS::RDS::DBInstance", "MasterUserPassword of AWS::RDS::DBInstance"],
        ),
    ];
    for (text, error, parts) in wrong {
        only(&property(db, text), &[], error, parts);
    }
    only(&property("AWS::X::Y", "A: '{{resolve:ssm-secure:/a}}'"), &[], true, &["`A` of AWS::X::Y", "AuthToken of"]);
    only("Parameters: {a: {Default: '{{resolve:ssm:/a}}'}}", &[], true, &["version", "Parameters"]);
    assert_eq!(findings("Parameters: {a: {Default: '{{resolve:ssm:/a:1}}'}}", &[]), []);
    assert_eq!(findings("Mappings: {a: {b: {c: '{{resolve:foo:'}}}", &[]), []);
    let metadata =
        "Resources: {R: {Type: A, Metadata: {AWS::CloudFormation::Init: {a: '{{resolve:secretsmanager:x}}'}}}}";
    only(metadata, &[], true, &["metadata"]);
    let metadata = "Resources: {R: {Metadata: {A: '{{resolve:ssm-secure:/a}}'}, Type: T}}";
    only(metadata, &[], true, &["`Metadata.A` of T", "AuthToken"]);
    only("Outputs: {a: {Value: '{{resolve:ssm-secure:/a}}'}}", &[], true, &["an output"]);
    let json = r#"{"Resources": {"R": {"Properties": {"A": "{{resolve:ssm-secure:/a}}"}, "Type": "T"}}}"#;
    only(json, &[], true, &["`A` of T"]);
}

#[test]
fn dynamic_references_that_are_put_in_are_checked() {
    let secure = &[("s:x", "{{resolve:ssm-secure:/a:1}}")];
    let rendered = run(&property("AWS::RDS::DBInstance", "MasterUserPassword: <<resolve:s:x>>"), secure).unwrap();
    assert!(rendered.template.contains("MasterUserPassword: '{{resolve:ssm-secure:/a:1}}'\n"));
    let template = property("AWS::X::Y", "A: <<resolve:s:x>>");
    only(&template, secure, true, &["`<<resolve:s:x>>` is a secure parameter", "`A` of AWS::X::Y"]);
    assert_eq!(bad(&template, secure)[0].0, 4);
}

#[test]
fn values_that_mean_something_are_warned_about() {
    only("a: <<resolve:s:x>>", &[("s:x", "text:{{resolve:ssm:/geheim}}")], false, &["CloudFormation would resolve"]);
    only("a: !Sub <<resolve:s:x>>", &[("s:x", "${geheim}")], false, &["Fn::Sub"]);
    only("a: {'Fn::Sub': ['<<resolve:s:x>>', {}]}", &[("s:x", "${geheim}")], false, &["Fn::Sub"]);
    assert_eq!(findings("a: <<resolve:s:x>>", &[("s:x", "${geheim}")]), []);
}

#[test]
fn values_are_never_told() {
    let secret = &[("s:x", "geheim"), ("s:t", "AWS::IAM::User")];
    let template = property("<<resolve:s:t>>", "<<resolve:s:x>>: '{{resolve:ssm-secure:/a}}'");
    let found = findings(&template, secret);
    assert!(found.len() == 1 && found[0].1.contains("`<<resolve:s:x>>` of <<resolve:s:t>>"), "{found:?}");
    assert!(!found[0].1.contains("geheim") && found[0].1.contains("AuthToken"), "{found:?}");
    let template = property("<<resolve:s:t>>", "LoginProfile: {Password: '{{resolve:ssm-secure:/a}}'}");
    assert_eq!(findings(&template, secret), []);

    for value in
        ["text:{{resolve:ssm:geheim:geheim}}", "geheim\n${geheim}", "{{resolve:geheim:x}}", "resolve:ssm:geheim>>"]
    {
        for template in
            ["A: !Sub <<resolve:s:x>>", "A: '{{resolve:<<resolve:s:x>>:<<resolve:s:x>>}}'", "A: '<<<<resolve:s:x>>'"]
        {
            for (_, text) in findings(&property("T", template), &[("s:x", value)]) {
                assert!(!text.contains("geheim"), "{text}");
            }
        }
    }
}

#[test]
fn sixty_dynamic_references_are_enough() {
    let template = |count: usize| {
        let all: String = (0..count).map(|at| format!("      A{at}: '{{{{resolve:ssm:/a:1}}}}'\n")).collect();
        format!("Resources:\n  R:\n    Type: T\n    Properties:\n{all}")
    };
    assert_eq!(findings(&template(60), &[]), []);
    let found = bad(&template(62), &[]);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].0, 65);
    assert!(found[0].2.contains("62 dynamic references"));
}

#[test]
fn hostile_templates_end() {
    for template in [
        "[".repeat(200_000),
        "{\"a\":".repeat(200_000),
        "{".repeat(200_000),
        "- ".repeat(200_000),
        "? ".repeat(100_000),
        format!("a: {}", "<<resolve:".repeat(100_000)),
        format!("a: '{}'", "<<resolve:s:x>>\n ".repeat(50_000)),
        format!("a: |\n{}", "  <<resolve:s:x>>\n".repeat(50_000)),
        format!("{{\"a\": \"{}\"}}", "<<resolve:s:x>>\\n".repeat(50_000)),
        format!("a: &a [x]\n{}", (0..5000).map(|n| format!("b{n}: &b{n} [*a, *a, *a]\n")).collect::<String>()),
        format!("a: {}", "{{resolve:ssm:".repeat(50_000)),
        "# c\n".repeat(200_000),
        "\r".repeat(200_000),
        "a\n".repeat(100_000),
        format!("a: '{}'", "<<!resolve:".repeat(100_000)),
        format!("Resources: {{R: {{Type: T, Properties: {{A: '{}'}}}}}}", "{{resolve:ssm:/a}}".repeat(50_000)),
        format!(
            "Resources: {{R: {{Type: T, Properties: {{A: !Sub '{}'}}}}}}",
            "<<resolve:s:x>>${a}{{resolve:ssm:${b}}}".repeat(20_000)
        ),
        format!("a: {}", "<< resolve:".repeat(50_000)),
        format!("a: '{}<<resolve:s:x>>'", "<<".repeat(500_000)),
        format!("a: |\n{}  <<resolve:s:x>>", " \n".repeat(300_000)),
        format!("a: |{}<<resolve:s:x>>", "\n  ".repeat(300_000)),
        format!("a: \"{}<<resolve:s:x>>\"", "\\x41".repeat(200_000)),
        (0..20_000).map(|n| format!("k{n}: {{<<resolve:s:x>>: 1}}\n")).collect(),
        (0..20_000).map(|n| format!("k{n}<<resolve:s:x>>: 1\n")).collect(),
        "\u{FEFF}".into(),
        "\u{FEFF}{}".into(),
    ] {
        // The stack of a component.
        let thread = std::thread::Builder::new().stack_size(512 << 10).spawn(move || {
            let start = std::time::Instant::now();
            let _ = run(&template, &[("s:x", "v")]);
            let begin: String = template.chars().take(20).collect();
            assert!(start.elapsed().as_secs() < 5, "{begin} {:?}", start.elapsed());
            assert!(start.elapsed().as_secs() < 5, "{begin} {:?}", start.elapsed());
        });
        thread.unwrap().join().unwrap();
    }
}
