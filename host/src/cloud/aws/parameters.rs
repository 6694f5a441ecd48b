//! Parameter Store on AWS.

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_ssm::types as sdk;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::{AwsCloud, names, timestamp};
use crate::cloud::{
    Decrypt, Failure, FailureKind, GET_PARAMETERS_BATCH, Page, Parameter, ParameterMetadata, ParameterTier,
    ParameterType, ParameterValue, ParameterVersion, Parameters, PutParameter, Secret,
};

/// How many `GetParameters` run at once. Parameter Store allows 40 a second by default.
const PARALLEL_BATCHES: usize = 4;

#[async_trait]
impl Parameters for AwsCloud {
    async fn get(&self, asked: &[String], decrypt: Decrypt) -> Vec<Result<Parameter, Failure>> {
        let mut distinct: Vec<&String> = asked.iter().filter(|name| names::is_wellformed(name)).collect();
        distinct.sort_unstable();
        distinct.dedup();
        let limit = Arc::new(Semaphore::new(PARALLEL_BATCHES));
        let mut batches = JoinSet::new();
        for batch in distinct.chunks(GET_PARAMETERS_BATCH) {
            let batch: Vec<String> = batch.iter().map(|name| (*name).clone()).collect();
            let (ssm, limit) = (self.ssm.clone(), limit.clone());
            batches.spawn(async move {
                let _turn = limit.acquire_owned().await;
                let answer = ssm
                    .get_parameters()
                    .set_names(Some(batch.clone()))
                    .with_decryption(decrypt == Decrypt::Yes)
                    .send()
                    .await;
                (batch, answer)
            });
        }
        let mut results: HashMap<String, Result<Parameter, Failure>> = HashMap::new();
        while let Some(done) = batches.join_next().await {
            // A batch that panicked has no answer; its names get the text below.
            let Ok((batch, answer)) = done else { continue };
            match answer {
                Ok(output) => {
                    for name in &batch {
                        let result = if output.invalid_parameters().contains(name) {
                            Some(Err(self.not_found(name)))
                        } else {
                            names::find(output.parameters(), name, &batch).map(|p| Ok(parameter(p, decrypt)))
                        };
                        results.extend(result.map(|result| (name.clone(), result)));
                    }
                }
                Err(error) => {
                    let failure = self.failure("ssm:GetParameters", error);
                    results.extend(batch.into_iter().map(|name| (name, Err(failure.clone()))));
                }
            }
        }
        asked
            .iter()
            .map(|name| {
                if !names::is_wellformed(name) {
                    let message = format!("`{name}` is not the name of a parameter");
                    return Err(Failure::new(FailureKind::InvalidInput, message).with_code("ValidationException"));
                }
                results.get(name).cloned().unwrap_or_else(|| Err(self.not_answered(name)))
            })
            .collect()
    }

    async fn under(
        &self,
        path: &str,
        recursive: bool,
        decrypt: Decrypt,
        cursor: Option<&str>,
    ) -> Result<Page<Parameter>, Failure> {
        let output = self
            .ssm
            .get_parameters_by_path()
            .path(path)
            .recursive(recursive)
            .with_decryption(decrypt == Decrypt::Yes)
            .set_next_token(cursor.map(str::to_owned))
            .send()
            .await
            .map_err(|error| self.failure("ssm:GetParametersByPath", error))?;
        let items = output.parameters().iter().map(|p| parameter(p, decrypt)).collect();
        Ok(Page { items, next: output.next_token })
    }

    async fn list(&self, prefix: Option<&str>, cursor: Option<&str>) -> Result<Page<ParameterMetadata>, Failure> {
        let mut call = self.ssm.describe_parameters().max_results(50).set_next_token(cursor.map(str::to_owned));
        if let Some(prefix) = prefix {
            let filter = sdk::ParameterStringFilter::builder().key("Name").option("BeginsWith").values(prefix).build();
            call = call.parameter_filters(filter.map_err(|e| Failure::new(FailureKind::Other, e.to_string()))?);
        }
        let output = call.send().await.map_err(|error| self.failure("ssm:DescribeParameters", error))?;
        let items = output.parameters().iter().map(metadata).collect();
        Ok(Page { items, next: output.next_token })
    }

    async fn put(&self, request: PutParameter) -> Result<u64, Failure> {
        let (kind, value) = match &request.value {
            ParameterValue::Text(value) => (sdk::ParameterType::String, value.as_str()),
            ParameterValue::TextList(value) => (sdk::ParameterType::StringList, value.as_str()),
            ParameterValue::Secure(Some(value)) => (sdk::ParameterType::SecureString, value.expose()),
            ParameterValue::Secure(None) => {
                return Err(Failure::new(FailureKind::InvalidInput, "a SecureString needs a value"));
            }
        };
        let tag = |(key, value): &(String, String)| sdk::Tag::builder().key(key).value(value).build();
        let tags: Result<Vec<_>, _> = request.tags.iter().map(tag).collect();
        let tags = tags.map_err(|e| Failure::new(FailureKind::InvalidInput, e.to_string()))?;
        let output = self
            .ssm
            .put_parameter()
            .name(&request.name)
            .r#type(kind)
            .value(value)
            .overwrite(request.overwrite)
            .set_description(request.description)
            .set_allowed_pattern(request.allowed_pattern)
            .set_data_type(request.data_type)
            .tier(match request.tier {
                ParameterTier::Standard => sdk::ParameterTier::Standard,
                ParameterTier::Advanced => sdk::ParameterTier::Advanced,
                ParameterTier::IntelligentTiering => sdk::ParameterTier::IntelligentTiering,
            })
            .set_policies(request.policies)
            .set_tags((!tags.is_empty()).then_some(tags))
            .send()
            .await
            .map_err(|error| self.failure("ssm:PutParameter", error))?;
        Ok(version(output.version))
    }

    async fn history(&self, name: &str, decrypt: Decrypt) -> Result<Vec<ParameterVersion>, Failure> {
        let mut versions = Vec::new();
        let mut cursor = None;
        loop {
            let output = self
                .ssm
                .get_parameter_history()
                .name(name)
                .with_decryption(decrypt == Decrypt::Yes)
                .set_next_token(cursor)
                .send()
                .await
                .map_err(|error| self.failure("ssm:GetParameterHistory", error))?;
            versions.extend(output.parameters().iter().map(|entry| history_entry(entry, decrypt)));
            cursor = output.next_token;
            if cursor.is_none() {
                return Ok(versions);
            }
        }
    }

    async fn label(&self, name: &str, version: Option<u64>, labels: &[String]) -> Result<Vec<String>, Failure> {
        let output = self
            .ssm
            .label_parameter_version()
            .name(name)
            .set_parameter_version(version.and_then(|v| i64::try_from(v).ok()))
            .set_labels(Some(labels.to_vec()))
            .send()
            .await
            .map_err(|error| self.failure("ssm:LabelParameterVersion", error))?;
        Ok(output.invalid_labels.unwrap_or_default())
    }

    async fn unlabel(&self, name: &str, version: u64, labels: &[String]) -> Result<Vec<String>, Failure> {
        let output = self
            .ssm
            .unlabel_parameter_version()
            .name(name)
            .set_parameter_version(i64::try_from(version).ok())
            .set_labels(Some(labels.to_vec()))
            .send()
            .await
            .map_err(|error| self.failure("ssm:UnlabelParameterVersion", error))?;
        Ok(output.invalid_labels.unwrap_or_default())
    }

    async fn delete(&self, names: &[String]) -> Result<Vec<String>, Failure> {
        let mut missing = Vec::new();
        // DeleteParameters takes as many names as GetParameters.
        for batch in names.chunks(GET_PARAMETERS_BATCH) {
            let output = self
                .ssm
                .delete_parameters()
                .set_names(Some(batch.to_vec()))
                .send()
                .await
                .map_err(|error| self.failure("ssm:DeleteParameters", error))?;
            missing.extend(output.invalid_parameters.unwrap_or_default());
        }
        Ok(missing)
    }
}

impl AwsCloud {
    fn not_found(&self, name: &str) -> Failure {
        let code = if names::split(name).1.is_some() { "ParameterVersionNotFound" } else { "ParameterNotFound" };
        Failure::new(FailureKind::NotFound, format!("there is no parameter `{name}` in {}", self.region))
            .with_code(code)
    }

    fn not_answered(&self, name: &str) -> Failure {
        let message =
            format!("ssm:GetParameters failed: Systems Manager in {} left the parameter `{name}` out", self.region);
        Failure::new(FailureKind::Other, message).with_hint(
            "AWS never does: check `--endpoint-url`. Some endpoints do not tell several labels of a parameter apart.",
        )
    }
}

fn version(version: i64) -> u64 {
    u64::try_from(version).unwrap_or_default()
}

fn value(kind: Option<&sdk::ParameterType>, value: &str, decrypt: Decrypt) -> ParameterValue {
    match kind {
        // Without decryption the API gives the ciphertext, which is of no use to anybody.
        Some(sdk::ParameterType::SecureString) => {
            ParameterValue::Secure((decrypt == Decrypt::Yes).then(|| Secret::new(value)))
        }
        Some(sdk::ParameterType::StringList) => ParameterValue::TextList(value.to_owned()),
        _ => ParameterValue::Text(value.to_owned()),
    }
}

fn parameter(p: &sdk::Parameter, decrypt: Decrypt) -> Parameter {
    Parameter {
        name: p.name().unwrap_or_default().to_owned(),
        value: value(p.r#type(), p.value().unwrap_or_default(), decrypt),
        version: version(p.version()),
        modified: timestamp(p.last_modified_date()),
        arn: p.arn().map(|arn| arn_of(p.name().unwrap_or_default(), arn)),
        data_type: p.data_type().map(str::to_owned),
    }
}

/// Public parameters belong to no account; moto puts that of the caller in.
fn arn_of(name: &str, arn: &str) -> String {
    match arn.split(':').nth(4) {
        Some(account) if !account.is_empty() && name.starts_with("/aws/service/") => {
            arn.replacen(&format!(":{account}:"), "::", 1)
        }
        _ => arn.to_owned(),
    }
}

fn tier(tier: Option<&sdk::ParameterTier>) -> ParameterTier {
    match tier {
        Some(sdk::ParameterTier::Advanced) => ParameterTier::Advanced,
        Some(sdk::ParameterTier::IntelligentTiering) => ParameterTier::IntelligentTiering,
        _ => ParameterTier::Standard,
    }
}

fn metadata(p: &sdk::ParameterMetadata) -> ParameterMetadata {
    ParameterMetadata {
        name: p.name().unwrap_or_default().to_owned(),
        kind: match p.r#type() {
            Some(sdk::ParameterType::SecureString) => ParameterType::SecureString,
            Some(sdk::ParameterType::StringList) => ParameterType::StringList,
            _ => ParameterType::String,
        },
        version: version(p.version()),
        modified: timestamp(p.last_modified_date()),
        tier: tier(p.tier()),
        data_type: p.data_type().map(str::to_owned),
        description: p.description().map(str::to_owned),
        allowed_pattern: p.allowed_pattern().map(str::to_owned),
    }
}

fn history_entry(h: &sdk::ParameterHistory, decrypt: Decrypt) -> ParameterVersion {
    let mut labels = h.labels().to_vec();
    labels.sort();
    ParameterVersion {
        parameter: Parameter {
            name: h.name().unwrap_or_default().to_owned(),
            value: value(h.r#type(), h.value().unwrap_or_default(), decrypt),
            version: version(h.version()),
            modified: timestamp(h.last_modified_date()),
            arn: None,
            data_type: h.data_type().map(str::to_owned),
        },
        labels,
        tier: tier(h.tier()),
        description: h.description().map(str::to_owned),
        modified_by: h.last_modified_user().map(str::to_owned),
    }
}
