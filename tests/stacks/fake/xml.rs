//! The awsQuery protocol (Smithy, "AWS Query protocol"): forms come in, XML goes out.

use std::collections::BTreeMap;

use serde_json::Value;

/// A form, `A=b&C.member.1=d%20e`, decoded.
pub(crate) fn form(text: &str) -> BTreeMap<String, String> {
    let pair = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decoded(name), decoded(value))
    };
    text.split('&').filter(|pair| !pair.is_empty()).map(pair).collect()
}

fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let (mut out, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while at < bytes.len() {
        match bytes[at] {
            b'+' => out.push(b' '),
            b'%' => {
                out.push(u8::from_str_radix(&text[at + 1..at + 3], 16).unwrap());
                at += 2;
            }
            other => out.push(other),
        }
        at += 1;
    }
    String::from_utf8(out).unwrap()
}

/// The answer to an action: the members of the result as elements, lists as `<member>`s.
pub(crate) fn answer(action: &str, result: &Value) -> String {
    let mut xml = format!("<{action}Response xmlns=\"http://cloudformation.amazonaws.com/doc/2010-05-15/\">");
    element(&mut xml, &format!("{action}Result"), result);
    xml.push_str("<ResponseMetadata><RequestId>b9b4b068-3a41-11e5-94eb-example</RequestId></ResponseMetadata>");
    xml.push_str(&format!("</{action}Response>"));
    xml
}

/// An error, as CloudFormation sends it.
pub(crate) fn error(code: &str, message: &str) -> String {
    let mut xml = String::from(
        "<ErrorResponse xmlns=\"http://cloudformation.amazonaws.com/doc/2010-05-15/\"><Error><Type>Sender</Type>",
    );
    element(&mut xml, "Code", &code.into());
    element(&mut xml, "Message", &message.into());
    xml.push_str("</Error><RequestId>b9b4b068-3a41-11e5-94eb-example</RequestId></ErrorResponse>");
    xml
}

fn element(xml: &mut String, name: &str, value: &Value) {
    if value.is_null() {
        return;
    }
    xml.push_str(&format!("<{name}>"));
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| element(xml, name, value)),
        Value::Array(items) => items.iter().for_each(|item| element(xml, "member", item)),
        Value::String(text) => escape(xml, text),
        other => xml.push_str(&other.to_string()),
    }
    xml.push_str(&format!("</{name}>"));
}

fn escape(xml: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => xml.push_str("&amp;"),
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            '\r' => xml.push_str("&#13;"),
            c => xml.push(c),
        }
    }
}

#[test]
fn forms_and_answers() {
    let form = form("Action=Describe&Tags.member.1.Value=a%26b+c%C3%A9&Empty=");
    assert_eq!(form["Tags.member.1.Value"], "a&b cé");
    assert_eq!(form["Empty"], "");
    let xml = answer("Do", &serde_json::json!({ "A": ["<x>", { "B": true }], "None": null, "N": 3 }));
    assert!(xml.contains("<DoResult><A><member>&lt;x&gt;</member><member><B>true</B></member></A><N>3</N></DoResult>"));
    assert!(error("X", "a & b").contains("<Code>X</Code><Message>a &amp; b</Message>"));
}
