//! Why a property changes.

use super::context::Context;
use super::intrinsics::{Side, mentions};
use super::model::{Cause, PlannedParameter, PlannedPin, Shown};
use super::values::has_secret_reference;
use crate::cloud::stacks::ResourceChangeDetail;

/// A property of a resource, and its values before and after, as CloudFormation told them.
pub(super) struct Property<'a> {
    pub(super) logical_id: &'a str,
    pub(super) path: &'a [String],
    pub(super) before: &'a Shown,
    pub(super) after: &'a Shown,
}

/// The causes that CloudFormation names for a property, the most telling first.
///
/// An ordinary parameter is told twice: as its own change, and as a direct modification that is `Dynamic`; the latter
/// says nothing then.
pub(super) fn causes(details: &[&ResourceChangeDetail], property: &Property<'_>, context: &Context<'_>) -> Vec<Cause> {
    let (direct, mut named): (Vec<&ResourceChangeDetail>, Vec<&ResourceChangeDetail>) =
        details.iter().partition(|detail| detail.change_source.as_deref() == Some("DirectModification"));
    named.sort_by_key(|detail| detail.change_source.as_deref() == Some("Automatic"));
    let mut causes = Vec::new();
    for detail in &named {
        add(&mut causes, cause(detail, property));
    }
    let is_echo = |detail: &ResourceChangeDetail| detail.evaluation.as_deref() == Some("Dynamic");
    if direct.iter().any(|detail| named.is_empty() || !is_echo(detail)) {
        for cause in direct_causes(property, context) {
            add(&mut causes, cause);
        }
    }
    if details.iter().any(|detail| detail.target.drift.is_some()) {
        add(&mut causes, Cause::Drift);
    }
    causes
}

fn add(causes: &mut Vec<Cause>, cause: Cause) {
    if !causes.contains(&cause) {
        causes.push(cause);
    }
}

fn cause(detail: &ResourceChangeDetail, property: &Property<'_>) -> Cause {
    let entity = detail.causing_entity.clone().filter(|entity| !entity.is_empty());
    match (detail.change_source.as_deref(), entity) {
        (Some("ParameterReference"), Some(name)) => Cause::Parameter { name },
        (Some("ResourceReference" | "ResourceAttribute"), Some(name)) => Cause::Resource { name },
        (Some("Automatic"), _) => Cause::Automatic,
        (Some("NoModification"), _) => Cause::Drift,
        (Some(source), Some(entity)) => Cause::Other { name: format!("{source} {entity}") },
        (Some(source), None) => Cause::Other { name: source.to_owned() },
        (None, Some(name)) => Cause::Other { name },
        (None, None) if property.path.is_empty() => Cause::Automatic,
        (None, None) => Cause::Template,
    }
}

/// What is behind a change that CloudFormation calls direct: a pin that moved, a parameter of an SSM type whose value
/// moved, a dynamic reference that is read again, or what the template says.
pub(super) fn direct_causes(property: &Property<'_>, context: &Context<'_>) -> Vec<Cause> {
    let node = |side| context.node(side, property.logical_id, property.path);
    let (old, new) = (node(Side::Before), node(Side::After));
    let (pins, are_all) = moved_pins(property, context.pins);
    if !pins.is_empty() {
        let template = (!are_all).then_some(Cause::Template);
        return pins.into_iter().map(|pin| Cause::Pin { pin }).chain(template).collect();
    }
    if new.is_some() && old.is_some() && old != new {
        return vec![Cause::Template];
    }
    let changed: Vec<_> = context.parameters.iter().filter(|parameter| parameter.changed).collect();
    let mentioned = new.map(mentions).unwrap_or_default();
    let is_behind = |parameter: &&&PlannedParameter| match new {
        Some(_) => mentioned.iter().any(|mention| mention.attribute.is_none() && mention.name == parameter.name),
        None => {
            let is_value = matches!(property.after, Shown::Text(_)) && parameter.before != Shown::Absent;
            parameter.ssm.is_some() && is_value && parameter.after == *property.after
        }
    };
    let parameters: Vec<Cause> =
        changed.iter().filter(is_behind).map(|parameter| Cause::Parameter { name: parameter.name.clone() }).collect();
    if !parameters.is_empty() {
        return parameters;
    }
    match new.and_then(|new| if old == Some(new) { dynamic_reference(&new.to_string()) } else { None }) {
        Some(name) => vec![Cause::Other { name }],
        None => vec![Cause::Template],
    }
}

/// The first dynamic reference in a text that is not about a secret.
fn dynamic_reference(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("{{resolve:")?;
    let (body, _) = rest.split_once("}}")?;
    let reference = format!("{{{{resolve:{body}}}}}");
    (!has_secret_reference(&reference)).then_some(reference)
}

/// The pins whose values are new in a property; and `false` when it is known that more is new in it. The stack may be
/// older than the last upgrade, so a value other than the one pinned before counts as well.
fn moved_pins(property: &Property<'_>, pins: &[PlannedPin]) -> (Vec<usize>, bool) {
    let (Shown::Text(before), Shown::Text(after)) = (property.before, property.after) else {
        return (Vec::new(), true);
    };
    let mut expected = Some(before.clone());
    let mut moved = Vec::new();
    for (index, pin) in pins.iter().enumerate() {
        let Some(value) = pin.value.as_deref().filter(|value| !value.is_empty()) else { continue };
        if !holds(after, value) || holds(before, value) || before.is_empty() {
            continue;
        }
        moved.push(index);
        let previous = pin.previous_value.as_deref().filter(|previous| holds(before, previous));
        expected = previous.and_then(|previous| Some(expected?.replace(previous, value)));
    }
    let are_all = expected.is_none_or(|expected| expected == *after);
    (moved, are_all)
}

/// Whether a value stands in a text as a word of its own. `1` is not in `10`.
pub(super) fn holds(text: &str, value: &str) -> bool {
    if value.is_empty() {
        return false;
    }
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    text.match_indices(value).any(|(start, found)| {
        let before = text.get(..start).and_then(|head| head.chars().next_back());
        let after = text.get(start + found.len()..).and_then(|tail| tail.chars().next());
        !(is_word(before) && is_word(value.chars().next()) || is_word(after) && is_word(value.chars().next_back()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_words() {
        assert!(holds("ami-0abc", "ami-0abc"));
        assert!(holds("x: ami-0abc\n", "ami-0abc"));
        assert!(!holds("ami-0abcd", "ami-0abc"));
        assert!(!holds("10", "1"));
        assert!(holds("größe/1", "1"));
        assert!(!holds("", "1"));
    }

    fn pin(value: &str, previous: Option<&str>) -> PlannedPin {
        PlannedPin {
            reference: "ssm:/x".to_owned(),
            value: Some(value.to_owned()),
            version: None,
            modified: None,
            previous_value: previous.map(str::to_owned),
            previous_version: None,
            pinned: true,
        }
    }

    #[test]
    fn moved_pins_are_found() {
        let text = |text: &str| Shown::Text(text.to_owned());
        for (before, after, previous, expected) in [
            ("ami-1", "ami-2", Some("ami-1"), (vec![0], true)),
            ("ami-1", "ami-2", None, (vec![0], true)),
            ("a ami-1", "b ami-2", Some("ami-1"), (vec![0], false)),
            ("x ami-2", "y ami-2", Some("ami-1"), (vec![], true)),
            ("ami-0", "ami-2", Some("ami-1"), (vec![0], true)),
            ("", "ami-2", Some("ami-1"), (vec![], true)),
            ("ami-1", "ami-3", Some("ami-1"), (vec![], true)),
        ] {
            let (before, after) = (text(before), text(after));
            let property = Property { logical_id: "A", path: &[], before: &before, after: &after };
            let found = moved_pins(&property, &[pin("ami-2", previous)]);
            assert_eq!(found.0, expected.0, "{before:?} {after:?} {previous:?}");
            assert!(found.0.is_empty() || found.1 == expected.1, "{before:?} {after:?} {previous:?}");
        }
    }
}
