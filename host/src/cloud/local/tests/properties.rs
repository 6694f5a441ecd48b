//! What holds for any input.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::super::names::{Reference, check_new, cursor, key, parse_cursor, path_prefix};
use super::super::{policies, secret_names, transfer_format};
use super::*;

/// Texts that come close to names, ARNs and selectors.
fn near() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        Just("/".to_owned()),
        Just(":".to_owned()),
        Just("arn:aws:ssm:eu-west-1:000000000000:parameter/".to_owned()),
        Just("arn:aws:secretsmanager:eu-west-1:000000000000:secret:".to_owned()),
        Just("aws".to_owned()),
        "[a-zA-Z0-9_.-]{0,8}",
        "\\PC{0,3}",
    ];
    prop::collection::vec(part, 0..8).prop_map(|parts| parts.concat())
}

fn names() -> impl Strategy<Value = BTreeSet<String>> {
    prop::collection::btree_set("(/[b-d]{1,2}){1,3}", 0..60)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn parsing_never_panics(text in near()) {
        let _ = Reference::parse(&text);
        let _ = secret_names::Reference::parse(&text).map(|reference| reference.names());
        let _ = path_prefix(&text);
        let _ = parse_cursor('u', &text);
        let _ = policies::parse(&text, Timestamp::UNIX_EPOCH);
        let _ = transfer_format::parse(&text);
    }

    #[test]
    fn what_can_be_written_can_be_referred_to(text in near(), version in any::<u64>()) {
        if check_new(&text, "eu-west-1").is_ok() {
            prop_assert_eq!(Reference::parse_name(&text).unwrap().key, key(&text));
            let picked = Reference::parse(&format!("{text}:{version}")).unwrap();
            prop_assert_eq!(picked.key, key(&text));
        }
    }

    #[test]
    fn cursors_come_back(text in "\\PC{0,40}") {
        prop_assert_eq!(parse_cursor('l', &cursor('l', &text)).unwrap(), text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn pages_have_every_name_once_in_order(all in names(), path in "(/[b-d]{1,2}){0,2}") {
        let fixture = Fixture::new();
        let document: serde_json::Map<String, serde_json::Value> =
            all.iter().map(|name| (name.clone(), "v".into())).collect();
        fixture.cloud.import(&serde_json::Value::Object(document).to_string()).unwrap();
        let below = format!("{path}/");
        let expected: Vec<String> = all.iter().filter(|name| name.starts_with(&below)).cloned().collect();
        prop_assert_eq!(&fixture.under(&below, true), &expected);
        let direct: Vec<String> =
            expected.into_iter().filter(|name| !name[below.len()..].contains('/')).collect();
        prop_assert_eq!(&fixture.under(&below, false), &direct);
    }
}
