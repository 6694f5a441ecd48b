//! Secrets Manager on AWS.

use async_trait::async_trait;
use jiff::Timestamp;

use super::{AwsCloud, timestamp};
use crate::cloud::{Deletion, Failure, FailureKind, Secret, SecretMetadata, SecretSelector, SecretVersion, Secrets};

#[async_trait]
impl Secrets for AwsCloud {
    async fn create(&self, name: &str, value: &Secret, description: Option<&str>) -> Result<String, Failure> {
        let output = self
            .secrets
            .create_secret()
            .name(name)
            .secret_string(value.expose())
            .set_description(description.map(str::to_owned))
            .send()
            .await
            .map_err(|error| self.failure("secretsmanager:CreateSecret", error))?;
        Ok(output.arn.unwrap_or_default())
    }

    async fn put(&self, id: &str, value: &Secret, stages: &[String]) -> Result<String, Failure> {
        let output = self
            .secrets
            .put_secret_value()
            .secret_id(id)
            .secret_string(value.expose())
            .set_version_stages((!stages.is_empty()).then(|| stages.to_vec()))
            .send()
            .await
            .map_err(|error| self.failure("secretsmanager:PutSecretValue", error))?;
        Ok(output.version_id.unwrap_or_default())
    }

    async fn get(&self, id: &str, selector: &SecretSelector) -> Result<SecretVersion, Failure> {
        let output = self
            .secrets
            .get_secret_value()
            .secret_id(id)
            .set_version_stage(selector.stage.clone())
            .set_version_id(selector.version_id.clone())
            .send()
            .await
            .map_err(|error| self.failure("secretsmanager:GetSecretValue", error))?;
        let value = output.secret_string().map(Secret::new).ok_or_else(|| {
            Failure::new(FailureKind::Unsupported, format!("the secret `{id}` is binary, and only text is read"))
        })?;
        let mut stages = output.version_stages().to_vec();
        stages.sort();
        Ok(SecretVersion {
            name: output.name().unwrap_or_default().to_owned(),
            arn: output.arn().unwrap_or_default().to_owned(),
            version_id: output.version_id().unwrap_or_default().to_owned(),
            stages,
            value,
            created: timestamp(output.created_date()),
        })
    }

    async fn list(&self, deleted: bool) -> Result<Vec<SecretMetadata>, Failure> {
        let mut secrets = Vec::new();
        let mut cursor = None;
        loop {
            let output = self
                .secrets
                .list_secrets()
                .include_planned_deletion(deleted)
                .set_next_token(cursor)
                .send()
                .await
                .map_err(|error| self.failure("secretsmanager:ListSecrets", error))?;
            secrets.extend(output.secret_list().iter().map(|entry| SecretMetadata {
                name: entry.name().unwrap_or_default().to_owned(),
                arn: entry.arn().unwrap_or_default().to_owned(),
                description: entry.description().map(str::to_owned),
                modified: timestamp(entry.last_changed_date()),
                deletion_date: timestamp(entry.deleted_date()),
            }));
            cursor = output.next_token;
            if cursor.is_none() {
                secrets.sort_by(|a, b| a.name.cmp(&b.name));
                return Ok(secrets);
            }
        }
    }

    async fn delete(&self, id: &str, deletion: Deletion) -> Result<Timestamp, Failure> {
        let call = self.secrets.delete_secret().secret_id(id);
        let call = match deletion {
            Deletion::RecoveryWindow(days) => call.recovery_window_in_days(i64::from(days)),
            Deletion::WithoutRecovery => call.force_delete_without_recovery(true),
        };
        let output = call.send().await.map_err(|error| self.failure("secretsmanager:DeleteSecret", error))?;
        Ok(timestamp(output.deletion_date()).unwrap_or_else(Timestamp::now))
    }

    async fn restore(&self, id: &str) -> Result<(), Failure> {
        self.secrets
            .restore_secret()
            .secret_id(id)
            .send()
            .await
            .map_err(|error| self.failure("secretsmanager:RestoreSecret", error))?;
        Ok(())
    }
}
