//! The examples of `examples/documents` print what their READMEs say.

use std::path::Path;

use crate::common::Sandbox;

#[test]
fn each_prints_what_it_says() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/documents");
    let mut seen = 0;
    for folder in std::fs::read_dir(examples).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()) {
        let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
        let sandbox = Sandbox::new();
        sandbox.write("document.yaml", read("document.yaml"));
        let run = sandbox.run(&["run", "document.yaml"]);
        let (expected, readme) = (read("expected.txt"), read("README.md"));
        assert_eq!(run.stdout, expected, "{}\n{}", folder.display(), run.stderr);
        assert!(readme.contains(expected.trim_end()), "{}: the README does not show what is printed", folder.display());
        seen += 1;
    }
    assert!(seen >= 2, "{seen}");
}
