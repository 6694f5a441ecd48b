//! A folder with a document in it.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde_json::{Value, json};

use crate::common::{Run, Sandbox};

pub struct Ground {
    pub sandbox: Sandbox,
}

impl Ground {
    pub fn new(document: &str) -> Self {
        let sandbox = Sandbox::new();
        sandbox.write("d.yaml", document);
        Self { sandbox }
    }

    /// A document with these steps.
    pub fn steps(steps: Value) -> Self {
        Self::new(&json!({ "schemaVersion": "2.2", "mainSteps": steps }).to_string())
    }

    pub fn run(&self, args: &[&str]) -> Run {
        let mut all = vec!["run", "d.yaml", "--orchestration-dir", "orch"];
        all.extend(args);
        self.sandbox.run(&all)
    }

    /// The JSON of a run, and its exit code.
    pub fn json(&self, args: &[&str]) -> (Value, i32) {
        let mut all = args.to_vec();
        all.extend(["--output", "json"]);
        let run = self.run(&all);
        (serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{}{}", run.stdout, run.stderr)), run.code)
    }

    pub fn mode(&self, path: &str) -> u32 {
        std::fs::metadata(self.sandbox.path().join(path)).unwrap().permissions().mode() & 0o777
    }

    pub fn is_there(&self, path: impl AsRef<Path>) -> bool {
        self.sandbox.path().join(path).exists()
    }
}

/// A step of `aws:runShellScript`.
pub fn shell(name: &str, lines: &[&str]) -> Value {
    json!({ "action": "aws:runShellScript", "name": name, "inputs": { "runCommand": lines } })
}

/// The same, with more inputs.
pub fn shell_with(name: &str, lines: &[&str], inputs: Value) -> Value {
    let mut step = shell(name, lines);
    step["inputs"].as_object_mut().unwrap().extend(inputs.as_object().unwrap().clone());
    step
}

/// The statuses of all steps.
pub fn statuses(run: &Value) -> Vec<&str> {
    run["steps"].as_array().unwrap().iter().map(|step| step["status"].as_str().unwrap()).collect()
}
