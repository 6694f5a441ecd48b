//! CloudFormation: the trait that a cloud implements, and what it speaks of.
//!
//! Names are those of the CloudFormation API (API Reference), and so is the JSON that these types are written to and
//! read from: what `aws cloudformation … --output json` prints. Statuses, actions and the like are open sets, so they
//! are texts: a value that this version does not know is shown as it is.

mod model;

use async_trait::async_trait;

pub use self::model::*;
use super::Failure;

/// The longest template that a request may carry, in bytes (User Guide, "Understand CloudFormation quotas").
pub const MAX_TEMPLATE_BODY: usize = 51_200;

/// The longest template that S3 may hold for CloudFormation, in bytes (the same page).
pub const MAX_TEMPLATE_OBJECT: usize = 1 << 20;

/// CloudFormation. `stack` is a stack's name or ARN; `change_set` is the ARN of a change set.
#[async_trait]
pub trait Stacks: Send + Sync {
    /// One stack (DescribeStacks). A deleted stack is found by its ARN only.
    ///
    /// # Errors
    /// `NotFound` when there is none.
    async fn describe(&self, stack: &str) -> Result<Stack, Failure>;

    /// All stacks that are not deleted (DescribeStacks without a name, all pages).
    ///
    /// # Errors
    /// When the cloud cannot be read.
    async fn list(&self) -> Result<Vec<Stack>, Failure>;

    /// What a template declares (GetTemplateSummary).
    ///
    /// # Errors
    /// `ValidationError` for a template that is none.
    async fn template_summary(&self, source: &TemplateSource) -> Result<TemplateSummary, Failure>;

    /// The template of a stack as it was given (GetTemplate, stage Original).
    ///
    /// # Errors
    /// `NotFound` when there is no such stack.
    async fn template(&self, stack: &str) -> Result<String, Failure>;

    /// Ask for a change set; it is made in the background (CreateChangeSet).
    ///
    /// # Errors
    /// What CloudFormation refuses at once.
    async fn create_change_set(&self, request: &CreateChangeSet) -> Result<ChangeSetIds, Failure>;

    /// A change set as it stands, all pages, with property values (DescribeChangeSet).
    ///
    /// # Errors
    /// `NotFound` (`ChangeSetNotFound`).
    async fn change_set(&self, change_set: &str) -> Result<ChangeSet, Failure>;

    /// Delete a change set, and those of nested stacks with it (DeleteChangeSet).
    ///
    /// # Errors
    /// `InvalidChangeSetStatus` while it is executed.
    async fn delete_change_set(&self, change_set: &str) -> Result<(), Failure>;

    /// Start to execute a change set (ExecuteChangeSet).
    ///
    /// # Errors
    /// `InvalidChangeSetStatus`, `ChangeSetNotFound`.
    async fn execute_change_set(&self, request: &ExecuteChangeSet) -> Result<(), Failure>;

    /// One page of events, newest first (DescribeStackEvents).
    ///
    /// # Errors
    /// `NotFound` when there is no such stack.
    async fn events(&self, stack: &str, cursor: Option<&str>) -> Result<super::Page<StackEvent>, Failure>;

    /// The events of a change set's or a stack's operation that failed: early validation, hooks, provisioning
    /// (DescribeEvents with the filter FailedEvents, all pages).
    ///
    /// # Errors
    /// When the cloud cannot be read.
    async fn failed_events(&self, target: &EventsOf) -> Result<Vec<OperationEvent>, Failure>;

    /// What a hook said (GetHookResult).
    ///
    /// # Errors
    /// `HookResultNotFound`.
    async fn hook_result(&self, id: &str) -> Result<HookResult, Failure>;

    /// All resources of a stack (ListStackResources, all pages).
    ///
    /// # Errors
    /// `NotFound` when there is no such stack.
    async fn resources(&self, stack: &str) -> Result<Vec<StackResource>, Failure>;

    /// All exports of the account and region (ListExports, all pages).
    ///
    /// # Errors
    /// When the cloud cannot be read.
    async fn exports(&self) -> Result<Vec<Export>, Failure>;

    /// The names of the stacks that import an export (ListImports, all pages); empty when none does.
    ///
    /// # Errors
    /// When the cloud cannot be read.
    async fn imports(&self, export: &str) -> Result<Vec<String>, Failure>;

    /// Start to delete a stack (DeleteStack).
    ///
    /// # Errors
    /// `ValidationError` for a protected stack.
    async fn delete(&self, request: &DeleteStack) -> Result<(), Failure>;

    /// Cancel an update that is under way (CancelUpdateStack).
    ///
    /// # Errors
    /// `ValidationError` when none is.
    async fn cancel_update(&self, stack: &str) -> Result<(), Failure>;

    /// Go on with a rollback that failed (ContinueUpdateRollback).
    ///
    /// # Errors
    /// `ValidationError` when the stack is not in `UPDATE_ROLLBACK_FAILED`.
    async fn continue_rollback(&self, request: &ContinueRollback) -> Result<(), Failure>;

    /// Roll a stack back that failed with rollback disabled (RollbackStack).
    ///
    /// # Errors
    /// `ValidationError` when the stack is not in a state to be rolled back.
    async fn rollback(&self, stack: &str) -> Result<(), Failure>;

    /// Turn termination protection on or off (UpdateTerminationProtection).
    ///
    /// # Errors
    /// `NotFound` when there is no such stack.
    async fn protect(&self, stack: &str, on: bool) -> Result<(), Failure>;

    /// The stack policy, JSON text; none where there is none (GetStackPolicy).
    ///
    /// # Errors
    /// `NotFound` when there is no such stack.
    async fn policy(&self, stack: &str) -> Result<Option<String>, Failure>;

    /// Set the stack policy (SetStackPolicy).
    ///
    /// # Errors
    /// `ValidationError` for a policy that is none.
    async fn set_policy(&self, stack: &str, policy: &str) -> Result<(), Failure>;

    /// Start drift detection of a stack; gives the id of the detection (DetectStackDrift).
    ///
    /// # Errors
    /// `ValidationError` when one is under way.
    async fn detect_drift(&self, stack: &str) -> Result<String, Failure>;

    /// How far a drift detection is (DescribeStackDriftDetectionStatus).
    ///
    /// # Errors
    /// When there is no such detection.
    async fn drift_detection(&self, id: &str) -> Result<DriftDetection, Failure>;

    /// The drift of a stack's resources, those in sync left out (DescribeStackResourceDrifts, all pages).
    ///
    /// # Errors
    /// `NotFound` when there is no such stack.
    async fn drifts(&self, stack: &str) -> Result<Vec<ResourceDrift>, Failure>;
}

/// Where templates that are too long for a request are put, and read by CloudFormation: S3.
#[async_trait]
pub trait Artifacts: Send + Sync {
    /// Whether a bucket of this name is there for us (HeadBucket).
    ///
    /// # Errors
    /// When the bucket belongs to someone else, or S3 does not answer.
    async fn bucket_exists(&self, bucket: &str) -> Result<bool, Failure>;

    /// Make a bucket that is private and encrypted (CreateBucket, PutPublicAccessBlock). It exists afterwards, also
    /// when it did before.
    ///
    /// # Errors
    /// `BucketAlreadyExists` when the name belongs to someone else.
    async fn create_bucket(&self, bucket: &str) -> Result<(), Failure>;

    /// Put a text there (PutObject); gives the URL that CloudFormation reads it from.
    ///
    /// # Errors
    /// `NotFound` (`NoSuchBucket`), `AccessDenied`.
    async fn put(&self, bucket: &str, key: &str, text: &str) -> Result<String, Failure>;
}
