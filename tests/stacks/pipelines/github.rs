//! GitHub Actions, as far as the example needs them.
//!
//! Every `run` of every step is run, by bash, as it stands in the file. What a step `uses` is GitHub's: checking out,
//! taking a role and handing files on are done here; anything else is a mistake of the example.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::ground::{Ground, copy, pipeline};
use super::yaml::yaml;

/// How a job ended.
pub(super) struct Job {
    /// None when it was skipped.
    pub(super) succeeded: Option<bool>,
    /// Its folder, as it was at its end.
    pub(super) folder: PathBuf,
    /// What its steps printed.
    pub(super) log: String,
    /// What it wrote for people.
    pub(super) summary: String,
    outputs: BTreeMap<String, String>,
}

/// Texts by their names in expressions: `github.event_name`.
type Names = BTreeMap<String, String>;

/// Runs the workflow for an event, and gives its jobs.
pub(super) fn workflow(ground: &Ground, event: &str) -> BTreeMap<String, Job> {
    let workflow = yaml(&pipeline("github-actions.yml"));
    assert!(workflow["on"].get(event).is_some(), "no {event}");
    let mut names = Names::from([
        ("github.event_name".to_owned(), event.to_owned()),
        ("github.repository".to_owned(), "acme/stacks".to_owned()),
        ("github.token".to_owned(), "made up".to_owned()),
    ]);
    if event == "pull_request" {
        names.insert("github.event.pull_request.head.repo.full_name".into(), "acme/stacks".into());
    }
    let mut jobs: BTreeMap<String, Job> = BTreeMap::new();
    // They stand in an order that works.
    for (name, job) in workflow["jobs"].as_object().unwrap() {
        let folder = ground.empty_folder(&format!("github-{name}"));
        let mut ended = Job {
            succeeded: None,
            folder: folder.join("workspace"),
            log: String::new(),
            summary: String::new(),
            outputs: BTreeMap::new(),
        };
        let needed = job["needs"].as_str().map(|needed| &jobs[needed]);
        if needed.is_none_or(|needed| needed.succeeded == Some(true)) && is_true(&job["if"], &names) {
            Machine { ground, folder, names: names.clone(), environment: Names::new() }.run(job, &mut ended);
        }
        for (output, value) in &ended.outputs {
            names.insert(format!("needs.{name}.outputs.{output}"), value.clone());
        }
        jobs.insert(name.clone(), ended);
    }
    jobs
}

/// The machine of a job.
struct Machine<'a> {
    ground: &'a Ground,
    folder: PathBuf,
    names: Names,
    environment: Names,
}

impl Machine<'_> {
    fn run(&mut self, job: &Value, ended: &mut Job) {
        fs::create_dir_all(&ended.folder).unwrap();
        let mut good = true;
        for step in job["steps"].as_array().unwrap() {
            if !is_true(&step["if"], &self.names) {
                continue;
            }
            match step["uses"].as_str() {
                Some(action) => self.action(action, &step["with"], job, &ended.folder),
                None => good = self.script(step, ended),
            }
            if !good {
                break;
            }
        }
        ended.succeeded = Some(good);
        ended.summary = fs::read_to_string(self.folder.join("summary")).unwrap_or_default();
        for (name, value) in job["outputs"].as_object().into_iter().flatten() {
            ended.outputs.insert(name.clone(), self.filled(value.as_str().unwrap()));
        }
    }

    fn action(&mut self, action: &str, with: &Value, job: &Value, workspace: &Path) {
        let (name, version) = action.split_once('@').unwrap();
        assert_eq!(version.split('.').count(), 3, "{action} is not pinned to a version");
        let artifacts = self.ground.folder("github-artifacts");
        match name {
            "actions/checkout" => copy(&self.ground.repository(), workspace),
            "aws-actions/configure-aws-credentials" => {
                assert_eq!(job["permissions"]["id-token"], "write", "else there is no role");
                let given: Vec<&String> = with.as_object().unwrap().keys().collect();
                assert_eq!(given, ["role-to-assume", "aws-region"], "no keys");
                self.environment.extend(self.ground.credentials());
                self.environment.insert("AWS_REGION".into(), with["aws-region"].as_str().unwrap().into());
            }
            "actions/upload-artifact" => {
                let target = self.ground.empty_folder("github-artifacts").join(with["name"].as_str().unwrap());
                fs::create_dir_all(&target).unwrap();
                // As there, it is enough that one is there.
                let files: Vec<&str> = with["path"].as_str().unwrap().lines().collect();
                let copied = files.iter().filter(|file| fs::copy(workspace.join(file), target.join(file)).is_ok());
                assert!(copied.count() > 0, "none of {files:?}");
            }
            "actions/download-artifact" => copy(&artifacts.join(with["name"].as_str().unwrap()), workspace),
            _ => panic!("{action} is not known to this test"),
        }
    }

    fn script(&mut self, step: &Value, ended: &mut Job) -> bool {
        let output = self.folder.join("output");
        fs::write(&output, "").unwrap();
        let mut environment = self.environment.clone();
        environment.insert("CI".into(), "true".into());
        environment.insert("GITHUB_EVENT_NAME".into(), self.names["github.event_name"].clone());
        environment.insert("GITHUB_OUTPUT".into(), output.display().to_string());
        environment.insert("GITHUB_STEP_SUMMARY".into(), self.folder.join("summary").display().to_string());
        for (name, value) in step["env"].as_object().into_iter().flatten() {
            environment.insert(name.clone(), self.filled(value.as_str().unwrap()));
        }
        let script = step["run"].as_str().unwrap();
        assert!(!script.contains("${{"), "expressions in scripts can be injected into: {script}");
        let run = self.ground.bash(script, &ended.folder, &environment);
        ended.log.push_str(&format!("{script}\n{}{}[{}]\n", run.stdout, run.stderr, run.code));
        if let Some(id) = step["id"].as_str() {
            for line in fs::read_to_string(&output).unwrap().lines() {
                let (name, value) = line.split_once('=').unwrap();
                self.names.insert(format!("steps.{id}.outputs.{name}"), value.to_owned());
            }
        }
        run.code == 0
    }

    /// A text with its `${{ … }}` filled in.
    fn filled(&self, text: &str) -> String {
        let mut parts = text.split("${{");
        let mut filled = parts.next().unwrap().to_owned();
        for part in parts {
            let (expression, rest) = part.split_once("}}").unwrap();
            filled.push_str(&value(expression, &self.names));
            filled.push_str(rest);
        }
        filled
    }
}

/// Whether an `if` is true: comparisons, joined by `&&` and `||`. None is true.
fn is_true(condition: &Value, names: &Names) -> bool {
    let Some(text) = condition.as_str() else { return true };
    text.split("||").any(|all| {
        all.split("&&").all(|comparison| {
            let (left, right) = comparison.split_once("==").unwrap_or_else(|| panic!("not known: {comparison}"));
            value(left, names) == value(right, names)
        })
    })
}

/// A literal, or what a name stands for: nothing where there is nothing, as on GitHub.
fn value(expression: &str, names: &Names) -> String {
    let expression = expression.trim();
    match expression.strip_prefix('\'').and_then(|text| text.strip_suffix('\'')) {
        Some(literal) => literal.to_owned(),
        None => names.get(expression).cloned().unwrap_or_default(),
    }
}
