//! Pins of parameters on AWS (moto): for whom they are good, and how they move.

use crate::project::{ACCOUNT, Project, unique};

/// A project with a template that refers to a parameter of its own, whose value is `ami-1`.
fn project() -> (Project, String) {
    let project = Project::moto("eu-west-1");
    let name = format!("/{}/ami", unique("pins"));
    project.ok(&["param", "put", &name, "ami-1"]);
    project.sandbox.write("t.yaml", format!("A: <<resolve:ssm:{name}>>\n"));
    (project, name)
}

#[test]
fn a_private_parameter_is_pinned_for_its_account() {
    let (project, name) = project();
    assert_eq!(project.ok(&["render", "t.yaml"]), "A: ami-1\n");
    let lock = project.lock();
    for line in [
        format!("reference = \"ssm:{name}\""),
        "cloud = \"aws\"".to_owned(),
        "region = \"eu-west-1\"".to_owned(),
        format!("account = \"{ACCOUNT}\""),
        "value = \"ami-1\"".to_owned(),
        "version = \"1\"".to_owned(),
    ] {
        assert!(lock.contains(&line), "{line}\n{lock}");
    }
    // The pin is what counts, until somebody moves it.
    project.ok(&["param", "put", &name, "ami-2", "--overwrite"]);
    assert_eq!(project.ok(&["render", "t.yaml", "--locked"]), "A: ami-1\n");
    assert_eq!(project.ok(&["render", "t.yaml", "--latest"]), "A: ami-2\n");
    assert_eq!(project.lock(), lock);

    // In another account it says nothing.
    project.sandbox.write("formwork.toml", "account = \"999999999999\"\n");
    let refused = project.run(&["render", "t.yaml", "--locked"]);
    assert_eq!(refused.code, 4, "{}{}", refused.stdout, refused.stderr);
    assert!(refused.stderr.contains(ACCOUNT), "{}", refused.stderr);
}

#[test]
fn selectors_and_arns_are_pinned_as_they_are_written() {
    let (project, name) = project();
    project.ok(&["param", "put", &name, "ami-2", "--overwrite"]);
    project.ok(&["param", "label", &name, "prod", "--version", "1"]);
    let arn = format!("arn:aws:ssm:eu-west-1:{ACCOUNT}:parameter{name}");
    for (body, value) in [
        (name.clone(), "ami-2"),
        (format!("{name}:1"), "ami-1"),
        (format!("{name}:prod"), "ami-1"),
        (arn.clone(), "ami-2"),
        (format!("{arn}:1"), "ami-1"),
    ] {
        project.sandbox.write("t.yaml", format!("A: \"<<resolve:ssm:{body}>>\"\n"));
        for _ in 0..2 {
            assert_eq!(project.ok(&["render", "t.yaml"]), format!("A: \"{value}\"\n"), "{body}");
        }
        assert!(project.lock().contains(&format!("reference = \"ssm:{body}\"")), "{}", project.lock());
    }
    assert_eq!(
        project.lock().matches("[[pins]]").count() + project.lock().matches("[[pin]]").count(),
        5,
        "{}",
        project.lock()
    );
}

#[test]
fn outdated_tells_and_upgrade_moves() {
    let (project, name) = project();
    project.ok(&["render", "t.yaml"]);
    let current = project.run(&["outdated", "--exit-code"]);
    assert_eq!((current.code, current.stdout.as_str()), (0, ""), "{}", current.stderr);
    assert_eq!(current.stderr, "up to date: 1 pin\n");

    project.ok(&["param", "put", &name, "ami-2", "--overwrite"]);
    let outdated = project.run(&["outdated", "--exit-code"]);
    assert_eq!(outdated.code, 3, "{}", outdated.stderr);
    assert_eq!(outdated.stderr, "outdated: 1 pin\n");
    assert!(outdated.stdout.starts_with(&format!("{name}  ami-1 (v1, ")), "{}", outdated.stdout);
    assert!(outdated.stdout.contains(" → ami-2 (v2, "), "{}", outdated.stdout);
    let json = project.json(&["outdated"]);
    assert_eq!(json["pins"][0]["outdated"], true);
    assert_eq!(json["pins"][0]["now"]["version"], "2");

    let upgraded = project.run(&["upgrade"]);
    assert_eq!(upgraded.code, 0, "{}", upgraded.stderr);
    assert_eq!(upgraded.stdout, outdated.stdout);
    assert_eq!(upgraded.stderr, "moved 1 pin in formwork.lock\n");
    assert_eq!(project.ok(&["render", "t.yaml", "--locked"]), "A: ami-2\n");
    assert!(project.lock().contains(&format!("account = \"{ACCOUNT}\"")), "{}", project.lock());
    assert_eq!(project.run(&["upgrade"]).stderr, "nothing to move\n");
}

#[test]
fn a_pin_whose_parameter_is_gone_is_reported() {
    let (project, name) = project();
    project.ok(&["render", "t.yaml"]);
    project.ok(&["param", "delete", &name]);
    let run = project.run(&["outdated", "--exit-code"]);
    assert_eq!(run.code, 1, "{}{}", run.stdout, run.stderr);
    assert!(
        run.stderr.contains(&format!("there is no parameter `{name}` in eu-west-1 (ParameterNotFound)")),
        "{}",
        run.stderr
    );
    assert_eq!(project.ok(&["render", "t.yaml", "--locked"]), "A: ami-1\n", "the pin still stands");
}

#[test]
fn a_pin_of_another_region_is_left_alone() {
    let (mut project, _) = project();
    project.ok(&["render", "t.yaml"]);
    let lock = project.lock();
    project.region = "eu-central-1".to_owned();
    let run = project.run(&["upgrade"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stderr.contains("aws eu-west-1") && run.stderr.contains("left out"), "{}", run.stderr);
    assert_eq!(project.lock(), lock);
}

#[test]
fn a_parameter_that_became_a_secret_is_not_put_in() {
    let (project, name) = project();
    project.ok(&["param", "delete", &name]);
    project.ok_with_stdin(&["param", "put", &name, "-", "--type", "SecureString"], "hunter2");
    let (code, stderr) = project.fail_to_render(&format!("A: <<resolve:ssm:{name}>>\n"));
    assert_eq!(code, 2, "{stderr}");
    assert!(stderr.contains(&format!("<<resolve:ssm-secure:{name}>>")) && !stderr.contains("hunter2"), "{stderr}");
}
