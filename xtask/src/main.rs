//! The project's own commands: `cargo xtask help` lists them.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a tool for a person at a terminal and for CI's log")]

mod audit;
mod bench;
mod demo;
mod failure;
mod process;
mod server;
mod target;
mod test;
mod venv;
mod workspace;

use std::process::ExitCode;

const HELP: &str = "\
The project's own commands

Usage: cargo xtask COMMAND

Commands:
  setup           make sure that the Rust target wasm32-wasip2 works
  test [--quick]  everything that CI runs; --quick leaves out clippy and the documentation
  demo            a template that pins the latest AMI, from the first render to the upgrade
  bench           the table of speeds, sizes and counts for this machine (a release build)
  audit           licences, advisories, duplicates and sources of all dependencies (needs cargo-deny)
  help            this text

Examples:
  cargo xtask setup           once, after cloning; test and demo do it too
  cargo xtask test --quick    while working
  cargo xtask test            before sending a change
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match *arguments.as_slice() {
        ["setup"] => target::ensure(),
        ["test"] => test::all(test::Extent::Full),
        ["test", "--quick"] => test::all(test::Extent::Quick),
        ["demo"] => demo::run(),
        ["bench"] => bench::run(),
        ["audit"] => audit::run(),
        ["help" | "--help" | "-h"] => {
            print!("{HELP}");
            Ok(())
        }
        _ => {
            eprint!("error: `cargo xtask {}` is no command\n\n{HELP}", arguments.join(" "));
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}
