//! Sizes, tiers, patterns, data types, tags.

use super::super::rules::{data_type, description, pattern, tags, tier};
use super::*;
use crate::cloud::ParameterTier::{Advanced, IntelligentTiering, Standard};
use crate::cloud::ParameterType;

#[test]
fn tiers_go_by_size_and_policies() {
    assert_eq!(tier(Standard, None, 4096, false), Ok(Standard));
    assert_eq!(tier(Advanced, None, 1, false), Ok(Advanced));
    assert_eq!(tier(Advanced, Some(Standard), 8192, true), Ok(Advanced));
    assert_eq!(tier(IntelligentTiering, None, 4096, false), Ok(Standard));
    assert_eq!(tier(IntelligentTiering, None, 4097, false), Ok(Advanced));
    assert_eq!(tier(IntelligentTiering, None, 1, true), Ok(Advanced));
    assert_eq!(tier(IntelligentTiering, Some(Advanced), 1, false), Ok(Advanced));
    for refused in [
        tier(Standard, None, 4097, false),
        tier(Standard, None, 1, true),
        tier(Standard, Some(Advanced), 1, false),
        tier(Advanced, None, 8193, false),
        tier(IntelligentTiering, None, 8193, false),
    ] {
        assert_eq!(code(refused), "ValidationException");
    }
    assert!(tier(Standard, None, 4097, false).unwrap_err().hint.unwrap().contains("Advanced"));
}

#[test]
fn patterns_match_and_never_tell_the_value() {
    assert_eq!(pattern("^\\d+$", "8080"), Ok(()));
    let failure = pattern("^\\d+$", "hunter2").unwrap_err();
    assert!(!format!("{failure:?}").contains("hunter2"));
    assert_eq!(code(pattern("^\\d+$", "hunter2")), "ParameterPatternMismatchException");
    for bad in ["(", "(?=x)", "a{1000}{1000}{1000}", &"x".repeat(1025)] {
        assert_eq!(code(pattern(bad, "x")), "InvalidAllowedPatternException", "{bad}");
    }
}

#[test]
fn data_types_are_checked() {
    let check = |kind: &str, text: &str| data_type(kind, ParameterType::String, text);
    assert_eq!(check("text", "anything"), Ok(()));
    assert_eq!(check("aws:ssm:integration", "anything"), Ok(()));
    assert_eq!(check("aws:ec2:image", "ami-0123456789abcdef0"), Ok(()));
    assert_eq!(check("aws:ec2:image", "ami-12345678"), Ok(()));
    for text in ["ami-", "ami-1234567", "ami-0123456789ABCDEF0", "ami-0123456789abcdef01", "img-12345678"] {
        assert_eq!(code(check("aws:ec2:image", text)), "ValidationException", "{text}");
    }
    assert_eq!(code(check("aws:other", "x")), "ValidationException");
    let secure = data_type("aws:ec2:image", ParameterType::SecureString, "ami-12345678");
    assert_eq!(code(secure), "ValidationException");
}

#[test]
fn tags_do_not_go_with_overwrite() {
    let tag = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    assert_eq!(tags(&[], true), Ok(()));
    assert_eq!(tags(&[tag("team", "web"), tag("env", "")], false), Ok(()));
    assert_eq!(code(tags(&[tag("team", "web")], true)), "ValidationException");
    for bad in [tag("", "x"), tag("aws:x", "x"), tag("a*", "x"), tag("k", "*"), tag(&"k".repeat(129), "x")] {
        assert_eq!(code(tags(&[bad], false)), "ValidationException");
    }
    assert_eq!(code(tags(&[tag("a", "1"), tag("a", "2")], false)), "ValidationException");
    let many: Vec<_> = (0..51).map(|number| tag(&format!("k{number}"), "")).collect();
    assert_eq!(tags(&many[..50], false), Ok(()));
    assert_eq!(code(tags(&many, false)), "TooManyTagsError");
}

#[test]
fn descriptions_have_1024_characters() {
    assert_eq!(description(Some(&"é".repeat(1024))), Ok(()));
    assert_eq!(code(description(Some(&"é".repeat(1025)))), "ValidationException");
}
