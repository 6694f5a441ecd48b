//! From arguments to planned changes: what `plan` and `deploy` share.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::confirm::confirm;
use super::context::Context;
use super::progress::{Display, StackProgress};
use super::report::{Exit, Problem, Report};
use super::stack_args::{InputArgs, StackArgs};
use super::targets::{Target, Targets};
use super::value::read_text;
use crate::cloud::stacks::{GivenValue, Texts};
use crate::plugin::Services;
use crate::resolve::Pending;
use crate::stack::change::{Change, plan};
use crate::stack::inputs::{ParameterFile, read_parameters, read_resources_to_import, read_stack_policy, read_tags};
use crate::stack::operations::Operations;
use crate::stack::prepare::{Prepared, Site, prepare};
use crate::stack::request::{RequestedTemplate, Settings, StackRequest};
use crate::stack::watch::Pace;

/// How often CloudFormation is asked; tests ask more often.
pub(super) fn pace() -> Pace {
    let milliseconds = std::env::var("FORMWORK_POLL_MS").ok().and_then(|text| text.parse().ok());
    match milliseconds {
        Some(milliseconds) => Pace::default().scaled_to(Duration::from_millis(milliseconds)),
        None => Pace::default(),
    }
}

/// When the time that somebody watches is over; never without one.
pub(super) async fn elapsed(timeout: Option<Duration>) {
    match timeout {
        Some(timeout) => tokio::time::sleep(timeout).await,
        None => std::future::pending().await,
    }
}

/// Where a stack is worked on, and who sees it.
pub(super) struct Work {
    pub(super) target: Target,
    pub(super) site: Site,
    pub(super) progress: Arc<StackProgress>,
}

impl Work {
    pub(super) fn of(
        context: &Context,
        target: Target,
        display: &Display,
        named: bool,
        locked: bool,
    ) -> Result<Self, Report> {
        let progress = display.stack(&target.key, &target.name, named);
        let targets = context.project.stacks.keys().map(|key| {
            let target = Target::of(context, key);
            (key.clone(), (target.name, target.cloud))
        });
        let told = progress.clone();
        let operations = Operations {
            targets: targets.collect(),
            watcher: progress.clone(),
            status: Arc::new(move |message| told.doing(message)),
            pace: pace(),
        };
        let services =
            Services { cloud: target.cloud.clone(), stacks: Some(Arc::new(operations)), ..context.services() };
        let site = Site {
            cloud: target.cloud.clone(),
            registry: Arc::new(context.registry_with(services, locked)?),
            lock_path: context.lock_path(),
        };
        Ok(Self { target, site, progress })
    }

    /// Prepare and plan. Capabilities that nobody has acknowledged are asked for.
    pub(super) async fn plan(
        &self,
        request: StackRequest,
        yes: bool,
        display: &Display,
        context: &Context,
    ) -> Result<Change, Report> {
        self.progress.doing("preparing");
        let mut prepared = prepare(&self.site, request).await?;
        tell(&prepared, display, context);
        acknowledge(&mut prepared, yes, &self.progress, display).await?;
        self.progress.doing("waiting for the change set");
        let change = plan(&self.site, prepared).await;
        self.progress.end();
        Ok(change?)
    }
}

/// Warnings, and what was added to the lock.
fn tell(prepared: &Prepared, display: &Display, context: &Context) {
    let (file, text) = match &prepared.request.template {
        RequestedTemplate::File { name, text } => (name.as_str(), text.as_str()),
        RequestedTemplate::Previous => ("", ""),
    };
    for warning in Problem::of_findings(prepared.warnings.clone(), file, text) {
        display.note(&warning.text(&context.printer));
    }
    match prepared.pinned {
        0 => {}
        1 => display.note(&format!("added 1 pin to {}", context.lock_name())),
        n => display.note(&format!("added {n} pins to {}", context.lock_name())),
    }
}

/// Have what the template may do acknowledged, and show what was.
async fn acknowledge(
    prepared: &mut Prepared,
    yes: bool,
    progress: &StackProgress,
    display: &Display,
) -> Result<(), Report> {
    let missing = prepared.missing_capabilities();
    if missing.is_empty() {
        return Ok(());
    }
    progress.end();
    let why = prepared.summary.capabilities_reason.as_deref().unwrap_or("the template says nothing more");
    let what = format!(
        "what the template of `{}` may do ({}: {})",
        prepared.request.key,
        missing.join(", "),
        crate::plugin::inert_line(why).trim_end_matches('.')
    );
    let flags: Vec<String> = missing.iter().map(|capability| format!("`--capability {capability}`")).collect();
    let pass = format!("{}, or `--yes`", flags.join(" and "));
    confirm(&what, &format!("Acknowledge {what}?"), yes, &pass).await?;
    if yes {
        display.note(&format!("acknowledged: {what}"));
    }
    prepared.request.capabilities.extend(missing);
    Ok(())
}

/// What is asked of each stack, by key.
pub(super) fn requests(
    context: &Context,
    targets: &Targets,
    args: &StackArgs,
) -> Result<BTreeMap<String, StackRequest>, Report> {
    let given = Given::read(&args.inputs)?;
    let requests = targets.stacks.iter().map(|(key, target)| {
        let template = match targets.templates.get(key) {
            Some((name, text)) => RequestedTemplate::File { name: name.clone(), text: text.clone() },
            None => RequestedTemplate::Previous,
        };
        Ok((key.clone(), request(context, target, template, args, &given)?))
    });
    requests.collect()
}

/// What the command line gives, files read.
struct Given {
    file: ParameterFile,
    parameters: Texts,
    tags: Texts,
    stack_policy: Option<String>,
    stack_policy_during_update: Option<String>,
    resources_to_import: Vec<crate::cloud::stacks::ResourceToImport>,
}

impl Given {
    fn read(inputs: &InputArgs) -> Result<Self, Report> {
        let policy = |file: &Option<std::path::PathBuf>| {
            file.as_deref()
                .map(|file| read_stack_policy(&name(file), &read_text(file)?).map_err(Report::from))
                .transpose()
        };
        let import = inputs
            .import
            .as_deref()
            .map(|file| read_resources_to_import(&name(file), &read_text(file)?).map_err(Report::from));
        let mut tags = Texts::new();
        for file in &inputs.tag_files {
            tags.extend(read_tags(&name(file), &read_text(file)?)?);
        }
        tags.extend(unique("tag", &inputs.tags)?);
        Ok(Self {
            file: read_files(inputs.parameter_files.iter().map(std::path::PathBuf::as_path))?,
            parameters: unique("parameter", &inputs.parameters)?,
            tags,
            stack_policy: policy(&inputs.stack_policy)?,
            stack_policy_during_update: policy(&inputs.stack_policy_during_update)?,
            resources_to_import: import.transpose()?.unwrap_or_default(),
        })
    }
}

fn name(file: &Path) -> String {
    file.display().to_string()
}

fn unique(what: &str, given: &[(String, String)]) -> Result<Texts, Report> {
    let mut texts = Texts::new();
    for (name, value) in given {
        if texts.insert(name.clone(), value.clone()).is_some() {
            return Err(Report::new(Exit::Usage, format!("the {what} `{name}` is given twice")));
        }
    }
    Ok(texts)
}

/// Files of parameters, later ones before earlier ones.
fn read_files<'a>(files: impl Iterator<Item = &'a Path>) -> Result<ParameterFile, Report> {
    let mut all = ParameterFile::default();
    for file in files {
        let one = read_parameters(&name(file), &read_text(file)?)?;
        all.parameters.extend(one.parameters);
        if let Some(tags) = one.tags {
            all.tags.get_or_insert_default().extend(tags);
        }
        all.stack_policy = one.stack_policy.or(all.stack_policy);
    }
    Ok(all)
}

/// `UsePreviousValue` in a file takes back what a file before it, or `formwork.toml`, says.
fn overlay(parameters: &mut Texts, given: BTreeMap<String, GivenValue>) {
    for (name, value) in given {
        match value {
            GivenValue::Value(value) => parameters.insert(name, value),
            GivenValue::Previous => parameters.remove(&name),
        };
    }
}

fn request(
    context: &Context,
    target: &Target,
    template: RequestedTemplate,
    args: &StackArgs,
    given: &Given,
) -> Result<StackRequest, Report> {
    let inputs = &args.inputs;
    let entry = target.entry.clone().unwrap_or_default();
    let root = &context.project.root;
    let mut file = ParameterFile::default();
    let layered = entry.layered_parameters(|path| {
        let one = read_files([root.join(path).as_path()].into_iter())?;
        if let Some(tags) = one.tags {
            file.tags.get_or_insert_default().extend(tags);
        }
        file.stack_policy = one.stack_policy.or(file.stack_policy.take());
        Ok::<_, Report>(one.parameters)
    })?;
    // What a refresh does not name keeps its value, whatever formwork.toml says.
    let (mut parameters, shared_parameters) = match template {
        RequestedTemplate::Previous => (Texts::new(), Texts::new()),
        RequestedTemplate::File { .. } => (layered.own, layered.shared),
    };
    overlay(&mut parameters, given.file.parameters.clone());
    parameters.extend(given.parameters.clone());
    let mut tags = file.tags.unwrap_or_default();
    for more in [Some(&entry.tags), given.file.tags.as_ref(), Some(&given.tags)].into_iter().flatten() {
        tags.extend(more.clone());
    }
    let written_policy = entry.stack_policy.as_ref().map(|file| {
        let path = root.join(file);
        read_stack_policy(&name(&path), &read_text(&path)?).map_err(Report::from)
    });
    let of_file = |policy: &Option<serde_json::Value>| policy.as_ref().map(ToString::to_string);
    let stack_policy = given
        .stack_policy
        .clone()
        .or_else(|| of_file(&given.file.stack_policy))
        .or(written_policy.transpose()?)
        .or_else(|| of_file(&file.stack_policy));
    let notification_arns = match inputs.notification_arns.is_empty() {
        true => entry.notification_arns.clone(),
        false => Some(inputs.notification_arns.clone()),
    };
    let mut capabilities = entry.capabilities.clone();
    capabilities.extend(inputs.capabilities.clone());
    capabilities.dedup();
    Ok(StackRequest {
        key: target.key.clone(),
        stack: target.name.clone(),
        template,
        parameters,
        shared_parameters,
        capabilities,
        settings: Settings {
            change_set_name: change_set_name(),
            capabilities: Vec::new(),
            tags,
            role_arn: inputs.role_arn.clone().or_else(|| entry.role_arn.clone()),
            notification_arns,
            on_failure: inputs.on_failure.map(|on_failure| on_failure.name().to_owned()),
            disable_rollback: inputs.disable_rollback,
            express: inputs.express,
            revert_drift: inputs.revert_drift,
            resources_to_import: given.resources_to_import.clone(),
            import_existing_resources: inputs.import_existing,
            termination_protection: inputs.termination_protection.or(entry.termination_protection),
            stack_policy,
            stack_policy_during_update: given.stack_policy_during_update.clone(),
            replace_failed: inputs.replace_failed,
            wait: inputs.wait,
        },
        artifact_bucket: inputs.artifact_bucket.clone().or_else(|| context.project.artifact_bucket.clone()),
        create_artifact_bucket: inputs.create_artifact_bucket,
        mode: inputs.mode(),
        pending: Pending::default(),
    })
}

/// Names of change sets have letters, digits and hyphens; this one tells when it was made, and is like no other.
fn change_set_name() -> String {
    let time = jiff::Timestamp::now().strftime("%Y%m%d-%H%M%S").to_string();
    let random = uuid::Uuid::new_v4().simple().to_string();
    format!("{time}-{}", random.get(..8).unwrap_or_default())
}
