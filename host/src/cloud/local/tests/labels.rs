//! Labels on versions.

use super::super::labels::is_valid;
use super::*;

#[test]
fn labels_have_rules() {
    for label in ["live", "A.b-c_9", "x", &"l".repeat(100)] {
        assert!(is_valid(label), "{label}");
    }
    for label in ["", "9live", "aws", "AwsX", "ssm-x", "SSM", "a b", "ä", "a/b", "a:b", &"l".repeat(101)] {
        assert!(!is_valid(label), "{label}");
    }
}

#[test]
fn a_label_moves_and_invalid_ones_come_back() {
    let fixture = Fixture::new();
    fixture.set("/a", "one");
    fixture.set("/a", "two");
    let label = |version, labels: &[&str]| run(fixture.cloud.label("/a", version, &strings(labels)));
    assert_eq!(label(Some(1), &["live", "9bad", "aws"]), Ok(strings(&["9bad", "aws"])));
    assert_eq!(fixture.get("/a:live").unwrap().version, 1);
    assert_eq!(label(None, &["live"]), Ok(vec![]));
    assert_eq!(fixture.get("/a:live").unwrap().version, 2);
    assert_eq!(code(label(Some(3), &["live"])), "ParameterVersionNotFound");
    assert_eq!(code(label(None, &[])), "ValidationException");
    assert_eq!(code(run(fixture.cloud.label("/b", None, &strings(&["live"])))), "ParameterNotFound");
}

#[test]
fn a_version_has_ten_labels() {
    let fixture = Fixture::new();
    fixture.set("/a", "one");
    let labels: Vec<String> = (0..10).map(|number| format!("l{number}")).collect();
    assert_eq!(run(fixture.cloud.label("/a", None, &labels)), Ok(vec![]));
    assert_eq!(run(fixture.cloud.label("/a", None, &labels)), Ok(vec![]), "they are there already");
    let more = run(fixture.cloud.label("/a", None, &strings(&["more"])));
    assert_eq!(code(more), "ParameterVersionLabelLimitExceeded");
    assert_eq!(run(fixture.cloud.history("/a", Decrypt::No)).unwrap()[0].labels, labels);
}

#[test]
fn labels_are_taken_off() {
    let fixture = Fixture::new();
    fixture.set("/a", "one");
    run(fixture.cloud.label("/a", None, &strings(&["live"]))).unwrap();
    let missing = run(fixture.cloud.unlabel("/a", 1, &strings(&["live", "other"])));
    assert_eq!(missing, Ok(strings(&["other"])));
    assert_eq!(code(fixture.get("/a:live")), "ParameterVersionNotFound");
    assert_eq!(code(run(fixture.cloud.unlabel("/a", 2, &strings(&["live"])))), "ParameterVersionNotFound");
    let operations: Vec<_> = fixture.operations("/a").into_iter().map(|(operation, _)| operation).collect();
    assert_eq!(operations, ["PutParameter", "LabelParameterVersion", "UnlabelParameterVersion"]);
}
