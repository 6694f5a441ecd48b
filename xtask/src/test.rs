//! Everything that CI runs, in order. A step that fails does not keep the next one from running.

use crate::failure::{Failure, Result};
use crate::server::Server;
use crate::venv::Venv;
use crate::{process, target, workspace};
use std::fmt::Write as _;
use std::process::Command;
use std::time::{Duration, Instant};

/// How much to run.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Extent {
    Full,
    /// Without clippy and the documentation.
    Quick,
}

pub(crate) fn all(extent: Extent) -> Result<()> {
    let mut steps = Steps::default();
    let full = extent == Extent::Full;
    steps.run("set up the target wasm32-wasip2", target::ensure);
    let venv = steps.run("set up Python, moto and ministack", Venv::ensure);
    steps.cargo(workspace::cargo(["fmt", "--all", "--check"]));
    if full {
        steps.cargo(workspace::cargo(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]));
    }
    let moto = venv.as_ref().and_then(|venv| steps.run("start moto", || Server::moto(venv)));
    let ministack = venv.as_ref().and_then(|venv| steps.run("start ministack", || Server::ministack(venv)));
    let mut tests = workspace::cargo(["test", "--workspace", "--no-fail-fast"]);
    let mut count = Count::default();
    if let Some(venv) = &venv {
        tests.env("FORMWORK_TEST_PYTHON", venv.python());
    }
    for (name, server) in [("FORMWORK_TEST_MOTO", &moto), ("FORMWORK_TEST_MINISTACK", &ministack)] {
        if let Some(server) = server {
            tests.env(name, server.url());
        }
    }
    steps.run("cargo test --workspace", || run_tests(&mut tests, &mut count));
    drop((moto, ministack));
    if full {
        let mut doc = workspace::cargo(["doc", "--workspace", "--no-deps"]);
        doc.env("RUSTDOCFLAGS", "-D warnings");
        steps.cargo(doc);
    }
    println!("\n{}", table(&steps.done));
    println!("{} passed, {} failed, {} skipped", count.passed, count.failed, count.ignored);
    match steps.done.iter().filter(|step| step.failure.is_some()).count() {
        0 => Ok(()),
        1 => Err(Failure::new("a step failed")),
        failed => Err(Failure::new(format!("{failed} steps failed"))),
    }
}

fn run_tests(command: &mut Command, count: &mut Count) -> Result<()> {
    process::run_watched(command, |line| count.add(line))?;
    if count.passed == 0 { Err(Failure::new("no test was run")) } else { Ok(()) }
}

/// What was run so far.
#[derive(Default)]
struct Steps {
    done: Vec<Step>,
}

struct Step {
    name: String,
    failure: Option<Failure>,
    time: Duration,
}

impl Steps {
    fn cargo(&mut self, mut command: Command) {
        self.run(&process::shown(&command), || process::run(&mut command));
    }

    fn run<T>(&mut self, name: &str, work: impl FnOnce() -> Result<T>) -> Option<T> {
        println!();
        let start = Instant::now();
        let outcome = work();
        let time = start.elapsed();
        let (value, failure) = match outcome {
            Ok(value) => {
                println!("ok: {name}, {}", seconds(time));
                (Some(value), None)
            }
            Err(failure) => {
                println!("FAILED: {name}, {}\n{failure}", seconds(time));
                (None, Some(failure))
            }
        };
        self.done.push(Step { name: name.to_owned(), failure, time });
        value
    }
}

/// Tests, over all test programs.
#[derive(Default, Debug, PartialEq)]
struct Count {
    passed: u64,
    failed: u64,
    ignored: u64,
}

impl Count {
    /// Adds the closing line of a test program: `test result: ok. 3 passed; 0 failed; 1 ignored; …`.
    fn add(&mut self, line: &str) {
        let Some((_, counts)) = line.strip_prefix("test result: ").and_then(|rest| rest.split_once(". ")) else {
            return;
        };
        for part in counts.split("; ") {
            let Some((number, what)) = part.split_once(' ') else { continue };
            let Ok(number) = number.parse::<u64>() else { continue };
            match what {
                "passed" => self.passed += number,
                "failed" => self.failed += number,
                "ignored" => self.ignored += number,
                _ => {}
            }
        }
    }
}

fn table(steps: &[Step]) -> String {
    let width = steps.iter().map(|step| step.name.chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    for Step { name, failure, time } in steps {
        let verdict = if failure.is_none() { "ok" } else { "FAILED" };
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{name:width$}  {verdict:6}  {:>10}", seconds(*time));
    }
    text
}

fn seconds(time: Duration) -> String {
    let whole = time.as_secs();
    if whole < 60 { format!("{:.1} s", time.as_secs_f64()) } else { format!("{} min {:02} s", whole / 60, whole % 60) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_short() {
        assert_eq!(seconds(Duration::from_millis(1240)), "1.2 s");
        assert_eq!(seconds(Duration::from_secs(60)), "1 min 00 s");
        assert_eq!(seconds(Duration::from_secs(754)), "12 min 34 s");
    }

    #[test]
    fn the_table_has_a_line_for_each_step() {
        let step = |name: &str, failure, secs| Step { name: name.to_owned(), failure, time: Duration::from_secs(secs) };
        let steps = [step("cargo fmt", None, 1), step("cargo clippy --workspace", Some(Failure::new("x")), 83)];
        assert_eq!(
            table(&steps),
            "cargo fmt                 ok           1.0 s\n\
             cargo clippy --workspace  FAILED  1 min 23 s\n"
        );
        assert_eq!(table(&[]), "");
    }

    #[test]
    fn closing_lines_are_added_up() {
        let mut count = Count::default();
        count.add("running 3 tests");
        count.add("test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s");
        count.add("test result: FAILED. 10 passed; 2 failed; 0 ignored; 0 measured; 9 filtered out; finished in 1.20s");
        count.add("  test result: ok. 7 passed; as quoted by a test");
        assert_eq!(count, Count { passed: 13, failed: 2, ignored: 1 });
    }

    #[test]
    fn a_step_that_fails_keeps_its_place() {
        let mut steps = Steps::default();
        assert_eq!(steps.run("first", || Err::<(), _>(Failure::new("no"))), None);
        assert_eq!(steps.run("second", || Ok(2)), Some(2));
        let failed: Vec<_> = steps.done.iter().map(|step| step.failure.is_some()).collect();
        assert_eq!(failed, [true, false]);
    }
}
