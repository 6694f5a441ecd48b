//! Why a cloud, a grant or a plugin could not do something.

use std::fmt;

/// The kind of a [`Failure`]; the cases are those of `failure-kind` in `wit/types.wit`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// The request itself is wrong; trying again does not help.
    InvalidInput,
    /// What was asked for does not exist.
    NotFound,
    /// A grant, a policy or the cloud refused it.
    AccessDenied,
    /// It exists already, or changed meanwhile.
    Conflict,
    /// Too many requests; the number of milliseconds to wait, where known.
    Throttled(Option<u32>),
    /// It took longer than allowed.
    TimedOut,
    /// The service or the network does not answer.
    Unavailable,
    /// This host or this cloud cannot do it.
    Unsupported,
    /// Everything else.
    Other,
}

impl FailureKind {
    /// The name used in JSON output, `access-denied`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::InvalidInput => "invalid-input",
            Self::NotFound => "not-found",
            Self::AccessDenied => "access-denied",
            Self::Conflict => "conflict",
            Self::Throttled(_) => "throttled",
            Self::TimedOut => "timed-out",
            Self::Unavailable => "unavailable",
            Self::Unsupported => "unsupported",
            Self::Other => "other",
        }
    }
}

/// Why something could not be done. Never holds a secret value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// For programs.
    pub kind: FailureKind,
    /// The service's own error name (`ParameterNotFound`), where there is one.
    pub code: Option<String>,
    /// A lower-case fragment without a full stop.
    pub message: String,
    /// What to do about it, one sentence.
    pub hint: Option<String>,
}

impl Failure {
    /// A failure without code and hint.
    pub fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        Self { kind, code: None, message: message.into(), hint: None }
    }

    /// The same, with the service's error name.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<String>) -> Self {
        self.code = Some(code.into());
        self
    }

    /// The same, with what to do about it.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if let Some(code) = &self.code {
            write!(f, " ({code})")?;
        }
        Ok(())
    }
}

impl std::error::Error for Failure {}
