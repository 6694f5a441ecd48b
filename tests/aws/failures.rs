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
    assert_snapshot!(render(&endpoint), @r"
    exit 1
    error: ssm:GetParameters failed: Rate exceeded (ThrottlingException)
     --> t.yaml:1:10
    1 | ImageId: <<resolve:ssm:/app/ami>>
      |          ^^^^^^^^^^^^^^^^^^^^^^^^
    hint: AWS answered that there are too many requests, also after retries; try again in a minute.

    error: 1 error in t.yaml; nothing was written
    ");
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
    assert_snapshot!(render(&endpoint), @r"
    exit 1
    error: ssm:GetParameters failed: User: arn:aws:iam::123456789012:user/ann is not authorized to perform: ssm:GetParameters on resource: arn:aws:ssm:eu-west-1:123456789012:parameter/app/ami because no identity-based policy allows the ssm:GetParameters action (AccessDeniedException)
     --> t.yaml:1:10
    1 | ImageId: <<resolve:ssm:/app/ami>>
      |          ^^^^^^^^^^^^^^^^^^^^^^^^
    hint: Allow `ssm:GetParameters` on it in the policy of the role or user in use.

    error: 1 error in t.yaml; nothing was written
    ");
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
    assert_snapshot!(render(&endpoint), @r"
    exit 1
    error: ssm:GetParameters failed: The security token included in the request is expired (ExpiredTokenException)
     --> t.yaml:1:10
    1 | ImageId: <<resolve:ssm:/app/ami>>
      |          ^^^^^^^^^^^^^^^^^^^^^^^^
    hint: The credentials have expired: sign in again (`aws sso login`) or renew them.

    error: 1 error in t.yaml; nothing was written
    ");
}

#[test]
fn credentials_that_aws_does_not_know() {
    let endpoint =
        Endpoint::failing(400, "UnrecognizedClientException", "The security token included in the request is invalid.");
    assert_snapshot!(render(&endpoint), @r"
    exit 1
    error: ssm:GetParameters failed: The security token included in the request is invalid (UnrecognizedClientException)
     --> t.yaml:1:10
    1 | ImageId: <<resolve:ssm:/app/ami>>
      |          ^^^^^^^^^^^^^^^^^^^^^^^^
    hint: AWS does not know these credentials in eu-west-1: check the keys, the clock of this machine, and that the region is enabled for the account.

    error: 1 error in t.yaml; nothing was written
    ");
}

#[test]
fn a_signature_that_does_not_fit() {
    let text = "The request signature we calculated does not match the signature you provided. Check your AWS Secret \
                Access Key and signing method. Consult the service documentation for details.";
    let endpoint = Endpoint::failing(403, "InvalidSignatureException", text);
    assert_snapshot!(render(&endpoint), @r"
    exit 1
    error: ssm:GetParameters failed: The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details (InvalidSignatureException)
     --> t.yaml:1:10
    1 | ImageId: <<resolve:ssm:/app/ami>>
      |          ^^^^^^^^^^^^^^^^^^^^^^^^
    hint: AWS does not know these credentials in eu-west-1: check the keys, the clock of this machine, and that the region is enabled for the account.

    error: 1 error in t.yaml; nothing was written
    ");
}

#[test]
fn a_fault_of_aws_is_tried_again_and_then_reported() {
    let endpoint = Endpoint::failing(500, "InternalServerError", "An error occurred on the server side.");
    assert_snapshot!(render(&endpoint), @r"
    exit 1
    error: ssm:GetParameters failed: An error occurred on the server side (InternalServerError)
     --> t.yaml:1:10
    1 | ImageId: <<resolve:ssm:/app/ami>>
      |          ^^^^^^^^^^^^^^^^^^^^^^^^
    hint: The fault is on AWS's side; try again.

    error: 1 error in t.yaml; nothing was written
    ");
    assert_eq!(endpoint.requests().len(), 3);
}

#[test]
fn an_error_that_nobody_knows_is_passed_on() {
    let endpoint = Endpoint::failing(400, "com.amazonaws.ssm#NeverSeenException", "it is Tuesday");
    assert_snapshot!(render(&endpoint), @r"
    exit 1
    error: ssm:GetParameters failed: it is Tuesday (NeverSeenException)
     --> t.yaml:1:10
    1 | ImageId: <<resolve:ssm:/app/ami>>
      |          ^^^^^^^^^^^^^^^^^^^^^^^^

    error: 1 error in t.yaml; nothing was written
    ");
}

#[test]
fn a_web_page_in_place_of_an_answer() {
    let page = "<!doctype html><title>500 Internal Server Error</title>";
    let endpoint = Endpoint::start(|_| Answer::Raw(500, "text/html", page.to_owned()));
    assert_snapshot!(render(&endpoint), @r"
    exit 1
    error: ssm:GetParameters failed: Systems Manager in eu-west-1 gave HTTP status 500 and a text that is no answer of AWS
     --> t.yaml:1:10
    1 | ImageId: <<resolve:ssm:/app/ami>>
      |          ^^^^^^^^^^^^^^^^^^^^^^^^
    hint: Check `--endpoint-url`, and whether a proxy answers in its place; then try again.

    error: 1 error in t.yaml; nothing was written
    ");
    assert_eq!(endpoint.requests().len(), 3);
}

#[test]
fn an_answer_that_is_not_json() {
    let endpoint = Endpoint::start(|_| Answer::Raw(200, "application/x-amz-json-1.1", "{\"Parameters\": [oh".into()));
    assert_snapshot!(render(&endpoint), @r"
    exit 1
    error: ssm:GetParameters failed: Systems Manager in eu-west-1 gave an answer that cannot be read: type mismatch: expected object
     --> t.yaml:1:10
    1 | ImageId: <<resolve:ssm:/app/ami>>
      |          ^^^^^^^^^^^^^^^^^^^^^^^^
    hint: Check `--endpoint-url`, and whether a proxy answers in its place; then try again.

    error: 1 error in t.yaml; nothing was written
    ");
}

#[test]
fn an_answer_that_leaves_a_name_out() {
    let endpoint = Endpoint::start(|_| Answer::Ok(serde_json::json!({ "Parameters": [], "InvalidParameters": [] })));
    assert_snapshot!(render(&endpoint), @r"
    exit 1
    error: ssm:GetParameters failed: Systems Manager in eu-west-1 left the parameter `/app/ami` out
     --> t.yaml:1:10
    1 | ImageId: <<resolve:ssm:/app/ami>>
      |          ^^^^^^^^^^^^^^^^^^^^^^^^
    hint: AWS never does: check `--endpoint-url`. Some endpoints do not tell several labels of a parameter apart.

    error: 1 error in t.yaml; nothing was written
    ");
}

#[test]
fn a_secret_that_is_denied() {
    let text = "User: arn:aws:iam::123456789012:user/ann is not authorized to perform: secretsmanager:GetSecretValue on \
                resource: db";
    let endpoint = Endpoint::failing(400, "AccessDeniedException", text);
    let run = Project::at(&endpoint.url(), "eu-west-1").run(&["secret", "get", "db"]);
    assert_snapshot!(format!("exit {}\n{}{}", run.code, run.stdout, run.stderr), @r"
    exit 1
    error: secretsmanager:GetSecretValue failed: User: arn:aws:iam::123456789012:user/ann is not authorized to perform: secretsmanager:GetSecretValue on resource: db (AccessDeniedException)
    hint: Allow `secretsmanager:GetSecretValue` on it in the policy of the role or user in use.
    ");
}

#[test]
fn a_text_of_the_endpoint_does_nothing_to_the_terminal() {
    let endpoint = Endpoint::failing(400, "Oh\u{1b}[2J", "no \u{1b}[31mluck\u{7}");
    let project = Project::at(&endpoint.url(), "eu-west-1");
    project.sandbox.write("t.yaml", "A: <<resolve:ssm:/app/ami>>\n");
    for args in [&["render", "t.yaml"][..], &["param", "get", "/app/ami"], &["param", "list"], &["secret", "get", "db"]]
    {
        let run = project.run(args);
        assert_eq!(run.code, 1, "{}", run.stderr);
        assert!(run.stderr.contains("luck"), "{}", run.stderr);
        assert!(!run.stderr.contains(['\u{1b}', '\u{7}']), "formwork {}: {:?}", args.join(" "), run.stderr);
    }
}
