//! AWS, through the AWS SDK for Rust: its credential chain, profiles, regions and retries.

mod artifacts;
mod error;
mod names;
mod parameters;
#[cfg(test)]
mod replay;
mod secrets;
mod stacks;

use std::time::Duration;

use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_smithy_types::retry::RetryConfig;

use super::{Artifacts, Cloud, CloudSettings, Failure, FailureKind, Parameters, Secrets, Stacks};

/// One try of a call may take so long; a connection that is accepted and never answered ends here.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(10);

/// All tries of a call together.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(45);

/// AWS with one set of credentials in one region.
pub struct AwsCloud {
    cloudformation: aws_sdk_cloudformation::Client,
    s3: aws_sdk_s3::Client,
    ssm: aws_sdk_ssm::Client,
    secrets: aws_sdk_secretsmanager::Client,
    sts: aws_sdk_sts::Client,
    region: String,
    profile: Option<String>,
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
        let variable = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .retry_config(RetryConfig::standard())
            .timeout_config(timeouts);
        let region = settings.region.clone().map(Region::new);
        if let Some(region) = &region {
            loader = loader.region(region.clone());
        }
        if let Some(profile) = &settings.profile {
            // The SDK would take AWS_ACCESS_KEY_ID before a profile that somebody asked for; the AWS CLI does not.
            let config = ProviderConfig::default().with_region(region);
            let credentials =
                ProfileFileCredentialsProvider::builder().configure(&config).profile_name(profile).build();
            loader = loader.profile_name(profile).credentials_provider(credentials);
        }
        if let Some(url) = &settings.endpoint_url {
            loader = loader.endpoint_url(url);
        }
        let config = loader.load().await;
        let profile = settings.profile.clone().or_else(|| variable("AWS_PROFILE"));
        let region = config.region().map(ToString::to_string).ok_or_else(|| {
            let message = match &profile {
                Some(profile) => format!("no AWS region is configured, and the profile `{profile}` names none"),
                None => "no AWS region is configured".to_owned(),
            };
            Failure::new(FailureKind::InvalidInput, message).with_hint(
                "Pass `--region`, write `region` in formwork.toml, or set AWS_REGION or the region of the profile.",
            )
        })?;
        let other_endpoint = config.endpoint_url().is_some() || variable("AWS_ENDPOINT_URL_S3").is_some();
        Ok(Self::of(&config, other_endpoint, region, profile))
    }

    fn of(config: &SdkConfig, other_endpoint: bool, region: String, profile: Option<String>) -> Self {
        Self {
            cloudformation: aws_sdk_cloudformation::Client::new(config),
            s3: artifacts::client(config, other_endpoint),
            ssm: aws_sdk_ssm::Client::new(config),
            secrets: aws_sdk_secretsmanager::Client::new(config),
            sts: aws_sdk_sts::Client::new(config),
            region,
            profile,
        }
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
        let identity =
            self.sts.get_caller_identity().send().await.map_err(|e| self.failure("sts:GetCallerIdentity", e))?;
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

    fn stacks(&self) -> Result<&dyn Stacks, Failure> {
        Ok(self)
    }

    fn artifacts(&self) -> Result<&dyn Artifacts, Failure> {
        Ok(self)
    }
}

/// A time of the SDK. AWS sends milliseconds as a floating-point number, which comes out some nanoseconds off.
fn timestamp(time: Option<&aws_smithy_types::DateTime>) -> Option<jiff::Timestamp> {
    let time = time?;
    let exact = jiff::Timestamp::new(time.secs(), i32::try_from(time.subsec_nanos()).ok()?).ok()?;
    exact.round(jiff::Unit::Millisecond).ok()
}
