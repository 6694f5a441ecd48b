//! Reads the fields of maps by the types that the agent has for them.

use serde_json::{Number, Value};

use super::did_you_mean;
use crate::document::model::{Content, DocumentFinding, Findings, Format, Member, Node, Origin, Text};
use crate::stack::template::place::excerpt;

/// A document that is being read.
pub(super) struct Reader {
    pub(super) format: Format,
    pub(super) findings: Findings,
}

/// The fields of a map.
pub(super) struct Fields<'n> {
    known: Vec<(&'static str, &'n Member)>,
    /// Those with other names.
    pub(super) unknown: Vec<&'n Member>,
}

impl<'n> Fields<'n> {
    /// The value of a field. Of several that are one for the agent it is the last, as in Go.
    pub(super) fn get(&self, name: &str) -> Option<&'n Node> {
        self.known.iter().rev().find(|(known, _)| *known == name).map(|(_, member)| &member.value)
    }

    /// The members that are these fields.
    pub(super) fn members(&self, names: &[&str]) -> impl Iterator<Item = &'n Member> {
        self.known.iter().filter(|(known, _)| names.contains(known)).map(|(_, member)| *member)
    }
}

impl Reader {
    pub(super) fn new(format: Format) -> Self {
        Self { format, findings: Findings::default() }
    }

    /// The fields of a map; none of what is no map. Go's JSON decoder, unlike that for YAML, does not look at the case
    /// of names.
    pub(super) fn fields<'n>(&mut self, node: &'n Node, owner: &str, names: &[&'static str]) -> Option<Fields<'n>> {
        let Content::Map(members) = &node.content else { return None };
        let mut fields = Fields { known: Vec::new(), unknown: Vec::new() };
        for member in members {
            if let Some(name) = names.iter().find(|name| **name == member.key) {
                fields.known.push((name, member));
                continue;
            }
            let folded = names.iter().find(|name| name.eq_ignore_ascii_case(&member.key));
            match folded.filter(|_| self.format == Format::Json) {
                None => fields.unknown.push(member),
                Some(name) => {
                    fields.known.push((name, member));
                    let message =
                        format!("{owner} has a field `{}`, which only the agent takes for `{name}`", member.key);
                    let finding = DocumentFinding::error(Origin::Service, "field-case", member.key_at, message);
                    self.findings.push(finding.hint(format!("Write `{name}`.")));
                }
            }
        }
        Some(fields)
    }

    /// Something is not of the type that the agent asks for, therefore it cannot read the document at all.
    pub(super) fn wrong_type(&mut self, node: &Node, what: &str, wanted: &str) {
        if self.findings.skips(Origin::Agent) {
            return;
        }
        let message = format!("{what} must be {wanted}, not {}", node.what());
        self.findings.push(DocumentFinding::error(Origin::Agent, "wrong-type", node.at, message));
    }

    /// A field that holds a text. Null is none. A number or a boolean is what is written: in JSON the agent cannot read
    /// the document then; from YAML it takes the text, but the service does not.
    pub(super) fn string(&mut self, node: &Node, what: &str) -> Option<Text> {
        let value = match &node.content {
            Content::Text(text) => text.clone(),
            Content::Null => return None,
            Content::Literal { written, .. } => {
                match self.format {
                    Format::Json => self.wrong_type(node, what, "a string"),
                    Format::Yaml => {
                        let message = format!("{what} must be a string, not {}", node.what());
                        let hint = format!("Put quotes around `{}`.", excerpt(written));
                        self.findings
                            .push(DocumentFinding::error(Origin::Service, "wrong-type", node.at, message).hint(hint));
                    }
                }
                written.clone()
            }
            Content::List(_) | Content::Map(_) => {
                self.wrong_type(node, what, "a string");
                return None;
            }
        };
        Some(Text { value, at: node.at })
    }

    /// A field that holds a list of texts. Null is empty, and a null in it an empty text, as in Go.
    pub(super) fn strings(&mut self, node: &Node, what: &str) -> Vec<Text> {
        match &node.content {
            Content::Null => Vec::new(),
            Content::List(elements) => {
                let what = format!("each element of {what}");
                let mut texts = Vec::with_capacity(elements.len());
                for element in elements {
                    match element.is_null() {
                        true => texts.push(Text { value: String::new(), at: element.at }),
                        false => texts.extend(self.string(element, &what)),
                    }
                }
                texts
            }
            _ => {
                self.wrong_type(node, what, "a list");
                Vec::new()
            }
        }
    }

    /// A field that the agent has as a whole number, although it does not look at it.
    pub(super) fn integer(&mut self, node: &Node, what: &str) {
        let fine = match &node.content {
            Content::Null => true,
            Content::Literal { value: Value::Number(number), .. } => number.is_i64(),
            _ => false,
        };
        if !fine {
            self.wrong_type(node, what, "a whole number");
        }
    }

    /// A limit. The agent reads it as Go's `json.Number`: a number, or in quotes.
    pub(super) fn limit(&mut self, node: &Node, what: &str) -> Option<Text> {
        let text = match &node.content {
            Content::Null => return None,
            Content::Literal { value: Value::Number(_), written } => written,
            Content::Text(text) if self.format == Format::Yaml || serde_json::from_str::<Number>(text).is_ok() => {
                if !self.findings.skips(Origin::Service) {
                    let message = format!("{what} must be a number, not a string");
                    self.findings.push(DocumentFinding::error(Origin::Service, "wrong-type", node.at, message));
                }
                text
            }
            _ => {
                self.wrong_type(node, what, "a number");
                return None;
            }
        };
        Some(Text { value: text.clone(), at: node.at })
    }
}

/// A field that nobody knows.
pub(super) fn unknown_field(member: &Member, owner: &str, names: &[&str]) -> DocumentFinding {
    let message = format!("{owner} has no field `{}`: it is ignored", excerpt(&member.key));
    let hint = did_you_mean(&member.key, names.iter().copied());
    DocumentFinding { hint, ..DocumentFinding::warning(Origin::Advice, "unknown-field", member.key_at, message) }
}
