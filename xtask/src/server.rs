//! The two servers that stand in for AWS: moto and ministack, each on a free port of this machine.

use crate::failure::{Context as _, Failure, Result};
use crate::venv::Venv;
use crate::{process, workspace};
use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const START: Duration = Duration::from_secs(30);

/// A running server. It ends with this value.
pub(crate) struct Server {
    name: &'static str,
    child: Child,
    address: SocketAddr,
}

impl Server {
    /// Starts moto (Systems Manager, EC2) and waits until it answers.
    pub(crate) fn moto(venv: &Venv) -> Result<Self> {
        let address = free_address()?;
        let mut command = Command::new(venv.program("moto_server"));
        command.args(["--host", "127.0.0.1", "--port", &address.port().to_string()]);
        Self::start("moto", command, address, "/moto-api/")
    }

    /// Starts ministack (CloudFormation, S3) and waits until it answers.
    pub(crate) fn ministack(venv: &Venv) -> Result<Self> {
        let address = free_address()?;
        // It writes the number of its process there, and the code of Lambda functions.
        let folder = workspace::target_dir().join("ministack");
        fs::create_dir_all(&folder).context(format_args!("create {}", folder.display()))?;
        let mut command = Command::new(venv.program("ministack"));
        command.env("BIND_HOST", "127.0.0.1").env("GATEWAY_PORT", address.port().to_string()).env("TMPDIR", folder);
        // Else it listens on port 8883 of every address, too.
        command.env("IOT_MTLS_ENABLED", "0");
        Self::start("ministack", command, address, "/_ministack/health")
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    fn start(name: &'static str, mut command: Command, address: SocketAddr, path: &str) -> Result<Self> {
        let log = workspace::target_dir().join(format!("{name}.log"));
        let out = File::create(&log).context(format_args!("create {}", log.display()))?;
        let err = out.try_clone().context(format_args!("share {}", log.display()))?;
        println!("$ {} &", process::shown(&command));
        command.stdin(Stdio::null()).stdout(out).stderr(err);
        let child = command
            .spawn()
            .map_err(|e| Failure::new(format!("failed to start `{}`: {e}", process::shown(&command))))?;
        let mut server = Self { name, child, address };
        server.wait(path, &log)?;
        Ok(server)
    }

    fn wait(&mut self, path: &str, log: &Path) -> Result<()> {
        let start = Instant::now();
        while !answers(self.address, path) {
            let ended = self.child.try_wait().context(format_args!("ask for the status of {}", self.name))?;
            let why = match ended {
                Some(status) => format!("{} ended early ({status})", self.name),
                None if start.elapsed() > START => format!("{} did not answer in {} s", self.name, START.as_secs()),
                None => {
                    std::thread::sleep(Duration::from_millis(50));
                    continue;
                }
            };
            let said = fs::read_to_string(log).unwrap_or_default();
            return Err(Failure::new(format!("{why}\n{}", last_lines(&said, 15)))
                .hint(format!("all it said is in {}", log.display())));
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It keeps nothing, so there is nothing to close in an orderly way. That it is gone already is fine.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_address() -> Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("find a free port on 127.0.0.1")?;
    listener.local_addr().context("find a free port on 127.0.0.1")
}

/// Whether something there speaks HTTP.
fn answers(address: SocketAddr, path: &str) -> bool {
    let second = Duration::from_secs(1);
    let ask = || -> std::io::Result<bool> {
        let mut stream = TcpStream::connect_timeout(&address, second)?;
        stream.set_read_timeout(Some(second))?;
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
        let mut start = [0; 5];
        stream.read_exact(&mut start)?;
        Ok(start == *b"HTTP/")
    };
    ask().unwrap_or(false)
}

fn last_lines(text: &str, count: usize) -> String {
    let skipped = text.lines().count().saturating_sub(count);
    text.lines().skip(skipped).map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_log_is_kept() {
        assert_eq!(last_lines("a\nb\nc\n", 2), "  b\n  c");
        assert_eq!(last_lines("a\n", 2), "  a");
        assert_eq!(last_lines("", 2), "");
    }

    #[test]
    fn a_server_answers_and_silence_does_not() {
        let address = free_address().unwrap();
        assert!(!answers(address, "/"));
        let listener = TcpListener::bind(address).unwrap();
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 512];
            let _ = stream.read(&mut request).unwrap();
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
        });
        assert!(answers(address, "/health"));
        server.join().unwrap();
    }
}
