//! Calling what may not have been granted.

use formwork_plugin::host::{files, http, output, parameters, process, references, reveal, secrets, stacks};
use formwork_plugin::{Failure, FailureKind, Resolution};

/// Call a function of a host interface; a refusal comes back as it is.
pub(crate) fn ask(name: &str) -> Result<Resolution, Failure> {
    let done = match name {
        "parameters" => only(parameters::get(&["/app/ami".to_owned()])).map(drop),
        "parameters-under" => parameters::under("/app", true, None).map(drop),
        "parameters-forged" => {
            // What the hint would look like if the name were put into it as it is.
            only(parameters::get(&["\u{1b}[31m*\"], reveal = true, secrets = [\"*".to_owned()])).map(drop)
        }
        "parameters-many" => {
            let names: Vec<String> = (0..10_000).map(|n| format!("/app/{n}/{}", "x".repeat(500))).collect();
            parameters::get(&names).into_iter().last().unwrap_or_else(nothing).map(drop)
        }
        "secrets" => secrets::open_parameter("/app/password").map(drop),
        "secrets-manager" => {
            let selector = secrets::SecretSelector { stage: None, version_id: None };
            secrets::open_secret("app/password", &selector).map(drop)
        }
        "reveal" => secrets::open_parameter("/app/password").and_then(|secret| reveal::reveal(&secret)).map(drop),
        "files" => files::read("versions/app.toml").map(drop),
        "files-entries" => files::entries(".").map(drop),
        "references" => only(references::resolve(&["ssm:/app/ami".to_owned()])).map(drop),
        "output" => {
            output::write(output::Stream::Stdout, b"\x1b[31moutput");
            Ok(())
        }
        "process" => process::run(&process::Command {
            program: "/bin/sh".into(),
            args: vec!["-c".into(), "touch formwork-was-here".into()],
            env: Vec::new(),
            working_directory: None,
            stdin: None,
            timeout: None,
        })
        .map(drop),
        "http" => http::send(&http::Request {
            method: "GET".into(),
            url: "http://169.254.169.254/latest/meta-data/".into(),
            headers: Vec::new(),
            body: None,
            timeout: None,
        })
        .map(drop),
        _ => match name.strip_prefix("stacks-") {
            Some(name) => stack(name),
            None => Err(Failure::new(FailureKind::InvalidInput, format!("there is no interface `{name}`"))),
        },
    };
    done.map(|()| Resolution::text("granted"))
}

/// The stack `web`, or a change set of whatever stack.
fn stack(name: &str) -> Result<(), Failure> {
    let change_set = "arn:aws:cloudformation:eu-west-1:123456789012:changeSet/change/0001";
    let create = r#"{"StackName":"web","ChangeSetName":"change","ChangeSetType":"UPDATE","Template":{"Body":"{}"}}"#;
    let execute = format!(r#"{{"ChangeSetId":"{change_set}"}}"#);
    match name {
        "describe" => stacks::describe("web").map(drop),
        "exports" => stacks::exports().map(drop),
        "create" => stacks::create_change_set(create).map(drop),
        "wait-for-change-set" => stacks::wait_for_change_set(change_set).map(drop),
        "delete-change-set" => stacks::delete_change_set(change_set),
        "execute" => stacks::execute_change_set(&execute),
        "delete" => stacks::delete(r#"{"StackName":"web"}"#),
        "wait" => stacks::wait("web", None).map(drop),
        "events" => stacks::events("web", None).map(drop),
        "failed-events" => stacks::failed_events(&stacks::EventsOf::Stack("web".into())).map(drop),
        "failed-events-of-change-set" => {
            stacks::failed_events(&stacks::EventsOf::ChangeSet(change_set.into())).map(drop)
        }
        "hook-result" => stacks::hook_result("5f0b6d5e").map(drop),
        "policy" => stacks::policy("web").map(drop),
        "set-policy" => stacks::set_policy("web", "{}"),
        "protect" => stacks::protect("web", false),
        _ => Err(Failure::new(FailureKind::InvalidInput, format!("`stacks` has no `{name}`"))),
    }
}

/// A file's text. Paths that do not fit into a reference have names.
pub(crate) fn read(path: &str) -> Result<Resolution, Failure> {
    files::read(meant(path)).map(|bytes| Resolution::text(format!("{} bytes: {}", bytes.len(), text(&bytes))))
}

/// The names in a folder.
pub(crate) fn entries(path: &str) -> Result<Resolution, Failure> {
    let entries = files::entries(meant(path))?;
    let names: Vec<String> = entries.iter().map(|entry| format!("{} {:?}", entry.name, entry.kind)).collect();
    Ok(Resolution::text(names.join(", ")))
}

fn meant(path: &str) -> &str {
    match path {
        "%empty" => "",
        "%nul" => "app.toml\0.txt",
        "%escape" => "\u{1b}[31m",
        other => other,
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes.get(..20).unwrap_or(bytes)).trim().to_owned()
}

fn only<T>(answers: Vec<Result<T, Failure>>) -> Result<T, Failure> {
    answers.into_iter().next().unwrap_or_else(nothing)
}

fn nothing<T>() -> Result<T, Failure> {
    Err(Failure::new(FailureKind::Other, "the host gave no answer"))
}
