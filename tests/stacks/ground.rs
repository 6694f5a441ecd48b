//! A project whose AWS is the fake, or ministack.

use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::Value;

use crate::common::Run;
use crate::fake::Fake;
use crate::project::{Project, run};

/// A template with one resource and its property on line 5.
pub(crate) const TOPIC: &str = "\
Resources:
  Topic:
    Type: AWS::SNS::Topic
    Properties:
      DisplayName: hello
";

/// A project, and the CloudFormation that it talks to.
pub(crate) struct Ground {
    pub(crate) fake: Fake,
    pub(crate) project: Project,
}

impl Ground {
    /// With `t.yaml` in the project's folder.
    pub(crate) fn new(template: &str) -> Self {
        let fake = Fake::start();
        let project = Project::at(&fake.url(), "eu-west-1");
        project.sandbox.write("t.yaml", template);
        Self { fake, project }
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        self.project.sandbox.write(name, content);
    }

    /// The command, asking AWS so often that no test waits.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        quick(self.project.command(args))
    }

    pub(crate) fn run(&self, args: &[&str]) -> Run {
        run(self.command(args))
    }

    /// `plan web --template t.yaml`
    pub(crate) fn plan(&self, args: &[&str]) -> Run {
        self.run(&[&["plan", "web", "--template", "t.yaml"], args].concat())
    }

    /// The plan as JSON; it must be made.
    #[track_caller]
    pub(crate) fn plan_json(&self, args: &[&str]) -> Value {
        let run = self.plan(&[args, &["--output", "json"]].concat());
        assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
        run.json()
    }

    /// `deploy web --template t.yaml --yes`
    pub(crate) fn deploy(&self, args: &[&str]) -> Run {
        self.run(&[&["deploy", "web", "--template", "t.yaml", "--yes"], args].concat())
    }

    /// The same, begun; its output is read when it has ended.
    pub(crate) fn start(&self, args: &[&str]) -> Started {
        let mut command = self.command(args);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        Started(Some(command.spawn().unwrap()))
    }
}

/// Asks AWS every few milliseconds.
pub(crate) fn quick(mut command: Command) -> Command {
    command.env("FORMWORK_POLL_MS", "10");
    command
}

/// A command that runs. It ends with this value.
pub(crate) struct Started(Option<Child>);

impl Started {
    /// What Ctrl-C does.
    #[cfg(unix)]
    pub(crate) fn interrupt(&self) {
        let id = i32::try_from(self.0.as_ref().unwrap().id()).unwrap();
        rustix::process::kill_process(rustix::process::Pid::from_raw(id).unwrap(), rustix::process::Signal::INT)
            .unwrap();
    }

    /// Ends it at once, as a machine that goes away does.
    pub(crate) fn kill(&mut self) {
        let child = self.0.as_mut().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// Waits for its end.
    pub(crate) fn end(mut self) -> Run {
        let start = Instant::now();
        let mut child = self.0.take().unwrap();
        while child.try_wait().unwrap().is_none() {
            if start.elapsed() > Duration::from_secs(60) {
                let _ = child.kill();
                panic!("it does not end");
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Run::of(child.wait_with_output().unwrap())
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        if let Some(child) = &mut self.0 {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// A project whose AWS is ministack. All tests share one, so names are [`crate::project::unique`].
pub(crate) fn ministack() -> Project {
    let url = std::env::var("FORMWORK_TEST_MINISTACK").unwrap_or_else(|_| {
        panic!(
            "there is no ministack: run `cargo xtask test`, or start it with BIND_HOST=127.0.0.1 IOT_MTLS_ENABLED=0 and \
             set FORMWORK_TEST_MINISTACK to its URL"
        )
    });
    Project::at(&url, "eu-west-1")
}

/// An access key that ministack takes for an account that nobody else has: twelve digits.
pub(crate) fn unique_account() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let time = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let id = u128::from(std::process::id()) * 1_000 + u128::from(count);
    format!("{:012}", (time * 1_000_003 + id) % 1_000_000_000_000)
}

/// All of these stand in the text.
#[track_caller]
pub(crate) fn has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "no {part:?} in\n{text}");
    }
}

/// None of these stands in the text.
#[track_caller]
pub(crate) fn has_none(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(!text.contains(part), "{part:?} in\n{text}");
    }
}

/// The JSON objects of a stream, one a line.
#[track_caller]
pub(crate) fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
}
