//! The transcripts of the README are true: their commands are run, and must print what stands there.

use std::path::Path;

use crate::common::Sandbox;
use crate::common::transcript::{check, transcript};

#[test]
fn the_readme_is_true() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let sandbox = Sandbox::new();
    for file in ["template.yaml", "parameters.json", "newer.json"] {
        sandbox.write(file, std::fs::read(root.join("examples/latest-ami").join(file)).unwrap());
    }
    sandbox.write("mistakes.yaml", "Colour: '<<resolve:ssm:/web/color>>'\nSize: <<resolve:ssm:/${Env}/size>>\n");
    let steps = ["<!-- A test runs these commands", "<!-- The same test. -->"]
        .map(|marker| transcript(&readme, marker))
        .concat();
    assert!(steps.len() >= 9, "{steps:?}");
    check(&steps, &sandbox.command(&[]));
}
