//! Questions to the person at the terminal.

use std::io::{self, BufRead, IsTerminal, Write};

use super::report::{Exit, Report};

/// Whether somebody is there to answer.
pub(super) fn is_interactive() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Ask, unless `--yes` has answered. Where nobody can answer, the error tells what has to be confirmed (`deploying
/// `web``) and what to pass.
pub(super) async fn confirm(what: &str, question: &str, yes: bool, missing: &str) -> Result<(), Report> {
    if yes {
        return Ok(());
    }
    if !is_interactive() {
        let message = format!("{what} has to be confirmed, and there is no terminal to ask on");
        return Err(Report::new(Exit::Usage, message).with_hint(format!("Pass {missing}.")));
    }
    let question = question.to_owned();
    // On a thread of its own, so that Ctrl-C is heard while the question is open.
    let answer = tokio::task::spawn_blocking(move || ask(&question)).await;
    match answer {
        Ok(Ok(true)) => Ok(()),
        Ok(Ok(false)) => Err(Report::failed("not confirmed; nothing was changed")),
        Ok(Err(error)) => Err(Report::failed(format!("failed to read the answer: {error}"))),
        Err(error) => Err(Report::failed(format!("failed to ask: {error}"))),
    }
}

fn ask(question: &str) -> io::Result<bool> {
    let mut stderr = io::stderr().lock();
    write!(stderr, "{question} [y/N] ")?;
    stderr.flush()?;
    drop(stderr);
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(matches!(line.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
}
