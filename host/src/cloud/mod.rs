//! Where parameters and secrets live: the traits that a cloud implements, and what they speak of.
//!
//! A trait for each service, implemented by [`aws`] and by [`local`]. Names of types and fields are those of the AWS
//! APIs (Systems Manager API Reference, Secrets Manager API Reference); so are the error names in
//! [`Failure::code`].

pub mod aws;
mod connection;
mod failure;
pub mod local;
mod partition;
mod secret;
pub mod stacks;

use async_trait::async_trait;
use jiff::Timestamp;

pub use self::connection::{Cloud, CloudKind, CloudSettings, Connection};
pub use self::failure::{Failure, FailureKind};
pub use self::partition::Partition;
pub use self::secret::Secret;
pub use self::stacks::{Artifacts, Stacks};

/// The most names that one `GetParameters` takes (API reference, GetParameters).
pub const GET_PARAMETERS_BATCH: usize = 10;

/// The type of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterType {
    /// `String`
    String,
    /// `StringList`
    StringList,
    /// `SecureString`
    SecureString,
}

impl ParameterType {
    /// The name in the API: `String`, `StringList`, `SecureString`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::String => "String",
            Self::StringList => "StringList",
            Self::SecureString => "SecureString",
        }
    }
}

/// The tier of a parameter (User Guide, "Managing parameter tiers").
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ParameterTier {
    /// Values up to 4,096 bytes, no policies.
    #[default]
    Standard,
    /// Values up to 8,192 bytes, policies.
    Advanced,
    /// Standard unless size or policies need Advanced.
    IntelligentTiering,
}

impl ParameterTier {
    /// The name in the API: `Standard`, `Advanced`, `Intelligent-Tiering`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Standard => "Standard",
            Self::Advanced => "Advanced",
            Self::IntelligentTiering => "Intelligent-Tiering",
        }
    }
}

/// The value of a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParameterValue {
    /// A String.
    Text(String),
    /// A StringList, comma-separated as stored.
    TextList(String),
    /// A SecureString; none unless decryption was asked for.
    Secure(Option<Secret>),
}

impl ParameterValue {
    /// The type that goes with this value.
    #[must_use]
    pub fn kind(&self) -> ParameterType {
        match self {
            Self::Text(_) => ParameterType::String,
            Self::TextList(_) => ParameterType::StringList,
            Self::Secure(_) => ParameterType::SecureString,
        }
    }
}

/// One version of a parameter, as read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// The name as stored, without a selector.
    pub name: String,
    /// The value.
    pub value: ParameterValue,
    /// From 1.
    pub version: u64,
    /// When this version was written.
    pub modified: Option<Timestamp>,
    /// The ARN; the account in it is empty for public parameters.
    pub arn: Option<String>,
    /// `text`, `aws:ec2:image`, …
    pub data_type: Option<String>,
}

impl Parameter {
    /// The owning account, from the ARN; none for public parameters.
    #[must_use]
    pub fn account(&self) -> Option<&str> {
        let account = self.arn.as_deref()?.split(':').nth(4)?;
        (!account.is_empty()).then_some(account)
    }
}

/// What `DescribeParameters` tells of a parameter: everything but the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParameterMetadata {
    /// The name.
    pub name: String,
    /// The type.
    pub kind: ParameterType,
    /// The latest version.
    pub version: u64,
    /// When the latest version was written.
    pub modified: Option<Timestamp>,
    /// The tier.
    pub tier: ParameterTier,
    /// `text`, `aws:ec2:image`, …
    pub data_type: Option<String>,
    /// The description.
    pub description: Option<String>,
    /// The regular expression that values must match.
    pub allowed_pattern: Option<String>,
}

/// One entry of `GetParameterHistory`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParameterVersion {
    /// The version with its value.
    pub parameter: Parameter,
    /// Its labels, sorted.
    pub labels: Vec<String>,
    /// The tier it was written with.
    pub tier: ParameterTier,
    /// The description it was written with.
    pub description: Option<String>,
    /// Who wrote it: an ARN, or the operating system's user for the local store.
    pub modified_by: Option<String>,
}

/// A page of a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The items, in order.
    pub items: Vec<T>,
    /// Hand this back for more; none at the end.
    pub next: Option<String>,
}

/// A request to write a parameter (API reference, PutParameter).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PutParameter {
    /// The name.
    pub name: String,
    /// The value with its type. `Secure(None)` is an error.
    pub value: ParameterValue,
    /// Write a new version when the parameter exists.
    pub overwrite: bool,
    /// The description.
    pub description: Option<String>,
    /// A regular expression that the value must match.
    pub allowed_pattern: Option<String>,
    /// `text` or `aws:ec2:image`.
    pub data_type: Option<String>,
    /// The tier.
    pub tier: ParameterTier,
    /// Policies, the JSON array of the API.
    pub policies: Option<String>,
    /// Tags, key and value. AWS refuses them together with `overwrite`.
    pub tags: Vec<(String, String)>,
}

/// What a read with decryption is for, and whether it is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decrypt {
    /// SecureStrings stay hidden.
    No,
    /// SecureStrings are decrypted; the local store writes this into its audit trail.
    Yes,
}

/// Parameter Store.
#[async_trait]
pub trait Parameters: Send + Sync {
    /// Look up `name`, `name:version`, `name:label` or ARNs. One result for each name, in order; a bad name does not
    /// spoil the others. Any number of names, asked for in batches of [`GET_PARAMETERS_BATCH`].
    async fn get(&self, names: &[String], decrypt: Decrypt) -> Vec<Result<Parameter, Failure>>;

    /// The parameters below a path, in the order of their names.
    ///
    /// # Errors
    /// `ValidationException` for a path that is none, `InvalidNextToken` for a cursor that is none.
    async fn under(
        &self,
        path: &str,
        recursive: bool,
        decrypt: Decrypt,
        cursor: Option<&str>,
    ) -> Result<Page<Parameter>, Failure>;

    /// What there is, without values; names that begin with `prefix` where one is given.
    ///
    /// # Errors
    /// When the cloud cannot be read.
    async fn list(&self, prefix: Option<&str>, cursor: Option<&str>) -> Result<Page<ParameterMetadata>, Failure>;

    /// Write a parameter; gives its new version.
    ///
    /// # Errors
    /// The error names of PutParameter.
    async fn put(&self, request: PutParameter) -> Result<u64, Failure>;

    /// All versions that are kept, oldest first.
    ///
    /// # Errors
    /// `ParameterNotFound`.
    async fn history(&self, name: &str, decrypt: Decrypt) -> Result<Vec<ParameterVersion>, Failure>;

    /// Put labels on a version (the latest unless given). Gives the labels that are not allowed (`InvalidLabels`);
    /// the others are set.
    ///
    /// # Errors
    /// `ParameterNotFound`, `ParameterVersionNotFound`, `ParameterVersionLabelLimitExceeded`.
    async fn label(&self, name: &str, version: Option<u64>, labels: &[String]) -> Result<Vec<String>, Failure>;

    /// Take labels off a version. Gives the labels that were not there (`InvalidLabels`).
    ///
    /// # Errors
    /// `ParameterNotFound`, `ParameterVersionNotFound`.
    async fn unlabel(&self, name: &str, version: u64, labels: &[String]) -> Result<Vec<String>, Failure>;

    /// Delete parameters with all their versions. Gives the names that did not exist (`InvalidParameters`).
    ///
    /// # Errors
    /// When the cloud refuses.
    async fn delete(&self, names: &[String]) -> Result<Vec<String>, Failure>;
}

/// Which version of a secret; without both the stage `AWSCURRENT`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SecretSelector {
    /// A staging label.
    pub stage: Option<String>,
    /// A version id.
    pub version_id: Option<String>,
}

/// One version of a secret, with its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretVersion {
    /// The name.
    pub name: String,
    /// The ARN.
    pub arn: String,
    /// The version id.
    pub version_id: String,
    /// Its staging labels, sorted.
    pub stages: Vec<String>,
    /// The value. Binary secrets are not read.
    pub value: Secret,
    /// When this version was written.
    pub created: Option<Timestamp>,
}

/// What `ListSecrets` tells of a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretMetadata {
    /// The name.
    pub name: String,
    /// The ARN.
    pub arn: String,
    /// The description.
    pub description: Option<String>,
    /// When it changed last.
    pub modified: Option<Timestamp>,
    /// When it will be gone, for a secret that was deleted and can still be restored.
    pub deletion_date: Option<Timestamp>,
}

/// How a secret is deleted (API reference, DeleteSecret).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deletion {
    /// Restorable for so many days, 7 to 30.
    RecoveryWindow(u8),
    /// At once.
    WithoutRecovery,
}

/// Secrets Manager.
#[async_trait]
pub trait Secrets: Send + Sync {
    /// Create a secret; gives its ARN.
    ///
    /// # Errors
    /// `ResourceExistsException`, `InvalidParameterException`, `InvalidRequestException` (scheduled for deletion).
    async fn create(&self, name: &str, value: &Secret, description: Option<&str>) -> Result<String, Failure>;

    /// Write a new version, which becomes `AWSCURRENT` unless other stages are given; gives its id.
    ///
    /// # Errors
    /// `ResourceNotFoundException`, `InvalidRequestException`.
    async fn put(&self, id: &str, value: &Secret, stages: &[String]) -> Result<String, Failure>;

    /// Read one version.
    ///
    /// # Errors
    /// `ResourceNotFoundException`, `InvalidRequestException` (scheduled for deletion).
    async fn get(&self, id: &str, selector: &SecretSelector) -> Result<SecretVersion, Failure>;

    /// What there is, sorted by name, those scheduled for deletion included when `deleted`.
    ///
    /// # Errors
    /// When the cloud cannot be read.
    async fn list(&self, deleted: bool) -> Result<Vec<SecretMetadata>, Failure>;

    /// Delete a secret; gives the time at which it will be gone.
    ///
    /// # Errors
    /// `ResourceNotFoundException`, `InvalidParameterException` for a window outside 7 to 30 days.
    async fn delete(&self, id: &str, deletion: Deletion) -> Result<Timestamp, Failure>;

    /// Take back a deletion within its window.
    ///
    /// # Errors
    /// `ResourceNotFoundException`, `InvalidRequestException`.
    async fn restore(&self, id: &str) -> Result<(), Failure>;
}
