//! What is asked of CloudFormation, as the SDK's inputs.

use aws_sdk_cloudformation::operation::create_change_set::builders::CreateChangeSetInputBuilder;
use aws_sdk_cloudformation::operation::get_template_summary::builders::GetTemplateSummaryInputBuilder;
use aws_sdk_cloudformation::types as sdk;

use crate::cloud::stacks::{CreateChangeSet, GivenValue, TemplateSource, Texts};

/// A token that makes a second try of the same request harmless. The SDK tries a request again with the token it had.
pub(super) fn token() -> String {
    uuid::Uuid::new_v4().to_string()
}

/// A list, or none when it is empty: an empty list in a request can mean "take all away".
pub(super) fn some<T>(list: Vec<T>) -> Option<Vec<T>> {
    (!list.is_empty()).then_some(list)
}

pub(super) fn template_summary(source: &TemplateSource) -> GetTemplateSummaryInputBuilder {
    let input = GetTemplateSummaryInputBuilder::default();
    match source {
        TemplateSource::Body(text) => input.template_body(text),
        TemplateSource::Url(url) => input.template_url(url),
        TemplateSource::Previous(stack) => input.stack_name(stack),
    }
}

pub(super) fn create_change_set(request: &CreateChangeSet) -> CreateChangeSetInputBuilder {
    let input = CreateChangeSetInputBuilder::default();
    let input = match &request.template {
        TemplateSource::Body(text) => input.template_body(text),
        TemplateSource::Url(url) => input.template_url(url),
        TemplateSource::Previous(_) => input.use_previous_template(true),
    };
    let express =
        request.express.then(|| sdk::DeploymentConfig::builder().mode(sdk::DeploymentConfigMode::Express).build());
    input
        .stack_name(&request.stack_name)
        .change_set_name(&request.change_set_name)
        .change_set_type(request.change_set_type.as_str().into())
        .client_token(token())
        .include_nested_stacks(true)
        .set_parameters(some(request.parameters.iter().map(parameter).collect()))
        .set_capabilities(some(request.capabilities.iter().map(|name| name.as_str().into()).collect()))
        .set_role_arn(request.role_arn.clone())
        // Unlike the lists above, these two mean "take all away" when they are there and empty.
        .set_notification_arns(request.notification_arns.clone())
        .set_tags(request.tags.as_ref().map(tags))
        .set_description(request.description.clone())
        .set_on_stack_failure(request.on_stack_failure.as_deref().map(Into::into))
        .set_resources_to_import(some(resources_to_import(request)))
        .set_import_existing_resources(request.import_existing_resources.then_some(true))
        .set_deployment_mode(request.deployment_mode.as_deref().map(Into::into))
        .set_deployment_config(express)
}

fn parameter((name, value): (&String, &GivenValue)) -> sdk::Parameter {
    let parameter = sdk::Parameter::builder().parameter_key(name);
    match value {
        GivenValue::Value(value) => parameter.parameter_value(value),
        GivenValue::Previous => parameter.use_previous_value(true),
    }
    .build()
}

fn tags(tags: &Texts) -> Vec<sdk::Tag> {
    tags.iter().map(|(key, value)| sdk::Tag::builder().key(key).value(value).build()).collect()
}

fn resources_to_import(request: &CreateChangeSet) -> Vec<sdk::ResourceToImport> {
    let import = |resource: &crate::cloud::stacks::ResourceToImport| {
        let identifier = resource.resource_identifier.iter().map(|(key, value)| (key.clone(), value.clone()));
        sdk::ResourceToImport::builder()
            .resource_type(&resource.resource_type)
            .logical_resource_id(&resource.logical_resource_id)
            .set_resource_identifier(Some(identifier.collect()))
            .build()
    };
    request.resources_to_import.iter().map(import).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::cloud::stacks::ResourceToImport;

    fn bare() -> CreateChangeSet {
        CreateChangeSet {
            stack_name: "web".into(),
            change_set_name: "formwork-1".into(),
            change_set_type: "UPDATE".into(),
            template: TemplateSource::Previous("web".into()),
            parameters: BTreeMap::new(),
            tags: None,
            capabilities: Vec::new(),
            role_arn: None,
            notification_arns: None,
            on_stack_failure: None,
            resources_to_import: Vec::new(),
            import_existing_resources: false,
            deployment_mode: None,
            express: false,
            description: None,
        }
    }

    #[test]
    fn what_is_not_given_is_not_sent() {
        let input = create_change_set(&bare()).build().unwrap();
        assert_eq!(input.use_previous_template, Some(true));
        assert_eq!((input.template_body, input.template_url), (None, None));
        assert_eq!((input.parameters, input.tags, input.notification_arns), (None, None, None));
        assert_eq!((input.capabilities, input.role_arn, input.on_stack_failure), (None, None, None));
        assert_eq!((input.import_existing_resources, input.deployment_mode), (None, None));
        assert_eq!((input.deployment_config, input.resources_to_import), (None, None));
        assert_eq!(input.include_nested_stacks, Some(true));
        assert_eq!(input.change_set_type, Some(sdk::ChangeSetType::Update));
        assert_eq!(input.client_token.unwrap().len(), 36);
    }

    #[test]
    fn what_is_given_is_sent() {
        let request = CreateChangeSet {
            change_set_type: "IMPORT".into(),
            template: TemplateSource::Body("Resources: {}".into()),
            parameters: BTreeMap::from([
                ("Empty".into(), GivenValue::Value(String::new())),
                ("Kept".into(), GivenValue::Previous),
                ("Ünï".into(), GivenValue::Value("ω".into())),
            ]),
            tags: Some(Texts::from([("team".into(), "web".into())])),
            capabilities: vec!["CAPABILITY_IAM".into(), "CAPABILITY_NEW".into()],
            notification_arns: Some(Vec::new()),
            on_stack_failure: Some("DELETE".into()),
            resources_to_import: vec![ResourceToImport {
                resource_type: "AWS::S3::Bucket".into(),
                logical_resource_id: "Bucket".into(),
                resource_identifier: Texts::from([("BucketName".into(), "b".into())]),
            }],
            import_existing_resources: true,
            deployment_mode: Some("REVERT_DRIFT".into()),
            express: true,
            ..bare()
        };
        let input = create_change_set(&request).build().unwrap();
        assert_eq!(input.template_body.as_deref(), Some("Resources: {}"));
        assert_eq!(input.use_previous_template, None);
        let parameters = input.parameters.unwrap();
        assert_eq!(parameters[0].parameter_value(), Some(""));
        assert_eq!(parameters[0].use_previous_value(), None);
        assert_eq!((parameters[1].parameter_value(), parameters[1].use_previous_value()), (None, Some(true)));
        assert_eq!(parameters[2].parameter_value(), Some("ω"));
        assert_eq!(input.tags.unwrap()[0].value(), Some("web"));
        assert_eq!(input.capabilities.unwrap()[1].as_str(), "CAPABILITY_NEW");
        assert_eq!(input.notification_arns, Some(Vec::new()), "an empty list takes all topics away");
        assert_eq!(input.on_stack_failure, Some(sdk::OnStackFailure::Delete));
        let import = &input.resources_to_import.unwrap()[0];
        assert_eq!(import.resource_identifier().unwrap()["BucketName"], "b");
        assert_eq!(input.import_existing_resources, Some(true));
        assert_eq!(input.deployment_mode, Some(sdk::DeploymentMode::RevertDrift));
        assert_eq!(input.deployment_config.unwrap().mode(), Some(&sdk::DeploymentConfigMode::Express));
        assert_eq!(input.change_set_type, Some(sdk::ChangeSetType::Import));
    }

    #[test]
    fn two_requests_have_two_tokens() {
        assert_ne!(create_change_set(&bare()).get_client_token(), create_change_set(&bare()).get_client_token());
    }

    #[test]
    fn the_summary_of_the_previous_template_is_that_of_the_stack() {
        let input = template_summary(&TemplateSource::Previous("web".into())).build().unwrap();
        assert_eq!((input.stack_name.as_deref(), input.template_body), (Some("web"), None));
        let input = template_summary(&TemplateSource::Url("https://s3.amazonaws.com/b/k".into())).build().unwrap();
        assert_eq!((input.stack_name, input.template_url.as_deref()), (None, Some("https://s3.amazonaws.com/b/k")));
    }
}
