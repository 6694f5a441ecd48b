//! A renderer that does what no plugin should: what exactly, the template says in its first line, `case: NAME`.

use std::hash::{BuildHasher, RandomState};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use formwork_plugin::host::{process, references};
use formwork_plugin::renderer::{Finding, Place, RenderRequest, Rendered, Renderer, Severity};
use formwork_plugin::{Failure, FailureKind, Value};

/// As in the hostile resolver.
const ESCAPES: &str = "\u{1b}[31mred\u{1b}[2J\u{1b}]0;title\u{7}\u{9b}2J\r\u{8}\u{202e}gnp.exe";

struct Hostile;

impl Renderer for Hostile {
    fn render(request: RenderRequest) -> Result<Rendered, Vec<Finding>> {
        let mut lines = request.template.lines();
        let case = lines.next().unwrap_or_default().trim_start_matches("case: ").to_owned();
        let reference = lines.next().unwrap_or_default().trim_start_matches("# ").to_owned();
        match case.as_str() {
            "good" => text(request.template),
            "clock-and-random" => text(clock_and_random()),
            "loop" => loop {
                std::hint::black_box(());
            },
            "sleep" => {
                std::thread::sleep(std::time::Duration::from_secs(3_600));
                text("slept".into())
            }
            "panic" => panic!("{ESCAPES}"),
            "escapes" => text(format!("Description: \"{ESCAPES}\"\n")),
            "finding-escapes" => Err(vec![finding(Severity::Error, ESCAPES, Some(ESCAPES), None)]),
            "warning-escapes" => {
                let findings = vec![finding(Severity::Warning, ESCAPES, Some(ESCAPES), None)];
                Ok(Rendered { template: "Resources: {}\n".into(), findings })
            }
            "no-finding" => Err(Vec::new()),
            "only-a-warning" => Err(vec![finding(Severity::Warning, "mild", None, None)]),
            "error-in-success" => {
                let findings = vec![finding(Severity::Error, "grave", None, None)];
                Ok(Rendered { template: "Resources: {}\n".into(), findings })
            }
            "places" => Err(places()),
            "resolve" => resolve(&reference),
            "resolve-escapes" => resolve(&format!("ssm:/app/ami{ESCAPES}")),
            "resolve-many" => {
                let answers = references::resolve(&vec!["ssm:/app/ami".to_owned(); 50_000]);
                text(format!("answers: {}\n", answers.len()))
            }
            "process" => {
                let command = process::Command {
                    program: "/bin/true".into(),
                    args: Vec::new(),
                    env: Vec::new(),
                    working_directory: None,
                    stdin: None,
                    timeout: None,
                };
                let _ = process::run(&command);
                text("Resources: {}\n".into())
            }
            _ => Err(vec![finding(Severity::Error, "there is no such case", None, None)]),
        }
    }
}

fn text(template: String) -> Result<Rendered, Vec<Finding>> {
    Ok(Rendered { template, findings: Vec::new() })
}

fn finding(severity: Severity, message: &str, hint: Option<&str>, place: Option<Place>) -> Finding {
    let failure = Failure { hint: hint.map(str::to_owned), ..Failure::new(FailureKind::Other, message) };
    Finding { severity, failure, place }
}

/// Everything that differs from run to run on an ordinary machine.
fn clock_and_random() -> String {
    let wall = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_nanos());
    let started = Instant::now();
    let random: Vec<u64> = (0..4).map(|n| RandomState::new().hash_one(n)).collect();
    let elapsed = started.elapsed().as_nanos();
    format!("Metadata:\n  Wall: {wall}\n  Elapsed: {elapsed}\n  Random: {random:?}\n")
}

/// Places that are none.
fn places() -> Vec<Finding> {
    let far = u32::MAX;
    let all = [(far, far, far, far), (9, 3, 1, 1), (0, far, 0, 0), (1, 2, 1, far), (0, 0, far, 1)];
    all.into_iter()
        .map(|(start, end, line, column)| {
            finding(Severity::Error, "nowhere", None, Some(Place { start, end, line, column }))
        })
        .collect()
}

fn resolve(reference: &str) -> Result<Rendered, Vec<Finding>> {
    let answers = references::resolve(&[reference.to_owned()]);
    let answer = answers.into_iter().next().ok_or_else(Vec::new)?;
    match answer {
        Ok(resolution) => {
            let (Value::Text(value) | Value::DynamicReference(value) | Value::Revealed(value)) = resolution.value;
            text(format!("Description: {value}\n"))
        }
        Err(failure) => {
            let Finding { severity, place, .. } = finding(Severity::Error, "", None, None);
            Err(vec![Finding { severity, failure, place }])
        }
    }
}

formwork_plugin::export_renderer!(Hostile);
