//! `formwork param` on AWS (moto), there and back.

use serde_json::json;

use crate::project::{ACCOUNT, Project, unique};

#[test]
fn text_there_and_back() {
    let project = Project::moto("eu-west-1");
    let name = format!("/{}/colour", unique("text"));
    let put = project.json(&["param", "put", &name, "grün & \"blue\"\n", "--description", "the colour"]);
    assert_eq!(put, json!({ "name": name, "type": "String", "version": 1 }));
    let got = &project.json(&["param", "get", &name])["parameters"][0];
    assert_eq!((&got["value"], &got["type"]), (&json!("grün & \"blue\"\n"), &json!("String")));
    assert_eq!(got["arn"], format!("arn:aws:ssm:eu-west-1:{ACCOUNT}:parameter{name}"));
    let modified = got["modified"].as_str().unwrap();
    assert!(modified.len() <= "2026-01-02T03:04:05.678Z".len(), "milliseconds, as AWS has them: {modified}");
    let listed = project.json(&["param", "list", &name]);
    assert_eq!(listed["parameters"].as_array().unwrap().len(), 1);
    assert_eq!(listed["parameters"][0]["description"], "the colour");
    assert!(!listed.to_string().contains("blue"), "a listing has no values");
}

#[test]
fn lists_there_and_back() {
    let project = Project::moto("eu-west-1");
    let name = unique("list");
    project.ok(&["param", "put", &name, "subnet-1,subnet-2", "--type", "StringList"]);
    assert_eq!(project.ok(&["param", "get", &name]), "subnet-1,subnet-2\n");
    // A new version has the type of the one before.
    project.ok(&["param", "put", &name, "subnet-3,subnet-4", "--overwrite"]);
    assert_eq!(project.json(&["param", "get", &name])["parameters"][0]["type"], "StringList");
}

#[test]
fn secure_strings_are_hidden_until_somebody_insists() {
    let project = Project::moto("eu-west-1");
    let name = format!("/{}/pw", unique("secure"));
    project.ok_with_stdin(&["param", "put", &name, "-", "--type", "SecureString"], "hunter2\n");
    let hidden = project.run(&["param", "get", &name]);
    assert_eq!((hidden.code, hidden.stdout.as_str()), (4, ""), "{}", hidden.stderr);
    assert!(hidden.stderr.contains("--decrypt") && !hidden.stderr.contains("hunter2"), "{}", hidden.stderr);
    assert_eq!(project.ok(&["param", "get", &name, "--decrypt"]), "hunter2\n");
    let history = project.ok(&["param", "history", &name]);
    assert!(history.contains("hidden") && !history.contains("hunter2"), "{history}");
    assert!(project.ok(&["param", "history", &name, "--decrypt"]).contains("hunter2"));
}

#[test]
fn nothing_is_overwritten_by_accident() {
    let project = Project::moto("eu-west-1");
    let name = unique("twice");
    project.ok(&["param", "put", &name, "1"]);
    let again = project.run(&["param", "put", &name, "2"]);
    assert_eq!(again.code, 1, "{}", again.stderr);
    assert!(again.stderr.contains("(ParameterAlreadyExists)"), "{}", again.stderr);
    assert_eq!(project.json(&["param", "put", &name, "2", "--overwrite"])["version"], 2);
}

#[test]
fn labels_come_and_go() {
    let project = Project::moto("eu-west-1");
    let name = format!("/{}/ami", unique("labels"));
    project.ok(&["param", "put", &name, "ami-1"]);
    project.ok(&["param", "put", &name, "ami-2", "--overwrite"]);
    project.ok(&["param", "label", &name, "prod", "stable", "--version", "1"]);
    project.ok(&["param", "label", &name, "test"]);
    let labels = || {
        let history = project.json(&["param", "history", &name]);
        history["versions"].as_array().unwrap().iter().map(|v| v["labels"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(labels(), [json!(["prod", "stable"]), json!(["test"])]);
    assert_eq!(project.ok(&["param", "get", &format!("{name}:prod")]), "ami-1\n");
    // A label moves.
    project.ok(&["param", "label", &name, "prod", "--version", "2"]);
    assert_eq!(project.ok(&["param", "get", &format!("{name}:prod")]), "ami-2\n");
    project.ok(&["param", "unlabel", &name, "prod", "stable"]);
    assert_eq!(labels(), [json!([]), json!(["test"])]);

    let wrong = project.run(&["param", "label", &name, "aws-reserved"]);
    assert_eq!(wrong.code, 2, "{}", wrong.stderr);
    assert!(wrong.stderr.contains("(InvalidLabels)"), "{}", wrong.stderr);
    let missing = project.run(&["param", "unlabel", &name, "nothing"]);
    assert_eq!(missing.code, 1, "{}", missing.stderr);
}

#[test]
fn versions_and_arns_name_a_parameter() {
    let project = Project::moto("us-west-2");
    let name = format!("/{}/ami", unique("selectors"));
    for (value, flag) in [("ami-1", None), ("ami-2", Some("--overwrite")), ("ami-3", Some("--overwrite"))] {
        let mut args = vec!["param", "put", &name, value];
        args.extend(flag);
        project.ok(&args);
    }
    project.ok(&["param", "label", &name, "prod", "--version", "1"]);
    let arn = format!("arn:aws:ssm:us-west-2:{ACCOUNT}:parameter{name}");
    for (asked, value) in [
        (format!("{name}:2"), "ami-2\n"),
        (format!("{name}:prod"), "ami-1\n"),
        (arn.clone(), "ami-3\n"),
        (format!("{arn}:2"), "ami-2\n"),
        (format!("{arn}:prod"), "ami-1\n"),
    ] {
        assert_eq!(project.ok(&["param", "get", &asked]), value, "{asked}");
    }
    assert_eq!(
        project.ok(&["param", "get", &format!("{name}:3"), &format!("{name}:1"), &name]),
        "ami-3\nami-1\nami-3\n"
    );
    let missing = project.run(&["param", "get", &format!("{name}:9")]);
    assert_eq!(missing.code, 1);
    assert!(missing.stderr.contains("in us-west-2 (ParameterVersionNotFound)"), "{}", missing.stderr);
}

#[test]
fn more_than_ten_at_once() {
    let project = Project::moto("ap-southeast-2");
    let base = unique("many");
    let names: Vec<String> = (0..12).map(|n| format!("/{base}/{n:02}")).collect();
    for name in &names {
        project.ok(&["param", "put", name, name]);
    }
    let mut get = vec!["param", "get"];
    get.extend(names.iter().rev().map(String::as_str));
    let expected: Vec<&str> = names.iter().rev().map(String::as_str).collect();
    assert_eq!(project.ok(&get).lines().collect::<Vec<_>>(), expected, "in the order of the question");
    assert_eq!(project.json(&["param", "list", &format!("/{base}/")])["parameters"].as_array().unwrap().len(), 12);

    let mut delete = vec!["param", "delete", "/not/there"];
    delete.extend(names.iter().map(String::as_str));
    let deleted = project.run(&delete);
    assert_eq!((deleted.code, deleted.stdout.lines().count()), (1, 12), "{}", deleted.stderr);
    assert!(deleted.stderr.contains("there is no parameter `/not/there`"), "{}", deleted.stderr);
    let listed = project.run(&["param", "list", &format!("/{base}/")]);
    assert_eq!((listed.code, listed.stdout.as_str()), (0, ""));
    assert_eq!(listed.stderr, "no parameters in aws ap-southeast-2\n");
}

#[test]
fn regions_are_apart() {
    let (here, there) = (Project::moto("eu-west-1"), Project::moto("eu-central-1"));
    let name = unique("apart");
    here.ok(&["param", "put", &name, "here"]);
    let run = there.run(&["param", "get", &name]);
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains(&format!("there is no parameter `{name}` in eu-central-1")), "{}", run.stderr);
}

#[test]
fn the_history_of_nothing_is_an_error() {
    let run = Project::moto("eu-west-1").run(&["param", "history", "/not/there/at/all"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(
        run.stderr.contains("ssm:GetParameterHistory failed") && run.stderr.contains("(ParameterNotFound)"),
        "{}",
        run.stderr
    );
}
