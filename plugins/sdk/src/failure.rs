//! Making failures and resolutions.

use crate::bindings::formwork::plugin::references::{Resolution, Value};
use crate::bindings::formwork::plugin::types::{Failure, FailureKind};

impl Failure {
    /// A failure without a hint. The message is a lower-case fragment without a full stop.
    pub fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        Self { kind, code: None, message: message.into(), hint: None }
    }

    /// The same, with one sentence on what to do about it.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl Resolution {
    /// A value without version, time and account, which is pinned.
    pub fn text(value: impl Into<String>) -> Self {
        Self { value: Value::Text(value.into()), version: None, modified: None, account: None, volatile: false }
    }
}
