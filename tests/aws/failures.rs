//! What AWS refuses: each refusal has its own text, its code and its hint.

use insta::assert_snapshot;

use crate::endpoint::{Answer, Endpoint, parameter_store};
use crate::project::Project;

/// The exit code and stderr of a render that the endpoint lets fail.
fn render(endpoint: &Endpoint) -> String {
    let project = Project::at(&endpoint.url(), "eu-west-1");
    let (code, stderr) = project.fail_to_render("ImageId: <<resolve:ssm:/app/ami>>\n");
    format!("exit {code}\n{stderr}")
}

#[test]
fn throttling_is_tried_again_and_then_reported() {
    let endpoint = Endpoint::failing(400, "ThrottlingException", "Rate exceeded");
    assert_snapshot!(render(&endpoint), @"");
    assert_eq!(endpoint.targets(), ["AmazonSSM.GetParameters"; 3], "the standard retries of the SDK");
}

#[test]
fn throttling_that_ends_is_not_noticed() {
    let answer = parameter_store(|_| Some("ami-1".into()));
    let endpoint = Endpoint::start(move |request| match request.before {
        0 | 1 => Answer::error(400, "ThrottlingException", "Rate exceeded"),
        _ => answer(request),
    });
    let project = Project::at(&endpoint.url(), "eu-west-1");
    project.sandbox.write("t.yaml", "A: <<resolve:ssm:/app/ami>>\n");
    let run = project.run(&["render", "t.yaml"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, "A: ami-1\n"), "{}", run.stderr);
    assert_eq!(run.stderr, "added 1 pin to formwork.lock\n");
}

#[test]
fn access_denied_names_the_action_to_allow() {
    let text = "User: arn:aws:iam::123456789012:user/ann is not authorized to perform: ssm:GetParameters on resource: \
                arn:aws:ssm:eu-west-1:123456789012:parameter/app/ami because no identity-based policy allows the \
                ssm:GetParameters action";
    let endpoint = Endpoint::failing(400, "AccessDeniedException", text);
    assert_snapshot!(render(&endpoint), @"");
    assert_eq!(endpoint.requests().len(), 1, "a refusal is not tried again");
}

#[test]
fn access_denied_to_a_key_names_the_action_on_the_key() {
    let text = "User: arn:aws:iam::123456789012:user/ann is not authorized to perform: kms:Decrypt on resource: \
                arn:aws:kms:eu-west-1:123456789012:key/1234";
    let endpoint = Endpoint::failing(400, "AccessDeniedException", text);
    let project = Project::at(&endpoint.url(), "eu-west-1");
    let run = project.run(&["param", "get", "/app/pw", "--decrypt"]);
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("hint: Allow `kms:Decrypt` on it"), "{}", run.stderr);
}

#[test]
fn expired_credentials() {
    let endpoint =
        Endpoint::failing(400, "ExpiredTokenException", "The security token included in the request is expired");
    assert_snapshot!(render(&endpoint), @"");
}

#[test]
fn credentials_that_aws_does_not_know() {
    let endpoint =
        Endpoint::failing(400, "UnrecognizedClientException", "The security token included in the request is invalid.");
    assert_snapshot!(render(&endpoint), @"");
}

#[test]
fn a_signature_that_does_not_fit() {
    let text = "The request signature we calculated does not match the signature you provided. Check your AWS Secret \
                Access Key and signing method. Consult the service documentation for details.";
    let endpoint = Endpoint::failing(403, "InvalidSignatureException", text);
    assert_snapshot!(render(&endpoint), @"");
}

#[test]
fn a_fault_of_aws_is_tried_again_and_then_reported() {
    let endpoint = Endpoint::failing(500, "InternalServerError", "An error occurred on the server side.");
    assert_snapshot!(render(&endpoint), @"");
    assert_eq!(endpoint.requests().len(), 3);
}

#[test]
fn an_error_that_nobody_knows_is_passed_on() {
    let endpoint = Endpoint::failing(400, "com.amazonaws.ssm#NeverSeenException", "it is Tuesday");
    assert_snapshot!(render(&endpoint), @"");
}

#[test]
fn a_web_page_in_place_of_an_answer() {
    let page = "<!doctype html><title>500 Internal Server Error</title>";
    let endpoint = Endpoint::start(|_| Answer::Raw(500, "text/html", page.to_owned()));
    assert_snapshot!(render(&endpoint), @"");
    assert_eq!(endpoint.requests().len(), 3);
}

#[test]
fn an_answer_that_is_not_json() {
    let endpoint = Endpoint::start(|_| Answer::Raw(200, "application/x-amz-json-1.1", "{\"Parameters\": [oh".into()));
    assert_snapshot!(render(&endpoint), @"");
}

#[test]
fn an_answer_that_leaves_a_name_out() {
    let endpoint = Endpoint::start(|_| Answer::Ok(serde_json::json!({ "Parameters": [], "InvalidParameters": [] })));
    assert_snapshot!(render(&endpoint), @"");
}

#[test]
fn a_secret_that_is_denied() {
    let text = "User: arn:aws:iam::123456789012:user/ann is not authorized to perform: secretsmanager:GetSecretValue on \
                resource: db";
    let endpoint = Endpoint::failing(400, "AccessDeniedException", text);
    let run = Project::at(&endpoint.url(), "eu-west-1").run(&["secret", "get", "db"]);
    assert_snapshot!(format!("exit {}\n{}{}", run.code, run.stdout, run.stderr), @"");
}
