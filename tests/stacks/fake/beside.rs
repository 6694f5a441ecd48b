//! What Formwork asks of other services on the way: Parameter Store, S3 and STS.

use serde_json::{Value, json};

use super::call::Fault;
use super::script::ACCOUNT;
use super::state::State;
use crate::http::HttpAnswer;

const JSON: &str = "application/x-amz-json-1.1";

impl State {
    /// Systems Manager.
    pub(crate) fn parameter_store(&self, target: &str, body: &str) -> HttpAnswer {
        let body: Value = serde_json::from_str(body).unwrap();
        match target {
            "AmazonSSM.GetParameters" => {
                let (mut there, mut missing) = (Vec::new(), Vec::new());
                for name in body["Names"].as_array().unwrap().iter().filter_map(Value::as_str) {
                    match self.parameters.get(name) {
                        Some((value, version)) => there.push(json!({
                            "Name": name, "Type": "String", "Value": value, "Version": version, "DataType": "text",
                            "LastModifiedDate": 1_700_000_000.5, "ARN": format!("arn:aws:ssm:eu-west-1::parameter{name}"),
                        })),
                        None => missing.push(name.to_owned()),
                    }
                }
                let answer = json!({ "Parameters": there, "InvalidParameters": missing });
                HttpAnswer::Full(200, JSON, answer.to_string())
            }
            other => {
                let error = json!({ "__type": "UnknownOperationException", "message": other });
                HttpAnswer::Full(400, JSON, error.to_string())
            }
        }
    }

    /// S3, with the bucket in the path.
    pub(crate) fn object_store(&mut self, method: &str, path: &str, body: String) -> HttpAnswer {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let name = path.trim_matches('/').to_owned();
        let bucket = name.split('/').next().unwrap_or_default();
        let found = |found: bool| HttpAnswer::Full(if found { 200 } else { 404 }, "application/xml", String::new());
        match method {
            "HEAD" => found(self.objects.contains_key(&name)),
            "PUT" if query.contains("publicAccessBlock") => found(self.objects.contains_key(&name)),
            "PUT" if name != bucket && !self.objects.contains_key(bucket) => {
                let xml =
                    "<Error><Code>NoSuchBucket</Code><Message>The specified bucket does not exist</Message></Error>";
                HttpAnswer::Full(404, "application/xml", xml.to_owned())
            }
            "PUT" => {
                self.objects.insert(name, body);
                found(true)
            }
            _ => found(false),
        }
    }
}

/// STS.
pub(crate) fn caller() -> HttpAnswer {
    let xml = format!(
        "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>\
         <Arn>arn:aws:iam::{ACCOUNT}:user/ann</Arn><UserId>AIDA</UserId><Account>{ACCOUNT}</Account>\
         </GetCallerIdentityResult></GetCallerIdentityResponse>"
    );
    HttpAnswer::Full(200, "text/xml", xml)
}

/// A fault on the wire.
pub(crate) fn failed(fault: Fault) -> HttpAnswer {
    match fault {
        Fault::Error(status, code, message) => HttpAnswer::Full(status, "text/xml", super::xml::error(code, &message)),
        Fault::Hangup => HttpAnswer::Hangup,
        Fault::CutOff => HttpAnswer::CutOff,
    }
}
