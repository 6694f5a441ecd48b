//! The cloud in use, connected on first use: a render whose references are all pinned asks nobody.

use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::OnceCell;

use super::{Artifacts, Failure, Parameters, Secrets, Stacks};

/// Which cloud.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CloudKind {
    /// The embedded store.
    #[default]
    Local,
    /// AWS.
    Aws,
}

impl CloudKind {
    /// The name in `formwork.toml`, in the lock and on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Aws => "aws",
        }
    }
}

/// Which cloud, and how to reach it.
#[derive(Clone, Default)]
pub struct CloudSettings {
    /// Which.
    pub kind: CloudKind,
    /// The folder of the local store, `.formwork`.
    pub folder: PathBuf,
    /// The region; none for the default of the cloud.
    pub region: Option<String>,
    /// The profile of the AWS configuration files.
    pub profile: Option<String>,
    /// The account, when someone wrote it down; else the credentials tell it.
    pub account: Option<String>,
    /// Where AWS calls go instead of AWS.
    pub endpoint_url: Option<String>,
    /// The key of the local store (`FORMWORK_KEY`), instead of its key file.
    pub key: Option<super::Secret>,
}

/// A cloud: its services, each behind its trait.
pub trait Cloud: Send + Sync {
    /// Parameter Store.
    fn parameters(&self) -> &dyn Parameters;
    /// Secrets Manager.
    fn secrets(&self) -> &dyn Secrets;

    /// CloudFormation.
    ///
    /// # Errors
    /// `Unsupported` where a cloud has none.
    fn stacks(&self) -> Result<&dyn Stacks, Failure>;

    /// Where templates are put that are too long for a request.
    ///
    /// # Errors
    /// `Unsupported` where a cloud has no such place.
    fn artifacts(&self) -> Result<&dyn Artifacts, Failure>;
}

/// A cloud that is connected when it is first needed.
pub struct Connection {
    settings: CloudSettings,
    local: OnceCell<Arc<super::local::LocalCloud>>,
    aws: OnceCell<Arc<super::aws::AwsCloud>>,
}

impl Connection {
    /// Nothing happens yet.
    #[must_use]
    pub fn new(settings: CloudSettings) -> Self {
        Self { settings, local: OnceCell::new(), aws: OnceCell::new() }
    }

    /// How the cloud is reached.
    #[must_use]
    pub fn settings(&self) -> &CloudSettings {
        &self.settings
    }

    /// The region in use.
    ///
    /// # Errors
    /// When AWS is in use and neither the command line, nor `formwork.toml`, nor the environment, nor the profile names one.
    pub async fn region(&self) -> Result<String, Failure> {
        match self.settings.kind {
            CloudKind::Local => Ok(self.settings.region.clone().unwrap_or_else(|| DEFAULT_LOCAL_REGION.to_owned())),
            CloudKind::Aws => Ok(self.aws().await?.region().to_owned()),
        }
    }

    /// The account, where it can be told: that of the local store, or the one AWS says the credentials belong to.
    ///
    /// # Errors
    /// When AWS cannot be asked.
    pub async fn account(&self) -> Result<String, Failure> {
        match (self.settings.kind, &self.settings.account) {
            (CloudKind::Local, _) => Ok(super::local::LOCAL_ACCOUNT.to_owned()),
            (CloudKind::Aws, Some(account)) => Ok(account.clone()),
            (CloudKind::Aws, None) => self.aws().await?.account().await,
        }
    }

    /// The cloud in use.
    ///
    /// # Errors
    /// When the local store cannot be opened, or the AWS configuration cannot be read.
    #[tracing::instrument(level = "debug", skip_all, fields(cloud = self.settings.kind.name()))]
    pub async fn open(&self) -> Result<&dyn Cloud, Failure> {
        Ok(match self.settings.kind {
            CloudKind::Local => self.local().await?,
            CloudKind::Aws => self.aws().await?,
        })
    }

    /// The local store, whichever cloud is in use.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub async fn local(&self) -> Result<&super::local::LocalCloud, Failure> {
        let open = || async {
            let region = self.settings.region.as_deref().unwrap_or(DEFAULT_LOCAL_REGION);
            let local = super::local::LocalCloud::open(&self.settings.folder, region)?;
            match &self.settings.key {
                Some(key) => local.with_key(key.expose()).map(Arc::new),
                None => Ok(Arc::new(local)),
            }
        };
        self.local.get_or_try_init(open).await.map(|cloud| &**cloud)
    }

    /// AWS, whichever cloud is in use.
    ///
    /// # Errors
    /// When its configuration cannot be read or names no region.
    pub async fn aws(&self) -> Result<&super::aws::AwsCloud, Failure> {
        let open = || async { super::aws::AwsCloud::connect(&self.settings).await.map(Arc::new) };
        self.aws.get_or_try_init(open).await.map(|cloud| &**cloud)
    }
}

/// The region of the local store when nobody names one.
const DEFAULT_LOCAL_REGION: &str = "us-east-1";
