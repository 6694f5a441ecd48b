//! What the network, the configuration and the credentials can do wrong.

use std::net::{Ipv4Addr, TcpListener};
use std::process::Command;

use insta::assert_snapshot;

use crate::endpoint::{Answer, Endpoint};
use crate::project::{Project, run};

const TEMPLATE: &str = "ImageId: <<resolve:ssm:/app/ami>>\n";

/// A project whose endpoint does not exist.
fn nowhere() -> Project {
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let url = format!("http://{}", free.local_addr().unwrap());
    let project = Project::at(&url, "eu-west-1");
    project.sandbox.write("t.yaml", TEMPLATE);
    project
}

fn ended(command: Command) -> String {
    let run = run(command);
    format!("exit {}\n{}{}", run.code, run.stdout, run.stderr)
}

fn without_keys(mut command: Command) -> Command {
    command.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY").env_remove("AWS_SESSION_TOKEN");
    command
}

#[test]
fn nobody_listens() {
    let ended = ended(nowhere().command(&["render", "t.yaml"]));
    // The number is that of the operating system.
    let shown: String = ended.split(" (os error").next().unwrap().to_owned();
    assert_snapshot!(shown, @"");
    assert!(
        ended.contains("hint: Check the network, a proxy, `--endpoint-url`, and that the region `eu-west-1` exists.")
    );
}

/// Takes three times the time-out of an attempt: half a minute.
#[test]
fn nobody_answers() {
    let endpoint = Endpoint::start(|_| Answer::Silence);
    let (code, stderr) = Project::at(&endpoint.url(), "eu-west-1").fail_to_render(TEMPLATE);
    assert_snapshot!(format!("exit {code}\n{stderr}"), @"");
    assert_eq!(endpoint.requests().len(), 3);
}

#[test]
fn the_connection_ends_in_the_middle_of_the_answer() {
    let endpoint = Endpoint::start(|_| Answer::CutOff);
    let (code, stderr) = Project::at(&endpoint.url(), "eu-west-1").fail_to_render(TEMPLATE);
    assert_snapshot!(format!("exit {code}\n{stderr}"), @"");
}

#[test]
fn there_are_no_credentials() {
    assert_snapshot!(ended(without_keys(nowhere().command(&["render", "t.yaml"]))), @"");
}

#[test]
fn there_is_no_region() {
    let project = nowhere();
    assert_snapshot!(ended(project.bare_command(&["render", "t.yaml", "--cloud", "aws"])), @"");
    let named = project.bare_command(&["render", "t.yaml", "--cloud", "aws", "--profile", "nobody"]);
    assert!(ended(named).contains("and the profile `nobody` names none"));
}

#[test]
fn there_is_no_such_region() {
    let mut project = nowhere();
    project.region = "Ireland".to_owned();
    assert_snapshot!(ended(project.command(&["render", "t.yaml"])), @"");
}

#[test]
fn there_is_no_such_profile() {
    let project = nowhere();
    // Also with keys in the environment: somebody asked for the profile.
    let command = || project.command(&["render", "t.yaml", "--profile", "nobody"]);
    assert_snapshot!(ended(command()), @"");
    project.sandbox.write("config", "[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = x\n");
    let mut with_others = command();
    with_others.env("AWS_CONFIG_FILE", project.sandbox.path().join("config"));
    assert_snapshot!(ended(with_others), @"");
}

#[test]
fn the_profile_of_the_environment_does_not_exist() {
    let project = nowhere();
    project.sandbox.write("config", "[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = x\n");
    let mut command = without_keys(project.command(&["render", "t.yaml"]));
    command.env("AWS_CONFIG_FILE", project.sandbox.path().join("config")).env("AWS_PROFILE", "nobody");
    assert_snapshot!(ended(command), @"");
}
