//! Putting parameters into settings and inputs (`agent/framework/docparser/parameters/parameters.go`).

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde_json::Value;

use super::go;
use super::parameters::{Values, is_name};
use super::regexp::Regexp;

/// A value with the parameters put in. See [`Substitution`].
#[must_use]
pub fn substitute(value: &Value, parameters: &Values) -> Value {
    Substitution::new(parameters).apply(value)
}

/// The parameters of a document, made ready for many values.
pub struct Substitution {
    /// The values, and what they are inside a longer text.
    named: BTreeMap<String, (Value, String)>,
    /// Defaults of parameters whose name holds other characters than `[A-Za-z0-9_-]`. The agent takes each for a
    /// regular expression.
    odd: Vec<(Regexp, String)>,
}

impl Substitution {
    /// Make ready. A name that is no regular expression is never put in; a real agent cannot go on there.
    #[must_use]
    pub fn new(parameters: &Values) -> Self {
        let mut ready = Self { named: BTreeMap::new(), odd: Vec::new() };
        for (name, value) in parameters {
            let text = match value {
                Value::String(text) => text.clone(),
                other => go::marshal(other),
            };
            // Once a `$` in a value was a back-reference, and people wrote `$$` for it; the agent still takes one away.
            let text = text.replace("$$", "$");
            if !name.is_empty() && name.bytes().all(is_plain) {
                ready.named.insert(name.clone(), (value.clone(), text));
            } else if let Ok(pattern) = Regexp::new(&format!("{{{{\\s*{name}\\s*}}}}")) {
                ready.odd.push((pattern, text));
            }
        }
        ready
    }

    /// The value with every token replaced: a text that is nothing but one token becomes the value with its type, in
    /// longer texts other values are written as JSON, `null` for a missing one. Keys are left alone, and so is what no
    /// parameter is named after. A value is never looked at again.
    #[must_use]
    pub fn apply(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => self.apply_text(text),
            Value::Array(list) => Value::Array(list.iter().map(|item| self.apply(item)).collect()),
            Value::Object(map) => {
                Value::Object(map.iter().map(|(key, item)| (key.clone(), self.apply(item))).collect())
            }
            other => other.clone(),
        }
    }

    fn apply_text(&self, text: &str) -> Value {
        let whole = token(text, 0).filter(|token| token.end == text.len() && is_name(token.name));
        if let Some((value, _)) = whole.and_then(|token| self.named.get(token.name)) {
            return value.clone();
        }
        let mut found: Vec<(usize, usize, &str)> = tokens(text)
            .filter_map(|token| self.named.get(token.name).map(|(_, text)| (token.start, token.end, text.as_str())))
            .collect();
        for (pattern, replacement) in &self.odd {
            found.extend(pattern.find_all(text).into_iter().map(|(start, end)| (start, end, replacement.as_str())));
        }
        found.sort_by_key(|(start, ..)| *start);
        let mut out = String::with_capacity(text.len());
        let mut done = 0;
        for (start, end, replacement) in found {
            // Two odd names may match at the same place; the first one has it.
            let Some(before) = text.get(done..start) else { continue };
            out.push_str(before);
            out.push_str(replacement);
            done = end;
        }
        out.push_str(text.get(done..).unwrap_or_default());
        Value::String(out)
    }
}

/// A `{{ NAME }}` in a text, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token<'a> {
    /// Where the first brace stands.
    pub start: usize,
    /// Behind the last brace.
    pub end: usize,
    /// Of the characters `[A-Za-z0-9_-]`.
    pub name: &'a str,
}

/// Everything in a text that is written like a parameter, whether there is one of this name or not, from left to right.
pub fn tokens(text: &str) -> impl Iterator<Item = Token<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            at += text.get(at..)?.find("{{")?;
            if let Some(token) = token(text, at) {
                at = token.end;
                return Some(token);
            }
            at += 1;
        }
    })
}

/// The token that starts at this byte.
fn token(text: &str, start: usize) -> Option<Token<'_>> {
    let inner = text.get(start..)?.strip_prefix("{{")?.trim_start_matches(is_space);
    let length = inner.bytes().take_while(|byte| is_plain(*byte)).count();
    let (name, rest) = inner.split_at_checked(length).filter(|(name, _)| !name.is_empty())?;
    let rest = rest.trim_start_matches(is_space).strip_prefix("}}")?;
    Some(Token { start, end: text.len() - rest.len(), name })
}

/// White space as `\s` of Go: ASCII, without the vertical tab.
fn is_space(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\u{c}' | '\r' | ' ')
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}
