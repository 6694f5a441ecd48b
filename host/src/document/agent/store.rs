//! References to Parameter Store in a document: `{{ssm:NAME}}`, `{{ssm:NAME:VERSION}}` and, where an action takes a
//! credential, `{{ssm-secure:NAME}}` (`agent/framework/docparser/parameterstore`,
//! `agent/ssm/ssmparameterresolver`). Error texts are the agent's.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashSet};
use std::fmt;

use async_trait::async_trait;
use serde_json::{Map, Value};

use super::go;

/// As many names as one call of `GetParameters` takes (SSM API, `GetParameters`).
const NAMES_A_CALL: usize = 10;
const INTERNAL: &str = "Encountered error while parsing input - internal error";

/// A parameter as the store holds it.
#[derive(Clone, PartialEq, Eq)]
pub struct Stored {
    /// Without a version.
    pub name: String,
    /// `String`, `StringList`, `SecureString`.
    pub kind: String,
    /// As it is stored; the items of a `StringList` are separated by commas.
    pub value: String,
    /// From 1.
    pub version: i64,
}

impl fmt::Debug for Stored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = if self.kind == SECURE { "…" } else { &self.value };
        f.debug_struct("Stored")
            .field("name", &self.name)
            .field("kind", &self.kind)
            .field("value", &value)
            .field("version", &self.version)
            .finish()
    }
}

const SECURE: &str = "SecureString";
const LIST: &str = "StringList";

/// What one call of `GetParameters` gives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// In any order.
    pub parameters: Vec<Stored>,
    /// The names that there is nothing for.
    pub invalid: Vec<String>,
}

/// Parameter Store, as far as documents read it.
#[async_trait]
pub trait Store: Send + Sync {
    /// The parameters of at most ten names; each may end in `:VERSION`.
    ///
    /// # Errors
    /// A text that says why nothing could be read.
    async fn get(&self, names: &[String]) -> Result<Found, String>;
}

/// The value with every `{{ssm:…}}` replaced. Without one, the value is untouched and the store is not asked.
///
/// A `StringList` may stand only as a whole item of a list of texts, whose items it then becomes, split at every comma.
/// (One agent's order of replacements is by chance; here no value that was put in is looked at again.)
///
/// # Errors
/// The agent's text: a parameter is missing, is a `SecureString`, or is a list where a text is needed.
pub async fn resolve(store: &dyn Store, value: &Value) -> Result<Value, String> {
    let references = references(value);
    if references.is_empty() {
        return Ok(value.clone());
    }
    let names = names(&references);
    let mut found = Found::default();
    for names in names.chunks(NAMES_A_CALL) {
        let part = store.get(names).await?;
        found.parameters.extend(part.parameters);
        found.invalid.extend(part.invalid);
    }
    Resolved::new(&references, &names, found)?.put_in(value)
}

/// Every `{{ssm:…}}` in the texts of a value, as it is written, one after the other; keys are not looked at.
#[must_use]
pub fn references(value: &Value) -> Vec<String> {
    let mut list = Vec::new();
    collect(value, &mut list);
    list
}

fn collect(value: &Value, list: &mut Vec<String>) {
    match value {
        Value::String(text) => list.extend(scan(text).map(|(_, reference)| reference.to_owned())),
        Value::Array(items) => items.iter().for_each(|item| collect(item, list)),
        Value::Object(map) => map.values().for_each(|item| collect(item, list)),
        _ => {}
    }
}

/// Whether a value holds a reference anywhere, also in a key.
#[must_use]
pub fn mentions(value: &Value) -> bool {
    scan(&go::marshal(value)).next().is_some()
}

/// The names to ask for, each once: what stands between the first colon and the end of the reference.
#[must_use]
pub fn names(references: &[String]) -> Vec<String> {
    let mut seen = HashSet::new();
    let names = references.iter().map(|reference| name_of(reference));
    names.filter(|name| seen.insert(*name)).map(str::to_owned).collect()
}

fn name_of(reference: &str) -> &str {
    let (_, name) = reference.split_once(':').unwrap_or_default();
    name.trim_end_matches('}').trim_end_matches(' ')
}

/// The references of a text and where each starts: `\{\{ *ssm:[/\w.:-]+ *\}\}`, spaces only.
fn scan(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            at += text.get(at..)?.find("{{")?;
            let start = at;
            if let Some(length) = reference_length(text.get(start..)?) {
                at = start + length;
                return Some((start, text.get(start..at)?));
            }
            at = start + 1;
        }
    })
}

fn reference_length(text: &str) -> Option<usize> {
    let inner = text.strip_prefix("{{")?.trim_start_matches(' ').strip_prefix("ssm:")?;
    let rest = inner.trim_start_matches(|c: char| is_word(c) || matches!(c, '/' | '.' | ':' | '-'));
    if rest.len() == inner.len() {
        return None;
    }
    let rest = rest.trim_start_matches(' ').strip_prefix("}}")?;
    Some(text.len() - rest.len())
}

fn is_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}

/// The references of a document and the parameters that they stand for.
#[derive(Debug)]
struct Resolved(BTreeMap<String, Stored>);

impl Resolved {
    fn new(references: &[String], names: &[String], found: Found) -> Result<Self, String> {
        if names.len() != found.parameters.len() {
            return Err(format!("Input contains invalid parameters {}", go::print_list(&found.invalid)));
        }
        let mut resolved = BTreeMap::new();
        let mut secure = Vec::new();
        for stored in found.parameters {
            if stored.kind == SECURE {
                secure.push(stored.name.clone());
            }
            let mut take = |matches: &dyn Fn(&str) -> bool| {
                let mut any = false;
                for reference in references {
                    if !resolved.contains_key(reference) && matches(reference) {
                        resolved.insert(reference.clone(), stored.clone());
                        any = true;
                    }
                }
                any
            };
            let exact = format!("{}:{}", stored.name, stored.version);
            // One without a version has just the colon of `ssm:`; so a reference by label is never found.
            let found = take(&|reference| name_of(reference) == exact)
                || take(&|reference| name_of(reference) == stored.name && reference.matches(':').count() == 1);
            if !found {
                return Err(INTERNAL.to_owned());
            }
        }
        if !secure.is_empty() {
            let names = go::print_list(&secure);
            return Err(format!("Parameters {names} of type {SECURE} are not supported"));
        }
        Ok(Self(resolved))
    }

    fn put_in(&self, value: &Value) -> Result<Value, String> {
        Ok(match value {
            Value::String(text) => Value::String(self.text(text)?),
            Value::Array(list) if list.first().is_some_and(Value::is_string) => Value::Array(self.texts(list)?),
            Value::Array(list) => {
                Value::Array(list.iter().map(|item| self.put_in(item)).collect::<Result<_, String>>()?)
            }
            Value::Object(map) => {
                let entries = map.iter().map(|(key, item)| Ok((key.clone(), self.put_in(item)?)));
                Value::Object(entries.collect::<Result<Map<_, _>, String>>()?)
            }
            other => other.clone(),
        })
    }

    /// A list that begins with a text has to be one of texts.
    fn texts(&self, list: &[Value]) -> Result<Vec<Value>, String> {
        let mut out = Vec::with_capacity(list.len());
        for item in list {
            let text = match item {
                Value::String(text) => text.as_str(),
                // Go leaves the text of a `null` empty.
                Value::Null => "",
                _ => return Err(INTERNAL.to_owned()),
            };
            match self.0.get(text.trim()).filter(|stored| stored.kind == LIST) {
                Some(stored) => out.extend(stored.value.split(',').map(Value::from)),
                None => out.push(Value::String(self.text(text)?)),
            }
        }
        Ok(out)
    }

    fn text(&self, text: &str) -> Result<String, String> {
        let mut out = String::with_capacity(text.len());
        let mut done = 0;
        for (start, reference) in scan(text) {
            let Some(stored) = self.0.get(reference) else { continue };
            if stored.kind == LIST {
                return Err(format!("Parameter {} of type {LIST} cannot be used as a String", stored.name));
            }
            out.push_str(text.get(done..start).unwrap_or_default());
            out.push_str(&stored.value);
            done = start + reference.len();
        }
        out.push_str(text.get(done..).unwrap_or_default());
        Ok(out)
    }
}

/// How a reference begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prefix {
    /// `ssm:`.
    Plain,
    /// `ssm-secure:`.
    Secure,
}

/// Whether a text holds a reference without version that begins so.
#[must_use]
pub fn contains_reference(text: &str, prefix: Prefix) -> bool {
    Credential::all(text).any(|found| found.secure == (prefix == Prefix::Secure))
}

/// A reference that stands for a credential, as `aws:downloadContent` takes it in `tokenInfo`, `privateSSHKey`,
/// `username` and `password`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    /// Whether it is written `ssm-secure:`.
    pub secure: bool,
    /// The name in the store.
    pub name: String,
}

impl Credential {
    /// The first reference of a text: `{{\s*((?:ssm-secure:|ssm:)[\w-./]+)\s*}}`.
    #[must_use]
    pub fn find(text: &str) -> Option<Self> {
        Self::all(text).next()
    }

    fn all(text: &str) -> impl Iterator<Item = Self> {
        text.match_indices('{').filter_map(|(at, _)| Self::at(text.get(at..)?))
    }

    fn at(text: &str) -> Option<Self> {
        let space = |c: char| matches!(c, '\t' | '\n' | '\u{c}' | '\r' | ' ');
        let inner = text.strip_prefix("{{")?.trim_start_matches(space);
        let (secure, inner) = match inner.strip_prefix("ssm-secure:") {
            Some(rest) => (true, rest),
            None => (false, inner.strip_prefix("ssm:")?),
        };
        let rest = inner.trim_start_matches(|c: char| is_word(c) || matches!(c, '/' | '.' | '-'));
        rest.trim_start_matches(space).strip_prefix("}}")?;
        let name = inner.get(..inner.len() - rest.len()).filter(|name| !name.is_empty())?;
        Some(Self { secure, name: name.to_owned() })
    }

    /// Whether the way it is written agrees with the type in the store.
    ///
    /// # Errors
    /// The agent's text.
    pub fn agrees(&self, kind: &str) -> Result<(), String> {
        match (self.secure, kind == SECURE) {
            (true, false) => Err(format!("secure prefix ssm-secure: is used for a non-secure type {kind}")),
            (false, true) => Err(format!("non-secure prefix ssm: is used for a secure type {kind}")),
            _ => Ok(()),
        }
    }
}
