//! Change sets: all pages, and the change sets of nested stacks.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;

use aws_sdk_cloudformation::operation::describe_change_set::DescribeChangeSetOutput;
use aws_sdk_cloudformation::types as sdk;

use super::super::AwsCloud;
use super::convert::{each, parameter, remark, tags, time, word, words};
use crate::cloud::stacks::{Change, ChangeSet, Drift, ResourceChange, ResourceChangeDetail, ResourceTarget};
use crate::cloud::{Failure, FailureKind};

/// How deep nested stacks are followed. CloudFormation sets no limit; templates in use nest two or three deep.
const MAX_DEPTH: usize = 10;

/// The type of a nested stack.
const NESTED: &str = "AWS::CloudFormation::Stack";

impl AwsCloud {
    /// A change set with its nested ones; one call while CloudFormation still works on it (DescribeChangeSet).
    pub(super) async fn described_change_set(&self, id: &str) -> Result<ChangeSet, Failure> {
        self.nested_change_set(id.to_owned(), 0).await
    }

    fn nested_change_set(&self, id: String, depth: usize) -> ChangeSetFuture<'_> {
        Box::pin(async move {
            let mut set = self.all_pages(&id).await?;
            if depth >= MAX_DEPTH || !is_made(&set.status) {
                return Ok(set);
            }
            let mut nested = BTreeMap::new();
            for (logical, id) in nested_ids(&set.changes) {
                match self.nested_change_set(id, depth + 1).await {
                    Ok(inner) => {
                        nested.insert(logical, inner);
                    }
                    Err(failure) if will_pass(failure.kind) => return Err(failure),
                    // One that is gone, or that these credentials may not read: its `ChangeSetId` stays in the change.
                    Err(failure) => tracing::debug!(logical, %failure, "a nested change set is left out"),
                }
            }
            set.nested = nested;
            Ok(set)
        })
    }

    async fn all_pages(&self, id: &str) -> Result<ChangeSet, Failure> {
        let failed = |error| self.failure("cloudformation:DescribeChangeSet", error);
        let call = self.cloudformation.describe_change_set().change_set_name(id).include_property_values(true);
        let mut pages = call.into_paginator().send();
        let Some(first) = pages.try_next().await.map_err(failed)? else { return Ok(ChangeSet::default()) };
        let mut set = change_set(first);
        // Whoever waits for it asks again, so the pages of half a change set would be calls for nothing.
        if is_under_way(&set.status) {
            return Ok(set);
        }
        while let Some(page) = pages.try_next().await.map_err(failed)? {
            set.changes.extend(each(page.changes, change));
        }
        Ok(set)
    }
}

/// A boxed future, because an `async fn` cannot call itself.
type ChangeSetFuture<'a> = Pin<Box<dyn Future<Output = Result<ChangeSet, Failure>> + Send + 'a>>;

fn is_under_way(status: &str) -> bool {
    status.ends_with("_PENDING") || status.ends_with("_IN_PROGRESS")
}

fn is_made(status: &str) -> bool {
    matches!(status, "CREATE_COMPLETE" | "FAILED")
}

/// Whether the same call can succeed a moment later. A plan that hides a nested stack for such a reason would lie.
fn will_pass(kind: FailureKind) -> bool {
    matches!(kind, FailureKind::Throttled(_) | FailureKind::TimedOut | FailureKind::Unavailable)
}

/// The nested stacks that have a change set, with its ARN.
fn nested_ids(changes: &[Change]) -> Vec<(String, String)> {
    let nested = changes.iter().map(|change| &change.resource_change).filter(|change| change.resource_type == NESTED);
    nested.filter_map(|change| Some((change.logical_resource_id.clone(), change.change_set_id.clone()?))).collect()
}

fn change_set(set: DescribeChangeSetOutput) -> ChangeSet {
    ChangeSet {
        change_set_id: set.change_set_id.unwrap_or_default(),
        change_set_name: set.change_set_name.unwrap_or_default(),
        stack_id: set.stack_id.unwrap_or_default(),
        stack_name: set.stack_name.unwrap_or_default(),
        status: word(set.status).unwrap_or_default(),
        status_reason: remark(set.status_reason),
        execution_status: word(set.execution_status),
        creation_time: time(set.creation_time),
        parameters: each(set.parameters, parameter),
        tags: tags(set.tags),
        capabilities: words(set.capabilities),
        changes: each(set.changes, change),
        parent_change_set_id: set.parent_change_set_id,
        stack_drift_status: word(set.stack_drift_status),
        nested: BTreeMap::new(),
    }
}

fn change(change: sdk::Change) -> Change {
    Change {
        kind: word(change.r#type).unwrap_or_default(),
        hook_invocation_count: change.hook_invocation_count,
        resource_change: change.resource_change.map(resource_change).unwrap_or_default(),
    }
}

fn resource_change(change: sdk::ResourceChange) -> ResourceChange {
    ResourceChange {
        action: word(change.action).unwrap_or_default(),
        policy_action: word(change.policy_action),
        logical_resource_id: change.logical_resource_id.unwrap_or_default(),
        physical_resource_id: remark(change.physical_resource_id),
        resource_type: change.resource_type.unwrap_or_default(),
        replacement: word(change.replacement),
        scope: words(change.scope),
        details: each(change.details, detail),
        change_set_id: remark(change.change_set_id),
        before_context: change.before_context,
        after_context: change.after_context,
        previous_deployment_context: change.previous_deployment_context,
        resource_drift_status: word(change.resource_drift_status),
        module: change.module_info.and_then(module),
    }
}

fn detail(detail: sdk::ResourceChangeDetail) -> ResourceChangeDetail {
    ResourceChangeDetail {
        target: detail.target.map(target).unwrap_or_default(),
        evaluation: word(detail.evaluation),
        change_source: word(detail.change_source),
        causing_entity: detail.causing_entity,
    }
}

fn target(target: sdk::ResourceTargetDefinition) -> ResourceTarget {
    ResourceTarget {
        attribute: word(target.attribute).unwrap_or_default(),
        name: target.name,
        requires_recreation: word(target.requires_recreation),
        path: target.path,
        before_value: target.before_value,
        after_value: target.after_value,
        before_value_from: word(target.before_value_from),
        after_value_from: word(target.after_value_from),
        drift: target
            .drift
            .map(|drift| Drift { previous_value: drift.previous_value, actual_value: drift.actual_value }),
        attribute_change_type: word(target.attribute_change_type),
    }
}

/// `AWS::S3::Bucket::MODULE (outer/inner)`.
fn module(module: sdk::ModuleInfo) -> Option<String> {
    match (module.type_hierarchy, module.logical_id_hierarchy) {
        (Some(kind), Some(logical)) => Some(format!("{kind} ({logical})")),
        (kind, logical) => kind.or(logical),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_words_keep_their_text() {
        let change = change(
            sdk::Change::builder()
                .r#type("Stack".into())
                .resource_change(
                    sdk::ResourceChange::builder()
                        .action("Teleport".into())
                        .policy_action("ReplaceAndSnapshot".into())
                        .replacement("Perhaps".into())
                        .scope("Elsewhere".into())
                        .details(
                            sdk::ResourceChangeDetail::builder()
                                .change_source("Magic".into())
                                .target(
                                    sdk::ResourceTargetDefinition::builder()
                                        .attribute("Elsewhere".into())
                                        .attribute_change_type("SyncWithActual".into())
                                        .before_value_from("ACTUAL_STATE".into())
                                        .drift(sdk::LiveResourceDrift::builder().actual_value("2").build())
                                        .build(),
                                )
                                .build(),
                        )
                        .module_info(sdk::ModuleInfo::builder().type_hierarchy("A::B::C::MODULE").build())
                        .build(),
                )
                .build(),
        );
        assert_eq!(change.kind, "Stack");
        let change = change.resource_change;
        assert_eq!((change.action.as_str(), change.replacement.as_deref()), ("Teleport", Some("Perhaps")));
        assert_eq!(change.policy_action.as_deref(), Some("ReplaceAndSnapshot"));
        assert_eq!(change.scope, ["Elsewhere"]);
        assert_eq!(change.module.as_deref(), Some("A::B::C::MODULE"));
        let detail = &change.details[0];
        assert_eq!(detail.change_source.as_deref(), Some("Magic"));
        assert_eq!(detail.target.attribute, "Elsewhere");
        assert_eq!(detail.target.attribute_change_type.as_deref(), Some("SyncWithActual"));
        assert_eq!(detail.target.before_value_from.as_deref(), Some("ACTUAL_STATE"));
        assert_eq!(detail.target.drift.as_ref().unwrap().actual_value.as_deref(), Some("2"));
    }

    #[test]
    fn an_empty_answer_is_an_empty_change_set() {
        assert_eq!(change_set(DescribeChangeSetOutput::builder().build()), ChangeSet::default());
        assert_eq!(change(sdk::Change::builder().build()), Change::default());
    }

    #[test]
    fn a_module_says_its_type_and_its_name() {
        let info =
            sdk::ModuleInfo::builder().type_hierarchy("A::B::C::MODULE/D::E::F::MODULE").logical_id_hierarchy("x/y");
        assert_eq!(module(info.build()).unwrap(), "A::B::C::MODULE/D::E::F::MODULE (x/y)");
        assert_eq!(module(sdk::ModuleInfo::builder().build()), None);
    }
}
