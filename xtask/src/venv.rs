//! A Python of the project's own, with moto and ministack: each an AWS that runs on this machine, which the tests talk to.

use crate::failure::{Context as _, Result};
use crate::{process, workspace};
use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::process::Command;

/// What is in requirements.txt goes into the environment, and a copy of it beside it, last: an environment without that
/// copy, or with another one, is made anew.
const REQUIREMENTS: &str = include_str!("../requirements.txt");

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
        self.program("python")
    }

    /// The path of a program that pip put into the environment.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.folder.join("bin").join(name)
    }
}

fn python3() -> Command {
    let mut command = Command::new("python3");
    command.current_dir(workspace::root());
    command
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
}
