//! The file: damage, full disks, plaintext.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::*;
use crate::cloud::{FailureKind, Secrets};

#[test]
fn files_are_private() {
    let fixture = Fixture::new();
    fixture.put(secure("/db", "hunter2")).unwrap();
    let mode = |name: &str| fs::metadata(fixture.path().join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(""), 0o700);
    for name in ["store.db", "store.db-wal", "store.db-shm", "key"] {
        assert_eq!(mode(name), 0o600, "{name}");
    }
    assert!(fixture.path().join(".gitignore").exists());
}

#[test]
fn plaintext_is_in_no_file() {
    let fixture = Fixture::new();
    let values = ["hunter2-parameter", "hunter2-version", "hunter2-secret", "hunter2-import", "hunter2-refused"];
    fixture.put(secure("/db", values[0])).unwrap();
    fixture.put(PutParameter { overwrite: true, ..secure("/db", values[1]) }).unwrap();
    run(Secrets::create(&fixture.cloud, "db", &Secret::new(values[2]), None)).unwrap();
    let import = serde_json::json!([{ "name": "/i", "type": "SecureString", "value": values[3] }]);
    fixture.cloud.import(&import.to_string()).unwrap();
    fixture.put(secure("/db", values[4])).unwrap_err();
    fixture.get("/db").unwrap();
    fixture.put(text("/plain", "visible-text")).unwrap();
    let bytes = |name: &str| fs::read(fixture.path().join(name)).unwrap();
    let contains = |bytes: &[u8], text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(contains(&bytes("store.db-wal"), "visible-text"), "the search finds what is there");
    let search = || {
        for entry in fs::read_dir(fixture.path()).unwrap() {
            let path = entry.unwrap().path();
            let bytes = fs::read(&path).unwrap();
            for value in values {
                assert!(!contains(&bytes, value), "{value} is in {}", path.display());
            }
        }
    };
    search();
    // And once more with everything in the main file.
    fixture.cloud.store.lock().pragma_update_and_check(None, "wal_checkpoint", "FULL", |_| Ok(())).unwrap();
    search();
    assert!(contains(&bytes("store.db"), "visible-text"));
}

#[test]
fn a_damaged_file_is_named() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("store.db"), "this is no database at all".repeat(100)).unwrap();
    let failure = LocalCloud::open(folder.path(), "eu-west-1").unwrap_err();
    assert!(failure.message.contains("store.db"), "{failure}");
    assert!(failure.hint.is_some());

    let fixture = Fixture::new();
    fixture.set("/a", &"x".repeat(4096));
    let path = fixture.path();
    fixture.cloud.store.lock().pragma_update_and_check(None, "wal_checkpoint", "TRUNCATE", |_| Ok(())).unwrap();
    let Fixture { cloud, folder: _folder, .. } = fixture;
    drop(cloud);
    let mut bytes = fs::read(path.join("store.db")).unwrap();
    let length = bytes.len();
    bytes[4096..length].fill(0x55);
    fs::write(path.join("store.db"), bytes).unwrap();
    let damaged = LocalCloud::open(&path, "eu-west-1").and_then(|cloud| cloud.export(None, Decrypt::No));
    assert!(damaged.unwrap_err().message.contains("store.db` is damaged"));
}

#[test]
fn a_newer_store_is_left_alone() {
    let fixture = Fixture::new();
    fixture.cloud.store.lock().pragma_update(None, "user_version", 99).unwrap();
    let failure = LocalCloud::open(&fixture.path(), "eu-west-1").unwrap_err();
    assert_eq!(failure.kind, FailureKind::Unsupported);
    assert!(failure.message.contains("99"), "{failure}");
}

#[test]
fn a_full_disk_leaves_nothing_half_written() {
    let fixture = Fixture::new();
    fixture.set("/before", "1");
    {
        let connection = fixture.cloud.store.lock();
        let pages: i64 = connection.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
        let limit = pages + 8;
        connection.pragma_update_and_check(None, "max_page_count", limit, |_| Ok(())).unwrap();
    }
    let all: serde_json::Map<String, serde_json::Value> =
        (0..100).map(|number| (format!("/n/{number}"), "x".repeat(4000).into())).collect();
    let failure = fixture.cloud.import(&serde_json::Value::Object(all).to_string()).unwrap_err();
    assert_eq!(failure.kind, FailureKind::Unavailable);
    assert!(failure.message.contains("no room"), "{failure}");
    assert_eq!(fixture.under("/", true), strings(&["/before"]));
    assert_eq!(fixture.set("/after", "1"), 1);
}

#[test]
fn a_store_that_cannot_be_written_gives_out_no_secrets() {
    let fixture = Fixture::new();
    fixture.put(secure("/db", "hunter2")).unwrap();
    fixture.set("/plain", "1");
    fixture.cloud.store.lock().pragma_update(None, "query_only", true).unwrap();
    let failure = fixture.put(text("/a", "1")).unwrap_err();
    assert_eq!(failure.kind, FailureKind::AccessDenied);
    assert!(failure.message.contains("cannot write"), "{failure}");
    assert!(fixture.get("/plain").is_ok());
    assert_eq!(fixture.get("/db").unwrap_err().kind, FailureKind::AccessDenied, "it could not be recorded");
    assert!(fixture.get_with("/db", Decrypt::No).is_ok());
}

#[test]
fn a_store_is_shared_between_threads() {
    fn shared<T: Send + Sync + 'static>(_: &T) {}
    shared(&Fixture::new().cloud);
}

#[test]
fn a_key_that_others_can_read_is_refused() {
    let fixture = Fixture::new();
    fixture.put(secure("/db", "hunter2")).unwrap();
    fs::set_permissions(fixture.path().join("key"), fs::Permissions::from_mode(0o644)).unwrap();
    let reopened = LocalCloud::open(&fixture.path(), "eu-west-1").unwrap();
    let failure = run(Parameters::get(&reopened, &strings(&["/db"]), Decrypt::Yes)).pop().unwrap().unwrap_err();
    assert_eq!(failure.kind, FailureKind::AccessDenied);
    assert!(failure.hint.unwrap().contains("chmod 600"));
}

#[test]
fn a_key_from_elsewhere_makes_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let open = || LocalCloud::open(folder.path(), "eu-west-1").unwrap().with_key(&"0f".repeat(32)).unwrap();
    run(Parameters::put(&open(), secure("/db", "hunter2"))).unwrap();
    assert!(!folder.path().join("key").exists());
    let read = run(Parameters::get(&open(), &strings(&["/db"]), Decrypt::Yes)).pop().unwrap().unwrap();
    assert_eq!(read.value, ParameterValue::Secure(Some(Secret::new("hunter2"))));
}
