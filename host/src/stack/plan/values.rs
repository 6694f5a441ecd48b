//! What of a value may be shown.

use serde_json::Value;

use super::intrinsics::compact;
use super::model::Shown;

/// What CloudFormation puts in place of a value that it knows when the change is made.
pub(super) const KNOWN_AFTER_APPLY: &str = "{{changeSet:KNOWN_AFTER_APPLY}}";

/// What CloudFormation puts in place of the value of a `NoEcho` parameter.
pub(super) const MASK: &str = "****";

/// A text that CloudFormation gives, as far as it may be shown. A masked value, alone or as a part, is hidden: two of
/// them look alike and need not be.
pub(super) fn shown(text: &str) -> Shown {
    if text.contains(KNOWN_AFTER_APPLY) {
        Shown::KnownAfterApply
    } else if is_masked(text) || has_secret_reference(text) {
        Shown::Hidden
    } else {
        Shown::Text(text.to_owned())
    }
}

/// The same for JSON: scalars are shown as they are, everything else as JSON text with intrinsic functions in the short
/// form.
pub(super) fn shown_json(value: &Value) -> Shown {
    match compact(value) {
        Value::Null => Shown::Absent,
        Value::String(text) => shown(&text),
        other => shown(&other.to_string()),
    }
}

/// Whether a dynamic reference to a secret stands in a text. CloudFormation does not resolve it here, but what it stands
/// for is secret, and equal references need not give equal values.
pub(super) fn has_secret_reference(text: &str) -> bool {
    ["{{resolve:ssm-secure:", "{{resolve:secretsmanager:"].iter().any(|start| text.contains(start))
}

/// Four asterisks, and not more: a line of them in a script is no mask.
fn is_masked(text: &str) -> bool {
    text.split(|c| c != '*').any(|run| run == MASK)
}

/// User data is base64 (EC2 User Guide, "Run commands when you launch an EC2 instance"); none when it is no script.
pub(super) fn script(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    let bytes = aws_smithy_types::base64::decode(digits).ok()?;
    String::from_utf8(bytes).ok().filter(|text| !text.contains('\0') && text.contains('\n'))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_may_be_shown() {
        let text = |text: &str| Shown::Text(text.to_owned());
        for (value, expected) in [
            (json!("a"), text("a")),
            (json!(""), text("")),
            (json!(22), text("22")),
            (json!(true), text("true")),
            (json!(null), Shown::Absent),
            (json!({"a": [1, {"Ref": "X"}]}), text(r#"{"a":[1,"!Ref X"]}"#)),
            (json!("****"), Shown::Hidden),
            (json!({"Password": "****"}), Shown::Hidden),
            (json!("# ********"), text("# ********")),
            (json!("* * * * *"), text("* * * * *")),
            (json!("{{resolve:ssm-secure:/db:1}}"), Shown::Hidden),
            (json!("x{{resolve:secretsmanager:db:SecretString:password}}"), Shown::Hidden),
            (json!("{{resolve:ssm:/ami:3}}"), text("{{resolve:ssm:/ami:3}}")),
            (json!("arn:{{changeSet:KNOWN_AFTER_APPLY}}"), Shown::KnownAfterApply),
        ] {
            assert_eq!(shown_json(&value), expected, "{value}");
        }
    }
}
