//! `formwork.lock`, `outdated`, `upgrade`.

use crate::common::Sandbox;

const AMI: &str = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64";

fn publish(sandbox: &Sandbox, ami: &str, version: u32, day: &str) {
    let json = serde_json::json!({ "parameters": [{
        "name": AMI, "type": "String", "value": ami, "version": version, "modified": format!("{day}T00:00:00Z"),
    }]});
    let run = sandbox.run_with_stdin(&["param", "import", "-"], &json.to_string());
    assert_eq!(run.code, 0, "{}", run.stderr);
}

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    publish(&sandbox, "ami-00000000000000071", 71, "2026-01-01");
    sandbox.write("t.yaml", format!("A: <<resolve:ssm:{AMI}>>\n"));
    sandbox
}

#[test]
fn a_pin_holds_until_it_is_upgraded() {
    let sandbox = sandbox();
    assert_eq!(sandbox.ok(&["render", "t.yaml"]), "A: ami-00000000000000071\n");
    let lock = sandbox.read("formwork.lock");
    insta::assert_snapshot!("lock", lock);
    publish(&sandbox, "ami-00000000000000074", 74, "2026-02-01");
    assert_eq!(sandbox.ok(&["render", "t.yaml"]), "A: ami-00000000000000071\n");
    assert_eq!(sandbox.read("formwork.lock"), lock, "a render that adds nothing leaves the lock alone");
    assert_eq!(sandbox.ok(&["render", "t.yaml", "--latest"]), "A: ami-00000000000000074\n");
    assert_eq!(sandbox.read("formwork.lock"), lock, "--latest does not touch the lock");

    let outdated = sandbox.run(&["outdated", "--exit-code"]);
    assert_eq!(outdated.code, 3);
    let line = outdated.stdout.lines().next().unwrap();
    assert!(line.starts_with(&format!("{AMI}  ami-00000000000000071 (v71, ")), "{line}");
    assert!(line.contains(" ago) → ami-00000000000000074 (v74, "), "{line}");
    assert_eq!(sandbox.run(&["outdated"]).code, 0);

    assert!(sandbox.ok(&["upgrade", AMI]).contains("ami-00000000000000074 (v74"));
    assert_eq!(sandbox.ok(&["render", "t.yaml", "--locked"]), "A: ami-00000000000000074\n");
    let current = sandbox.run(&["outdated", "--exit-code"]);
    assert_eq!((current.code, current.stdout.as_str()), (0, ""));
}

#[test]
fn locked_refuses_to_add() {
    let sandbox = sandbox();
    let run = sandbox.run(&["render", "t.yaml", "--locked", "--out", "out.yaml"]);
    assert_eq!(run.code, 4);
    assert!(run.stderr.contains("t.yaml:1:4") && run.stderr.contains("--locked"), "{}", run.stderr);
    assert!(!sandbox.path().join("formwork.lock").exists() && !sandbox.path().join("out.yaml").exists());
}

#[test]
fn a_pin_of_another_region_is_never_used() {
    let sandbox = sandbox();
    sandbox.ok(&["render", "t.yaml"]);
    let locked = sandbox.run(&["render", "t.yaml", "--locked", "--region", "eu-west-1"]);
    assert_ne!(locked.code, 0);
    sandbox.run_with_stdin(
        &["param", "import", "-", "--region", "eu-west-1"],
        &format!("{{\"{AMI}\":\"ami-0e0e0e0e0e0e0e0e0\"}}"),
    );
    let locked = sandbox.run(&["render", "t.yaml", "--locked", "--region", "eu-west-1"]);
    assert_eq!(locked.code, 4);
    assert!(locked.stderr.contains("pinned for local us-east-1"), "{}", locked.stderr);
    assert_eq!(sandbox.ok(&["render", "t.yaml", "--region", "eu-west-1"]), "A: ami-0e0e0e0e0e0e0e0e0\n");
    assert_eq!(sandbox.ok(&["render", "t.yaml"]), "A: ami-00000000000000071\n");
    let outdated = sandbox.run(&["outdated"]);
    assert!(outdated.stderr.contains("local eu-west-1 left out"), "{}", outdated.stderr);
}

#[test]
fn the_lock_lies_beside_formwork_toml() {
    let sandbox = sandbox();
    sandbox.write("formwork.toml", "");
    sandbox.write("deep/down/t.yaml", format!("A: <<resolve:ssm:{AMI}>>\n"));
    let mut command = sandbox.command(&["render", "t.yaml"]);
    command.current_dir(sandbox.path().join("deep/down"));
    assert!(command.output().unwrap().status.success());
    assert!(sandbox.path().join("formwork.lock").exists());
}

#[test]
fn a_lock_with_conflicts_is_told_as_that() {
    let sandbox = sandbox();
    sandbox.write("formwork.lock", "version = 1\n<<<<<<< HEAD\n=======\n>>>>>>> other\n");
    for args in [&["render", "t.yaml"][..], &["outdated"], &["upgrade"]] {
        let run = sandbox.run(args);
        assert_eq!(run.code, 2, "{args:?}");
        assert!(run.stderr.contains("merge conflicts (line 2)") && run.stderr.contains("hint:"), "{}", run.stderr);
    }
    sandbox.write("formwork.lock", "version = 9\n");
    assert!(sandbox.run(&["outdated"]).stderr.contains("version 9"));
}

#[test]
fn a_pin_that_cannot_be_compared_is_a_failure() {
    let sandbox = sandbox();
    sandbox.ok(&["param", "put", "/gone", "x"]);
    sandbox.write("t.yaml", "A: <<resolve:ssm:/gone>>\n");
    sandbox.ok(&["render", "t.yaml"]);
    sandbox.ok(&["param", "delete", "/gone"]);
    let run = sandbox.run(&["outdated"]);
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("`/gone`"), "{}", run.stderr);
    let unknown = sandbox.run(&["upgrade", "/never"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.stderr.contains("no pin is named `/never`"), "{}", unknown.stderr);
}

#[test]
fn two_renders_at_once_lose_no_pin() {
    let sandbox = Sandbox::new();
    let count = 8;
    for n in 0..count {
        sandbox.ok(&["param", "put", &format!("/p/{n}"), "x"]);
        sandbox.write(&format!("{n}.yaml"), format!("A: <<resolve:ssm:/p/{n}>>\n"));
    }
    let children: Vec<_> = (0..count)
        .map(|n| sandbox.command(&["render", &format!("{n}.yaml"), "--out", &format!("{n}.out")]).spawn())
        .collect();
    for child in children {
        child.unwrap().wait().unwrap();
    }
    let lock = sandbox.read("formwork.lock");
    assert_eq!(lock.matches("[[pin]]").count(), count, "{lock}");
}
