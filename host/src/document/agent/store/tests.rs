use std::sync::Mutex;

use serde_json::json;

use super::*;

/// A store of `(name, type, value, version)` that counts its calls.
struct Shelf(Vec<(&'static str, &'static str, &'static str, i64)>, Mutex<Vec<usize>>);

#[async_trait]
impl Store for Shelf {
    async fn get(&self, names: &[String]) -> Result<Found, String> {
        self.1.lock().unwrap().push(names.len());
        let mut found = Found::default();
        for wanted in names {
            let (name, selector) = wanted.split_once(':').map_or((wanted.as_str(), None), |(name, s)| (name, Some(s)));
            let hit = self.0.iter().find(|(stored, _, _, version)| {
                *stored == name && selector.is_none_or(|s| s == version.to_string() || s == "label")
            });
            match hit {
                Some((name, kind, value, version)) => found.parameters.push(Stored {
                    name: (*name).to_owned(),
                    kind: (*kind).to_owned(),
                    value: (*value).to_owned(),
                    version: *version,
                }),
                None => found.invalid.push(wanted.clone()),
            }
        }
        Ok(found)
    }
}

fn shelf() -> Shelf {
    let stored = vec![
        ("/a/b", "String", "value", 3),
        ("c.d", "String", "{{ssm:/a/b}}", 1),
        ("list", "StringList", "ls,'echo a,b',dir", 1),
        ("secret", "SecureString", "do-not-show", 1),
        ("other", "SecureString", "do-not-show", 1),
    ];
    Shelf(stored, Mutex::new(Vec::new()))
}

fn block<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

#[test]
fn references_become_values() {
    for (value, expected) in [
        (json!("x {{ssm:/a/b}} {{  ssm:/a/b  }}"), json!("x value value")),
        (json!("{{ssm:/a/b:3}}{{ssm:/a/b}}"), json!("valuevalue")),
        (json!({"k": ["{{ssm:c.d}}", "plain"], "n": 1}), json!({"k": ["{{ssm:/a/b}}", "plain"], "n": 1})),
        (json!([" {{ ssm:list }} ", "x"]), json!(["ls", "'echo a", "b'", "dir", "x"])),
        (json!([1, ["{{ssm:list}}"], "{{ssm:/a/b}}"]), json!([1, ["ls", "'echo a", "b'", "dir"], "value"])),
        // In a list that begins with a text a null is an empty one.
        (json!(["{{ssm:/a/b}}", null]), json!(["value", ""])),
        // Not references: a tab, no name, another character, no end.
        (
            json!("{{\tssm:/a/b}} {{ssm:}} {{ssm:a b}} {{ssm:/a/b} }"),
            json!("{{\tssm:/a/b}} {{ssm:}} {{ssm:a b}} {{ssm:/a/b} }"),
        ),
        (json!("{{ssm-secure:secret}}"), json!("{{ssm-secure:secret}}")),
        (json!("{{{ssm:/a/b}}}"), json!("{value}")),
        (json!({"{{ssm:/a/b}}": 1}), json!({"{{ssm:/a/b}}": 1})),
    ] {
        assert_eq!(block(resolve(&shelf(), &value)), Ok(expected), "{value}");
    }
}

#[test]
fn refusals_have_the_texts_of_the_agent() {
    for (value, text) in [
        (json!(["{{ssm:no}}", "{{ssm:never:2}}", "{{ssm:/a/b}}"]), "Input contains invalid parameters [no never:2]"),
        (json!("{{ssm:secret}}"), "Parameters [secret] of type SecureString are not supported"),
        (json!("{{ssm:secret}} {{ssm:other}}"), "Parameters [secret other] of type SecureString are not supported"),
        (json!("{{ssm:list}}"), "Parameter list of type StringList cannot be used as a String"),
        (json!(["x {{ssm:list}}"]), "Parameter list of type StringList cannot be used as a String"),
        // By a label: the store finds it, the agent does not.
        (json!("{{ssm:/a/b:label}}"), INTERNAL),
        (json!({"x": "{{ssm:/a/b}}", "y": ["text", 5]}), INTERNAL),
    ] {
        let error = block(resolve(&shelf(), &value)).unwrap_err();
        assert_eq!(error, text, "{value}");
        assert!(!error.contains("do-not-show"));
    }
}

#[test]
fn a_list_of_mixed_items_is_no_trouble_without_references() {
    let value = json!({"y": ["text", 5]});
    let shelf = shelf();
    assert_eq!(block(resolve(&shelf, &value)), Ok(value));
    assert!(shelf.1.lock().unwrap().is_empty());
}

#[test]
fn names_are_asked_for_once_and_ten_at_a_time() {
    let numbered: Vec<String> = (0..23).map(|number| format!("{{{{ssm:n{number}}}}}")).collect();
    let twice = json!([numbered.clone(), numbered]);
    let shelf = shelf();
    assert!(block(resolve(&shelf, &twice)).unwrap_err().starts_with("Input contains invalid parameters [n0 n1 "));
    assert_eq!(*shelf.1.lock().unwrap(), [10, 10, 3]);
}

#[test]
fn a_secret_is_not_shown() {
    let stored = Stored { name: "n".into(), kind: SECURE.into(), value: "do-not-show".into(), version: 1 };
    assert!(!format!("{stored:?}").contains("do-not-show"));
}

#[test]
fn mentions_looks_everywhere() {
    assert!(mentions(&json!({"a": ["x{{ssm:b}}"]})));
    assert!(mentions(&json!({"{{ssm:b}}": 1})));
    assert!(!mentions(&json!(["{{ ssm }}", null, 3])));
}

#[test]
fn credentials_name_their_store_entry() {
    let find = |text: &str| Credential::find(text).map(|found| (found.secure, found.name));
    assert_eq!(find("{{ssm-secure:my/token.1}}"), Some((true, "my/token.1".into())));
    assert_eq!(find("x {{\tssm:a-b\n}}"), Some((false, "a-b".into())));
    assert_eq!(find("{{ {{ssm:a}}"), Some((false, "a".into())));
    assert_eq!(find("{{ssm-secure:a:1}}"), None);
    assert_eq!(find("{{ssm-secure:}}"), None);
    let (secure, plain) =
        (Credential { secure: true, name: "a".into() }, Credential { secure: false, name: "a".into() });
    assert_eq!(secure.agrees("SecureString"), Ok(()));
    assert_eq!(plain.agrees("StringList"), Ok(()));
    assert_eq!(secure.agrees("String").unwrap_err(), "secure prefix ssm-secure: is used for a non-secure type String");
    assert_eq!(
        plain.agrees("SecureString").unwrap_err(),
        "non-secure prefix ssm: is used for a secure type SecureString"
    );
}
