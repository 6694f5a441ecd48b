//! Where a script starts (A.1.6; `agent/plugins/runscript`, `pluginutil`). What the agent makes of the inputs of a script
//! is in the plugin that runs scripts.

use std::path::{Path, PathBuf};

/// The folder that a script starts in: an absolute one as it is, even if it does not exist; else the one below
/// `downloads/` of the document, if it exists; else `default`.
///
/// `step_folder` is the step's own folder in the orchestration folder, which ends in its name.
#[must_use]
pub fn working_directory(
    wanted: &str,
    step_folder: &Path,
    step: &str,
    default: &Path,
    exists: impl Fn(&Path) -> bool,
) -> PathBuf {
    let wanted = Path::new(wanted);
    if wanted.is_absolute() {
        return wanted.to_path_buf();
    }
    // As texts: the agent cuts the name off, also where the folder only ends in the same letters.
    let folder = step_folder.to_string_lossy();
    let document = folder.strip_suffix(step).unwrap_or(&folder);
    let folder = clean(&Path::new(document).join("downloads").join(wanted));
    if exists(&folder) { folder } else { default.to_path_buf() }
}

/// Take `.` and `..` out of an absolute path by its text alone, as Go's `filepath.Join` does.
fn clean(path: &Path) -> PathBuf {
    use std::path::Component;
    let mut out = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_working_directory() {
        let there = |folder: &'static str| move |path: &Path| path == Path::new(folder);
        let step = Path::new("/orch/step");
        let find = |wanted: &str, exists: &dyn Fn(&Path) -> bool| {
            working_directory(wanted, step, "step", Path::new("/default"), exists).to_string_lossy().into_owned()
        };
        assert_eq!(find("/not/there", &there("")), "/not/there");
        assert_eq!(find("", &there("/orch/downloads")), "/orch/downloads");
        assert_eq!(find("", &there("")), "/default");
        assert_eq!(find("sub/./x/..", &there("/orch/downloads/sub")), "/orch/downloads/sub");
        assert_eq!(find("sub", &there("/orch/downloads")), "/default");
        assert_eq!(find("./", &there("/orch/downloads")), "/orch/downloads");
        // It may lead out of the folder, as with the agent.
        assert_eq!(find("../step", &there("/orch/step")), "/orch/step");
        // In schema 1.x the name has a colon that the folder has not, and so the folder is not cut.
        let found =
            working_directory("", Path::new("/o/awsrunShellScript"), "aws:runShellScript", Path::new("/d"), |path| {
                path == Path::new("/o/awsrunShellScript/downloads")
            });
        assert_eq!(found, Path::new("/o/awsrunShellScript/downloads"));
    }
}
