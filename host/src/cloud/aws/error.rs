//! What the SDK's errors mean for the person at the keyboard.

use std::error::Error;

use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::AwsCloud;
use crate::cloud::{Failure, FailureKind};

/// Every code that says "too many requests" (the SDK's own list of throttling errors).
const THROTTLES: [&str; 9] = [
    "BandwidthLimitExceeded",
    "LimitExceededException",
    "PriorRequestNotComplete",
    "RequestLimitExceeded",
    "SlowDown",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "TooManyUpdates",
];

impl AwsCloud {
    /// An error of `action` (`ssm:GetParameters`, the name that a policy would allow).
    pub(super) fn failure<E, R>(&self, action: &str, error: SdkError<E, R>) -> Failure
    where
        E: Error + ProvideErrorMetadata + Send + Sync + 'static,
        R: std::fmt::Debug + Send + Sync + 'static,
    {
        match &error {
            SdkError::ServiceError(context) => self.service(action, context.err()),
            SdkError::TimeoutError(_) => Failure::new(
                FailureKind::TimedOut,
                format!("{action} was not answered in time by {} in {}", self.target(action), self.region),
            )
            .with_hint("Check the network, a proxy, and `--endpoint-url`; then try again."),
            SdkError::DispatchFailure(failure) => {
                let cause = root_cause(&error);
                if failure.as_connector_error().is_none_or(|e| e.is_other()) && cause.to_lowercase().contains("credential") {
                    return Failure::new(FailureKind::AccessDenied, format!("no AWS credentials for {action}: {cause}"))
                        .with_code("NoCredentials")
                        .with_hint(
                            "Set AWS_PROFILE or pass `--profile`, sign in with `aws sso login`, or set AWS_ACCESS_KEY_ID and \
                             AWS_SECRET_ACCESS_KEY.",
                        );
                }
                Failure::new(
                    FailureKind::Unavailable,
                    format!("{} in {} cannot be reached for {action}: {cause}", self.target(action), self.region),
                )
                .with_hint(format!(
                    "Check the network, a proxy, `--endpoint-url`, and that the region `{}` exists.",
                    self.region
                ))
            }
            _ => Failure::new(FailureKind::Other, format!("{action} failed: {}", root_cause(&error))),
        }
    }

    fn service(&self, action: &str, error: &dyn ProvideErrorMetadata) -> Failure {
        let code = error.code().unwrap_or("Unknown");
        let message = error.message().unwrap_or("the service gave no reason");
        let (kind, hint) = match code {
            _ if THROTTLES.contains(&code) => (
                FailureKind::Throttled(None),
                Some("AWS answered that there are too many requests, also after retries; try again in a minute.".to_owned()),
            ),
            "AccessDenied" | "AccessDeniedException" => {
                (FailureKind::AccessDenied, Some(format!("Allow `{action}` on it in the policy of the role or user in use.")))
            }
            "ExpiredToken" | "ExpiredTokenException" | "RequestExpired" => (
                FailureKind::AccessDenied,
                Some("The credentials have expired: sign in again (`aws sso login`) or renew them.".to_owned()),
            ),
            "UnrecognizedClientException" | "InvalidClientTokenId" | "InvalidSignatureException"
            | "SignatureDoesNotMatch" | "AuthFailure" => (
                FailureKind::AccessDenied,
                Some(format!(
                    "AWS does not know these credentials in {}: check the keys, the clock of this machine, and that the \
                     region is enabled for the account.",
                    self.region
                )),
            ),
            _ if code.ends_with("NotFound") || code.ends_with("NotFoundException") => (FailureKind::NotFound, None),
            _ if code.contains("AlreadyExists") || code == "ResourceExistsException" => (FailureKind::Conflict, None),
            "InternalServerError" | "InternalServiceError" | "InternalFailure" | "ServiceUnavailable" => {
                (FailureKind::Unavailable, Some("The fault is on AWS's side; try again.".to_owned()))
            }
            _ if code.starts_with("Invalid") || code.contains("Validation") || code.contains("Mismatch") || code.contains("Limit") => {
                (FailureKind::InvalidInput, None)
            }
            _ => (FailureKind::Other, None),
        };
        let mut failure = Failure::new(kind, format!("{action} failed: {}", message.trim_end_matches('.'))).with_code(code);
        failure.hint = hint;
        failure
    }

    fn target(&self, action: &str) -> &'static str {
        match action.split(':').next() {
            Some("ssm") => "Systems Manager",
            Some("secretsmanager") => "Secrets Manager",
            _ => "AWS",
        }
    }
}

/// The innermost cause: "connection refused" rather than "dispatch failure".
fn root_cause(error: &dyn Error) -> String {
    let mut cause: &dyn Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
