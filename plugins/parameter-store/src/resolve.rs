//! From references to values.

use std::collections::BTreeMap;

use formwork_plugin::host::parameters::{Parameter, ParameterPage, ParameterValue};
use formwork_plugin::resolver::Reference;
use formwork_plugin::{Failure, FailureKind, Resolution, Value};

use crate::name::{Name, Selector};
use crate::similar::similar;

/// The most pages of names that are read for a hint.
const HINT_PAGES: usize = 3;

/// What the resolver needs of Parameter Store.
pub trait Store {
    /// As `parameters.get`: one result for each name, in order.
    fn get(&self, names: &[String]) -> Vec<Result<Parameter, Failure>>;

    /// As `parameters.under`.
    ///
    /// # Errors
    /// Whatever the host answers.
    fn under(&self, path: &str, recursive: bool, cursor: Option<&str>) -> Result<ParameterPage, Failure>;

    /// The text of a SecureString, for `--reveal-secrets`.
    ///
    /// # Errors
    /// Whatever the host answers.
    fn reveal(&self, name: &str) -> Result<(String, Option<String>), Failure>;
}

/// Resolve references of the schemes `ssm` and `ssm-secure`; one result for each, in order.
pub fn resolve(store: &dyn Store, references: &[Reference], reveal_secrets: bool) -> Vec<Result<Resolution, Failure>> {
    let mut plain = Vec::new();
    let mut results: Vec<Result<Resolution, Failure>> = Vec::with_capacity(references.len());
    for reference in references {
        let result = match Name::parse(&reference.body) {
            Err(error) => Err(Failure::new(FailureKind::InvalidInput, error.message).with_hint(error.hint)),
            Ok(name) if reference.scheme == "ssm-secure" => secure(store, &name, reveal_secrets),
            Ok(name) => {
                plain.push((results.len(), name));
                // Replaced below: all plain names go to the host in one call.
                Err(Failure::new(FailureKind::Other, "the host gave no answer for this parameter"))
            }
        };
        results.push(result);
    }
    if plain.is_empty() {
        return results;
    }
    let names: Vec<String> = plain.iter().map(|(_, name)| name.to_string()).collect();
    let mut nearby = Nearby { store, listings: BTreeMap::new() };
    for ((index, name), answer) in plain.iter().zip(store.get(&names)) {
        if let Some(slot) = results.get_mut(*index) {
            *slot = answer.map_err(|failure| nearby.explain(name, failure)).and_then(|p| resolution(name, p));
        }
    }
    results
}

fn resolution(name: &Name, parameter: Parameter) -> Result<Resolution, Failure> {
    let value = match parameter.value {
        ParameterValue::Text(value) | ParameterValue::TextList(value) => Value::Text(value),
        ParameterValue::Secure => {
            let version = match &name.selector {
                Some(Selector::Version(version)) => format!(":{version}"),
                _ => String::new(),
            };
            return Err(Failure::new(
                FailureKind::InvalidInput,
                format!("the parameter `{}` is a SecureString, whose value does not go into a template", name.name),
            )
            .with_hint(format!(
                "Write `<<resolve:ssm-secure:{}{version}>>`, which becomes CloudFormation's own dynamic reference.",
                name.name
            )));
        }
    };
    Ok(Resolution {
        value,
        version: Some(parameter.version.to_string()),
        modified: parameter.modified,
        account: parameter.account,
        volatile: false,
    })
}

/// A secure reference: CloudFormation looks the value up itself, so nothing is fetched unless the user insists.
fn secure(store: &dyn Store, name: &Name, reveal: bool) -> Result<Resolution, Failure> {
    if reveal {
        let (text, version) = store.reveal(&name.to_string())?;
        return Ok(Resolution {
            value: Value::Revealed(text),
            version,
            modified: None,
            account: None,
            volatile: false,
        });
    }
    if name.is_arn {
        return Err(Failure::new(FailureKind::InvalidInput, "CloudFormation takes no ARN in `ssm-secure`")
            .with_hint("Name the parameter; CloudFormation reads those of the stack's own account and region only."));
    }
    if let Some(Selector::Label(label)) = &name.selector {
        return Err(Failure::new(
            FailureKind::InvalidInput,
            format!("CloudFormation takes no label in `ssm-secure`, and `{label}` is one"),
        )
        .with_hint(format!(
            "Write a version number, `<<resolve:ssm-secure:{}:1>>`, or none for the latest.",
            name.name
        )));
    }
    Ok(Resolution {
        value: Value::DynamicReference(format!("{{{{resolve:ssm-secure:{name}}}}}")),
        version: None,
        modified: None,
        account: None,
        volatile: false,
    })
}

/// Names for hints; each path is listed once, however many references are not found below it.
struct Nearby<'a> {
    store: &'a dyn Store,
    listings: BTreeMap<(String, bool), Vec<String>>,
}

impl Nearby<'_> {
    /// Add to a "not found" the names that exist nearby; what the cloud itself says of other regions stays.
    fn explain(&mut self, name: &Name, failure: Failure) -> Failure {
        if !matches!(failure.kind, FailureKind::NotFound) || name.is_arn {
            return failure;
        }
        let name = &name.name;
        let parent = name.rsplit_once('/').map(|(parent, _)| parent).filter(|parent| !parent.is_empty()).unwrap_or("/");
        let siblings = self.listing(parent, false);
        // It is the version or the label that is missing.
        if siblings.contains(name) {
            return failure;
        }
        let mut close = similar(name, siblings);
        let top = name.match_indices('/').nth(1).and_then(|(at, _)| name.get(..at));
        if let (true, Some(top)) = (siblings.is_empty(), top) {
            // Nothing is there: perhaps a level above is misspelt.
            close = similar(name, self.listing(top, true));
        }
        let hint = match (close.is_empty(), &failure.hint) {
            (true, None) => "Check the name and the region; `formwork param list` shows what there is.".to_owned(),
            (true, Some(hint)) => hint.clone(),
            (false, None) => format!("There is {}.", close.join(", ")),
            (false, Some(hint)) => format!("There is {}. {hint}", close.join(", ")),
        };
        failure.with_hint(hint)
    }

    fn listing(&mut self, path: &str, recursive: bool) -> &[String] {
        self.listings.entry((path.to_owned(), recursive)).or_insert_with(|| {
            let mut names = Vec::new();
            let mut cursor = None;
            for _ in 0..HINT_PAGES {
                // Only for a hint: when the listing is refused, the failure itself is what matters.
                let Ok(page) = self.store.under(path, recursive, cursor.as_deref()) else { break };
                names.extend(page.names);
                cursor = page.next;
                if cursor.is_none() {
                    break;
                }
            }
            names
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    #[derive(Default)]
    struct Fake {
        there: Vec<(&'static str, ParameterValue)>,
        calls: RefCell<Vec<Vec<String>>>,
    }

    impl Store for Fake {
        fn get(&self, names: &[String]) -> Vec<Result<Parameter, Failure>> {
            self.calls.borrow_mut().push(names.to_vec());
            let one = |name: &String| {
                let found = self.there.iter().find(|(there, _)| there == name);
                let (name, value) =
                    found.ok_or_else(|| Failure::new(FailureKind::NotFound, format!("no parameter `{name}`")))?;
                Ok(Parameter {
                    name: (*name).into(),
                    value: value.clone(),
                    version: 71,
                    modified: None,
                    account: None,
                    data_type: None,
                })
            };
            names.iter().map(one).collect()
        }

        fn under(&self, _: &str, _: bool, _: Option<&str>) -> Result<ParameterPage, Failure> {
            Ok(ParameterPage { names: self.there.iter().map(|(n, _)| (*n).to_owned()).collect(), next: None })
        }

        fn reveal(&self, name: &str) -> Result<(String, Option<String>), Failure> {
            Ok((format!("value of {name}"), Some("4".into())))
        }
    }

    fn reference(scheme: &str, body: &str) -> Reference {
        Reference { scheme: scheme.into(), body: body.into() }
    }

    #[test]
    fn asks_once_for_all_plain_names_and_keeps_the_order() {
        let fake = Fake {
            there: vec![("/a", ParameterValue::Text("1".into())), ("/b", ParameterValue::TextList("2,3".into()))],
            ..Fake::default()
        };
        let results =
            resolve(&fake, &[reference("ssm", "/b"), reference("ssm-secure", "/s:2"), reference("ssm", "/a")], false);
        let values: Vec<String> = results.into_iter().map(|r| format!("{:?}", r.unwrap().value)).collect();
        assert_eq!(
            values,
            ["Value::Text(\"2,3\")", "Value::DynamicReference(\"{{resolve:ssm-secure:/s:2}}\")", "Value::Text(\"1\")"]
        );
        assert_eq!(*fake.calls.borrow(), [["/b", "/a"]]);
    }

    #[test]
    fn a_name_that_is_not_there_comes_with_similar_ones() {
        let fake = Fake { there: vec![("/app/ami", ParameterValue::Text("x".into()))], ..Fake::default() };
        let failure = resolve(&fake, &[reference("ssm", "/app/amy")], false).remove(0).unwrap_err();
        assert_eq!(failure.hint.as_deref(), Some("There is `/app/ami`."));
    }

    #[test]
    fn a_secure_string_is_never_put_in_as_ssm() {
        let fake = Fake { there: vec![("/pw", ParameterValue::Secure)], ..Fake::default() };
        let failure = resolve(&fake, &[reference("ssm", "/pw")], false).remove(0).unwrap_err();
        assert!(failure.hint.unwrap().contains("<<resolve:ssm-secure:/pw>>"));
    }

    #[test]
    fn secure_references_that_cloudformation_refuses_are_errors() {
        let fake = Fake::default();
        for body in ["/pw:label", "arn:aws:ssm:eu-west-1:123456789012:parameter/pw"] {
            assert!(resolve(&fake, &[reference("ssm-secure", body)], false).remove(0).is_err(), "{body}");
        }
        assert!(fake.calls.borrow().is_empty(), "a secure value is never fetched");
    }

    #[test]
    fn reveals_only_when_asked() {
        let resolution = resolve(&Fake::default(), &[reference("ssm-secure", "/pw:4")], true).remove(0).unwrap();
        assert!(matches!(resolution.value, Value::Revealed(text) if text == "value of /pw:4"));
    }
}
