//! A Python of the project's own, with moto: an AWS that runs on this machine, which the tests talk to.

use crate::failure::{Context as _, Failure, Result};
use crate::{process, workspace};
use std::fs::{self, File};
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// What is in requirements.txt goes into the environment, and a copy of it beside it, last: an environment without that
/// copy, or with another one, is made anew.
const REQUIREMENTS: &str = include_str!("../requirements.txt");

const START: Duration = Duration::from_secs(30);

pub(crate) struct Venv {
    folder: PathBuf,
}

impl Venv {
    /// Makes the environment, unless it is there with exactly these requirements.
    pub(crate) fn ensure() -> Result<Self> {
        let venv = Self { folder: workspace::target_dir().join("moto-venv") };
        let stamp = venv.folder.join("formwork-requirements.txt");
        // A Python that was removed or upgraded leaves a dangling link, which does not exist either.
        if venv.python().exists() && fs::read_to_string(&stamp).is_ok_and(|made| made == REQUIREMENTS) {
            println!("Python environment: ready, in {}", venv.folder.display());
            return Ok(venv);
        }
        match fs::remove_dir_all(&venv.folder) {
            Err(e) if e.kind() != ErrorKind::NotFound => {
                return Err(e).context(format_args!("remove {}", venv.folder.display()));
            }
            _ => {}
        }
        process::run(python3().args(["-m", "venv"]).arg(&venv.folder)).map_err(|failure| {
            failure.hint(
                "the tests need Python 3.11 or newer with its venv module (on Debian and Ubuntu: apt-get install python3-venv)",
            )
        })?;
        let mut pip = Command::new(venv.python());
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]);
        process::run(pip.arg(workspace::root().join("xtask/requirements.txt")))
            .map_err(|failure| failure.hint("pip must reach a Python package index (see `pip config list`)"))?;
        fs::write(&stamp, REQUIREMENTS).context(format_args!("write {}", stamp.display()))?;
        Ok(venv)
    }

    pub(crate) fn python(&self) -> PathBuf {
        self.folder.join("bin/python")
    }

    /// Starts moto on a free port of this machine and waits until it answers.
    pub(crate) fn start_moto(&self) -> Result<Moto> {
        let log = workspace::target_dir().join("moto.log");
        let out = File::create(&log).context(format_args!("create {}", log.display()))?;
        let err = out.try_clone().context(format_args!("share {}", log.display()))?;
        let address = free_address()?;
        let mut command = Command::new(self.folder.join("bin/moto_server"));
        command.args(["--host", "127.0.0.1", "--port", &address.port().to_string()]);
        println!("$ {} &", process::shown(&command));
        command.stdin(Stdio::null()).stdout(out).stderr(err);
        let child = command
            .spawn()
            .map_err(|e| Failure::new(format!("failed to start `{}`: {e}", process::shown(&command))))?;
        let mut moto = Moto { child, address };
        moto.wait(&log)?;
        Ok(moto)
    }
}

fn python3() -> Command {
    let mut command = Command::new("python3");
    command.current_dir(workspace::root());
    command
}

fn free_address() -> Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("find a free port on 127.0.0.1")?;
    listener.local_addr().context("find a free port on 127.0.0.1")
}

/// A running moto. It ends with this value.
pub(crate) struct Moto {
    child: Child,
    address: SocketAddr,
}

impl Moto {
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    fn wait(&mut self, log: &Path) -> Result<()> {
        let start = Instant::now();
        while !answers(self.address) {
            let ended = self.child.try_wait().context("ask for the status of moto_server")?;
            let why = match ended {
                Some(status) => format!("moto_server ended early ({status})"),
                None if start.elapsed() > START => format!("moto_server did not answer in {} s", START.as_secs()),
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

impl Drop for Moto {
    fn drop(&mut self) {
        // It keeps nothing, so there is nothing to close in an orderly way. That it is gone already is fine.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Whether something there speaks HTTP.
fn answers(address: SocketAddr) -> bool {
    let second = Duration::from_secs(1);
    let ask = || -> std::io::Result<bool> {
        let mut stream = TcpStream::connect_timeout(&address, second)?;
        stream.set_read_timeout(Some(second))?;
        write!(stream, "GET /moto-api/ HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
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
    fn every_requirement_is_pinned() {
        let lines = REQUIREMENTS.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        for line in lines {
            assert!(line.contains("=="), "not pinned: {line}");
        }
    }

    #[test]
    fn the_end_of_a_log_is_kept() {
        assert_eq!(last_lines("a\nb\nc\n", 2), "  b\n  c");
        assert_eq!(last_lines("a\n", 2), "  a");
        assert_eq!(last_lines("", 2), "");
    }

    #[test]
    fn a_server_answers_and_silence_does_not() {
        let address = free_address().unwrap();
        assert!(!answers(address));
        let listener = TcpListener::bind(address).unwrap();
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 512];
            let _ = stream.read(&mut request).unwrap();
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").unwrap();
        });
        assert!(answers(address));
        server.join().unwrap();
    }
}
