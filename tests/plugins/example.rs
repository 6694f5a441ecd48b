//! `examples/plugins/toml-resolver`, as its README says.

use std::path::Path;

use crate::common::{Run, Sandbox};
use crate::fixture::{root, toml_resolver};
use crate::harness::{assert_inert, bounded};

const FOLDER: &str = "examples/plugins/toml-resolver";

/// The example without its sources, built.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    for file in ["formwork.toml", "template.yaml", "versions/app.toml"] {
        sandbox.write(file, std::fs::read(root().join(FOLDER).join(file)).unwrap());
    }
    // Where the README's build puts it.
    sandbox.write("target/wasm32-wasip2/release/toml_resolver.wasm", toml_resolver());
    sandbox
}

fn run(sandbox: &Sandbox, args: &[&str]) -> Run {
    let run = bounded(sandbox.command(args));
    assert_inert(&run);
    run
}

/// A command line of the README and what the README shows of its output.
pub fn commands(readme: &str) -> Vec<(String, String)> {
    let mut commands: Vec<(String, String)> = Vec::new();
    let mut inside = false;
    for line in readme.lines() {
        match line.strip_prefix("$ ") {
            _ if line.starts_with("```") => inside = line == "```console",
            Some(command) if inside => commands.push((command.to_owned(), String::new())),
            None if inside => {
                let shown = &mut commands.last_mut().unwrap().1;
                shown.push_str(line);
                shown.push('\n');
            }
            _ => {}
        }
    }
    commands
}

#[test]
fn the_readme_is_true() {
    let readme = std::fs::read_to_string(root().join(FOLDER).join("README.md")).unwrap();
    let sandbox = sandbox();
    let mut seen = Vec::new();
    for (command, shown) in commands(&readme) {
        let words: Vec<&str> = command.split_whitespace().collect();
        match words.as_slice() {
            ["cargo", "build", rest @ ..] => assert_eq!(rest, ["--release", "--target", "wasm32-wasip2"]),
            ["cargo", "test"] => {}
            ["formwork", args @ ..] => {
                let run = run(&sandbox, args);
                assert_eq!(run.code, 0, "{command}\n{}", run.stderr);
                // Lines that the README leaves out stand there as `…`.
                let said = format!("{}{}", run.stdout, run.stderr);
                for line in shown.lines().filter(|line| *line != "…") {
                    assert!(said.contains(line), "{command}: the README shows\n{line}\nwhich is not in\n{said}");
                }
                seen.push(args.join(" "));
            }
            _ => panic!("what to do with `{command}`?"),
        }
    }
    assert!(seen.iter().any(|args| args.starts_with("render")), "{seen:?}");
    assert!(Path::new(FOLDER).is_relative() && readme.lines().count() < 80);
}

#[test]
fn it_renders_the_template() {
    let sandbox = sandbox();
    let rendered = run(&sandbox, &["render", "template.yaml"]);
    assert_eq!(rendered.code, 0, "{}", rendered.stderr);
    assert!(rendered.stdout.contains("Image: example/web:1.4.2\n"), "{}", rendered.stdout);
    assert!(rendered.stdout.contains("DesiredCount: '3'\n"), "{}", rendered.stdout);
    let lock = sandbox.read("formwork.lock");
    assert!(
        lock.contains("reference = \"toml:app.toml:web.image.tag\"") && lock.contains("value = \"1.4.2\""),
        "{lock}"
    );
    // Pinned: a change of the file shows in `outdated`, not in the next template.
    let app = sandbox.read("versions/app.toml").replace("1.4.2", "1.5.0");
    sandbox.write("versions/app.toml", app);
    assert_eq!(run(&sandbox, &["render", "template.yaml"]).stdout, rendered.stdout);
    assert!(run(&sandbox, &["outdated"]).stdout.contains("1.5.0"));
    assert_eq!(run(&sandbox, &["upgrade"]).code, 0);
    assert!(run(&sandbox, &["render", "template.yaml"]).stdout.contains("example/web:1.5.0\n"));
}

#[test]
fn without_the_grant_it_is_refused() {
    let sandbox = sandbox();
    sandbox.write("formwork.toml", sandbox.read("formwork.toml").replace("grants = { files = [\"versions\"] }\n", ""));
    let run = run(&sandbox, &["render", "template.yaml", "--out", "out.yaml"]);
    assert_eq!(run.code, 4, "{}", run.stderr);
    assert!(run.stderr.contains("the plugin `toml` may not read files"), "{}", run.stderr);
    assert!(run.stderr.contains("`files = [\"FOLDER\"]`"), "{}", run.stderr);
    assert!(!sandbox.path().join("out.yaml").exists() && !sandbox.path().join("formwork.lock").exists());
}

#[test]
fn mistakes_are_told_with_what_to_do() {
    let sandbox = sandbox();
    for (reference, code, words) in [
        ("app.toml:web.image.tga", 1, "There is `web.image.tag`"),
        ("app.toml:web.image", 2, "is a table"),
        ("app.toml", 2, "names no key"),
        ("nap.toml:x", 1, "`nap.toml` is in none of the granted folders (versions)"),
        ("../formwork.toml:plugins.toml.source", 2, "is not a path inside a granted folder"),
    ] {
        sandbox.write("template.yaml", format!("Description: <<resolve:toml:{reference}>>\n"));
        let run = run(&sandbox, &["render", "template.yaml"]);
        assert_eq!(run.code, code, "{reference}\n{}", run.stderr);
        assert!(run.stderr.contains(words), "{reference}: `{words}` is missing in\n{}", run.stderr);
    }
}

#[test]
fn list_and_inspect_know_it() {
    let sandbox = sandbox();
    let list = run(&sandbox, &["plugin", "list"]).stdout;
    let line = list.lines().find(|line| line.starts_with("toml")).unwrap();
    assert!(
        line.contains("resolver") && line.contains("not locked yet") && line.contains("files = \"versions\""),
        "{line}"
    );
    let inspected = run(&sandbox, &["plugin", "inspect", "target/wasm32-wasip2/release/toml_resolver.wasm"]).stdout;
    assert!(inspected.contains("kind         resolver\n") && inspected.contains("grants       files\n"), "{inspected}");
}
