use serde_json::json;

use super::*;

fn shell(code: i32) -> Part {
    Part::ended(Ending::Exited(code), b"out\n".to_vec(), b"err\n".to_vec(), Platform::Linux, Interrupt::None)
}

fn finished(part: Part, inputs: &Value) -> (Status, i32, String, String, String, bool) {
    let modifiers = Modifiers::of(inputs);
    let result = part.finish(&modifiers);
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let ends = modifiers.end_document(result.status, result.code);
    (result.status, result.reported_code(), text(&result.stdout), text(&result.stderr), text(&result.output), ends)
}

const WELL: &str =
    "\nStep exited with code 168. Therefore, marking step as succeeded. Further document steps will be skipped.";
const FAILED: &str =
    "\nStep exited with code 169. Therefore, marking step as Failed. Further document steps will be skipped.";
const PROPERTY: &str = "\nStep was found to have onFailure property. Further document steps will be skipped.";

/// One row for each row of the exit code table.
#[test]
fn the_exit_code_table() {
    let title = "\n----------ERROR-------\n";
    let plain = |error: &str| format!("out\n{title}err\n{error}");
    let none = json!({});
    let (exit, well, abort) =
        (json!({"onFailure": "exit"}), json!({"onFailure": "successAndExit"}), json!({"onFailure": "Abort"}));
    let three = "failed to run commands: exit status 3";
    let (f168, f169) = ("failed to run commands: exit status 168", "failed to run commands: exit status 169");
    for (code, inputs, status, reported, out, err, output, ends) in [
        (0, &none, Status::Success, 0, "out\n".to_owned(), "err\n".to_owned(), plain(""), false),
        (0, &exit, Status::Success, 0, "out\n".to_owned(), "err\n".to_owned(), plain(""), false),
        (194, &none, Status::SuccessAndReboot, 194, "out\n".to_owned(), "err\n".to_owned(), plain(""), false),
        (137, &none, Status::TimedOut, 137, "out\n".to_owned(), "err\n".to_owned(), plain(""), false),
        // `onFailure` is not about a time-out.
        (137, &exit, Status::TimedOut, 137, "out\n".to_owned(), "err\n".to_owned(), plain(""), false),
        (137, &well, Status::TimedOut, 137, "out\n".to_owned(), "err\n".to_owned(), plain(""), false),
        (168, &none, Status::Success, 168, format!("out\n{WELL}"), String::new(), "out\n".to_owned(), true),
        (168, &exit, Status::Success, 168, format!("out\n{WELL}"), String::new(), "out\n".to_owned(), true),
        (169, &none, Status::Failed, 169, format!("out\n{FAILED}"), format!("err\n{f169}{FAILED}"), plain(f169), true),
        // Even `successAndExit` does not make a success of 169.
        (169, &well, Status::Failed, 169, format!("out\n{FAILED}"), format!("err\n{f169}{FAILED}"), plain(f169), true),
        (3, &none, Status::Failed, 3, "out\n".to_owned(), format!("err\n{three}"), plain(three), false),
        (3, &abort, Status::Failed, 3, "out\n".to_owned(), format!("err\n{three}"), plain(three), false),
        (
            3,
            &exit,
            Status::Failed,
            3,
            format!("out\n{PROPERTY}"),
            format!("err\n{three}{PROPERTY}"),
            plain(three),
            true,
        ),
        (
            3,
            &well,
            Status::Success,
            168,
            format!("out\n{PROPERTY}"),
            format!("err\n{three}{PROPERTY}"),
            plain(three),
            true,
        ),
        (
            -1,
            &none,
            Status::Failed,
            -1,
            "out\n".to_owned(),
            "err\nfailed to run commands: exit status -1".to_owned(),
            plain("failed to run commands: exit status -1"),
            false,
        ),
    ] {
        let found = finished(shell(code), inputs);
        assert_eq!(found, (status, reported, out, err, output, ends), "code {code}, inputs {inputs}");
    }
    // The agent has marked 168 as a failure before the code makes it a success.
    assert_eq!(shell(168).stderr, format!("err\n{f168}").into_bytes());
}

#[test]
fn on_success_exit_ends_the_document() {
    let modifiers = Modifiers::of(&json!({"onSuccess": "exit"}));
    assert!(modifiers.end_document(Status::Success, 0));
    assert!(!modifiers.end_document(Status::Failed, 1));
    assert!(!modifiers.end_document(Status::SuccessAndReboot, 194));
    assert!(!modifiers.end_document(Status::Skipped, 0));
}

#[test]
fn windows_has_its_own_codes() {
    let end = |code| Part::ended(Ending::Exited(code), vec![], vec![], Platform::Windows, Interrupt::None).status;
    assert_eq!(end(3010), Status::SuccessAndReboot);
    assert_eq!(end(-1), Status::TimedOut);
    assert_eq!(end(194), Status::Failed);
    assert_eq!(end(137), Status::Failed);
    assert_eq!(shell(3010).status, Status::Failed);
}

#[test]
fn an_end_from_outside() {
    let end = |ending, interrupt| {
        let part = Part::ended(ending, vec![], vec![], Platform::Linux, interrupt);
        (part.status, part.code, String::from_utf8(part.stderr).unwrap())
    };
    let failed = |code, why: &str| (Status::Failed, code, format!("failed to run commands: {why}"));
    let quiet = |status| (status, 137, String::new());
    assert_eq!(end(Ending::TimedOut, Interrupt::None), quiet(Status::TimedOut));
    assert_eq!(end(Ending::Cancelled, Interrupt::None), quiet(Status::Cancelled));
    assert_eq!(end(Ending::Exited(137), Interrupt::Cancel), quiet(Status::Cancelled));
    assert_eq!(end(Ending::Exited(137), Interrupt::Shutdown), failed(137, "exit status 137"));
    assert_eq!(end(Ending::Signalled(9, false), Interrupt::None), failed(-1, "signal: killed"));
    assert_eq!(
        end(Ending::Signalled(11, true), Interrupt::None),
        failed(-1, "signal: segmentation fault (core dumped)")
    );
    assert_eq!(end(Ending::Signalled(40, false), Interrupt::None), failed(-1, "signal: signal 40"));
    assert_eq!(end(Ending::Signalled(9, false), Interrupt::Cancel), quiet(Status::Cancelled));
    let missing = "fork/exec /usr/bin/sh: no such file or directory";
    assert_eq!(end(Ending::NotStarted(missing.into()), Interrupt::None), failed(1, missing));
}

#[test]
fn parts_of_schema_1_are_merged() {
    let part = |status, code, out: &str, err: &str| Part { status, code, stdout: out.into(), stderr: err.into() };
    let parts = vec![
        part(Status::Success, 0, "", ""),
        part(Status::Failed, 3, "b", ""),
        part(Status::Failed, 4, "", "x"),
        part(Status::Success, 0, "d", "y"),
    ];
    assert_eq!(Part::merge(parts), Some(part(Status::Failed, 3, "b\n\nd", "x\ny")));
    let timed = vec![part(Status::TimedOut, 137, "a", ""), part(Status::Cancelled, 1, "b", "")];
    assert_eq!(Part::merge(timed), Some(part(Status::TimedOut, 137, "a\nb", "")));
    assert_eq!(Part::merge([]), None);
    // A 168 that is not the first code that is not 0 does not end the document.
    let late = vec![part(Status::Failed, 5, "", ""), part(Status::Failed, 168, "", "")];
    assert_eq!(Part::merge(late).map(|part| part.code), Some(5));
}

#[test]
fn modifiers_are_read_from_a_map_only() {
    let all = json!({"onFailure": "successAndExit", "onSuccess": "exit", "finallyStep": "true"});
    let expected = Modifiers { on_failure: Some(OnFailure::SuccessAndExit), exit_on_success: true, finally: true };
    assert_eq!(Modifiers::of(&all), expected);
    assert!(Modifiers::of(&json!({"finallyStep": true})).finally);
    for odd in [
        json!({"finallyStep": "True", "onFailure": "Exit", "onSuccess": true}),
        json!({"finallyStep": false, "onFailure": 5, "onSuccess": ["exit"]}),
        json!([{"onFailure": "exit"}]),
        json!("exit"),
        Value::Null,
    ] {
        assert_eq!(Modifiers::of(&odd), Modifiers::default(), "{odd}");
    }
}

#[test]
fn a_refusal_is_reported_as_1() {
    assert_eq!(StepResult::refused("why").reported_code(), 1);
    assert_eq!(StepResult::skipped("why").reported_code(), 0);
    assert_eq!(Part::failed("why").finish(&Modifiers::default()).reported_code(), 1);
    let cancelled = Part::cancelled().finish(&Modifiers::default());
    assert_eq!((cancelled.status, cancelled.code), (Status::Cancelled, 1));
}

#[test]
fn the_combined_output_is_cut_and_the_outputs_are_not() {
    let part = Part::ended(Ending::Exited(0), vec![b'a'; 30_000], vec![], Platform::Linux, Interrupt::None);
    let result = part.finish(&Modifiers::default());
    assert_eq!((result.stdout.len(), result.output.len()), (30_000, 2500));
}
