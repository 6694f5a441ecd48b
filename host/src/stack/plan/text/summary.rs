//! What a plan comes to.

use super::super::model::{Cause, Plan, PlannedAction, PlannedResource, PropertyChange, Shown};
use super::versions;
use crate::plugin::inert_line as inert;

/// How many resources get which action, those of nested stacks included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Made.
    pub add: usize,
    /// Changed in place.
    pub change: usize,
    /// Perhaps changed: only the deployment shows it.
    pub may_change: usize,
    /// Made anew.
    pub replace: usize,
    /// Perhaps made anew.
    pub may_replace: usize,
    /// Taken out of the stack, those included that are kept in AWS.
    pub remove: usize,
    /// Taken into the stack.
    pub import: usize,
    /// Recorded as they are.
    pub sync: usize,
    /// Something that this version does not know.
    pub other: usize,
}

impl Counts {
    /// Those of a plan.
    #[must_use]
    pub fn of(plan: &Plan) -> Self {
        let mut counts = Self::default();
        for resource in &plan.resources {
            let count = match &resource.action {
                PlannedAction::Add => &mut counts.add,
                PlannedAction::Modify if may_change(resource) => &mut counts.may_change,
                PlannedAction::Modify => &mut counts.change,
                PlannedAction::Replace => &mut counts.replace,
                PlannedAction::MayReplace => &mut counts.may_replace,
                PlannedAction::Remove => &mut counts.remove,
                PlannedAction::Import => &mut counts.import,
                PlannedAction::SyncWithActual => &mut counts.sync,
                PlannedAction::Dynamic => &mut counts.may_change,
                PlannedAction::Other(_) => &mut counts.other,
            };
            *count += 1;
        }
        counts
    }
}

/// Whether nothing of a resource is known to change.
pub(super) fn may_change(resource: &PlannedResource) -> bool {
    !resource.changes.is_empty() && resource.changes.iter().all(|change| change.conditional)
}

/// The last line of a plan: `1 to add, 2 to change, 1 to replace: WebServer, because ami-0abc → ami-0def (…)`.
#[must_use]
pub fn summary(plan: &Plan) -> String {
    if plan.is_empty() {
        return "nothing to do".to_owned();
    }
    if plan.change_set.is_none() && plan.resources.is_empty() {
        let names: Vec<String> = plan.known_after_deploy.iter().map(|name| inert(name)).collect();
        return format!("not known before another stack is deployed: {}", names.join(", "));
    }
    let counts = Counts::of(plan);
    let mut parts = Vec::new();
    let mut add = |count: usize, words: &str, of: Option<&PlannedAction>| {
        if count > 0 {
            let names = of.map(|action| format!(": {}", named(plan, action))).unwrap_or_default();
            parts.push(format!("{count} {words}{names}"));
        }
    };
    add(counts.add, "to add", None);
    add(counts.import, "to import", None);
    add(counts.change, "to change", None);
    add(counts.may_change, "may change", None);
    add(counts.sync, "to sync with actual", None);
    add(counts.replace, "to replace", Some(&PlannedAction::Replace));
    add(counts.may_replace, "may be replaced", Some(&PlannedAction::MayReplace));
    add(counts.remove, "to remove", Some(&PlannedAction::Remove));
    add(counts.other, "with an action that this version does not know", None);
    if parts.is_empty() { "no resource changes".to_owned() } else { parts.join(", ") }
}

/// The names of the resources with an action; those with the same reason together, with it.
fn named(plan: &Plan, action: &PlannedAction) -> String {
    let mut groups: Vec<(Vec<String>, Option<String>)> = Vec::new();
    for resource in plan.resources.iter().filter(|resource| resource.action == *action) {
        let name = inert(&resource.logical_id);
        let reason = if *action == PlannedAction::Remove { None } else { reason(resource, plan) };
        match groups.iter_mut().find(|(_, known)| *known == reason) {
            Some((names, _)) => names.push(name),
            None => groups.push((vec![name], reason)),
        }
    }
    let texts = groups.into_iter().map(|(names, reason)| match reason {
        Some(reason) => format!("{}, because {reason}", names.join(", ")),
        None => names.join(", "),
    });
    texts.collect::<Vec<_>>().join("; ")
}

/// Why a resource is made anew: the change that forces it, and its cause.
fn reason(resource: &PlannedResource, plan: &Plan) -> Option<String> {
    let forced = |word: &str| resource.changes.iter().find(|change| change.recreation.as_deref() == Some(word));
    let any = || resource.changes.iter().find(|change| change.recreation.is_some());
    let change = forced("Always").or_else(any)?;
    let what = match (&change.before, &change.after) {
        (Shown::Text(before), Shown::Text(after)) if is_short(before) && is_short(after) => {
            format!("{} → {}", inert(before), inert(after))
        }
        _ => format!("{} changes", inert(&change.path)),
    };
    let cause = change.causes.iter().find_map(|cause| cause_words(cause, change, plan));
    Some(cause.map_or_else(|| what.clone(), |cause| format!("{what} ({cause})")))
}

fn is_short(text: &str) -> bool {
    !text.is_empty() && !text.contains('\n') && text.chars().count() <= 60
}

fn cause_words(cause: &Cause, change: &PropertyChange, plan: &Plan) -> Option<String> {
    match cause {
        Cause::Pin { pin } => {
            let pin = plan.pins.get(*pin)?;
            let name = pin.reference.rsplit(['/', ':']).next().unwrap_or(&pin.reference);
            Some([Some(inert(name)), versions(pin, &change.before)].into_iter().flatten().collect::<Vec<_>>().join(" "))
        }
        Cause::Parameter { name } => Some(format!("parameter {}", inert(name))),
        Cause::Resource { name } => Some(inert(name)),
        Cause::Drift => Some("drift".to_owned()),
        Cause::Template | Cause::Automatic | Cause::Other { .. } => None,
    }
}
