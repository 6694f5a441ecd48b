//! What the network, the configuration and the credentials can do wrong.

use std::process::Command;

use insta::assert_snapshot;

use crate::endpoint::{Answer, Endpoint};
use crate::project::{NOWHERE, Project, run};

const TEMPLATE: &str = "ImageId: <<resolve:ssm:/app/ami>>\n";

/// A project whose endpoint does not exist.
fn nowhere() -> Project {
    let project = Project::at(NOWHERE, "eu-west-1");
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
    assert_snapshot!(shown, @r"
    exit 1
    error: Systems Manager in eu-west-1 cannot be reached for ssm:GetParameters: Connection refused
    ");
    assert!(
        ended.contains("hint: Check the network, a proxy, `--endpoint-url`, and that the region `eu-west-1` exists.")
    );
}

/// Takes three times the time-out of an attempt: half a minute.
#[test]
fn nobody_answers() {
    let endpoint = Endpoint::start(|_| Answer::Silence);
    let (code, stderr) = Project::at(&endpoint.url(), "eu-west-1").fail_to_render(TEMPLATE);
    assert_snapshot!(format!("exit {code}\n{stderr}"), @r"
    exit 1
    error: ssm:GetParameters was not answered in time by Systems Manager in eu-west-1
     --> t.yaml:1:10
    1 | ImageId: <<resolve:ssm:/app/ami>>
      |          ^^^^^^^^^^^^^^^^^^^^^^^^
    hint: Check the network, a proxy, and `--endpoint-url`; then try again.

    error: 1 error in t.yaml; nothing was written
    ");
    assert_eq!(endpoint.requests().len(), 3);
}

#[test]
fn the_connection_ends_in_the_middle_of_the_answer() {
    let endpoint = Endpoint::start(|_| Answer::CutOff);
    let (code, stderr) = Project::at(&endpoint.url(), "eu-west-1").fail_to_render(TEMPLATE);
    assert_snapshot!(format!("exit {code}\n{stderr}"), @r"
    exit 1
    error: ssm:GetParameters failed: Systems Manager in eu-west-1 gave an answer that cannot be read: end of file before message length reached
     --> t.yaml:1:10
    1 | ImageId: <<resolve:ssm:/app/ami>>
      |          ^^^^^^^^^^^^^^^^^^^^^^^^
    hint: Check `--endpoint-url`, and whether a proxy answers in its place; then try again.

    error: 1 error in t.yaml; nothing was written
    ");
}

#[test]
fn there_are_no_credentials() {
    assert_snapshot!(ended(without_keys(nowhere().command(&["render", "t.yaml"]))), @r"
    exit 1
    error: no AWS credentials for ssm:GetParameters: neither the environment, nor a profile, nor a role of this machine has any (NoCredentials)
     --> t.yaml:1:10
    1 | ImageId: <<resolve:ssm:/app/ami>>
      |          ^^^^^^^^^^^^^^^^^^^^^^^^
    hint: Set AWS_PROFILE or pass `--profile`, sign in with `aws sso login`, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.

    error: 1 error in t.yaml; nothing was written
    ");
}

#[test]
fn there_is_no_region() {
    let project = nowhere();
    assert_snapshot!(ended(project.bare_command(&["render", "t.yaml", "--cloud", "aws"])), @r"
    exit 2
    error: no AWS region is configured
    hint: Pass `--region`, write `region` in formwork.toml, or set AWS_REGION or the region of the profile.
    ");
    let named = project.bare_command(&["render", "t.yaml", "--cloud", "aws", "--profile", "nobody"]);
    assert!(ended(named).contains("and the profile `nobody` names none"));
}

#[test]
fn there_is_no_such_region() {
    let mut project = nowhere();
    project.region = "Ireland".to_owned();
    assert_snapshot!(ended(project.command(&["render", "t.yaml"])), @r"
    exit 2
    error: `Ireland` is not the name of a region
    hint: Regions read like `eu-west-1`.
    ");
}

#[test]
fn there_is_no_such_profile() {
    let project = nowhere();
    // Also with keys in the environment: somebody asked for the profile.
    let command = || project.command(&["render", "t.yaml", "--profile", "nobody"]);
    assert_snapshot!(ended(command()), @r"
    exit 1
    error: the profile `nobody` gives no AWS credentials for ssm:GetParameters: the AWS configuration files do not have it, or it has no credentials (NoCredentials)
     --> t.yaml:1:10
    1 | ImageId: <<resolve:ssm:/app/ami>>
      |          ^^^^^^^^^^^^^^^^^^^^^^^^
    hint: `aws configure list-profiles` shows the profiles; `aws sso login --profile nobody` renews those of IAM Identity Center.

    error: 1 error in t.yaml; nothing was written
    ");
    project.sandbox.write("config", "[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = x\n");
    let mut with_others = command();
    with_others.env("AWS_CONFIG_FILE", project.sandbox.path().join("config"));
    assert_snapshot!(ended(with_others), @r"
    exit 1
    error: the profile `nobody` gives no AWS credentials for ssm:GetParameters: the AWS configuration files do not have it (NoCredentials)
     --> t.yaml:1:10
    1 | ImageId: <<resolve:ssm:/app/ami>>
      |          ^^^^^^^^^^^^^^^^^^^^^^^^
    hint: `aws configure list-profiles` shows the profiles; `aws sso login --profile nobody` renews those of IAM Identity Center.

    error: 1 error in t.yaml; nothing was written
    ");
}

#[test]
fn the_profile_of_the_environment_does_not_exist() {
    let project = nowhere();
    project.sandbox.write("config", "[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = x\n");
    let mut command = without_keys(project.command(&["render", "t.yaml"]));
    command.env("AWS_CONFIG_FILE", project.sandbox.path().join("config")).env("AWS_PROFILE", "nobody");
    assert_snapshot!(ended(command), @r"
    exit 1
    error: the profile `nobody` gives no AWS credentials for ssm:GetParameters: the AWS configuration files do not have it (NoCredentials)
     --> t.yaml:1:10
    1 | ImageId: <<resolve:ssm:/app/ami>>
      |          ^^^^^^^^^^^^^^^^^^^^^^^^
    hint: `aws configure list-profiles` shows the profiles; `aws sso login --profile nobody` renews those of IAM Identity Center.

    error: 1 error in t.yaml; nothing was written
    ");
}
