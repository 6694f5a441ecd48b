//! What plugins wait for stacks with: the service behind `wait` and `wait-for-change-set` of the interface `stacks`.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use super::watch::{After, Pace, Watcher, watch};
use crate::cloud::stacks::ChangeSet;
use crate::cloud::{Connection, Failure, FailureKind, Stacks};
use crate::plugin::{StackCause, StackEnd, StackOperations};

/// CloudFormation makes a change set in seconds; large ones with nested stacks take minutes.
const LONGEST_CHANGE_SET: Duration = Duration::from_secs(30 * 60);

/// The stacks of a project, and who is told of events.
pub struct Operations {
    /// By name in the project: the name in CloudFormation, and the cloud.
    pub targets: BTreeMap<String, (String, Arc<Connection>)>,
    /// Who is told of events.
    pub watcher: Arc<dyn Watcher>,
    /// Who is told what is being done.
    pub status: Arc<dyn Fn(&str) + Send + Sync>,
    /// How often CloudFormation is asked.
    pub pace: Pace,
}

#[async_trait]
impl StackOperations for Operations {
    fn target(&self, stack: &str) -> Option<(String, Arc<Connection>)> {
        self.targets.get(stack).cloned()
    }

    fn status(&self, message: &str) {
        (self.status)(message);
    }

    async fn wait(&self, stacks: &dyn Stacks, stack: &str, after: Option<String>) -> Result<StackEnd, Failure> {
        let ended = watch(stacks, stack, After::Event(after), &*self.watcher, self.pace).await?;
        let causes = ended.causes.into_iter().map(|cause| StackCause {
            logical_id: cause.logical_id.clone(),
            resource_type: Some(cause.resource_type.clone()),
            failure: cause.into(),
        });
        Ok(StackEnd { causes: causes.collect(), stack: ended.stack })
    }

    async fn change_set(&self, stacks: &dyn Stacks, change_set: &str) -> Result<ChangeSet, Failure> {
        let waited = tokio::time::timeout(LONGEST_CHANGE_SET, async {
            let mut pause = self.pace.shortest;
            loop {
                match stacks.change_set(change_set).await {
                    Ok(made) if is_made(&made) => return Ok(made),
                    // Throttled after all retries of the SDK: it is still being made.
                    Err(failure) if !matches!(failure.kind, FailureKind::Throttled(_)) => return Err(failure),
                    _ => {}
                }
                tokio::time::sleep(pause).await;
                pause = pause.mul_f64(1.5).min(Duration::from_secs(5));
            }
        });
        waited.await.unwrap_or_else(|_| {
            Err(Failure::new(FailureKind::TimedOut, "CloudFormation did not make the change set in 30 minutes"))
        })
    }
}

/// Statuses that are on the way end in `_PENDING` or `_IN_PROGRESS`.
fn is_made(change_set: &ChangeSet) -> bool {
    !change_set.status.ends_with("_PENDING") && !change_set.status.ends_with("_IN_PROGRESS")
}
