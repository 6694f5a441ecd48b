//! Where output goes: data to stdout, everything else to stderr; for people as text, for programs as JSON.

use std::io::{self, IsTerminal, Write};

use serde_json::Value;

/// The format of what goes to stdout.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// For programs: one JSON document, also for an error.
    Json,
    /// For programs: one JSON object a line, each as soon as it is known.
    Jsonl,
}

/// A colour with a meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// An error.
    Error,
    /// A warning.
    Warning,
    /// A hint.
    Hint,
    /// What stands back: line numbers, times.
    Faint,
    /// What stands out: old and new values.
    Strong,
    /// What is new.
    Good,
    /// What is changed in place.
    Changed,
}

/// Prints. One for a command.
#[derive(Clone, Copy, Debug)]
pub struct Printer {
    format: Format,
    colour: bool,
    data_colour: bool,
}

impl Printer {
    /// Colour is for a terminal, unless `NO_COLOR` says no (no-color.org).
    #[must_use]
    pub fn new(format: Format) -> Self {
        let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self {
            format,
            colour: !refused && io::stderr().is_terminal(),
            data_colour: !refused && format == Format::Text && io::stdout().is_terminal(),
        }
    }

    /// Whether stdout is for programs.
    #[must_use]
    pub fn is_json(&self) -> bool {
        self.format != Format::Text
    }

    /// Whether stdout is a stream for programs.
    #[must_use]
    pub fn is_stream(&self) -> bool {
        self.format == Format::Jsonl
    }

    /// Print data: `json` for programs, `text` for people.
    ///
    /// # Errors
    /// When stdout cannot be written.
    pub fn data(&self, json: impl FnOnce() -> Value, text: impl FnOnce() -> String) -> io::Result<()> {
        let mut out = match self.format {
            Format::Json => inert_json(&format!("{:#}", json())),
            Format::Jsonl => inert_json(&json().to_string()),
            Format::Text => text(),
        };
        if !out.is_empty() && !out.ends_with('\n') {
            out.push('\n');
        }
        self.bytes(out.as_bytes())
    }

    /// Print bytes exactly.
    ///
    /// # Errors
    /// When stdout cannot be written.
    pub fn bytes(&self, bytes: &[u8]) -> io::Result<()> {
        let mut stdout = io::stdout().lock();
        stdout.write_all(bytes)?;
        stdout.flush()
    }

    /// Tell people something; programs do not see it.
    pub fn note(&self, text: &str) {
        if self.format == Format::Text {
            self.complain(text);
        }
    }

    /// Tell whoever reads stderr.
    pub fn complain(&self, text: &str) {
        // Nobody is left to tell when stderr is gone.
        let _ = writeln!(io::stderr().lock(), "{}", text.trim_end_matches('\n'));
    }

    /// Text in a colour, where stderr has colours.
    #[must_use]
    pub fn paint(&self, style: Style, text: &str) -> String {
        coloured(self.colour, style, text)
    }

    /// Text in a colour, where stdout has colours.
    #[must_use]
    pub fn paint_data(&self, style: Style, text: &str) -> String {
        coloured(self.data_colour, style, text)
    }
}

/// JSON whose control characters are all escaped: those above U+007E may stand in it as they are, and terminals obey
/// them.
fn inert_json(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        match c {
            '\u{7f}'..='\u{9f}' => text.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => text.push(c),
        }
    }
    text
}

fn coloured(colour: bool, style: Style, text: &str) -> String {
    if !colour {
        return text.to_owned();
    }
    let code = match style {
        Style::Error => "1;31",
        Style::Warning => "1;33",
        Style::Hint => "36",
        Style::Faint => "2",
        Style::Strong => "1",
        Style::Good => "32",
        Style::Changed => "33",
    };
    format!("\u{1b}[{code}m{text}\u{1b}[0m")
}

/// How long ago a time was, in the words of people: `today`, `3 weeks ago`.
#[must_use]
pub fn ago(time: jiff::Timestamp, now: jiff::Timestamp) -> String {
    let days = now.duration_since(time).as_hours() / 24;
    let plural = |n: i64, unit: &str| if n == 1 { format!("1 {unit} ago") } else { format!("{n} {unit}s ago") };
    match days {
        ..=0 => "today".to_owned(),
        1 => "yesterday".to_owned(),
        2..=13 => plural(days, "day"),
        14..=60 => plural(days / 7, "week"),
        61..=729 => plural(days / 30, "month"),
        _ => plural(days / 365, "year"),
    }
}

/// A number as people read it: `51,200`.
#[must_use]
pub fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A table without lines: columns apart by two blanks.
#[must_use]
pub fn table(header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    table.set_header(header.to_vec());
    table.add_rows(rows);
    let lines = table.to_string();
    lines
        .lines()
        .map(|line| line.trim_end().strip_prefix(' ').unwrap_or(line.trim_end()))
        .collect::<Vec<_>>()
        .join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_has_no_control_characters() {
        let json = inert_json(&serde_json::json!({ "é": "a\u{9b}31m\u{7f}" }).to_string());
        assert_eq!(json, "{\"é\":\"a\\u009b31m\\u007f\"}");
        assert_eq!(serde_json::from_str::<Value>(&json).unwrap(), serde_json::json!({ "é": "a\u{9b}31m\u{7f}" }));
    }

    #[test]
    fn numbers_have_groups_of_three_digits() {
        let all = [0, 999, 1_000, 51_200, 1_048_576].map(thousands);
        assert_eq!(all, ["0", "999", "1,000", "51,200", "1,048,576"]);
    }

    #[test]
    fn times_are_told_as_people_do() {
        let now: jiff::Timestamp = "2026-11-24T12:00:00Z".parse().unwrap();
        let told = |time: &str| ago(time.parse().unwrap(), now);
        assert_eq!(told("2026-11-24T01:00:00Z"), "today");
        assert_eq!(told("2026-11-25T01:00:00Z"), "today", "clocks differ");
        assert_eq!(told("2026-11-23T01:00:00Z"), "yesterday");
        assert_eq!(told("2026-11-03T00:00:00Z"), "3 weeks ago");
        assert_eq!(told("2026-08-03T00:00:00Z"), "3 months ago");
        assert_eq!(told("2023-08-03T00:00:00Z"), "3 years ago");
    }
}
