//! Where the region, the profile and the account come from.

use std::process::Command;

use crate::endpoint::{Answer, Endpoint, parameter_store};
use crate::project::{ACCOUNT, Project, ok, unique};

fn store() -> Endpoint {
    Endpoint::start(parameter_store(|name| Some(name.replace('/', "."))))
}

/// The key and the region of each call.
fn scopes(endpoint: &Endpoint) -> Vec<(String, String)> {
    let scope = |scope: &str| {
        let mut parts = scope.split('/');
        (parts.next().unwrap().to_owned(), parts.nth(1).unwrap().to_owned())
    };
    endpoint.requests().iter().map(|request| scope(&request.scope)).collect()
}

#[track_caller]
fn assert_region(region: &str, prepare: impl FnOnce(&Project, &Endpoint) -> Command) {
    let endpoint = store();
    let project = Project::at(&endpoint.url(), "unused");
    project.sandbox.write("t.yaml", "A: <<resolve:ssm:/app/${AWS::Region}/${AWS::Partition}>>\n");
    assert!(ok(prepare(&project, &endpoint)).starts_with(&format!("A: .app.{region}.aws")));
    assert_eq!(scopes(&endpoint), [("AKIAIOSFODNN7EXAMPLE".to_owned(), region.to_owned())]);
    assert!(project.lock().contains(&format!("region = \"{region}\"")), "{}", project.lock());
}

#[test]
fn the_region_of_the_command_line_comes_first() {
    assert_region("eu-west-1", |project, endpoint| {
        project.sandbox.write("formwork.toml", "cloud = \"aws\"\nregion = \"eu-west-2\"\n");
        let url = endpoint.url();
        let mut command = project.bare_command(&["render", "t.yaml", "--region", "eu-west-1", "--endpoint-url", &url]);
        command.env("AWS_REGION", "eu-west-3");
        command
    });
}

#[test]
fn the_region_of_the_project_comes_second() {
    assert_region("eu-west-2", |project, endpoint| {
        let text = format!("cloud = \"aws\"\nregion = \"eu-west-2\"\nendpoint-url = \"{}\"\n", endpoint.url());
        project.sandbox.write("formwork.toml", text);
        let mut command = project.bare_command(&["render", "t.yaml"]);
        command.env("AWS_REGION", "eu-west-3");
        command
    });
}

#[test]
fn the_region_of_the_environment_comes_third() {
    for name in ["AWS_REGION", "AWS_DEFAULT_REGION"] {
        assert_region("cn-north-1", |project, endpoint| {
            let url = endpoint.url();
            let mut command = project.bare_command(&["render", "t.yaml", "--cloud", "aws", "--endpoint-url", &url]);
            command.env(name, "cn-north-1");
            command
        });
    }
}

#[test]
fn the_region_of_the_profile_comes_last() {
    for by_option in [true, false] {
        let endpoint = store();
        let project = Project::at(&endpoint.url(), "unused");
        let config = "[default]\nregion = eu-west-3\n\n[profile web]\nregion = eu-north-1\n\
                      aws_access_key_id = AKIAPROFILE\naws_secret_access_key = x\n";
        project.sandbox.write("config", config);
        project.sandbox.write("t.yaml", "A: <<resolve:ssm:/app/ami>>\n");
        let mut args = vec!["render", "t.yaml", "--cloud", "aws", "--endpoint-url", &project.url];
        if by_option {
            args.extend(["--profile", "web"]);
        }
        let mut command = project.bare_command(&args);
        command.env("AWS_CONFIG_FILE", project.sandbox.path().join("config"));
        if !by_option {
            command.env("AWS_PROFILE", "web");
        }
        ok(command);
        // As in the AWS CLI: keys of the environment come before AWS_PROFILE, and after `--profile`.
        let key = if by_option { "AKIAPROFILE" } else { "AKIAIOSFODNN7EXAMPLE" };
        assert_eq!(scopes(&endpoint), [(key.to_owned(), "eu-north-1".to_owned())]);
    }
}

#[test]
fn the_profile_of_the_project() {
    let endpoint = store();
    let project = Project::at(&endpoint.url(), "unused");
    project.sandbox.write("credentials", "[web]\naws_access_key_id = AKIAPROFILE\naws_secret_access_key = x\n");
    let text =
        format!("cloud = \"aws\"\nprofile = \"web\"\nregion = \"eu-west-1\"\nendpoint-url = \"{}\"\n", project.url);
    project.sandbox.write("formwork.toml", text);
    let mut command = project.bare_command(&["param", "get", "/app/ami"]);
    command.env("AWS_SHARED_CREDENTIALS_FILE", project.sandbox.path().join("credentials"));
    assert_eq!(ok(command), ".app.ami\n");
    assert_eq!(scopes(&endpoint), [("AKIAPROFILE".to_owned(), "eu-west-1".to_owned())]);
}

#[test]
fn pseudo_parameters_stand_inside_references() {
    let project = Project::moto("eu-west-1");
    let base = unique("pseudo");
    project.ok(&["param", "put", &format!("/{base}/{ACCOUNT}/eu-west-1/aws"), "all three"]);
    let reference = format!("<<resolve:ssm:/{base}/${{AWS::AccountId}}/${{AWS::Region}}/${{AWS::Partition}}>>");
    project.sandbox.write("t.yaml", format!("A: {reference}\nB: !Sub \"${{AWS::Region}}\"\n"));
    assert_eq!(project.ok(&["render", "t.yaml"]), "A: all three\nB: !Sub \"${AWS::Region}\"\n");
}

/// GetCallerIdentity of STS answers in XML.
fn identity(account: &str) -> Answer {
    let xml = format!(
        "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>\
         <Arn>arn:aws:iam::{account}:user/ann</Arn><UserId>AIDA</UserId><Account>{account}</Account>\
         </GetCallerIdentityResult></GetCallerIdentityResponse>"
    );
    Answer::Raw(200, "text/xml", xml)
}

#[test]
fn the_account_is_asked_for_once_and_only_where_it_is_needed() {
    let answer = parameter_store(|name| Some(name.replace('/', ".")));
    let endpoint = Endpoint::start(move |request| match request.target.as_str() {
        "GetCallerIdentity" => identity("210987654321"),
        _ => answer(request),
    });
    let project = Project::at(&endpoint.url(), "eu-west-1");
    project
        .sandbox
        .write("t.yaml", "A: <<resolve:ssm:/${AWS::AccountId}/a>>\nB: <<resolve:ssm:/${AWS::AccountId}/b>>\n");
    assert_eq!(project.ok(&["render", "t.yaml"]), "A: .210987654321.a\nB: .210987654321.b\n");
    assert_eq!(endpoint.targets(), ["GetCallerIdentity", "AmazonSSM.GetParameters"]);

    project.sandbox.write("formwork.toml", "account = \"111122223333\"\n");
    assert_eq!(project.ok(&["render", "t.yaml"]), "A: .111122223333.a\nB: .111122223333.b\n");
    assert_eq!(
        endpoint.targets()[2..],
        ["AmazonSSM.GetParameters"],
        "an account that is written down is not asked for"
    );
}
