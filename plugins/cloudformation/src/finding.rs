//! What is wrong, and where.

use std::ops::Range;

use formwork_plugin::renderer::{Finding, Severity};
use formwork_plugin::{Failure, FailureKind};

use crate::text::Text;

/// Something to tell about a range: of a scalar's value, or of the text.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) severity: Severity,
    pub(crate) at: Range<usize>,
    pub(crate) failure: Failure,
}

impl Problem {
    /// What stops the rendering.
    pub(crate) fn error(at: Range<usize>, message: impl Into<String>) -> Self {
        Self { severity: Severity::Error, at, failure: Failure::new(FailureKind::InvalidInput, message) }
    }

    /// What does not stop it.
    pub(crate) fn warning(at: Range<usize>, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(at, message) }
    }

    /// A mistake of this crate. It is told instead of giving out a wrong template.
    pub(crate) fn internal(at: Range<usize>, message: &str) -> Self {
        let failure = Failure::new(FailureKind::Other, format!("internal: {message}"));
        Self { severity: Severity::Error, at, failure }
            .hint("Please report it as a bug of Formwork, with the template.")
    }

    /// The same, with one sentence on what to do about it.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.failure.hint = Some(hint.into());
        self
    }

    /// The same, of a range of the text instead of the value.
    pub(crate) fn moved(self, at: Range<usize>) -> Self {
        Self { at, ..self }
    }
}

/// Everything that is wrong with a template; ranges are those of its text.
#[derive(Default)]
pub(crate) struct Problems(Vec<Problem>);

impl Problems {
    /// One more.
    pub(crate) fn push(&mut self, problem: Problem) {
        self.0.push(problem);
    }

    /// Whether the rendering stops.
    pub(crate) fn fatal(&self) -> bool {
        self.0.iter().any(|problem| problem.severity == Severity::Error)
    }

    /// The findings in the order of their places.
    pub(crate) fn into_findings(mut self, text: &Text<'_>) -> Vec<Finding> {
        self.0.sort_by_key(|problem| (problem.at.start, problem.at.end));
        let finding = |problem: Problem| Finding {
            place: Some(text.place(&problem.at)),
            severity: problem.severity,
            failure: problem.failure,
        };
        self.0.into_iter().map(finding).collect()
    }
}

/// A text of the user within a message: on one line, and not longer than a line.
pub(crate) fn excerpt(text: &str) -> String {
    const LONGEST: usize = 100;
    let mut excerpt: String = text.chars().take(LONGEST).map(|c| if c.is_control() { '\u{FFFD}' } else { c }).collect();
    if text.chars().nth(LONGEST).is_some() {
        excerpt.push('…');
    }
    excerpt
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorts_by_place() {
        let mut problems = Problems::default();
        problems.push(Problem::error(4..5, "b"));
        assert!(problems.fatal());
        problems.push(Problem::warning(1..2, "a"));
        let findings = problems.into_findings(&Text::new("0123\n56"));
        assert_eq!(findings.iter().map(|f| f.failure.message.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    }

    #[test]
    fn excerpts_are_short_and_printable() {
        assert_eq!(excerpt("a\nb"), "a\u{FFFD}b");
        assert_eq!(excerpt(&"x".repeat(200)).chars().count(), 101);
    }
}
