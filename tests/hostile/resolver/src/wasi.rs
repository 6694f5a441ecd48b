//! WASI: what a component of any language can try without an import of the package `formwork:plugin`.

use std::fmt::Debug;
use std::io::Read;
use std::net::{TcpListener, TcpStream, ToSocketAddrs, UdpSocket};

/// Try something; the answer says what came of it.
pub(crate) fn attempt(name: &str) -> String {
    match name {
        "environment" => {
            let variables: Vec<_> = std::env::vars().collect();
            let arguments: Vec<_> = std::env::args().collect();
            format!("{variables:?} {arguments:?}")
        }
        "stdin" => {
            let mut text = String::new();
            let read = std::io::stdin().read_to_string(&mut text);
            format!("{} {text:?}", outcome(&read))
        }
        "files" => {
            let tries = [
                outcome(&std::fs::read("/etc/passwd")),
                outcome(&std::fs::read("formwork.toml")),
                outcome(&std::fs::read("../formwork.toml")),
                outcome(&std::fs::read_dir("/").map(Iterator::count)),
                outcome(&std::fs::read_dir(".").map(Iterator::count)),
                outcome(&std::fs::write("formwork-was-here", "x")),
                outcome(&std::fs::remove_file("formwork.toml")),
            ];
            tries.join(" ")
        }
        "sockets" => {
            let tries = [
                outcome(&TcpStream::connect("127.0.0.1:80")),
                outcome(&TcpStream::connect("169.254.169.254:80")),
                outcome(&TcpListener::bind("127.0.0.1:0")),
                outcome(&UdpSocket::bind("127.0.0.1:0")),
                outcome(&("localhost", 80).to_socket_addrs().map(Iterator::count)),
            ];
            tries.join(" ")
        }
        "clock" => match std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH) {
            Ok(time) => time.as_secs().to_string(),
            Err(_) => "before 1970".into(),
        },
        _ => format!("there is no attempt `{name}`"),
    }
}

fn outcome<T: Debug>(result: &std::io::Result<T>) -> String {
    match result {
        Ok(value) => format!("done({value:?})"),
        Err(_) => "refused".into(),
    }
}
