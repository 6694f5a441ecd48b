//! `examples/plugins/freeze-deployer`, as its README says.

use std::time::{Duration, SystemTime};

use super::{Stage, ended};
use crate::common::{Run, Sandbox};
use crate::example::commands;
use crate::fake::{ChangeSetScript, Event, Fake, Operation, StackScript, event};
use crate::fixture::{freeze_deployer, root};

const FOLDER: &str = "examples/plugins/freeze-deployer";

/// The end of the freeze in the example's calendar.
const UNTIL: &str = "2027-01-04T08:00:00Z";

/// The example without its sources, built, and a CloudFormation without stacks.
fn stage() -> Stage {
    let stage = Stage { fake: Fake::start(), sandbox: Sandbox::new() };
    for file in ["formwork.toml", "template.yaml", "calendar/freezes.toml"] {
        stage.sandbox.write(file, std::fs::read(root().join(FOLDER).join(file)).unwrap());
    }
    // Where the README's build puts it.
    stage.sandbox.write("target/wasm32-wasip2/release/freeze_deployer.wasm", freeze_deployer());
    stage
}

/// So many hours from now.
fn hours(hours: i64) -> String {
    let now = SystemTime::now();
    let distance = Duration::from_secs(hours.unsigned_abs() * 3_600);
    let time = if hours < 0 { now - distance } else { now + distance };
    let seconds = time.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    rfc3339(seconds)
}

/// RFC 3339, UTC (days from the civil calendar of Howard Hinnant, "chrono-compatible low-level date algorithms").
fn rfc3339(seconds: u64) -> String {
    let (days, second) = (seconds / 86_400 + 719_468, seconds % 86_400);
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let (day, month, year) = (day - (153 * month + 2) / 5 + 1, (month + 2) % 12 + 1, era * 400 + year);
    let year = if month <= 2 { year + 1 } else { year };
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", second / 3_600, second / 60 % 60, second % 60)
}

/// A freeze between these hours, as the example writes it.
fn freeze(stage: &Stage, from: i64, until: i64) -> String {
    let until = hours(until);
    let text = std::fs::read_to_string(root().join(FOLDER).join("calendar/freezes.toml")).unwrap();
    assert!(text.contains(UNTIL) && text.contains("2026-12-18T18:00:00Z"));
    let text = text.replace(UNTIL, &until).replace("2026-12-18T18:00:00Z", &hours(from));
    stage.sandbox.write("calendar/freezes.toml", text);
    until
}

fn deploy(stage: &Stage, more: &[&str]) -> Run {
    stage.run(&[&["deploy", "web", "--yes"], more].concat())
}

#[test]
fn the_readme_is_true() {
    let readme = std::fs::read_to_string(root().join(FOLDER).join("README.md")).unwrap();
    let project = std::fs::read_to_string(root().join(FOLDER).join("formwork.toml")).unwrap();
    let shown = readme.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    assert!(shown.split("\n\n").all(|part| project.contains(part.trim())), "formwork.toml is\n{project}");
    let stage = stage();
    let until = freeze(&stage, -1, 1);
    let seconds = regex::Regex::new(r"in \d+ s").unwrap();
    let mut codes = [0, 1, 0, 0].into_iter();
    for (command, shown) in commands(&readme) {
        let words: Vec<&str> = command.split_whitespace().collect();
        if words[0] == "cargo" {
            assert_eq!(words[1..], ["build", "--release", "--target", "wasm32-wasip2"]);
            continue;
        }
        let code = codes.next().unwrap();
        let run = stage.run(&words[1..]);
        ended(&run, code, &[]);
        let said = format!("{}{}", run.stdout, run.stderr).replace(&until, UNTIL);
        let said = seconds.replace_all(&said, "in 1 s");
        for line in shown.lines().filter(|line| *line != "…") {
            assert!(said.contains(line), "{command}: the README shows\n{line}\nwhich is not in\n{said}");
        }
        if code == 1 {
            assert_eq!(stage.fake.count("ExecuteChangeSet"), 0);
            freeze(&stage, -2, -1);
        }
    }
    assert_eq!(codes.next(), None);
    assert!(readme.lines().count() < 80);
}

#[test]
fn a_freeze_stops_deployments_and_no_plans() {
    let stage = stage();
    stage.fake.stack(StackScript::new("web").tag("team", "a"));
    stage.fake.change_set("web", ChangeSetScript::new().change(super::modified()));
    let until = freeze(&stage, -1, 1);
    let told = format!("nothing is deployed until {until}: the holidays");
    let run = stage.run(&["plan", "web", "--out", "plan.json"]);
    ended(&run, 0, &[&told]);
    for args in [&["deploy", "web", "--yes"][..], &["deploy", "--plan", "plan.json"]] {
        let run = stage.run(args);
        ended(&run, 1, &[&told, "hint: Deploy then, or change `freezes.toml`"]);
        assert_eq!(stage.fake.count("ExecuteChangeSet"), 0);
    }
    // A freeze that is over, or still to come, is none.
    for (from, until) in [(-2, -1), (1, 2)] {
        freeze(&stage, from, until);
        let run = deploy(&stage, &["--tag", "cost=1"]);
        ended(&run, 0, &[]);
        assert!(!run.stderr.contains("nothing is deployed"), "{}", run.stderr);
    }
    assert_eq!(stage.fake.count("ExecuteChangeSet"), 2);
    let calls = stage.fake.calls();
    let last = calls.iter().rfind(|call| call.action == "CreateChangeSet").unwrap();
    assert_eq!(last.map("Tags", "Key", "Value").len(), 2, "the tags of the stack stay: {last:?}");
}

#[test]
fn a_new_stack_and_one_that_does_not_change() {
    let stage = stage();
    freeze(&stage, 1, 2);
    ended(&deploy(&stage, &[]), 0, &[]);
    assert_eq!(stage.fake.now("web", "StackStatus"), "CREATE_COMPLETE");
    let run = deploy(&stage, &[]);
    ended(&run, 0, &[]);
    assert_eq!(stage.fake.count("ExecuteChangeSet"), 1);
    assert_eq!(stage.fake.change_sets().len(), 1, "the empty one was deleted again: {:?}", stage.fake.change_sets());
}

#[test]
fn what_fails_is_told() {
    let stage = stage();
    freeze(&stage, 1, 2);
    stage.fake.change_set("web", ChangeSetScript::new().failed("no such type"));
    ended(&stage.run(&["plan", "web"]), 2, &["the change set failed: no such type"]);
    assert_eq!(stage.fake.now("web", "StackStatus"), serde_json::Value::Null, "the stack that it made is gone");
    let failed = |event: Event| event.because("topic quota exceeded");
    let operation = Operation::new("CREATE")
        .then([failed(event("Topic", "AWS::SNS::Topic", "CREATE_FAILED"))])
        .turn("ROLLBACK_IN_PROGRESS")
        .turn("ROLLBACK_COMPLETE");
    stage.fake.change_set("web", ChangeSetScript::new().change(super::modified()).execute(operation));
    // The first script is used up by one more plan.
    ended(&stage.run(&["plan", "web"]), 2, &[]);
    ended(&deploy(&stage, &[]), 1, &["topic quota exceeded", "ROLLBACK_COMPLETE"]);
}

#[test]
fn what_it_cannot_do_is_refused_before_anything_is_made() {
    let stage = stage();
    freeze(&stage, 1, 2);
    let run = deploy(&stage, &["--express"]);
    ended(&run, 1, &["this deployer does not know `express`", "use the deployer that comes with Formwork"]);
    assert_eq!(stage.fake.count("CreateChangeSet"), 0);
}

/// Without a calendar nobody knows whether there is a freeze.
#[test]
fn without_a_calendar_nothing_is_deployed() {
    let stage = stage();
    stage.sandbox.write("calendar/freezes.toml", "[[freeze]]\nfrom = 2026-12-18\n");
    ended(&deploy(&stage, &[]), 2, &["`freezes.toml` is not a calendar"]);
    std::fs::remove_file(stage.sandbox.path().join("calendar/freezes.toml")).unwrap();
    ended(&deploy(&stage, &[]), 1, &["`freezes.toml` is in none of the granted folders (calendar)"]);
    let toml = stage.sandbox.read("formwork.toml").replace("files = [\"calendar\"], ", "");
    stage.sandbox.write("formwork.toml", toml);
    ended(&deploy(&stage, &[]), 4, &["the plugin `freeze` may not read files", "`files = [\"FOLDER\"]`"]);
    stage.nothing_was_asked();
}

#[test]
fn without_the_grant_it_touches_no_stack() {
    let stage = stage();
    freeze(&stage, 1, 2);
    let toml = stage.sandbox.read("formwork.toml").replace(", stacks = [\"web\"]", "");
    stage.sandbox.write("formwork.toml", toml);
    ended(&deploy(&stage, &[]), 4, &["the plugin `freeze` may not use the stack `web`", "`stacks = [\"web\"]`"]);
    stage.nothing_was_asked();
}
