//! From references to values.

use std::collections::BTreeMap;

use formwork_plugin::{Failure, FailureKind, Resolution};
use toml::{Table, Value};

use crate::key::Key;

/// Resolve all references of a run, one result for each, in order. Each file is read once.
pub fn resolve(
    bodies: &[&str],
    read: &mut dyn FnMut(&str) -> Result<Vec<u8>, Failure>,
) -> Vec<Result<Resolution, Failure>> {
    let mut files: BTreeMap<&str, Result<Table, Failure>> = BTreeMap::new();
    bodies
        .iter()
        .map(|body| {
            let key = Key::parse(body)?;
            let table =
                files.entry(key.file).or_insert_with(|| read(key.file).and_then(|bytes| parse(key.file, &bytes)));
            let table = table.as_ref().map_err(Clone::clone)?;
            find(table, &key).map(Resolution::text)
        })
        .collect()
}

fn parse(file: &str, bytes: &[u8]) -> Result<Table, Failure> {
    let wrong = |why: String| Failure::new(FailureKind::InvalidInput, format!("`{file}` is not TOML: {why}"));
    let text = std::str::from_utf8(bytes).map_err(|error| wrong(error.to_string()))?;
    text.parse().map_err(|error: toml::de::Error| {
        // The parser's own text draws the line with an arrow; a message is one line.
        let line = error.span().and_then(|span| text.get(..span.start)).map(|before| before.matches('\n').count() + 1);
        wrong(match line {
            Some(line) => format!("line {line}: {}", error.message()),
            None => error.message().to_owned(),
        })
    })
}

fn find(table: &Table, key: &Key<'_>) -> Result<String, Failure> {
    let mut table = table;
    let mut passed: Vec<&str> = Vec::new();
    let mut names = key.names.iter().peekable();
    while let Some(&name) = names.next() {
        let value = table.get(name).ok_or_else(|| missing(table, &passed, name, key))?;
        passed.push(name);
        match value {
            Value::Table(inner) if names.peek().is_some() => table = inner,
            _ if names.peek().is_none() => return text(value, &passed, key.file),
            _ => {
                return Err(Failure::new(
                    FailureKind::NotFound,
                    format!(
                        "`{}` in `{}` is {}, which has no `{}`",
                        passed.join("."),
                        key.file,
                        kind(value),
                        name_of(names.peek())
                    ),
                ));
            }
        }
    }
    Err(Failure::new(FailureKind::InvalidInput, "the key is empty"))
}

/// A value as it stands in a template.
fn text(value: &Value, names: &[&str], file: &str) -> Result<String, Failure> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Integer(number) => Ok(number.to_string()),
        Value::Boolean(truth) => Ok(truth.to_string()),
        // As TOML writes it: `1.0`, not `1`.
        Value::Float(number) => Ok(format!("{number:?}")),
        Value::Datetime(time) => Ok(time.to_string()),
        Value::Array(_) | Value::Table(_) => {
            let failure = Failure::new(
                FailureKind::InvalidInput,
                format!("`{}` in `{file}` is {}, and a reference stands for one text", names.join("."), kind(value)),
            );
            Err(match value {
                Value::Table(table) if !table.is_empty() => {
                    let inner: Vec<String> =
                        table.keys().take(5).map(|name| format!("`{}.{name}`", names.join("."))).collect();
                    failure.with_hint(format!("Name what is in it: {}.", inner.join(", ")))
                }
                _ => failure,
            })
        }
    }
}

fn missing(table: &Table, passed: &[&str], name: &str, key: &Key<'_>) -> Failure {
    let whole = |name: &str| [passed, &[name]].concat().join(".");
    let failure = Failure::new(FailureKind::NotFound, format!("there is no `{}` in `{}`", whole(name), key.file));
    let mut close: Vec<(f64, &String)> = table
        .keys()
        .map(|there| (strsim::normalized_damerau_levenshtein(name, there), there))
        .filter(|(score, _)| *score > 0.5)
        .collect();
    close.sort_by(|a, b| b.0.total_cmp(&a.0));
    if close.is_empty() {
        return failure;
    }
    let close: Vec<String> = close.into_iter().take(3).map(|(_, there)| format!("`{}`", whole(there))).collect();
    failure.with_hint(format!("There is {}.", close.join(", ")))
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "a string",
        Value::Integer(_) => "an integer",
        Value::Float(_) => "a float",
        Value::Boolean(_) => "a boolean",
        Value::Datetime(_) => "a date or time",
        Value::Array(_) => "an array",
        Value::Table(_) => "a table",
    }
}

fn name_of(name: Option<&&&str>) -> String {
    name.map(|name| (**name).to_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use formwork_plugin::Value as Answer;

    const APP: &str = r#"
        released = 2026-11-24T08:30:00Z
        [web]
        replicas = 3
        ratio = 1.0
        debug = false
        ports = [80, 443]
        [web.image]
        tag = "1.4.2"
        digest = "sha256:0"
    "#;

    fn one(body: &str) -> Result<String, Failure> {
        let mut read = |file: &str| match file {
            "app.toml" => Ok(APP.as_bytes().to_vec()),
            "bad.toml" => Ok(b"a = 1\nb = = 2".to_vec()),
            "binary.toml" => Ok(vec![0xff]),
            other => Err(Failure::new(FailureKind::NotFound, format!("no `{other}`"))),
        };
        let resolution = resolve(&[body], &mut read).remove(0)?;
        match resolution.value {
            Answer::Text(text) => Ok(text),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn scalars_become_text() {
        for (key, text) in [
            ("web.image.tag", "1.4.2"),
            ("web.replicas", "3"),
            ("web.ratio", "1.0"),
            ("web.debug", "false"),
            ("released", "2026-11-24T08:30:00Z"),
        ] {
            assert_eq!(one(&format!("app.toml:{key}")).unwrap(), text, "{key}");
        }
    }

    #[test]
    fn a_table_or_an_array_is_no_text() {
        let table = one("app.toml:web.image").unwrap_err();
        assert_eq!(table.message, "`web.image` in `app.toml` is a table, and a reference stands for one text");
        assert_eq!(table.hint.unwrap(), "Name what is in it: `web.image.digest`, `web.image.tag`.");
        assert!(one("app.toml:web.ports").unwrap_err().message.contains("is an array"));
    }

    #[test]
    fn a_missing_key_comes_with_similar_ones() {
        let failure = one("app.toml:web.image.tga").unwrap_err();
        assert_eq!(failure.message, "there is no `web.image.tga` in `app.toml`");
        assert_eq!(failure.hint.unwrap(), "There is `web.image.tag`.");
        assert!(one("app.toml:zzz").unwrap_err().hint.is_none());
        let deeper = one("app.toml:web.replicas.tag").unwrap_err();
        assert_eq!(deeper.message, "`web.replicas` in `app.toml` is an integer, which has no `tag`");
    }

    #[test]
    fn a_file_that_is_no_toml_says_where() {
        assert!(one("bad.toml:a").unwrap_err().message.starts_with("`bad.toml` is not TOML: line 2: "));
        assert!(one("binary.toml:a").unwrap_err().message.contains("utf-8"));
        assert!(matches!(one("none.toml:a").unwrap_err().kind, FailureKind::NotFound));
    }

    #[test]
    fn reads_each_file_once_and_keeps_the_order() {
        let mut reads = 0;
        let mut read = |_: &str| {
            reads += 1;
            Ok(b"a = 1\nb = 2".to_vec())
        };
        let answers = resolve(&["x.toml:b", "x.toml:c", "x.toml:a"], &mut read);
        let texts: Vec<Option<String>> =
            answers.into_iter().map(|answer| answer.ok().map(|resolution| format!("{:?}", resolution.value))).collect();
        assert_eq!(texts, [Some("Value::Text(\"2\")".into()), None, Some("Value::Text(\"1\")".into())]);
        assert_eq!(reads, 1);
    }
}
