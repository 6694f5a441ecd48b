//! One loaded plugin, called again and again.

use std::time::Duration;

use formwork::plugin::{CallError, Limits, Plugin, ResolvedValue};

use crate::fixture::{renderer, resolver};
use crate::harness::Library;

const LIMITS: Limits = Limits { memory: 64 << 20, time: Duration::from_millis(500) };

async fn resolve(library: &Library, plugin: &Plugin, case: &str) -> Result<String, CallError> {
    let references = [("hostile".to_owned(), case.to_owned())];
    let mut answers = plugin.resolve(&library.services, &references, false).await?;
    match answers.remove(0).unwrap().value {
        ResolvedValue::Text(text) => Ok(text),
        other => panic!("{other:?}"),
    }
}

/// A store is thrown away after its call, so that a trap leaves nothing behind.
#[tokio::test]
async fn a_plugin_answers_after_each_way_to_end_badly() {
    let library = Library::new();
    let plugin = library.load(resolver(), Some(LIMITS)).await.unwrap();
    for case in ["loop", "recursion", "memory", "panic", "abort", "exit", "sleep", "big-log", "big-value"] {
        let error = resolve(&library, &plugin, case).await.unwrap_err();
        let expected = match case {
            "loop" | "sleep" => matches!(error, CallError::TimedOut(limit) if limit == LIMITS.time),
            "recursion" => matches!(error, CallError::StackOverflow),
            "memory" => matches!(error, CallError::OutOfMemory(limit) if limit == LIMITS.memory),
            "panic" => matches!(&error, CallError::Panicked(text) if text == "seven is not eight"),
            "big-log" | "big-value" => matches!(error, CallError::TooMuchData),
            _ => matches!(error, CallError::Trapped(_)),
        };
        assert!(expected, "{case}: {error:?}");
        assert_eq!(resolve(&library, &plugin, "good").await.unwrap(), "good-value", "after {case}");
    }
    assert!(plugin.take_denials().is_empty());
}

#[tokio::test]
async fn refusals_are_remembered_across_calls_and_told_once() {
    let library = Library::new();
    let plugin = library.load(resolver(), None).await.unwrap();
    for case in ["swallow:files", "swallow:files", "swallow:process"] {
        assert_eq!(resolve(&library, &plugin, case).await.unwrap(), "swallowed");
    }
    let mut needs: Vec<String> = plugin.take_denials().into_iter().map(|denial| denial.need).collect();
    needs.dedup();
    assert_eq!(needs, ["read files", "start the program `/bin/sh`"]);
    assert!(plugin.take_denials().is_empty());
}

/// A call that runs out of time while another runs does not take that other with it.
#[tokio::test]
async fn calls_run_side_by_side() {
    let library = Library::new();
    let plugin = library.load(resolver(), Some(LIMITS)).await.unwrap();
    let (asleep, good) =
        tokio::join!(resolve(&library, &plugin, "sleep"), async { resolve(&library, &plugin, "good").await });
    assert!(matches!(asleep, Err(CallError::TimedOut(_))));
    assert_eq!(good.unwrap(), "good-value");
}

#[tokio::test]
async fn a_memory_limit_below_the_first_memory_is_out_of_memory() {
    let library = Library::new();
    for memory in [0, 1, 64 << 10, 1 << 20] {
        let plugin = library.load(resolver(), Some(Limits { memory, ..LIMITS })).await.unwrap();
        let error = plugin.schemes(&library.services).await.unwrap_err();
        assert!(matches!(error, CallError::OutOfMemory(limit) if limit == memory), "{error:?}");
    }
}

#[tokio::test]
async fn no_time_at_all_is_too_short() {
    let library = Library::new();
    let limits = Limits { time: Duration::ZERO, ..LIMITS };
    let plugin = library.load(resolver(), Some(limits)).await.unwrap();
    assert!(matches!(resolve(&library, &plugin, "loop").await, Err(CallError::TimedOut(_))));
}

/// A resolver by the names of its functions, but not by their types; `start` runs when it is started.
fn by_name_only(start: &str) -> Vec<u8> {
    let text = format!(
        r#"(component
            (core module $m {start} (func (export "f")))
            (core instance $i (instantiate $m))
            (func $f (canon lift (core func $i "f")))
            (instance $r (export "schemes" (func $f)) (export "resolve" (func $f)))
            (export "formwork:plugin/resolver@0.1.0" (instance $r)))"#
    );
    wat::parse_str(text).unwrap()
}

/// What runs when the component is started counts as part of the call.
#[tokio::test]
async fn an_endless_start_is_stopped() {
    let library = Library::new();
    let component = by_name_only("(func $loop (loop (br 0))) (start $loop)");
    let plugin = library.load(&component, Some(LIMITS)).await.unwrap();
    let error = plugin.schemes(&library.services).await.unwrap_err();
    assert!(matches!(error, CallError::TimedOut(_)), "{error:?}");
}

#[tokio::test]
async fn functions_of_other_types_are_not_called() {
    let library = Library::new();
    let plugin = library.load(&by_name_only(""), Some(LIMITS)).await.unwrap();
    let error = plugin.schemes(&library.services).await.unwrap_err();
    assert!(matches!(error, CallError::Contract(_)), "{error:?}");
}

#[tokio::test]
async fn a_plugin_of_another_kind_says_so() {
    let library = Library::new();
    let plugin = library.load(renderer(), Some(LIMITS)).await.unwrap();
    let error = resolve(&library, &plugin, "good").await.unwrap_err();
    assert!(error.to_string().contains("does not export the interface `resolver`"), "{error}");
}
