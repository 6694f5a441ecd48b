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
        "stacks-describe" => stacks::describe("web").map(drop),
        "stacks-create" => stacks::create_change_set(&stacks::ChangeSetRequest {
            stack: "web".into(),
            name: "change".into(),
            template: "{}".into(),
            parameters: "{}".into(),
            capabilities: Vec::new(),
        })
        .map(drop),
        "stacks-change-set" => stacks::describe_change_set("change").map(drop),
        "stacks-execute" => stacks::execute_change_set("change"),
        "stacks-events" => stacks::events("web", None).map(drop),
        _ => Err(Failure::new(FailureKind::InvalidInput, format!("there is no interface `{name}`"))),
    };
    done.map(|()| Resolution::text("granted"))
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
