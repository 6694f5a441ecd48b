//! `--output json` of a render on AWS: one document on stdout, whatever happens.

use serde_json::{Value, json};

use crate::endpoint::{Endpoint, parameter_store};
use crate::project::{NOWHERE, Project};

#[test]
fn a_render_with_several_problems() {
    let endpoint = Endpoint::start(parameter_store(|name| (name == "/app/there").then(|| "x".into())));
    let project = Project::at(&endpoint.url(), "eu-west-1");
    let template = "A: <<resolve:ssm:/app/there>>\nB:\n  - <<resolve:ssm:/app/ami>>\n  - \"<<resolve:ssm:/a b>>\"\nC: <<resolve:nope:x>>\n";
    project.sandbox.write("t.yaml", template);
    let run = project.run(&["render", "t.yaml", "--output", "json"]);
    assert_eq!(run.code, 1);
    assert_eq!(run.stderr, "", "everything is in the document");
    let unknown = json!({
        "severity": "error", "kind": "not-found",
        "message": "there is no parameter `/app/ami` in eu-west-1", "code": "ParameterNotFound",
        "hint": "Check the name and the region; `formwork param list` shows what there is.",
        "file": "t.yaml", "line": 3, "column": 5, "source": "  - <<resolve:ssm:/app/ami>>",
    });
    let malformed = json!({
        "severity": "error", "kind": "invalid-input",
        "message": "the parameter name `/a b` has the character ' ', which Parameter Store does not allow",
        "hint": "Names have letters, digits, `.`, `_`, `-` and `/`.",
        "file": "t.yaml", "line": 4, "column": 6, "source": "  - \"<<resolve:ssm:/a b>>\"",
    });
    let no_scheme = json!({
        "severity": "error", "kind": "invalid-input", "message": "no plugin resolves the scheme `nope`",
        "hint": "There are `export`, `secretsmanager`, `ssm`, `ssm-secure`, `stack`; others come with plugins in formwork.toml.",
        "file": "t.yaml", "line": 5, "column": 4, "source": "C: <<resolve:nope:x>>",
    });
    assert_eq!(
        run.json(),
        json!({ "error": {
            "exit": 1, "message": "3 errors in t.yaml; nothing was written",
            "problems": [unknown, malformed, no_scheme],
        } })
    );
}

#[test]
fn a_failure_before_the_template() {
    let project = Project::at(NOWHERE, "eu-west-1");
    project.sandbox.write("t.yaml", "A: <<resolve:ssm:/app/ami>>\n");
    let run = crate::project::run(project.bare_command(&["render", "t.yaml", "--cloud", "aws", "--output", "json"]));
    assert_eq!((run.code, run.stderr.as_str()), (2, ""));
    let hint = "Pass `--region`, write `region` in formwork.toml, or set AWS_REGION or the region of the profile.";
    assert_eq!(
        run.json(),
        json!({ "error": { "exit": 2, "message": "no AWS region is configured", "hint": hint, "problems": [] } })
    );
}

#[test]
fn a_render() {
    let endpoint = Endpoint::start(parameter_store(|_| Some("ami-1".into())));
    let project = Project::at(&endpoint.url(), "eu-west-1");
    let head = "Resources:\n  Db:\n    Type: AWS::RDS::DBInstance\n    Properties:\n";
    let properties = "      DBSnapshotIdentifier: <<resolve:ssm:/app/ami>>\n      MasterUserPassword: <<resolve:ssm-secure:/app/pw>>\n";
    project.sandbox.write("t.yaml", format!("{head}{properties}"));
    let mut from_aws = project.json(&["render", "t.yaml"]);
    for reference in from_aws["references"].as_array_mut().unwrap() {
        assert!(reference["milliseconds"].as_f64().unwrap() > 0.0);
        reference["milliseconds"] = Value::Null;
    }
    let template = format!(
        "{head}      DBSnapshotIdentifier: ami-1\n      MasterUserPassword: '{{{{resolve:ssm-secure:/app/pw}}}}'\n"
    );
    let ami = json!({
        "reference": "ssm:/app/ami", "value": "ami-1", "version": "7", "modified": "2023-11-14T22:13:20.5Z",
        "cloud": "aws", "region": "eu-west-1", "from": "plugin", "plugin": "parameter-store", "milliseconds": null,
    });
    let secure = json!({
        "reference": "ssm-secure:/app/pw", "value": "{{resolve:ssm-secure:/app/pw}}", "version": null, "modified": null,
        "cloud": "aws", "region": "eu-west-1", "from": "plugin", "plugin": "parameter-store", "milliseconds": null,
    });
    let document = |references: Value| {
        json!({
            "file": "t.yaml", "out": null, "template": template, "sensitive": false, "references": references,
            "warnings": [],
        })
    };
    assert_eq!(from_aws, document(json!([ami, secure])));

    // The second time the pin is the source.
    let mut from_lock = project.json(&["render", "t.yaml"]);
    for reference in from_lock["references"].as_array_mut().unwrap() {
        reference["milliseconds"] = Value::Null;
    }
    let mut ami = ami;
    (ami["from"], ami["plugin"]) = ("lock".into(), Value::Null);
    assert_eq!(from_lock, document(json!([ami, secure])));
}

#[test]
fn a_command_with_several_problems() {
    let endpoint = Endpoint::start(parameter_store(|name| (name == "/app/there").then(|| "x".into())));
    let run = Project::at(&endpoint.url(), "eu-west-1").run(&[
        "param",
        "get",
        "/a b",
        "/app/there",
        "/no",
        "--output",
        "json",
    ]);
    assert_eq!((run.code, run.stderr.as_str()), (1, ""));
    let problem = |kind: &str, code: &str, message: &str| {
        json!({
            "severity": "error", "kind": kind, "message": message, "code": code,
        })
    };
    assert_eq!(
        run.json(),
        json!({ "error": {
            "exit": 1, "message": "2 parameters were not read",
            "problems": [
                problem("invalid-input", "ValidationException", "`/a b` is not the name of a parameter"),
                problem("not-found", "ParameterNotFound", "there is no parameter `/no` in eu-west-1"),
            ],
        } })
    );
}
