//! Parameters before and after.

use serde_json::{Value, json};

use super::super::fixtures::{Case, text};
use super::super::{PlannedParameter, Shown};

fn one(before: Value, after: Value, declared: Value, given: &[&str]) -> PlannedParameter {
    let case = Case::changes(json!([])).parameters(before, after, declared).given(given);
    let [parameter] = <[PlannedParameter; 1]>::try_from(case.plan().parameters).unwrap();
    parameter
}

fn p(value: &str) -> Value {
    json!([{"ParameterKey": "P", "ParameterValue": value}])
}

#[test]
fn no_echo_is_hidden_and_never_equal() {
    let declared =
        json!([{"ParameterKey": "P", "ParameterType": "String", "NoEcho": true, "DefaultValue": "swordfish"}]);
    for (before, after, given, changed) in [
        (p("****"), p("****"), true, true),
        (p("****"), p("****"), false, false),
        (json!([]), p("****"), true, true),
        (p("leak"), p("leak"), true, true),
    ] {
        let given: &[&str] = if given { &["P"] } else { &[] };
        let parameter = one(before.clone(), after, declared.clone(), given);
        assert_eq!(parameter.before == Shown::Absent, before == json!([]));
        assert_eq!((parameter.after, parameter.changed, parameter.ignored_default), (Shown::Hidden, changed, None));
    }
    // A mask alone is enough.
    let masked = one(p("a"), p("****"), json!([]), &[]);
    assert_eq!((masked.before, masked.after), (Shown::Hidden, Shown::Hidden));
}

#[test]
fn the_empty_text_is_a_value() {
    let declared = json!([{"ParameterKey": "P", "ParameterType": "String", "DefaultValue": "x"}]);
    let parameter = one(p("a"), p(""), declared, &["P"]);
    assert_eq!((parameter.before, parameter.after, parameter.changed), (text("a"), text(""), true));
    assert_eq!(parameter.ignored_default, None);
}

#[test]
fn a_default_that_is_not_used_is_pointed_out() {
    let declared = |default: &str| json!([{"ParameterKey": "P", "ParameterType": "String", "DefaultValue": default}]);
    assert_eq!(one(p("a"), p("a"), declared("b"), &[]).ignored_default.as_deref(), Some("b"));
    assert_eq!(one(p("a"), p("a"), declared(""), &[]).ignored_default.as_deref(), Some(""));
    assert_eq!(one(p("a"), p("a"), declared("a"), &[]).ignored_default, None);
    assert_eq!(one(p("a"), p("a"), declared("b"), &["P"]).ignored_default, None);
    assert_eq!(one(json!([]), p("b"), declared("b"), &[]).ignored_default, None);
    let list = |value: &str| json!([{"ParameterKey": "P", "ParameterValue": value, "ResolvedValue": "ami"}]);
    let ssm =
        json!([{"ParameterKey": "P", "ParameterType": "AWS::SSM::Parameter::Value<String>", "DefaultValue": "/b"}]);
    assert_eq!(one(list("/a"), list("/a"), ssm, &[]).ignored_default.as_deref(), Some("/b"));
}

#[test]
fn ssm_types_are_compared_by_what_is_behind_them() {
    let side = |name: &str, value: &str| json!([{"ParameterKey": "P", "ParameterValue": name, "ResolvedValue": value}]);
    let declared = json!([{"ParameterKey": "P", "ParameterType": "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>"}]);
    let planned = |before, after| one(before, after, declared.clone(), &[]);
    let moved = planned(side("/ami", "ami-1"), side("/ami", "ami-2"));
    assert_eq!((moved.before, moved.after, moved.changed), (text("ami-1"), text("ami-2"), true));
    let renamed = planned(side("/ami", "ami-1"), side("/other", "ami-1"));
    assert!(!renamed.changed);
    let names = renamed.ssm.unwrap();
    assert_eq!((names.before.as_deref(), names.after.as_deref()), (Some("/ami"), Some("/other")));
    // An endpoint that does not tell what is behind the name.
    let untold = planned(p("/ami"), p("/ami"));
    assert_eq!((untold.before, untold.after, untold.changed), (Shown::Unknown, Shown::Unknown, false));
    assert!(planned(p("/ami"), p("/other")).changed);
    // The name of a parameter is a plain value.
    let name = json!([{"ParameterKey": "P", "ParameterType": "AWS::SSM::Parameter::Name"}]);
    let named = one(p("/a"), p("/b"), name, &[]);
    assert_eq!((named.before, named.ssm), (text("/a"), None));
}

#[test]
fn without_a_change_set_nothing_changes() {
    let declared = json!([
        {"ParameterKey": "Kept", "ParameterType": "String", "DefaultValue": "d"},
        {"ParameterKey": "New", "ParameterType": "String", "DefaultValue": "n"},
        {"ParameterKey": "Waits", "ParameterType": "String"},
    ]);
    let before =
        json!([{"ParameterKey": "Kept", "ParameterValue": "k"}, {"ParameterKey": "Waits", "ParameterValue": "w"}]);
    let mut case = Case::changes(json!([])).parameters(before, json!([]), declared).given(&["Waits"]);
    case.change_set = None;
    let shown =
        |case: &Case| case.plan().parameters.into_iter().map(|p| (p.name, p.after, p.changed)).collect::<Vec<_>>();
    assert_eq!(
        shown(&case),
        [
            ("Kept".to_owned(), text("k"), false),
            ("New".to_owned(), text("n"), true),
            ("Waits".to_owned(), text("w"), false),
        ]
    );
    case.known_after_deploy = vec!["stack:network.VpcId".to_owned()];
    assert_eq!(shown(&case)[2].1, Shown::Unknown);
}
