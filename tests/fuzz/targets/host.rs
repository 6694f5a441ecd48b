//! The parsers of the host: components, the lock, the project file, imports into the local store.
#![no_main]

use std::sync::OnceLock;

use formwork::cloud::local::LocalCloud;
use formwork::lock::Lock;
use formwork::plugin::Inspection;
use formwork::project::Project;
use libfuzzer_sys::fuzz_target;

static FOLDER: OnceLock<std::path::PathBuf> = OnceLock::new();

fuzz_target!(|bytes: &[u8]| {
    let _ = Inspection::of(bytes);
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let folder = FOLDER.get_or_init(|| {
        let folder = std::env::temp_dir().join(format!("formwork-fuzz-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        folder
    });
    let (lock, project) = (folder.join("formwork.lock"), folder.join("formwork.toml"));
    std::fs::write(&lock, text).expect("a file");
    std::fs::write(&project, text).expect("a file");
    if let Ok(read) = Lock::read(&lock) {
        let written = read.to_text().expect("what was read can be written");
        std::fs::write(&lock, written).expect("a file");
        assert_eq!(Lock::read(&lock).expect("what was written can be read"), read);
    }
    let _ = Project::read(&project);
    let cloud = LocalCloud::open(&folder.join("store"), "us-east-1").expect("a store");
    let _ = cloud.import(text);
});
