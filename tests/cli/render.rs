//! `formwork render`.

use crate::common::Sandbox;

/// A store with an AMI, a colour and a SecureString.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.ok(&["param", "put", "/app/ami", "ami-0123456789abcdef0", "--data-type", "aws:ec2:image"]);
    sandbox.ok(&["param", "put", "/app/prod/colour", "blue: \"#00f\""]);
    sandbox.ok(&["param", "put", "/app/pw", "hunter2", "--type", "SecureString"]);
    sandbox
}

#[test]
fn every_other_byte_stays() {
    let sandbox = sandbox();
    let template = "# <<resolve:ssm:/not/this>>\r\nA:   {b: '<<resolve:ssm:/app/ami>>' , c: [ 1,2 ]}  # x\r\nD: !Sub \"${E}-<<resolve:ssm:/app/ami>>\"";
    sandbox.write("t.yaml", template);
    let out = sandbox.ok(&["render", "t.yaml"]);
    assert_eq!(
        out,
        template
            .replace("'<<resolve:ssm:/app/ami>>'", "'ami-0123456789abcdef0'")
            .replace("${E}-<<resolve:ssm:/app/ami>>", "${E}-ami-0123456789abcdef0")
    );
}

#[test]
fn values_are_quoted_for_their_place() {
    let sandbox = sandbox();
    sandbox.write("t.yaml", "A: <<resolve:ssm:/app/prod/colour>>\nB: \"<<resolve:ssm:/app/prod/colour>>\"\nC: |\n  <<resolve:ssm:/app/prod/colour>>\n");
    assert_eq!(
        sandbox.ok(&["render", "t.yaml"]),
        "A: 'blue: \"#00f\"'\nB: \"blue: \\\"#00f\\\"\"\nC: |\n  blue: \"#00f\"\n"
    );
}

#[test]
fn json_templates_stay_json() {
    let sandbox = sandbox();
    sandbox.write("t.json", "{\"A\": \"x-<<resolve:ssm:/app/prod/colour>>\",\t\"B\":1e3}");
    assert_eq!(sandbox.ok(&["render", "t.json"]), "{\"A\": \"x-blue: \\\"#00f\\\"\",\t\"B\":1e3}");
}

#[test]
fn parameters_stand_inside_references() {
    let sandbox = sandbox();
    sandbox.write(
        "t.yaml",
        "A: <<resolve:ssm:/app/${Env}/colour>>\nR: <<resolve:ssm:/in/${AWS::Region}/${AWS::StackName}>>\n",
    );
    sandbox.ok(&["param", "put", "/in/us-east-1/web", "here"]);
    let out = sandbox.ok(&["render", "t.yaml", "--parameter", "Env=prod", "--stack-name", "web"]);
    assert!(out.contains("R: here"), "{out}");
    let run = sandbox.run(&["render", "t.yaml", "--parameter", "Emv=prod"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("t.yaml:1:23") && run.stderr.contains("--stack-name"), "{}", run.stderr);
}

#[test]
fn a_literal_reference_can_be_written() {
    let sandbox = sandbox();
    sandbox.write("t.yaml", "A: <<!resolve:ssm:/app/ami>>\n");
    assert_eq!(sandbox.ok(&["render", "t.yaml"]), "A: <<resolve:ssm:/app/ami>>\n");
}

#[test]
fn secure_references_become_dynamic_references_and_are_not_pinned() {
    let sandbox = sandbox();
    let template = "Resources:\n  D:\n    Type: AWS::RDS::DBInstance\n    Properties:\n      MasterUserPassword: <<resolve:ssm-secure:/app/pw>>\n      Engine: '<<resolve:secretsmanager:db:SecretString:engine>>'\n";
    sandbox.write("t.yaml", template);
    let out = sandbox.ok(&["render", "t.yaml"]);
    assert!(out.contains("MasterUserPassword: '{{resolve:ssm-secure:/app/pw}}'"), "{out}");
    assert!(out.contains("Engine: '{{resolve:secretsmanager:db:SecretString:engine}}'"), "{out}");
    assert!(!sandbox.path().join("formwork.lock").exists(), "secrets are never pinned");
    let audit = sandbox.ok(&["param", "history", "/app/pw", "--audit"]);
    assert!(!audit.contains("Decrypt"), "the value is never fetched: {audit}");
}

#[test]
fn secure_references_elsewhere_are_refused_with_their_place() {
    let sandbox = sandbox();
    sandbox.write("t.yaml", "Resources:\n  I:\n    Type: AWS::EC2::Instance\n    Properties:\n      UserData: <<resolve:ssm-secure:/app/pw>>\n");
    let run = sandbox.run(&["render", "t.yaml", "--out", "out.yaml"]);
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert!(run.stderr.contains("t.yaml:5:17"), "{}", run.stderr);
    assert!(!sandbox.path().join("out.yaml").exists());
}

#[test]
fn a_secret_where_nothing_resolves_it_is_refused() {
    let sandbox = sandbox();
    for template in ["A: <<resolve:secretsmanager:db>>\n", "Resources: {'<<resolve:ssm-secure:/app/pw>>': 1}\n"] {
        sandbox.write("t.yaml", template);
        let run = sandbox.run(&["render", "t.yaml"]);
        assert_eq!(run.code, 2, "{template}");
        assert!(run.stderr.contains("does not resolve at this place"), "{}", run.stderr);
    }
}

#[test]
fn all_failures_are_reported_together() {
    let sandbox = sandbox();
    sandbox.write(
        "t.yaml",
        "A: <<resolve:ssm:/app/amy>>\nB: <<resolve:nope:x>>\nC: <<resolve:ssm:/app/pw>>\nD: <<resolve:ssm:/app/ami:9>>\nE: <<resolve:ssm:/a b>>\n",
    );
    let run = sandbox.run(&["render", "t.yaml"]);
    assert_eq!(run.code, 1);
    assert_eq!(run.stdout, "");
    insta::assert_snapshot!(run.stderr);
}

#[test]
fn out_replaces_a_file_whole_or_not_at_all() {
    let sandbox = sandbox();
    sandbox.write("good.yaml", "A: <<resolve:ssm:/app/ami>>\n");
    sandbox.write("bad.yaml", "A: <<resolve:ssm:/app/ami>>\nB: <<resolve:ssm:/nope>>\n");
    sandbox.write("out.yaml", "before\n");
    assert_eq!(sandbox.run(&["render", "bad.yaml", "--out", "out.yaml"]).code, 1);
    assert_eq!(sandbox.read("out.yaml"), "before\n");
    sandbox.ok(&["render", "good.yaml", "--out", "out.yaml"]);
    assert_eq!(sandbox.read("out.yaml"), "A: ami-0123456789abcdef0\n");
}

#[test]
fn out_writes_to_what_is_no_file_and_does_not_replace_it() {
    use std::os::unix::fs::FileTypeExt;
    let sandbox = sandbox();
    sandbox.write("t.yaml", "A: <<resolve:ssm:/app/ami>>\n");
    let pipe = sandbox.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let child = sandbox.command(&["render", "t.yaml", "--out", "pipe"]).spawn().unwrap();
    assert_eq!(std::fs::read_to_string(&pipe).unwrap(), "A: ami-0123456789abcdef0\n");
    assert!(child.wait_with_output().unwrap().status.success());
    assert!(std::fs::metadata(&pipe).unwrap().file_type().is_fifo());
}

#[test]
fn a_full_disk_is_told() {
    let sandbox = sandbox();
    sandbox.write("t.yaml", "A: <<resolve:ssm:/app/ami>>\n");
    let mut command = sandbox.command(&["render", "t.yaml"]);
    command.stdout(std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap());
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("failed to write to stdout"));
}

#[test]
fn stdin_and_hints_of_other_regions() {
    let sandbox = sandbox();
    let run = sandbox.run_with_stdin(&["render", "-"], "A: <<resolve:ssm:/app/ami>>");
    assert_eq!((run.code, run.stdout.as_str()), (0, "A: ami-0123456789abcdef0"));
    let run = sandbox.run_with_stdin(&["render", "-", "--region", "eu-west-1"], "A: <<resolve:ssm:/app/ami>>");
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("<stdin>:1:4") && run.stderr.contains("--region us-east-1"), "{}", run.stderr);
}

#[test]
fn too_many_dynamic_references_are_found_before_deploying() {
    let sandbox = sandbox();
    let lines: String = (0..61).map(|n| format!("      P{n}: '{{{{resolve:ssm:/a/{n}}}}}'\n")).collect();
    sandbox.write("t.yaml", format!("Resources:\n  I:\n    Type: X::Y::Z\n    Properties:\n{lines}"));
    let run = sandbox.run(&["render", "t.yaml"]);
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert!(run.stderr.contains("t.yaml:65:"), "{}", run.stderr);
}

#[test]
fn explain_tells_where_values_come_from() {
    let sandbox = sandbox();
    sandbox.write(
        "t.yaml",
        "A: <<resolve:ssm:/app/ami>>\nResources:\n  R:\n    Properties:\n      B: <<resolve:secretsmanager:db>>\n",
    );
    let first = sandbox.run(&["render", "t.yaml", "--explain"]);
    assert!(first.stderr.contains("plugin parameter-store, local us-east-1"), "{}", first.stderr);
    let second = sandbox.run(&["render", "t.yaml", "-v"]);
    assert!(second.stderr.contains("formwork.lock, local us-east-1"), "{}", second.stderr);
    assert!(second.stderr.contains("plugin secrets-manager"), "{}", second.stderr);
}
