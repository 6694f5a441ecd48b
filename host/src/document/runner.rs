//! Running a document as the SSM Agent would: parameters, then each step in turn, then the reply.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value};
use tokio::sync::watch;

use super::actions::ActionSet;
use super::agent::actions::{Platform, standing};
use super::agent::exit::{Ending, Interrupt, Modifiers, Part, StepResult};
use super::agent::parameters::{Definitions, ParameterDefinition, Values, environment, environment_tokens};
use super::agent::places::element;
use super::agent::precondition::Precondition;
use super::agent::reply::{AgentInfo, StepReport, reply};
use super::agent::select::{History, Step as Selected, select};
use super::agent::status::Status;
use super::agent::substitute::Substitution;
use super::agent::validate::Origin;
use super::agent::{inputs, prepare};
use super::model::{Body, Document, Parameter, Text};
use super::step::{RunningStep, Seen, make_private_folder, write_private};
use super::store::CloudStore;
use crate::cloud::{Failure, FailureKind};
use crate::plugin::{Services, StepStream};

/// What each program may see of our own environment: what programs need, and nothing that may be a secret.
const INHERITED: [&str; 12] =
    ["HOME", "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "LOGNAME", "PATH", "SHELL", "TERM", "TMPDIR", "TZ", "USER"];

/// Who sees a run go on.
pub trait Listener: Send + Sync {
    /// A step begins.
    fn begins(&self, step: &str, action: &str);
    /// A step prints.
    fn output(&self, step: &str, stream: StepStream, bytes: &[u8]);
    /// A step is done, or was left out.
    fn ended(&self, step: &StepRecord);
}

/// What to run.
pub struct RunRequest<'a> {
    /// The document.
    pub document: &'a Document,
    /// Values by parameter.
    pub supplied: &'a Values,
    /// Run it as the agent alone would, also where the service would do more.
    pub agent_semantics: bool,
    /// The id of the run.
    pub id: &'a str,
    /// The folder of the run, which is made.
    pub folder: &'a Path,
    /// The actions that there are.
    pub actions: &'a ActionSet,
    /// What plugins work with.
    pub services: &'a Services,
    /// Who sees it go on.
    pub listener: Arc<dyn Listener>,
    /// Turns true when the run is to be cancelled.
    pub cancel: watch::Receiver<bool>,
}

/// What came of a step.
#[derive(Clone, Debug)]
pub struct StepRecord {
    /// Its name; in schema 1.x that of its action.
    pub name: String,
    /// Its action.
    pub action: String,
    /// What the agent would say of it.
    pub result: StepResult,
    /// What it gives to later steps.
    pub outputs: Map<String, Value>,
    /// When it began.
    pub started: Timestamp,
    /// When it was done.
    pub finished: Timestamp,
}

/// What came of a document.
#[derive(Clone, Debug)]
pub struct RunRecord {
    /// The id of the run.
    pub id: String,
    /// See [`Status`].
    pub status: Status,
    /// The steps, in their order.
    pub steps: Vec<StepRecord>,
    /// The reply that the agent would send.
    pub reply: Value,
}

/// A step of any schema, with its parameters put in.
struct Planned {
    name: String,
    action: String,
    /// One for each set of properties; in schema 2.x there is one.
    parts: Vec<Value>,
    modifiers: Modifiers,
    preconditions: Vec<Precondition>,
}

/// Run a document to its end.
///
/// # Errors
/// When the agent would refuse the document as a whole, or the folder of the run cannot be made. Nothing has run then.
#[tracing::instrument(level = "debug", skip_all, fields(id = request.id))]
pub async fn run_document(request: RunRequest<'_>) -> Result<RunRecord, Failure> {
    let refused = |text: String| Failure::new(FailureKind::InvalidInput, text);
    let definitions = definitions(request.document);
    let store = CloudStore(request.services.cloud.clone());
    let values = prepare(&store, &definitions, request.supplied, Origin::Command).await.map_err(refused)?;
    let planned = plan(&request, &definitions, &values, &store).await.map_err(refused)?;
    make_private_folder(request.folder).map_err(|error| {
        Failure::new(FailureKind::Other, format!("failed to make `{}`: {error}", request.folder.display()))
    })?;
    let exported: Vec<(String, String)> = environment(&definitions, &values);
    let mut history = History::default();
    let mut steps: Vec<StepRecord> = Vec::new();
    for (at, step) in planned.iter().enumerate() {
        let started = Timestamp::now();
        let facts = Selected {
            action: &step.action,
            id: &step.name,
            standing: standing_of(&request, &step.action),
            conditional: request.document.schema_version.has_preconditions(),
            preconditions: &step.preconditions,
            modifiers: step.modifiers,
            last: at + 1 == planned.len(),
        };
        let decided = select(&facts, &history, Platform::HERE).result();
        let (result, outputs) = match decided {
            Some(result) => (result, Map::new()),
            None if *request.cancel.borrow() => (Part::cancelled().finish(&step.modifiers), Map::new()),
            None => {
                request.listener.begins(&step.name, &step.action);
                perform(&request, step, &exported).await?
            }
        };
        history.record(&step.name, step.modifiers, &result);
        let (name, action) = (step.name.clone(), step.action.clone());
        let record = StepRecord { name, action, result, outputs, started, finished: Timestamp::now() };
        request.listener.ended(&record);
        steps.push(record);
        if history.waits_for_reboot() {
            break;
        }
    }
    let reports: Vec<StepReport<'_>> = steps.iter().map(report).collect();
    let reply = reply(&agent(), Timestamp::now(), request.id, &reports);
    let status = Status::roll_up(steps.iter().map(|step| step.result.status));
    Ok(RunRecord { id: request.id.to_owned(), status, steps, reply })
}

/// All steps with their parameters put in. A reference that cannot be looked up refuses the whole document.
async fn plan(
    request: &RunRequest<'_>,
    definitions: &Definitions,
    values: &Values,
    store: &CloudStore,
) -> Result<Vec<Planned>, String> {
    let document = request.document;
    let substitution = Substitution::new(if document.substitutes { values } else { &EMPTY });
    let mut planned = Vec::new();
    match &document.body {
        Body::Steps(steps) => {
            for step in steps {
                let action = step.action().to_owned();
                let given = step.inputs.as_ref().map_or(Value::Null, |node| node.value());
                // A value that is a variable of the environment is never put into a script.
                let given = match request.agent_semantics {
                    true => given,
                    false => Substitution::new(&environment_tokens(definitions, &action)).apply(&given),
                };
                let given = inputs(store, &substitution, &given).await?;
                let conditions = step.precondition.iter().flat_map(|precondition| &precondition.conditions);
                let preconditions = conditions.map(|condition| {
                    let arguments: Vec<String> = condition.arguments.iter().map(|text| text.value.clone()).collect();
                    Precondition::new(&condition.operator.value, &arguments, &substitution)
                });
                planned.push(Planned {
                    name: step.name().to_owned(),
                    modifiers: Modifiers::of(&given),
                    preconditions: preconditions.collect(),
                    parts: vec![given],
                    action,
                });
            }
        }
        Body::Plugins(plugins) => {
            for plugin in plugins {
                let mut parts = Vec::new();
                for part in plugin.instances() {
                    parts.push(inputs(store, &substitution, &part.value()).await?);
                }
                planned.push(Planned {
                    name: plugin.name.value.clone(),
                    action: plugin.name.value.clone(),
                    parts,
                    modifiers: Modifiers::default(),
                    preconditions: Vec::new(),
                });
            }
        }
    }
    Ok(planned)
}

static EMPTY: Values = Values::new();

/// The agent's word on an action, but that an action which is performed here is one that it knows.
fn standing_of(request: &RunRequest<'_>, action: &str) -> super::agent::actions::Standing {
    let mut standing = standing(action, Platform::HERE);
    let is_here = request.actions.get(action).is_some();
    if is_here {
        standing.known = true;
        standing.supported = true;
    }
    standing.handler = is_here;
    standing
}

/// Perform all parts of a step.
async fn perform(
    request: &RunRequest<'_>,
    step: &Planned,
    exported: &[(String, String)],
) -> Result<(StepResult, Map<String, Value>), Failure> {
    let mut outputs = Map::new();
    let mut parts = Vec::new();
    for inputs in &step.parts {
        let (part, more) = perform_part(request, step, inputs, exported).await?;
        parts.push(part);
        outputs.extend(more);
    }
    let part = Part::merge(parts).unwrap_or_else(|| Part::failed("the action has no properties"));
    let result = part.finish(&step.modifiers);
    keep_outputs(request, step, &result)?;
    Ok((result, outputs))
}

async fn perform_part(
    request: &RunRequest<'_>,
    step: &Planned,
    inputs: &Value,
    exported: &[(String, String)],
) -> Result<(Part, Map<String, Value>), Failure> {
    let Some(action) = request.actions.get(&step.action) else {
        return Ok((Part::failed("the action is not here"), Map::new()));
    };
    let folder = request.folder.join(folder_name(&step.name)?);
    make_private_folder(&folder)
        .map_err(|error| Failure::new(FailureKind::Other, format!("failed to make `{}`: {error}", folder.display())))?;
    let running = Arc::new(RunningStep {
        name: folder_name(&step.name)?,
        folder,
        default_folder: request.folder.to_owned(),
        environment: environment_of(request, exported),
        listener: request.listener.clone(),
        seen: Arc::default(),
    });
    let mut services = request.services.clone();
    services.step = Some(running.clone());
    let mut cancel = request.cancel.clone();
    let answer = tokio::select! {
        answer = action.plugin.perform(&services, &step.name, inputs) => Some(answer),
        _ = cancel.wait_for(|cancelled| *cancelled) => None,
    };
    let Seen { stdout, stderr, ending } = running.take();
    let part = |ending, interrupt| Part::ended(ending, stdout.clone(), stderr.clone(), Platform::HERE, interrupt);
    Ok(match answer {
        None => (part(Ending::Cancelled, Interrupt::Cancel), Map::new()),
        Some(Ok(Ok(performed))) => {
            // How the program ended says more than its code, as long as the action has not thought otherwise.
            let ran_nothing = ending.is_none();
            let ending = match ending {
                Some(Ending::TimedOut) if performed.exit_code == super::agent::exit::STOPPED => Ending::TimedOut,
                Some(Ending::Signalled(signal, core)) if performed.exit_code == 128 + signal => {
                    Ending::Signalled(signal, core)
                }
                _ => Ending::Exited(performed.exit_code),
            };
            let mut part = part(ending, Interrupt::None);
            if ran_nothing {
                // The agent's word on commands that failed is not for an action that ran none.
                part.stderr = stderr;
            }
            (part, performed.outputs)
        }
        Some(Ok(Err(failure))) => (failed(&failure.message, stdout, stderr), Map::new()),
        Some(Err(error)) => {
            let text = format!("the plugin `{}` {error}", action.plugin.name());
            (failed(&text, stdout, stderr), Map::new())
        }
    })
}

/// The action could not do its work; what it printed until then is kept.
fn failed(why: &str, stdout: Vec<u8>, mut stderr: Vec<u8>) -> Part {
    stderr.extend_from_slice(why.as_bytes());
    Part { stdout, stderr, ..Part::failed(why) }
}

/// A folder for the step: its name without colons.
fn folder_name(step: &str) -> Result<String, Failure> {
    element(step)
        .filter(|name| !name.is_empty())
        .ok_or_else(|| Failure::new(FailureKind::InvalidInput, "a step has a name that cannot be that of a folder"))
}

/// `ORCHESTRATION/ACTION/STEP/stdout` and `stderr`, as the agent keeps them.
fn keep_outputs(request: &RunRequest<'_>, step: &Planned, result: &StepResult) -> Result<(), Failure> {
    let folder: PathBuf = request.folder.join(folder_name(&step.action)?).join(folder_name(&step.name)?);
    let write = || -> std::io::Result<()> {
        make_private_folder(&folder)?;
        write_private(&folder.join("stdout"), &result.stdout, 0o600)?;
        write_private(&folder.join("stderr"), &result.stderr, 0o600)
    };
    write()
        .map_err(|error| Failure::new(FailureKind::Other, format!("failed to write `{}`: {error}", folder.display())))
}

fn environment_of(request: &RunRequest<'_>, exported: &[(String, String)]) -> Vec<(String, String)> {
    let inherited = INHERITED.iter().filter_map(|name| Some(((*name).to_owned(), std::env::var(name).ok()?)));
    let mut all: BTreeMap<String, String> = inherited.collect();
    all.extend(exported.iter().cloned());
    all.insert("SSM_COMMAND_ID".into(), request.id.to_owned());
    if let Some(region) = &request.services.cloud.settings().region {
        all.insert("AWS_SSM_REGION_NAME".into(), region.clone());
    }
    all.into_iter().collect()
}

/// The definitions as the agent reads them.
fn definitions(document: &Document) -> Definitions {
    let text = |text: &Option<Text>| text.as_ref().map(|text| text.value.clone());
    let one = |parameter: &Parameter| ParameterDefinition {
        kind: parameter.kind.as_ref().map(|kind| kind.name().to_owned()).unwrap_or_default(),
        default: parameter.default_value().unwrap_or(Value::Null),
        allowed_pattern: text(&parameter.allowed_pattern).unwrap_or_default(),
        allowed_values: parameter.allowed_values.iter().map(|text| text.value.clone()).collect(),
        min_chars: text(&parameter.min_chars),
        max_chars: text(&parameter.max_chars),
        min_items: text(&parameter.min_items),
        max_items: text(&parameter.max_items),
        environment: parameter.is_environment_variable(),
    };
    document.parameters.iter().map(|parameter| (parameter.name.value.clone(), one(parameter))).collect()
}

fn report(step: &StepRecord) -> StepReport<'_> {
    StepReport {
        id: &step.name,
        action: &step.action,
        result: &step.result,
        started: step.started,
        finished: step.finished,
        copy: None,
    }
}

fn agent() -> AgentInfo {
    AgentInfo {
        language: "en-US".to_owned(),
        name: "formwork".to_owned(),
        system: std::env::consts::OS.to_owned(),
        system_version: String::new(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    }
}
