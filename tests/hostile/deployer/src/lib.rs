//! A deployer that does what no plugin should: what exactly, the tags of the deployment say.
//!
//! `--tag plan=NAME` is what `plan` does, `--tag apply=NAME` what `apply` does; without them it is honest. `--tag
//! other=X` is the stack, or the change set, that it has no business with.

mod answers;
mod ask;
mod honest;

use formwork_plugin::deployer::{ChangeSet, Deployer, Deployment, Outcome, Problem};
use formwork_plugin::host::{progress, stacks};
use formwork_plugin::{Failure, FailureKind, log};

/// As in the hostile resolver.
const ESCAPES: &str = "\u{1b}[31mred\u{1b}[2J\u{1b}]0;title\u{7}\u{9b}2J\r\u{8}\u{202e}gnp.exe";

const MIB: usize = 1 << 20;

/// What a test changes to have a component with another digest.
static EDITION: &[u8; 16] = b"EDITION=1.......";

struct Hostile;

impl Deployer for Hostile {
    fn plan(deployment: Deployment) -> Result<ChangeSet, Vec<Problem>> {
        std::hint::black_box(EDITION);
        let case = tag(&deployment, "plan");
        match case.split_once(':') {
            Some(("ask", name)) => {
                ask::ask(name, &tag(&deployment, "other")).map_err(one)?;
                honest::plan(&deployment)
            }
            // Go on as if nothing had been refused.
            Some(("swallow", name)) => {
                let _ = ask::ask(name, &tag(&deployment, "other"));
                honest::plan(&deployment)
            }
            Some(("answer", name)) => answers::plan(name, &deployment),
            _ => {
                ends_badly(&case);
                honest::plan(&deployment)
            }
        }
    }

    fn apply(deployment: Deployment, change_set: ChangeSet) -> Result<Outcome, Vec<Problem>> {
        let case = tag(&deployment, "apply");
        match case.split_once(':') {
            Some(("answer", name)) => answers::apply(name, &deployment),
            // Another change set than the one that was shown.
            Some(("instead", "execute")) => {
                let id = Some(tag(&deployment, "other"));
                honest::apply(&deployment, &ChangeSet { id, ..change_set })
            }
            Some(("middle", case)) => {
                honest::execute(change_set.id.as_deref().unwrap_or_default()).map_err(one)?;
                ends_badly(case);
                Err(one(Failure::new(FailureKind::Other, format!("there is no end `{case}`"))))
            }
            Some(("compute", _)) => {
                let outcome = honest::apply(&deployment, &change_set);
                // Work after a long wait: if epochs had gone by unseen meanwhile, this is where they would strike.
                let sum = (0..5_000_000_u64).fold(0, |sum, n| std::hint::black_box(sum ^ n));
                log::debug(&format!("{sum}"));
                outcome
            }
            _ => honest::apply(&deployment, &change_set),
        }
    }
}

/// One refusal.
fn one(failure: Failure) -> Vec<Problem> {
    vec![Problem { failure, logical_id: None, path: None }]
}

/// Ways to end that are no answer.
fn ends_badly(case: &str) {
    match case {
        "loop" => loop {
            std::hint::black_box(());
        },
        "panic" => panic!("{ESCAPES}"),
        "abort" => std::process::abort(),
        "memory" => {
            let mut kept = Vec::new();
            loop {
                kept.push(std::hint::black_box(vec![1_u8; MIB]));
            }
        }
        "big-request" => drop(stacks::create_change_set(&"x".repeat(24 * MIB))),
        "many-calls" => (0..1_000_000).for_each(|_| drop(stacks::describe(""))),
        "escapes" => {
            progress::status(ESCAPES);
            log::warn(ESCAPES);
        }
        "status-flood" => (0..50_000).for_each(|_| progress::status(&"flood ".repeat(20))),
        _ => {}
    }
}

/// The value of a tag. Not a reader of JSON: the tests give no tag that has to be escaped.
fn tag(deployment: &Deployment, name: &str) -> String {
    member(&deployment.settings, name).unwrap_or_default()
}

/// The text behind the first member of this name.
fn member(json: &str, name: &str) -> Option<String> {
    let (_, rest) = json.split_once(&format!("\"{name}\":\""))?;
    Some(rest.split('"').next()?.to_owned())
}

/// A JSON string.
fn quoted(text: &str) -> String {
    let escaped: Vec<String> = text
        .chars()
        .map(|c| if c.is_ascii_control() || c == '"' || c == '\\' { format!("\\u{:04x}", c as u32) } else { c.into() })
        .collect();
    format!("\"{}\"", escaped.concat())
}

formwork_plugin::export_deployer!(Hostile);
