//! Deployers of third parties: the hostile one (`tests/hostile/deployer`) against a CloudFormation of our own.

mod apply;
mod escapes;
mod freeze;
mod grants;
mod limits;
mod plan;
mod trust;

use std::process::Command;

use serde_json::{Value, json};

use crate::common::{Run, Sandbox};
use crate::fake::{ChangeSetScript, Fake, StackScript};
use crate::fixture::deployer;
use crate::harness::{assert_inert, bounded};

const TEMPLATE: &str = "\
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Properties:
      DisplayName: hello
";

/// What only looks, or is asked by the host itself before any plugin runs.
const LOOKS: [&str; 2] = ["GetCallerIdentity", "GetTemplateSummary"];

/// A project with the hostile deployer, and a CloudFormation with the stacks `web` and `db`.
pub struct Stage {
    pub fake: Fake,
    pub sandbox: Sandbox,
}

impl Stage {
    /// `settings` are further lines of the plugin's table in formwork.toml.
    pub fn new(settings: &str) -> Self {
        Self::of(deployer(), settings)
    }

    /// The same with another component.
    pub fn of(component: &[u8], settings: &str) -> Self {
        let stage = Self { fake: Fake::start(), sandbox: Sandbox::new() };
        for stack in ["web", "db"] {
            stage.fake.stack(StackScript::new(stack).resource(
                "Topic",
                "AWS::SNS::Topic",
                "topic-1",
                "CREATE_COMPLETE",
            ));
            stage.fake.change_set(stack, ChangeSetScript::new().change(modified()));
        }
        stage.sandbox.write("t.yaml", TEMPLATE);
        stage.sandbox.write("hostile.wasm", component);
        stage.configure(settings);
        stage
    }

    /// Write formwork.toml.
    pub fn configure(&self, settings: &str) {
        let text = format!("deployer = \"hostile\"\n[plugins.hostile]\nsource = \"hostile.wasm\"\n{settings}\n");
        self.sandbox.write("formwork.toml", text);
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let url = self.fake.url();
        let place = ["--cloud", "aws", "--region", "eu-west-1", "--endpoint-url", &url];
        let mut command = self.sandbox.command(&[args, &place].concat());
        command
            .env("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
            .env("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/NEVERSHOWTHIS")
            .env("FORMWORK_POLL_MS", "10")
            // A proxy of this machine would get in between.
            .env("NO_PROXY", "127.0.0.1")
            .env("no_proxy", "127.0.0.1");
        command
    }

    /// Whatever comes of it, nothing that is shown does anything to a terminal.
    pub fn run(&self, args: &[&str]) -> Run {
        let run = bounded(self.command(args));
        assert_inert(&run);
        run
    }

    /// `plan web`, where the deployer does this to that.
    pub fn plan(&self, case: &str, other: &str) -> Run {
        self.plan_with(case, other, &[])
    }

    pub fn plan_with(&self, case: &str, other: &str, more: &[&str]) -> Run {
        let (case, other) = (format!("plan={case}"), format!("other={other}"));
        self.run(&[&["plan", "web", "--template", "t.yaml", "--tag", &case, "--tag", &other], more].concat())
    }

    /// `deploy web --yes`, where the deployer plans honestly and applies like this.
    pub fn deploy(&self, case: &str, other: &str) -> Run {
        let (case, other) = (format!("apply={case}"), format!("other={other}"));
        self.run(&["deploy", "web", "--template", "t.yaml", "--yes", "--tag", &case, "--tag", &other])
    }

    /// A change set of `db` that somebody else has made and not executed yet.
    pub fn change_set_of_db(&self) -> String {
        let other = Sandbox::new();
        other.write("t.yaml", TEMPLATE);
        let mut command = self.command(&["plan", "db", "--template", "t.yaml", "--out", "plan.json"]);
        command.current_dir(other.path());
        let run = bounded(command);
        assert_eq!(run.code, 0, "{}", run.stderr);
        self.fake.forget();
        let all = self.fake.change_sets();
        assert_eq!(all.len(), 1);
        all[0].clone()
    }

    /// `db` is as it was: its change set is there, and nobody has executed or deleted anything of it.
    #[track_caller]
    pub fn db_is_untouched(&self, change_set: &str) {
        assert!(self.fake.change_sets().iter().any(|there| there == change_set), "{:?}", self.fake.actions());
        assert_eq!(self.fake.now("db", "StackStatus"), "CREATE_COMPLETE");
        assert_eq!(self.fake.now("db", "LastUpdatedTime"), Value::Null);
        let touched = |call: &crate::fake::Call| {
            let changes = !LOOKS.contains(&&*call.action) && !call.action.starts_with("Describe");
            changes && (call.get("StackName") == "db" || call.get("ChangeSetName") == change_set)
        };
        let calls = self.fake.calls();
        assert!(!calls.iter().any(touched), "{calls:?}");
    }

    /// Nothing was asked of CloudFormation that a plugin could have wanted.
    #[track_caller]
    pub fn nothing_was_asked(&self) {
        let mut actions = self.fake.actions();
        actions.retain(|action| !LOOKS.contains(&&**action));
        assert!(actions.is_empty(), "{actions:?}");
    }
}

/// A property of the topic changes.
fn modified() -> Value {
    json!({
        "Action": "Modify", "LogicalResourceId": "Topic", "PhysicalResourceId": "topic-1",
        "ResourceType": "AWS::SNS::Topic", "Replacement": "False", "Scope": ["Properties"],
        "Details": [{
            "Target": {
                "Attribute": "Properties", "Name": "DisplayName", "Path": "/Properties/DisplayName",
                "RequiresRecreation": "Never", "BeforeValue": "old", "AfterValue": "hello", "AttributeChangeType": "Modify",
            },
            "Evaluation": "Static", "ChangeSource": "DirectModification",
        }],
    })
}

/// The command ended with this exit code and these words.
#[track_caller]
fn ended(run: &Run, code: i32, words: &[&str]) {
    assert_eq!(run.code, code, "{}{}", run.stdout, run.stderr);
    for words in words {
        assert!(run.stderr.contains(words), "`{words}` is missing in\n{}", run.stderr);
    }
}
