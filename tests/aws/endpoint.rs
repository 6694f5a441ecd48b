//! A small HTTP/1.1 server on this machine that answers as a script says, and remembers what it was asked.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use serde_json::{Value, json};

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

/// Decides on the answer.
type Script = dyn Fn(&Request) -> Answer + Send + Sync;

/// What all connections share.
struct Shared {
    script: Box<Script>,
    requests: Mutex<Vec<Request>>,
    streams: Mutex<Vec<TcpStream>>,
    /// How many calls are waiting for their answer, and the most that ever did.
    now: AtomicUsize,
    most: AtomicUsize,
    ended: AtomicBool,
}

/// The server. It ends with this value.
pub(crate) struct Endpoint {
    address: SocketAddr,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

impl Endpoint {
    pub(crate) fn start(script: impl Fn(&Request) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            script: Box::new(script),
            requests: Mutex::default(),
            streams: Mutex::default(),
            now: AtomicUsize::new(0),
            most: AtomicUsize::new(0),
            ended: AtomicBool::new(false),
        });
        let acceptor = {
            let shared = shared.clone();
            std::thread::spawn(move || accept(&listener, &shared))
        };
        Self { address, shared, acceptor: Some(acceptor) }
    }

    /// A server that answers every call with the same error.
    pub(crate) fn failing(status: u16, code: &'static str, message: &'static str) -> Self {
        Self::start(move |_| Answer::error(status, code, message))
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// All calls so far.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.shared.requests.lock().unwrap().clone()
    }

    /// The names of all calls so far.
    pub(crate) fn targets(&self) -> Vec<String> {
        self.requests().into_iter().map(|request| request.target).collect()
    }

    /// The most calls that were under way together.
    pub(crate) fn most_at_once(&self) -> usize {
        self.shared.most.load(Ordering::SeqCst)
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        self.shared.ended.store(true, Ordering::SeqCst);
        // Wakes the acceptor up.
        let _ = TcpStream::connect(self.address);
        if let Some(acceptor) = self.acceptor.take() {
            let _ = acceptor.join();
        }
        for stream in self.shared.streams.lock().unwrap().iter() {
            let _ = stream.shutdown(std::net::Shutdown::Both);
        }
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    let mut connections = Vec::new();
    for stream in listener.incoming().map_while(Result::ok) {
        if shared.ended.load(Ordering::SeqCst) {
            break;
        }
        shared.streams.lock().unwrap().push(stream.try_clone().unwrap());
        let shared = shared.clone();
        // A client that goes away ends its connection, and nothing else.
        connections.push(std::thread::spawn(move || drop(serve(stream, &shared))));
    }
    // What is still open belongs to clients that have ended, or will be shut down by `drop`.
    drop(connections);
}

/// All calls of a connection, one after the other.
fn serve(stream: TcpStream, shared: &Shared) -> io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut stream = stream;
    while let Some(mut request) = read_request(&mut reader)? {
        {
            let mut requests = shared.requests.lock().unwrap();
            request.before = requests.len();
            requests.push(request.clone());
        }
        let now = shared.now.fetch_add(1, Ordering::SeqCst) + 1;
        shared.most.fetch_max(now, Ordering::SeqCst);
        let answer = (shared.script)(&request);
        shared.now.fetch_sub(1, Ordering::SeqCst);
        match answer {
            Answer::Ok(body) => respond(&mut stream, 200, "application/x-amz-json-1.1", &body.to_string())?,
            Answer::Raw(status, kind, body) => respond(&mut stream, status, kind, &body)?,
            Answer::CutOff => {
                stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{\"Parameters\": [")?;
                stream.flush()?;
                return stream.shutdown(std::net::Shutdown::Both);
            }
            Answer::Silence => {
                // Until the other side, or `drop`, ends the connection.
                let _ = reader.read(&mut [0])?;
                return Ok(());
            }
        }
    }
    Ok(())
}

fn read_request(reader: &mut BufReader<TcpStream>) -> io::Result<Option<Request>> {
    let (mut target, mut scope, mut length) = (None, String::new(), 0);
    let mut line = String::new();
    // The request line says nothing that matters here.
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    loop {
        line.clear();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        match name.to_ascii_lowercase().as_str() {
            "x-amz-target" => target = Some(value.trim().to_owned()),
            "content-length" => length = value.trim().parse().unwrap(),
            "authorization" => {
                let credential = value.split_once("Credential=").and_then(|(_, rest)| rest.split(',').next());
                scope = credential.unwrap_or_default().to_owned();
            }
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let text = String::from_utf8(body).unwrap();
    let action = || text.split('&').find_map(|field| field.strip_prefix("Action=")).unwrap_or_default().to_owned();
    let target = target.unwrap_or_else(action);
    Ok(Some(Request { target, body: serde_json::from_str(&text).unwrap_or_default(), scope, before: 0 }))
}

fn respond(stream: &mut TcpStream, status: u16, kind: &str, body: &str) -> io::Result<()> {
    let head = format!("HTTP/1.1 {status} Scripted\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n\r\n", body.len());
    stream.write_all((head + body).as_bytes())?;
    stream.flush()
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
