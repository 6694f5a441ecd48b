//! Names, ARNs, selectors, paths and cursors.

use super::super::names::{Reference, Selector, arn, check_imported, check_new, cursor, parse_cursor, path_prefix};
use super::*;

fn new(name: &str) -> Result<(), Failure> {
    check_new(name, "eu-west-1")
}

#[test]
fn ordinary_names_are_taken() {
    for name in ["X", "/X", "/a/b/c", "a.b-c_D9", "/my/aws/x", "/my/ssm", "...", "/a/.b"] {
        assert_eq!(new(name), Ok(()), "{name}");
    }
}

#[test]
fn malformed_names_are_refused() {
    for name in ["", "/", "a b", "a/b", "/a//b", "/a/", "a:b", "ä", "/a$", "a\n", "//", "//a"] {
        assert_eq!(code(new(name)), "ValidationException", "{name:?}");
    }
}

#[test]
fn reserved_names_are_refused() {
    for name in ["aws", "AwsTest", "/awsTest", "ssm-x", "SSMx", "/ssm/x", "/SSM/a/b"] {
        assert_eq!(code(new(name)), "ValidationException", "{name}");
    }
    for name in ["/aws/x", "/AWS/service/x", "/aws/service/ami"] {
        assert_eq!(code(new(name)), "AccessDeniedException", "{name}");
    }
    assert_eq!(check_imported("/aws/service/ami", "eu-west-1"), Ok(()));
    assert_eq!(code(check_imported("/aws/reference/x", "eu-west-1")), "AccessDeniedException");
}

#[test]
fn names_have_fifteen_levels() {
    assert_eq!(new(&"/l".repeat(15)), Ok(()));
    assert_eq!(code(new(&"/l".repeat(16))), "HierarchyLevelLimitExceededException");
}

#[test]
fn names_have_1011_characters_with_the_arn() {
    let before = "arn:aws:ssm:eu-west-1:000000000000:parameter/".len();
    assert_eq!(new(&"x".repeat(1011 - before)), Ok(()));
    assert_eq!(new(&format!("/{}", "x".repeat(1011 - before))), Ok(()));
    assert_eq!(code(new(&"x".repeat(1012 - before))), "ValidationException");
}

#[test]
fn references_have_selectors() {
    let parse = |text: &str| Reference::parse(text).map(|reference| (reference.key, reference.selector));
    assert_eq!(parse("X"), Ok(("/X".to_owned(), Selector::Latest)));
    assert_eq!(parse("/a/b:3"), Ok(("/a/b".to_owned(), Selector::Version(3))));
    assert_eq!(parse("/a/b:live"), Ok(("/a/b".to_owned(), Selector::Label("live".to_owned()))));
    let large = "/a:99999999999999999999999";
    assert_eq!(parse(large), Ok(("/a".to_owned(), Selector::Version(u64::MAX))));
    for text in ["/a:", "/a:b:c", "/a:1x", "/a:aws", ":3", "/a:lab el"] {
        assert_eq!(code(parse(text)), "ValidationException", "{text}");
    }
    assert_eq!(code(Reference::parse_name("/a:3")), "ValidationException");
}

#[test]
fn references_are_arns_too() {
    let reference = Reference::parse("arn:aws:ssm:eu-west-1:000000000000:parameter/a/b:3").unwrap();
    assert_eq!((reference.key.as_str(), &reference.selector), ("/a/b", &Selector::Version(3)));
    assert!(reference.is_here("eu-west-1"));
    assert!(!reference.is_here("us-east-1"));
    let public = Reference::parse("arn:aws:ssm:us-east-1::parameter/aws/service/x").unwrap();
    assert!(public.is_here("us-east-1"));
    let foreign = Reference::parse("arn:aws:ssm:eu-west-1:111122223333:parameter/a").unwrap();
    assert!(!foreign.is_here("eu-west-1"));
    for text in
        ["arn:", "arn:aws:ssm", "arn:aws:s3:::bucket", "arn:aws:ssm:r:a:document/x", "arn:aws:ssm:r:a:parameter/"]
    {
        assert_eq!(code(Reference::parse(text)), "ValidationException", "{text}");
    }
}

#[test]
fn arns_are_of_the_partition_of_the_region() {
    assert_eq!(arn("eu-west-1", "/a/b"), "arn:aws:ssm:eu-west-1:000000000000:parameter/a/b");
    assert_eq!(arn("cn-north-1", "/a"), "arn:aws-cn:ssm:cn-north-1:000000000000:parameter/a");
    assert_eq!(arn("us-gov-west-1", "/a"), "arn:aws-us-gov:ssm:us-gov-west-1:000000000000:parameter/a");
    assert_eq!(arn("us-east-1", "/aws/service/x"), "arn:aws:ssm:us-east-1::parameter/aws/service/x");
}

#[test]
fn paths_have_a_slash_in_front() {
    assert_eq!(path_prefix("/"), Ok("/".to_owned()));
    assert_eq!(path_prefix("/a/b"), Ok("/a/b/".to_owned()));
    assert_eq!(path_prefix("/a/b/"), Ok("/a/b/".to_owned()));
    for path in ["", "a", "//", "/a//b", "/a b", "/a:3", &"/l".repeat(16)] {
        assert_eq!(code(path_prefix(path)), "ValidationException", "{path:?}");
    }
}

#[test]
fn cursors_are_of_their_listing() {
    let one = cursor('u', "/a/b");
    assert_eq!(parse_cursor('u', &one), Ok("/a/b".to_owned()));
    for (operation, text) in [('l', one.as_str()), ('u', ""), ('u', "u6"), ('u', "u+1"), ('u', "ué"), ('u', "uff")] {
        assert_eq!(code(parse_cursor(operation, text)), "InvalidNextToken", "{text}");
    }
}
