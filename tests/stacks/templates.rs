//! Templates that are large.

use crate::fake::{ChangeSetScript, StackScript};
use crate::ground::{Ground, has, ministack, quick};
use crate::project::{run, unique};

/// A template of at least so many bytes.
fn large(bytes: usize) -> String {
    let mut template = String::from("Resources:\n  Topic:\n    Type: AWS::SNS::Topic\nMetadata:\n");
    let mut n = 0;
    while template.len() < bytes {
        template.push_str(&format!("  Line{n}: {}\n", "x".repeat(80)));
        n += 1;
    }
    template
}

fn ground(template: &str) -> Ground {
    let ground = Ground::new(template);
    ground.fake.stack(StackScript::new("web")).change_set("web", ChangeSetScript::new());
    ground
}

#[test]
fn over_a_megabyte_nobody_is_asked() {
    let ground = ground(&large((1 << 20) + 1));
    let run = ground.plan(&["--artifact-bucket", "b"]);
    assert_eq!(run.code, 2, "{}", run.stderr);
    has(&run.stderr, &["t.yaml", "1,048,576"]);
    assert_eq!(ground.fake.actions(), [""; 0]);
}

#[test]
fn over_the_limits_of_cloudformation_nobody_is_asked() {
    let mut template = String::from("Resources:\n");
    (0..501).for_each(|n| template.push_str(&format!("  T{n}: {{Type: \"AWS::SNS::Topic\"}}\n")));
    let ground = ground(&template);
    let run = ground.plan(&[]);
    assert_eq!(run.code, 2, "{}", run.stderr);
    has(&run.stderr, &["501", "500", "t.yaml:"]);
    assert_eq!(ground.fake.actions(), [""; 0]);
}

#[test]
fn over_51200_bytes_a_bucket_is_needed() {
    let ground = ground(&large(60_000));
    let run = ground.plan(&[]);
    assert_eq!(run.code, 2, "{}", run.stderr);
    has(&run.stderr, &["51,200", "--create-artifact-bucket"]);
    assert_eq!(ground.fake.count("CreateChangeSet"), 0);
}

#[test]
fn a_large_template_goes_to_the_bucket() {
    let template = large(60_000);
    let ground = ground(&template);
    ground.fake.bucket("artifacts");
    let run = ground.plan(&["--artifact-bucket", "artifacts"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let call = ground.fake.call("CreateChangeSet");
    assert!(call.get("TemplateBody").is_empty());
    let url = call.get("TemplateURL");
    let objects = ground.fake.objects();
    let (key, text) = objects.iter().find(|(name, _)| name.contains('/')).unwrap();
    assert!(url.ends_with(key.as_str()), "{url} {key}");
    assert_eq!(text, &template);
}

#[test]
fn a_bucket_is_made_where_that_is_asked_for() {
    let ground = ground(&large(60_000));
    let run = ground.plan(&["--create-artifact-bucket"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let objects = ground.fake.objects();
    assert!(objects.iter().any(|(name, _)| name == "formwork-artifacts-123456789012-eu-west-1"), "{objects:?}");
    assert!(ground.fake.actions().iter().any(|action| action.starts_with("PUT /formwork-artifacts")));
}

#[test]
fn exactly_51200_bytes_go_with_the_request() {
    let mut template = large(51_000);
    template.push_str(&"#".repeat(51_200 - template.len()));
    let ground = ground(&template);
    let run = ground.plan(&[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(ground.fake.call("CreateChangeSet").get("TemplateBody").len(), 51_200);
}

#[test]
fn sixty_kilobytes_reach_ministack_through_s3() {
    let project = ministack();
    project.sandbox.write("t.yaml", large(60_000));
    let (stack, bucket) = (unique("large"), unique("artifacts"));
    let args =
        ["deploy", &stack, "--template", "t.yaml", "--yes", "--artifact-bucket", &bucket, "--create-artifact-bucket"];
    let deployed = run(quick(project.command(&args)));
    assert_eq!(deployed.code, 0, "{}", deployed.stderr);
    has(&project.ok(&["stack", "show", &stack]), &["CREATE_COMPLETE"]);
}
