//! Resources to import.

use std::collections::HashSet;

use super::InputError;
use super::read::{named, only, required, scalar, with_root};
use crate::cloud::stacks::{ResourceToImport, Texts};
use crate::stack::template::document::{Kind, NodeRef, ReadError};
use crate::stack::template::place::excerpt;

/// The most that one change set takes (API reference, CreateChangeSet).
const MOST: usize = 200;

/// What an entry is called in messages.
const ENTRY: &str = "a resource to import";

/// Read the resources to import, JSON or YAML: the list of the AWS CLI (`--resources-to-import`),
/// `[{"ResourceType": "AWS::S3::Bucket", "LogicalResourceId": "Bucket", "ResourceIdentifier": {"BucketName": "…"}}]`.
///
/// # Errors
/// When the text is neither JSON nor YAML or no such list, when it names a resource twice, or more than 200.
pub fn read_resources_to_import(name: &str, text: &str) -> Result<Vec<ResourceToImport>, InputError> {
    with_root(name, text, |root| {
        if !matches!(root.kind(), Kind::Sequence) {
            return Err(ReadError::new(root.place(), "the resources to import are no list"));
        }
        let mut seen = HashSet::new();
        let mut resources = Vec::new();
        for (at, node) in root.elements() {
            if resources.len() == MOST {
                return Err(ReadError::new(at, format!("more than {MOST} resources to import")));
            }
            if !matches!(node.kind(), Kind::Mapping) {
                return Err(ReadError::new(at, format!("{ENTRY} is no map")));
            }
            let resource = entry(node)?;
            if !seen.insert(resource.logical_resource_id.clone()) {
                let name = excerpt(&resource.logical_resource_id);
                return Err(ReadError::new(at, format!("the resource to import `{name}` is given twice")));
            }
            resources.push(resource);
        }
        Ok(resources)
    })
}

fn entry(node: NodeRef<'_>) -> Result<ResourceToImport, ReadError> {
    only(ENTRY, node, &["ResourceType", "LogicalResourceId", "ResourceIdentifier"])?;
    let resource_type = required(ENTRY, node, "ResourceType")?;
    if !resource_type.contains("::") {
        let at = node.member("ResourceType").map_or_else(|| node.place(), |(at, _)| at);
        return Err(
            ReadError::new(at, "`ResourceType` is no type of resource").hint("A type is written `AWS::S3::Bucket`.")
        );
    }
    let logical_resource_id = required(ENTRY, node, "LogicalResourceId")?;
    let Some((at, identifier)) = node.member("ResourceIdentifier") else {
        return Err(ReadError::new(node.place(), format!("{ENTRY} has no `ResourceIdentifier`")));
    };
    if !matches!(identifier.kind(), Kind::Mapping) {
        return Err(ReadError::new(at, "`ResourceIdentifier` is no map").hint("Write `{\"BucketName\": \"NAME\"}`."));
    }
    let one = |(key, at, node)| {
        let key = named("property of `ResourceIdentifier`", at, key)?;
        Ok((key.to_owned(), scalar("property", key, at, node)?))
    };
    let resource_identifier = identifier.members().map(one).collect::<Result<Texts, ReadError>>()?;
    if resource_identifier.is_empty() {
        return Err(ReadError::new(at, "`ResourceIdentifier` is empty"));
    }
    Ok(ResourceToImport { resource_type, logical_resource_id, resource_identifier })
}
