//! Using up what there is, ending badly, answering badly.

use std::hint::black_box;

use formwork_plugin::host::{parameters, progress, secrets};
use formwork_plugin::{Failure, FailureKind, Resolution, Value, log};

use crate::ESCAPES;

const MIB: usize = 1 << 20;

pub(crate) fn case(name: &str) -> Result<Resolution, Failure> {
    match name {
        "good" => {}
        "volatile" => return Ok(Resolution { volatile: true, ..Resolution::text("volatile-value") }),
        "better" => return Ok(Resolution::text("better-value")),
        "loop" => endless(),
        "recursion" => drop(black_box(deeper(1))),
        "large-frames" => drop(black_box(larger(1))),
        "memory" => fill_memory(),
        "big-log" => log::warn(&"x".repeat(32 * MIB)),
        "big-name" => drop(parameters::get(&["x".repeat(24 * MIB)])),
        "many-names" => drop(parameters::get(&vec![String::new(); 2_000_000])),
        "big-value" => return Ok(Resolution::text("x".repeat(24 * MIB))),
        "many-calls" => (0..1_000_000).for_each(|_| log::debug("")),
        "log-flood" => (0..50_000).for_each(|_| log::warn(&"flood ".repeat(20))),
        "status-flood" => (0..50_000).for_each(|_| progress::status(&"flood ".repeat(20))),
        "stdio-flood" => flood_stdio(),
        "sleep" => std::thread::sleep(std::time::Duration::from_secs(3_600)),
        "hang" => drop(parameters::get(&["/never".to_owned()])),
        "handles" => keep_handles(),
        "panic" => panic!("seven is not eight"),
        "panic-escapes" => panic!("{ESCAPES}"),
        "panic-long" => panic!("{}", "long ".repeat(100_000)),
        "exit" => std::process::exit(0),
        "abort" => std::process::abort(),
        "failure-escapes" => {
            return Err(
                Failure::new(FailureKind::Other, format!("message {ESCAPES}")).with_hint(format!("Hint {ESCAPES}."))
            );
        }
        "value-escapes" => return Ok(Resolution::text(format!("value {ESCAPES}"))),
        "version-escapes" => {
            let told = || Some(ESCAPES.to_owned());
            let value = Value::Text("told".into());
            return Ok(Resolution { value, version: told(), modified: told(), account: told(), volatile: false });
        }
        "log-escapes" => {
            log::debug(ESCAPES);
            log::info(ESCAPES);
            log::warn(ESCAPES);
            progress::status(ESCAPES);
        }
        "log-lines" => log::warn("one\nerror: forged"),
        "dynamic" => return Ok(dynamic("{{resolve:secretsmanager:app:SecretString:password}}")),
        "dynamic-lie" => return Ok(dynamic("ami-0123456789abcdef0")),
        "dynamic-tail" => return Ok(dynamic("{{resolve:secretsmanager:app}} and {{more}}")),
        "dynamic-escapes" => return Ok(dynamic(&format!("{{{{resolve:secretsmanager:{ESCAPES}}}}}"))),
        "revealed" => {
            let value = Value::Revealed("unasked".into());
            return Ok(Resolution { value, version: None, modified: None, account: None, volatile: false });
        }
        _ => return Err(Failure::new(FailureKind::InvalidInput, format!("there is no case `{name}`"))),
    }
    Ok(Resolution::text("good-value"))
}

pub(crate) fn endless() {
    loop {
        black_box(());
    }
}

/// Uses up the stack that the engine keeps.
#[allow(unconditional_recursion)]
fn deeper(n: u64) -> u64 {
    n + deeper(black_box(n + 1))
}

/// Uses up the stack that Rust keeps in the component's memory first.
#[allow(unconditional_recursion)]
fn larger(n: u64) -> u64 {
    let frame = black_box([n; 64]);
    frame[3] + larger(black_box(n + 1))
}

fn fill_memory() {
    let mut kept = Vec::new();
    loop {
        kept.push(black_box(vec![1_u8; MIB]));
    }
}

fn flood_stdio() {
    use std::io::Write;
    let block = "flood\n".repeat(10_000);
    for _ in 0..200 {
        let _ = std::io::stdout().write_all(block.as_bytes());
        let _ = std::io::stderr().write_all(block.as_bytes());
    }
}

fn keep_handles() {
    let mut kept = Vec::new();
    for _ in 0..1_000_000 {
        match secrets::open_parameter("/app/password") {
            Ok(secret) => kept.push(secret),
            Err(failure) => panic!("handle {}: {}", kept.len(), failure.message),
        }
    }
}

fn dynamic(text: &str) -> Resolution {
    Resolution { value: Value::DynamicReference(text.to_owned()), ..Resolution::text("") }
}
