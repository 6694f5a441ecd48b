//! A project on the AWS cloud: the built command, made-up credentials, and an endpoint on this machine.

use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::common::{Run, Sandbox};

/// The account that moto's credentials belong to.
pub(crate) const ACCOUNT: &str = "123456789012";

/// The secret key of the made-up credentials; it must never be seen.
pub(crate) const SECRET_KEY: &str = "wJalrXUtnFEMI/K7MDENG/NEVERSHOWTHIS";

/// The token of the made-up credentials; it must never be seen.
pub(crate) const SESSION_TOKEN: &str = "FwoGZXIvYXdzNEVERSHOWTHISEITHER";

/// Where nobody listens: the port of a service of the eighties (RFC 863).
pub(crate) const NOWHERE: &str = "http://127.0.0.1:9";

/// A project folder and where its calls go.
pub(crate) struct Project {
    pub(crate) sandbox: Sandbox,
    pub(crate) url: String,
    pub(crate) region: String,
}

impl Project {
    /// A project whose AWS is moto. All tests share one, so names are [`unique`].
    pub(crate) fn moto(region: &str) -> Self {
        Self::at(&moto(), region)
    }

    /// A project whose AWS is this URL.
    pub(crate) fn at(url: &str, region: &str) -> Self {
        Self { sandbox: Sandbox::new(), url: url.to_owned(), region: region.to_owned() }
    }

    /// The command with `--cloud aws`, the region and the endpoint.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let place = ["--cloud", "aws", "--region", &self.region, "--endpoint-url", &self.url];
        self.bare_command(&[args, &place].concat())
    }

    /// The command with credentials, and nothing else.
    pub(crate) fn bare_command(&self, args: &[&str]) -> Command {
        let mut command = self.sandbox.command(args);
        command
            .env("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
            .env("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
            .env("AWS_SESSION_TOKEN", SESSION_TOKEN)
            // A proxy of this machine would get in between.
            .env("NO_PROXY", "127.0.0.1")
            .env("no_proxy", "127.0.0.1");
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Run {
        run(self.command(args))
    }

    /// Run the command; it must end with exit code 0. Gives its stdout.
    pub(crate) fn ok(&self, args: &[&str]) -> String {
        ok(self.command(args))
    }

    /// Run the command with JSON output; it must end with exit code 0.
    pub(crate) fn json(&self, args: &[&str]) -> serde_json::Value {
        serde_json::from_str(&self.ok(&[args, &["--output", "json"]].concat())).unwrap()
    }

    /// Run the command with a text on its stdin; it must end with exit code 0. Gives its stdout.
    pub(crate) fn ok_with_stdin(&self, args: &[&str], stdin: &str) -> String {
        let mut command = self.command(args);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(stdin.as_bytes()).unwrap();
        let run = Run::of(child.wait_with_output().unwrap());
        assert_eq!(run.code, 0, "formwork {}\n{}{}", args.join(" "), run.stdout, run.stderr);
        run.stdout
    }

    /// Render this template, which must fail; gives the exit code and stderr, without the port of the endpoint.
    pub(crate) fn fail_to_render(&self, template: &str) -> (i32, String) {
        self.sandbox.write("t.yaml", template);
        let run = self.run(&["render", "t.yaml"]);
        assert_eq!(run.stdout, "", "a template that fails prints nothing");
        assert!(!self.sandbox.path().join("formwork.lock").exists(), "a template that fails pins nothing");
        (run.code, run.stderr.replace(&self.url, "ENDPOINT"))
    }

    /// The text of the lock.
    pub(crate) fn lock(&self) -> String {
        self.sandbox.read("formwork.lock")
    }
}

pub(crate) fn run(mut command: Command) -> Run {
    Run::of(command.output().unwrap())
}

/// Run the command; it must end with exit code 0. Gives its stdout.
pub(crate) fn ok(command: Command) -> String {
    let shown = format!("{:?}", command.get_args().collect::<Vec<_>>());
    let run = run(command);
    assert_eq!(run.code, 0, "{shown}\n{}{}", run.stdout, run.stderr);
    run.stdout
}

/// The URL of the moto that `cargo xtask test` started.
pub(crate) fn moto() -> String {
    std::env::var("FORMWORK_TEST_MOTO").unwrap_or_else(|_| {
        panic!("there is no moto: run `cargo xtask test`, or start moto_server and set FORMWORK_TEST_MOTO to its URL")
    })
}

/// A name that no other test and no other run uses, without a slash.
pub(crate) fn unique(name: &str) -> String {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let time = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();
    format!("{name}-{:x}-{:x}-{:x}", time, std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}
