//! A repository, and the machine that a pipeline runs on.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::common::Run;
use crate::common::transcript::place;
use crate::ground::{ministack, quick, unique_account};
use crate::project::Project;

/// What the machines of a pipeline have and this test does not run: they note what they are asked, and succeed.
const NOTED: [&str; 4] = ["cargo", "gh", "git", "rustup"];

/// The repository is `examples/stacks`, with an AMI that a test can move; its AWS is an account of its own in ministack.
pub(super) struct Ground {
    project: Project,
    account: String,
}

impl Ground {
    /// With stacks that are deployed from the AMI that there is.
    pub(super) fn deployed() -> Self {
        let project = ministack();
        let ground = Self { account: unique_account(), project };
        let root = examples().join("stacks");
        for entry in fs::read_dir(root).unwrap() {
            let path = entry.unwrap().path();
            let text = fs::read_to_string(&path).unwrap();
            let moving =
                text.replace("/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64", "/golden/ami");
            ground.write(path.file_name().unwrap().to_str().unwrap(), &moving);
        }
        assert!(ground.read("web.yaml").contains("<<resolve:ssm:/golden/ami>>"));
        for tool in NOTED {
            let path = ground.folder("bin").join(tool);
            fs::write(&path, format!("#!/bin/sh\necho \"{tool} $*\" >> \"$NOTES\"\n")).unwrap();
            executable(&path);
        }
        ground.publish("ami-0a1b2c3d4e5f60718");
        ground.person("formwork deploy --all --env prod --yes");
        ground
    }

    /// There is a newer AMI.
    pub(super) fn publish(&self, ami: &str) {
        self.person(&format!("formwork param put /golden/ami {ami} --type String --overwrite --env prod"));
    }

    /// What somebody does in the repository.
    fn person(&self, script: &str) {
        let mut environment = self.credentials();
        environment.insert("AWS_REGION".into(), "eu-central-1".into());
        let run = self.bash(script, &self.repository(), &environment);
        assert_eq!(run.code, 0, "{script}\n{}{}", run.stdout, run.stderr);
    }

    /// What a role gives, as the environment of a machine.
    pub(super) fn credentials(&self) -> BTreeMap<String, String> {
        let pairs = [("AWS_ACCESS_KEY_ID", self.account.as_str()), ("AWS_SECRET_ACCESS_KEY", "made up")];
        pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
    }

    /// Runs a script as the machines do, with no credentials but those that are given.
    pub(super) fn bash(&self, script: &str, folder: &Path, environment: &BTreeMap<String, String>) -> Run {
        let file = self.folder("scripts").join("script.sh");
        fs::write(&file, script).unwrap();
        let mut bash = Command::new("bash");
        place(&mut bash, &quick(self.project.sandbox.command(&[])));
        let formwork = Path::new(env!("CARGO_BIN_EXE_formwork")).parent().unwrap();
        let path = std::env::var("PATH").unwrap();
        bash.arg("-e").arg(file).current_dir(folder);
        bash.env("PATH", format!("{}:{}:{path}", self.folder("bin").display(), formwork.display()))
            .env("NOTES", self.notes_file())
            .env("AWS_ENDPOINT_URL", &self.project.url)
            .env("NO_PROXY", "127.0.0.1")
            .envs(environment);
        Run::of(bash.output().unwrap())
    }

    fn notes_file(&self) -> PathBuf {
        self.project.sandbox.path().join("notes")
    }

    /// What the tools that are not run were asked since the last time.
    pub(super) fn notes(&self) -> String {
        let notes = fs::read_to_string(self.notes_file()).unwrap_or_default();
        fs::write(self.notes_file(), "").unwrap();
        notes
    }

    /// A folder of the machine that is there and stays.
    pub(super) fn folder(&self, name: &str) -> PathBuf {
        let folder = self.project.sandbox.path().join("machine").join(name);
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    /// A folder of the machine, empty.
    pub(super) fn empty_folder(&self, name: &str) -> PathBuf {
        fs::remove_dir_all(self.folder(name)).unwrap();
        self.folder(name)
    }

    pub(super) fn repository(&self) -> PathBuf {
        self.folder("repository")
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.repository().join(name), text).unwrap();
    }

    pub(super) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.repository().join(name)).unwrap()
    }

    /// What is merged: the lock of this folder.
    pub(super) fn merge_lock(&self, folder: &Path) {
        fs::copy(folder.join("formwork.lock"), self.repository().join("formwork.lock")).unwrap();
    }
}

pub(super) fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("examples")
}

/// A file of `examples/pipelines`.
pub(super) fn pipeline(name: &str) -> String {
    fs::read_to_string(examples().join("pipelines").join(name)).unwrap()
}

/// Copies what is in a folder, folders too.
pub(super) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

fn executable(path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }
}
