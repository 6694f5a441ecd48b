use std::cell::RefCell;
use std::collections::BTreeMap;

use serde_json::json;

use super::*;
use crate::INPUTS;
use crate::machine::Exit;

/// A machine that remembers what it was asked for.
struct Fake {
    written: RefCell<Vec<(String, String)>>,
    ran: RefCell<Vec<Program>>,
    said: RefCell<String>,
    write: Result<(), Failure>,
    exit: Result<Exit, Failure>,
}

impl Fake {
    fn new(exit: Result<Exit, Failure>) -> Self {
        Self { written: RefCell::default(), ran: RefCell::default(), said: RefCell::default(), write: Ok(()), exit }
    }

    fn ending(code: i32) -> Self {
        Self::new(Ok(Exit { code, timed_out: false }))
    }

    fn untouched(&self) -> bool {
        self.written.borrow().is_empty() && self.ran.borrow().is_empty() && self.said.borrow().is_empty()
    }
}

impl Machine for Fake {
    fn write_script(&self, name: &str, bytes: &[u8]) -> Result<String, Failure> {
        self.write.clone()?;
        self.written.borrow_mut().push((name.to_owned(), String::from_utf8(bytes.to_vec()).unwrap()));
        Ok(format!("/o/a b's/{name}"))
    }

    fn run(&self, program: Program) -> Result<Exit, Failure> {
        self.ran.borrow_mut().push(program);
        self.exit.clone()
    }

    fn complain(&self, text: &str) {
        self.said.borrow_mut().push_str(text);
    }
}

fn perform(fake: &Fake, inputs: &Value) -> Result<i32, Failure> {
    run(fake, &Shell::SH, &inputs.to_string())
}

fn failed(kind: FailureKind, code: Option<&str>) -> Failure {
    Failure { code: code.map(str::to_owned), ..Failure::new(kind, "failed to start") }
}

#[test]
fn the_lines_become_a_script_that_is_run() {
    let fake = Fake::ending(0);
    let inputs = json!({
        "runCommand": ["#!/usr/bin/env bash", "echo 'größe' ☃", "", "two\nlines"], "workingDirectory": "/srv",
        "timeoutSeconds": "60", "environment": {"B": "2", "A": ""}, "onFailure": "exit", "finallyStep": true,
    });
    assert_eq!(perform(&fake, &inputs).unwrap(), 0);
    let script = "#!/usr/bin/env bash\necho 'größe' ☃\n\ntwo\nlines\n";
    assert_eq!(*fake.written.borrow(), [("_script.sh".to_owned(), script.to_owned())]);
    let expected = Program {
        name: "sh".into(),
        arguments: vec!["-c".into(), "/o/a b's/_script.sh".into()],
        environment: BTreeMap::from([("A".into(), String::new()), ("B".into(), "2".into())]),
        working_directory: Some("/srv".into()),
        timeout: 60_000,
    };
    assert_eq!(*fake.ran.borrow(), [expected]);
    assert_eq!(*fake.said.borrow(), "");
}

#[test]
fn nothing_to_do_is_a_script_as_well() {
    for inputs in
        [json!({}), json!({"runCommand": [], "workingDirectory": ""}), json!({"runCommand": null}), json!(null)]
    {
        let fake = Fake::ending(0);
        assert_eq!(perform(&fake, &inputs).unwrap(), 0);
        assert_eq!(fake.written.borrow()[0].1, "\n", "{inputs}");
        let ran = fake.ran.borrow();
        assert_eq!((&ran[0].working_directory, ran[0].timeout, ran[0].environment.len()), (&None, 3_600_000, 0));
    }
}

#[test]
fn an_exit_code_is_handed_on() {
    for code in [0, 1, 2, 126, 127, 137, 143, 168, 169, 194, 255, 3010, -1] {
        let fake = Fake::ending(code);
        assert_eq!(perform(&fake, &json!({"runCommand": ["x"]})).unwrap(), code);
        assert_eq!(*fake.said.borrow(), "");
    }
    // Whatever the host says of the code of a program that it killed.
    for code in [0, -1, 137] {
        let fake = Fake::new(Ok(Exit { code, timed_out: true }));
        assert_eq!(perform(&fake, &json!({"runCommand": ["sleep 10"], "timeoutSeconds": 5})).unwrap(), 137);
        assert_eq!(fake.ran.borrow()[0].timeout, 5000);
    }
}

#[test]
fn inputs_that_cannot_be_read_fail_with_the_text_of_the_agent() {
    let fake = Fake::ending(0);
    let failure = perform(&fake, &json!({"runCommand": "echo hi", "timeoutSeconds": 60})).unwrap_err();
    assert!(matches!(failure.kind, FailureKind::InvalidInput));
    assert_eq!(
        failure.message,
        "Invalid format in plugin properties map[runCommand:echo hi timeoutSeconds:60];\nerror json: cannot unmarshal \
         string into Go struct field RunScriptPluginInput.RunCommand of type []string"
    );
    for text in ["", "{", "{} {}", "[1,]"] {
        let failure = run(&fake, &Shell::SH, text).unwrap_err();
        assert!(matches!(failure.kind, FailureKind::InvalidInput));
        assert!(failure.message.starts_with("the inputs are not JSON: "), "{}", failure.message);
    }
    let deep = "[".repeat(100_000);
    assert!(matches!(run(&fake, &Shell::SH, &deep).unwrap_err().kind, FailureKind::InvalidInput));
    assert!(fake.untouched());
}

#[test]
fn a_script_that_cannot_be_written_is_not_run() {
    let full = Failure::new(FailureKind::Other, "no space left on device").with_hint("Make room.");
    let fake = Fake { write: Err(full), ..Fake::ending(0) };
    let failure = perform(&fake, &json!({"runCommand": ["x"]})).unwrap_err();
    assert_eq!(failure.message, "failed to create script file. no space left on device");
    assert!(matches!(failure.kind, FailureKind::Other));
    assert_eq!(failure.hint.as_deref(), Some("Make room."));
    assert!(fake.untouched());
}

#[test]
fn what_cannot_be_started_has_the_text_of_the_agent() {
    for (kind, code, why) in [
        (FailureKind::NotFound, None, "no such file or directory"),
        (FailureKind::NotFound, Some("ENOENT"), "no such file or directory"),
        (FailureKind::AccessDenied, Some("EACCES"), "permission denied"),
        (FailureKind::Other, Some("ENOTDIR"), "not a directory"),
    ] {
        let fake = Fake::new(Err(failed(kind, code)));
        assert_eq!(perform(&fake, &json!({"runCommand": ["x"], "workingDirectory": "/nope"})).unwrap(), 1);
        assert_eq!(*fake.said.borrow(), format!("failed to run commands: fork/exec /usr/bin/sh: {why}"));
    }
}

#[test]
fn what_the_host_refuses_is_a_failure() {
    for failure in [
        failed(FailureKind::AccessDenied, None),
        failed(FailureKind::Unsupported, None),
        failed(FailureKind::NotFound, Some("Other")),
        failed(FailureKind::Throttled(Some(3)), None),
    ] {
        let fake = Fake::new(Err(failure.clone()));
        let found = perform(&fake, &json!({"runCommand": ["x"]})).unwrap_err();
        // Their types are generated and cannot be compared.
        assert_eq!(format!("{found:?}"), format!("{failure:?}"));
        assert_eq!(*fake.said.borrow(), "");
    }
}

#[test]
fn another_shell_has_its_own_ways() {
    const OTHER: Shell = Shell {
        program: "pwsh",
        path: "/usr/bin/pwsh",
        arguments: &["-f"],
        script: "_script.ps1",
        byte_order_mark: true,
    };
    let fake = Fake::new(Err(failed(FailureKind::NotFound, None)));
    let inputs = json!({"runCommand": ["Write-Output 1"]});
    assert_eq!(run(&fake, &OTHER, &inputs.to_string()).unwrap(), 1);
    assert_eq!(*fake.written.borrow(), [("_script.ps1".to_owned(), "\u{feff}Write-Output 1\n".to_owned())]);
    let ran = fake.ran.borrow();
    assert_eq!((ran[0].name.as_str(), ran[0].arguments.join(" ")), ("pwsh", "-f /o/a b's/_script.ps1".to_owned()));
    assert_eq!(*fake.said.borrow(), "failed to run commands: fork/exec /usr/bin/pwsh: no such file or directory");
}

/// Each input that the schema describes is one that is read, or a modifier of the step; a value of a type that the
/// schema does not allow is refused, but for the time-out.
#[test]
fn the_schema_describes_what_is_read() {
    let schema: Value = serde_json::from_str(INPUTS).unwrap();
    let names: Vec<&str> = schema["properties"].as_object().unwrap().keys().map(String::as_str).collect();
    let read = ["runCommand", "workingDirectory", "timeoutSeconds", "environment", "id"];
    let modifiers = ["onFailure", "onSuccess", "finallyStep"];
    assert_eq!(names, [&read[..], &modifiers].concat());
    assert_eq!(schema["required"], json!(["runCommand"]));
    for name in read {
        let kind = schema["properties"][name]["type"].as_str().unwrap_or_default();
        for (of, value) in [("string", json!("x")), ("array", json!(["x"])), ("object", json!({"x": "y"}))] {
            let mut inputs = json!({});
            inputs[name] = value;
            let taken = Script::read(&inputs).is_ok();
            assert_eq!(taken, of == kind || name == "timeoutSeconds", "{inputs}");
        }
    }
}
