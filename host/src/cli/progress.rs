//! How a person sees an operation go on: events as they come, and a line at the bottom of a terminal.

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use crate::cloud::stacks::Stack;
use crate::output::{Printer, Style};
use crate::plugin::inert_line;
use crate::stack::watch::{WatchedEvent, Watcher};

/// Where the operations of one command are shown, however many go on at once.
#[derive(Clone)]
pub(super) struct Display {
    printer: Printer,
    /// Lines at the bottom; on a terminal only.
    bars: Option<MultiProgress>,
}

impl Display {
    pub(super) fn new(printer: Printer) -> Self {
        // CI systems give a terminal now and then, and keep every frame of it.
        let quiet = std::env::var_os("CI").is_some_and(|value| !value.is_empty());
        let shown = !printer.is_json() && !quiet && std::io::stderr().is_terminal();
        Self { printer, bars: shown.then(MultiProgress::new) }
    }

    /// A line for people, above the bars.
    pub(super) fn note(&self, text: &str) {
        match &self.bars {
            Some(bars) => bars.suspend(|| self.printer.note(text)),
            None => self.printer.note(text),
        }
    }

    /// Who is told of the events of the stack that people call `key`, and CloudFormation `name`. `named` puts the key
    /// before each line.
    pub(super) fn stack(&self, key: &str, name: &str, named: bool) -> Arc<StackProgress> {
        let bar = self.bars.as_ref().map(|bars| {
            let bar = bars.add(ProgressBar::new_spinner());
            let style = ProgressStyle::with_template("{spinner} {elapsed:>4} {prefix}: {msg}");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
            bar.set_prefix(key.to_owned());
            bar
        });
        Arc::new(StackProgress {
            display: self.clone(),
            key: key.to_owned(),
            name: name.to_owned(),
            named,
            bar,
            resources: Mutex::default(),
        })
    }
}

/// One stack's operation on the display.
pub(super) struct StackProgress {
    display: Display,
    key: String,
    name: String,
    named: bool,
    bar: Option<ProgressBar>,
    /// The last status of each resource.
    resources: Mutex<BTreeMap<String, String>>,
}

impl StackProgress {
    /// What is being done now, when there are no events to see.
    pub(super) fn doing(&self, what: &str) {
        if let Some(bar) = &self.bar {
            if bar.is_finished() {
                bar.reset();
            }
            bar.enable_steady_tick(Duration::from_millis(120));
            bar.set_message(what.to_owned());
        }
    }

    /// Take the line away.
    pub(super) fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    fn count(&self, event: &WatchedEvent) -> String {
        let mut resources = self.resources.lock().unwrap_or_else(PoisonError::into_inner);
        if !event.event.is_of_stack() {
            resources.insert(full_id(event), event.event.resource_status.clone());
        }
        let ends = |end: &str| resources.values().filter(|status| status.ends_with(end)).count();
        let (busy, done, failed) = (ends("_IN_PROGRESS"), ends("_COMPLETE"), ends("_FAILED"));
        let failed = if failed > 0 { format!(", {failed} failed") } else { String::new() };
        format!("{done} done, {busy} under way{failed}")
    }
}

impl Drop for StackProgress {
    fn drop(&mut self) {
        self.end();
    }
}

impl Watcher for StackProgress {
    fn event(&self, event: &WatchedEvent) {
        let printer = &self.display.printer;
        if printer.is_stream() {
            // Nobody is left to tell when stdout is gone.
            let _ = printer.data(|| event_json(&self.name, event), String::new);
            return;
        }
        let message = self.count(event);
        self.doing(&message);
        let name = if self.named { format!("{}  ", self.key) } else { String::new() };
        self.display.note(&format!("{name}{}", event_line(event, printer)));
    }

    fn trouble(&self, message: &str) {
        let label = self.display.printer.paint(Style::Warning, "warning:");
        self.display.note(&format!("{label} {}: {}", self.key, inert_line(message)));
    }

    fn poll(&self, stack: &Stack) {
        if self.resources.lock().unwrap_or_else(PoisonError::into_inner).is_empty() {
            self.doing(&stack.stack_status);
        }
    }
}

/// `Nested.Resource`.
fn full_id(event: &WatchedEvent) -> String {
    let path = event.path.iter().map(String::as_str).chain([event.event.logical_resource_id.as_str()]);
    path.collect::<Vec<_>>().join(".")
}

/// An event on one line: time, status, type, name, reason.
pub(super) fn event_line(watched: &WatchedEvent, printer: &Printer) -> String {
    let event = &watched.event;
    let time = event.timestamp.get(11..19).unwrap_or(&event.timestamp);
    let status = event
        .detailed_status
        .as_ref()
        .map_or_else(|| event.resource_status.clone(), |detail| format!("{} ({detail})", event.resource_status));
    let hook = event
        .hook_type
        .as_ref()
        .map(|hook| format!("hook {hook} {}", event.hook_status.as_deref().unwrap_or_default()));
    let reason = [hook.as_ref(), event.hook_status_reason.as_ref(), event.resource_status_reason.as_ref()];
    let reason: Vec<&str> = reason.into_iter().flatten().map(String::as_str).collect();
    let padded = format!("{:<20}", inert_line(&status));
    let status = match event.resource_status.as_str() {
        status if status.ends_with("FAILED") => printer.paint(Style::Error, &padded),
        status if status.contains("ROLLBACK") => printer.paint(Style::Warning, &padded),
        status if status.ends_with("_IN_PROGRESS") => printer.paint(Style::Faint, &padded),
        _ => padded,
    };
    let indent = "  ".repeat(watched.depth);
    let what = format!("{indent}{} {}", event.resource_type, event.logical_resource_id);
    let line = format!("{time}  {status}  {}  {}", inert_line(&what), inert_line(&reason.join("; ")));
    line.trim_end().to_owned()
}

/// An event for programs.
pub(super) fn event_json(stack: &str, watched: &WatchedEvent) -> Value {
    let event = &watched.event;
    json!({
        "type": "event",
        "stack": stack,
        "time": event.timestamp,
        "logicalId": full_id(watched),
        "physicalId": event.physical_resource_id,
        "resourceType": event.resource_type,
        "status": event.resource_status,
        "detailedStatus": event.detailed_status,
        "reason": event.resource_status_reason,
        "hook": event.hook_type,
        "hookStatus": event.hook_status,
        "hookReason": event.hook_status_reason,
        "id": event.event_id,
    })
}
