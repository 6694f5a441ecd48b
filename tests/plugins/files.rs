//! Reading files, with a grant that covers one folder.

use crate::common::Sandbox;
use crate::harness::{project, refused, value};

const GRANTS: &str = "grants = { files = [\"versions\"] }\nlimits = { time = \"20s\" }";

fn sandbox() -> Sandbox {
    let sandbox = project(GRANTS);
    sandbox.write("versions/app.toml", "tag = 1");
    sandbox.write("versions/deep/er.toml", "deep");
    sandbox.write("secret.txt", "outside");
    sandbox
}

#[test]
fn files_in_the_folder_are_read() {
    let sandbox = sandbox();
    assert_eq!(value(&sandbox, "read:app.toml"), "7 bytes: tag = 1");
    for path in ["deep/er.toml", "./deep/er.toml", "deep/./er.toml", "deep//er.toml"] {
        assert!(value(&sandbox, &format!("read:{path}")).contains("4 bytes"), "{path}");
    }
    assert!(value(&sandbox, "entries:.").contains("app.toml EntryKind::File, deep EntryKind::Folder"));
    assert!(value(&sandbox, "entries:deep").contains("er.toml EntryKind::File"));
}

#[test]
fn a_path_that_leads_out_is_no_path() {
    let sandbox = sandbox();
    let outside = "is not a path inside a granted folder";
    for path in [
        "../secret.txt",
        "deep/../../secret.txt",
        "deep/../app.toml",
        "..",
        "/etc/passwd",
        "//etc/passwd",
        "%empty",
        "%nul",
    ] {
        refused(&sandbox, &format!("read:{path}"), 2, &[outside, "Name the file relative to the granted folder"]);
        std::fs::remove_file(sandbox.path().join("formwork.lock")).unwrap();
    }
    for path in ["..", "../", "/", "/etc", "deep/..", "%empty"] {
        refused(&sandbox, &format!("entries:{path}"), 2, &[outside]);
        std::fs::remove_file(sandbox.path().join("formwork.lock")).unwrap();
    }
}

#[test]
fn a_slash_at_the_end_is_refused() {
    let sandbox = sandbox();
    for path in ["app.toml/", "deep/", "deep/er.toml//", "./"] {
        refused(&sandbox, &format!("read:{path}"), 2, &["is not a path inside a granted folder"]);
        std::fs::remove_file(sandbox.path().join("formwork.lock")).unwrap();
    }
}

#[test]
fn a_folder_is_not_a_file_and_a_file_is_not_a_folder() {
    let sandbox = sandbox();
    refused(&sandbox, "read:deep", 1, &["`deep` cannot be read: it is not a file"]);
    refused(&sandbox, "read:.", 1, &["`.` cannot be read: it is not a file"]);
    refused(&sandbox, "read:app.toml/x", 1, &["`app.toml/x` cannot be read"]);
    refused(&sandbox, "entries:app.toml", 1, &["`app.toml` cannot be read"]);
}

#[test]
fn what_is_not_there_names_the_granted_folders() {
    let sandbox = sandbox();
    refused(&sandbox, "read:none.toml", 1, &["`none.toml` is in none of the granted folders (versions)"]);
    refused(&sandbox, "read:%escape", 1, &["`␛[31m` is in none of the granted folders"]);
}

#[test]
fn a_file_of_4_mib_is_read_and_no_larger_one() {
    let sandbox = sandbox();
    sandbox.write("versions/most.bin", vec![b'x'; 4 << 20]);
    sandbox.write("versions/more.bin", vec![b'x'; (4 << 20) + 1]);
    assert!(value(&sandbox, "read:most.bin").contains("4194304 bytes"));
    refused(&sandbox, "read:more.bin", 2, &["the file is larger than 4 MiB"]);
}

#[test]
fn a_granted_folder_that_is_missing_is_named() {
    let sandbox = project("grants = { files = [\"nowhere\"] }");
    refused(&sandbox, "read:app.toml", 1, &["the granted folder `nowhere` cannot be opened", "relative to that file"]);
}

#[test]
fn folders_are_tried_in_the_order_of_the_grant() {
    let sandbox = project("grants = { files = [\"a\", \"b\"] }");
    sandbox.write("a/one.toml", "a");
    sandbox.write("b/one.toml", "bb");
    sandbox.write("b/two.toml", "bb");
    assert!(value(&sandbox, "read:one.toml").contains("1 bytes: a"));
    assert!(value(&sandbox, "read:two.toml").contains("2 bytes: bb"));
}

#[cfg(unix)]
#[test]
fn a_link_leads_anywhere_inside_and_nowhere_outside() {
    use std::os::unix::fs::symlink;
    let sandbox = sandbox();
    let link = |to: &str, name: &str| symlink(to, sandbox.path().join("versions").join(name)).unwrap();
    link("app.toml", "inside.toml");
    link("../secret.txt", "outside.txt");
    link("/etc/passwd", "absolute");
    link("..", "up");
    link("self", "self");
    assert!(value(&sandbox, "read:inside.toml").contains("7 bytes"));
    for path in ["outside.txt", "absolute", "up/secret.txt", "self"] {
        let run = refused(&sandbox, &format!("read:{path}"), 1, &[&format!("`{path}` cannot be read")]);
        assert!(!run.stderr.contains("root:"));
        std::fs::remove_file(sandbox.path().join("formwork.lock")).unwrap();
    }
    refused(&sandbox, "entries:up", 1, &["`up` cannot be read"]);
}

/// Opening a pipe waits for its other end, where no time limit of a plugin can reach.
#[cfg(unix)]
#[test]
fn a_pipe_is_not_waited_for() {
    let sandbox = sandbox();
    let pipe = sandbox.path().join("versions/pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    refused(&sandbox, "read:pipe", 1, &["`pipe` cannot be read: it is not a file"]);
    assert!(value(&sandbox, "entries:.").contains("pipe EntryKind::Other"));
}
