//! An endpoint of AWS's JSON services on this machine that answers as a script says, and remembers what it was asked.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::http::{HttpAnswer, HttpRequest, HttpServer};

/// One call, as it came in.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    /// `AmazonSSM.GetParameters`, or the `Action` of a call that says it in a form (STS).
    pub(crate) target: String,
    /// The body; null when it is not JSON.
    pub(crate) body: Value,
    /// What it is signed with, for what: `KEY/DATE/REGION/SERVICE/aws4_request`.
    pub(crate) scope: String,
    /// How many calls came before it.
    pub(crate) before: usize,
}

/// What the script lets the server do.
pub(crate) enum Answer {
    /// 200 with this body.
    Ok(Value),
    /// Status, type and body.
    Raw(u16, &'static str, String),
    /// The beginning of an answer, then the end of the connection.
    CutOff,
    /// Nothing, until the server ends.
    Silence,
}

impl Answer {
    /// An error as Systems Manager sends it (the AWS JSON 1.1 protocol of Smithy, "Operation error serialization").
    pub(crate) fn error(status: u16, code: &str, message: &str) -> Self {
        Self::Raw(status, "application/x-amz-json-1.1", json!({ "__type": code, "message": message }).to_string())
    }
}

/// The server. It ends with this value.
pub(crate) struct Endpoint {
    server: HttpServer,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Endpoint {
    pub(crate) fn start(script: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> Self {
        let requests = Arc::new(Mutex::new(Vec::new()));
        let asked = requests.clone();
        let server = HttpServer::start(move |http| {
            let request = {
                let mut requests = asked.lock().unwrap();
                let request = read(http, requests.len());
                requests.push(request.clone());
                request
            };
            match script(&request) {
                Answer::Ok(body) => HttpAnswer::Full(200, "application/x-amz-json-1.1", body.to_string()),
                Answer::Raw(status, kind, body) => HttpAnswer::Full(status, kind, body),
                Answer::CutOff => HttpAnswer::CutOff,
                Answer::Silence => HttpAnswer::Silence,
            }
        });
        Self { server, requests }
    }

    /// A server that answers every call with the same error.
    pub(crate) fn failing(status: u16, code: &'static str, message: &'static str) -> Self {
        Self::start(move |_| Answer::error(status, code, message))
    }

    pub(crate) fn url(&self) -> String {
        self.server.url()
    }

    /// All calls so far.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }

    /// The names of all calls so far.
    pub(crate) fn targets(&self) -> Vec<String> {
        self.requests().into_iter().map(|request| request.target).collect()
    }

    /// The most calls that were under way together.
    pub(crate) fn most_at_once(&self) -> usize {
        self.server.most_at_once()
    }
}

fn read(http: HttpRequest, before: usize) -> Request {
    let action = || http.body.split('&').find_map(|field| field.strip_prefix("Action=")).unwrap_or_default().to_owned();
    let target = http.target.clone().unwrap_or_else(action);
    Request { target, body: serde_json::from_str(&http.body).unwrap_or_default(), scope: http.scope, before }
}

/// Answers `GetParameters` with what `value` knows, and everything else with an error. A name may have a selector.
pub(crate) fn parameter_store(
    value: impl Fn(&str) -> Option<String> + Send + Sync + 'static,
) -> impl Fn(&Request) -> Answer + Send + Sync + 'static {
    move |request| match request.target.as_str() {
        "AmazonSSM.GetParameters" => {
            let (mut there, mut missing) = (Vec::new(), Vec::new());
            for name in request.body["Names"].as_array().unwrap().iter().filter_map(Value::as_str) {
                match value(name) {
                    Some(value) => there.push(parameter(name, &value)),
                    None => missing.push(name.to_owned()),
                }
            }
            Answer::Ok(json!({ "Parameters": there, "InvalidParameters": missing }))
        }
        "AmazonSSM.GetParametersByPath" => Answer::Ok(json!({ "Parameters": [] })),
        other => Answer::error(400, "UnknownOperationException", other),
    }
}

/// A public parameter, as `GetParameters` gives it.
pub(crate) fn parameter(name: &str, value: &str) -> Value {
    json!({
        "Name": name, "Type": "String", "Value": value, "Version": 7, "LastModifiedDate": 1_700_000_000.5,
        "ARN": format!("arn:aws:ssm:eu-west-1::parameter{name}"), "DataType": "text",
    })
}
