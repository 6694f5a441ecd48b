//! What a deployer may do to stacks: by name, by ARN, through the project, and through change sets.

use super::{Stage, ended};
use crate::fake::StackScript;

const WEB: &str = "grants = { stacks = [\"web\"] }";

fn arn(stage: &Stage, stack: &str) -> String {
    stage.fake.now(stack, "StackId").as_str().unwrap().to_owned()
}

#[test]
fn without_a_grant_it_is_refused_with_the_grant_to_write() {
    let stage = Stage::new("");
    let run = stage.plan("", "");
    let words = [
        "the plugin `hostile` may not use the stack `web`",
        "add `stacks = [\"web\"]` to the grants of `[plugins.hostile]`",
    ];
    ended(&run, 4, &words);
    assert_eq!(run.stdout, "");
    stage.nothing_was_asked();
    let run = stage.plan_with("", "", &["--output", "json"]);
    assert_eq!(run.code, 4);
    let problem = &run.json()["error"]["problems"][0];
    assert_eq!(problem["kind"], "access-denied");
    assert!(problem["hint"].as_str().unwrap().contains("stacks = [\"web\"]"), "{problem}");
}

#[test]
fn a_grant_covers_its_names_and_no_others() {
    for grant in ["[\"db\"]", "[\"web-*\", \"*-web\", \"we\", \"\"]", "[\"Web\"]", "[\"arn:*:stack/web/*\"]"] {
        let stage = Stage::new(&format!("grants = {{ stacks = {grant} }}"));
        ended(&stage.plan("", ""), 4, &["may not use the stack `web`"]);
        stage.nothing_was_asked();
    }
    for grant in ["[\"web\"]", "[\"db\", \"w?b\"]", "[\"*\"]"] {
        let stage = Stage::new(&format!("grants = {{ stacks = {grant} }}"));
        let run = stage.plan("", "");
        ended(&run, 0, &[]);
        assert!(run.stdout.contains("1 to change"), "{}", run.stdout);
        assert_eq!(stage.fake.count("CreateChangeSet"), 1, "{grant}");
    }
}

#[test]
fn a_stack_may_be_called_by_its_arn() {
    let stage = Stage::new(WEB);
    let (web, db) = (arn(&stage, "web"), arn(&stage, "db"));
    ended(&stage.plan("ask:describe", &web), 0, &[]);
    stage.fake.forget();
    ended(&stage.plan("ask:describe", &db), 4, &["may not use the stack `db`", "add `stacks = [\"db\"]`"]);
    // What only looks like the ARN of `web`.
    for other in [
        "arn:aws:cloudformation:eu-west-1:123456789012:stack/db/web",
        "arn:aws:cloudformation:eu-west-1:123456789012:changeSet/web/1",
        "arn:aws:cloudformation:eu-west-1:123456789012:stackset/web:1",
        "arn:aws:cloudformation:stack/web/:eu-west-1:stack/db/1",
        "stack/web/1",
        "web/../db",
    ] {
        ended(&stage.plan("ask:describe", other), 4, &["the plugin `hostile` may not use the stack"]);
    }
    stage.nothing_was_asked();
}

#[test]
fn a_grant_can_be_an_arn() {
    let stage = Stage::new("grants = { stacks = [\"web\", \"arn:aws:cloudformation:eu-west-1:*:stack/db/*\"] }");
    ended(&stage.plan("ask:describe", &arn(&stage, "db")), 0, &[]);
    // A name says nothing of account and region.
    ended(&stage.plan("ask:describe", "db"), 4, &["may not use the stack `db`"]);
    let elsewhere = arn(&stage, "db").replace("eu-west-1", "us-east-1");
    ended(&stage.plan("ask:describe", &elsewhere), 4, &["may not use the stack `db`"]);
}

/// Grants are for names in CloudFormation, whatever the project calls a stack.
#[test]
fn the_projects_name_of_a_stack_grants_nothing() {
    let stacks = "[stacks.site]\ntemplate = \"t.yaml\"\nname = \"web-prod\"\n";
    let stage = Stage::new(&format!("grants = {{ stacks = [\"web\", \"site\"] }}\n{stacks}"));
    stage.fake.stack(StackScript::new("web-prod"));
    let words = ["may not use the stack `web-prod`", "add `stacks = [\"web-prod\"]`"];
    ended(&stage.plan("ask:describe", "site"), 4, &words);
    ended(&stage.plan("ask:delete", "site"), 4, &words);
    stage.nothing_was_asked();
    let granted = Stage::new(&format!("grants = {{ stacks = [\"web\", \"web-prod\"] }}\n{stacks}"));
    granted.fake.stack(StackScript::new("web-prod"));
    ended(&granted.plan("ask:describe", "site"), 0, &[]);
    let asked: Vec<String> = granted.fake.calls().iter().map(|call| call.get("StackName").to_owned()).collect();
    assert!(asked.contains(&"web-prod".to_owned()) && !asked.contains(&"site".to_owned()), "{asked:?}");
}

#[test]
fn whose_a_change_set_is_decides() {
    for case in ["wait-for-change-set", "delete-change-set", "execute", "failed-events-of-change-set"] {
        let stage = Stage::new(WEB);
        let theirs = stage.change_set_of_db();
        ended(&stage.plan(&format!("ask:{case}"), &theirs), 4, &["may not use the stack `db`", "`stacks = [\"db\"]`"]);
        assert_eq!(stage.fake.count("CreateChangeSet"), 0, "{case}");
        // The refusal counts even if the plugin goes on as if nothing had happened.
        ended(&stage.plan(&format!("swallow:{case}"), &theirs), 4, &["may not use the stack `db`"]);
        for action in ["ExecuteChangeSet", "DescribeEvents", "DeleteStack"] {
            assert_eq!(stage.fake.count(action), 0, "{case}");
        }
        stage.db_is_untouched(&theirs);
    }
}

#[test]
fn change_sets_of_granted_stacks_can_be_used() {
    let stage = Stage::new("grants = { stacks = [\"web\", \"d*\"] }");
    let theirs = stage.change_set_of_db();
    ended(&stage.plan("ask:wait-for-change-set", &theirs), 0, &[]);
    ended(&stage.plan("ask:failed-events-of-change-set", &theirs), 0, &[]);
    ended(&stage.plan("ask:delete-change-set", &theirs), 0, &[]);
    assert!(!stage.fake.change_sets().contains(&theirs));
}

/// With one grant there is one question, and the answer of a change set that is not there is no refusal.
#[test]
fn a_change_set_that_is_gone_is_not_found() {
    let stage = Stage::new(WEB);
    let gone = "arn:aws:cloudformation:eu-west-1:123456789012:changeSet/gone/0001";
    let run = stage.plan("ask:execute", gone);
    ended(&run, 1, &["ChangeSet", "does not exist"]);
    assert_eq!(stage.fake.count("ExecuteChangeSet"), 0);
}

#[test]
fn everything_else_of_another_stack_is_refused() {
    for case in ["create", "delete", "wait", "events", "failed-events", "policy", "set-policy", "protect", "describe"] {
        let stage = Stage::new(WEB);
        ended(&stage.plan(&format!("swallow:{case}"), "db"), 4, &["may not use the stack `db`"]);
        let of_db = |call: &crate::fake::Call| call.get("StackName") == "db";
        assert!(!stage.fake.calls().iter().any(of_db), "{case}: {:?}", stage.fake.calls());
    }
}

#[test]
fn exports_are_of_all_stacks() {
    let stage = Stage::new("grants = { stacks = [\"web\", \"?*\", \"**\"] }");
    ended(&stage.plan("ask:exports", ""), 4, &["may not read what all stacks export", "`stacks = [\"*\"]`"]);
    assert_eq!(stage.fake.count("ListExports"), 0);
    let stage = Stage::new("grants = { stacks = [\"*\"] }");
    ended(&stage.plan("ask:exports", ""), 0, &[]);
    assert_eq!(stage.fake.count("ListExports"), 1);
}

/// A request that is none comes back with its place, and without its text: it may hold a secret.
#[test]
fn a_broken_request_is_told_without_its_text() {
    let stage = Stage::new(WEB);
    for (case, words) in [("create-no-json", "is no JSON of CreateChangeSet"), ("create-no-request", "another shape")] {
        let run = stage.plan(&format!("ask:{case}"), "");
        ended(&run, 2, &[words, "line 1, column"]);
        assert!(!run.stderr.contains("hunter2"), "{}", run.stderr);
        assert_eq!(stage.fake.count("CreateChangeSet"), 0);
    }
}
