//! What of a resource changes.

use serde_json::Value;

use super::causes::{Property, causes, direct_causes};
use super::context::Context;
use super::differences::{Difference, differences};
use super::intrinsics::Side;
use super::model::{PropertyChange, Shown};
use super::pointer::{display, find, segments};
use super::values::{shown, shown_json};
use crate::cloud::stacks::{ResourceChange, ResourceChangeDetail};

type Details<'a> = Vec<&'a ResourceChangeDetail>;

/// What CloudFormation says about one path of a resource.
struct Group<'a> {
    path: Vec<String>,
    details: Details<'a>,
}

/// The property changes of a resource, in the order of the change set. Empty for a resource that is added or removed.
pub(super) fn changes(change: &ResourceChange, context: &Context<'_>) -> Vec<PropertyChange> {
    if matches!(change.action.as_str(), "Add" | "Remove" | "Import" | "Dynamic") {
        return Vec::new();
    }
    let resource = Resource { change, context, sides: Sides::of(change, context) };
    let groups = groups(change);
    if groups.is_empty() && change.details.is_empty() {
        return resource.untold();
    }
    groups.iter().flat_map(|group| resource.group(group)).collect()
}

/// The details by path. A detail without a path belongs to the paths of the same property, where there are any.
fn groups(change: &ResourceChange) -> Vec<Group<'_>> {
    let is_sync = change.action == "SyncWithActual";
    // The template was changed to what the resource is already.
    let is_change = |detail: &&ResourceChangeDetail| {
        is_sync || detail.change_source.as_deref() != Some("NoModification") || detail.target.drift.is_some()
    };
    let (exact, coarse): (Details<'_>, Details<'_>) =
        change.details.iter().filter(is_change).partition(|detail| detail.target.path.is_some());
    let mut groups: Vec<Group<'_>> = Vec::new();
    for detail in exact {
        let path = segments(detail.target.path.as_deref().unwrap_or_default());
        match groups.iter_mut().find(|group| group.path == path) {
            Some(group) => group.details.push(detail),
            None => groups.push(Group { path, details: vec![detail] }),
        }
    }
    for detail in coarse {
        let path = coarse_path(detail);
        let mut is_known = false;
        for group in groups.iter_mut().filter(|group| path.len() > 1 && group.path.starts_with(&path)) {
            group.details.push(detail);
            is_known = true;
        }
        match groups.iter_mut().find(|group| group.path == path) {
            _ if is_known => {}
            Some(group) => group.details.push(detail),
            None => groups.push(Group { path, details: vec![detail] }),
        }
    }
    groups
}

/// `Properties.ImageId`, `Metadata`. The attribute `Tags` is the property of that name.
fn coarse_path(detail: &ResourceChangeDetail) -> Vec<String> {
    let target = &detail.target;
    match (target.attribute.as_str(), target.name.as_deref().filter(|name| !name.is_empty())) {
        ("Tags", _) => vec!["Properties".to_owned(), "Tags".to_owned()],
        ("" | "Properties", Some(name)) => vec!["Properties".to_owned(), name.to_owned()],
        ("", None) => vec!["Properties".to_owned()],
        (attribute, _) => vec![attribute.to_owned()],
    }
}

/// The whole resource before and after, from the contexts in the change set, else from the templates.
struct Sides {
    before: Option<Value>,
    after: Option<Value>,
    /// Whether the functions in it are resolved, so that what differs is what changes.
    are_contexts: bool,
}

impl Sides {
    fn of(change: &ResourceChange, context: &Context<'_>) -> Self {
        let parse =
            |text: &Option<String>| serde_json::from_str::<Value>(text.as_deref()?).ok().filter(Value::is_object);
        let (before, after) = (parse(&change.before_context), parse(&change.after_context));
        if before.is_some() || after.is_some() {
            return Self { before, after, are_contexts: true };
        }
        let template = |side| context.resolved(side, &change.logical_resource_id);
        let (before, after) = (template(Side::Before), template(Side::After));
        match (&before, &after) {
            (Some(_), Some(_)) => Self { before, after, are_contexts: false },
            _ => Self { before: None, after: None, are_contexts: false },
        }
    }
}

struct Resource<'a> {
    change: &'a ResourceChange,
    context: &'a Context<'a>,
    sides: Sides,
}

impl Resource<'_> {
    fn group(&self, group: &Group<'_>) -> Vec<PropertyChange> {
        let target = |value: fn(&ResourceChangeDetail) -> Option<&String>| group.details.iter().find_map(|d| value(d));
        let before = target(|detail| {
            let drift = detail.target.drift.as_ref().and_then(|drift| drift.actual_value.as_ref());
            detail.target.before_value.as_ref().or(drift)
        });
        let after = target(|detail| detail.target.after_value.as_ref());
        let kind = target(|detail| detail.target.attribute_change_type.as_ref()).map(String::as_str);
        if before.is_some() || after.is_some() || matches!(kind, Some("Add" | "Remove")) {
            let side = |told: Option<&String>, context: Option<&Value>, is_absent: bool| match (told, context) {
                (Some(text), _) => shown(text),
                (None, _) if is_absent => Shown::Absent,
                (None, Some(resource)) if self.sides.are_contexts => {
                    find(resource, &group.path).map_or(Shown::Absent, shown_json)
                }
                _ => Shown::Unknown,
            };
            let before = side(before, self.sides.before.as_ref(), kind == Some("Add"));
            let after = side(after, self.sides.after.as_ref(), kind == Some("Remove"));
            return vec![self.property(&group.path, before, after, &group.details)];
        }
        let differing = self.differences(&group.path);
        if differing.is_empty() {
            let (before, after) = self.same(group);
            return vec![self.property(&group.path, before, after, &group.details)];
        }
        let one = |found: Difference<'_>| {
            let (before, after) = (one_side(found.before), one_side(found.after));
            self.property(&found.path, before, after, &group.details)
        };
        differing.into_iter().map(one).collect()
    }

    fn differences(&self, path: &[String]) -> Vec<Difference<'_>> {
        let (Some(before), Some(after)) = (&self.sides.before, &self.sides.after) else { return Vec::new() };
        differences(path, find(before, path), find(after, path))
    }

    /// The values where nothing that is known of them differs: a reference whose value changes.
    fn same(&self, group: &Group<'_>) -> (Shown, Shown) {
        let is_reference = |detail: &&ResourceChangeDetail| {
            matches!(detail.change_source.as_deref(), Some("ResourceReference" | "ResourceAttribute"))
        };
        let after = if group.details.iter().any(is_reference) { Shown::KnownAfterApply } else { Shown::Unknown };
        let before = self.sides.before.as_ref().filter(|_| self.sides.are_contexts && group.path.len() > 1);
        (before.and_then(|resource| find(resource, &group.path)).map_or(Shown::Unknown, shown_json), after)
    }

    /// A change about which CloudFormation tells no details: what differs in the contexts or templates.
    fn untold(&self) -> Vec<PropertyChange> {
        let has_effect = |found: &Difference<'_>| {
            !matches!(found.path.first().map(String::as_str), Some("Type" | "Condition" | "DependsOn"))
        };
        let one =
            |found: Difference<'_>| self.property(&found.path, one_side(found.before), one_side(found.after), &[]);
        self.differences(&[]).into_iter().filter(has_effect).map(one).collect()
    }

    fn property(
        &self,
        path: &[String],
        before: Shown,
        after: Shown,
        details: &[&ResourceChangeDetail],
    ) -> PropertyChange {
        let logical_id = self.change.logical_resource_id.as_str();
        let is_caused = |detail: &&ResourceChangeDetail| {
            detail.causing_entity.as_deref().is_some_and(|entity| self.context.is_secret(entity))
        };
        let is_hidden = details.iter().any(is_caused) || self.context.hides(logical_id, path);
        let (before, after) = if is_hidden { (hidden(before), hidden(after)) } else { (before, after) };
        let property = Property { logical_id, path, before: &before, after: &after };
        let causes = match details {
            [] => direct_causes(&property, self.context),
            details => causes(details, &property, self.context),
        };
        let is_dynamic = |detail: &&ResourceChangeDetail| detail.evaluation.as_deref() == Some("Dynamic");
        PropertyChange {
            path: display(path),
            recreation: recreation(details),
            conditional: !details.is_empty() && details.iter().all(is_dynamic),
            causes,
            before,
            after,
        }
    }
}

fn one_side(value: Option<&Value>) -> Shown {
    value.map_or(Shown::Absent, shown_json)
}

fn hidden(value: Shown) -> Shown {
    match value {
        Shown::Text(_) | Shown::Hidden | Shown::Unknown => Shown::Hidden,
        absent_or_later => absent_or_later,
    }
}

/// The strongest of what the details say; a word that this version does not know is taken seriously.
fn recreation(details: &[&ResourceChangeDetail]) -> Option<String> {
    let strength = |word: &&str| match *word {
        "Always" => 2,
        "Conditionally" => 0,
        _ => 1,
    };
    let words = details.iter().filter_map(|detail| detail.target.requires_recreation.as_deref());
    words.filter(|word| *word != "Never" && !word.is_empty()).max_by_key(strength).map(str::to_owned)
}
