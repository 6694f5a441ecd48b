//! A plan as text, for people.

mod line;
mod summary;
mod value;

use self::line::arrow;
pub use self::summary::{Counts, summary};
use super::causes::holds;
use super::model::{Cause, Plan, PlannedAction, PlannedParameter, PlannedPin, PlannedResource, PropertyChange, Shown};
use crate::plugin::inert_line as inert;

/// What a piece of text is, so that it can be painted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// What is made.
    Add,
    /// What is changed in place.
    Change,
    /// What is made anew, or may be.
    Replace,
    /// What goes.
    Remove,
    /// What matters less.
    Faint,
    /// Names and headings.
    Strong,
    /// What needs attention.
    Warning,
}

/// Paints a piece of text.
pub type Paint<'a> = &'a dyn Fn(Tone, &str) -> String;

/// The whole plan as lines, the last one being [`summary`]. `paint` adds colours, or nothing; texts from outside reach it
/// without control characters.
#[must_use]
pub fn text(plan: &Plan, paint: Paint<'_>) -> String {
    let name = format!("stack {} ({})", inert(&plan.stack), inert(&plan.region));
    let name = paint(Tone::Strong, &name);
    if plan.is_empty() {
        let mut out = format!("{name}: nothing to do\n");
        rest(&mut out, plan, paint);
        return out;
    }
    let mut out = format!("{name}: {}\n", inert(&plan.operation.to_lowercase()));
    if !plan.resources.is_empty() {
        out.push('\n');
    }
    for resource in &plan.resources {
        resource_lines(&mut out, resource, plan, paint);
    }
    rest(&mut out, plan, paint);
    out.push_str(&format!("\n{}\n", paint(Tone::Strong, &summary(plan))));
    out
}

/// Everything but the resources.
fn rest(out: &mut String, plan: &Plan, paint: Paint<'_>) {
    section(out, "parameters", plan.parameters.iter().filter_map(|p| parameter(p, plan, paint)), paint);
    let tags = plan.tags.iter().map(|tag| {
        let shown = |value: &Option<String>| value.clone().map_or(Shown::Absent, Shown::Text);
        format!("{}: {}", inert(&tag.key), arrow(&shown(&tag.before), &shown(&tag.after), paint))
    });
    section(out, "tags", tags, paint);
    let added = plan.security.iter().flat_map(|widening| {
        let name = format!("{} ({})", inert(&widening.logical_id), inert(&widening.resource_type));
        widening.added.iter().map(move |line| format!("{name}: {}", paint(Tone::Warning, &inert(line))))
    });
    section(out, "access that gets wider", added, paint);
    section(out, "known after deploy", plan.known_after_deploy.iter().map(|name| inert(name)), paint);
    let capabilities = (!plan.is_empty()).then(|| plan.capabilities.iter().map(|name| inert(name)));
    section(out, "capabilities", capabilities.into_iter().flatten(), paint);
    section(out, "notes", plan.notes.iter().map(|note| inert(note)), paint);
}

fn section(out: &mut String, title: &str, lines: impl Iterator<Item = String>, paint: Paint<'_>) {
    let lines: Vec<String> = lines.collect();
    if !lines.is_empty() {
        out.push_str(&format!("\n{}\n", paint(Tone::Strong, title)));
        lines.iter().for_each(|line| out.push_str(&format!("  {line}\n")));
    }
}

fn resource_lines(out: &mut String, resource: &PlannedResource, plan: &Plan, paint: Paint<'_>) {
    let (sign, tone, words) = action(resource);
    let head = format!("{sign} {} {}", inert(&resource.resource_type), inert(&resource.logical_id));
    out.push_str(&format!("  {}", paint(tone, &head)));
    if let Some(id) = resource.physical_id.as_deref().filter(|id| *id != resource.logical_id) {
        out.push_str(&format!("  {}", paint(Tone::Faint, &inert(id))));
    }
    if !words.is_empty() {
        out.push_str(&format!("  {}", paint(tone, &words)));
    }
    if let Some(policy) = resource.policy.as_deref() {
        out.push_str(&format!("  ({})", policy_words(policy)));
    }
    if let Some(drift) = resource.drift.as_deref() {
        out.push_str(&format!("  {}", paint(Tone::Warning, &drift_words(drift))));
    }
    if let Some(place) = &resource.place {
        out.push_str(&format!("  {}", paint(Tone::Faint, &format!("{}:{}", inert(&place.file), place.line))));
    }
    out.push('\n');
    for change in &resource.changes {
        change_lines(out, change, plan, paint);
    }
}

fn action(resource: &PlannedResource) -> (char, Tone, String) {
    let is_kept = resource.policy.as_deref() == Some("Retain");
    let (sign, tone, words) = match &resource.action {
        PlannedAction::Add => ('+', Tone::Add, ""),
        PlannedAction::Modify if summary::may_change(resource) => ('~', Tone::Change, "may change"),
        PlannedAction::Modify => ('~', Tone::Change, ""),
        PlannedAction::Replace => ('±', Tone::Replace, "will be REPLACED"),
        PlannedAction::MayReplace => ('?', Tone::Replace, "may be REPLACED"),
        PlannedAction::Remove if is_kept => ('-', Tone::Remove, "leaves the stack"),
        PlannedAction::Remove => ('-', Tone::Remove, "will be REMOVED"),
        PlannedAction::Import => ('>', Tone::Add, "exists, and is imported"),
        PlannedAction::SyncWithActual => ('=', Tone::Change, "sync with actual: stays as it is, and is recorded so"),
        PlannedAction::Dynamic => ('*', Tone::Change, "changes are known when it is deployed"),
        PlannedAction::Other(name) => return ('!', Tone::Warning, inert(name)),
    };
    (sign, tone, words.to_owned())
}

fn policy_words(policy: &str) -> String {
    match policy {
        "Retain" => "kept: Retain".to_owned(),
        "Snapshot" => "leaves a snapshot: Snapshot".to_owned(),
        "ReplaceAndRetain" => "the old one is kept: ReplaceAndRetain".to_owned(),
        "ReplaceAndSnapshot" => "the old one leaves a snapshot: ReplaceAndSnapshot".to_owned(),
        other => inert(other),
    }
}

fn drift_words(drift: &str) -> String {
    match drift {
        "MODIFIED" => "drifted: MODIFIED".to_owned(),
        "DELETED" => "drifted: DELETED outside of the stack".to_owned(),
        other => format!("drift: {}", inert(other)),
    }
}

fn change_lines(out: &mut String, change: &PropertyChange, plan: &Plan, paint: Paint<'_>) {
    let path = inert(&change.path);
    let flags = flags(change, paint);
    match value::lines(change) {
        Some(lines) => {
            out.push_str(&format!("      {path}:{flags}\n"));
            lines.iter().for_each(|(tone, line)| {
                out.push_str(&format!("        {}\n", tone.map_or_else(|| line.clone(), |tone| paint(tone, line))))
            });
        }
        None => out.push_str(&format!("      {path}: {}{flags}\n", arrow(&change.before, &change.after, paint))),
    }
    for because in change.causes.iter().filter_map(|cause| because(cause, change, plan)) {
        out.push_str(&format!("        {}\n", paint(Tone::Faint, &because)));
    }
}

fn flags(change: &PropertyChange, paint: Paint<'_>) -> String {
    let recreation = change.recreation.as_deref().map(|word| match word {
        "Always" => "forces replacement".to_owned(),
        "Conditionally" => "may force replacement".to_owned(),
        other => format!("replacement: {}", inert(other)),
    });
    let recreation = recreation.map(|words| format!("   {}", paint(Tone::Replace, &words)));
    let conditional = change.conditional.then(|| format!("   {}", paint(Tone::Faint, "conditional")));
    recreation.into_iter().chain(conditional).collect()
}

/// Why; nothing for what the template says, since that is what everyone expects.
fn because(cause: &Cause, change: &PropertyChange, plan: &Plan) -> Option<String> {
    Some(match cause {
        Cause::Template => return None,
        Cause::Pin { pin } => {
            let pin = plan.pins.get(*pin)?;
            let reference = inert(&pin.reference);
            match versions(pin, &change.before) {
                Some(versions) if versions.contains('→') => format!("because the pin {reference} moved ({versions})"),
                Some(version) => format!("because of the pin {reference} ({version})"),
                None => format!("because of the pin {reference}"),
            }
        }
        Cause::Parameter { name } => {
            let parameter = plan.parameters.iter().find(|parameter| parameter.name == *name);
            let ssm = parameter.and_then(ssm_names);
            let ssm = ssm.map(|names| format!(" ({names})")).unwrap_or_default();
            format!("because the parameter {} changes{ssm}", inert(name))
        }
        Cause::Resource { name } => format!("because {} changes", inert(name)),
        Cause::Automatic => "because the nested stack is looked at again".to_owned(),
        Cause::Drift => "because it is not as it was deployed".to_owned(),
        Cause::Other { name } => format!("because of {}", inert(name)),
    })
}

/// `v71 → v74` where the value before is the one that was pinned before, else `v74`.
fn versions(pin: &PlannedPin, before: &Shown) -> Option<String> {
    let version = pin.version.as_deref().map(|version| format!("v{}", inert(version)));
    let is_known =
        matches!((before, &pin.previous_value), (Shown::Text(before), Some(previous)) if holds(before, previous));
    match (pin.previous_version.as_deref().filter(|_| is_known), version) {
        (Some(previous), Some(version)) => Some(format!("v{} → {version}", inert(previous))),
        (_, version) => version,
    }
}

fn parameter(parameter: &PlannedParameter, plan: &Plan, paint: Paint<'_>) -> Option<String> {
    let name = inert(&parameter.name);
    let ssm = ssm_names(parameter).map(|names| format!(" ({names})")).unwrap_or_default();
    let is_known = !(plan.change_set.is_none() && parameter.before == Shown::Absent);
    if parameter.changed && is_known {
        return Some(match (&parameter.before, &parameter.after) {
            (Shown::Unknown, Shown::Unknown) => format!("{name}: changes{ssm}"),
            (before, after) => format!("{name}: {}{ssm}", arrow(before, after, paint)),
        });
    }
    let default = parameter.ignored_default.as_deref()?;
    let kept = match (&parameter.ssm, &parameter.after) {
        (Some(names), _) => line::quoted(names.after.as_deref().unwrap_or_default()),
        (None, after) => line::shown(after, paint),
    };
    let default = line::quoted(default);
    let words = format!("keeps {kept}; the template's default is {default}, which is used only where no value is set");
    Some(format!("{name}: {}", paint(Tone::Warning, &words)))
}

/// The names behind an SSM-typed parameter: one, or the old and the new one.
fn ssm_names(parameter: &PlannedParameter) -> Option<String> {
    let names = parameter.ssm.as_ref()?;
    match (&names.before, &names.after) {
        (Some(before), Some(after)) if before != after => Some(format!("{} → {}", inert(before), inert(after))),
        (_, Some(name)) | (Some(name), None) => Some(inert(name)),
        (None, None) => None,
    }
}
