//! A small HTTP/1.1 server on this machine. What it answers is decided by whoever starts it.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

/// One request, as it came in.
pub struct HttpRequest {
    /// `POST`.
    pub method: String,
    /// `/bucket/key?x-id=PutObject`.
    pub path: String,
    /// `X-Amz-Target`: the call, where a service says it in a header (`AmazonSSM.GetParameters`).
    pub target: Option<String>,
    /// What it is signed with, for what: `KEY/DATE/REGION/SERVICE/aws4_request`.
    pub scope: String,
    pub body: String,
}

/// What the server does.
pub enum HttpAnswer {
    /// Status, type and body.
    Full(u16, &'static str, String),
    /// The beginning of an answer, then the end of the connection.
    CutOff,
    /// The end of the connection.
    Hangup,
    /// Nothing, until the server ends.
    Silence,
}

type Handler = dyn Fn(HttpRequest) -> HttpAnswer + Send + Sync;

/// What all connections share.
struct Shared {
    handler: Box<Handler>,
    streams: Mutex<Vec<TcpStream>>,
    /// How many requests are waiting for their answer, and the most that ever did.
    now: AtomicUsize,
    most: AtomicUsize,
    ended: AtomicBool,
}

/// The server. It ends with this value.
pub struct HttpServer {
    address: SocketAddr,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

impl HttpServer {
    pub fn start(handler: impl Fn(HttpRequest) -> HttpAnswer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            handler: Box::new(handler),
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

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The most requests that were under way together.
    pub fn most_at_once(&self) -> usize {
        self.shared.most.load(Ordering::SeqCst)
    }
}

impl Drop for HttpServer {
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

/// All requests of a connection, one after the other.
fn serve(stream: TcpStream, shared: &Shared) -> io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut stream = stream;
    while let Some(request) = read_request(&mut reader)? {
        let now = shared.now.fetch_add(1, Ordering::SeqCst) + 1;
        shared.most.fetch_max(now, Ordering::SeqCst);
        let answer = (shared.handler)(request);
        shared.now.fetch_sub(1, Ordering::SeqCst);
        match answer {
            HttpAnswer::Full(status, kind, body) => respond(&mut stream, status, kind, &body)?,
            HttpAnswer::CutOff => {
                stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{\"Parameters\": [")?;
                stream.flush()?;
                return stream.shutdown(std::net::Shutdown::Both);
            }
            HttpAnswer::Hangup => return stream.shutdown(std::net::Shutdown::Both),
            HttpAnswer::Silence => {
                // Until the other side, or `drop`, ends the connection.
                let _ = reader.read(&mut [0])?;
                return Ok(());
            }
        }
    }
    Ok(())
}

fn read_request(reader: &mut BufReader<TcpStream>) -> io::Result<Option<HttpRequest>> {
    let (mut target, mut scope, mut length) = (None, String::new(), 0);
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split(' ').map(str::to_owned);
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
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
    Ok(Some(HttpRequest { method, path, target, scope, body: String::from_utf8(body).unwrap() }))
}

fn respond(stream: &mut TcpStream, status: u16, kind: &str, body: &str) -> io::Result<()> {
    let head = format!("HTTP/1.1 {status} Scripted\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n\r\n", body.len());
    stream.write_all((head + body).as_bytes())?;
    stream.flush()
}
