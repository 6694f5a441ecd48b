//! AWS, through the AWS SDK for Rust: its credential chain, profiles, regions and retries.

mod error;
mod names;
mod parameters;
mod secrets;

use std::time::Duration;

use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region};
use aws_smithy_types::retry::RetryConfig;

use super::{Cloud, CloudSettings, Failure, FailureKind, Parameters, Secrets};

/// One try of a call may take so long; a connection that is accepted and never answered ends here.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(10);

/// All tries of a call together.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(45);

/// AWS with one set of credentials in one region.
pub struct AwsCloud {
    ssm: aws_sdk_ssm::Client,
    secrets: aws_sdk_secretsmanager::Client,
    sts: aws_sdk_sts::Client,
    region: String,
}

impl AwsCloud {
    /// Read the configuration. Nothing is sent yet, and credentials are looked up with the first call.
    ///
    /// # Errors
    /// When no region is configured.
    pub async fn connect(settings: &CloudSettings) -> Result<Self, Failure> {
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(Duration::from_secs(5))
            .operation_attempt_timeout(ATTEMPT_TIMEOUT)
            .operation_timeout(OPERATION_TIMEOUT)
            .build();
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .retry_config(RetryConfig::standard())
            .timeout_config(timeouts);
        if let Some(region) = &settings.region {
            loader = loader.region(Region::new(region.clone()));
        }
        if let Some(profile) = &settings.profile {
            loader = loader.profile_name(profile);
        }
        if let Some(url) = &settings.endpoint_url {
            loader = loader.endpoint_url(url);
        }
        let config = loader.load().await;
        let region = config.region().map(ToString::to_string).ok_or_else(|| {
            Failure::new(FailureKind::InvalidInput, "no AWS region is configured").with_hint(
                "Pass `--region`, write `region` in formwork.toml, or set AWS_REGION or the region of the profile.",
            )
        })?;
        Ok(Self {
            ssm: aws_sdk_ssm::Client::new(&config),
            secrets: aws_sdk_secretsmanager::Client::new(&config),
            sts: aws_sdk_sts::Client::new(&config),
            region,
        })
    }

    /// The region in use.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.region
    }

    /// The account that the credentials belong to, 12 digits (STS, GetCallerIdentity).
    ///
    /// # Errors
    /// When AWS does not answer or does not know the credentials.
    pub async fn account(&self) -> Result<String, Failure> {
        let identity = self.sts.get_caller_identity().send().await.map_err(|e| self.failure("sts:GetCallerIdentity", e))?;
        identity
            .account
            .ok_or_else(|| Failure::new(FailureKind::Other, "GetCallerIdentity answered without an account"))
    }
}

impl Cloud for AwsCloud {
    fn parameters(&self) -> &dyn Parameters {
        self
    }

    fn secrets(&self) -> &dyn Secrets {
        self
    }
}

/// A time of the SDK.
fn timestamp(time: Option<&aws_smithy_types::DateTime>) -> Option<jiff::Timestamp> {
    let time = time?;
    jiff::Timestamp::new(time.secs(), i32::try_from(time.subsec_nanos()).ok()?).ok()
}
