//! Tokens in the inputs and settings of steps, by the rules of the agent (amazon-ssm-agent, `docparser/parameters` and
//! `docparser/parameterstore`).

use super::Check;
use super::spots::Spots;
use super::tokens::{self, Kind, Token};
use crate::document::model::{Content, DocumentFinding, Node, Origin, Place};
use crate::stack::template::place::excerpt;

/// Where tokens stand.
#[derive(Clone, Copy)]
pub(super) struct Scope<'s> {
    /// The action whose input it is.
    pub(super) action: &'s str,
    /// The number of the step, in documents that have any.
    pub(super) step: Option<usize>,
}

impl Check<'_> {
    /// Everything in a value that looks like a token.
    pub(super) fn references(&mut self, node: &Node, scope: Scope<'_>) {
        match &node.content {
            Content::Text(text) => self.references_in(text, node.at, scope),
            Content::List(elements) => elements.iter().for_each(|element| self.references(element, scope)),
            Content::Map(members) => {
                for member in members {
                    self.not_replaced(&member.key, member.key_at, "a key");
                    self.references(&member.value, scope);
                }
            }
            Content::Null | Content::Literal { .. } => {}
        }
    }

    /// Everything in a text that looks like a token.
    pub(super) fn references_in(&mut self, text: &str, at: Place, scope: Scope<'_>) {
        if !text.contains(['{', '}']) {
            return;
        }
        let document = self.document;
        let mut spots = Spots::new(document, at);
        for token in tokens::tokens(text) {
            let place = spots.next(token.text);
            if let Some(finding) = self.token(&token, place, scope) {
                self.findings.push(finding);
            }
        }
        let mut spots = Spots::new(document, at);
        for token in tokens::unbalanced(text) {
            let place = spots.next(token.text);
            if self.parameters.contains_key(token.inner) && !self.findings.skips(Origin::Advice) {
                let message = format!("`{}` stays as it is: the braces do not match", excerpt(token.text));
                let finding = DocumentFinding::warning(Origin::Advice, "bad-token", place, message);
                self.findings.push(finding.hint(format!("Write `{{{{ {} }}}}`.", token.inner)));
            }
        }
    }

    /// Tokens where nobody replaces them.
    pub(super) fn not_replaced(&mut self, text: &str, at: Place, what: &str) {
        let declared = |token: &Token<'_>| self.parameters.contains_key(token.inner);
        if let Some(token) = tokens::tokens(text).iter().find(|token| declared(token)) {
            let message = format!("`{}` stays as it is in {what}: only values are replaced", excerpt(token.text));
            self.findings.push(DocumentFinding::warning(Origin::Agent, "token-in-name", at, message));
        }
    }

    fn token(&mut self, token: &Token<'_>, at: Place, scope: Scope<'_>) -> Option<DocumentFinding> {
        let shown = excerpt(token.text);
        let advice = |code, message: String| DocumentFinding::warning(Origin::Advice, code, at, message);
        Some(match token.kind() {
            Kind::Parameter(name) | Kind::BadName(name) => {
                if self.parameters.contains_key(name) || self.findings.skips(Origin::Service) {
                    return None;
                }
                let message = format!("`{shown}` is no parameter of the document");
                let finding = DocumentFinding::error(Origin::Service, "undeclared-parameter", at, message);
                match self.nearest_parameter(name) {
                    Some(near) => finding.hint(format!("Did you mean `{{{{ {} }}}}`?", excerpt(near))),
                    None => finding.hint("Declare it in `parameters`, or the agent leaves it in the text as it is."),
                }
            }
            Kind::Store => return self.store(token, at),
            Kind::SecureStore => return secure(token, at, scope),
            Kind::Output(step) => return self.output(step, &shown, at, scope),
            Kind::Foreign(owner) => {
                let message = format!("`{shown}` stays as it is: {owner} alone replaces it");
                advice("foreign-token", message)
            }
            Kind::Empty => advice("bad-token", format!("`{shown}` stays as it is: it names nothing")),
            Kind::Other => {
                let name: String = token.inner.chars().filter(char::is_ascii_alphanumeric).collect();
                if !self.parameters.contains_key(name.as_str()) {
                    // Templates of Go and of many other programs look like this.
                    return None;
                }
                advice("bad-token", format!("`{shown}` stays as it is: the name alone stands between the braces"))
                    .hint(format!("Write `{{{{ {name} }}}}`."))
            }
        })
    }

    /// `{{ step.output }}`: Formwork has it, Systems Manager has it in Automation documents only.
    fn output(&mut self, step: &str, shown: &str, at: Place, scope: Scope<'_>) -> Option<DocumentFinding> {
        if self.findings.skips(Origin::Advice) {
            return None;
        }
        let advice = |code, message: String| DocumentFinding::warning(Origin::Advice, code, at, message);
        Some(match (self.steps.get(step), scope.step) {
            (Some(number), Some(this)) if *number < this => {
                advice("step-output", format!("`{shown}` is an extension of Formwork: the agent leaves it as it is"))
            }
            (Some(_), _) => {
                let message = format!("`{shown}` is of a step that has not run by then");
                DocumentFinding::error(Origin::Advice, "step-output-order", at, message)
            }
            (None, _) if self.parameters.contains_key(step) => {
                advice("bad-token", format!("`{shown}` stays as it is: a parameter has no parts"))
                    .hint(format!("Write `{{{{ {step} }}}}`."))
            }
            (None, _) => {
                let hint = self.nearest_step(step).map(|near| format!("Did you mean `{}`?", excerpt(near)));
                let message = format!("`{shown}` stays as it is: there is no step `{}`", excerpt(step));
                DocumentFinding { hint, ..advice("unknown-token", message) }
            }
        })
    }

    fn store(&mut self, token: &Token<'_>, at: Place) -> Option<DocumentFinding> {
        let shown = excerpt(token.text);
        let name = token.inner.strip_prefix("ssm:").unwrap_or_default();
        if !token.is_store_reference() || name.matches(':').count() > 1 {
            let message = format!("`{shown}` is no reference that the agent looks up");
            let hint = "Write `{{ssm:NAME}}` or `{{ssm:NAME:VERSION}}`, with letters, digits and `/_.-` in the name.";
            return Some(DocumentFinding::error(Origin::Advice, "store-reference", at, message).hint(hint));
        }
        name.starts_with("/aws/reference/secretsmanager/").then(|| {
            let message = format!("`{shown}` fails: the agent does not read secrets through Parameter Store");
            DocumentFinding::warning(Origin::Agent, "store-secret", at, message)
        })
    }
}

/// `{{ssm-secure:NAME}}`, which `aws:downloadContent` takes for credentials.
fn secure(token: &Token<'_>, at: Place, scope: Scope<'_>) -> Option<DocumentFinding> {
    let shown = excerpt(token.text);
    let error = |message| Some(DocumentFinding::error(Origin::Advice, "secure-reference", at, message));
    if scope.action != "aws:downloadContent" {
        let finding = error(format!("`{shown}` works in the credentials of `aws:downloadContent` only"))?;
        let hint = "Read it in the script, with `aws ssm get-parameter --with-decryption`.";
        return Some(finding.hint(hint));
    }
    let name = token.inner.strip_prefix("ssm-secure:").unwrap_or_default();
    match tokens::is_store_name(name) && !name.contains(':') {
        true => None,
        false => error(format!("`{shown}` is no name of a SecureString")),
    }
}
