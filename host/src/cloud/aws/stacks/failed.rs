//! The events that say why an operation failed, and which hook said no.

use aws_sdk_cloudformation::types as sdk;

use super::super::AwsCloud;
use super::convert::{remark, time, word};
use crate::cloud::Failure;
use crate::cloud::stacks::{EventsOf, OperationEvent};

impl AwsCloud {
    /// The failed events of a change set, or of the last operation of a stack (DescribeEvents).
    pub(super) async fn failed_events_of(&self, target: &EventsOf) -> Result<Vec<OperationEvent>, Failure> {
        let call = || self.cloudformation.describe_events();
        let mut events: Vec<OperationEvent> = Vec::new();
        match target {
            EventsOf::ChangeSet(id) => {
                let found = self.filtered_events(call().change_set_name(id)).await?;
                events.extend(found.into_iter().map(event));
                if events.iter().any(is_of_hook) {
                    name_invocations(&mut events, &self.invocations_for(id).await);
                }
            }
            EventsOf::Stack(stack) => {
                // A failed update and the rollback that followed it are two operations, and both are the last ones.
                let operations = self.last_operations(stack).await?;
                if operations.is_empty() {
                    let found = self.filtered_events(call().stack_name(stack)).await?;
                    events.extend(newest_operation(found).into_iter().map(event));
                }
                for operation in operations {
                    let found = self.filtered_events(call().operation_id(operation)).await?;
                    events.extend(found.into_iter().map(event));
                }
                if events.iter().any(is_of_hook) {
                    name_invocations(&mut events, &self.invocations_in(stack).await);
                }
            }
        }
        Ok(events)
    }

    async fn filtered_events(&self, call: DescribeEvents) -> Result<Vec<sdk::OperationEvent>, Failure> {
        let failed = sdk::EventFilter::builder().failed_events(true).build();
        let pages = call.filters(failed).into_paginator().items().send();
        pages.try_collect().await.map_err(|error| self.failure("cloudformation:DescribeEvents", error))
    }

    /// The ids of what was last done to a stack (DescribeStacks); empty where the endpoint does not tell.
    async fn last_operations(&self, stack: &str) -> Result<Vec<String>, Failure> {
        let stack = self.one_stack(stack).await?;
        Ok(stack.last_operations().iter().filter_map(|operation| operation.operation_id.clone()).collect())
    }

    /// The hooks that failed for a change set (ListHookResults). They only lead to more detail, so that an account that
    /// may not list them sees what the events say.
    async fn invocations_for(&self, change_set: &str) -> Vec<Invocation> {
        let mut invocations = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let call = self.cloudformation.list_hook_results();
            let call = call.target_type(sdk::ListHookResultsTargetType::ChangeSet).target_id(change_set);
            let output = match call.set_next_token(cursor.clone()).send().await {
                Ok(output) => output,
                Err(error) => {
                    let failure = self.failure("cloudformation:ListHookResults", error);
                    tracing::debug!(%failure, "the results of hooks cannot be listed");
                    return invocations;
                }
            };
            invocations.extend(output.hook_results.unwrap_or_default().into_iter().filter_map(|result| {
                let failed = word(result.status).is_some_and(|status| status.ends_with("FAILED"));
                let (hook, id) = (result.type_name?, result.hook_result_id?);
                failed.then_some(Invocation { hook, resource: None, id })
            }));
            let next = output.next_token.filter(|next| !next.is_empty() && Some(next) != cursor.as_ref());
            if next.is_none() {
                return invocations;
            }
            cursor = next;
        }
    }

    /// The hooks that failed in the newest events of a stack (DescribeStackEvents, one page).
    async fn invocations_in(&self, stack: &str) -> Vec<Invocation> {
        let output = match self.cloudformation.describe_stack_events().stack_name(stack).send().await {
            Ok(output) => output,
            Err(error) => {
                let failure = self.failure("cloudformation:DescribeStackEvents", error);
                tracing::debug!(%failure, "the events of hooks cannot be listed");
                return Vec::new();
            }
        };
        let events = output.stack_events.unwrap_or_default().into_iter();
        let invocations = events.filter_map(|event| {
            let failed = word(event.hook_status).is_some_and(|status| status.ends_with("FAILED"));
            let (hook, id) = (event.hook_type?, event.hook_invocation_id?);
            failed.then_some(Invocation { hook, resource: event.logical_resource_id, id })
        });
        invocations.collect()
    }
}

type DescribeEvents = aws_sdk_cloudformation::operation::describe_events::builders::DescribeEventsFluentBuilder;

/// A hook that failed.
struct Invocation {
    /// The hook's type.
    hook: String,
    /// The resource that it looked at, by its name in the template; none where it looked at the whole.
    resource: Option<String>,
    /// For GetHookResult.
    id: String,
}

fn is_of_hook(event: &OperationEvent) -> bool {
    event.hook_type.is_some()
}

/// DescribeEvents does not give the ids of invocations: find them by the hook's type and, where both have one, the
/// resource. An invocation is used once, as far as there are enough.
fn name_invocations(events: &mut [OperationEvent], invocations: &[Invocation]) {
    let mut used = Vec::new();
    for event in events.iter_mut().filter(|event| event.hook_invocation_id.is_none()) {
        let fits = |invocation: &&Invocation| {
            let same_resource = invocation.resource.is_none() || invocation.resource == event.logical_resource_id;
            Some(&invocation.hook) == event.hook_type.as_ref() && same_resource
        };
        let fitting = || invocations.iter().filter(fits);
        let found = fitting().find(|invocation| !used.contains(&&invocation.id)).or_else(|| fitting().next());
        if let Some(invocation) = found {
            used.push(&invocation.id);
            event.hook_invocation_id = Some(invocation.id.clone());
        }
    }
}

/// The events of the operation that the first, and so the newest, belongs to.
fn newest_operation(events: Vec<sdk::OperationEvent>) -> Vec<sdk::OperationEvent> {
    let newest = events.first().and_then(|event| event.operation_id.clone());
    events.into_iter().filter(|event| event.operation_id == newest).collect()
}

fn event(event: sdk::OperationEvent) -> OperationEvent {
    OperationEvent {
        event_id: event.event_id.unwrap_or_default(),
        event_type: word(event.event_type).unwrap_or_default(),
        logical_resource_id: event.logical_resource_id,
        resource_type: event.resource_type,
        timestamp: time(event.timestamp),
        resource_status: word(event.resource_status),
        resource_status_reason: remark(event.resource_status_reason),
        validation_failure_mode: word(event.validation_failure_mode),
        validation_name: event.validation_name,
        validation_status: word(event.validation_status),
        validation_status_reason: remark(event.validation_status_reason),
        validation_path: event.validation_path,
        hook_type: event.hook_type,
        hook_status: word(event.hook_status),
        hook_status_reason: remark(event.hook_status_reason),
        hook_invocation_id: None,
        hook_failure_mode: word(event.hook_failure_mode),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_hook(hook: &str, resource: &str) -> OperationEvent {
        OperationEvent {
            hook_type: Some(hook.into()),
            logical_resource_id: Some(resource.into()),
            ..OperationEvent::default()
        }
    }

    fn invocation(hook: &str, resource: Option<&str>, id: &str) -> Invocation {
        Invocation { hook: hook.into(), resource: resource.map(str::to_owned), id: id.into() }
    }

    #[test]
    fn an_event_gets_the_invocation_of_its_hook_and_resource() {
        let mut events = [
            of_hook("A::B::Hook", "Two"),
            of_hook("A::B::Hook", "One"),
            of_hook("C::D::Hook", "One"),
            OperationEvent::default(),
        ];
        let invocations = [invocation("A::B::Hook", Some("One"), "1"), invocation("A::B::Hook", Some("Two"), "2")];
        name_invocations(&mut events, &invocations);
        let ids: Vec<_> = events.iter().map(|event| event.hook_invocation_id.as_deref()).collect();
        assert_eq!(ids, [Some("2"), Some("1"), None, None]);
    }

    #[test]
    fn invocations_without_a_resource_are_dealt_out_in_turn() {
        let mut events = [of_hook("H", "One"), of_hook("H", "Two"), of_hook("H", "Three")];
        name_invocations(&mut events, &[invocation("H", None, "1"), invocation("H", None, "2")]);
        let ids: Vec<_> = events.iter().map(|event| event.hook_invocation_id.as_deref().unwrap()).collect();
        assert_eq!(ids, ["1", "2", "1"]);
    }

    #[test]
    fn only_the_newest_operation_counts() {
        let of =
            |operation: &str, id: &str| sdk::OperationEvent::builder().operation_id(operation).event_id(id).build();
        let events = newest_operation(vec![of("b", "3"), of("a", "2"), of("b", "1")]);
        let ids: Vec<_> = events.iter().map(|event| event.event_id().unwrap()).collect();
        assert_eq!(ids, ["3", "1"]);
        assert!(newest_operation(Vec::new()).is_empty());
    }

    #[test]
    fn a_validation_keeps_all_that_it_says() {
        let sdk = sdk::OperationEvent::builder()
            .event_id("e")
            .event_type("VALIDATION_ERROR".into())
            .validation_failure_mode("FAIL".into())
            .validation_name("NAME_CONFLICT_VALIDATION")
            .validation_status("FAILED".into())
            .validation_status_reason("it exists")
            .validation_path("/Resources/Bucket/Properties/BucketName")
            .build();
        let event = event(sdk);
        assert_eq!(event.event_type, "VALIDATION_ERROR");
        assert_eq!(event.validation_failure_mode.as_deref(), Some("FAIL"));
        assert_eq!(event.validation_status.as_deref(), Some("FAILED"));
        assert_eq!(event.validation_path.as_deref(), Some("/Resources/Bucket/Properties/BucketName"));
        assert_eq!(event.validation_status_reason.as_deref(), Some("it exists"));
    }
}
