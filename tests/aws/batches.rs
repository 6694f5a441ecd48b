//! How often AWS is asked: ⌈N/10⌉ calls for N distinct parameters, and no other.

use std::fmt::Write;
use std::time::Duration;

use serde_json::Value;

use crate::endpoint::{Endpoint, parameter_store};
use crate::project::{NOWHERE, Project, ok, run};

const GET: &str = "AmazonSSM.GetParameters";

/// A template that refers to so many parameters, each of them three times.
fn template(count: usize) -> String {
    let mut template = String::from("Resources:\n");
    for n in (0..count).chain(0..count) {
        writeln!(template, "  - !Sub \"<<resolve:ssm:/app/p{n}>> and <<resolve:ssm:/app/p{n}>>\"").unwrap();
    }
    template
}

fn value_of(name: &str) -> Option<String> {
    Some(format!("value-of{}", name.replace('/', "-")))
}

/// All names that were asked for, sorted.
fn names(endpoint: &Endpoint) -> Vec<String> {
    let names = |body: &Value| body["Names"].as_array().unwrap().clone();
    let requests = endpoint.requests();
    let mut names: Vec<String> =
        requests.iter().flat_map(|r| names(&r.body)).map(|name| name.as_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

#[track_caller]
fn assert_calls(count: usize, calls: usize) {
    let endpoint = Endpoint::start(parameter_store(value_of));
    let project = Project::at(&endpoint.url(), "eu-west-1");
    project.sandbox.write("t.yaml", template(count));
    let out = project.ok(&["render", "t.yaml"]);
    assert_eq!(out.matches("value-of-app-p").count(), 4 * count, "{out}");
    assert_eq!(endpoint.targets(), vec![GET; calls]);
    for request in endpoint.requests() {
        assert_eq!(request.body["WithDecryption"], false, "nothing is decrypted: {}", request.body);
    }
    let mut distinct: Vec<String> = (0..count).map(|n| format!("/app/p{n}")).collect();
    distinct.sort();
    assert_eq!(names(&endpoint), distinct, "each name is asked for once");
}

#[test]
fn one_parameter_costs_one_call() {
    assert_calls(1, 1);
}

#[test]
fn ten_parameters_cost_one_call() {
    assert_calls(10, 1);
}

#[test]
fn eleven_parameters_cost_two_calls() {
    assert_calls(11, 2);
}

#[test]
fn a_hundred_parameters_cost_ten_calls() {
    assert_calls(100, 10);
}

#[test]
fn at_most_four_calls_are_under_way_at_once() {
    let answer = parameter_store(value_of);
    let endpoint = Endpoint::start(move |request| {
        // Long enough for all that may come at once to come.
        std::thread::sleep(Duration::from_millis(150));
        answer(request)
    });
    let project = Project::at(&endpoint.url(), "eu-west-1");
    project.sandbox.write("t.yaml", template(100));
    project.ok(&["render", "t.yaml"]);
    assert!((2..=4).contains(&endpoint.most_at_once()), "{} calls at once", endpoint.most_at_once());
}

#[test]
fn references_to_secrets_ask_nobody() {
    let endpoint = Endpoint::start(parameter_store(value_of));
    let project = Project::at(&endpoint.url(), "eu-west-1");
    let head = "Resources:\n  Db:\n    Type: AWS::RDS::DBInstance\n    Properties:\n";
    let properties = "      MasterUserPassword: <<resolve:ssm-secure:/app/pw:3>>\n      MasterUsername: <<resolve:secretsmanager:db:SecretString:user>>\n";
    project.sandbox.write("t.yaml", format!("{head}{properties}"));
    let out = project.ok(&["render", "t.yaml"]);
    assert_eq!(out, format!("{head}{}", properties.replace("<<", "'{{").replace(">>", "}}'")));
    assert!(endpoint.targets().is_empty(), "{:?}", endpoint.targets());
}

#[test]
fn a_template_without_references_needs_neither_region_nor_credentials() {
    let project = Project::at(NOWHERE, "eu-west-1");
    project.sandbox.write("t.yaml", "A: 1 # one\n");
    assert_eq!(ok(project.sandbox.command(&["render", "t.yaml", "--cloud", "aws"])), "A: 1 # one\n");
}

#[test]
fn a_pinned_public_template_asks_nobody() {
    let endpoint = Endpoint::start(parameter_store(value_of));
    let mut project = Project::at(&endpoint.url(), "eu-west-1");
    project.sandbox.write("t.yaml", template(11));
    let first = project.ok(&["render", "t.yaml"]);
    assert_eq!(endpoint.targets(), [GET, GET]);
    assert!(!project.lock().contains("account"), "{}", project.lock());
    drop(endpoint);
    // Nothing listens any more, and there are no credentials.
    project.url = NOWHERE.to_owned();
    for mode in ["--explain", "--locked"] {
        let mut command = project.command(&["render", "t.yaml", mode]);
        command.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY").env_remove("AWS_SESSION_TOKEN");
        assert_eq!(ok(command), first, "{mode}");
    }
}

#[test]
fn one_unknown_name_does_not_spoil_the_others() {
    let endpoint = Endpoint::start(parameter_store(|name| value_of(name).filter(|_| !name.contains("gone"))));
    let project = Project::at(&endpoint.url(), "eu-west-1");
    let template = "A: <<resolve:ssm:/app/a>>\nB: <<resolve:ssm:/app/gone-1>>\nC:\n  - <<resolve:ssm:/app/c>>\n  - x-<<resolve:ssm:/gone-2>>\n";
    let (code, stderr) = project.fail_to_render(template);
    assert_eq!(code, 1, "{stderr}");
    for place in ["t.yaml:2:4", "t.yaml:5:7"] {
        assert!(stderr.contains(place), "{place}\n{stderr}");
    }
    assert!(!stderr.contains("/app/c"), "{stderr}");
    assert!(stderr.contains("2 errors in t.yaml; nothing was written"), "{stderr}");
    assert_eq!(endpoint.targets().iter().filter(|target| *target == GET).count(), 1);
}

#[test]
fn one_failed_call_is_reported_at_each_of_its_references() {
    let answer = parameter_store(value_of);
    let endpoint = Endpoint::start(move |request| {
        let broken = request.body["Names"].as_array().unwrap().contains(&Value::from("/app/p0"));
        if broken { crate::endpoint::Answer::error(400, "InternalSurprise", "no luck") } else { answer(request) }
    });
    let project = Project::at(&endpoint.url(), "eu-west-1");
    let lines: String = (0..11).map(|n| format!("- <<resolve:ssm:/app/p{n}>>\n")).collect();
    let (code, stderr) = project.fail_to_render(&lines);
    assert_eq!(code, 1, "{stderr}");
    assert!(stderr.contains("10 errors in t.yaml"), "{stderr}");
    assert_eq!(stderr.matches("ssm:GetParameters failed: no luck (InternalSurprise)").count(), 10, "{stderr}");
}

#[test]
fn a_malformed_name_never_reaches_aws() {
    let endpoint = Endpoint::start(parameter_store(value_of));
    let project = Project::at(&endpoint.url(), "eu-west-1");
    let template = "A: <<resolve:ssm:/app/good>>\nB: \"<<resolve:ssm:/app/bad name>>\"\nC: <<resolve:ssm:/a:b:c>>\n";
    let (code, stderr) = project.fail_to_render(template);
    assert_eq!(code, 2, "{stderr}");
    assert!(stderr.contains("t.yaml:2:5") && stderr.contains("t.yaml:3:4"), "{stderr}");
    assert!(names(&endpoint).iter().all(|name| name == "/app/good"), "{:?}", names(&endpoint));

    let get = run(project.command(&["param", "get", "/app/good", "/app/bad name", "/app/bad:", "a/b/ö"]));
    assert_eq!(get.code, 2, "{}", get.stderr);
    assert!(get.stderr.contains("3 parameters were not read"), "{}", get.stderr);
    assert!(names(&endpoint).iter().all(|name| name == "/app/good"), "{:?}", names(&endpoint));
}
