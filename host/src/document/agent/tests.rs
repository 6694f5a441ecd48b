use async_trait::async_trait;
use serde_json::json;

use super::parameters::ParameterDefinition;
use super::store::{Found, Stored};
use super::*;

/// Knows `/one` and the list `many`.
struct Two;

#[async_trait]
impl Store for Two {
    async fn get(&self, names: &[String]) -> Result<Found, String> {
        let mut found = Found::default();
        for name in names {
            let (kind, value) = match name.as_str() {
                "/one" => ("String", "1"),
                "many" => ("StringList", "a,b"),
                _ => {
                    found.invalid.push(name.clone());
                    continue;
                }
            };
            found.parameters.push(Stored { name: name.clone(), kind: kind.into(), value: value.into(), version: 1 });
        }
        Ok(found)
    }
}

fn block<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

fn definitions(pattern: &str, default: Value) -> Definitions {
    let kind = "String".to_owned();
    let one = ParameterDefinition { kind, default, allowed_pattern: pattern.to_owned(), ..Default::default() };
    Definitions::from([("one".to_owned(), one)])
}

#[test]
fn values_from_the_store_are_checked_and_stay_references() {
    let reference = json!("{{ssm:/one}}");
    let prepared =
        |pattern: &str| block(prepare(&Two, &definitions(pattern, reference.clone()), &Values::new(), Origin::Command));
    assert_eq!(prepared("^1$"), Ok(Values::from([("one".to_owned(), reference.clone())])));
    assert!(prepared("^2$").unwrap_err().contains("parameter value /1/ does not match the allowed pattern /^2$/"));
    let missing = block(prepare(&Two, &definitions("", json!("{{ssm:no}}")), &Values::new(), Origin::Command));
    assert_eq!(missing, Err("Input contains invalid parameters [no]".to_owned()));
}

#[test]
fn inputs_are_substituted_and_then_looked_up() {
    let values =
        block(prepare(&Two, &definitions("", json!("{{ssm:/one}}")), &Values::new(), Origin::Command)).unwrap();
    let ready = Substitution::new(&values);
    let value = json!({"runCommand": ["echo {{ one }} {{ssm:/one}}", "{{ssm:many}}"], "timeoutSeconds": "{{ one }}"});
    let expected = json!({"runCommand": ["echo 1 1", "a", "b"], "timeoutSeconds": "1"});
    assert_eq!(block(inputs(&Two, &ready, &value)), Ok(expected));
}
