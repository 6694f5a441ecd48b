//! Parameter policies.

use super::super::policies::{Policies, parse};
use super::*;

const EXPIRATION: &str =
    r#"{"Type":"Expiration","Version":"1.0","Attributes":{"Timestamp":"2026-12-02T21:34:33.000Z"}}"#;
const NOTIFICATION: &str =
    r#"{"Type":"ExpirationNotification","Version":"1.0","Attributes":{"Before":"15","Unit":"Days"}}"#;
const NO_CHANGE: &str = r#"{"Type":"NoChangeNotification","Version":"1.0","Attributes":{"After":"20","Unit":"Hours"}}"#;

fn check(text: &str) -> Result<Policies, Failure> {
    parse(text, Timestamp::from_second(START).unwrap())
}

#[test]
fn the_policies_of_aws_are_taken() {
    let all = check(&format!("[{EXPIRATION},{NOTIFICATION},{NO_CHANGE}]")).unwrap();
    assert_eq!(all.expires, Some("2026-12-02T21:34:33Z".parse().unwrap()));
    for none in ["", "[]", "[{}]"] {
        assert_eq!(check(none), Ok(Policies { text: None, expires: None }), "{none}");
    }
}

#[test]
fn malformed_policies_are_refused() {
    let attribute = "InvalidPolicyAttributeException";
    for (text, expected) in [
        ("{}".to_owned(), attribute),
        ("[1]".to_owned(), attribute),
        (format!("[{}]", EXPIRATION.replace("2026-12", "2025-12")), attribute),
        (format!("[{}]", EXPIRATION.replace("2026-12-02T", "")), attribute),
        (format!("[{}]", EXPIRATION.replace("1.0", "2.0")), attribute),
        (format!("[{}]", EXPIRATION.replace("Timestamp", "Time")), attribute),
        (format!("[{}]", NO_CHANGE.replace("Hours", "Weeks")), attribute),
        (format!("[{}]", NO_CHANGE.replace("\"20\"", "\"0\"")), attribute),
        (format!("[{}]", NO_CHANGE.replace("\"20\"", "20")), attribute),
        (format!("[{}]", EXPIRATION.replace("Expiration", "Expired")), "InvalidPolicyTypeException"),
        (format!("[{EXPIRATION},{EXPIRATION}]"), "IncompatiblePolicyException"),
        (format!("[{NOTIFICATION}]"), "IncompatiblePolicyException"),
        (format!("[{}]", [NO_CHANGE; 11].join(",")), "PoliciesLimitExceededException"),
    ] {
        assert_eq!(code(check(&text)), expected, "{text}");
    }
}

#[test]
fn policies_need_the_advanced_tier_and_stay() {
    let fixture = Fixture::new();
    let put = |tier, policies: Option<&str>| {
        let policies = policies.map(str::to_owned);
        fixture.put(PutParameter { tier, policies, overwrite: true, ..text("/a", "v") })
    };
    let policies = format!("[{EXPIRATION}]");
    assert_eq!(code(put(ParameterTier::Standard, Some(&policies))), "ValidationException");
    assert_eq!(put(ParameterTier::IntelligentTiering, Some(&policies)), Ok(1));
    assert_eq!(put(ParameterTier::Advanced, None), Ok(2), "policies are kept until there are new ones");
    fixture.advance_days(400);
    assert_eq!(code(fixture.get("/a")), "ParameterNotFound");
    assert_eq!(put(ParameterTier::Advanced, None), Ok(1));
}

#[test]
fn an_empty_array_takes_policies_away() {
    let fixture = Fixture::new();
    let put = |policies: &str| {
        let policies = Some(policies.to_owned());
        fixture.put(PutParameter { tier: ParameterTier::Advanced, policies, overwrite: true, ..text("/a", "v") })
    };
    put(&format!("[{EXPIRATION}]")).unwrap();
    put("[]").unwrap();
    fixture.advance_days(400);
    assert_eq!(fixture.get("/a").unwrap().version, 2);
}

#[test]
fn what_has_expired_is_deleted_and_the_trail_says_so() {
    let fixture = Fixture::new();
    let other = fixture.cloud.in_region("us-east-1").unwrap();
    let policies = Some(format!("[{EXPIRATION}]"));
    let request = PutParameter { tier: ParameterTier::Advanced, policies, ..secure("/a", "v") };
    fixture.put(request.clone()).unwrap();
    run(Parameters::put(&other, request)).unwrap();
    fixture.advance_days(333);
    assert!(fixture.get("/a").is_ok());
    fixture.advance_days(2);
    assert_eq!(fixture.under("/", true), Vec::<String>::new());
    let rows = "SELECT (SELECT count(*) FROM parameter) + (SELECT count(*) FROM parameter_version)";
    assert_eq!(fixture.cloud.store.lock().query_row(rows, [], |row| row.get::<_, i64>(0)), Ok(0));
    for cloud in [&fixture.cloud, &other] {
        assert_eq!(cloud.audit("/a").unwrap().last().unwrap().operation, "ExpireParameter");
    }
}
