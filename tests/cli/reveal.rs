//! `--reveal-secrets`, and where secrets must not appear.

use std::os::unix::fs::PermissionsExt;

use crate::common::{Run, Sandbox};

const SECRET: &str = "correct-horse-battery-staple";

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.run_with_stdin(&["param", "put", "/app/pw", "-", "--type", "SecureString"], SECRET);
    let json = format!("{{\"user\":\"web\",\"password\":\"{SECRET}\"}}");
    sandbox.run_with_stdin(&["secret", "create", "db", "-"], &json);
    sandbox
        .write("t.yaml", "A: <<resolve:ssm-secure:/app/pw>>\nB: <<resolve:secretsmanager:db:SecretString:password>>\n");
    sandbox
}

#[test]
fn goes_to_a_file_of_ones_own() {
    let sandbox = sandbox();
    sandbox.ok(&["render", "t.yaml", "--reveal-secrets", "--out", "out.yaml"]);
    assert_eq!(sandbox.read("out.yaml"), format!("A: {SECRET}\nB: {SECRET}\n"));
    let mode = std::fs::metadata(sandbox.path().join("out.yaml")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(!sandbox.path().join("formwork.lock").exists());
    let audit = sandbox.ok(&["param", "history", "/app/pw", "--audit"]);
    assert!(audit.contains("Decrypt"), "{audit}");
}

#[test]
fn goes_to_a_pipe_and_is_marked_in_json() {
    let sandbox = sandbox();
    assert!(sandbox.ok(&["render", "t.yaml", "--reveal-secrets"]).contains(SECRET));
    let json = sandbox.run(&["render", "t.yaml", "--reveal-secrets", "--output", "json"]).json();
    assert_eq!(json["sensitive"], true);
    assert_eq!(json["references"][0]["value"], serde_json::Value::Null);
    let json = sandbox.run(&["render", "t.yaml", "--output", "json"]);
    // Without it the template is refused: `A` is no place for `ssm-secure`.
    assert_eq!(json.code, 2);
}

#[test]
fn does_not_go_where_others_can_read() {
    let sandbox = sandbox();
    let out = sandbox.write("out.yaml", "before");
    std::fs::set_permissions(&out, std::fs::Permissions::from_mode(0o644)).unwrap();
    let run = sandbox.run(&["render", "t.yaml", "--reveal-secrets", "--out", "out.yaml"]);
    assert_eq!(run.code, 4);
    assert!(run.stderr.contains("others can read") && run.stderr.contains("--out"), "{}", run.stderr);
    assert_eq!(sandbox.read("out.yaml"), "before");

    let stdout = sandbox.write("stdout.yaml", "");
    std::fs::set_permissions(&stdout, std::fs::Permissions::from_mode(0o644)).unwrap();
    let mut command = sandbox.command(&["render", "t.yaml", "--reveal-secrets"]);
    command.stdout(std::fs::File::create(&stdout).unwrap());
    assert_eq!(command.output().unwrap().status.code(), Some(4));
    assert_eq!(sandbox.read("stdout.yaml"), "");
}

#[test]
fn does_not_go_to_a_terminal() {
    let sandbox = sandbox();
    // `script` runs a command on a pseudo-terminal.
    let formwork = env!("CARGO_BIN_EXE_formwork");
    let mut command = std::process::Command::new("script");
    command.args(["-qec", &format!("{formwork} render t.yaml --reveal-secrets"), "/dev/null"]);
    command.current_dir(sandbox.path()).stdin(std::process::Stdio::null());
    let output = command.output().expect("`script` of util-linux is needed (Debian: bsdutils)");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("does not write to a terminal"), "{text}");
    assert!(!text.contains(SECRET));
}

/// Every file below the folder, but for the outputs that were asked for.
fn files(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
fn no_log_no_error_and_no_file_shows_a_secret() {
    let sandbox = sandbox();
    sandbox.write("bad.yaml", "A: <<resolve:secretsmanager:db:SecretString:nokey>>\nB: <<resolve:ssm:/app/pw>>\n");
    let runs: [&[&str]; 7] = [
        &["render", "t.yaml"],
        &["render", "bad.yaml", "--reveal-secrets", "--explain"],
        &["render", "bad.yaml", "--reveal-secrets", "--output", "json"],
        &["param", "list"],
        &["param", "get", "/app/pw"],
        &["param", "history", "/app/pw", "--output", "json"],
        &["param", "export"],
    ];
    for args in runs {
        let mut command = sandbox.command(args);
        command.env("FORMWORK_LOG", "trace");
        let run = Run::of(command.output().unwrap());
        assert!(!run.stdout.contains(SECRET) && !run.stderr.contains(SECRET), "{args:?}\n{}{}", run.stdout, run.stderr);
    }
    for file in files(sandbox.path()) {
        let bytes = std::fs::read(&file).unwrap();
        let found = bytes.windows(SECRET.len()).any(|window| window == SECRET.as_bytes());
        assert!(!found, "{}", file.display());
    }
}
