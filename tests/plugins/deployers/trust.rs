//! What a project does to trust a deployer.

use super::{Stage, ended};
use crate::fixture::{deployer, deployer_edition, renderer};

const WEB: &str = "grants = { stacks = [\"web\"] }";

fn status(stage: &Stage) -> (String, serde_json::Value) {
    let list = stage.run(&["plugin", "list", "--output", "json"]).json();
    let row = list["plugins"].as_array().unwrap().iter().find(|row| row["name"] == "hostile").unwrap().clone();
    (row["status"].as_str().unwrap().to_owned(), row)
}

#[test]
fn the_first_plan_adds_digest_and_grants() {
    let stage = Stage::new(WEB);
    let (before, row) = status(&stage);
    assert_eq!((&*before, &row["kinds"][0]), ("not locked yet", &"deployer".into()));
    ended(&stage.plan("", ""), 0, &[]);
    let lock: toml::Table = stage.sandbox.read("formwork.lock").parse().unwrap();
    let plugin = &lock["plugin"].as_array().unwrap()[0];
    assert_eq!(plugin["name"].as_str(), Some("hostile"));
    assert_eq!(plugin["digest"].as_str(), Some(&*format!("sha256:{}", formwork::plugin::sha256(deployer()))));
    assert_eq!(plugin["grants"]["stacks"][0].as_str(), Some("web"));
    assert_eq!(status(&stage).0, "locked");
    let lock = stage.sandbox.read("formwork.lock");
    ended(&stage.deploy("", ""), 0, &[]);
    assert_eq!(stage.sandbox.read("formwork.lock"), lock);
}

#[test]
fn inspect_and_update_know_deployers() {
    let stage = Stage::new(WEB);
    let inspected = stage.run(&["plugin", "inspect", "hostile.wasm"]).stdout;
    assert!(inspected.starts_with("kind         deployer\n"), "{inspected}");
    assert!(inspected.contains("grants       stacks\n"), "{inspected}");
    let told = stage.run(&["plugin", "update", "hostile"]).stdout;
    assert!(told.contains("  + stacks = \"web\"\n") && told.contains("it can make use of: stacks"), "{told}");
    ended(&stage.plan_with("", "", &["--locked"]), 0, &[]);
}

#[test]
fn wider_grants_stop_plan_and_deploy() {
    let stage = Stage::new(WEB);
    ended(&stage.plan("", ""), 0, &[]);
    stage.fake.forget();
    stage.configure("grants = { stacks = [\"web\", \"db\"], reveal = true }");
    assert_eq!(status(&stage).0, "granted more");
    let words = [
        "the plugin `hostile` is granted more than formwork.lock says: stacks = \"db\", reveal = true",
        "Run `formwork plugin update hostile` to agree",
    ];
    ended(&stage.plan("", ""), 4, &words);
    ended(&stage.deploy("", ""), 4, &words);
    stage.nothing_was_asked();
    stage.run(&["plugin", "update"]);
    ended(&stage.plan("", ""), 0, &[]);
}

#[test]
fn a_changed_component_stops_plan_and_a_saved_plan() {
    let stage = Stage::new(WEB);
    ended(&stage.plan_with("", "", &["--out", "plan.json"]), 0, &[]);
    stage.sandbox.write("hostile.wasm", deployer_edition(4));
    assert_eq!(status(&stage).0, "changed");
    let words = ["the plugin `hostile` has changed", "run `formwork plugin update hostile`"];
    ended(&stage.plan("", ""), 4, &words);
    ended(&stage.run(&["deploy", "--plan", "plan.json"]), 4, &words);
    assert_eq!(stage.fake.count("ExecuteChangeSet"), 0);
    stage.run(&["plugin", "update"]);
    ended(&stage.run(&["deploy", "--plan", "plan.json"]), 0, &[]);
}

#[test]
fn locked_trusts_nobody_new() {
    let stage = Stage::new(WEB);
    let words = ["the plugin `hostile` is not in formwork.lock", "formwork plugin update hostile"];
    ended(&stage.plan_with("", "", &["--locked"]), 4, &words);
    stage.nothing_was_asked();
    assert!(!stage.sandbox.path().join("formwork.lock").exists());
}

#[test]
fn a_deployer_has_to_be_there_and_to_be_one() {
    let stage = Stage::new(WEB);
    stage.sandbox.write("formwork.toml", "deployer = \"nobody\"\n");
    ended(&stage.plan("", ""), 1, &["there is no plugin `nobody`"]);
    let stage = Stage::of(renderer(), WEB);
    ended(&stage.plan("", ""), 1, &["the plugin `hostile` is no deployer"]);
    stage.nothing_was_asked();
    // The one that comes with Formwork can be named, too, and is in no lock.
    stage.sandbox.write("formwork.toml", "deployer = \"update-stack\"\n");
    ended(&stage.plan("", ""), 0, &[]);
    assert!(!stage.sandbox.path().join("formwork.lock").exists());
}
