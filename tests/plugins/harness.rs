//! Running the command on hostile plugins, and the library on them.

use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use formwork::cloud::{CloudSettings, Connection};
use formwork::plugin::{
    CompileStore, Compiler, Grants, LimitOverrides, Limits, LoadError, Plugin, Runtime, Services, Source,
};

use crate::common::{Run, Sandbox};
use crate::fixture;

/// Whatever a plugin does, the command ends long before this.
const HANG: Duration = Duration::from_secs(60);

/// Run a command to its end; one that hangs is killed, and fails the test.
pub fn bounded(mut command: Command) -> Run {
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    fn reader(mut stream: impl Read + Send + 'static) -> std::thread::JoinHandle<Vec<u8>> {
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            stream.read_to_end(&mut bytes).unwrap();
            bytes
        })
    }
    let (stdout, stderr) = (reader(child.stdout.take().unwrap()), reader(child.stderr.take().unwrap()));
    let started = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if started.elapsed() > HANG {
            child.kill().unwrap();
            panic!("the command hangs: {command:?}\n{}", String::from_utf8_lossy(&stderr.join().unwrap()));
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    Run::of(std::process::Output { status, stdout: stdout.join().unwrap(), stderr: stderr.join().unwrap() })
}

/// A project with the hostile resolver; `settings` are further lines of its table.
pub fn project(settings: &str) -> Sandbox {
    project_of(fixture::resolver(), settings)
}

/// A project with this component as the plugin `hostile`.
pub fn project_of(component: &[u8], settings: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("hostile.wasm", component);
    configure(&sandbox, settings);
    sandbox
}

/// Write formwork.toml; `settings` are further lines of the plugin's table.
pub fn configure(sandbox: &Sandbox, settings: &str) {
    sandbox.write("formwork.toml", format!("[plugins.hostile]\nsource = \"hostile.wasm\"\n{settings}\n"));
}

/// A project with the hostile renderer as its renderer.
pub fn renderer_project(settings: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("hostile.wasm", fixture::renderer());
    sandbox.write(
        "formwork.toml",
        format!("renderer = \"hostile\"\n[plugins.hostile]\nsource = \"hostile.wasm\"\n{settings}\n"),
    );
    sandbox
}

/// Render a template with one reference into `out.yaml`.
pub fn render(sandbox: &Sandbox, case: &str) -> Run {
    bounded(render_command(sandbox, case, &[]))
}

pub fn render_command(sandbox: &Sandbox, case: &str, options: &[&str]) -> Command {
    sandbox.write("template.yaml", format!("Description: <<resolve:hostile:{case}>>\n"));
    let mut args = vec!["render", "template.yaml", "--out", "out.yaml"];
    args.extend(options);
    sandbox.command(&args)
}

/// What the reference became, without the quotes that YAML needs.
pub fn value(sandbox: &Sandbox, case: &str) -> String {
    let run = render(sandbox, case);
    assert_eq!(run.code, 0, "{case}\n{}", run.stderr);
    assert_inert(&run);
    let written = sandbox.read("out.yaml");
    let value = written.trim().trim_start_matches("Description:").trim();
    let unquoted = ['\'', '"'].iter().find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote));
    unquoted.unwrap_or(value).to_owned()
}

/// The case ends with this exit code and these words on stderr, shows nothing harmful and writes nothing; and the same
/// project renders a good reference afterwards.
pub fn refused(sandbox: &Sandbox, case: &str, code: i32, words: &[&str]) -> Run {
    let run = refused_only(sandbox, case, code, words);
    assert_eq!(value(sandbox, "good"), "good-value", "after {case}");
    std::fs::remove_file(sandbox.path().join("out.yaml")).unwrap();
    run
}

/// The same without the good reference afterwards.
pub fn refused_only(sandbox: &Sandbox, case: &str, code: i32, words: &[&str]) -> Run {
    let before = files(sandbox.path());
    let run = render(sandbox, case);
    assert_eq!(run.code, code, "{case}\n{}", run.stderr);
    for words in words {
        assert!(run.stderr.contains(words), "{case}: `{words}` is missing in\n{}", run.stderr);
    }
    assert_inert(&run);
    assert_eq!(run.stdout, "", "{case}");
    assert_eq!(files(sandbox.path()), before, "{case} wrote something");
    run
}

/// All files of a project with their content, but for the store and the template.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_type().unwrap().is_file() && entry.file_name() != "template.yaml")
        .map(|entry| (entry.file_name().to_string_lossy().into_owned(), std::fs::read(entry.path()).unwrap()))
        .collect();
    found.sort();
    found
}

/// Nothing that a terminal would obey, or that reorders what a person reads.
pub fn assert_inert(run: &Run) {
    for (stream, text) in [("stdout", &run.stdout), ("stderr", &run.stderr)] {
        // A value may have letters that turn the reading direction; what people are told may not.
        let turns = |c: char| stream == "stderr" && ('\u{202a}'..='\u{202e}').contains(&c);
        let harmful = |c: char| (c.is_control() && c != '\n' && c != '\t') || turns(c);
        if let Some(at) = text.find(harmful) {
            let start = text[..at].char_indices().rev().nth(200).map_or(0, |(at, _)| at);
            panic!("{stream} has {:?}:\n{:?}", text[at..].chars().next().unwrap(), &text[start..at]);
        }
    }
}

/// The library, with a folder of its own.
pub struct Library {
    pub folder: Sandbox,
    pub runtime: Runtime,
    pub services: Services,
    pub compiler: Compiler,
}

impl Library {
    /// With the compile store of all tests.
    pub fn new() -> Self {
        Self::with_store(&Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache"), Sandbox::new())
    }

    /// With a compile store in which nothing is.
    pub fn with_own_store() -> Self {
        let folder = Sandbox::new();
        Self::with_store(&folder.path().join("cache"), folder)
    }

    fn with_store(cache: &Path, folder: Sandbox) -> Self {
        let store = cache.join("compiled");
        let settings = CloudSettings { folder: folder.path().join(".formwork"), ..CloudSettings::default() };
        Self {
            runtime: Runtime::new(CompileStore::new(store)).unwrap(),
            services: Services {
                cloud: Arc::new(Connection::new(settings)),
                root: folder.path().to_owned(),
                references: None,
                stacks: None,
                step: None,
            },
            compiler: Compiler::Child(env!("CARGO_BIN_EXE_formwork").into()),
            folder,
        }
    }

    pub async fn load(&self, bytes: &[u8], limits: Option<Limits>) -> Result<Plugin, LoadError> {
        let limits = limits.map(LimitOverrides::from).unwrap_or_default();
        let source = Source { name: "hostile", bytes, grants: Grants::default(), limits, compiler: &self.compiler };
        self.runtime.load(source).await
    }
}
