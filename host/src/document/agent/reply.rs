//! The reply of the agent to the service (`contracts.DocumentResultAggregator`, `runcommand.FormatPayload`).

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::exit::StepResult;
use super::status::Status;
use super::{go, output};

/// What an agent says about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AgentInfo {
    /// `en-US`.
    pub language: String,
    /// `amazon-ssm-agent`.
    pub name: String,
    /// `linux`.
    pub system: String,
    /// The version of the system.
    pub system_version: String,
    /// The version of the agent.
    pub version: String,
}

/// A step with its result.
#[derive(Clone, Copy, Debug)]
pub struct StepReport<'a> {
    /// The name of the step; in schema 1.x of its action. The last of several with the same name counts.
    pub id: &'a str,
    /// The name of its action.
    pub action: &'a str,
    /// What came of it.
    pub result: &'a StepResult,
    /// When it began.
    pub started: Timestamp,
    /// When it was done.
    pub finished: Timestamp,
    /// Where in S3 the whole outputs are, if they are there.
    pub copy: Option<CopyReport<'a>>,
}

/// A place in S3 that the whole outputs of a step are in.
#[derive(Clone, Copy, Debug)]
pub struct CopyReport<'a> {
    /// Its name.
    pub bucket: &'a str,
    /// Up to and with the name of the action.
    pub key_prefix: &'a str,
    /// The name of the step; in schema 1.x the `id` of its last set of properties.
    pub step_name: &'a str,
}

/// A time as the agent writes it, UTC with milliseconds: `2015-07-09T23:23:39.019Z`.
#[must_use]
pub fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// The reply about a document, with its fields in the agent's order. Print it with [`go::marshal_in_order`] to have the
/// agent's bytes.
#[must_use]
pub fn reply(agent: &AgentInfo, at: Timestamp, run_id: &str, steps: &[StepReport<'_>]) -> Value {
    let steps: BTreeMap<&str, &StepReport<'_>> = steps.iter().map(|step| (step.id, step)).collect();
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for step in steps.values() {
        *counts.entry(step.result.status.name()).or_default() += 1;
    }
    let counts: Map<String, Value> = counts.into_iter().map(|(name, count)| (name.to_owned(), count.into())).collect();
    let document = Status::roll_up(steps.values().map(|step| step.result.status));
    let runtime: Map<String, Value> = steps.iter().map(|(id, step)| ((*id).to_owned(), one(step))).collect();
    json!({
        "additionalInfo": {
            "agent": {
                "lang": agent.language,
                "name": agent.name,
                "os": agent.system,
                "osver": agent.system_version,
                "ver": agent.version,
            },
            "dateTime": time(at),
            "runId": run_id,
            "runtimeStatusCounts": counts,
        },
        "documentStatus": document.name(),
        "documentTraceOutput": "",
        "runtimeStatus": runtime,
    })
}

fn one(step: &StepReport<'_>) -> Value {
    let result = step.result;
    let (bucket, prefix, name) = match step.copy {
        // As it stands in the keys.
        Some(copy) if !copy.bucket.is_empty() => (copy.bucket, copy.key_prefix, copy.step_name.replace(':', "")),
        _ => ("", "", String::new()),
    };
    json!({
        "status": result.status.name(),
        "code": result.reported_code(),
        "name": step.action,
        "output": result.error.clone().filter(|error| !error.is_empty()).unwrap_or_else(|| go::lossy(&result.output)),
        "startDateTime": time(step.started),
        "endDateTime": time(step.finished),
        "outputS3BucketName": bucket,
        "outputS3KeyPrefix": prefix,
        "stepName": name,
        "standardOutput": go::lossy(&output::prefix(&result.stdout)),
        "standardError": go::lossy(&output::prefix(&result.stderr)),
    })
}

#[cfg(test)]
mod tests {
    use super::super::actions::Platform;
    use super::super::exit::{Ending, Interrupt, Modifiers, Part};
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn part(code: i32, out: &str, err: &str) -> StepResult {
        let (out, err) = (out.as_bytes().to_vec(), err.as_bytes().to_vec());
        Part::ended(Ending::Exited(code), out, err, Platform::Linux, Interrupt::None).finish(&Modifiers::default())
    }

    #[test]
    fn times_have_milliseconds() {
        assert_eq!(time(at("2015-07-09T23:23:39.019999Z")), "2015-07-09T23:23:39.019Z");
        assert_eq!(time(at("2015-07-09T23:23:39+02:00")), "2015-07-09T21:23:39.000Z");
    }

    #[test]
    fn the_whole_reply() {
        let agent = AgentInfo {
            language: "en-US".into(),
            name: "amazon-ssm-agent".into(),
            system: "linux".into(),
            system_version: "1".into(),
            version: "3.3".into(),
        };
        let (good, refused, skipped) = (part(0, "<o>", ""), StepResult::refused("no"), StepResult::skipped("left out"));
        let report = |id, action, result| StepReport {
            id,
            action,
            result,
            started: at("2024-01-02T03:04:05.006Z"),
            finished: at("2024-01-02T03:04:06.007Z"),
            copy: None,
        };
        let steps = [
            report("z", "aws:runShellScript", &good),
            report("a", "my:x", &refused),
            report("b", "aws:psModule", &skipped),
        ];
        let value = reply(&agent, at("2024-01-02T03:04:07.008Z"), "run", &steps);
        let row = |status: &str, code: i32, name: &str, output: &str, out: &str| {
            format!(
                r#"{{"status":"{status}","code":{code},"name":"{name}","output":"{output}","startDateTime":"2024-01-02T03:04:05.006Z","endDateTime":"2024-01-02T03:04:06.007Z","outputS3BucketName":"","outputS3KeyPrefix":"","stepName":"","standardOutput":"{out}","standardError":""}}"#
            )
        };
        let expected = [
            r#"{"additionalInfo":{"agent":{"lang":"en-US","name":"amazon-ssm-agent","os":"linux","osver":"1","ver":"3.3"},"dateTime":"2024-01-02T03:04:07.008Z","runId":"run","runtimeStatusCounts":{"Failed":1,"Skipped":1,"Success":1}},"documentStatus":"Failed","documentTraceOutput":"","runtimeStatus":{"a":"#,
            &row("Failed", 1, "my:x", "no", ""),
            r#","b":"#,
            &row("Skipped", 0, "aws:psModule", "left out", ""),
            r#","z":"#,
            &row("Success", 0, "aws:runShellScript", "\\u003co\\u003e", "\\u003co\\u003e"),
            "}}",
        ];
        assert_eq!(go::marshal_in_order(&value), expected.concat());
    }

    #[test]
    fn the_last_step_of_a_name_counts() {
        let (bad, good) = (part(3, "", ""), part(0, "", ""));
        let now = at("2024-01-02T03:04:05Z");
        let report = |result| StepReport { id: "a", action: "x", result, started: now, finished: now, copy: None };
        let value = reply(&AgentInfo::default(), now, "", &[report(&bad), report(&good)]);
        assert_eq!(value.pointer("/documentStatus"), Some(&json!("Success")));
        assert_eq!(value.pointer("/additionalInfo/runtimeStatusCounts"), Some(&json!({"Success": 1})));
    }

    #[test]
    fn outputs_are_cut_and_copies_are_named() {
        let long = part(0, &"x".repeat(30_000), &"é".repeat(20_000));
        let now = at("2024-01-02T03:04:05Z");
        let copy = Some(CopyReport { bucket: "bucket", key_prefix: "prefix/awsx", step_name: "a:b" });
        let step = StepReport { id: "a:b", action: "aws:x", result: &long, started: now, finished: now, copy };
        let value = reply(&AgentInfo::default(), now, "", &[step]);
        let text = |name: &str| value["runtimeStatus"]["a:b"][name].as_str().unwrap().to_owned();
        assert_eq!(text("standardOutput").len(), 24_000);
        assert!(text("standardError").ends_with("é--output truncated--"));
        assert!(text("output").contains("\n---Output truncated---\n----------ERROR-------\n"));
        // 1215 bytes of characters of two bytes.
        assert!(text("output").ends_with("é\u{fffd}\n---Error truncated----"));
        let names = [text("outputS3BucketName"), text("outputS3KeyPrefix"), text("stepName")];
        assert_eq!(names, ["bucket", "prefix/awsx", "ab"]);
    }
}
