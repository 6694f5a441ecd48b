//! `formwork completions`.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::args::Cli;
use super::report::{Exit, Report};
use crate::output::Printer;

/// What to print.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  formwork completions bash > /etc/bash_completion.d/formwork
  formwork completions zsh > \"${fpath[1]}/_formwork\"
  formwork completions --man ~/.local/share/man/man1")]
pub(super) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum, required_unless_present = "man")]
    shell: Option<Shell>,
    /// Write man pages into this folder instead
    #[arg(long, value_name = "FOLDER", conflicts_with = "shell")]
    man: Option<std::path::PathBuf>,
}

pub(super) fn run(args: &CompletionsArgs, printer: &Printer) -> Result<Exit, Report> {
    if let Some(folder) = &args.man {
        let failed = |error| Report::failed(format!("failed to write man pages to `{}`: {error}", folder.display()));
        std::fs::create_dir_all(folder).map_err(failed)?;
        clap_mangen::generate_to(Cli::command(), folder).map_err(failed)?;
    }
    if let Some(shell) = args.shell {
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut Cli::command(), "formwork", &mut script);
        printer.bytes(&script)?;
    }
    Ok(Exit::Done)
}
