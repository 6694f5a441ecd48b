//! Texts of `formwork.toml`: values of parameters and tags, names, and what is said about unknown ones.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};

/// How alike a name must be to be suggested.
const ALIKE: f64 = 0.6;

/// The longest names that are compared.
const LONGEST_ALIKE: usize = 128;

/// The value of a parameter: a text, a whole number, true or false, or a list of these, which is joined by commas as
/// CloudFormation reads its lists.
pub(super) struct ParameterText(String);

/// The value of a tag: a text, a whole number, true or false.
pub(super) struct TagText(String);

/// An element of a list.
struct Element(String);

impl ParameterText {
    pub(super) fn text(&self) -> &str {
        &self.0
    }
}

impl TagText {
    pub(super) fn text(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for ParameterText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader::Parameter).map(Self)
    }
}

impl<'de> Deserialize<'de> for TagText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader::Tag).map(Self)
    }
}

impl<'de> Deserialize<'de> for Element {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader::Element).map(Self)
    }
}

/// What is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reader {
    Parameter,
    Tag,
    Element,
}

impl<'de> Visitor<'de> for Reader {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, a whole number, true or false")?;
        if *self == Self::Parameter { f.write_str(", or a list of them") } else { Ok(()) }
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<String, E> {
        if self == Self::Element && text.contains(',') {
            return Err(E::custom("an element of a list has a comma, which separates the elements in CloudFormation"));
        }
        Ok(text.to_owned())
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<String, E> {
        Ok(value.to_string())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<String, E> {
        Ok(number.to_string())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<String, E> {
        Ok(number.to_string())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<String, E> {
        Err(E::custom("a number with a fraction is written in quotes, so that it stays as it is written"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<String, A::Error> {
        if self != Self::Parameter {
            return Err(A::Error::custom("a list does not go here"));
        }
        let mut texts = Vec::new();
        while let Some(Element(text)) = elements.next_element()? {
            texts.push(text);
        }
        Ok(texts.join(","))
    }
}

/// Whether a text is a name for a plugin or an environment.
pub(super) fn is_plain_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}

/// "there is no stack `x`; did you mean `y`?", or what there is.
pub(super) fn unknown<'a>(what: &str, name: &str, known: impl Iterator<Item = &'a str>) -> String {
    let known: Vec<&str> = known.collect();
    match nearest(name, known.iter().copied()) {
        Some(near) => format!("there is no {what} `{name}`; did you mean `{near}`?"),
        None if known.is_empty() => format!("there is no {what} `{name}`"),
        None => format!("there is no {what} `{name}`; there is {}", listed(known.into_iter())),
    }
}

/// "`a`, `b` and `c`".
pub(super) fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let mut names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    match (names.pop(), names.is_empty()) {
        (None, _) => String::new(),
        (Some(last), true) => last,
        (Some(last), false) => format!("{} and {last}", names.join(", ")),
    }
}

/// The message of the TOML reader, with a suggestion in place of a long list when a key is almost one that is known.
pub(super) fn with_suggestion(message: &str) -> String {
    // `unknown field `x`, expected one of `a`, `b``, and without "one of" for one or two.
    let suggestion = message.strip_prefix("unknown field `").and_then(|rest| {
        let (name, expected) = rest.split_once("`, expected ")?;
        let near = nearest(name, expected.split('`').skip(1).step_by(2))?;
        Some(format!("unknown field `{name}`; did you mean `{near}`?"))
    });
    suggestion.unwrap_or_else(|| message.to_owned())
}

fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    // Comparing takes the product of both lengths.
    let known = known.filter(|known| name.len().max(known.len()) <= LONGEST_ALIKE);
    let scored = known.map(|known| (strsim::normalized_damerau_levenshtein(name, known), known));
    let best = scored.filter(|(score, _)| *score >= ALIKE).max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(a.1)));
    best.map(|(_, known)| known)
}
