//! What the forms have in common.

use crate::stack::template::document::{Document, Kind, NodeRef, ReadError};
use crate::stack::template::place::{Place, excerpt};

/// Read a file and hand its outermost node on.
pub(super) fn with_root<T>(
    name: &str,
    text: &str,
    read: impl FnOnce(NodeRef<'_>) -> Result<T, ReadError>,
) -> Result<T, super::InputError> {
    let beginning = Place { line: 1, column: 1, ..Place::default() };
    let result = Document::read(text).and_then(|document| match document.root() {
        Some(root) if !matches!(root.kind(), Kind::Null) => read(root),
        _ => Err(ReadError::new(beginning, "the file is empty").hint("Write `{}` where there is nothing to give.")),
    });
    result.map_err(|error| super::InputError::new(name, error))
}

/// A value as a text: numbers and booleans as they are written, the elements of a list joined by commas.
pub(super) fn value(what: &str, name: &str, at: Place, node: NodeRef<'_>) -> Result<String, ReadError> {
    if !matches!(node.kind(), Kind::Sequence) || node.local_tag().is_some() {
        return scalar(what, name, at, node);
    }
    let elements = node.elements().map(|(at, element)| match element.kind() {
        Kind::Sequence => Err(ReadError::new(at, format!("the {what} `{}` has a list within a list", excerpt(name)))),
        _ => scalar(what, name, at, element),
    });
    Ok(elements.collect::<Result<Vec<String>, _>>()?.join(","))
}

/// A value that is one text, number or boolean.
pub(super) fn scalar(what: &str, name: &str, at: Place, node: NodeRef<'_>) -> Result<String, ReadError> {
    let name = excerpt(name);
    let wrong = |problem: &str| Err(ReadError::new(at, format!("the {what} `{name}` {problem}")));
    if let Some(tag) = node.local_tag() {
        return wrong(&format!("has the tag `!{}`, which only templates have", excerpt(tag)));
    }
    match node.kind() {
        Kind::Text(text) => Ok(text.to_owned()),
        Kind::Null => wrong("is null").map_err(|error| error.hint("Write `\"\"` for the empty text.")),
        Kind::Mapping => wrong("is a map, and must be a text, a number or a boolean"),
        Kind::Sequence => wrong("is a list, and must be a text, a number or a boolean"),
    }
}

/// A name that is not empty.
pub(super) fn named<'d>(what: &str, at: Place, name: &'d str) -> Result<&'d str, ReadError> {
    if name.is_empty() { Err(ReadError::new(at, format!("a {what} has no name"))) } else { Ok(name) }
}

/// The members of an entry with fixed keys, of which each is one of `known`.
pub(super) fn only(what: &str, node: NodeRef<'_>, known: &[&str]) -> Result<(), ReadError> {
    match node.members().find(|(key, ..)| !known.contains(key)) {
        None => Ok(()),
        Some((key, at, _)) => {
            let hint = did_you_mean(key, known.iter().copied()).unwrap_or_else(|| {
                let known: Vec<String> = known.iter().map(|known| format!("`{known}`")).collect();
                format!("There is {}.", known.join(", "))
            });
            let error = ReadError::new(at, format!("`{}` is no member of {what}", excerpt(key)));
            Err(error.hint(hint))
        }
    }
}

/// The text of a member that must be there and not be empty.
pub(super) fn required(what: &str, node: NodeRef<'_>, key: &str) -> Result<String, ReadError> {
    let Some((at, member)) = node.member(key) else {
        return Err(ReadError::new(node.place(), format!("{what} has no `{key}`")));
    };
    let text = scalar("member", key, at, member)?;
    if text.is_empty() { Err(ReadError::new(at, format!("`{key}` is empty"))) } else { Ok(text) }
}

/// A hint that names the nearest of the known names.
pub(super) fn did_you_mean<'k>(name: &str, known: impl Iterator<Item = &'k str>) -> Option<String> {
    /// Comparing takes the product of the lengths.
    const LONGEST: usize = 255;
    const LEAST: f64 = 0.6;
    if name.len() > LONGEST {
        return None;
    }
    let lower = name.to_lowercase();
    let score = |known: &'k str| (strsim::normalized_damerau_levenshtein(&known.to_lowercase(), &lower), known);
    let (_, nearest) = known
        .filter(|known| known.len() <= LONGEST)
        .map(score)
        .filter(|(score, _)| *score >= LEAST)
        .max_by(|(a, left), (b, right)| a.total_cmp(b).then_with(|| right.cmp(left)))?;
    Some(format!("Did you mean `{}`?", excerpt(nearest)))
}
