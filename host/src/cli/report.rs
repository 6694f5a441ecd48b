//! How a command ends badly: what happened, where, why, what to do; for people or as JSON, from one source.

use std::fmt::Write as _;
use std::process::ExitCode;

use miette::{NamedSource, SourceSpan};
use serde_json::{Map, Value, json};

use crate::cloud::{Failure, FailureKind};
use crate::lock::LockError;
use crate::output::{Printer, Style};
use crate::plugin::{Denial, Finding, Severity, inert};
use crate::project::ProjectError;
use crate::registry::PluginError;
use crate::render::RenderError;

/// The exit codes (DESIGN.md section 8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    Done,
    Failed,
    Usage,
    Pending,
    Refused,
    Interrupted,
}

impl Exit {
    fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Pending => 3,
            Self::Refused => 4,
            Self::Interrupted => 130,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// One thing that is wrong, or worth a warning, with its place.
#[derive(Debug)]
pub(super) struct Problem {
    severity: Severity,
    kind: FailureKind,
    code: Option<String>,
    message: String,
    hint: Option<String>,
    place: Option<Located>,
}

#[derive(Debug)]
struct Located {
    file: String,
    line: usize,
    column: usize,
    source: String,
    /// In characters.
    width: usize,
}

/// Why a command did not do what it was asked to.
#[derive(Debug)]
pub(super) struct Report {
    exit: Exit,
    message: String,
    hint: Option<String>,
    problems: Vec<Problem>,
}

impl Report {
    pub(super) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into(), hint: None, problems: Vec::new() }
    }

    pub(super) fn failed(message: impl Into<String>) -> Self {
        Self::new(Exit::Failed, message)
    }

    pub(super) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same, with a hint where there is one.
    pub(super) fn with_hint_of(mut self, hint: Option<String>) -> Self {
        self.hint = hint.or(self.hint);
        self
    }

    /// Problems, each with its place.
    pub(super) fn of_problems(exit: Exit, message: impl Into<String>, problems: Vec<Problem>) -> Self {
        Self { exit, message: message.into(), hint: None, problems }
    }

    /// One report of several: what was wrong with each is told at once, and the worst decides the exit code.
    pub(super) fn together(mut reports: Vec<Self>, printer: &Printer) -> Option<Self> {
        let last = reports.pop()?;
        if reports.is_empty() {
            return Some(last);
        }
        let all = reports.len() + 1;
        let exit = match reports.iter().all(|report| report.exit == last.exit) {
            true => last.exit,
            false => Exit::Failed,
        };
        let mut problems = Vec::new();
        for report in reports.into_iter().chain([last]) {
            if !printer.is_json() {
                printer.complain(&report.text(printer));
            }
            let failure = Failure { hint: report.hint, ..Failure::new(FailureKind::Other, report.message) };
            problems.push(Problem::new(Severity::Error, failure, None));
            problems.extend(report.problems);
        }
        // In a text each has been told already.
        let problems = if printer.is_json() { problems } else { Vec::new() };
        Some(Self { exit, message: format!("{all} stacks failed"), hint: None, problems })
    }

    /// What happened.
    pub(super) fn message(&self) -> String {
        inert(&self.message)
    }

    /// The exit code.
    pub(super) fn exit(&self) -> Exit {
        self.exit
    }

    /// Several failures of one command.
    pub(super) fn of_failures(message: impl Into<String>, failures: Vec<Failure>) -> Self {
        let exit = exit_of(failures.iter().map(|failure| failure.kind));
        let problems = failures.into_iter().map(|failure| Problem::new(Severity::Error, failure, None)).collect();
        Self { exit, message: message.into(), hint: None, problems }
    }

    /// What is wrong with a template.
    pub(super) fn of_render(error: RenderError, file: &str, template: &str) -> Self {
        Self::of_rendering(error, file, template, "written")
    }

    /// The same, where something else was to be done with it: `nothing was written`, `nothing was planned`.
    pub(super) fn of_rendering(error: RenderError, file: &str, template: &str, verb: &str) -> Self {
        let (findings, denials, refused) = match error {
            RenderError::Findings { findings, denials, refused } => (findings, denials, refused),
            RenderError::Plugin(error) => return error.into(),
            RenderError::Lock(error) => return error.into(),
            RenderError::Cloud(error) => return error.into(),
        };
        let errors = findings.iter().filter(|finding| finding.severity == Severity::Error);
        let exit = if refused || !denials.is_empty() {
            Exit::Refused
        } else {
            exit_of(errors.clone().map(|finding| finding.failure.kind))
        };
        let count = errors.count();
        let mut problems = Problem::of_findings(findings, file, template);
        let mut known: Vec<String> = problems.iter().filter_map(|problem| problem.hint.clone()).collect();
        for denial in denials {
            // The plugin may have passed the refusal on already; then it has its place in the template.
            if !known.contains(&denial.hint()) {
                known.push(denial.hint());
                problems.push(Problem::of_denial(&denial));
            }
        }
        let message = match count.max(problems.len().min(1)) {
            1 => format!("1 error in {file}; nothing was {verb}"),
            n => format!("{n} errors in {file}; nothing was {verb}"),
        };
        Self { exit, message, hint: None, problems }
    }

    /// Print it where it belongs, and give the exit code.
    pub(super) fn print(&self, printer: &Printer) -> Exit {
        if printer.is_json() {
            // Nobody is left to tell when stdout is gone.
            let _ = printer.data(|| self.json(), String::new);
        } else {
            printer.complain(&self.text(printer));
        }
        self.exit
    }

    pub(super) fn json(&self) -> Value {
        let mut error = Map::new();
        error.insert("exit".into(), json!(self.exit.code()));
        error.insert("message".into(), json!(self.message));
        error.extend(self.hint.iter().map(|hint| ("hint".into(), json!(hint))));
        error.insert("problems".into(), self.problems.iter().map(Problem::json).collect());
        json!({ "error": error })
    }

    pub(super) fn text(&self, printer: &Printer) -> String {
        let mut text = String::new();
        for problem in &self.problems {
            text.push_str(&problem.text(printer));
            text.push('\n');
        }
        let _ = writeln!(text, "{} {}", printer.paint(Style::Error, "error:"), inert(&self.message));
        if let Some(hint) = &self.hint {
            let _ = writeln!(text, "{} {}", printer.paint(Style::Hint, "hint:"), inert(hint));
        }
        text
    }
}

impl Problem {
    fn new(severity: Severity, failure: Failure, place: Option<Located>) -> Self {
        let Failure { kind, code, message, hint } = failure;
        Self { severity, kind, code, message, hint, place }
    }

    pub(super) fn of_denial(denial: &Denial) -> Self {
        let message = format!("the plugin `{}` may not {}", denial.plugin, denial.need);
        Self::new(Severity::Error, Failure::new(FailureKind::AccessDenied, message).with_hint(denial.hint()), None)
    }

    /// Findings with the source lines they are about.
    pub(super) fn of_findings(findings: Vec<Finding>, file: &str, template: &str) -> Vec<Self> {
        let locate = |finding: &Finding| {
            let place = finding.place?;
            let source = NamedSource::new(file, template.to_owned());
            let span = SourceSpan::from(place.start..place.end.max(place.start));
            let mut located = Located::read(&source, span)?;
            (located.line, located.column) = (place.line as usize, place.column as usize);
            Some(located)
        };
        findings
            .into_iter()
            .map(|finding| {
                let place = locate(&finding);
                Self::new(finding.severity, finding.failure, place)
            })
            .collect()
    }

    pub(super) fn json(&self) -> Value {
        let severity = match self.severity {
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        let mut problem = Map::new();
        problem.insert("severity".into(), json!(severity));
        problem.insert("kind".into(), json!(self.kind.name()));
        problem.insert("message".into(), json!(self.message));
        problem.extend(self.code.iter().map(|code| ("code".into(), json!(code))));
        problem.extend(self.hint.iter().map(|hint| ("hint".into(), json!(hint))));
        if let Some(place) = &self.place {
            problem.insert("file".into(), json!(place.file));
            problem.insert("line".into(), json!(place.line));
            problem.insert("column".into(), json!(place.column));
            problem.insert("source".into(), json!(place.source));
        }
        Value::Object(problem)
    }

    pub(super) fn text(&self, printer: &Printer) -> String {
        let label = match self.severity {
            Severity::Warning => printer.paint(Style::Warning, "warning:"),
            Severity::Error => printer.paint(Style::Error, "error:"),
        };
        let mut text = format!("{label} {}", inert(&self.message));
        if let Some(code) = &self.code {
            let _ = write!(text, " ({})", inert(code));
        }
        text.push('\n');
        if let Some(place) = &self.place {
            let number = place.line.to_string();
            let gutter = " ".repeat(number.len());
            let faint = |text: String| printer.paint(Style::Faint, &text);
            let before: String = place.source.chars().take(place.column.saturating_sub(1)).map(blank).collect();
            let left = place.source.chars().count().saturating_sub(place.column.saturating_sub(1));
            let marks = "^".repeat(place.width.min(left).max(1));
            let _ = writeln!(text, "{}{}:{}:{}", faint(format!("{gutter}--> ")), place.file, place.line, place.column);
            let _ = writeln!(text, "{} {}", faint(format!("{number} |")), inert(&place.source));
            let _ = writeln!(text, "{} {before}{}", faint(format!("{gutter} |")), printer.paint(Style::Error, &marks));
        }
        if let Some(hint) = &self.hint {
            let _ = writeln!(text, "{} {}", printer.paint(Style::Hint, "hint:"), inert(hint));
        }
        text
    }
}

/// What stands above the marks keeps its width.
fn blank(c: char) -> char {
    if c == '\t' { '\t' } else { ' ' }
}

impl Located {
    /// The first line of a span, with its number and the column of the span in it, both from 1.
    fn read(source: &NamedSource<String>, span: SourceSpan) -> Option<Self> {
        let text = source.inner();
        let (before, rest) = text.split_at_checked(span.offset())?;
        let inside = rest.get(..span.len()).unwrap_or(rest);
        let line_start = before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
        let left = before.get(line_start..)?;
        let right = rest.split(['\n', '\r']).next().unwrap_or_default();
        Some(Self {
            file: source.name().to_owned(),
            line: before.matches('\n').count() + 1,
            column: left.chars().count() + 1,
            source: format!("{left}{right}"),
            width: inside.split(['\n', '\r']).next().unwrap_or_default().chars().count(),
        })
    }
}

/// Invalid input when that is all that is wrong, otherwise a failure.
pub(super) fn exit_of(kinds: impl Iterator<Item = FailureKind>) -> Exit {
    let mut kinds = kinds.peekable();
    if kinds.peek().is_some() && kinds.all(|kind| kind == FailureKind::InvalidInput) {
        Exit::Usage
    } else {
        Exit::Failed
    }
}

impl From<Failure> for Report {
    fn from(failure: Failure) -> Self {
        let exit = exit_of(std::iter::once(failure.kind));
        Self { hint: failure.hint.clone(), ..Self::new(exit, failure.to_string()) }
    }
}

impl From<PluginError> for Report {
    fn from(error: PluginError) -> Self {
        let exit = if error.is_refusal() { Exit::Refused } else { Exit::Failed };
        Self { hint: error.hint(), ..Self::new(exit, error.to_string()) }
    }
}

impl From<LockError> for Report {
    fn from(error: LockError) -> Self {
        let (exit, cause) = match &error {
            LockError::Read { source, .. } | LockError::Write { source, .. } => (Exit::Failed, format!(": {source}")),
            LockError::Conflict { .. } | LockError::Version { .. } | LockError::Invalid { .. } => {
                (Exit::Usage, String::new())
            }
        };
        Self { hint: error.hint().map(str::to_owned), ..Self::new(exit, format!("{error}{cause}")) }
    }
}

impl From<ProjectError> for Report {
    fn from(error: ProjectError) -> Self {
        let hint = error.hint();
        match error {
            ProjectError::UnknownEnvironment { .. } => Self { hint, ..Self::new(Exit::Usage, error.to_string()) },
            ProjectError::Read { path, source } => {
                Self::new(Exit::Usage, format!("failed to read `{}`: {source}", path.display()))
            }
            ProjectError::Invalid { message, text, span } => {
                let place = span.and_then(|span| Located::read(&text, span));
                let failure = Failure::new(FailureKind::InvalidInput, message);
                let problems = vec![Problem::new(Severity::Error, failure, place)];
                Self { problems, ..Self::new(Exit::Usage, format!("`{}` is not accepted", text.name())) }
            }
        }
    }
}

impl From<RenderError> for Report {
    fn from(error: RenderError) -> Self {
        Self::of_render(error, "the project", "")
    }
}

/// Writing to stdout. A reader that went away (`| head`) has seen enough.
impl From<std::io::Error> for Report {
    fn from(error: std::io::Error) -> Self {
        Self::failed(format!("failed to write to stdout: {error}"))
    }
}
