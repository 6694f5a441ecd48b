//! Plugins that use up what there is: time, stack, memory, host calls, data, handles, the reader's patience.

use std::net::TcpListener;

use crate::harness::{assert_inert, bounded, configure, project, refused, render_command, value};

/// Enough for whatever is not about time, on a busy machine.
const PATIENT: &str = "limits = { time = \"55s\" }";

#[test]
fn an_endless_loop_is_stopped() {
    let project = project("limits = { time = \"300ms\" }");
    refused(&project, "loop", 1, &["the plugin `hostile` took longer than 300 ms"]);
}

#[test]
fn endless_recursion_is_stopped() {
    refused(&project(PATIENT), "recursion", 1, &["the plugin `hostile` used up its call stack"]);
    let trap = "the plugin `hostile` was stopped by a trap: out of bounds memory access";
    refused(&project(PATIENT), "large-frames", 1, &[trap]);
}

#[test]
fn memory_is_limited() {
    let sandbox = project(PATIENT);
    refused(&sandbox, "memory", 1, &["the plugin `hostile` used more than 64 MiB of memory"]);
    let sandbox = project("limits = { memory = \"8MiB\", time = \"55s\" }");
    refused(&sandbox, "memory", 1, &["the plugin `hostile` used more than 8 MiB of memory"]);
}

#[test]
fn a_limit_below_the_first_page_of_memory_is_told_as_such() {
    let project = project("limits = { memory = \"1MiB\", time = \"55s\" }");
    let run = crate::harness::render(&project, "good");
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stderr.contains("the plugin `hostile` used more than 1 MiB of memory"), "{}", run.stderr);
}

#[test]
fn data_in_one_host_call_is_limited() {
    let project = project("grants = { parameters = [\"*\"] }\nlimits = { memory = \"256MiB\", time = \"55s\" }");
    for case in ["big-log", "big-name", "many-names", "big-value"] {
        refused(&project, case, 1, &["the plugin `hostile` moved more than 8 MiB in one host call"]);
        std::fs::remove_file(project.path().join("formwork.lock")).unwrap();
    }
}

#[test]
fn host_calls_are_counted() {
    refused(&project(PATIENT), "many-calls", 1, &["the plugin `hostile` made more than 100000 host calls"]);
}

#[test]
fn a_flood_of_log_lines_is_cut() {
    let project = project(PATIENT);
    let run = bounded(render_command(&project, "log-flood", &[]));
    assert_eq!(run.code, 0);
    assert_eq!(run.stderr.matches("logged more than 1 MiB; the rest is left out").count(), 1);
    assert!(run.stderr.len() < 3 << 20, "{} bytes", run.stderr.len());
    assert_inert(&run);
    let mut command = render_command(&project, "status-flood", &[]);
    command.env("FORMWORK_LOG", "info");
    let run = bounded(command);
    assert_eq!(run.code, 0);
    assert!(run.stderr.contains("flood") && run.stderr.len() < 3 << 20, "{} bytes", run.stderr.len());
}

#[test]
fn what_a_plugin_prints_is_not_shown() {
    let project = project(PATIENT);
    let run = bounded(render_command(&project, "stdio-flood", &[]));
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(!run.stdout.contains("flood\n") && !run.stderr.contains("flood\n"), "{}", run.stderr);
}

#[test]
fn a_sleep_is_stopped_by_the_wall_clock() {
    let project = project("limits = { time = \"300ms\" }");
    refused(&project, "sleep", 1, &["the plugin `hostile` took longer than 300 ms"]);
}

#[test]
fn a_host_call_that_never_answers_is_stopped_by_the_wall_clock() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let accepted = std::thread::spawn(move || listener.incoming().take(1).collect::<Vec<_>>());
    let project = project("");
    let settings = format!(
        "cloud = \"aws\"\nregion = \"eu-west-1\"\nendpoint-url = \"http://{address}\"\n[plugins.hostile]\nsource = \
         \"hostile.wasm\"\ngrants = {{ parameters = [\"*\"] }}\nlimits = {{ time = \"500ms\" }}\n"
    );
    project.write("formwork.toml", settings);
    let mut command = render_command(&project, "hang", &[]);
    command.env("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE").env("AWS_SECRET_ACCESS_KEY", "not-a-secret");
    let run = bounded(command);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stderr.contains("the plugin `hostile` took longer than 500 ms"), "{}", run.stderr);
    assert!(!project.path().join("out.yaml").exists() && !project.path().join("formwork.lock").exists());
    let answered = accepted.join().unwrap();
    assert!(answered[0].is_ok(), "the plugin did ask");
    // The same component, with nothing to wait for.
    configure(&project, "");
    assert_eq!(value(&project, "good"), "good-value");
}

#[test]
fn handles_are_limited() {
    let project = project("grants = { secrets = [\"/app/*\"] }\nlimits = { time = \"55s\" }");
    let secret = project.run_with_stdin(&["param", "put", "/app/password", "-", "--type", "SecureString"], "hunter2");
    assert_eq!(secret.code, 0, "{}", secret.stderr);
    let run = refused(&project, "handles", 1, &["the plugin `hostile` holds more than 1000 handles"]);
    assert!(!run.stderr.contains("hunter2"));
}
