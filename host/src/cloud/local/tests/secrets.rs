//! Secrets Manager.

use super::super::secret_names::{check_new, split_suffix, suffix};
use super::*;
use crate::cloud::{Deletion, FailureKind, SecretSelector, SecretVersion, Secrets};

impl Fixture {
    fn create(&self, name: &str, value: &str) -> Result<String, Failure> {
        run(Secrets::create(&self.cloud, name, &Secret::new(value), None))
    }

    fn put_secret(&self, id: &str, value: &str, stages: &[&str]) -> Result<String, Failure> {
        run(Secrets::put(&self.cloud, id, &Secret::new(value), &strings(stages)))
    }

    fn secret(&self, id: &str) -> Result<SecretVersion, Failure> {
        self.select(id, None, None)
    }

    fn select(&self, id: &str, stage: Option<&str>, version_id: Option<&str>) -> Result<SecretVersion, Failure> {
        let selector = SecretSelector { stage: stage.map(str::to_owned), version_id: version_id.map(str::to_owned) };
        run(Secrets::get(&self.cloud, id, &selector))
    }

    fn delete_secret(&self, id: &str, deletion: Deletion) -> Result<Timestamp, Failure> {
        run(Secrets::delete(&self.cloud, id, deletion))
    }
}

#[test]
fn names_have_rules() {
    for name in ["a", "app/db", "A/_+=.@-9", &"x".repeat(512)] {
        assert_eq!(check_new(name), Ok(()), "{name}");
    }
    for name in ["", "a b", "a:b", "ä", "a*", &"x".repeat(513)] {
        assert_eq!(code(check_new(name)), "InvalidParameterException", "{name}");
    }
    let random = suffix();
    assert_eq!(split_suffix(&format!("a-b-{random}")), Some(("a-b", random.as_str())));
    assert_eq!(split_suffix("a-b"), None);
}

#[test]
fn a_secret_is_found_by_name_and_arn() {
    let fixture = Fixture::new();
    let arn = fixture.create("app/db", "hunter2").unwrap();
    let partial = "arn:aws:secretsmanager:eu-west-1:000000000000:secret:app/db";
    assert!(arn.starts_with(partial) && arn.len() == partial.len() + 7, "{arn}");
    for id in ["app/db", arn.as_str(), partial] {
        let version = fixture.secret(id).unwrap();
        assert_eq!((version.name.as_str(), version.value.expose()), ("app/db", "hunter2"));
        assert_eq!((version.arn, version.stages), (arn.clone(), strings(&["AWSCURRENT"])));
    }
    let other = format!("{partial}-AAAAAA");
    assert_eq!(code(fixture.secret(&other)), "ResourceNotFoundException");
    assert!(fixture.secret(&other).unwrap_err().hint.unwrap().contains("another ARN"));
    assert_eq!(code(fixture.secret("app/d")), "ResourceNotFoundException");
    assert_eq!(code(fixture.secret("arn:aws:ssm:x:y:parameter/z")), "ValidationException");
    assert_eq!(code(fixture.create("app/db", "x")), "ResourceExistsException");
}

#[test]
fn a_name_may_look_like_an_arn_with_its_random_end() {
    let fixture = Fixture::new();
    fixture.create("db-abcdef", "1").unwrap();
    let partial = "arn:aws:secretsmanager:eu-west-1:000000000000:secret:db-abcdef";
    assert_eq!(fixture.secret(partial).unwrap().name, "db-abcdef");
}

#[test]
fn values_have_limits() {
    let fixture = Fixture::new();
    assert_eq!(code(fixture.create("a", "")), "InvalidParameterException");
    assert_eq!(code(fixture.create("a", &"x".repeat(65_537))), "InvalidParameterException");
    assert!(fixture.create("a", &"x".repeat(65_536)).is_ok());
    assert_eq!(code(fixture.put_secret("a", "", &[])), "InvalidParameterException");
}

#[test]
fn stages_move() {
    let fixture = Fixture::new();
    fixture.create("a", "one").unwrap();
    let one = fixture.secret("a").unwrap().version_id;
    let two = fixture.put_secret("a", "two", &[]).unwrap();
    let three = fixture.put_secret("a", "three", &["pending"]).unwrap();
    let value = |stage| fixture.select("a", Some(stage), None).map(|version| version.value.expose().to_owned());
    assert_eq!(value("AWSCURRENT").unwrap(), "two");
    assert_eq!(value("AWSPREVIOUS").unwrap(), "one");
    assert_eq!(value("pending").unwrap(), "three");
    let four = fixture.put_secret("a", "four", &["AWSCURRENT", "pending", "AWSPREVIOUS"]).unwrap();
    assert_eq!(fixture.secret("a").unwrap().stages, strings(&["AWSCURRENT", "pending"]));
    assert_eq!(value("AWSPREVIOUS").unwrap(), "two");
    for id in [&one, &two, &three, &four] {
        assert_eq!(&fixture.select("a", None, Some(id)).unwrap().version_id, id);
    }
    assert_eq!(fixture.select("a", Some("AWSPREVIOUS"), Some(&two)).unwrap().version_id, two);
    assert_eq!(code(fixture.select("a", Some("AWSPREVIOUS"), Some(&one))), "InvalidRequestException");
    assert_eq!(code(fixture.select("a", Some("AWSCURRENT"), Some("none"))), "ResourceNotFoundException");
    assert_eq!(code(value("none")), "ResourceNotFoundException");
    assert_eq!(code(fixture.select("a", None, Some("none"))), "ResourceNotFoundException");
    assert_eq!(code(fixture.put_secret("a", "v", &[""; 1])), "InvalidParameterException");
    assert_eq!(code(fixture.put_secret("a", "v", &["s"; 21])), "InvalidParameterException");
}

#[test]
fn old_versions_without_stages_go() {
    let fixture = Fixture::new();
    fixture.create("a", "0").unwrap();
    let first = fixture.secret("a").unwrap().version_id;
    let kept = fixture.put_secret("a", "kept", &["kept"]).unwrap();
    for number in 0..100 {
        fixture.put_secret("a", &number.to_string(), &[]).unwrap();
    }
    assert_eq!(code(fixture.select("a", None, Some(&first))), "ResourceNotFoundException");
    assert!(fixture.select("a", None, Some(&kept)).is_ok());
}

#[test]
fn a_deleted_secret_can_be_restored_within_its_window() {
    let fixture = Fixture::new();
    fixture.create("a", "v").unwrap();
    for days in [0, 6, 31] {
        assert_eq!(code(fixture.delete_secret("a", Deletion::RecoveryWindow(days))), "InvalidParameterException");
    }
    let purge = fixture.delete_secret("a", Deletion::RecoveryWindow(7)).unwrap();
    assert_eq!(purge, Timestamp::from_second(START + 7 * 86_400).unwrap());
    assert_eq!(code(fixture.secret("a")), "InvalidRequestException");
    assert_eq!(code(fixture.put_secret("a", "w", &[])), "InvalidRequestException");
    assert_eq!(code(fixture.delete_secret("a", Deletion::RecoveryWindow(7))), "InvalidRequestException");
    let create = fixture.create("a", "w");
    assert!(create.as_ref().unwrap_err().hint.as_ref().unwrap().contains("restore"));
    assert_eq!(code(create), "InvalidRequestException");
    assert_eq!(run(Secrets::list(&fixture.cloud, false)), Ok(vec![]));
    assert_eq!(run(Secrets::list(&fixture.cloud, true)).unwrap()[0].deletion_date, Some(purge));

    fixture.advance_days(6);
    assert_eq!(run(Secrets::restore(&fixture.cloud, "a")), Ok(()));
    assert_eq!(run(Secrets::restore(&fixture.cloud, "a")), Ok(()), "as on AWS");
    fixture.advance_days(6);
    assert_eq!(fixture.secret("a").unwrap().value.expose(), "v");
    assert_eq!(code(run(Secrets::restore(&fixture.cloud, "b"))), "ResourceNotFoundException");
}

#[test]
fn a_deleted_secret_is_gone_after_its_window() {
    let fixture = Fixture::new();
    let arn = fixture.create("a", "v").unwrap();
    fixture.delete_secret("a", Deletion::RecoveryWindow(30)).unwrap();
    fixture.advance_days(30);
    assert_eq!(code(fixture.secret("a")), "ResourceNotFoundException");
    assert_eq!(code(run(Secrets::restore(&fixture.cloud, "a"))), "ResourceNotFoundException");
    assert_ne!(fixture.create("a", "w").unwrap(), arn, "another secret has another ARN");
    let operations: Vec<_> = fixture.operations("a").into_iter().map(|(operation, _)| operation).collect();
    assert_eq!(operations, ["CreateSecret", "DeleteSecret", "PurgeSecret", "CreateSecret"]);
}

#[test]
fn deleting_without_recovery_is_at_once() {
    let fixture = Fixture::new();
    fixture.create("a", "v").unwrap();
    fixture.delete_secret("a", Deletion::RecoveryWindow(7)).unwrap();
    fixture.delete_secret("a", Deletion::WithoutRecovery).unwrap();
    assert_eq!(code(fixture.secret("a")), "ResourceNotFoundException");
    assert!(fixture.delete_secret("a", Deletion::WithoutRecovery).is_ok(), "as on AWS");
    assert_eq!(code(fixture.delete_secret("a", Deletion::RecoveryWindow(7))), "ResourceNotFoundException");
}

#[test]
fn lists_are_sorted_and_of_one_region() {
    let fixture = Fixture::new();
    for name in ["b", "a", "c"] {
        fixture.create(name, "v").unwrap();
    }
    let names: Vec<_> = run(Secrets::list(&fixture.cloud, true)).unwrap().into_iter().map(|it| it.name).collect();
    assert_eq!(names, ["a", "b", "c"]);
    let other = fixture.cloud.in_region("us-east-1").unwrap();
    assert_eq!(run(Secrets::list(&other, true)), Ok(vec![]));
    let failure = run(Secrets::get(&other, "a", &SecretSelector::default())).unwrap_err();
    assert_eq!(failure.kind, FailureKind::NotFound);
    assert_eq!(failure.hint.as_deref(), Some("It exists in eu-west-1; pass `--region eu-west-1`."));
}

#[test]
fn the_trail_has_every_read_and_write() {
    let fixture = Fixture::new();
    let arn = fixture.create("a", "hunter2").unwrap();
    let version = Some(fixture.secret("a").unwrap().version_id);
    let expected = [("CreateSecret".to_owned(), version.clone()), ("GetSecretValue".to_owned(), version)];
    assert_eq!(fixture.operations("a"), expected);
    assert_eq!(fixture.operations(&arn), expected);
    assert!(!format!("{:?}", fixture.cloud.audit("a").unwrap()).contains("hunter2"));
}
