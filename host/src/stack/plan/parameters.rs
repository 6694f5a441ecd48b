//! The parameters of a plan.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::build::PlanInput;
use super::model::{PlannedParameter, Shown, SsmNames};
use super::values::{MASK, shown};
use crate::cloud::stacks::{ChangeSet, ParameterDeclaration, StackParameter};

type Named<'a> = BTreeMap<&'a str, &'a StackParameter>;

/// The names of the parameters whose values are never shown: those that a template declares `NoEcho`, and those that
/// CloudFormation masks.
pub(super) fn secrets(input: &PlanInput<'_>) -> BTreeSet<String> {
    let declared = input.summary.iter().flat_map(|summary| &summary.parameters).filter(|declared| declared.no_echo);
    let mut secrets: BTreeSet<String> = declared.map(|declared| declared.parameter_key.clone()).collect();
    for template in [input.old_template, input.new_template].into_iter().flatten() {
        let parameters = template.get("Parameters").and_then(Value::as_object);
        let is_no_echo = |value: Option<&Value>| match value {
            Some(Value::Bool(on)) => *on,
            Some(Value::String(text)) => text.eq_ignore_ascii_case("true"),
            _ => false,
        };
        let hidden = parameters.into_iter().flatten().filter(|(_, declared)| is_no_echo(declared.get("NoEcho")));
        secrets.extend(hidden.map(|(name, _)| name.clone()));
    }
    secrets.extend(input.stack.iter().flat_map(|stack| masked(&stack.parameters)));
    secrets.extend(input.change_set.iter().flat_map(|change_set| masked(&change_set.parameters)));
    secrets
}

/// The names of the parameters that CloudFormation masks.
pub(super) fn masked(parameters: &[StackParameter]) -> impl Iterator<Item = String> {
    let is_masked = |parameter: &&StackParameter| parameter.parameter_value.as_deref() == Some(MASK);
    parameters.iter().filter(is_masked).map(|parameter| parameter.parameter_key.clone())
}

/// The parameters before and after, in the order of their names.
pub(super) fn parameters(input: &PlanInput<'_>, secrets: &BTreeSet<String>) -> Vec<PlannedParameter> {
    let declared: BTreeMap<&str, &ParameterDeclaration> = input
        .summary
        .iter()
        .flat_map(|summary| &summary.parameters)
        .map(|declared| (declared.parameter_key.as_str(), declared))
        .collect();
    let before = named(input.stack.map(|stack| stack.parameters.as_slice()).unwrap_or_default());
    let after = input.change_set.map(|change_set| named(&change_set.parameters));
    let names: BTreeSet<&str> =
        declared.keys().chain(before.keys()).chain(after.iter().flat_map(BTreeMap::keys)).copied().collect();
    let one = |name: &str| {
        let declared = declared.get(name).copied();
        let before = before.get(name).copied();
        let side = Side { input, name, declared, is_secret: secrets.contains(name) };
        let (old, new) = (side.before(before), side.after(before, after.as_ref()));
        side.planned(old, new)
    };
    names.into_iter().map(one).collect()
}

fn named(parameters: &[StackParameter]) -> Named<'_> {
    parameters.iter().map(|parameter| (parameter.parameter_key.as_str(), parameter)).collect()
}

/// One parameter at one time: what may be shown, and the text in the request (the name, for an SSM type).
struct Moment {
    shown: Shown,
    given: Option<String>,
}

struct Side<'a> {
    input: &'a PlanInput<'a>,
    name: &'a str,
    declared: Option<&'a ParameterDeclaration>,
    is_secret: bool,
}

impl Side<'_> {
    fn before(&self, parameter: Option<&StackParameter>) -> Moment {
        parameter.map_or(Moment { shown: Shown::Absent, given: None }, |parameter| self.of(parameter))
    }

    /// Without a change set nothing changes, except where a value waits for another stack.
    fn after(&self, before: Option<&StackParameter>, after: Option<&Named<'_>>) -> Moment {
        if let Some(after) = after {
            return self.before(after.get(self.name).copied());
        }
        let is_dropped = self.input.summary.is_some() && self.declared.is_none();
        let waits = !self.input.known_after_deploy.is_empty() && self.input.given.contains(self.name);
        match before {
            Some(_) if is_dropped => Moment { shown: Shown::Absent, given: None },
            _ if waits => Moment { shown: if self.is_secret { Shown::Hidden } else { Shown::Unknown }, given: None },
            Some(before) => self.of(before),
            None => self.default(),
        }
    }

    fn default(&self) -> Moment {
        let default = self.declared.and_then(|declared| declared.default_value.clone());
        let shown = match &default {
            None => Shown::Unknown,
            Some(_) if self.is_secret => Shown::Hidden,
            Some(_) if self.is_ssm() => Shown::Unknown,
            Some(default) => shown(default),
        };
        Moment { shown, given: default }
    }

    fn of(&self, parameter: &StackParameter) -> Moment {
        let given = parameter.parameter_value.clone();
        let visible = match (&parameter.resolved_value, &given) {
            _ if self.is_secret => Shown::Hidden,
            (Some(resolved), _) => shown(resolved),
            // The name says nothing about the value behind it.
            (None, Some(_)) if self.is_ssm() => Shown::Unknown,
            (None, Some(value)) => shown(value),
            (None, None) => Shown::Unknown,
        };
        Moment { shown: visible, given }
    }

    /// `AWS::SSM::Parameter::Name` is a name and stays one.
    fn is_ssm(&self) -> bool {
        let kind = self.declared.and_then(|declared| declared.parameter_type.as_deref()).unwrap_or_default();
        kind.starts_with("AWS::SSM::Parameter::Value<")
    }

    fn planned(&self, before: Moment, after: Moment) -> PlannedParameter {
        let is_given = self.input.given.contains(self.name);
        let changed = match (&before.shown, &after.shown) {
            (Shown::Hidden, Shown::Hidden) => is_given || self.is_cause(),
            (Shown::Unknown, _) | (_, Shown::Unknown) => {
                before.given != after.given || before.shown == Shown::Absent || self.is_cause()
            }
            (before, after) => before != after,
        };
        let is_ssm = self.is_ssm() || self.is_resolved();
        let names = SsmNames { before: before.given.clone(), after: after.given.clone() };
        PlannedParameter {
            name: self.name.to_owned(),
            ignored_default: self.ignored_default(&before, &after, is_given),
            before: before.shown,
            after: after.shown,
            ssm: (is_ssm && !self.is_secret).then_some(names),
            changed,
        }
    }

    /// Whether a change names this parameter as its cause.
    fn is_cause(&self) -> bool {
        fn names(change_set: &ChangeSet, name: &str) -> bool {
            let details = change_set.changes.iter().flat_map(|change| &change.resource_change.details);
            details
                .filter(|detail| detail.change_source.as_deref() == Some("ParameterReference"))
                .any(|detail| detail.causing_entity.as_deref() == Some(name))
        }
        self.input.change_set.is_some_and(|change_set| names(change_set, self.name))
    }

    fn is_resolved(&self) -> bool {
        let of = |parameters: &[StackParameter]| {
            parameters.iter().any(|p| p.parameter_key == self.name && p.resolved_value.is_some())
        };
        self.input.stack.is_some_and(|stack| of(&stack.parameters))
            || self.input.change_set.is_some_and(|change_set| of(&change_set.parameters))
    }

    /// A default that is not used, because the parameter has a value that is kept. Of an SSM type it can be told only
    /// where the resolved value is told too: an endpoint that gives one value for both may mean either.
    fn ignored_default(&self, before: &Moment, after: &Moment, is_given: bool) -> Option<String> {
        if self.is_ssm() && !self.is_resolved() {
            return None;
        }
        let default = self.declared?.default_value.as_ref()?;
        let kept = before.given.as_ref()?;
        let is_ignored = !self.is_secret
            && !is_given
            && kept != default
            && after.given.as_ref() == Some(kept)
            && matches!(shown(default), Shown::Text(_));
        is_ignored.then(|| default.clone())
    }
}
