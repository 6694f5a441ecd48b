//! Values of `NoEcho` parameters never get out, also where nobody masks them.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::fixtures::{Case, change};
use super::super::text::{summary, text};

/// What is not masked by the endpoint, before and after.
const SECRETS: [&str; 2] = ["swordfish-before", "swordfish-after"];

/// A property as the template has it, and its value for a secret. The path leads to the part that holds it.
fn property() -> impl Strategy<Value = (Value, fn(&str) -> Value, &'static str)> {
    prop_oneof![
        Just((json!({"Ref": "Secret"}), (|s| json!(s)) as fn(&str) -> Value, "")),
        Just((json!({"Fn::Sub": "x:${Secret}@h"}), (|s| json!(format!("x:{s}@h"))) as fn(&str) -> Value, "")),
        Just((json!({"Fn::Sub": ["${V}", {"V": {"Ref": "Secret"}}]}), (|s| json!(s)) as fn(&str) -> Value, "")),
        Just((
            json!([{"Fn::If": ["C", "a", {"Ref": "AWS::NoValue"}]}, {"Ref": "Secret"}]),
            (|s| json!([s])) as fn(&str) -> Value,
            "/0"
        )),
        Just((
            json!({"Plain": "p", "Env": {"K": {"Fn::Join": ["", ["a", {"Ref": "Secret"}]]}}}),
            (|s| json!({"Plain": "p", "Env": {"K": format!("a{s}")}})) as fn(&str) -> Value,
            "/Env/K"
        )),
        Just((json!({"Fn::GetAtt": ["Holder", "Value"]}), (|s| json!(s)) as fn(&str) -> Value, "")),
        Just((
            json!({"Statement": [{"Effect": "Allow", "Action": {"Ref": "Secret"}, "Resource": "*"}]}),
            (|s| json!({"Statement": [{"Effect": "Allow", "Action": s, "Resource": "*"}]})) as fn(&str) -> Value,
            ""
        )),
    ]
}

#[derive(Clone, Copy, Debug)]
enum Told {
    Exact,
    Whole,
    Contexts,
    Nothing,
}

fn told() -> impl Strategy<Value = Told> {
    prop_oneof![Just(Told::Exact), Just(Told::Whole), Just(Told::Contexts), Just(Told::Nothing)]
}

fn written(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

proptest! {
    #[test]
    fn secrets_stay_out(
        (node, value, below) in property(),
        told in told(),
        action in prop_oneof![Just("Modify"), Just("Add"), Just("Remove"), Just("Odd")],
        source in prop_oneof![Just("ParameterReference"), Just("DirectModification"), Just("ResourceAttribute")],
        has_entity in any::<bool>(),
        is_old_known in any::<bool>(),
        is_masked in any::<bool>(),
    ) {
        let [before, after] = SECRETS;
        let (old, new) = (value(before), value(after));
        let path = format!("/Properties/Value{}", if matches!(told, Told::Exact) { below } else { "" });
        let find = |value: &Value| written(value.pointer(if matches!(told, Told::Exact) { below } else { "" }).unwrap());
        let mut target = json!({"Attribute": "Properties", "Name": "Value", "RequiresRecreation": "Always"});
        let mut resource = json!({
            "Action": action, "LogicalResourceId": "Foo", "ResourceType": "AWS::IAM::Policy", "Replacement": "True",
        });
        match told {
            Told::Exact | Told::Whole => {
                target["Path"] = json!(path);
                target["BeforeValue"] = json!(find(&old));
                target["AfterValue"] = json!(find(&new));
            }
            Told::Contexts => {
                resource["BeforeContext"] = json!(json!({"Properties": {"Value": old}}).to_string());
                resource["AfterContext"] = json!(json!({"Properties": {"Value": new}}).to_string());
            }
            Told::Nothing => {}
        }
        let entity = has_entity.then_some("Secret");
        resource["Details"] = json!([{"ChangeSource": source, "CausingEntity": entity, "Evaluation": "Static", "Target": target}]);
        let mask = |value: &str| json!([{"ParameterKey": "Secret", "ParameterValue": if is_masked { "****" } else { value }}]);
        let declared = json!([{"ParameterKey": "Secret", "ParameterType": "String", "NoEcho": true, "DefaultValue": after}]);
        let resources = json!({
            "Foo": {"Type": "AWS::IAM::Policy", "Properties": {"Value": node}},
            "Holder": {"Type": "AWS::SSM::Parameter", "Properties": {"Value": {"Ref": "Secret"}}},
        });
        let mut case = Case::changes(json!([change(resource)]))
            .parameters(mask(before), mask(after), declared)
            .given(&["Secret"])
            .pin("ssm:/x", ("ami-1", "1"), None)
            .templates(resources.clone(), resources);
        if !is_old_known {
            case.old = None;
        }
        let plan = case.plan();
        let paint = |_, text: &str| text.to_owned();
        let out = format!("{}{}{}{plan:?}", serde_json::to_string(&plan).unwrap(), text(&plan, &paint), summary(&plan));
        prop_assert!(!out.contains("swordfish"), "{out}");
        prop_assert!(text(&plan, &paint).contains("hidden"));
    }

    /// Whatever stands in a plan, its text moves no cursor and forges no line.
    #[test]
    fn texts_from_outside_are_inert(odd in "[\u{1b}\u{7}\r\n\u{9b}\u{202e}a-z \u{2028}]{0,12}") {
        let detail = json!({"ChangeSource": odd, "CausingEntity": odd, "Evaluation": odd, "Target": {
            "Attribute": odd, "Name": odd, "Path": format!("/Properties/{odd}"), "RequiresRecreation": odd,
            "BeforeValue": odd, "AfterValue": format!("{odd}x"),
        }});
        let mut case = Case::changes(json!([change(json!({
            "Action": odd, "LogicalResourceId": format!("A{odd}"), "ResourceType": odd, "PolicyAction": odd,
            "PhysicalResourceId": odd, "ResourceDriftStatus": odd, "Details": [detail],
        }))]));
        case.notes = vec![odd.clone()];
        case.known_after_deploy = vec![odd.clone()];
        let plan = case.plan();
        let shown = text(&plan, &|_, text: &str| text.to_owned());
        let is_inert = |c: char| c == '\n' || !c.is_control() && c != '\u{202e}';
        prop_assert!(shown.chars().all(is_inert));
        prop_assert!(!summary(&plan).contains('\n'));
    }
}
