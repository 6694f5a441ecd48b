//! Another parser's word: PyYAML, which reads YAML 1.1 as CloudFormation's own parser does, must read the rendered
//! template as the template with its references replaced.

use std::path::Path;
use std::process::Command;

use crate::common::Sandbox;

const VALUES: [&str; 34] = [
    "plain",
    "0123",
    "yes",
    "No",
    "on",
    "~",
    "null",
    "0x10",
    "0o17",
    "1e3",
    ".5",
    "-1",
    "1_000",
    "1:20",
    "2001-01-01",
    ".inf",
    "=",
    "<<",
    "a: b",
    "a #b",
    "#a",
    "it's",
    "say \"hi\"",
    "{{x}}",
    "[1]",
    "- a",
    "? k",
    "a\nb",
    "a\n\n b\n",
    " lead",
    "trail ",
    "tab\there",
    "ünï☃😀",
    "%&@`!|>*",
];

/// Each has references `<<resolve:ssm:/v/N>>` for `N`.
const TEMPLATES: [&str; 14] = [
    "A: <<resolve:ssm:/v/N>>\n",
    "A: x-<<resolve:ssm:/v/N>>-y # c\nB: 1\n",
    "A: '<<resolve:ssm:/v/N>> it''s'\n",
    "A: \"<<resolve:ssm:/v/N>>\\t\\u00e9\"\n",
    "A: |\n  <<resolve:ssm:/v/N>>\n  more\nB: 1\n",
    "A: |-\n  first\n  <<resolve:ssm:/v/N>>\n",
    "A: |+\n  <<resolve:ssm:/v/N>>\n\nB: 1\n",
    "A: >\n  folded <<resolve:ssm:/v/N>>\n  text\n",
    "A: [ <<resolve:ssm:/v/N>>, 'b', {c: <<resolve:ssm:/v/N>>} ]\n",
    "<<resolve:ssm:/v/N>>: key\n",
    "{ '<<resolve:ssm:/v/N>>': 1, \"b\": '<<resolve:ssm:/v/N>>' }\n",
    "A: &anchorN <<resolve:ssm:/v/N>>\nB: *anchorN\n",
    "A:\n- !!str <<resolve:ssm:/v/N>>\n-   <<resolve:ssm:/v/N>>\n",
    "A: one\n  two <<resolve:ssm:/v/N>>\n  three",
];

const SCRIPT: &str = r#"
import json, re, sys, yaml
values = json.load(open("values.json"))
def put(node):
    if isinstance(node, str):
        return re.sub(r"<<resolve:ssm:([^>]*)>>", lambda m: values[m.group(1)], node)
    if isinstance(node, list):
        return [put(n) for n in node]
    if isinstance(node, dict):
        return {put(k): put(v) for k, v in node.items()}
    return node
bad = 0
for name in sys.argv[1:]:
    before = put(yaml.safe_load(open(name + ".yaml", newline="", encoding="utf-8").read()))
    after = yaml.safe_load(open(name + ".out", newline="", encoding="utf-8").read())
    if before != after:
        bad += 1
        print(name, open(name + ".yaml").read(), open(name + ".out").read(), "expected", before, "got", after, sep="\n")
sys.exit(1 if bad else 0)
"#;

fn python() -> String {
    let venv = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../moto-venv/bin/python");
    match std::env::var("FORMWORK_TEST_PYTHON") {
        Ok(python) => python,
        Err(_) if venv.exists() => venv.display().to_string(),
        Err(_) => panic!("a Python with PyYAML is needed: run `cargo xtask test`, or set FORMWORK_TEST_PYTHON"),
    }
}

#[test]
fn pyyaml_reads_what_was_put_in() {
    let sandbox = Sandbox::new();
    let names = (0..VALUES.len()).map(|n| format!("/v/{n}"));
    let values: serde_json::Map<String, serde_json::Value> =
        names.zip(VALUES).map(|(name, value)| (name, value.into())).collect();
    sandbox.write("values.json", serde_json::Value::Object(values).to_string());
    sandbox.ok(&["param", "import", "values.json"]);
    let mut cases = Vec::new();
    for (t, template) in TEMPLATES.iter().enumerate() {
        for (name, ending) in [(format!("{t}"), "\n"), (format!("{t}-crlf"), "\r\n")] {
            // All values in one template: each under a key of its own, which indents it.
            let mut text = String::new();
            for n in 0..VALUES.len() {
                text.push_str(&format!("k{n}:\n"));
                let case = template.replace("/N>>", &format!("/{n}>>")).replace("anchorN", &format!("anchor{n}"));
                for line in case.lines() {
                    text.push_str(&format!("{}{line}\n", if line.is_empty() { "" } else { "  " }));
                }
            }
            sandbox.write(&format!("{name}.yaml"), text.replace('\n', ending));
            sandbox.ok(&["render", &format!("{name}.yaml"), "--out", &format!("{name}.out")]);
            cases.push(name);
        }
    }
    let output =
        Command::new(python()).arg("-c").arg(SCRIPT).args(&cases).current_dir(sandbox.path()).output().unwrap();
    let report = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{report}");
}
