//! The `formwork` command.

fn main() -> std::process::ExitCode {
    formwork::cli::main()
}
