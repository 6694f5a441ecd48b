//! Where the files and copies of a step are (`fileutil.BuildPath`, `iohandler`).

/// A name as an element of a path: without colons. `None` if it would lead elsewhere: with a separator, a NUL, `.` or
/// `..`. (The agent puts such names into its paths; the service does not take them for steps.) An empty name adds no
/// element.
#[must_use]
pub fn element(name: &str) -> Option<String> {
    let name = name.replace(':', "");
    let elsewhere = name.contains(['/', '\\', '\0']) || matches!(name.as_str(), "." | "..");
    (!elsewhere).then_some(name)
}

/// The key in S3 below the prefix of the output: `COMMAND/INSTANCE/ACTION/STEP/stdout`, colons taken out, empty parts
/// left out. An empty output is not uploaded.
#[must_use]
pub fn s3_key(prefix: &str, command: &str, instance: &str, action: &str, step: &str, file: &str) -> String {
    let parts = [command, instance, &action.replace(':', ""), &step.replace(':', ""), file].map(str::to_owned);
    let prefix = prefix.trim_end_matches('/').to_owned();
    let parts: Vec<String> = std::iter::once(prefix).chain(parts).filter(|part| !part.is_empty()).collect();
    parts.join("/")
}

/// The log group of CloudWatch Logs, unless one is named.
#[must_use]
pub fn log_group(document: &str) -> String {
    format!("/aws/ssm/{document}")
}

/// The log stream of one output: `COMMAND/INSTANCE/STEP/stdout`, with `-` for `:` and `*`.
#[must_use]
pub fn log_stream(command: &str, instance: &str, step: &str, file: &str) -> String {
    format!("{command}/{instance}/{step}").replace([':', '*'], "-") + "/" + file
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colons_do_not_reach_the_disk() {
        assert_eq!(element("aws:runShellScript").as_deref(), Some("awsrunShellScript"));
        assert_eq!(element("").as_deref(), Some(""));
        for name in ["..", ".", ":..", "a/b", "a\\b", "../x", "\0"] {
            assert_eq!(element(name), None, "{name:?}");
        }
        assert_eq!(element("..a").as_deref(), Some("..a"));
    }

    #[test]
    fn copies_have_their_place() {
        let key = s3_key("logs/", "c-1", "i-1", "aws:runShellScript", "0.aws:runScript", "stdout");
        assert_eq!(key, "logs/c-1/i-1/awsrunShellScript/0.awsrunScript/stdout");
        assert_eq!(s3_key("", "c", "i", "aws:a", "", "stderr"), "c/i/awsa/stderr");
        assert_eq!(log_group("AWS-RunShellScript"), "/aws/ssm/AWS-RunShellScript");
        assert_eq!(log_stream("c", "i", "aws:a*", "stdout"), "c/i/aws-a-/stdout");
    }
}
