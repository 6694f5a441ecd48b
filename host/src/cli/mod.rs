//! The command: one file a subcommand, each of which reads arguments, calls the library and prints.

mod action;
mod args;
mod changes;
mod completions;
mod confirm;
mod context;
mod deploy;
mod document;
mod graph;
mod outcome;
mod outdated;
mod param;
mod plan;
mod plugin;
mod progress;
mod render;
mod report;
mod run;
mod secret;
mod stack;
mod stack_args;
mod stack_report;
mod targets;
mod value;

use std::ffi::OsString;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::Parser;
use clap::error::ErrorKind;

use self::args::{Cli, Command};
use self::context::Context;
use self::report::{Exit, Report};
use crate::output::{Format, Printer};
use crate::plugin::COMPILE_COMMAND;

/// Run the command line of this process.
#[must_use]
pub fn main() -> ExitCode {
    let args: Vec<OsString> = std::env::args_os().collect();
    // The compiling child needs no runtime, no project and no arguments.
    if args.get(1).is_some_and(|command| command == COMPILE_COMMAND) {
        return crate::plugin::compile_stdin_to_stdout().map_or(ExitCode::FAILURE, ExitCode::from);
    }
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            // Nobody is left to tell when the stream is gone.
            let _ = error.print();
            let help = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            return if help { ExitCode::SUCCESS } else { Exit::Usage.into() };
        }
    };
    let printer = Printer::new(cli.global.output);
    start_log(cli.global.output, &printer);
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return Report::failed(format!("failed to start: {error}")).print(&printer).into(),
    };
    let interrupts = Arc::new(AtomicBool::new(false));
    let result = runtime.block_on(async {
        tokio::select! {
            result = dispatch(cli, printer, interrupts.clone()) => result,
            () = interrupted(&interrupts) => Err(Report::new(Exit::Interrupted, "interrupted")),
        }
    });
    // A host call that hangs must not keep the process from ending.
    runtime.shutdown_background();
    match result {
        Ok(exit) => exit.into(),
        Err(report) => report.print(&printer).into(),
    }
}

/// Ctrl-C, or the second one where the first is the command's own business.
async fn interrupted(own: &AtomicBool) {
    loop {
        if tokio::signal::ctrl_c().await.is_err() {
            // What cannot be heard cannot end the command either.
            std::future::pending::<()>().await;
        }
        if !own.swap(false, Ordering::SeqCst) {
            return;
        }
    }
}

async fn dispatch(cli: Cli, printer: Printer, interrupts: Arc<AtomicBool>) -> Result<Exit, Report> {
    if let Command::Completions(args) = &cli.command {
        return completions::run(args, &printer);
    }
    let context = Context::new(&cli.global, printer, interrupts)?;
    match cli.command {
        Command::Plan(args) => plan::run(args, &context).await,
        Command::Deploy(args) => deploy::run(args, &context).await,
        Command::Stack(args) => stack::run(args, &context).await,
        Command::Graph(args) => graph::run(args, &context).await,
        Command::Run(args) => run::run(args, &context).await,
        Command::Document(args) => document::run(args, &context).await,
        Command::Action(args) => action::run(args, &context).await,
        Command::Render(args) => render::run(args, &context).await,
        Command::Outdated(args) => outdated::outdated(args, &context).await,
        Command::Upgrade(args) => outdated::upgrade(args, &context).await,
        Command::Param(args) => param::run(args, &context).await,
        Command::Secret(args) => secret::run(args, &context).await,
        Command::Plugin(args) => plugin::run(args, &context).await,
        Command::Completions(args) => completions::run(&args, &printer),
    }
}

/// Log lines go to stderr: warnings always, more with `FORMWORK_LOG=info|debug|trace`.
///
/// Only Formwork's own lines are shown. The AWS SDK logs requests and answers with their bodies, and a secret may be in
/// them.
fn start_log(format: Format, printer: &Printer) {
    use tracing_subscriber::filter::{LevelFilter, Targets};
    use tracing_subscriber::fmt::format::FmtSpan;
    use tracing_subscriber::layer::SubscriberExt;
    use tracing_subscriber::util::SubscriberInitExt;
    let default = if format != Format::Text { LevelFilter::ERROR } else { LevelFilter::WARN };
    let level = match std::env::var("FORMWORK_LOG").ok().filter(|level| !level.is_empty()) {
        None => default,
        Some(level) => level.parse().unwrap_or_else(|_| {
            printer.note("FORMWORK_LOG is one of off, error, warn, info, debug, trace");
            default
        }),
    };
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .with_span_events(FmtSpan::CLOSE)
        .with_timer(tracing_subscriber::fmt::time::uptime());
    let ours =
        Targets::new().with_target("formwork", level).with_target("plugin", level).with_target("progress", level);
    tracing_subscriber::registry().with(lines).with(ours).init();
}
