//! Writing parameters.

use serde_json::json;

use super::PutArgs;
use crate::cli::context::Context;
use crate::cli::report::{Exit, Report};
use crate::cli::value::read_value;
use crate::cloud::{Decrypt, Failure, FailureKind, ParameterType, ParameterValue, PutParameter, Secret};

pub(super) async fn put(args: PutArgs, context: &Context) -> Result<Exit, Report> {
    let text = read_value(args.value.as_deref(), args.file.as_deref())?;
    let cloud = context.cloud.open().await?;
    let kind = match args.kind {
        Some(kind) => kind.into(),
        // A new version has the type of the one before, as in the API.
        None if args.overwrite => {
            let mut there = cloud.parameters().get(std::slice::from_ref(&args.name), Decrypt::No).await;
            there.pop().and_then(Result::ok).map_or(ParameterType::String, |parameter| parameter.value.kind())
        }
        None => ParameterType::String,
    };
    let value = match kind {
        ParameterType::String => ParameterValue::Text(text),
        ParameterType::StringList => ParameterValue::TextList(text),
        ParameterType::SecureString => ParameterValue::Secure(Some(Secret::new(text))),
    };
    let request = PutParameter {
        name: args.name.clone(),
        value,
        overwrite: args.overwrite,
        description: args.description,
        allowed_pattern: args.allowed_pattern,
        data_type: args.data_type,
        tier: args.tier.into(),
        policies: args.policies,
        tags: args.tags,
    };
    let version = cloud.parameters().put(request).await?;
    context.printer.data(
        || json!({ "name": args.name, "type": kind.name(), "version": version }),
        || format!("{} is version {version}", args.name),
    )?;
    Ok(Exit::Done)
}

pub(super) async fn label(
    name: &str,
    labels: &[String],
    version: Option<u64>,
    context: &Context,
) -> Result<Exit, Report> {
    let invalid = context.cloud.open().await?.parameters().label(name, version, labels).await?;
    report_labels(name, labels, &invalid, "labelled", context)?;
    if invalid.is_empty() {
        return Ok(Exit::Done);
    }
    let failure = |label: &String| {
        Failure::new(FailureKind::InvalidInput, format!("`{label}` is not a label")).with_code("InvalidLabels").with_hint(
            "A label has up to 100 letters, digits, `.`, `_` and `-`, and begins neither with a digit nor with `aws` or `ssm`.",
        )
    };
    Err(Report::of_failures("not all labels were set", invalid.iter().map(failure).collect()))
}

pub(super) async fn unlabel(
    name: &str,
    labels: &[String],
    version: Option<u64>,
    context: &Context,
) -> Result<Exit, Report> {
    let parameters = context.cloud.open().await?.parameters();
    let mut missing = Vec::new();
    match version {
        Some(version) => missing = parameters.unlabel(name, version, labels).await?,
        None => {
            let versions = parameters.history(name, Decrypt::No).await?;
            for label in labels {
                match versions.iter().find(|version| version.labels.contains(label)) {
                    Some(there) => {
                        let one = std::slice::from_ref(label);
                        missing.extend(parameters.unlabel(name, there.parameter.version, one).await?);
                    }
                    None => missing.push(label.clone()),
                }
            }
        }
    }
    report_labels(name, labels, &missing, "unlabelled", context)?;
    if missing.is_empty() {
        return Ok(Exit::Done);
    }
    let failure = |label: &String| {
        Failure::new(FailureKind::NotFound, format!("`{name}` has no label `{label}` there")).with_code("InvalidLabels")
    };
    Err(Report::of_failures("not all labels were there", missing.iter().map(failure).collect()))
}

fn report_labels(
    name: &str,
    labels: &[String],
    failed: &[String],
    what: &str,
    context: &Context,
) -> Result<(), Report> {
    let done: Vec<&String> = labels.iter().filter(|label| !failed.contains(label)).collect();
    // With failures the report is the one document that programs get.
    if !done.is_empty() && (failed.is_empty() || !context.printer.is_json()) {
        let text = done.iter().map(|label| label.as_str()).collect::<Vec<_>>().join(", ");
        context.printer.data(|| json!({ "name": name, what: done }), || format!("{what} {name}: {text}"))?;
    }
    Ok(())
}

pub(super) async fn delete(names: &[String], context: &Context) -> Result<Exit, Report> {
    let missing = context.cloud.open().await?.parameters().delete(names).await?;
    let deleted: Vec<&String> = names.iter().filter(|name| !missing.contains(name)).collect();
    if missing.is_empty() || !context.printer.is_json() {
        context.printer.data(
            || json!({ "deleted": deleted }),
            || deleted.iter().map(|name| format!("deleted {name}\n")).collect(),
        )?;
    }
    if missing.is_empty() {
        return Ok(Exit::Done);
    }
    let failure = |name: &String| {
        Failure::new(FailureKind::NotFound, format!("there is no parameter `{name}`")).with_code("ParameterNotFound")
    };
    Err(Report::of_failures("not all parameters were there", missing.iter().map(failure).collect()))
}
