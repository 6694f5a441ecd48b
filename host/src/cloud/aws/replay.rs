//! A small endpoint on loopback for unit tests: it gives the answers that it was told, in order, and keeps what it was
//! asked.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use aws_config::retry::RetryConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_cloudformation::config::{Credentials, SharedCredentialsProvider};

use super::AwsCloud;

/// An answer: the status, more header lines, and the text.
pub(super) struct Answer(pub(super) u16, pub(super) &'static str, pub(super) String);

impl Answer {
    /// A result of CloudFormation's: `<ActionResponse><ActionResult>…`.
    pub(super) fn of(action: &str, result: &str) -> Self {
        Self(200, "", format!("<{action}Response><{action}Result>{result}</{action}Result></{action}Response>"))
    }

    /// An error of CloudFormation's.
    pub(super) fn error(code: &str, message: &str) -> Self {
        let error = format!("<Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>");
        Self(400, "", format!("<ErrorResponse>{error}<RequestId>1</RequestId></ErrorResponse>"))
    }
}

/// The endpoint, and a cloud that calls it.
pub(super) struct Replay {
    pub(super) cloud: AwsCloud,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Replay {
    /// An endpoint in the region eu-west-1. After the last answer, connections are refused.
    pub(super) fn new(answers: Vec<Answer>) -> Self {
        Self::in_region("eu-west-1", answers)
    }

    pub(super) fn in_region(region: &'static str, answers: Vec<Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let record = asked.clone();
        thread::spawn(move || {
            for Answer(status, headers, text) in answers {
                let (mut stream, _) = listener.accept().unwrap();
                record.lock().unwrap().push(request(&mut stream));
                let length = text.len();
                let head =
                    format!("HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n");
                stream.write_all((head + &text).as_bytes()).unwrap();
            }
        });
        let credentials = Credentials::new("AKIATEST", "secret", None, None, "test");
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(region))
            .endpoint_url(url)
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .retry_config(RetryConfig::disabled())
            .build();
        Self { cloud: AwsCloud::of(&config, true, region.to_owned(), None), asked }
    }

    /// What was asked so far: the first line of the request, the header lines, and the text.
    pub(super) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    /// The texts of the requests.
    pub(super) fn bodies(&self) -> Vec<String> {
        self.asked().iter().map(|request| request.split_once("\r\n\r\n").unwrap().1.to_owned()).collect()
    }

    /// The actions that CloudFormation was asked for.
    pub(super) fn actions(&self) -> Vec<String> {
        let action = |body: &String| body.strip_prefix("Action=").unwrap().split('&').next().unwrap().to_owned();
        self.bodies().iter().map(action).collect()
    }
}

fn request(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let mut piece = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, _)) = text.split_once("\r\n\r\n") {
            let length =
                head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
            if bytes.len() >= head.len() + 4 + length.unwrap_or(0_usize) {
                return text;
            }
        }
        let read = stream.read(&mut piece).unwrap();
        assert_ne!(read, 0, "the client went away");
        bytes.extend_from_slice(&piece[..read]);
    }
}
