//! From a template file to what can be sent: rendered, checked, put into S3 where it is too long, its parameters and
//! capabilities known.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::error::StackError;
use super::inputs::{InputProblem, check_parameters};
use super::request::{RequestedTemplate, StackRequest};
use super::template::Template;
use crate::cloud::stacks::{GivenValue, MAX_TEMPLATE_BODY, TemplateSource, TemplateSummary};
use crate::cloud::{Connection, Failure, FailureKind};
use crate::lock::Lock;
use crate::output::thousands;
use crate::plugin::{Finding, Place, Severity, sha256};
use crate::registry::Registry;
use crate::render::{RenderOptions, RenderOutcome, render};
use crate::resolve::Trace;

/// Where a stack is worked on: its cloud, and the plugins of the project.
#[derive(Clone)]
pub struct Site {
    /// The cloud that the stack is in.
    pub cloud: Arc<Connection>,
    /// The plugins, given a lock; their services know the stacks of the project.
    pub registry: Arc<dyn Fn(Lock) -> Registry + Send + Sync>,
    /// Where the lock is.
    pub lock_path: PathBuf,
}

/// A stack change that can be planned. It holds values of `NoEcho` parameters, so there is no `Debug`.
pub struct Prepared {
    /// What was asked for.
    pub request: StackRequest,
    /// The region.
    pub region: String,
    /// The template file as it is read for places in it; none when the stack's own is used again.
    pub source: Option<Template>,
    /// The rendered template; none when the stack's own is used again.
    pub rendered: Option<Rendered>,
    /// Where CloudFormation has the template from. Not for a template with placeholders.
    pub template: TemplateSource,
    /// What the template declares; empty for a template with placeholders.
    pub summary: TemplateSummary,
    /// Warnings about the template.
    pub warnings: Vec<Finding>,
    /// How each reference was resolved.
    pub traces: Vec<Trace>,
    /// How many pins were added to the lock.
    pub pinned: usize,
    /// References for which the template holds a placeholder.
    pub known_after_deploy: Vec<String>,
}

/// A rendered template.
pub struct Rendered {
    /// The text.
    pub text: String,
    /// What is in it.
    pub template: Template,
    /// The SHA-256 of the file, in hexadecimal digits.
    pub source_sha256: String,
    /// The SHA-256 of the text, in hexadecimal digits.
    pub sha256: String,
}

impl Prepared {
    /// The capabilities that the template needs and nobody has acknowledged.
    #[must_use]
    pub fn missing_capabilities(&self) -> Vec<String> {
        let has = |wanted: &str| {
            let given = &self.request.capabilities;
            // Names are more than IAM as such (API reference, CreateChangeSet, Capabilities).
            given.iter().any(|c| c == wanted || (wanted == "CAPABILITY_IAM" && c == "CAPABILITY_NAMED_IAM"))
        };
        self.summary.capabilities.iter().filter(|capability| !has(capability)).cloned().collect()
    }
}

/// Make a template ready. Of CloudFormation it asks what the template declares, and nothing else.
///
/// # Errors
/// Everything that can be found wrong with it before anything changes.
#[tracing::instrument(level = "debug", skip_all, fields(stack = request.stack))]
pub async fn prepare(site: &Site, request: StackRequest) -> Result<Prepared, StackError> {
    // Asked first: where there are no stacks, no template helps.
    site.cloud.open().await?.stacks()?;
    let region = site.cloud.region().await?;
    let mut prepared = match &request.template {
        RequestedTemplate::Previous => Prepared {
            template: TemplateSource::Previous(request.stack.clone()),
            request,
            region,
            source: None,
            rendered: None,
            summary: TemplateSummary::default(),
            warnings: Vec::new(),
            traces: Vec::new(),
            pinned: 0,
            known_after_deploy: Vec::new(),
        },
        RequestedTemplate::File { name, text } => {
            let (name, text) = (name.clone(), text.clone());
            from_file(site, request, region, &name, &text).await?
        }
    };
    if !prepared.known_after_deploy.is_empty() {
        return Ok(prepared);
    }
    prepared.summary = site.cloud.open().await?.stacks()?.template_summary(&prepared.template).await?;
    check_given(&mut prepared)?;
    Ok(prepared)
}

async fn from_file(
    site: &Site,
    request: StackRequest,
    region: String,
    name: &str,
    text: &str,
) -> Result<Prepared, StackError> {
    let wrong = |findings| refused(&request.stack, name, text, findings);
    // Before anything is asked of anyone.
    let source = Template::parse(text).map_err(|error| {
        let place = Some(place_at(text, error.line, error.column));
        let failure =
            Failure { hint: error.hint.clone(), ..Failure::new(FailureKind::InvalidInput, error.message.clone()) };
        wrong(vec![Finding { severity: Severity::Error, failure, place }])
    })?;
    let mut over = limits(&source, text.len());
    if !over.is_empty() {
        for finding in over.iter_mut().filter(|finding| finding.place.is_none()) {
            finding.failure.message = format!("{name}: {}", finding.failure.message);
        }
        return Err(wrong(over));
    }
    let outcome = rendered(site, &request, name, text).await?;
    let template = Template::parse(&outcome.template).map_err(|error| {
        let failure = Failure::new(
            FailureKind::Other,
            format!("the rendered template is none: {} (line {} of it)", error.message, error.line),
        );
        wrong(vec![Finding { severity: Severity::Error, failure, place: None }])
    })?;
    // Values can make it longer than it was.
    let over = limits(&template, outcome.template.len());
    if !over.is_empty() {
        return Err(wrong(over.into_iter().map(|finding| Finding { place: None, ..finding }).collect()));
    }
    let digest = sha256(outcome.template.as_bytes());
    let location = if !outcome.known_after_deploy.is_empty() {
        TemplateSource::Body(String::new())
    } else if outcome.template.len() <= MAX_TEMPLATE_BODY {
        TemplateSource::Body(outcome.template.clone())
    } else {
        TemplateSource::Url(upload(site, &request, &region, &outcome.template, &digest).await?)
    };
    Ok(Prepared {
        request,
        region,
        source: Some(source),
        template: location,
        rendered: Some(Rendered {
            sha256: digest,
            source_sha256: sha256(text.as_bytes()),
            text: outcome.template,
            template,
        }),
        summary: TemplateSummary::default(),
        warnings: outcome.warnings,
        traces: outcome.traces,
        pinned: outcome.pinned,
        known_after_deploy: outcome.known_after_deploy,
    })
}

async fn rendered(site: &Site, request: &StackRequest, name: &str, text: &str) -> Result<RenderOutcome, StackError> {
    let options = RenderOptions {
        file: name.to_owned(),
        template: text.to_owned(),
        parameters: request.shared_parameters.clone().into_iter().chain(request.parameters.clone()).collect(),
        stack_name: Some(request.stack.clone()),
        mode: request.mode,
        reveal_secrets: false,
        lock_path: &site.lock_path,
        pending: request.pending.clone(),
    };
    let registry = site.registry.clone();
    render(move |lock| registry(lock), options).await.map_err(|source| StackError::Render {
        source: Box::new(source),
        file: name.to_owned(),
        template: text.to_owned(),
    })
}

/// Put the template into the artifact bucket, named by its content; gives the URL.
async fn upload(
    site: &Site,
    request: &StackRequest,
    region: &str,
    text: &str,
    digest: &str,
) -> Result<String, StackError> {
    let artifacts = site.cloud.open().await?.artifacts()?;
    let bucket = match &request.artifact_bucket {
        Some(bucket) => bucket.clone(),
        None if request.create_artifact_bucket => {
            format!("formwork-artifacts-{}-{region}", site.cloud.account().await?)
        }
        None => {
            let message = format!(
                "the rendered template has {} bytes, and a request takes {}; longer ones go through S3",
                thousands(text.len()),
                thousands(MAX_TEMPLATE_BODY)
            );
            return Err(Failure::new(FailureKind::InvalidInput, message)
                .with_hint(
                    "Pass `--artifact-bucket NAME` or write `artifact-bucket` in formwork.toml; `--create-artifact-bucket` \
                     makes one.",
                )
                .into());
        }
    };
    if request.create_artifact_bucket && !artifacts.bucket_exists(&bucket).await? {
        artifacts.create_bucket(&bucket).await?;
    }
    Ok(artifacts.put(&bucket, &format!("formwork/{}/{digest}.template", request.stack), text).await?)
}

/// What was given against what the template declares.
fn check_given(prepared: &mut Prepared) -> Result<(), StackError> {
    let declared = &prepared.summary.parameters;
    let request = &mut prepared.request;
    let is_declared = |name: &String| declared.iter().any(|parameter| parameter.parameter_key == *name);
    for (name, value) in std::mem::take(&mut request.shared_parameters) {
        if is_declared(&name) {
            request.parameters.entry(name).or_insert(value);
        }
    }
    let given: BTreeMap<String, GivenValue> =
        request.parameters.iter().map(|(name, value)| (name.clone(), GivenValue::Value(value.clone()))).collect();
    let problems = check_parameters(&given, declared.iter().map(|parameter| parameter.parameter_key.as_str()));
    if problems.is_empty() {
        return Ok(());
    }
    let finding = |problem: InputProblem| {
        let failure = Failure { hint: problem.hint, ..Failure::new(FailureKind::InvalidInput, problem.message) };
        Finding { severity: Severity::Error, failure, place: None }
    };
    Err(StackError::Findings {
        stack: request.stack.clone(),
        verb: "planned",
        findings: problems.into_iter().map(finding).collect(),
        template: None,
    })
}

/// What is over CloudFormation's quotas.
fn limits(template: &Template, length: usize) -> Vec<Finding> {
    let finding = |(message, place): (String, Option<Place>)| Finding {
        severity: Severity::Error,
        failure: Failure::new(FailureKind::InvalidInput, message),
        place,
    };
    template.limits(length).into_iter().map(|problem| finding((problem.message, problem.place.map(place_of)))).collect()
}

fn refused(stack: &str, name: &str, text: &str, findings: Vec<Finding>) -> StackError {
    StackError::Findings {
        stack: stack.to_owned(),
        verb: "planned",
        findings,
        template: Some((name.to_owned(), text.to_owned())),
    }
}

/// A place in a template, as findings have it.
pub(super) fn place_of(place: super::template::Place) -> Place {
    Place { start: place.start, end: place.end, line: place.line, column: place.column }
}

/// The place of a line and a column.
fn place_at(text: &str, line: u32, column: u32) -> Place {
    let skipped: usize = text.split_inclusive('\n').take(line.saturating_sub(1) as usize).map(str::len).sum();
    let rest = text.get(skipped..).unwrap_or_default();
    let inside: usize = rest.chars().take(column.saturating_sub(1) as usize).map(char::len_utf8).sum();
    let start = (skipped + inside).min(text.len());
    Place { start, end: start, line, column }
}
