//! S3 as the place of templates that are too long for a request.

use std::time::Duration;

use async_trait::async_trait;
use aws_config::SdkConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_s3::operation::create_bucket::CreateBucketError;
use aws_sdk_s3::types as sdk;

use super::AwsCloud;
use crate::cloud::{Artifacts, Failure, FailureKind, Partition};

/// One try may take so long: a megabyte over a slow line is no hang.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(60);

/// All tries of a call together.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(180);

/// The region whose buckets have no location constraint (API Reference, CreateBucket).
const FIRST_REGION: &str = "us-east-1";

/// The client. `other_endpoint`: calls go elsewhere than to AWS, where `BUCKET.host` is seldom a name that resolves.
pub(super) fn client(config: &SdkConfig, other_endpoint: bool) -> aws_sdk_s3::Client {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(5))
        .operation_attempt_timeout(ATTEMPT_TIMEOUT)
        .operation_timeout(OPERATION_TIMEOUT)
        .build();
    let config = aws_sdk_s3::config::Builder::from(config).force_path_style(other_endpoint).timeout_config(timeouts);
    aws_sdk_s3::Client::from_conf(config.build())
}

#[async_trait]
impl Artifacts for AwsCloud {
    async fn bucket_exists(&self, bucket: &str) -> Result<bool, Failure> {
        let Err(error) = self.s3.head_bucket().bucket(bucket).send().await else { return Ok(true) };
        // The answer to HEAD has no text, so that the status is all there is.
        let response = error.raw_response();
        let region = response.and_then(|response| response.headers().get("x-amz-bucket-region"));
        if let Some(region) = region.filter(|region| *region != self.region) {
            return Err(self.elsewhere(bucket, region));
        }
        match response.map(|response| response.status().as_u16()) {
            Some(404) => Ok(false),
            Some(403) => Err(Failure::new(
                FailureKind::AccessDenied,
                format!("the bucket `{bucket}` belongs to someone else, or is closed to the credentials in use"),
            )
            .with_code("AccessDenied")
            .with_hint(
                "Name another bucket, or allow `s3:ListBucket` on it in the policy of the role or user in use.",
            )),
            _ => Err(self.failure("s3:ListBucket", error)),
        }
    }

    async fn create_bucket(&self, bucket: &str) -> Result<(), Failure> {
        let location = (self.region != FIRST_REGION).then(|| {
            let constraint = sdk::BucketLocationConstraint::from(self.region.as_str());
            sdk::CreateBucketConfiguration::builder().location_constraint(constraint).build()
        });
        let created = self.s3.create_bucket().bucket(bucket).set_create_bucket_configuration(location).send().await;
        if let Err(error) = created {
            let is_ours = error.as_service_error().is_some_and(CreateBucketError::is_bucket_already_owned_by_you);
            if !is_ours {
                return Err(self.failure("s3:CreateBucket", error));
            }
        }
        let closed = sdk::PublicAccessBlockConfiguration::builder()
            .block_public_acls(true)
            .ignore_public_acls(true)
            .block_public_policy(true)
            .restrict_public_buckets(true)
            .build();
        let output = self.s3.put_public_access_block().bucket(bucket).public_access_block_configuration(closed).send();
        output.await.map(drop).map_err(|error| self.failure("s3:PutBucketPublicAccessBlock", error))
    }

    async fn put(&self, bucket: &str, key: &str, text: &str) -> Result<String, Failure> {
        let body = aws_sdk_s3::primitives::ByteStream::from(text.as_bytes().to_vec());
        let call = self.s3.put_object().bucket(bucket).key(key).content_type("text/plain").body(body);
        call.send().await.map_err(|error| self.failure("s3:PutObject", error))?;
        Ok(url(&self.region, bucket, key))
    }
}

impl AwsCloud {
    fn elsewhere(&self, bucket: &str, region: &str) -> Failure {
        let region = region.replace(|c: char| !c.is_ascii_alphanumeric() && c != '-', "?");
        Failure::new(
            FailureKind::InvalidInput,
            format!("the bucket `{bucket}` is in the region {region}, and not in {}", self.region),
        )
        .with_hint(format!("Name a bucket in {}, where the stack is.", self.region))
    }
}

/// What S3's own errors mean, where the code does not say it as it does for every service (API Reference, "Error
/// responses").
pub(super) fn meaning(code: &str) -> Option<(FailureKind, Option<String>)> {
    let (kind, hint) = match code {
        "NoSuchBucket" => {
            (FailureKind::NotFound, "Name a bucket that exists, or have one made with `--create-artifact-bucket`.")
        }
        "BucketAlreadyExists" => {
            (FailureKind::Conflict, "Names of buckets are shared by all accounts: choose another one.")
        }
        "PermanentRedirect" | "AuthorizationHeaderMalformed" | "IllegalLocationConstraintException" => {
            (FailureKind::InvalidInput, "The bucket is in another region: name one in the region of the stack.")
        }
        "OperationAborted" => (FailureKind::Conflict, "Something else changes the bucket just now: try again."),
        "TooManyBuckets" => (FailureKind::InvalidInput, "The account has as many buckets as it may have."),
        _ => return None,
    };
    Some((kind, Some(hint.to_owned())))
}

/// The URL that CloudFormation reads an object by: path style, over the region's endpoint.
fn url(region: &str, bucket: &str, key: &str) -> String {
    let host = match region {
        FIRST_REGION => "s3.amazonaws.com".to_owned(),
        region => format!("s3.{region}.{}", Partition::of(region).url_suffix),
    };
    format!("https://{host}/{bucket}/{}", encoded(key))
}

/// RFC 3986: unreserved characters and the slash stay, of everything else each byte of its UTF-8.
fn encoded(key: &str) -> String {
    let encode = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    key.bytes().map(encode).collect()
}

#[cfg(test)]
mod tests {
    use super::super::replay::{Answer, Replay};
    use super::{encoded, meaning, url};
    use crate::cloud::{Artifacts, FailureKind};

    #[tokio::test]
    async fn whether_a_bucket_is_there_for_us() {
        let answer = |status, headers| Answer(status, headers, String::new());
        let replay = Replay::new(vec![
            answer(200, "x-amz-bucket-region: eu-west-1\r\n"),
            answer(404, ""),
            answer(403, ""),
            answer(301, "x-amz-bucket-region: us-west-2\r\n"),
            answer(500, ""),
        ]);
        assert_eq!(replay.cloud.bucket_exists("b").await, Ok(true));
        assert_eq!(replay.cloud.bucket_exists("b").await, Ok(false));
        let failure = replay.cloud.bucket_exists("b").await.unwrap_err();
        assert_eq!((failure.kind, failure.code.as_deref()), (FailureKind::AccessDenied, Some("AccessDenied")));
        let failure = replay.cloud.bucket_exists("b").await.unwrap_err();
        assert_eq!(failure.message, "the bucket `b` is in the region us-west-2, and not in eu-west-1");
        let failure = replay.cloud.bucket_exists("b").await.unwrap_err();
        assert!(failure.message.starts_with("s3:ListBucket failed: "), "{}", failure.message);
    }

    #[tokio::test]
    async fn a_bucket_is_made_in_the_region_and_closed() {
        let done = || Answer(200, "", String::new());
        let owned = "<Error><Code>BucketAlreadyOwnedByYou</Code><Message>m</Message></Error>";
        let taken = "<Error><Code>BucketAlreadyExists</Code><Message>m</Message></Error>";
        let replay =
            Replay::new(vec![done(), done(), Answer(409, "", owned.into()), done(), Answer(409, "", taken.into())]);
        replay.cloud.create_bucket("b").await.unwrap();
        replay.cloud.create_bucket("b").await.unwrap();
        let failure = replay.cloud.create_bucket("b").await.unwrap_err();
        assert_eq!((failure.kind, failure.code.as_deref()), (FailureKind::Conflict, Some("BucketAlreadyExists")));
        let asked = replay.asked();
        assert!(asked[0].starts_with("PUT /b"), "{}", asked[0]);
        assert!(asked[0].contains("<LocationConstraint>eu-west-1</LocationConstraint>"), "{}", asked[0]);
        assert!(asked[1].starts_with("PUT /b/?publicAccessBlock"), "{}", asked[1]);
        let closed = ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"];
        assert!(closed.iter().all(|name| asked[1].contains(&format!("<{name}>true</{name}>"))), "{}", asked[1]);
        assert!(asked[3].starts_with("PUT /b/?publicAccessBlock"), "also when it was there before");

        let replay = Replay::in_region("us-east-1", vec![done(), done()]);
        replay.cloud.create_bucket("b").await.unwrap();
        assert!(!replay.asked()[0].contains("LocationConstraint"), "the first region has none");
    }

    #[tokio::test]
    async fn a_template_is_put_as_it_is() {
        let missing = "<Error><Code>NoSuchBucket</Code><Message>The specified bucket does not exist</Message></Error>";
        let replay = Replay::new(vec![Answer(200, "", String::new()), Answer(404, "", missing.into())]);
        let text = format!("Description: ü\n{}", "#".repeat(60_000));
        let url = replay.cloud.put("b", "a b/k.yaml", &text).await.unwrap();
        assert_eq!(url, "https://s3.eu-west-1.amazonaws.com/b/a%20b/k.yaml");
        let asked = &replay.asked()[0];
        assert!(asked.starts_with("PUT /b/a%20b/k.yaml"), "{}", &asked[..200]);
        assert!(asked.to_lowercase().contains("content-type: text/plain"));
        assert!(asked.ends_with(&text), "not in chunks of a signed stream");
        let failure = replay.cloud.put("b", "k", "").await.unwrap_err();
        assert_eq!((failure.kind, failure.code.as_deref()), (FailureKind::NotFound, Some("NoSuchBucket")));
        assert!(failure.hint.unwrap().contains("--create-artifact-bucket"));
    }

    #[test]
    fn the_url_is_that_of_the_region() {
        assert_eq!(url("us-east-1", "b", "k/1.yaml"), "https://s3.amazonaws.com/b/k/1.yaml");
        assert_eq!(url("eu-west-1", "b", "k"), "https://s3.eu-west-1.amazonaws.com/b/k");
        assert_eq!(url("cn-north-1", "b", "k"), "https://s3.cn-north-1.amazonaws.com.cn/b/k");
    }

    #[test]
    fn a_key_is_encoded() {
        assert_eq!(encoded("a b/ü+?#%&=é~.json"), "a%20b/%C3%BC%2B%3F%23%25%26%3D%C3%A9~.json");
        assert_eq!(encoded(""), "");
    }

    #[test]
    fn a_missing_bucket_is_not_found() {
        let (kind, hint) = meaning("NoSuchBucket").unwrap();
        assert_eq!(kind, FailureKind::NotFound);
        assert!(hint.unwrap().contains("--create-artifact-bucket"));
        assert_eq!(meaning("SlowDown"), None, "the rule of all services");
    }
}
