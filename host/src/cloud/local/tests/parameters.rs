//! Reading and writing parameters.

use super::*;
use crate::cloud::{FailureKind, ParameterType};

#[test]
fn what_is_put_is_got() {
    let fixture = Fixture::new();
    assert_eq!(fixture.put(text("/app/port", "8080")), Ok(1));
    let list = request("/app/zones", ParameterValue::TextList("a,b".to_owned()));
    assert_eq!(fixture.put(list), Ok(1));
    let parameter = fixture.get("/app/port").unwrap();
    assert_eq!(parameter.value, ParameterValue::Text("8080".to_owned()));
    assert_eq!(parameter.version, 1);
    assert_eq!(parameter.modified, Some(Timestamp::from_second(START).unwrap()));
    assert_eq!(parameter.arn.as_deref(), Some("arn:aws:ssm:eu-west-1:000000000000:parameter/app/port"));
    assert_eq!(parameter.data_type.as_deref(), Some("text"));
    assert_eq!(parameter.account(), Some("000000000000"));
    assert_eq!(fixture.get("/app/zones").unwrap().value, ParameterValue::TextList("a,b".to_owned()));
}

#[test]
fn a_name_with_and_without_slash_is_one_parameter() {
    let fixture = Fixture::new();
    fixture.put(text("X", "1")).unwrap();
    assert_eq!(fixture.get("/X").unwrap().name, "X");
    assert_eq!(code(fixture.put(text("/X", "2"))), "ParameterAlreadyExists");
    assert_eq!(fixture.set("/X", "2"), 2);
    assert_eq!(fixture.get("arn:aws:ssm:eu-west-1:000000000000:parameter/X").unwrap().version, 2);
    assert_eq!(run(Parameters::delete(&fixture.cloud, &strings(&["/X"]))), Ok(vec![]));
    assert_eq!(fixture.operations("X"), fixture.operations("/X"));
    assert_eq!(fixture.operations("X").len(), 3);
}

#[test]
fn many_names_keep_their_order_and_do_not_spoil_each_other() {
    let fixture = Fixture::new();
    for number in 0..12 {
        fixture.set(&format!("/n/{number}"), &number.to_string());
    }
    let mut names: Vec<String> = (0..12).rev().map(|number| format!("/n/{number}")).collect();
    names.extend(strings(&["/n/missing", "a b", "/n/3", "/n/3:1"]));
    let results = run(Parameters::get(&fixture.cloud, &names, Decrypt::No));
    assert_eq!(results.len(), names.len());
    for (name, result) in names.iter().zip(&results).take(12) {
        assert_eq!(&result.as_ref().unwrap().name, name);
    }
    assert_eq!(code(results[12].clone()), "ParameterNotFound");
    assert_eq!(code(results[13].clone()), "ValidationException");
    assert_eq!(results[14], results[15]);
}

#[test]
fn requests_that_are_wrong_leave_nothing() {
    let fixture = Fixture::new();
    let put = |request| code(fixture.put(request));
    assert_eq!(put(text("/a", "")), "ValidationException");
    assert_eq!(put(request("/a", ParameterValue::Secure(None))), "ValidationException");
    assert_eq!(put(text("/a", &"x".repeat(4097))), "ValidationException");
    assert_eq!(put(text("/aws/service/x", "1")), "AccessDeniedException");
    assert_eq!(put(text("/a:3", "1")), "ValidationException");
    let pattern = Some("^a$".to_owned());
    assert_eq!(put(PutParameter { allowed_pattern: pattern, ..text("/a", "b") }), "ParameterPatternMismatchException");
    let tags = vec![("a".to_owned(), "b".to_owned())];
    assert_eq!(put(PutParameter { tags, overwrite: true, ..text("/a", "b") }), "ValidationException");
    assert_eq!(code(fixture.get("/a")), "ParameterNotFound");
    assert_eq!(fixture.operations("/a"), []);
}

#[test]
fn a_type_is_for_life() {
    let fixture = Fixture::new();
    fixture.put(text("/a", "1")).unwrap();
    let failure = code(fixture.put(PutParameter { overwrite: true, ..secure("/a", "1") }));
    assert_eq!(failure, "HierarchyTypeMismatchException");
}

#[test]
fn tiers_only_go_up() {
    let fixture = Fixture::new();
    let big = "x".repeat(8192);
    let put = |tier, value: &str| fixture.put(PutParameter { tier, overwrite: true, ..text("/a", value) });
    assert_eq!(put(ParameterTier::Standard, "1"), Ok(1));
    assert_eq!(put(ParameterTier::IntelligentTiering, &big), Ok(2));
    assert_eq!(code(put(ParameterTier::Standard, "1")), "ValidationException");
    assert_eq!(put(ParameterTier::IntelligentTiering, "1"), Ok(3));
    let page = run(Parameters::list(&fixture.cloud, None, None)).unwrap();
    assert_eq!(page.items[0].tier, ParameterTier::Advanced);
}

#[test]
fn a_region_has_ten_thousand_standard_parameters() {
    let fixture = Fixture::new();
    let all: serde_json::Map<String, serde_json::Value> =
        (0..10_000).map(|number| (format!("/n/{number}"), "v".into())).collect();
    fixture.cloud.import(&serde_json::Value::Object(all).to_string()).unwrap();
    assert_eq!(code(fixture.put(text("/one/more", "v"))), "ParameterLimitExceeded");
    let intelligent = PutParameter { tier: ParameterTier::IntelligentTiering, ..text("/one/more", "v") };
    assert_eq!(fixture.put(intelligent), Ok(1));
    assert_eq!(fixture.set("/n/1", "w"), 2, "those that are there can be written");
    let elsewhere = fixture.cloud.in_region("us-east-1").unwrap();
    assert_eq!(run(Parameters::put(&elsewhere, text("/one/more", "v"))), Ok(1));
}

#[test]
fn regions_are_separate_and_hint_at_each_other() {
    let fixture = Fixture::new();
    fixture.put(text("/a", "1")).unwrap();
    let other = fixture.cloud.in_region("us-east-1").unwrap();
    let failure = run(Parameters::get(&other, &strings(&["/a"]), Decrypt::No)).pop().unwrap().unwrap_err();
    assert_eq!(failure.hint.as_deref(), Some("It exists in eu-west-1; pass `--region eu-west-1`."));
    let arn = "arn:aws:ssm:us-east-1:000000000000:parameter/a";
    assert_eq!(code(fixture.get(arn)), "ParameterNotFound");
    assert!(fixture.get(arn).unwrap_err().hint.unwrap().contains("arn:aws:ssm:eu-west-1:"));
    assert!(LocalCloud::open(&fixture.path(), "Europe").is_err());
    assert_eq!(code(fixture.put(text(arn, "1"))), "ValidationException");
}

#[test]
fn paths_are_hierarchies() {
    let fixture = Fixture::new();
    for name in ["/a", "/a/b", "/a/b/c", "/a/b/c/d", "/a-b/c", "/ab/c", "/a0", "X"] {
        fixture.set(name, "v");
    }
    assert_eq!(fixture.under("/", false), ["X", "/a", "/a0"].map(str::to_owned));
    assert_eq!(fixture.under("/", true).len(), 8);
    assert_eq!(fixture.under("/a", false), strings(&["/a/b"]));
    assert_eq!(fixture.under("/a/", true), strings(&["/a/b", "/a/b/c", "/a/b/c/d"]));
    assert_eq!(fixture.under("/missing", true), Vec::<String>::new());
    assert_eq!(code(run(fixture.cloud.under("a", true, Decrypt::No, None))), "ValidationException");
    assert_eq!(code(run(fixture.cloud.under("/a", true, Decrypt::No, Some("x")))), "InvalidNextToken");
}

#[test]
fn pages_are_stable_while_others_write() {
    let fixture = Fixture::new();
    for number in 10..35 {
        fixture.set(&format!("/n/{number}"), "v");
    }
    let first = run(fixture.cloud.under("/n", true, Decrypt::No, None)).unwrap();
    fixture.set("/n/00", "before the cursor");
    run(Parameters::delete(&fixture.cloud, &strings(&["/n/19", "/n/25"]))).unwrap();
    let second = run(fixture.cloud.under("/n", true, Decrypt::No, first.next.as_deref())).unwrap();
    assert_eq!(first.items.last().unwrap().name, "/n/19");
    assert_eq!(second.items.first().unwrap().name, "/n/20");
    assert_eq!(second.items.len(), 10);
    let third = run(fixture.cloud.under("/n", true, Decrypt::No, second.next.as_deref())).unwrap();
    assert_eq!((third.items.len(), third.next), (4, None));
}

#[test]
fn lists_tell_everything_but_the_value() {
    let fixture = Fixture::new();
    for number in 100..170 {
        fixture.set(&format!("/n/{number}"), "v");
    }
    let description = Some("why".to_owned());
    let allowed_pattern = Some("^s".to_owned());
    fixture.put(PutParameter { description, allowed_pattern, ..secure("/m", "secret") }).unwrap();
    let first = run(Parameters::list(&fixture.cloud, None, None)).unwrap();
    assert_eq!(first.items.len(), 50);
    let meta = &first.items[0];
    assert_eq!((meta.name.as_str(), meta.kind, meta.version), ("/m", ParameterType::SecureString, 1));
    assert_eq!(meta.description.as_deref(), Some("why"));
    assert_eq!(meta.allowed_pattern.as_deref(), Some("^s"));
    let second = run(Parameters::list(&fixture.cloud, None, first.next.as_deref())).unwrap();
    assert_eq!((second.items.len(), second.next), (21, None));
    let some = run(Parameters::list(&fixture.cloud, Some("/n/15"), None)).unwrap();
    assert_eq!(some.items.len(), 10);
    assert_eq!(run(Parameters::list(&fixture.cloud, Some("%"), None)).unwrap().items, []);
}

#[test]
fn deleting_gives_the_names_that_did_not_exist() {
    let fixture = Fixture::new();
    fixture.set("/a", "1");
    fixture.set("/a", "2");
    let missing = run(Parameters::delete(&fixture.cloud, &strings(&["/a", "/b", "/a"]))).unwrap();
    assert_eq!(missing, strings(&["/b"]));
    assert_eq!(code(run(fixture.cloud.history("/a", Decrypt::No))), "ParameterNotFound");
    assert_eq!(fixture.set("/a", "3"), 1, "a new parameter begins anew");
}

#[test]
fn secure_strings_are_shown_only_with_decryption() {
    let fixture = Fixture::new();
    fixture.put(secure("/db", "hunter2")).unwrap();
    assert_eq!(fixture.get_with("/db", Decrypt::No).unwrap().value, ParameterValue::Secure(None));
    assert_eq!(fixture.operations("/db").len(), 1);
    assert_eq!(fixture.get("/db").unwrap().value, ParameterValue::Secure(Some(Secret::new("hunter2"))));
    run(fixture.cloud.under("/", true, Decrypt::Yes, None)).unwrap();
    run(fixture.cloud.history("/db", Decrypt::Yes)).unwrap();
    let trail = fixture.cloud.audit("/db").unwrap();
    let operations: Vec<_> = trail.iter().map(|entry| entry.operation.as_str()).collect();
    assert_eq!(operations, ["PutParameter", "Decrypt", "Decrypt", "Decrypt"]);
    assert!(trail.iter().all(|entry| entry.process == std::process::id() && !entry.user.is_empty()));
    assert!(!format!("{trail:?}").contains("hunter2"));
}

#[test]
fn another_key_is_refused() {
    let fixture = Fixture::new();
    fixture.put(secure("/db", "hunter2")).unwrap();
    fixture.put(text("/plain", "1")).unwrap();
    let other = fixture.cloud.clone().with_key(&"ab".repeat(32)).unwrap();
    let results = run(Parameters::get(&other, &strings(&["/db", "/plain"]), Decrypt::Yes));
    assert_eq!(results[0].as_ref().unwrap_err().kind, FailureKind::AccessDenied);
    assert_eq!(code(results[0].clone()), "AccessDeniedException");
    assert!(results[1].is_ok());
    let written = run(Parameters::put(&other, secure("/db2", "x")));
    assert_eq!(code(written), "AccessDeniedException", "a store has one key");
    assert!(fixture.cloud.clone().with_key("hunter2").is_err());
    assert!(!format!("{other:?}").contains("abab"));
}

#[test]
fn a_lost_key_is_not_replaced() {
    let fixture = Fixture::new();
    fixture.put(secure("/db", "hunter2")).unwrap();
    std::fs::remove_file(fixture.path().join("key")).unwrap();
    let reopened = LocalCloud::open(&fixture.path(), "eu-west-1").unwrap();
    let read = run(Parameters::get(&reopened, &strings(&["/db"]), Decrypt::Yes)).pop().unwrap();
    assert!(read.unwrap_err().message.contains("missing"));
    assert!(run(Parameters::put(&reopened, secure("/db2", "x"))).unwrap_err().message.contains("missing"));
    assert!(!fixture.path().join("key").exists());
}

#[test]
fn rows_cannot_be_swapped() {
    let fixture = Fixture::new();
    fixture.put(secure("/user", "guest")).unwrap();
    fixture.put(secure("/root", "hunter2")).unwrap();
    let swap = "UPDATE parameter_version SET sealed = (SELECT sealed FROM parameter_version WHERE parameter = 2)
                WHERE parameter = 1";
    fixture.cloud.store.lock().execute(swap, []).unwrap();
    assert!(fixture.get("/user").unwrap_err().message.contains("changed or moved"));
}

#[test]
fn the_counts_follow_what_is_there() {
    let fixture = Fixture::new();
    let import = serde_json::json!({ "/aws/service/x": "1", "/a": "1", "/b": "1", "/c": "1" });
    fixture.cloud.import(&import.to_string()).unwrap();
    fixture.put(PutParameter { tier: ParameterTier::Advanced, overwrite: true, ..text("/b", "2") }).unwrap();
    run(Parameters::delete(&fixture.cloud, &strings(&["/c", "/aws/service/x"]))).unwrap();
    let connection = fixture.cloud.store.lock();
    let mut statement = connection.prepare("SELECT tier, number FROM parameter_count ORDER BY tier").unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    let counts: Vec<(ParameterTier, u32)> = rows.map(Result::unwrap).collect();
    assert_eq!(counts, [(ParameterTier::Advanced, 1), (ParameterTier::Standard, 1)]);
}
