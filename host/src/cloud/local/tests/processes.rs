//! Several processes on one store. The children are this test binary again, told by the environment what to do.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::*;

const FOLDER: &str = "FORMWORK_TEST_LOCAL_FOLDER";
const TASK: &str = "FORMWORK_TEST_LOCAL_TASK";
const COUNTER: &str = "/counter";

/// Not a test but what the children do: write versions, or import again and again, and say so each time.
#[test]
fn child() {
    let (Ok(folder), Ok(task)) = (std::env::var(FOLDER), std::env::var(TASK)) else { return };
    let cloud = LocalCloud::open(Path::new(&folder), "eu-west-1").unwrap();
    // Not println, which the test harness may keep to itself.
    let say = |number: u64| writeln!(std::io::stdout(), "\nwrote {number}").unwrap();
    match task.parse::<u64>() {
        Ok(count) => (0..count).for_each(|_| {
            let put = PutParameter { overwrite: true, ..secure(COUNTER, "v") };
            say(run(Parameters::put(&cloud, put)).unwrap());
        }),
        Err(_) => (1..1_000_000).for_each(|round| {
            cloud.import(&document(&format!("{task} {round}"))).unwrap();
            say(round);
        }),
    }
}

/// Many parameters with one value.
fn document(value: &str) -> String {
    let all = (0..300).map(|number| (format!("/n/{number}"), value.into()));
    serde_json::Value::Object(all.collect()).to_string()
}

fn spawn(folder: &Path, task: &str) -> Child {
    let module = module_path!().split_once("::").unwrap().1;
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &format!("{module}::child"), "--nocapture"])
        .envs([(FOLDER, folder.to_str().unwrap()), (TASK, task)])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Kill a child in the middle of whatever it does.
fn kill(mut child: Child) {
    child.kill().unwrap();
    assert_eq!(child.wait().unwrap().signal(), Some(9), "it was still at work");
}

fn check(cloud: &LocalCloud) {
    let result: String = cloud.store.lock().pragma_query_value(None, "integrity_check", |row| row.get(0)).unwrap();
    assert_eq!(result, "ok");
}

/// The numbers that a child has said, up to so many.
fn confirmed(child: &mut Child, most: usize) -> Vec<u64> {
    // Lent, not taken: a child whose pipe is closed would end before it is killed.
    let lines = BufReader::new(child.stdout.as_mut().unwrap()).lines().map_while(Result::ok);
    lines.filter_map(|line| line.strip_prefix("wrote ")?.parse().ok()).take(most).collect()
}

fn puts(cloud: &LocalCloud) -> u64 {
    let trail = cloud.audit(COUNTER).unwrap();
    trail.iter().filter(|entry| entry.operation == "PutParameter").count().try_into().unwrap()
}

fn latest(cloud: &LocalCloud) -> Parameter {
    run(Parameters::get(cloud, &strings(&[COUNTER]), Decrypt::Yes)).pop().unwrap().unwrap()
}

#[test]
fn processes_that_begin_together_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(".formwork");
    // No store and no key yet: the children race for making them, too.
    let mut children: Vec<Child> = (0..4).map(|_| spawn(&path, "25")).collect();
    let mut versions: Vec<u64> = children.iter_mut().flat_map(|child| confirmed(child, usize::MAX)).collect();
    assert!(children.iter_mut().all(|child| child.wait().unwrap().success()));
    versions.sort_unstable();
    assert_eq!(versions, (1..=100).collect::<Vec<_>>(), "no version was given twice");
    let cloud = LocalCloud::open(&path, "eu-west-1").unwrap();
    assert_eq!(latest(&cloud).version, 100);
    assert_eq!(puts(&cloud), 100);
    let history = run(cloud.history(COUNTER, Decrypt::Yes)).unwrap();
    assert_eq!(history.len(), 100, "all of them can be decrypted, so there was one key");
}

#[test]
fn a_process_that_is_killed_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(".formwork");
    let mut before = 0;
    for round in 1..=5 {
        let mut child = spawn(&path, "1000000");
        let last = *confirmed(&mut child, 5 * round).last().unwrap();
        kill(child);
        let cloud = LocalCloud::open(&path, "eu-west-1").unwrap();
        let version = latest(&cloud).version;
        assert!(version >= last && last > before, "{version} is there, {last} was confirmed");
        assert_eq!(puts(&cloud), version, "the trail has what the store has");
        check(&cloud);
        before = version;
    }
}

#[test]
fn an_import_that_is_killed_is_all_or_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(".formwork");
    for round in 0..5 {
        let mut child = spawn(&path, &format!("child {round}"));
        let last = *confirmed(&mut child, 2).last().unwrap();
        std::thread::sleep(Duration::from_millis(7 * round));
        kill(child);
        let cloud = LocalCloud::open(&path, "eu-west-1").unwrap();
        check(&cloud);
        let exported = cloud.export(Some("/n/"), Decrypt::No).unwrap();
        let values: BTreeSet<_> =
            exported["parameters"].as_array().unwrap().iter().map(|item| item["value"].to_string()).collect();
        assert_eq!(values.len(), 1, "all are of one import: {values:?}");
        let value = values.first().unwrap().trim_matches('"');
        let number: u64 = value.strip_prefix(&format!("child {round} ")).unwrap().parse().unwrap();
        assert!(number >= last, "import {last} was confirmed");
    }
}

#[test]
fn threads_with_one_connection_and_several_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(".formwork");
    let first = LocalCloud::open(&path, "eu-west-1").unwrap();
    std::thread::scope(|scope| {
        for thread in 0..6 {
            let cloud = if thread % 2 == 0 { first.clone() } else { LocalCloud::open(&path, "eu-west-1").unwrap() };
            scope.spawn(move || {
                for _ in 0..20 {
                    let put = PutParameter { overwrite: true, ..text(COUNTER, "v") };
                    run(Parameters::put(&cloud, put)).unwrap();
                }
            });
        }
    });
    assert_eq!((latest(&first).version, puts(&first)), (120, 120));
}
