//! What is wrong with a document.

use serde::Serialize;

use super::Place;

/// Something to tell about a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DocumentFinding {
    /// How bad it is.
    pub severity: Severity,
    /// Who minds.
    pub origin: Origin,
    /// A stable name for the kind of finding: lower-case words with hyphens.
    pub code: &'static str,
    /// A lower-case fragment without a full stop, one line without control characters.
    pub message: String,
    /// What to do about it, one sentence.
    pub hint: Option<String>,
    /// What the agent itself answers, byte for byte, where that is known. It may hold text of the document as it is.
    pub agent: Option<String>,
    /// Where.
    pub place: Place,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// The document is not run.
    Error,
    /// It is run.
    Warning,
}

/// Who minds. When a document is to run as the agent alone would run it, only errors of [`Origin::Agent`] and
/// [`Origin::Here`] are in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// The agent refuses the document, or a warning is about what it does.
    Agent,
    /// The agent takes the document and fails the step.
    AgentStep,
    /// The service refuses the document or the values; the agent does not look.
    Service,
    /// Formwork refuses: its own limits, and what it does not run yet.
    Here,
    /// Nobody refuses, and yet it hardly is what was meant.
    Advice,
}

impl DocumentFinding {
    pub(in crate::document) fn error(origin: Origin, code: &'static str, place: Place, message: String) -> Self {
        Self { severity: Severity::Error, origin, code, message, hint: None, agent: None, place }
    }

    pub(in crate::document) fn warning(origin: Origin, code: &'static str, place: Place, message: String) -> Self {
        Self { severity: Severity::Warning, ..Self::error(origin, code, place, message) }
    }

    pub(in crate::document) fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    pub(in crate::document) fn agent(self, text: impl Into<String>) -> Self {
        Self { agent: Some(text.into()), ..self }
    }

    /// Whether the agent would not run the document, or this host never does, whatever the service says.
    pub fn stops_agent(&self) -> bool {
        self.severity == Severity::Error && matches!(self.origin, Origin::Agent | Origin::Here)
    }
}

/// Collects findings. Of each origin it keeps the first thousand and counts the rest: a document of a few megabytes can
/// have a million.
#[derive(Debug, Default)]
pub(in crate::document) struct Findings {
    list: Vec<DocumentFinding>,
    left_out: usize,
    kept: [usize; 5],
}

impl Findings {
    pub(in crate::document) const MOST: usize = 1000;

    pub(in crate::document) fn push(&mut self, finding: DocumentFinding) {
        match self.kept.get_mut(finding.origin as usize) {
            Some(kept) if *kept < Self::MOST => {
                *kept += 1;
                self.list.push(finding);
            }
            _ => self.left_out += 1,
        }
    }

    pub(in crate::document) fn extend(&mut self, findings: impl IntoIterator<Item = DocumentFinding>) {
        findings.into_iter().for_each(|finding| self.push(finding));
    }

    /// Leaves out one finding of this origin if there are too many, so that nobody needs to word it.
    pub(in crate::document) fn skips(&mut self, origin: Origin) -> bool {
        let full = self.kept.get(origin as usize).is_none_or(|kept| *kept >= Self::MOST);
        self.left_out += usize::from(full);
        full
    }

    /// All, in the order of the text.
    pub(in crate::document) fn finish(mut self) -> Vec<DocumentFinding> {
        self.list.sort_by_key(|finding| (finding.place.start, finding.severity));
        if self.left_out > 0 {
            let message = format!("{} more findings are left out", self.left_out);
            let place = self.list.last().map(|finding| finding.place).unwrap_or_default();
            self.list.push(DocumentFinding::warning(Origin::Advice, "more-findings", place, message));
        }
        self.list
    }
}
