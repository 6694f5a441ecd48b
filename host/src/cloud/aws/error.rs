//! What the SDK's errors mean for the person at the keyboard.

use std::error::Error;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::{AwsCloud, artifacts, stacks};
use crate::cloud::{Failure, FailureKind};

/// Every code that says "too many requests" (the SDK's own list of throttling errors).
const THROTTLES: [&str; 14] = [
    "BandwidthLimitExceeded",
    "LimitExceededException",
    "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "TooManyUpdates",
    "TransactionInProgressException",
];

/// The longest text of the other side that is shown, in characters; some services quote all that was sent.
const LONGEST: usize = 4_000;

impl AwsCloud {
    /// An error of `action` (`ssm:GetParameters`, the name that a policy would allow).
    pub(super) fn failure<E>(&self, action: &str, error: SdkError<E, HttpResponse>) -> Failure
    where
        E: Error + ProvideErrorMetadata + Send + Sync + 'static,
    {
        let service = service_of(action);
        match &error {
            SdkError::ServiceError(context) => self.service(action, context.err()),
            SdkError::TimeoutError(_) => Failure::new(
                FailureKind::TimedOut,
                format!("{action} was not answered in time by {service} in {}", self.region),
            )
            .with_hint("Check the network, a proxy, and `--endpoint-url`; then try again."),
            SdkError::DispatchFailure(failure) => {
                let causes = causes(&error);
                let cause = causes.last().map(String::as_str).unwrap_or_default();
                let of_credentials = |cause: &String| cause.to_lowercase().contains("credential");
                if failure.as_connector_error().is_none_or(|e| e.is_other()) && causes.iter().any(of_credentials) {
                    return self.no_credentials(action, cause);
                }
                Failure::new(
                    FailureKind::Unavailable,
                    format!("{service} in {} cannot be reached for {action}: {cause}", self.region),
                )
                .with_hint(format!(
                    "Check the network, a proxy, `--endpoint-url`, and that the region `{}` exists.",
                    self.region
                ))
            }
            SdkError::ResponseError(context) => {
                let status = context.raw().status();
                let (kind, what) = if status.is_success() {
                    let cause = causes(&error).pop().unwrap_or_default();
                    // As a rule the connection broke in the middle of it; the SDK has tried again by then.
                    (FailureKind::Unavailable, format!("an answer that cannot be read: {cause}"))
                } else {
                    let kind = if status.is_server_error() { FailureKind::Unavailable } else { FailureKind::Other };
                    (kind, format!("HTTP status {} and a text that is no answer of AWS", status.as_u16()))
                };
                Failure::new(kind, format!("{action} failed: {service} in {} gave {what}", self.region))
                    .with_hint("Check `--endpoint-url`, and whether a proxy answers in its place; then try again.")
            }
            _ => Failure::new(FailureKind::Other, format!("{action} failed: {}", causes(&error).join(": "))),
        }
    }

    fn no_credentials(&self, action: &str, cause: &str) -> Failure {
        let failure = match &self.profile {
            Some(profile) => Failure::new(
                FailureKind::AccessDenied,
                format!("the profile `{profile}` gives no AWS credentials for {action}: {}", reason(cause)),
            )
            .with_hint(format!(
                "`aws configure list-profiles` shows the profiles; `aws sso login --profile {profile}` renews those of IAM \
                 Identity Center."
            )),
            None => {
                Failure::new(FailureKind::AccessDenied, format!("no AWS credentials for {action}: {}", reason(cause)))
                    .with_hint(
                        "Set AWS_PROFILE or pass `--profile`, sign in with `aws sso login`, or set AWS_ACCESS_KEY_ID and \
                         AWS_SECRET_ACCESS_KEY.",
                    )
            }
        };
        failure.with_code("NoCredentials")
    }

    fn service(&self, action: &str, error: &dyn ProvideErrorMetadata) -> Failure {
        let code = plain(error.code().unwrap_or("Unknown"));
        let message = error.message().unwrap_or("the service gave no reason");
        let message = plain(&stacks::meaning::without_values(message));
        let (code, message) = (code.as_str(), message.as_str());
        let of_service = match action.split(':').next() {
            Some("cloudformation") => stacks::meaning::meaning(code, message),
            Some("s3") => artifacts::meaning(code),
            _ => None,
        };
        let (kind, hint) = match code {
            _ if let Some(known) = of_service => known,
            _ if THROTTLES.contains(&code) => (
                FailureKind::Throttled(None),
                Some(
                    "AWS answered that there are too many requests, also after retries; try again in a minute."
                        .to_owned(),
                ),
            ),
            "AccessDenied" | "AccessDeniedException" => (
                FailureKind::AccessDenied,
                Some(format!(
                    "Allow `{}` on it in the policy of the role or user in use.",
                    refused(message).unwrap_or(action)
                )),
            ),
            "ExpiredToken" | "ExpiredTokenException" | "RequestExpired" => (
                FailureKind::AccessDenied,
                Some("The credentials have expired: sign in again (`aws sso login`) or renew them.".to_owned()),
            ),
            "UnrecognizedClientException"
            | "InvalidClientTokenId"
            | "InvalidSignatureException"
            | "SignatureDoesNotMatch"
            | "AuthFailure" => (
                FailureKind::AccessDenied,
                Some(format!(
                    "AWS does not know these credentials in {}: check the keys, the clock of this machine, and that the \
                     region is enabled for the account.",
                    self.region
                )),
            ),
            // "A parameter value is not valid for the current state of the resource" (Secrets Manager API Reference).
            "InvalidRequestException" if message.contains("deleted") || message.contains("deletion") => {
                (FailureKind::Conflict, Some("Take the deletion back with `formwork secret restore`.".to_owned()))
            }
            "InvalidRequestException" => (FailureKind::Conflict, None),
            _ if code.ends_with("NotFound") || code.ends_with("NotFoundException") => (FailureKind::NotFound, None),
            _ if code.contains("AlreadyExists") || code == "ResourceExistsException" => (FailureKind::Conflict, None),
            "InternalServerError" | "InternalServiceError" | "InternalFailure" | "ServiceUnavailable" => {
                (FailureKind::Unavailable, Some("The fault is on AWS's side; try again.".to_owned()))
            }
            _ if code.starts_with("Invalid")
                || code.contains("Validation")
                || code.contains("Mismatch")
                || code.contains("Limit") =>
            {
                (FailureKind::InvalidInput, None)
            }
            _ => (FailureKind::Other, None),
        };
        let mut failure =
            Failure::new(kind, format!("{action} failed: {}", message.trim_end_matches('.'))).with_code(code);
        failure.hint = hint;
        failure
    }
}

fn service_of(action: &str) -> &'static str {
    match action.split(':').next() {
        Some("ssm") => "Systems Manager",
        Some("secretsmanager") => "Secrets Manager",
        Some("cloudformation") => "CloudFormation",
        Some("s3") => "S3",
        _ => "AWS",
    }
}

/// A text of the other side on one line, without characters that a terminal obeys.
fn plain(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ").replace(char::is_control, "\u{fffd}");
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}

/// The action that AWS names in "User: … is not authorized to perform: kms:Decrypt on resource: …"; it can be another
/// one than what was called.
fn refused(message: &str) -> Option<&str> {
    let action = message.split_once("not authorized to perform: ")?.1.split_whitespace().next()?;
    action.contains(':').then_some(action)
}

/// What the SDK says of credentials that it did not find. It lists every place where it looked; what matters is whether
/// the profile has something wrong with it.
fn reason(cause: &str) -> &str {
    const SKIPPED: &str = "the credential provider was not enabled";
    if cause.contains("no credentials found in chain") {
        let profile = cause.lines().find_map(|line| line.trim().strip_prefix("Profile: "));
        let profile = profile.and_then(|profile| profile.strip_prefix(SKIPPED)?.strip_prefix(": "));
        profile.map_or("neither the environment, nor a profile, nor a role of this machine has any", reason)
    } else if cause == SKIPPED {
        "the AWS configuration files do not have it, or it has no credentials"
    } else if cause.ends_with("referenced from the root profile") {
        "the AWS configuration files do not have it"
    } else {
        cause
    }
}

/// Why, from the outside to the innermost: "dispatch failure", …, "connection refused".
fn causes(error: &(dyn Error + 'static)) -> Vec<String> {
    std::iter::successors(Some(error), |&error| error.source()).map(ToString::to_string).collect()
}
