//! What a name that is not there comes with.

use crate::endpoint::{Endpoint, parameter, parameter_store};
use crate::project::{Project, unique};
use insta::assert_snapshot;

#[test]
fn a_slip_of_the_finger_is_told_what_there_is() {
    let project = Project::moto("eu-west-1");
    let base = unique("slip");
    project.ok(&["param", "put", &format!("/{base}/web/ami-arm64"), "ami-1"]);
    let (code, stderr) = project.fail_to_render(&format!("Image:\n  Id: <<resolve:ssm:/{base}/web/ami-amr64>>\n"));
    // How long the marks are depends on the name.
    let lines: Vec<String> = stderr.lines().filter(|l| !l.contains('^')).map(|l| l.replace(&base, "BASE")).collect();
    assert_snapshot!(format!("exit {code}\n{}", lines.join("\n")), @r"
    exit 1
    error: there is no parameter `/BASE/web/ami-amr64` in eu-west-1 (ParameterNotFound)
     --> t.yaml:2:7
    2 |   Id: <<resolve:ssm:/BASE/web/ami-amr64>>
    hint: There is `/BASE/web/ami-arm64`.

    error: 1 error in t.yaml; nothing was written
    ");
}

#[test]
fn a_name_like_no_other_is_told_to_look_at_the_region() {
    let endpoint = Endpoint::start(parameter_store(|_| None));
    let (code, stderr) = Project::at(&endpoint.url(), "eu-west-1").fail_to_render("A: <<resolve:ssm:/app/web/ami>>\n");
    assert_snapshot!(format!("exit {code}\n{stderr}"), @r"
    exit 1
    error: there is no parameter `/app/web/ami` in eu-west-1 (ParameterNotFound)
     --> t.yaml:1:4
    1 | A: <<resolve:ssm:/app/web/ami>>
      |    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    hint: Check the name and the region; `formwork param list` shows what there is.

    error: 1 error in t.yaml; nothing was written
    ");
    let by_path = &endpoint.requests()[1];
    assert_eq!(by_path.target, "AmazonSSM.GetParametersByPath");
    assert_eq!((&by_path.body["Path"], &by_path.body["WithDecryption"]), (&"/app/web".into(), &false.into()));
}

#[test]
fn a_hint_reads_three_pages_and_no_more() {
    let answer = parameter_store(|_| None);
    let endpoint = Endpoint::start(move |request| match request.target.as_str() {
        "AmazonSSM.GetParametersByPath" => {
            let name = format!("/app/other-{}", request.before);
            crate::endpoint::Answer::Ok(
                serde_json::json!({ "Parameters": [parameter(&name, "x")], "NextToken": "more" }),
            )
        }
        _ => answer(request),
    });
    let (code, stderr) = Project::at(&endpoint.url(), "eu-west-1").fail_to_render("A: <<resolve:ssm:/app/zzz>>\n");
    assert_eq!(code, 1, "{stderr}");
    assert_eq!(endpoint.targets().iter().filter(|target| target.ends_with("ByPath")).count(), 3);
}

#[test]
fn a_hint_that_is_refused_does_not_hide_the_failure() {
    let answer = parameter_store(|_| None);
    let endpoint = Endpoint::start(move |request| match request.target.as_str() {
        "AmazonSSM.GetParametersByPath" => crate::endpoint::Answer::error(400, "AccessDeniedException", "no"),
        _ => answer(request),
    });
    let (code, stderr) = Project::at(&endpoint.url(), "eu-west-1").fail_to_render("A: <<resolve:ssm:/app/ami>>\n");
    assert_eq!(code, 1, "{stderr}");
    assert!(stderr.contains("there is no parameter `/app/ami` in eu-west-1 (ParameterNotFound)"), "{stderr}");
    assert!(!stderr.contains("AccessDenied"), "{stderr}");
}
