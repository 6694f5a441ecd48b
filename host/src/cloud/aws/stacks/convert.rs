//! What CloudFormation answers, as Formwork's types. A status or an action that this SDK does not know keeps its text.

use aws_sdk_cloudformation::operation::get_hook_result::GetHookResultOutput;
use aws_sdk_cloudformation::operation::get_template_summary::GetTemplateSummaryOutput;
use aws_sdk_cloudformation::types as sdk;
use aws_smithy_types::DateTime;

use super::super::timestamp;
use crate::cloud::stacks::{
    Export, HookAnnotation, HookResult, ParameterDeclaration, PropertyDifference, ResourceDrift, Stack, StackEvent,
    StackOutput, StackParameter, StackResource, TemplateSummary, Texts,
};

/// The text of an enum of the SDK.
pub(super) fn word<T: AsRef<str>>(value: Option<T>) -> Option<String> {
    value.map(|value| value.as_ref().to_owned())
}

/// The texts of a list of enums.
pub(super) fn words<T: AsRef<str>>(values: Option<Vec<T>>) -> Vec<String> {
    values.unwrap_or_default().into_iter().map(|value| value.as_ref().to_owned()).collect()
}

/// A list, each item converted.
pub(super) fn each<T, U>(values: Option<Vec<T>>, convert: impl FnMut(T) -> U) -> Vec<U> {
    values.unwrap_or_default().into_iter().map(convert).collect()
}

/// RFC 3339, UTC, milliseconds.
pub(super) fn time(time: Option<DateTime>) -> Option<String> {
    timestamp(time.as_ref()).map(|time| format!("{time:.3}"))
}

/// A text for people, or none: some endpoints send an empty one where AWS sends nothing.
pub(super) fn remark(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

pub(super) fn tags(tags: Option<Vec<sdk::Tag>>) -> Texts {
    each(tags, |tag| (tag.key.unwrap_or_default(), tag.value.unwrap_or_default())).into_iter().collect()
}

pub(super) fn parameter(parameter: sdk::Parameter) -> StackParameter {
    StackParameter {
        parameter_key: parameter.parameter_key.unwrap_or_default(),
        parameter_value: parameter.parameter_value,
        resolved_value: parameter.resolved_value,
    }
}

pub(super) fn stack(stack: sdk::Stack) -> Stack {
    Stack {
        stack_id: stack.stack_id.unwrap_or_default(),
        stack_name: stack.stack_name.unwrap_or_default(),
        change_set_id: stack.change_set_id,
        description: remark(stack.description),
        parameters: each(stack.parameters, parameter),
        creation_time: time(stack.creation_time),
        deletion_time: time(stack.deletion_time),
        last_updated_time: time(stack.last_updated_time),
        stack_status: word(stack.stack_status).unwrap_or_default(),
        stack_status_reason: remark(stack.stack_status_reason),
        detailed_status: word(stack.detailed_status),
        disable_rollback: stack.disable_rollback.unwrap_or_default(),
        notification_arns: stack.notification_arns.unwrap_or_default(),
        capabilities: words(stack.capabilities),
        outputs: each(stack.outputs, output),
        role_arn: stack.role_arn,
        tags: tags(stack.tags),
        enable_termination_protection: stack.enable_termination_protection.unwrap_or_default(),
        parent_id: stack.parent_id,
        root_id: stack.root_id,
        drift_status: word(stack.drift_information.and_then(|drift| drift.stack_drift_status)),
    }
}

fn output(output: sdk::Output) -> StackOutput {
    StackOutput {
        output_key: output.output_key.unwrap_or_default(),
        output_value: output.output_value.unwrap_or_default(),
        description: remark(output.description),
        export_name: output.export_name,
    }
}

pub(super) fn summary(summary: GetTemplateSummaryOutput) -> TemplateSummary {
    TemplateSummary {
        parameters: each(summary.parameters, |declared| ParameterDeclaration {
            parameter_key: declared.parameter_key.unwrap_or_default(),
            default_value: declared.default_value,
            parameter_type: declared.parameter_type,
            no_echo: declared.no_echo.unwrap_or_default(),
            description: remark(declared.description),
        }),
        capabilities: words(summary.capabilities),
        capabilities_reason: remark(summary.capabilities_reason),
        resource_types: summary.resource_types.unwrap_or_default(),
        declared_transforms: summary.declared_transforms.unwrap_or_default(),
    }
}

pub(super) fn event(event: sdk::StackEvent) -> StackEvent {
    StackEvent {
        stack_id: event.stack_id.unwrap_or_default(),
        event_id: event.event_id.unwrap_or_default(),
        stack_name: event.stack_name.unwrap_or_default(),
        logical_resource_id: event.logical_resource_id.unwrap_or_default(),
        physical_resource_id: remark(event.physical_resource_id),
        resource_type: event.resource_type.unwrap_or_default(),
        timestamp: time(event.timestamp).unwrap_or_default(),
        resource_status: word(event.resource_status).unwrap_or_default(),
        resource_status_reason: remark(event.resource_status_reason),
        detailed_status: word(event.detailed_status),
        client_request_token: event.client_request_token,
        hook_status: word(event.hook_status),
        hook_type: event.hook_type,
        hook_status_reason: remark(event.hook_status_reason),
    }
}

pub(super) fn resource(resource: sdk::StackResourceSummary) -> StackResource {
    let drift = resource.drift_information.and_then(|drift| drift.stack_resource_drift_status);
    StackResource {
        logical_resource_id: resource.logical_resource_id.unwrap_or_default(),
        physical_resource_id: remark(resource.physical_resource_id),
        resource_type: resource.resource_type.unwrap_or_default(),
        resource_status: word(resource.resource_status).unwrap_or_default(),
        resource_status_reason: remark(resource.resource_status_reason),
        last_updated_timestamp: time(resource.last_updated_timestamp),
        drift_status: word(drift),
    }
}

pub(super) fn export(export: sdk::Export) -> Export {
    Export {
        exporting_stack_id: export.exporting_stack_id.unwrap_or_default(),
        name: export.name.unwrap_or_default(),
        value: export.value.unwrap_or_default(),
    }
}

pub(super) fn hook_result(result: GetHookResultOutput) -> HookResult {
    HookResult {
        status: word(result.status),
        hook_status_reason: remark(result.hook_status_reason),
        type_name: result.type_name,
        annotations: each(result.annotations, |annotation| HookAnnotation {
            annotation_name: annotation.annotation_name,
            status: word(annotation.status),
            status_message: annotation.status_message,
            remediation_message: annotation.remediation_message,
        }),
    }
}

pub(super) fn drift(drift: sdk::StackResourceDrift) -> ResourceDrift {
    ResourceDrift {
        logical_resource_id: drift.logical_resource_id.unwrap_or_default(),
        physical_resource_id: drift.physical_resource_id,
        resource_type: drift.resource_type.unwrap_or_default(),
        stack_resource_drift_status: word(drift.stack_resource_drift_status).unwrap_or_default(),
        property_differences: each(drift.property_differences, |difference| PropertyDifference {
            property_path: difference.property_path.unwrap_or_default(),
            expected_value: difference.expected_value.unwrap_or_default(),
            actual_value: difference.actual_value.unwrap_or_default(),
            difference_type: word(difference.difference_type).unwrap_or_default(),
        }),
    }
}
