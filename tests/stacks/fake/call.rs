//! What the fake was asked, and what it answers.

use std::collections::BTreeMap;
use std::time::Instant;

use serde_json::Value;

/// One call, as it came in.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// `DescribeStacks`, `AmazonSSM.GetParameters`, `PUT /bucket/key`.
    pub(crate) action: String,
    /// The members of the form; empty for a call that is none.
    pub(crate) form: BTreeMap<String, String>,
    /// The body as it came.
    pub(crate) body: String,
    /// When.
    pub(crate) at: Instant,
}

impl Call {
    /// A member of the form, or "".
    pub(crate) fn get(&self, name: &str) -> &str {
        self.form.get(name).map_or("", String::as_str)
    }

    /// A list of texts: `Capabilities.member.1`, …
    pub(crate) fn texts(&self, name: &str) -> Vec<String> {
        (1..).map_while(|n| self.form.get(&format!("{name}.member.{n}")).cloned()).collect()
    }

    /// A list of records: `Parameters.member.1.ParameterKey`, …
    pub(crate) fn records(&self, name: &str) -> Vec<BTreeMap<String, String>> {
        let record = |n: usize| {
            let start = format!("{name}.member.{n}.");
            let members = self
                .form
                .iter()
                .filter_map(|(key, value)| key.strip_prefix(&start).map(|member| (member.to_owned(), value.clone())));
            Some(members.collect::<BTreeMap<_, _>>()).filter(|record| !record.is_empty())
        };
        (1..).map_while(record).collect()
    }

    /// A list of records as a map: `Parameters` from `ParameterKey` to `ParameterValue`.
    pub(crate) fn map(&self, name: &str, key: &str, value: &str) -> BTreeMap<String, String> {
        let pair = |record: BTreeMap<String, String>| {
            (record.get(key).cloned().unwrap_or_default(), record.get(value).cloned().unwrap_or_default())
        };
        self.records(name).into_iter().map(pair).collect()
    }

    pub(crate) fn is(&self, name: &str) -> bool {
        self.get(name) == "true"
    }
}

/// How a call goes wrong.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// The service says no: status, code, message.
    Error(u16, &'static str, String),
    /// The connection ends without an answer.
    Hangup,
    /// The connection ends in the middle of the answer.
    CutOff,
}

impl Fault {
    /// What CloudFormation answers to nearly everything that it refuses.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::Error(400, "ValidationError", message.into())
    }

    pub(crate) fn throttled() -> Self {
        Self::Error(400, "Throttling", "Rate exceeded".into())
    }

    pub(crate) fn expired() -> Self {
        Self::Error(403, "ExpiredToken", "The security token included in the request is expired".into())
    }

    pub(crate) fn denied(action: &str) -> Self {
        let message = format!("User: arn:aws:iam::123456789012:user/ann is not authorized to perform: {action}");
        Self::Error(403, "AccessDenied", message)
    }
}

/// The members of an action's result, or why there is none.
pub(crate) type Answer = Result<Value, Fault>;

/// One page of a list: the items and the token of the next page, if there is one.
pub(crate) fn page(call: &Call, items: &[Value], size: usize) -> (Vec<Value>, Value) {
    let start: usize = call.get("NextToken").strip_prefix("page-at-").map_or(0, |at| at.parse().unwrap());
    let end = items.len().min(start + size);
    let next = if end < items.len() { Value::from(format!("page-at-{end}")) } else { Value::Null };
    (items[start..end].to_vec(), next)
}
