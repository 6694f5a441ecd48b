//! The table of DESIGN.md section 9 for this machine: `cargo xtask bench`.
//!
//! Counts and ratios say something on any machine; the times are those of this one, medians of many runs.
#![allow(
    clippy::print_stdout,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a program that prints a table"
)]

#[path = "../../tests/aws/endpoint.rs"]
#[allow(dead_code, reason = "not all of the endpoint is used here")]
mod endpoint;
#[path = "../../tests/common/http.rs"]
#[allow(dead_code, unreachable_pub, reason = "not all of the server is used here")]
mod http;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use formwork::cloud::{CloudSettings, Connection, Failure};
use formwork::plugin::{
    CompileStore, Compiler, Plugin, References, RenderRequest, Resolution, ResolvedValue, Runtime, Services, Source,
    builtins,
};

const COMMAND: &str = env!("CARGO_BIN_EXE_formwork");

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    println!("{:<66} {:>12}  budget", "what", "measured");
    processes(folder);
    sandbox(folder);
    calls(folder);
}

fn row(what: &str, measured: String, budget: &str) {
    println!("{what:<66} {measured:>12}  {budget}");
}

/// A template of about so many bytes, with a reference every 2,000 bytes, of at most `parameters` different ones.
fn template(size: usize, parameters: usize) -> String {
    let mut text = String::from("AWSTemplateFormatVersion: \"2010-09-09\"\nResources:\n");
    let mut n = 0;
    while text.len() < size {
        text.push_str(&format!(
            "  Topic{n}:\n    Type: AWS::SNS::Topic\n    Properties:\n      DisplayName: <<resolve:ssm:/p/{}>>\n",
            n % parameters
        ));
        for tag in 0..(2_000.min(size) / 60) {
            text.push_str(&format!("      Tag{tag}: \"a value that is long enough to matter\" # why\n"));
        }
        n += 1;
    }
    text
}

fn command(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(COMMAND);
    command.args(args).current_dir(folder).env("FORMWORK_CACHE_DIR", folder.join("cache")).stdout(Stdio::null());
    command.stderr(Stdio::null());
    command
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn time(runs: usize, mut work: impl FnMut()) -> Duration {
    work();
    median(
        (0..runs)
            .map(|_| {
                let start = Instant::now();
                work();
                start.elapsed()
            })
            .collect(),
    )
}

fn milliseconds(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1_000.0)
}

fn processes(folder: &Path) {
    for n in 0..10 {
        let put = command(folder, &["param", "put", &format!("/p/{n}"), "value"]).status();
        assert!(put.expect("the command starts").success());
    }
    std::fs::write(folder.join("none.yaml"), "A: b\n").expect("a file");
    let run =
        |args: &[&str]| time(40, || assert!(command(folder, args).status().expect("the command starts").success()));
    row(
        "process start, renderer called once, exit (no reference)",
        milliseconds(run(&["render", "none.yaml"])),
        "5 ms",
    );
    row("process start and exit alone (--version)", milliseconds(run(&["--version"])), "");
    for (name, size) in [("1 KB", 1_000), ("50 KB", 50_000), ("1 MB", 1_000_000)] {
        std::fs::write(folder.join("t.yaml"), template(size, 10)).expect("a file");
        let budget = if size == 1_000 { "15 ms" } else { "" };
        row(
            &format!("formwork render, {name}, nothing pinned"),
            milliseconds(run(&["render", "t.yaml", "--latest"])),
            budget,
        );
        row(&format!("formwork render, {name}, all pinned"), milliseconds(run(&["render", "t.yaml"])), budget);
        row(&format!("resident memory of formwork render, {name}"), memory(folder), "40 MiB");
    }
}

/// The peak of a child is known to whoever waited for it; Python's standard library can ask.
fn memory(folder: &Path) -> String {
    let script = "import resource, subprocess, sys; subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True); \
                  print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)";
    let output = Command::new("python3")
        .args(["-c", script, COMMAND, "render", "t.yaml"])
        .current_dir(folder)
        .env("FORMWORK_CACHE_DIR", folder.join("cache"))
        .output()
        .expect("python3 is needed to measure memory");
    let kilobytes: f64 = String::from_utf8_lossy(&output.stdout).trim().parse().expect("a number of kilobytes");
    format!("{:.1} MiB", kilobytes / 1024.0)
}

/// Answers every reference with the same value, so that only the renderer is measured.
struct Constant;

#[async_trait::async_trait]
impl References for Constant {
    async fn resolve(&self, references: Vec<String>) -> Vec<Result<Resolution, Failure>> {
        let value = || ResolvedValue::Text("value".into());
        let one = || Resolution { value: value(), version: None, modified: None, account: None, volatile: false };
        references.iter().map(|_| Ok(one())).collect()
    }
}

fn sandbox(folder: &Path) {
    let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let runtime = Runtime::new(CompileStore::new(folder.join("cache/compiled"))).expect("an engine");
    let services = Services {
        cloud: Arc::new(Connection::new(CloudSettings::default())),
        root: PathBuf::new(),
        references: Some(Arc::new(Constant)),
        stacks: None,
        step: None,
    };
    let load = |name: &str| -> Plugin {
        let builtin = builtins().into_iter().find(|builtin| builtin.name == name).expect("a built-in plugin");
        let (bytes, grants, limits) = (builtin.bytes, builtin.grants, builtin.limits.into());
        tokio
            .block_on(runtime.load(Source { name, bytes, grants, limits, compiler: &Compiler::Here }))
            .expect("it loads")
    };
    row("load a built-in that is compiled", milliseconds(time(50, || drop(load("cloudformation")))), "");
    let resolver = load("secrets-manager");
    let warm = time(500, || drop(tokio.block_on(resolver.schemes(&services)).expect("it answers")));
    row("instantiate and call a built-in, warm", format!("{:.0} µs", warm.as_secs_f64() * 1e6), "100 µs");
    let renderer = load("cloudformation");
    for (name, size) in [("1 KB", 1_000), ("50 KB", 50_000), ("1 MB", 1_000_000)] {
        let request = RenderRequest { file: "t.yaml".into(), template: template(size, 10), parameters: Vec::new() };
        let runs = if size > 100_000 { 20 } else { 100 };
        let inside = time(runs, || {
            let rendered = tokio.block_on(renderer.render(&services, &request)).expect("the call ends well");
            assert!(rendered.is_ok());
        });
        let outside = time(runs, || native(&request));
        let ratio = inside.as_secs_f64() / outside.as_secs_f64();
        row(&format!("render {name} in the sandbox against natively"), format!("{ratio:.2} ×"), "2 ×");
        row(&format!("  in the sandbox, {name}"), milliseconds(inside), "");
        row(&format!("  natively, {name}"), milliseconds(outside), "");
    }
}

/// The same library, called without a sandbox.
fn native(request: &RenderRequest) {
    let request = formwork_plugin::renderer::RenderRequest {
        file: request.file.clone(),
        template: request.template.clone(),
        parameters: Vec::new(),
    };
    let rendered = formwork_cloudformation::render(&request, &mut |references| {
        references.iter().map(|_| Ok(formwork_plugin::Resolution::text("value"))).collect()
    });
    assert!(rendered.is_ok());
}

fn calls(folder: &Path) {
    for parameters in [1_u32, 10, 11, 100] {
        let endpoint = endpoint::Endpoint::start(|request| {
            let names = request.body["Names"].as_array().cloned().unwrap_or_default();
            let parameter =
                |name| serde_json::json!({ "Name": name, "Type": "String", "Value": "value", "Version": 1 });
            let parameters: Vec<_> = names.into_iter().map(parameter).collect();
            endpoint::Answer::Ok(serde_json::json!({ "Parameters": parameters, "InvalidParameters": [] }))
        });
        let lines: String =
            (0..parameters).map(|n| format!("A{n}: <<resolve:ssm:/p/{n}>>\nB{n}: <<resolve:ssm:/p/{n}>>\n")).collect();
        std::fs::write(folder.join("t.yaml"), lines).expect("a file");
        let url = endpoint.url();
        let args = ["render", "t.yaml", "--latest", "--cloud", "aws", "--region", "us-east-1", "--endpoint-url", &url];
        let mut command = command(folder, &args);
        command.env("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE").env("AWS_SECRET_ACCESS_KEY", "example");
        assert!(command.status().expect("the command starts").success());
        let budget = format!("{}", parameters.div_ceil(10));
        row(
            &format!("AWS calls for {parameters} parameters, each used twice"),
            endpoint.requests().len().to_string(),
            &budget,
        );
    }
}
