//! Values that are never shown.

use serde_json::json;

use crate::fake::{ChangeSetScript, Operation, StackScript, event};
use crate::ground::{Ground, has, has_none};

const SECRET: &str = "hunter2-never-shown";

const TEMPLATE: &str = "\
Parameters:
  Password:
    Type: String
    NoEcho: true
Resources:
  Db:
    Type: AWS::RDS::DBInstance
    Properties:
      MasterUserPassword: !Ref Password
";

fn ground() -> Ground {
    let ground = Ground::new(TEMPLATE);
    let change = json!({
        "Action": "Modify", "LogicalResourceId": "Db", "PhysicalResourceId": "db-1", "ResourceType": "AWS::RDS::DBInstance",
        "Replacement": "False", "Scope": ["Properties"], "Details": [{
            "Target": { "Attribute": "Properties", "Name": "MasterUserPassword", "RequiresRecreation": "Never",
                "Path": "/Properties/MasterUserPassword", "BeforeValue": "****", "AfterValue": "****" },
            "Evaluation": "Static", "ChangeSource": "ParameterReference", "CausingEntity": "Password",
        }],
    });
    let failing = Operation::new("UPDATE")
        .then([event("Db", "AWS::RDS::DBInstance", "UPDATE_FAILED").because("the database is on fire")])
        .turn("UPDATE_ROLLBACK_IN_PROGRESS")
        .turn("UPDATE_ROLLBACK_COMPLETE");
    ground.fake.stack(StackScript::new("web").template(TEMPLATE).parameter("Password", "****"));
    ground.fake.change_set("web", ChangeSetScript::new().change(change).execute(failing));
    ground
}

#[test]
fn the_value_of_a_noecho_parameter_reaches_aws_and_nothing_else() {
    let ground = ground();
    ground.write("values.yaml", format!("Password: {SECRET}\n"));
    let given = format!("Password={SECRET}");
    for args in [&["--parameter", given.as_str()][..], &["--parameters", "values.yaml"]] {
        for output in ["text", "json"] {
            let args = [args, &["--output", output, "--out", "plan.json", "--html", "plan.html"]].concat();
            let run = ground.plan(&args);
            assert_eq!(run.code, 0, "{}", run.stderr);
            for text in [
                &run.stdout,
                &run.stderr,
                &ground.project.sandbox.read("plan.json"),
                &ground.project.sandbox.read("plan.html"),
            ] {
                has_none(text, &[SECRET]);
            }
            has(&run.stdout, &["hidden"]);
        }
    }
    let calls = ground.fake.calls();
    let sent = calls.iter().filter(|call| call.action == "CreateChangeSet");
    assert!(
        sent.clone().count() == 4 && sent.clone().all(|call| call.records("Parameters")[0]["ParameterValue"] == SECRET)
    );
}

#[test]
fn a_new_hidden_value_is_never_called_equal() {
    let plan = ground().plan_json(&["--parameter", &format!("Password={SECRET}")]);
    let parameter = &plan["parameters"][0];
    assert_eq!(parameter["changed"], true, "{parameter}");
    assert_eq!(parameter["before"], json!({ "state": "hidden" }));
    assert_eq!(parameter["after"], json!({ "state": "hidden" }));
    let change = &plan["resources"][0]["changes"][0];
    assert_eq!((&change["before"], &change["after"]), (&json!({ "state": "hidden" }), &json!({ "state": "hidden" })));
}

#[test]
fn a_deployment_that_fails_does_not_tell_either() {
    let ground = ground();
    for output in ["text", "json", "jsonl"] {
        let run = ground.deploy(&["--parameter", &format!("Password={SECRET}"), "--output", output]);
        assert_eq!(run.code, 1, "{}", run.stderr);
        has_none(&run.stdout, &[SECRET]);
        has_none(&run.stderr, &[SECRET]);
    }
}

#[test]
fn a_wrong_value_is_not_repeated() {
    let ground = ground();
    let long = SECRET.repeat(300);
    let run = ground.plan(&["--parameter", &format!("Password={long}")]);
    assert_eq!(run.code, 2, "{}", run.stderr);
    has(&run.stderr, &["Password", "4,096"]);
    has_none(&run.stderr, &[SECRET]);
}
