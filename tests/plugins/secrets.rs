//! The value of a secret: who sees it, and what the host never writes.

use crate::common::{Run, Sandbox};
use crate::harness::{bounded, project, refused_only, render_command};

const SECRET: &str = "correct-horse-battery";

fn sandbox(grants: &str) -> Sandbox {
    let sandbox = project(grants);
    let put = ["param", "put", "/app/password", "-", "--type", "SecureString"];
    assert_eq!(sandbox.run_with_stdin(&put, SECRET).code, 0);
    sandbox
}

/// With every log line that there is.
fn traced(sandbox: &Sandbox, case: &str) -> Run {
    let mut command = render_command(sandbox, case, &["--explain"]);
    command.env("FORMWORK_LOG", "trace");
    bounded(command)
}

/// No file of the project has the secret; the store's are encrypted.
fn assert_nowhere(sandbox: &Sandbox) {
    let mut folders = vec![sandbox.path().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let content = std::fs::read(&path).unwrap();
            let there = content.windows(SECRET.len()).any(|window| window == SECRET.as_bytes());
            assert!(!there, "{} has the secret", path.display());
        }
    }
}

/// Lines with the secret that the plugin did not write itself.
fn lines_of_host(run: &Run) -> Vec<&str> {
    run.stderr.lines().chain(run.stdout.lines()).filter(|line| line.contains(SECRET)).collect()
}

#[test]
fn a_handle_shows_nothing() {
    let sandbox = sandbox("grants = { secrets = [\"/app/*\"] }");
    let run = traced(&sandbox, "open:/app/password");
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(sandbox.read("out.yaml").contains("opened version 1"));
    assert!(lines_of_host(&run).is_empty(), "{:?}", lines_of_host(&run));
    assert_nowhere(&sandbox);
}

#[test]
fn without_reveal_the_text_stays_with_the_host() {
    let sandbox = sandbox("grants = { secrets = [\"/app/*\"] }");
    for case in ["use", "leak-log", "leak-failure", "leak-panic", "leak-stdio"] {
        let run = refused_only(&sandbox, &format!("{case}:/app/password"), 4, &["may not see the text of secrets"]);
        assert!(!run.stderr.contains(SECRET), "{case}");
        let run = traced(&sandbox, &format!("{case}:/app/password"));
        assert!(lines_of_host(&run).is_empty(), "{case}: {:?}", lines_of_host(&run));
    }
    assert_nowhere(&sandbox);
}

#[test]
fn a_plugin_that_may_see_it_can_use_it_unseen() {
    let sandbox = sandbox("grants = { secrets = [\"/app/*\"], reveal = true }");
    let run = traced(&sandbox, "use:/app/password");
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(sandbox.read("out.yaml").contains("21 characters"));
    assert!(lines_of_host(&run).is_empty(), "{:?}", lines_of_host(&run));
    assert_nowhere(&sandbox);
}

/// What a plugin that may see a secret does with it is its own fault, and stays where it put it.
#[test]
fn a_leak_goes_no_further_than_the_plugin_took_it() {
    let sandbox = sandbox("grants = { secrets = [\"/app/*\"], reveal = true }");
    let run = traced(&sandbox, "leak-log:/app/password");
    assert_eq!(run.code, 0, "{}", run.stderr);
    let lines = lines_of_host(&run);
    assert!(lines.len() == 1 && lines[0].contains("the password is"), "{lines:?}");
    let run = traced(&sandbox, "leak-failure:/app/password");
    assert_eq!(run.code, 1, "{}", run.stderr);
    let lines = lines_of_host(&run);
    assert!(lines.len() == 1 && lines[0].contains("no use for"), "{lines:?}");
    let run = traced(&sandbox, "leak-stdio:/app/password");
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(lines_of_host(&run).is_empty(), "{:?}", lines_of_host(&run));
    assert_nowhere(&sandbox);
}

#[test]
fn a_reference_to_a_secret_never_fetches_it() {
    let sandbox = sandbox("");
    let template = "Resources:
  Database:
    Type: AWS::RDS::DBInstance
    Properties:
      MasterUserPassword: <<resolve:ssm-secure:/app/password>>
";
    sandbox.write("template.yaml", template);
    let mut command = sandbox.command(&["render", "template.yaml", "--explain"]);
    command.env("FORMWORK_LOG", "trace");
    let run = bounded(command);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("{{resolve:ssm-secure:/app/password}}"), "{}", run.stdout);
    assert!(lines_of_host(&run).is_empty());
    assert_nowhere(&sandbox);
}
