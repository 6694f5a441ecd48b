//! What comes out says what the template says, with the values in it, and all other bytes are those of the template.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use granit_parser::{Event, Options, Parser};
use proptest::collection::vec;
use proptest::prelude::*;
use support::{Case, Choices, expected, render_case, value, yaml};

/// An event: everything but styles, and the value of a scalar.
type Parsed = (String, Option<String>);

fn events(text: &str) -> Result<Vec<Parsed>, String> {
    let mut options = Options::default();
    options.block_scalar_eof_without_line_feed = true;
    options.max_buffered_comment_events = usize::MAX;
    let mut events = Vec::new();
    let mut comments = Vec::new();
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, _) = event.map_err(|error| error.to_string())?;
        match event {
            Event::Scalar(value, _, anchor, tag) => {
                events.push((format!("{anchor} {tag:?}"), Some(value.into_owned())));
            }
            Event::Comment(text, _) => comments.push(text.into_owned()),
            other => events.push((format!("{other:?}"), None)),
        }
    }
    events.push((format!("{comments:?}"), None));
    Ok(events)
}

fn check(case: &Case) -> Result<(), TestCaseError> {
    let Case { template, values, regions } = case;
    let before = events(template).map_err(|error| TestCaseError::fail(format!("{error}\n{template}")))?;
    let rendered = match render_case(template, values) {
        Ok(rendered) => rendered,
        Err(findings) if findings.iter().any(|f| f.failure.message.contains("1024")) => return Ok(()),
        Err(findings) if findings.iter().all(|f| f.failure.message.contains("form a new")) => return Ok(()),
        Err(findings) => return Err(TestCaseError::fail(format!("{findings:#?}\n{template:?}\n{values:?}"))),
    };
    let output = rendered.template;
    let after = events(&output).map_err(|error| TestCaseError::fail(format!("{error}\n{template:?}\n{output:?}")))?;
    prop_assert_eq!(before.len(), after.len(), "{}\n{}", template, &output);
    for ((old, old_scalar), (new, new_scalar)) in before.iter().zip(&after) {
        prop_assert_eq!(old, new);
        let (Some(old), Some(new)) = (old_scalar, new_scalar) else { continue };
        prop_assert_eq!(&expected(old, values), new, "{}\n{}", template, &output);
    }
    let mut done = 0;
    let mut rest = output.as_str();
    for (number, region) in regions.iter().enumerate() {
        let gap = &template[done..region.start];
        let at = if number == 0 { rest.starts_with(gap).then_some(0) } else { rest.find(gap) };
        let at = at.ok_or_else(|| TestCaseError::fail(format!("lost {gap:?}\n{template}\n{output}")))?;
        rest = &rest[at + gap.len()..];
        done = region.end;
    }
    prop_assert!(rest.ends_with(&template[done..]), "{:?}\n{:?}", template, &output);
    Ok(())
}

/// A JSON text, and what its references stand for.
fn json(choices: &[u16]) -> (String, Vec<String>) {
    fn string(c: &mut Choices<'_>, values: &mut Vec<String>, out: &mut String, unique: &str) {
        out.push('"');
        out.push_str(unique);
        for _ in 0..c.below(4) {
            if c.chance(2) {
                let text = c.of(&["<<resolve:t:n", "\\u003c\\u003Cresolve:\\u0074:n", "<<resol\\u0076e:t:n"]);
                out.push_str(&format!("{text}{}>>", values.len()));
                values.push(value(c));
            } else {
                out.push_str(c.of(&[
                    "a",
                    "\\\"",
                    "\\\\",
                    "\\/",
                    "\\ud83d\\ude00",
                    "é",
                    " ",
                    "\\n",
                    "{{",
                    "'",
                    "\\u0000",
                    ">>",
                ]));
            }
        }
        out.push('"');
    }
    fn node(c: &mut Choices<'_>, values: &mut Vec<String>, out: &mut String, depth: usize) {
        match c.below(if depth < 4 { 6 } else { 3 }) {
            0 | 1 => string(c, values, out, ""),
            2 => out.push_str(c.of(&["1", "null", "-1.5e3", "true"])),
            3 => {
                out.push('[');
                for entry in 0..c.below(4) {
                    out.push_str(if entry > 0 { ",\n " } else { "" });
                    node(c, values, out, depth + 1);
                }
                out.push(']');
            }
            _ => object(c, values, out, depth),
        }
    }
    fn object(c: &mut Choices<'_>, values: &mut Vec<String>, out: &mut String, depth: usize) {
        out.push_str("{ ");
        for entry in 0..c.below(4) {
            out.push_str(if entry > 0 { " ,\r\n\t" } else { "" });
            string(c, values, out, &format!("k{entry}-"));
            out.push_str(" : ");
            node(c, values, out, depth + 1);
        }
        out.push_str(" }");
    }
    let (mut values, mut out) = (Vec::new(), String::new());
    object(&mut Choices::new(choices), &mut values, &mut out, 0);
    (out, values)
}

fn replace(value: &serde_json::Value, values: &[String]) -> serde_json::Value {
    use serde_json::Value as V;
    match value {
        V::String(text) => V::String(expected(text, values)),
        V::Array(all) => V::Array(all.iter().map(|value| replace(value, values)).collect()),
        V::Object(all) => {
            V::Object(all.iter().map(|(key, value)| (expected(key, values), replace(value, values))).collect())
        }
        other => other.clone(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn yaml_says_what_it_should(choices in vec(any::<u16>(), 0..150)) {
        check(&yaml(&choices))?;
    }

    #[test]
    fn json_says_what_it_should(choices in vec(any::<u16>(), 0..100)) {
        let (template, values) = json(&choices);
        let before: serde_json::Value = serde_json::from_str(&template).unwrap();
        match render_case(&template, &values) {
            Ok(rendered) => {
                let after: serde_json::Value = serde_json::from_str(&rendered.template).unwrap();
                prop_assert_eq!(replace(&before, &values), after);
            }
            Err(findings) => {
                let allowed = ["form a new", "duplicate key"];
                let fine = findings.iter().all(|f| allowed.iter().any(|allowed| f.failure.message.contains(allowed)));
                prop_assert!(fine, "{:?}\n{}", findings, template);
            }
        }
    }

    #[test]
    fn any_text_is_fine_or_refused(text in "\\PC*", value in ".*") {
        let _ = render_case(&text.replace('é', "<<resolve:t:n0>>"), &[value]);
    }

    #[test]
    fn any_row_of_signs_is_fine_or_refused(
        signs in vec(proptest::sample::select(vec![
            "<<resolve:t:n0>>", "<<resolve:", "<<!resolve:", ">>", "<", "{{resolve:ssm:", "}}", "${", "}", "a", ": ", "\n", "\r", "\r\n",
            " ", "  ", "\t", "- ", "? ", "|", ">", "-", "+", "2", "'", "\"", "\\", "[", "]", "{", ",", "#", "&a ", "*a", "!x ", "---\n",
            "...\n", "%YAML 1.1\n", "\0", "\u{feff}", "\u{85}", "\u{2028}", "é", "Resources", "Fn::Sub", "\"a\":", "\\u003c", "\\ud83d",
        ]), 0..40),
        value in "\\PC*",
    ) {
        let text = signs.concat();
        if let Err(findings) = render_case(&text, &[value]) {
            prop_assert!(!findings.iter().any(|f| f.failure.message.starts_with("internal")), "{:?}\n{:?}", findings, text);
        }
    }
}

/// `PROPTEST_CASES` for more.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(2000)
}
