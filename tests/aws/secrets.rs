//! `formwork secret` and `--reveal-secrets` on AWS (moto).

use crate::project::{ACCOUNT, Project, unique};

#[test]
fn a_secret_there_and_back() {
    let project = Project::moto("eu-west-1");
    let name = unique("prod/db");
    let created = project.ok_with_stdin(&["secret", "create", &name, "-", "--description", "the database"], "old\n");
    assert!(
        created.starts_with(&format!("created arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:{name}-")),
        "{created}"
    );
    let arn = created.trim().trim_start_matches("created ");
    assert_eq!(project.ok(&["secret", "get", &name]), "old\n");
    project.ok_with_stdin(&["secret", "put", arn, "-"], "new\n");
    assert_eq!(project.ok(&["secret", "get", arn]), "new\n");
    assert_eq!(project.ok(&["secret", "get", &name, "--stage", "AWSPREVIOUS"]), "old\n");
    let version = project.json(&["secret", "get", &name]);
    assert_eq!(version["stages"], serde_json::json!(["AWSCURRENT"]));
    let id = version["versionId"].as_str().unwrap();
    assert_eq!(project.ok(&["secret", "get", &name, "--version-id", id]), "new\n");

    let again = project.run(&["secret", "create", &name, "other"]);
    assert_eq!(again.code, 1, "{}", again.stderr);
    assert!(
        again.stderr.contains("(ResourceExistsException)") && !again.stderr.contains("other\n"),
        "{}",
        again.stderr
    );
}

#[test]
fn a_deletion_can_be_taken_back() {
    let project = Project::moto("eu-west-1");
    let name = unique("deleted");
    project.ok(&["secret", "create", &name, "value"]);
    let names = |args: &[&str]| {
        let json = project.json(args);
        let names = json["secrets"].as_array().unwrap().iter().map(|s| s["name"].as_str().unwrap().to_owned());
        names.collect::<Vec<_>>()
    };
    assert!(names(&["secret", "list"]).contains(&name));
    let deleted = project.ok(&["secret", "delete", &name, "--recovery-window", "7"]);
    assert!(deleted.starts_with(&format!("{name} will be gone at 2")), "{deleted}");
    assert!(!names(&["secret", "list"]).contains(&name));
    assert!(names(&["secret", "list", "--deleted"]).contains(&name));
    let run = project.run(&["secret", "get", &name]);
    assert_eq!((run.code, run.stdout.as_str()), (1, ""), "{}", run.stderr);
    assert!(run.stderr.contains("secretsmanager:GetSecretValue failed"), "{}", run.stderr);
    project.ok(&["secret", "restore", &name]);
    assert_eq!(project.ok(&["secret", "get", &name]), "value\n");
    project.ok(&["secret", "delete", &name, "--without-recovery"]);
    assert!(!names(&["secret", "list", "--deleted"]).contains(&name));
    let run = project.run(&["secret", "restore", &name]);
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("(ResourceNotFoundException)"), "{}", run.stderr);
}

#[test]
fn secrets_are_revealed_into_a_file_of_their_owner() {
    let project = Project::moto("eu-west-1");
    let base = unique("reveal");
    let (parameter, secret) = (format!("/{base}/pw"), format!("{base}-db"));
    project.ok_with_stdin(&["param", "put", &parameter, "-", "--type", "SecureString"], "hunter2");
    project.ok_with_stdin(&["secret", "create", &secret, "-"], "{\"user\": \"ann\", \"password\": \"swordfish\"}");
    let template = format!(
        "Resources:\n  Db:\n    Type: AWS::RDS::DBInstance\n    Properties:\n\
         \x20     MasterUserPassword: <<resolve:ssm-secure:{parameter}>>\n\
         \x20     MasterUsername: <<resolve:secretsmanager:{secret}:SecretString:password>>\n"
    );
    project.sandbox.write("t.yaml", &template);

    let plain = project.ok(&["render", "t.yaml"]);
    let dynamic = template.replace("<<", "'{{").replace(">>", "}}'");
    assert_eq!(plain, dynamic, "CloudFormation looks the values up itself");

    let run = project.run(&["render", "t.yaml", "--reveal-secrets", "--out", "out.yaml"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{}", run.stderr);
    assert!(!run.stderr.contains("hunter2") && !run.stderr.contains("swordfish"), "{}", run.stderr);
    let out = project.sandbox.read("out.yaml");
    assert!(
        out.ends_with("Properties:\n      MasterUserPassword: hunter2\n      MasterUsername: swordfish\n"),
        "{out}"
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(project.sandbox.path().join("out.yaml")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    assert!(!project.sandbox.path().join("formwork.lock").exists(), "secrets are not pinned");

    let refused = project.run(&["render", "t.yaml", "--reveal-secrets", "--out", "t.yaml"]);
    let readable = refused.code == 4 && project.sandbox.read("t.yaml") == template;
    assert!(readable || cfg!(not(unix)), "{} {}", refused.code, refused.stderr);
}

#[test]
fn a_secret_that_does_not_exist() {
    let project = Project::moto("eu-west-1");
    let name = unique("nowhere");
    let run = project.run(&["secret", "get", &name]);
    assert_eq!((run.code, run.stdout.as_str()), (1, ""));
    assert!(run.stderr.contains("secretsmanager:GetSecretValue failed: "), "{}", run.stderr);
    assert!(run.stderr.contains("(ResourceNotFoundException)"), "{}", run.stderr);
}
