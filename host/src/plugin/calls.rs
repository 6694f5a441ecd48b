//! The calls that a plugin of each kind answers.

use super::bindings::formwork::plugin::{references as wit_references, types as wit};
use super::bindings::renderer::exports::formwork::plugin::renderer as wit_renderer;
use super::bindings::resolver::exports::formwork::plugin::resolver as wit_resolver;
use super::error::CallError;
use super::inert::{inert, inert_line};
use super::inspect::Kind;
use super::interfaces;
use super::runtime::Plugin;
use super::state::{Resolution, Services};
use crate::cloud::{Failure, FailureKind};

/// What a renderer is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RenderRequest {
    /// The template's file name, for messages.
    pub file: String,
    /// The template.
    pub template: String,
    /// What `${Name}` inside a reference stands for, sorted by name.
    pub parameters: Vec<(String, String)>,
}

/// A place in a template: bytes from 0, lines and columns from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The first byte.
    pub start: usize,
    /// Behind the last byte.
    pub end: usize,
    /// The line.
    pub line: u32,
    /// The column, in Unicode characters.
    pub column: u32,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// Rendering goes on.
    Warning,
    /// Nothing is rendered.
    Error,
}

/// Something to tell about a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, and what to do.
    pub failure: Failure,
    /// Where; none when it is about the whole template.
    pub place: Option<Place>,
}

/// A rendered template.
#[derive(Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The text; it holds secrets after `--reveal-secrets`, so there is no `Debug`.
    pub template: String,
    /// Warnings.
    pub findings: Vec<Finding>,
}

impl Plugin {
    /// The schemes that a resolver claims.
    ///
    /// # Errors
    /// How the call ended badly, or that the answer breaks the contract.
    pub async fn schemes(&self, services: &Services) -> Result<Vec<String>, CallError> {
        let pre = self.resolver().map_err(|error| CallError::Contract(error.to_string()))?;
        let schemes = self
            .call(Kind::Resolver, services, |store| {
                Box::pin(async move {
                    let plugin = pre.instantiate_async(&mut *store).await?;
                    plugin.formwork_plugin_resolver().call_schemes(store).await
                })
            })
            .await?;
        let proper = |scheme: &String| {
            scheme.starts_with(|c: char| c.is_ascii_lowercase())
                && scheme.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        };
        match schemes.iter().find(|scheme| !proper(scheme)) {
            Some(bad) => {
                let bad: String = bad.chars().take(100).collect();
                Err(CallError::Contract(format!("`{}` is not the name of a scheme", inert_line(&bad))))
            }
            None => Ok(schemes),
        }
    }

    /// Resolve references, each a scheme and a body; one result for each, in order.
    ///
    /// # Errors
    /// How the call ended badly, or that the answer breaks the contract.
    pub async fn resolve(
        &self,
        services: &Services,
        references: &[(String, String)],
        reveal_secrets: bool,
    ) -> Result<Vec<Result<Resolution, Failure>>, CallError> {
        let pre = self.resolver().map_err(|error| CallError::Contract(error.to_string()))?;
        let list: Vec<wit_resolver::Reference> = references
            .iter()
            .map(|(scheme, body)| wit_resolver::Reference { scheme: scheme.clone(), body: body.clone() })
            .collect();
        let answers = self
            .call(Kind::Resolver, services, |store| {
                Box::pin(async move {
                    let plugin = pre.instantiate_async(&mut *store).await?;
                    let options = wit_resolver::Options { reveal_secrets };
                    plugin.formwork_plugin_resolver().call_resolve(store, &list, options).await
                })
            })
            .await?;
        if answers.len() != references.len() {
            return Err(CallError::Contract(format!(
                "it gave {} answers for {} references",
                answers.len(),
                references.len()
            )));
        }
        // Dynamic references are neither pinned nor held up by `--locked`. The text is not told: it may be a secret.
        let lies = |resolution: &wit_references::Resolution| matches!(&resolution.value, wit_references::Value::DynamicReference(text) if !is_dynamic_reference(text));
        if answers.iter().flatten().any(lies) {
            return Err(CallError::Contract("it gave a dynamic reference that does not read `{{resolve:…}}`".into()));
        }
        Ok(answers
            .into_iter()
            .map(|answer| answer.map(interfaces::references::from_wit).map_err(from_failure))
            .collect())
    }

    /// Render a template.
    ///
    /// # Errors
    /// How the call ended badly. What is wrong with the template is the inner error.
    pub async fn render(
        &self,
        services: &Services,
        request: &RenderRequest,
    ) -> Result<Result<Rendered, Vec<Finding>>, CallError> {
        let pre = self.renderer().map_err(|error| CallError::Contract(error.to_string()))?;
        let given = wit_renderer::RenderRequest {
            file: request.file.clone(),
            template: request.template.clone(),
            parameters: request.parameters.clone(),
        };
        let answer = self
            .call(Kind::Renderer, services, |store| {
                Box::pin(async move {
                    let plugin = pre.instantiate_async(&mut *store).await?;
                    plugin.formwork_plugin_renderer().call_render(store, &given).await
                })
            })
            .await?;
        check_rendering(&answer, &request.template).map_err(CallError::Contract)?;
        Ok(match answer {
            Ok(rendered) => Ok(Rendered {
                template: rendered.template,
                findings: rendered.findings.into_iter().map(from_finding).collect(),
            }),
            Err(findings) => Err(findings.into_iter().map(from_finding).collect()),
        })
    }
}

/// Whether it is one dynamic reference of CloudFormation, and nothing else.
fn is_dynamic_reference(text: &str) -> bool {
    let inner = text.strip_prefix("{{resolve:").and_then(|rest| rest.strip_suffix("}}"));
    inner.is_some_and(|inner| !inner.contains(|c: char| c == '{' || c == '}' || c.is_control()))
}

/// What `wit/renderer.wit` says of the two ways to answer; and no terminal is told anything by a template that is shown
/// on it. Neither YAML nor JSON has control characters but for line ends and tabs.
fn check_rendering(
    answer: &Result<wit_renderer::Rendered, Vec<wit_renderer::Finding>>,
    template: &str,
) -> Result<(), String> {
    let is_error = |finding: &&wit_renderer::Finding| matches!(finding.severity, wit_renderer::Severity::Error);
    match answer {
        Err(findings) if !findings.iter().any(|finding| is_error(&finding)) => {
            Err("it failed without an error among its findings".into())
        }
        Err(_) => Ok(()),
        Ok(rendered) => {
            if let Some(finding) = rendered.findings.iter().find(is_error) {
                return Err(format!(
                    "it rendered a template in spite of an error: {}",
                    inert(&finding.failure.message)
                ));
            }
            let harmful = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{85}');
            match rendered.template.chars().find(|c| harmful(*c) && !template.contains(*c)) {
                Some(c) => Err(format!("it rendered a template with the control character U+{:04X}", c as u32)),
                None => Ok(()),
            }
        }
    }
}

fn from_finding(finding: wit_renderer::Finding) -> Finding {
    Finding {
        severity: match finding.severity {
            wit_renderer::Severity::Warning => Severity::Warning,
            wit_renderer::Severity::Error => Severity::Error,
        },
        failure: from_failure(finding.failure),
        place: finding.place.map(|place| Place {
            start: place.start as usize,
            end: place.end as usize,
            line: place.line,
            column: place.column,
        }),
    }
}

/// A failure that a plugin reports; its texts are made inert.
pub(super) fn from_failure(failure: wit::Failure) -> Failure {
    Failure {
        kind: from_kind(failure.kind),
        code: failure.code.as_deref().map(inert_line),
        message: inert(&failure.message),
        hint: failure.hint.as_deref().map(inert),
    }
}

fn from_kind(kind: wit::FailureKind) -> FailureKind {
    match kind {
        wit::FailureKind::InvalidInput => FailureKind::InvalidInput,
        wit::FailureKind::NotFound => FailureKind::NotFound,
        wit::FailureKind::AccessDenied => FailureKind::AccessDenied,
        wit::FailureKind::Conflict => FailureKind::Conflict,
        wit::FailureKind::Throttled(after) => FailureKind::Throttled(after),
        wit::FailureKind::TimedOut => FailureKind::TimedOut,
        wit::FailureKind::Unavailable => FailureKind::Unavailable,
        wit::FailureKind::Unsupported => FailureKind::Unsupported,
        wit::FailureKind::Other => FailureKind::Other,
    }
}

/// A failure of the host, as a plugin sees it.
pub(super) fn to_failure(failure: Failure) -> wit::Failure {
    wit::Failure {
        kind: match failure.kind {
            FailureKind::InvalidInput => wit::FailureKind::InvalidInput,
            FailureKind::NotFound => wit::FailureKind::NotFound,
            FailureKind::AccessDenied => wit::FailureKind::AccessDenied,
            FailureKind::Conflict => wit::FailureKind::Conflict,
            FailureKind::Throttled(after) => wit::FailureKind::Throttled(after),
            FailureKind::TimedOut => wit::FailureKind::TimedOut,
            FailureKind::Unavailable => wit::FailureKind::Unavailable,
            FailureKind::Unsupported => wit::FailureKind::Unsupported,
            FailureKind::Other => wit::FailureKind::Other,
        },
        code: failure.code,
        message: failure.message,
        hint: failure.hint,
    }
}
