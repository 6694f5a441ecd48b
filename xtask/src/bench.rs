//! How fast, how large, how many calls: the table of the design, for this machine.

use crate::failure::Result;
use crate::{process, target, workspace};

pub(crate) fn run() -> Result<()> {
    target::ensure()?;
    process::run(&mut workspace::cargo(["bench", "--package", "formwork", "--bench", "speed"]))
}
