//! What the dependencies bring along: licences, advisories, duplicates, sources. The rules are in deny.toml.

use crate::failure::{Failure, Result};
use crate::{process, workspace};

pub(crate) fn run() -> Result<()> {
    if !process::output(&mut workspace::cargo(["deny", "--version"]))?.status.success() {
        return Err(Failure::new("`cargo deny` is not here, and the audit is its work")
            .hint("cargo install --locked cargo-deny"));
    }
    process::run(&mut workspace::cargo(["deny", "--workspace", "--all-features", "check"]))
}
