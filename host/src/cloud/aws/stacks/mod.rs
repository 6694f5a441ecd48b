//! CloudFormation on AWS.

mod changes;
mod convert;
mod failed;
pub(super) mod meaning;
mod requests;
#[cfg(test)]
mod tests;

use async_trait::async_trait;
use aws_sdk_cloudformation::types as sdk;

use self::requests::{some, token};
use super::AwsCloud;
use crate::cloud::stacks::{
    ChangeSet, ChangeSetIds, ContinueRollback, CreateChangeSet, DeleteStack, DriftDetection, EventsOf,
    ExecuteChangeSet, Export, HookResult, OperationEvent, ResourceDrift, Stack, StackEvent, StackResource, Stacks,
    TemplateSource, TemplateSummary,
};
use crate::cloud::{Failure, FailureKind, Page};

#[async_trait]
impl Stacks for AwsCloud {
    async fn describe(&self, stack: &str) -> Result<Stack, Failure> {
        self.one_stack(stack).await.map(convert::stack)
    }

    async fn list(&self) -> Result<Vec<Stack>, Failure> {
        let stacks = self.cloudformation.describe_stacks().into_paginator().items().send();
        let stacks: Vec<sdk::Stack> =
            stacks.try_collect().await.map_err(|error| self.failure("cloudformation:DescribeStacks", error))?;
        let is_there = |stack: &sdk::Stack| stack.stack_status() != Some(&sdk::StackStatus::DeleteComplete);
        Ok(stacks.into_iter().filter(is_there).map(convert::stack).collect())
    }

    async fn template_summary(&self, source: &TemplateSource) -> Result<TemplateSummary, Failure> {
        let output = requests::template_summary(source).send_with(&self.cloudformation).await;
        output.map(convert::summary).map_err(|error| self.failure("cloudformation:GetTemplateSummary", error))
    }

    async fn template(&self, stack: &str) -> Result<String, Failure> {
        let call = self.cloudformation.get_template().stack_name(stack).template_stage(sdk::TemplateStage::Original);
        let output = call.send().await.map_err(|error| self.failure("cloudformation:GetTemplate", error))?;
        Ok(output.template_body.unwrap_or_default())
    }

    async fn create_change_set(&self, request: &CreateChangeSet) -> Result<ChangeSetIds, Failure> {
        let output = requests::create_change_set(request).send_with(&self.cloudformation).await;
        let output = output.map_err(|error| self.failure("cloudformation:CreateChangeSet", error))?;
        match (output.id, output.stack_id) {
            (Some(id), Some(stack_id)) => Ok(ChangeSetIds { id, stack_id }),
            _ => Err(Failure::new(FailureKind::Other, "CreateChangeSet answered without the ids of the change set")),
        }
    }

    async fn change_set(&self, change_set: &str) -> Result<ChangeSet, Failure> {
        self.described_change_set(change_set).await
    }

    async fn delete_change_set(&self, change_set: &str) -> Result<(), Failure> {
        let output = self.cloudformation.delete_change_set().change_set_name(change_set).send().await;
        output.map(drop).map_err(|error| self.failure("cloudformation:DeleteChangeSet", error))
    }

    async fn execute_change_set(&self, request: &ExecuteChangeSet) -> Result<(), Failure> {
        let call = self
            .cloudformation
            .execute_change_set()
            .change_set_name(&request.change_set_id)
            .client_request_token(request.client_request_token.clone().unwrap_or_else(token))
            .set_disable_rollback(request.disable_rollback);
        let output = call.send().await;
        output.map(drop).map_err(|error| self.failure("cloudformation:ExecuteChangeSet", error))
    }

    async fn events(&self, stack: &str, cursor: Option<&str>) -> Result<Page<StackEvent>, Failure> {
        let call = self.cloudformation.describe_stack_events().stack_name(stack);
        let output = call.set_next_token(cursor.map(str::to_owned)).send().await;
        let output = output.map_err(|error| self.failure("cloudformation:DescribeStackEvents", error))?;
        let next = output.next_token.filter(|next| !next.is_empty());
        Ok(Page { items: convert::each(output.stack_events, convert::event), next })
    }

    async fn failed_events(&self, target: &EventsOf) -> Result<Vec<OperationEvent>, Failure> {
        self.failed_events_of(target).await
    }

    async fn hook_result(&self, id: &str) -> Result<HookResult, Failure> {
        let output = self.cloudformation.get_hook_result().hook_result_id(id).send().await;
        output.map(convert::hook_result).map_err(|error| self.failure("cloudformation:GetHookResult", error))
    }

    async fn resources(&self, stack: &str) -> Result<Vec<StackResource>, Failure> {
        let resources = self.cloudformation.list_stack_resources().stack_name(stack).into_paginator().items().send();
        let resources: Vec<_> =
            resources.try_collect().await.map_err(|error| self.failure("cloudformation:ListStackResources", error))?;
        Ok(convert::each(Some(resources), convert::resource))
    }

    async fn exports(&self) -> Result<Vec<Export>, Failure> {
        let exports = self.cloudformation.list_exports().into_paginator().items().send();
        let exports: Vec<_> =
            exports.try_collect().await.map_err(|error| self.failure("cloudformation:ListExports", error))?;
        Ok(convert::each(Some(exports), convert::export))
    }

    async fn imports(&self, export: &str) -> Result<Vec<String>, Failure> {
        let imports = self.cloudformation.list_imports().export_name(export).into_paginator().items().send();
        let imports = imports.try_collect().await.map_err(|error| self.failure("cloudformation:ListImports", error));
        // That nobody imports it is an error to CloudFormation.
        imports.or_else(|failure| if meaning::is_not_imported(&failure) { Ok(Vec::new()) } else { Err(failure) })
    }

    async fn delete(&self, request: &DeleteStack) -> Result<(), Failure> {
        let call = self
            .cloudformation
            .delete_stack()
            .stack_name(&request.stack_name)
            .set_retain_resources(some(request.retain_resources.clone()))
            .set_role_arn(request.role_arn.clone())
            .set_deletion_mode(request.force.then_some(sdk::DeletionMode::ForceDeleteStack))
            .client_request_token(request.client_request_token.clone().unwrap_or_else(token));
        let output = call.send().await;
        output.map(drop).map_err(|error| self.failure("cloudformation:DeleteStack", error))
    }

    async fn cancel_update(&self, stack: &str) -> Result<(), Failure> {
        let call = self.cloudformation.cancel_update_stack().stack_name(stack).client_request_token(token());
        let output = call.send().await;
        output.map(drop).map_err(|error| self.failure("cloudformation:CancelUpdateStack", error))
    }

    async fn continue_rollback(&self, request: &ContinueRollback) -> Result<(), Failure> {
        let call = self
            .cloudformation
            .continue_update_rollback()
            .stack_name(&request.stack_name)
            .set_resources_to_skip(some(request.resources_to_skip.clone()))
            .set_force_rollback(request.force.then_some(true))
            .client_request_token(request.client_request_token.clone().unwrap_or_else(token));
        let output = call.send().await;
        output.map(drop).map_err(|error| self.failure("cloudformation:ContinueUpdateRollback", error))
    }

    async fn rollback(&self, stack: &str) -> Result<(), Failure> {
        let call = self.cloudformation.rollback_stack().stack_name(stack).client_request_token(token());
        let output = call.send().await;
        output.map(drop).map_err(|error| self.failure("cloudformation:RollbackStack", error))
    }

    async fn protect(&self, stack: &str, on: bool) -> Result<(), Failure> {
        let call = self.cloudformation.update_termination_protection().stack_name(stack);
        let output = call.enable_termination_protection(on).send().await;
        output.map(drop).map_err(|error| self.failure("cloudformation:UpdateTerminationProtection", error))
    }

    async fn policy(&self, stack: &str) -> Result<Option<String>, Failure> {
        let output = self.cloudformation.get_stack_policy().stack_name(stack).send().await;
        let output = output.map_err(|error| self.failure("cloudformation:GetStackPolicy", error))?;
        Ok(output.stack_policy_body.filter(|policy| !policy.is_empty()))
    }

    async fn set_policy(&self, stack: &str, policy: &str) -> Result<(), Failure> {
        let call = self.cloudformation.set_stack_policy().stack_name(stack).stack_policy_body(policy);
        let output = call.send().await;
        output.map(drop).map_err(|error| self.failure("cloudformation:SetStackPolicy", error))
    }

    async fn detect_drift(&self, stack: &str) -> Result<String, Failure> {
        let output = self.cloudformation.detect_stack_drift().stack_name(stack).send().await;
        let output = output.map_err(|error| self.failure("cloudformation:DetectStackDrift", error))?;
        output.stack_drift_detection_id.ok_or_else(|| {
            Failure::new(FailureKind::Other, "DetectStackDrift answered without the id of the detection")
        })
    }

    async fn drift_detection(&self, id: &str) -> Result<DriftDetection, Failure> {
        let call = self.cloudformation.describe_stack_drift_detection_status().stack_drift_detection_id(id);
        let output = call.send().await;
        let output = output.map_err(|error| self.failure("cloudformation:DescribeStackDriftDetectionStatus", error))?;
        Ok(DriftDetection {
            detection_status: convert::word(output.detection_status).unwrap_or_default(),
            detection_status_reason: convert::remark(output.detection_status_reason),
            stack_drift_status: convert::word(output.stack_drift_status),
        })
    }

    async fn drifts(&self, stack: &str) -> Result<Vec<ResourceDrift>, Failure> {
        use sdk::StackResourceDriftStatus::{Deleted, Modified, NotChecked};
        let call = self.cloudformation.describe_stack_resource_drifts().stack_name(stack);
        let call = call.set_stack_resource_drift_status_filters(Some(vec![Modified, Deleted, NotChecked]));
        let mut pages = call.into_paginator().send();
        let mut drifts = Vec::new();
        let failed = |error| self.failure("cloudformation:DescribeStackResourceDrifts", error);
        while let Some(page) = pages.try_next().await.map_err(failed)? {
            drifts.extend(convert::each(page.stack_resource_drifts, convert::drift));
        }
        Ok(drifts)
    }
}

impl AwsCloud {
    async fn one_stack(&self, stack: &str) -> Result<sdk::Stack, Failure> {
        let output = self.cloudformation.describe_stacks().stack_name(stack).send().await;
        let output = output.map_err(|error| self.failure("cloudformation:DescribeStacks", error))?;
        output.stacks.unwrap_or_default().into_iter().next().ok_or_else(|| {
            Failure::new(FailureKind::NotFound, format!("there is no stack `{stack}` in {}", self.region))
                .with_code("ValidationError")
        })
    }
}
