//! Compiled components are native code: whatever is not what it says is compiled again.

use std::path::{Path, PathBuf};

use crate::common::{Run, Sandbox};
use crate::fixture::{resolver_edition, resolver_with_schemes};
use crate::harness::{bounded, project_of, render_command};

const WARNING: &str = "a compiled component was damaged or foreign; compiling it again";

/// Render with a compile store of the project's own.
fn render(project: &Sandbox, case: &str) -> Run {
    let mut command = render_command(project, case, &["--latest"]);
    command.env("FORMWORK_CACHE_DIR", project.path().join("cache"));
    bounded(command)
}

/// A project whose component is compiled, and the file of the compiled component.
fn compiled() -> (Sandbox, PathBuf) {
    let project = project_of(&resolver_edition(2), "");
    let run = render(&project, "good");
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(!run.stderr.contains(WARNING));
    let digest = formwork::plugin::sha256(&resolver_edition(2));
    let file = stored(project.path(), &digest);
    (project, file)
}

fn stored(project: &Path, digest: &str) -> PathBuf {
    let named = |entry: &std::fs::DirEntry| entry.file_name().to_string_lossy().starts_with(digest);
    let mut entries = std::fs::read_dir(project.join("cache/compiled")).unwrap().map(|entry| entry.unwrap());
    entries.find(named).unwrap().path()
}

/// The next run compiles again with a warning and gives the right answer; the one after it does not warn.
fn heals(project: &Sandbox) {
    let run = render(project, "good");
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stderr.contains(WARNING), "{}", run.stderr);
    assert!(project.read("out.yaml").contains("good-value"));
    let run = render(project, "good");
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(!run.stderr.contains(WARNING), "{}", run.stderr);
}

#[test]
fn a_changed_byte_is_seen() {
    let (project, file) = compiled();
    let whole = std::fs::read(&file).unwrap();
    for at in [0, 31, 32, 40, whole.len() / 2, whole.len() - 1] {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        std::fs::write(&file, changed).unwrap();
        heals(&project);
    }
}

#[test]
fn a_file_that_ends_early_is_seen() {
    let (project, file) = compiled();
    let whole = std::fs::read(&file).unwrap();
    for length in [0, 31, 32, whole.len() / 2, whole.len() - 1] {
        std::fs::write(&file, &whole[..length]).unwrap();
        heals(&project);
    }
}

/// Whole and genuine, but the code of another component.
#[test]
fn a_file_of_another_component_is_seen() {
    let (project, file) = compiled();
    let other = resolver_with_schemes("hostile,other");
    let beside = project_of(&other, "");
    let mut command = render_command(&beside, "good", &[]);
    command.env("FORMWORK_CACHE_DIR", project.path().join("cache"));
    assert_eq!(bounded(command).code, 0);
    std::fs::copy(stored(project.path(), &formwork::plugin::sha256(&other)), &file).unwrap();
    heals(&project);
}

/// Made by somebody who knows how the files are made, but not by this engine.
#[test]
fn a_file_of_no_engine_is_seen() {
    let (project, file) = compiled();
    std::fs::write(&file, b"\x7fELF and so on").unwrap();
    heals(&project);
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_folder_that_others_can_write_to_is_emptied_and_closed() {
        let (project, file) = compiled();
        let folder = file.parent().unwrap();
        assert_eq!(mode(folder), 0o700);
        // Somebody else had time to put a file there whose name is right for a component to come.
        let planted = folder.join("0".repeat(64) + "-0000000000000000.cwasm");
        std::fs::write(&planted, "planted").unwrap();
        for open in [0o777, 0o770, 0o755] {
            std::fs::set_permissions(folder, std::fs::Permissions::from_mode(open)).unwrap();
            let run = render(&project, "good");
            assert_eq!(run.code, 0, "{}", run.stderr);
            assert!(run.stderr.contains("others can reach"), "{}", run.stderr);
            assert_eq!(mode(folder), 0o700);
            assert!(!planted.exists(), "what others may have put there is trusted");
            let run = render(&project, "good");
            assert!(run.code == 0 && !run.stderr.contains("others can reach"), "{}", run.stderr);
        }
    }

    #[test]
    fn a_folder_that_is_a_link_is_not_used() {
        let (project, file) = compiled();
        let folder = file.parent().unwrap();
        let elsewhere = project.path().join("elsewhere");
        std::fs::rename(folder, &elsewhere).unwrap();
        std::os::unix::fs::symlink(&elsewhere, folder).unwrap();
        let before = std::fs::read_dir(&elsewhere).unwrap().count();
        let run = render(&project, "good");
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert!(run.stderr.contains("the compile store cannot be written"), "{}", run.stderr);
        assert_eq!(std::fs::read_dir(&elsewhere).unwrap().count(), before);
    }

    #[test]
    fn a_store_that_cannot_be_written_costs_time_only() {
        let (project, _) = compiled();
        std::fs::remove_dir_all(project.path().join("cache")).unwrap();
        project.write("cache", "a file");
        let run = render(&project, "good");
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert!(run.stderr.contains("the compile store cannot be written"), "{}", run.stderr);
        assert!(project.read("out.yaml").contains("good-value"));
    }
}
