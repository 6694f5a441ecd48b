//! The pipelines of `examples/pipelines` work: their commands are taken from the files and run, on ministack.

mod codebuild;
mod github;
mod ground;
mod yaml;

use serde_json::Value;

use self::codebuild::{Build, build};
use self::github::{Job, workflow};
use self::ground::{Ground, pipeline};
use crate::fake::StackScript;
use crate::ground::{TOPIC, has, has_none};

const OLD: &str = "ami-0a1b2c3d4e5f60718";
const NEW: &str = "ami-0f9e8d7c6b5a43210";

#[track_caller]
fn good(job: &Job) {
    assert_eq!(job.succeeded, Some(true), "{}", job.log);
}

#[test]
fn github_actions_bring_a_moved_ami_into_the_stacks() {
    let ground = Ground::deployed();

    // Nothing has moved.
    let jobs = workflow(&ground, "schedule");
    good(&jobs["upgrade"]);
    has(&jobs["upgrade"].log, &["up to date: 1"]);
    assert!(jobs["plan"].succeeded.is_none() && jobs["deploy"].succeeded.is_none());
    has_none(&ground.notes(), &["git commit", "gh pr"]);

    // There is a newer AMI: a pull request, which moves the pin and shows the plan.
    ground.publish(NEW);
    let jobs = workflow(&ground, "schedule");
    let upgrade = &jobs["upgrade"];
    good(upgrade);
    has(&upgrade.log, &["outdated: 1 pin", "moved 1 pin"]);
    has(&ground.notes(), &["git commit --message Move the pins formwork.lock", "git push", "gh pr create"]);
    let body = std::fs::read_to_string(upgrade.folder.join("body.md")).unwrap();
    has(
        &body,
        &[OLD, NEW, "stack prod-web (eu-central-1): update", "stack prod-network (eu-central-1): nothing to do"],
    );

    // The pull request is planned, and not deployed.
    ground.merge_lock(&upgrade.folder);
    let jobs = workflow(&ground, "pull_request");
    good(&jobs["plan"]);
    has(&jobs["plan"].summary, &["WebServer", OLD, NEW]);
    let artefact = ground.folder("github-artifacts").join("plan");
    assert!(artefact.join("plan.html").exists() && !artefact.join("plan.json").exists());
    assert!(jobs["upgrade"].succeeded.is_none() && jobs["deploy"].succeeded.is_none());

    // It is merged: planned, and exactly that is deployed.
    let jobs = workflow(&ground, "push");
    good(&jobs["plan"]);
    good(&jobs["deploy"]);
    has(&jobs["deploy"].log, &["prod-web: UPDATE_COMPLETE", "stack prod-web (eu-central-1): nothing to do"]);
    assert!(std::fs::read_to_string(jobs["deploy"].folder.join("plan.html")).unwrap().contains(NEW));

    // Once more: there is nothing to do.
    let jobs = workflow(&ground, "push");
    good(&jobs["plan"]);
    assert!(jobs["deploy"].succeeded.is_none());
    let jobs = workflow(&ground, "schedule");
    good(&jobs["upgrade"]);
    has_none(&ground.notes(), &["git commit", "gh pr"]);
}

#[test]
fn github_actions_deploy_no_stale_plan() {
    let ground = Ground::deployed();
    ground.publish(NEW);
    let jobs = workflow(&ground, "schedule");
    ground.merge_lock(&jobs["upgrade"].folder);
    let jobs = workflow(&ground, "push");
    good(&jobs["deploy"]);
    // The same plan again, as when somebody starts the job again.
    let stale =
        ground.bash("formwork deploy --plan plan.json --env prod", &jobs["deploy"].folder, &ground.credentials());
    assert_eq!(stale.code, 4, "{}", stale.stderr);
    has(&stale.stderr, &["stale"]);
}

#[track_caller]
fn built(build: Build) -> Build {
    assert!(build.succeeded, "{}", build.log);
    build
}

#[test]
fn codebuild_brings_a_moved_ami_into_the_stacks() {
    let ground = Ground::deployed();

    // Nothing has moved, and nothing is to be approved.
    built(build(&ground, "buildspec-upgrade.yml", &ground.repository()));
    has_none(&ground.notes(), &["git commit"]);
    let plan = built(build(&ground, "buildspec.yml", &ground.repository()));
    assert_eq!(plan.exported["PENDING"], "no", "{}", plan.log);

    // There is a newer AMI. It is no part of a plan before its pin moves.
    ground.publish(NEW);
    let plan = built(build(&ground, "buildspec.yml", &ground.repository()));
    has(&plan.log, &["newer values are there"]);
    assert_eq!(plan.exported["PENDING"], "no", "{}", plan.log);
    let upgrade = built(build(&ground, "buildspec-upgrade.yml", &ground.repository()));
    has(&upgrade.log, &["moved 1 pin", OLD, NEW]);
    has(&ground.notes(), &["git commit --message Move the pins formwork.lock", "git push --force origin upgrade-pins"]);

    // It is merged: planned, approved, and exactly that is deployed.
    ground.merge_lock(&upgrade.folder);
    let plan = built(build(&ground, "buildspec.yml", &ground.repository()));
    assert_eq!(plan.exported["PENDING"], "yes", "{}", plan.log);
    has(&plan.log, &["WebServer", OLD, NEW]);
    let deployed = built(build(&ground, "buildspec-deploy.yml", &plan.output.unwrap()));
    has(&deployed.log, &["prod-web: UPDATE_COMPLETE", "stack prod-web (eu-central-1): nothing to do"]);

    // Once more: there is nothing to do, and a pipeline that goes on all the same does nothing.
    let plan = built(build(&ground, "buildspec.yml", &ground.repository()));
    assert_eq!(plan.exported["PENDING"], "no", "{}", plan.log);
    let deployed = built(build(&ground, "buildspec-deploy.yml", &plan.output.unwrap()));
    has_none(&deployed.log, &["UPDATE_IN_PROGRESS"]);
}

#[test]
fn no_key_stands_in_a_pipeline() {
    for name in ["github-actions.yml", "buildspec.yml", "buildspec-upgrade.yml", "buildspec-deploy.yml", "README.md"] {
        let text = pipeline(name).to_lowercase();
        has_none(&text, &["aws_access_key_id", "aws_secret_access_key", "access-key-id", "secrets.", "akia"]);
    }
}

/// The actions that a policy of `examples/pipelines` allows.
fn allowed(name: &str) -> Vec<String> {
    let policy: Value = serde_json::from_str(&pipeline(name)).unwrap();
    let statements = policy["Statement"].as_array().unwrap();
    let actions = statements.iter().flat_map(|statement| match &statement["Action"] {
        Value::Array(actions) => actions.clone(),
        one => vec![one.clone()],
    });
    actions.map(|action| action.as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_policies_allow_what_is_asked() {
    let ground = crate::ground::Ground::new(&TOPIC.replace("hello", "<<resolve:ssm:/golden/name>>"));
    ground.fake.parameter("/golden/name", "hello", 1).stack(StackScript::new("web"));
    ground.fake.change_set("web", crate::fake::ChangeSetScript::new().pending(1));
    let service = |action: &String| match action.strip_prefix("AmazonSSM.") {
        Some(action) => format!("ssm:{action}"),
        None => format!("cloudformation:{action}"),
    };
    let asked = |ground: &crate::ground::Ground| -> Vec<String> {
        // Everybody may ask who they are.
        ground.fake.actions().iter().filter(|action| *action != "GetCallerIdentity").map(service).collect()
    };
    let plan = allowed("plan-policy.json");
    let run = ground.plan(&["--out", "plan.json", "--exit-code"]);
    assert_eq!(run.code, 3, "{}", run.stderr);
    ground.project.ok(&["outdated"]);
    for action in asked(&ground) {
        assert!(plan.contains(&action), "a plan asks {action}");
    }
    ground.fake.forget();
    let both = [plan.clone(), allowed("deploy-policy.json")].concat();
    let run = ground.run(&["deploy", "--plan", "plan.json", "--yes"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let asked = asked(&ground);
    assert!(asked.iter().any(|action| action == "cloudformation:ExecuteChangeSet"));
    for action in asked {
        assert!(both.contains(&action), "a deployment asks {action}");
    }
    let change = |action: &String| {
        [":Execute", ":Update", ":Set", ":Cancel", ":Continue", ":Rollback", ":DeleteStack"]
            .iter()
            .any(|verb| action.contains(verb))
    };
    assert!(!plan.iter().any(change), "who only plans changes nothing");
}
