//! The strings of a JSON template.

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::flow::code_point;
use super::{DEPTH, Decoded, Role, Scalar, Scan, Style, TOO_DEEP};
use crate::finding::Problem;
use crate::place::{Node, Segment};
use crate::text::Text;

/// Why a text is not JSON.
#[derive(Debug)]
pub(crate) enum Invalid {
    /// It may well be, but it is nested too deeply to tell.
    TooDeep(Problem),
    Syntax(Problem),
}

/// Check that a text is JSON. `content` is the text without its byte-order mark.
pub(crate) fn validate(text: &str, content: &str, index: &Text<'_>) -> Result<(), Invalid> {
    let Err(error) = serde_json::from_str::<serde_json::Value>(content) else { return Ok(()) };
    let mark = if error.line() == 1 { text.len() - content.len() } else { 0 };
    let offset = index.offset(error.line(), error.column() + mark);
    let next = text.get(offset..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    let at = offset..offset + next;
    let message = error.to_string();
    if message.starts_with("recursion limit exceeded") {
        return Err(Invalid::TooDeep(Problem::error(at, TOO_DEEP)));
    }
    // The place is told apart from the message.
    let message =
        message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message).replace("EOF", "end");
    Err(Invalid::Syntax(
        Problem::error(at, format!("the template is not valid JSON: {message}"))
            .hint("A template that begins with `{` is read as JSON, and as YAML where that fails too."),
    ))
}

/// A collection that is being read.
struct Frame {
    node: Node,
    /// The number of the object; none of an array.
    object: Option<u32>,
    /// The last key, as the index of its scalar.
    key: Option<usize>,
    /// How many elements of an array there were.
    count: usize,
}

/// Take a JSON text apart. It has been validated before, therefore only strings and brackets are looked at.
pub(crate) fn scan(text: &str) -> Result<Scan<'_>, Problem> {
    let mut scan = Scan::default();
    let mut frames: Vec<Frame> = Vec::new();
    let mut objects = 0;
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let Some(found) = rest.find(['"', '{', '}', '[', ']', ',']) else { break };
        let here = at + found;
        scan.shape.push(hash(rest.get(..found).unwrap_or_default()));
        let sign = rest.as_bytes().get(found).copied().unwrap_or_default();
        scan.shape.push(sign.into());
        at = here + 1;
        match sign {
            b'"' => {
                let end =
                    string_end(text, at).ok_or_else(|| Problem::internal(here..at, "a JSON string has no end"))?;
                let span = here..end;
                at = end;
                let source = text.get(span.clone()).unwrap_or_default();
                let value = match source.contains('\\') {
                    true => decode(source, here).map(|decoded| decoded.text.into()),
                    false => source.get(1..source.len() - 1).map(Cow::Borrowed),
                };
                let value = value.ok_or_else(|| Problem::internal(span.clone(), "a JSON string cannot be read"))?;
                let number = scan.scalars.len();
                let (node, role) = match frames.last_mut() {
                    Some(Frame { node, object: Some(object), key: key @ None, .. }) => {
                        *key = Some(number);
                        (*node, Role::Key(*object))
                    }
                    frame => (child(&mut scan, frame), Role::Value),
                };
                let style = Style::Json;
                scan.scalars.push(Scalar { value, style, begin: here, span, node, role, in_flow: true });
            }
            b'{' | b'[' => {
                if frames.len() >= DEPTH {
                    return Err(Problem::error(here..at, TOO_DEEP));
                }
                let node = child(&mut scan, frames.last_mut());
                let object = (sign == b'{').then_some(objects);
                objects += u32::from(sign == b'{');
                frames.push(Frame { node, object, key: None, count: 0 });
            }
            b',' => {
                if let Some(frame) = frames.last_mut() {
                    frame.key = None;
                    frame.count += 1;
                }
            }
            _ => {
                frames.pop();
            }
        }
    }
    Ok(scan)
}

/// The place of the next value of a collection.
fn child(scan: &mut Scan<'_>, frame: Option<&mut Frame>) -> Node {
    let Some(frame) = frame else { return Node::ROOT };
    let segment = match (frame.object, frame.key) {
        (None, _) => Segment::Index(frame.count),
        (Some(_), Some(key)) => Segment::Key(key),
        (Some(_), None) => Segment::Other,
    };
    scan.tree.child(frame.node, segment, None)
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// Behind the closing quote of a string whose content begins at an offset.
fn string_end(text: &str, from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        let found = at + text.get(at..)?.find(['"', '\\'])?;
        if text.as_bytes().get(found) == Some(&b'"') {
            return Some(found + 1);
        }
        at = found + 2;
        // What is escaped may be longer than a byte in a text that is not JSON.
        while !text.is_char_boundary(at) {
            at += 1;
        }
    }
}

/// Read a string with its quotes.
pub(crate) fn decode(source: &str, offset: usize) -> Option<Decoded> {
    let mut rest = source.strip_prefix('"')?.strip_suffix('"')?;
    let end = offset + source.len() - 1;
    let mut out = Decoded::default();
    while let Some(escape) = rest.find('\\') {
        let at = end - rest.len();
        out.verbatim(rest.get(..escape)?, at);
        let at = at + escape;
        let behind = rest.get(escape + 1..)?;
        let code = behind.chars().next()?;
        let behind = behind.get(code.len_utf8()..)?;
        let (c, behind) = match code {
            '"' | '\\' | '/' => (code, behind),
            'b' => ('\u{8}', behind),
            'f' => ('\u{C}', behind),
            'n' => ('\n', behind),
            'r' => ('\r', behind),
            't' => ('\t', behind),
            'u' => code_point(behind, 4)?,
            _ => return None,
        };
        out.atom(c.encode_utf8(&mut [0; 4]), at..end - behind.len());
        rest = behind;
    }
    out.verbatim(rest, end - rest.len());
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_strings() {
        let text = r#""a\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00""#;
        let decoded = decode(text, 0).unwrap_or_default();
        assert_eq!(decoded.text, "a\"\\/\u{8}\u{C}\n\r\té😀");
        assert_eq!(Some(decoded.text), serde_json::from_str(text).ok());
        assert!(decode(r#""\ud83d""#, 0).is_none());
        assert!(decode(r#""\x""#, 0).is_none());
    }

    #[test]
    fn finds_keys_values_and_elements() {
        let scan = scan(r#"{"a": ["b", {"c": "d\n"}, 1], "e": "f"}"#).map_err(|problem| problem.failure.message);
        let scan = scan.unwrap_or_default();
        let scalars: Vec<_> = scan.scalars.iter().map(|s| (s.value.as_ref(), s.role != Role::Value)).collect();
        assert_eq!(scalars, [("a", true), ("b", false), ("c", true), ("d\n", false), ("e", true), ("f", false)]);
    }

    fn problem(text: &str) -> (u32, u32, String) {
        let index = Text::new(text);
        match validate(text, text.trim_start_matches('\u{FEFF}'), &index) {
            Err(Invalid::Syntax(problem) | Invalid::TooDeep(problem)) => {
                let place = index.place(&problem.at);
                (place.line, place.column, problem.failure.message)
            }
            Ok(()) => (0, 0, String::new()),
        }
    }

    #[test]
    fn tells_where_json_is_invalid() {
        assert_eq!(problem("{\n \"ä\": x}"), (2, 7, "the template is not valid JSON: expected value".into()));
        assert_eq!(problem("\u{FEFF}{x"), (1, 2, "the template is not valid JSON: key must be a string".into()));
        assert_eq!(problem(&"[".repeat(200_000)).2, TOO_DEEP);
        assert_eq!(problem(&format!("{{\"a\":{}", "[".repeat(200_000))).2, TOO_DEEP);
    }
}
