//! Words and numbers of a page; they are those of the plan's text.

use super::super::causes::holds;
use super::super::model::{Cause, Plan, PlannedAction, PlannedPin, PlannedResource, PropertyChange, Shown};
use crate::stack::graph::Mark;
use crate::stack::graph::escape::xml;

/// How many resources each thing happens to, in the order in which they are told: what needs attention first.
pub(super) struct Counts(Vec<(What, usize)>);

/// What happens to a resource, as people are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct What {
    /// On a badge: `replace`.
    pub(super) word: String,
    /// After a number: `to replace`.
    pub(super) counted: String,
    /// As in the text of a plan.
    pub(super) symbol: char,
    /// The class of badges and tiles.
    pub(super) class: &'static str,
}

impl What {
    fn new(action: &PlannedAction, word: &str, counted: &str, symbol: char) -> Self {
        Self { word: word.to_owned(), counted: counted.to_owned(), symbol, class: Mark::from(action).name() }
    }

    fn of(action: &PlannedAction) -> Self {
        let what = |word, counted, symbol| Self::new(action, word, counted, symbol);
        match action {
            PlannedAction::Add => what("add", "to add", '+'),
            PlannedAction::Modify => what("modify", "to change", '~'),
            PlannedAction::Replace => what("replace", "to replace", '±'),
            PlannedAction::MayReplace => what("may be replaced", "may be replaced", '?'),
            PlannedAction::Remove => what("remove", "to remove", '−'),
            PlannedAction::Import => what("import", "to import", '>'),
            PlannedAction::SyncWithActual => what("sync with actual", "to sync with actual", '='),
            PlannedAction::Dynamic => what("may change", "may change", '*'),
            PlannedAction::Other(name) => what(name, name, '!'),
        }
    }

    pub(super) fn happens_to(resource: &PlannedResource) -> Self {
        // Nothing of it is known to change.
        let may = !resource.changes.is_empty() && resource.changes.iter().all(|change| change.conditional);
        match (&resource.action, may) {
            (PlannedAction::Modify, true) => Self::new(&PlannedAction::Dynamic, "may change", "may change", '~'),
            (action, _) => Self::of(action),
        }
    }
}

impl Counts {
    pub(super) fn of<'a>(resources: impl Iterator<Item = &'a PlannedResource>) -> Self {
        let known = [
            PlannedAction::Replace,
            PlannedAction::MayReplace,
            PlannedAction::Remove,
            PlannedAction::Add,
            PlannedAction::Modify,
            PlannedAction::Dynamic,
            PlannedAction::Import,
            PlannedAction::SyncWithActual,
        ];
        let mut counts: Vec<_> = known.iter().map(|action| (What::of(action), 0)).collect();
        for resource in resources {
            let what = What::happens_to(resource);
            match counts.iter_mut().find(|(known, _)| known.counted == what.counted) {
                Some((_, count)) => *count += 1,
                None => counts.push((what, 1)),
            }
        }
        counts.retain(|(_, count)| *count > 0);
        Self(counts)
    }
}

/// The counts, each on its own ground.
pub(super) fn tiles(counts: &Counts) -> String {
    if counts.0.is_empty() {
        return String::new();
    }
    let mut out = String::from("<ul class=\"tiles\" aria-label=\"Counts\">\n");
    for (what, count) in &counts.0 {
        out.push_str(&format!(
            "<li class=\"tile {}\"><span class=\"count\">{count}</span> <span class=\"what\">{}</span></li>\n",
            what.class,
            xml(&what.counted),
        ));
    }
    out.push_str("</ul>\n");
    out
}

/// The counts in a line, not escaped.
pub(super) fn summary(plan: &Plan) -> String {
    let counts = Counts::of(plan.resources.iter()).0;
    let parts: Vec<String> = counts.iter().map(|(what, count)| format!("{count} {}", what.counted)).collect();
    match parts.is_empty() {
        false => parts.join(", "),
        true => nothing(plan).to_owned(),
    }
}

/// What is said of a plan in which no resource changes.
pub(super) fn nothing(plan: &Plan) -> &'static str {
    if plan.is_empty() {
        "nothing to do"
    } else if plan.change_set.is_none() {
        "not known before another stack is deployed"
    } else {
        "no resource changes"
    }
}

/// `update`; an operation that is not known stays as it is.
pub(super) fn operation(plan: &Plan) -> String {
    xml(&plan.operation.to_lowercase())
}

/// Why something changes, as HTML.
pub(super) fn cause(plan: &Plan, change: &PropertyChange, cause: &Cause) -> String {
    match cause {
        Cause::Template => "the template".to_owned(),
        Cause::Pin { pin } => match plan.pins.get(*pin) {
            None => "a pin".to_owned(),
            Some(pin) => format!("the pin <code>{}</code>{}", xml(&pin.reference), moved(pin, &change.before)),
        },
        Cause::Parameter { name } => format!("the parameter <code>{}</code>", xml(name)),
        Cause::Resource { name } => format!("<code>{}</code> changes", xml(name)),
        Cause::Automatic => "the nested stack is looked at again".to_owned(),
        Cause::Drift => "it is not as it was deployed".to_owned(),
        Cause::Other { name } => xml(name),
    }
}

/// From which version to which; only the new one where the value before is not the one that was pinned before.
fn moved(pin: &PlannedPin, before: &Shown) -> String {
    let is_known = matches!((before, &pin.previous_value), (Shown::Text(text), Some(value)) if holds(text, value));
    match (pin.previous_version.as_deref().filter(|_| is_known), &pin.version) {
        (Some(before), Some(after)) if before != after => format!(" moved (v{} → v{})", xml(before), xml(after)),
        (_, Some(version)) => format!(" (v{})", xml(version)),
        _ => String::new(),
    }
}

/// Whether a change makes the resource anew, as HTML.
pub(super) fn recreation(recreation: &str) -> String {
    match recreation {
        "Always" => "forces replacement".to_owned(),
        "Conditionally" => "may force replacement".to_owned(),
        other => format!("replacement: {}", xml(other)),
    }
}
