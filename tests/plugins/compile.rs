//! The compiling process, which a component cannot take the command down with.

use std::path::PathBuf;
use std::time::Duration;

use formwork::plugin::{Compiler, LoadError, sha256};

use crate::fixture::resolver_edition;
use crate::harness::Library;

/// What came of loading the component with this command as the compiler. The component must not be in the store.
async fn compiled_by(command: PathBuf, bytes: &[u8]) -> Result<(), String> {
    let library = Library { compiler: Compiler::Child(command), ..Library::with_own_store() };
    match library.load(bytes, None).await {
        Ok(_) => Ok(()),
        Err(error @ LoadError::Compile(_)) => Err(error.to_string()),
        Err(error) => panic!("{error:?}"),
    }
}

/// An executable script in the folder of `library`.
#[cfg(unix)]
fn script(library: &Library, text: &str) -> PathBuf {
    use std::os::unix::fs::PermissionsExt;
    let path = library.folder.write("compiler.sh", format!("#!/bin/sh\n{text}\n"));
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

#[tokio::test]
async fn a_child_compiles_what_this_process_would() {
    let bytes = resolver_edition(3);
    let here = Library { compiler: Compiler::Here, ..Library::with_own_store() };
    let child = Library::with_own_store();
    for library in [&here, &child] {
        let plugin = library.load(&bytes, None).await.unwrap();
        assert_eq!(plugin.digest(), sha256(&bytes));
        assert_eq!(plugin.schemes(&library.services).await.unwrap(), ["hostile"]);
    }
}

#[tokio::test]
async fn a_missing_command_is_named() {
    let error = compiled_by("/nowhere/formwork".into(), &resolver_edition(3)).await.unwrap_err();
    assert!(error.starts_with("could not be compiled: "), "{error}");
    assert!(error.contains("/nowhere/formwork") && error.contains("No such file"), "{error}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_child_that_is_killed_is_told_as_such() {
    let library = Library::new();
    let error = compiled_by(script(&library, "kill -9 $$"), &resolver_edition(3)).await.unwrap_err();
    assert!(error.contains("the compiler was stopped (signal: 9 (SIGKILL)); it may use up to 2048 MiB"), "{error}");
}

#[cfg(unix)]
#[tokio::test]
async fn what_a_child_says_is_told_inert() {
    let library = Library::new();
    let error = compiled_by(script(&library, "printf 'no \\033[31mway' >&2; exit 1"), &resolver_edition(3)).await;
    assert_eq!(error.unwrap_err(), "could not be compiled: no ␛[31mway");
    let error = compiled_by(script(&library, "exit 7"), &resolver_edition(3)).await.unwrap_err();
    assert!(error.contains("the compiler was stopped (exit status: 7)"), "{error}");
}

#[cfg(unix)]
#[tokio::test]
async fn code_that_is_none_is_not_run() {
    let library = Library::new();
    for output in ["", "printf 'nonsense'", "head -c 100000 /dev/zero"] {
        let error = compiled_by(script(&library, &format!("cat > /dev/null; {output}")), &resolver_edition(3)).await;
        assert!(error.unwrap_err().contains("the code does not fit this engine"), "{output}");
    }
}

/// A child that neither reads nor ends does not hold up the caller who stops waiting.
#[cfg(unix)]
#[tokio::test]
async fn waiting_for_a_child_can_be_given_up() {
    let library = Library::new();
    let pid = library.folder.path().join("pid");
    let command = script(&library, &format!("echo $$ > '{}'; exec sleep 600", pid.display()));
    let bytes = resolver_edition(3);
    let wait = tokio::time::timeout(Duration::from_secs(2), compiled_by(command, &bytes));
    assert!(wait.await.is_err());
    let pid: String = std::fs::read_to_string(pid).unwrap().trim().into();
    let gone = || !std::process::Command::new("kill").args(["-0", &pid]).output().unwrap().status.success();
    for _ in 0..200 {
        if gone() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the compiling process is left behind");
}

/// A component that needs more memory to be compiled than there is. The limit is set from outside, much lower than the
/// usual one, so that the test is quick; one that is lower already stays.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_component_that_is_too_much_for_the_compiler_is_told_as_such() {
    let steps = "local.get 0 i32.mul i32.const 3 i32.add ".repeat(100_000);
    let text = format!(
        "(component (core module (func (param i32) (result i32) local.get 0 {steps})) (instance $i) \
         (export \"formwork:plugin/resolver@0.1.0\" (instance $i)))"
    );
    let bytes = wat::parse_str(text).unwrap();
    let library = Library::new();
    let command = script(&library, &format!("ulimit -v 180000; exec '{}' \"$@\"", env!("CARGO_BIN_EXE_formwork")));
    let error = compiled_by(command, &bytes).await.unwrap_err();
    assert!(error.contains("the compiler was stopped (signal: 6"), "{error}");
    // Without that limit it is a component like any other.
    assert_eq!(compiled_by(env!("CARGO_BIN_EXE_formwork").into(), &bytes).await, Ok(()));
}
