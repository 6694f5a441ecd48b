//! What the agent says of a step and of a document (`agent/contracts/model.go`, `aggregator.go`).

use std::fmt;

/// The status of a step, or of a document made of its steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Not run, for a reason that is no failure.
    Skipped,
    /// Done.
    Success,
    /// Done, and the machine has to be started anew; the same step runs again afterwards.
    SuccessAndReboot,
    /// Like [`Self::SuccessAndReboot`]; an older name.
    PassedAndReboot,
    /// Not yet begun.
    NotStarted,
    /// At work.
    InProgress,
    /// Did not work.
    Failed,
    /// Somebody stopped it.
    Cancelled,
    /// It took longer than allowed, or ended as if it had (code 137).
    TimedOut,
}

impl Status {
    /// All of them, from the weakest to the strongest of [`Status::merge`].
    pub const ALL: [Self; 9] = [
        Self::Skipped,
        Self::Success,
        Self::SuccessAndReboot,
        Self::PassedAndReboot,
        Self::NotStarted,
        Self::InProgress,
        Self::Failed,
        Self::Cancelled,
        Self::TimedOut,
    ];

    /// The agent's word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Skipped => "Skipped",
            Self::Success => "Success",
            Self::SuccessAndReboot => "SuccessAndReboot",
            Self::PassedAndReboot => "PassedAndReboot",
            Self::NotStarted => "NotStarted",
            Self::InProgress => "InProgress",
            Self::Failed => "Failed",
            Self::Cancelled => "Cancelled",
            Self::TimedOut => "TimedOut",
        }
    }

    /// The status of this name; `None` for a word that the agent does not have.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }

    /// The status of two parts of one step (several `properties` of schema 1.2): the stronger one.
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        self.max(other)
    }

    /// The status of a document whose steps have these: a reboot is more than a failure, a failure more than a
    /// time-out, a time-out more than a cancellation; success needs every step to have succeeded or to have been
    /// skipped.
    #[must_use]
    pub fn roll_up(steps: impl IntoIterator<Item = Self>) -> Self {
        let steps: Vec<Self> = steps.into_iter().collect();
        for strong in [Self::SuccessAndReboot, Self::Failed, Self::TimedOut, Self::Cancelled] {
            if steps.contains(&strong) {
                return strong;
            }
        }
        if steps.iter().all(|step| matches!(step, Self::Success | Self::Skipped)) {
            Self::Success
        } else {
            Self::InProgress
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::Status::{self, *};

    #[test]
    fn names_go_both_ways() {
        for status in Status::ALL {
            assert_eq!(Status::from_name(status.name()), Some(status));
        }
        assert_eq!(Status::from_name("success"), None);
    }

    #[test]
    fn merging_takes_the_stronger() {
        for (index, weak) in Status::ALL.into_iter().enumerate() {
            for strong in Status::ALL.into_iter().skip(index) {
                assert_eq!((weak.merge(strong), strong.merge(weak)), (strong, strong));
            }
        }
    }

    #[test]
    fn a_document_has_the_status_that_matters_most() {
        for (steps, document) in [
            (vec![], Success),
            (vec![Success, Skipped], Success),
            (vec![Skipped], Success),
            (vec![Success, Failed], Failed),
            (vec![Failed, SuccessAndReboot], SuccessAndReboot),
            (vec![TimedOut, Cancelled, Success], TimedOut),
            (vec![Failed, TimedOut, Cancelled], Failed),
            (vec![Cancelled, Skipped], Cancelled),
            (vec![Success, InProgress], InProgress),
            (vec![Success, NotStarted], InProgress),
            // Nothing in the agent's roll-up knows this one.
            (vec![Success, PassedAndReboot], InProgress),
        ] {
            assert_eq!(Status::roll_up(steps.clone()), document, "{steps:?}");
        }
    }
}
