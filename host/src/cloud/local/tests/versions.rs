//! Versions and history.

use super::*;
use crate::cloud::FailureKind;

#[test]
fn versions_and_labels_are_picked() {
    let fixture = Fixture::new();
    fixture.set("/a", "one");
    fixture.set("/a", "two");
    run(fixture.cloud.label("/a", Some(1), &strings(&["live"]))).unwrap();
    let value = |name: &str| fixture.get(name).map(|parameter| (parameter.name, parameter.value, parameter.version));
    let one = ("/a".to_owned(), ParameterValue::Text("one".to_owned()), 1);
    assert_eq!(value("/a:1"), Ok(one.clone()));
    assert_eq!(value("/a:live"), Ok(one.clone()));
    assert_eq!(value("arn:aws:ssm:eu-west-1:000000000000:parameter/a:live"), Ok(one));
    assert_eq!(value("/a").unwrap().2, 2);
    for name in ["/a:3", "/a:0", "/a:dead", "/a:99999999999999999999"] {
        assert_eq!(code(value(name)), "ParameterVersionNotFound", "{name}");
    }
    assert_eq!(code(value("/b:1")), "ParameterNotFound");
}

#[test]
fn history_is_oldest_first_with_labels() {
    let fixture = Fixture::new();
    let description = Some("first".to_owned());
    fixture.put(PutParameter { description, ..text("/a", "one") }).unwrap();
    fixture.advance_days(1);
    fixture.set("/a", "two");
    run(fixture.cloud.label("/a", None, &strings(&["z", "b"]))).unwrap();
    let history = run(fixture.cloud.history("/a", Decrypt::No)).unwrap();
    let versions: Vec<_> = history.iter().map(|entry| entry.parameter.version).collect();
    assert_eq!(versions, [1, 2]);
    assert_eq!(history[0].description.as_deref(), Some("first"));
    assert_eq!(history[0].labels, Vec::<String>::new());
    assert_eq!(history[1].description, None);
    assert_eq!(history[1].labels, strings(&["b", "z"]));
    assert!(history[0].parameter.modified < history[1].parameter.modified);
    assert!(history[1].modified_by.is_some());
}

#[test]
fn a_hundred_versions_are_kept() {
    let fixture = Fixture::new();
    for number in 1..=100 {
        assert_eq!(fixture.set("/a", "v"), number);
    }
    assert_eq!(fixture.set("/a", "v"), 101);
    let history = run(fixture.cloud.history("/a", Decrypt::No)).unwrap();
    assert_eq!((history.len(), history[0].parameter.version), (100, 2));

    run(fixture.cloud.label("/a", Some(2), &strings(&["live"]))).unwrap();
    let refused = fixture.put(PutParameter { overwrite: true, ..text("/a", "v") });
    assert_eq!(refused.as_ref().unwrap_err().kind, FailureKind::Conflict);
    assert_eq!(code(refused), "ParameterMaxVersionLimitExceeded");
    assert_eq!(fixture.get("/a").unwrap().version, 101);
    run(fixture.cloud.label("/a", Some(50), &strings(&["live"]))).unwrap();
    assert_eq!(fixture.set("/a", "v"), 102);
}
