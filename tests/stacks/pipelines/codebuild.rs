//! CodeBuild, as far as the examples need it: all commands of all phases, in one bash.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::ground::{Ground, copy, pipeline};
use super::yaml::yaml;

/// How a build ended.
pub(super) struct Build {
    pub(super) succeeded: bool,
    /// Its folder, as it was at its end.
    pub(super) folder: PathBuf,
    /// What its commands printed.
    pub(super) log: String,
    /// What it exports to the pipeline.
    pub(super) exported: BTreeMap<String, String>,
    /// What it hands on.
    pub(super) output: Option<PathBuf>,
}

/// Runs a buildspec in a copy of its input.
pub(super) fn build(ground: &Ground, buildspec: &str, input: &Path) -> Build {
    let spec = yaml(&pipeline(buildspec));
    assert_eq!(spec["version"], "0.2", "else each command has a shell of its own");
    assert_eq!(spec["env"]["shell"], "bash");
    let machine = ground.empty_folder(&format!("codebuild-{buildspec}"));
    let folder = machine.join("src");
    copy(input, &folder);

    // As CodeBuild does: one shell for all, which ends with the first command that fails.
    let mut script = "set +e\n".to_owned();
    for phase in ["install", "pre_build", "build", "post_build"] {
        for (number, command) in spec["phases"][phase]["commands"].as_array().into_iter().flatten().enumerate() {
            let file = machine.join(format!("{phase}-{number}"));
            fs::write(&file, command.as_str().unwrap()).unwrap();
            script.push_str(&format!(". '{0}'\nstatus=$?; [ $status -eq 0 ] || exit $status\n", file.display()));
        }
    }
    let names: Vec<&str> =
        spec["env"]["exported-variables"].as_array().into_iter().flatten().map(|name| name.as_str().unwrap()).collect();
    for name in &names {
        script.push_str(&format!("printf '%s=%s\\n' {name} \"${name}\" >> '{}'\n", machine.join("exported").display()));
    }
    let mut environment = ground.credentials();
    environment.insert("AWS_REGION".into(), "eu-central-1".into());
    environment.insert("CI".into(), "true".into());
    let run = ground.bash(&script, &folder, &environment);

    let exported = fs::read_to_string(machine.join("exported")).unwrap_or_default();
    let pairs = exported.lines().map(|line| line.split_once('=').unwrap());
    let output = (!spec["artifacts"].is_null()).then(|| {
        assert_eq!(spec["artifacts"]["files"], serde_json::json!(["**/*"]));
        folder.clone()
    });
    Build {
        succeeded: run.code == 0,
        folder,
        log: format!("{}{}[{}]\n", run.stdout, run.stderr, run.code),
        exported: pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        output,
    }
}
