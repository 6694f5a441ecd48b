//! Real public AMI parameters (moto has those of every region).

use std::collections::BTreeSet;

use crate::project::{NOWHERE, Project, ok};

const PATH: &str = "/aws/service/ami-amazon-linux-latest";
const AMI: &str = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64";

fn template() -> String {
    format!("Resources:\n  Web:\n    Type: AWS::EC2::Instance\n    Properties:\n      ImageId: <<resolve:ssm:{AMI}>>\n")
}

fn image(rendered: &str) -> String {
    let image = rendered.trim_end().rsplit(' ').next().unwrap().to_owned();
    assert!(image.starts_with("ami-") && image.len() == 21, "{rendered}");
    image
}

#[test]
fn what_was_pulled_renders_offline() {
    let project = Project::moto("eu-west-1");
    project.sandbox.write("t.yaml", template());
    let aws = image(&project.ok(&["render", "t.yaml", "--latest"]));
    // `pull` reads AWS and writes the local store, whichever cloud is in use.
    let pull = ["param", "pull", PATH, "--region", "eu-west-1", "--endpoint-url", &project.url];
    let pulled = ok(project.bare_command(&pull));
    let (added, rest) = pulled.split_once(' ').unwrap();
    assert!(added.parse::<u32>().unwrap() >= 50, "moto has 53, on pages of 10: {pulled}");
    assert_eq!(rest, "added, 0 updated, 0 unchanged\n");
    assert!(ok(project.bare_command(&pull)).starts_with("0 added, 0 updated, "), "a second time there is nothing new");
    // From here on without credentials and without an endpoint.
    let local = project.sandbox.ok(&["render", "t.yaml", "--region", "eu-west-1"]);
    assert_eq!(image(&local), aws);
    let elsewhere = project.sandbox.run(&["render", "t.yaml", "--region", "eu-west-2"]);
    assert_eq!(elsewhere.code, 1, "the AMIs of one region are not those of another: {}", elsewhere.stdout);
}

#[test]
fn a_single_parameter_can_be_pulled() {
    let project = Project::moto("us-east-1");
    let pulled =
        ok(project.bare_command(&["param", "pull", AMI, "--region", "us-east-1", "--endpoint-url", &project.url]));
    assert_eq!(pulled, "1 added, 0 updated, 0 unchanged\n");
    assert!(project.sandbox.ok(&["param", "get", AMI]).starts_with("ami-"));
    let nothing = ["param", "pull", "/not/there/at/all", "--region", "us-east-1", "--endpoint-url", &project.url];
    let run = crate::project::run(project.bare_command(&nothing));
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stderr.contains("there is no parameter `/not/there/at/all` in us-east-1"), "{}", run.stderr);
}

#[test]
fn each_region_has_its_own_image_and_its_own_pin() {
    let mut project = Project::moto("eu-west-1");
    project.sandbox.write("t.yaml", template());
    let mut images = BTreeSet::new();
    for region in ["eu-west-1", "us-east-1"] {
        project.region = region.to_owned();
        images.insert(image(&project.ok(&["render", "t.yaml"])));
    }
    assert_eq!(images.len(), 2, "{images:?}");
    let lock = project.lock();
    for text in
        ["region = \"eu-west-1\"", "region = \"us-east-1\""].into_iter().chain(images.iter().map(String::as_str))
    {
        assert_eq!(lock.matches(text).count(), 1, "{text}\n{lock}");
    }
    assert!(!lock.contains("account"), "a public parameter belongs to no account: {lock}");

    // Nobody is asked any more, and no pin is used for a region that is not its own.
    project.url = NOWHERE.to_owned();
    for region in ["eu-west-1", "us-east-1"] {
        project.region = region.to_owned();
        assert!(images.remove(&image(&project.ok(&["render", "t.yaml", "--locked"]))), "{region}");
    }
    project.region = "eu-north-1".to_owned();
    project.url = crate::project::moto();
    let refused = project.run(&["render", "t.yaml", "--locked"]);
    assert_eq!(refused.code, 4, "{}", refused.stderr);
    assert!(refused.stderr.contains("eu-north-1") && refused.stderr.contains("aws us-east-1"), "{}", refused.stderr);
}

#[test]
fn the_account_of_a_public_parameter_is_not_shown() {
    let got = Project::moto("eu-west-1").json(&["param", "get", AMI]);
    assert_eq!(got["parameters"][0]["arn"], format!("arn:aws:ssm:eu-west-1::parameter{AMI}"));
}
