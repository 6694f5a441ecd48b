//! Tests of the local cloud as a whole, each file a part of it.

mod labels;
mod names;
mod parameters;
mod policies;
mod processes;
mod properties;
mod rules;
mod secrets;
mod store;
mod transfer;
mod versions;

use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use tempfile::TempDir;

use super::LocalCloud;
use crate::cloud::{Decrypt, Failure, Parameter, ParameterTier, ParameterValue, Parameters, PutParameter, Secret};

/// 2026-01-02T03:04:05Z
const START: i64 = 1_767_323_045;

/// A local cloud in a folder of its own, with a clock that stands still.
struct Fixture {
    cloud: LocalCloud,
    folder: TempDir,
    seconds: Arc<AtomicI64>,
}

impl Fixture {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let seconds = Arc::new(AtomicI64::new(START));
        let clock = Arc::clone(&seconds);
        let cloud = LocalCloud::open(&folder.path().join(".formwork"), "eu-west-1")
            .unwrap()
            .with_clock(Arc::new(move || Timestamp::from_second(clock.load(Ordering::SeqCst)).unwrap()));
        Self { cloud, folder, seconds }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join(".formwork")
    }

    fn advance_days(&self, days: i64) {
        self.seconds.fetch_add(days * 86_400, Ordering::SeqCst);
    }

    fn put(&self, request: PutParameter) -> Result<u64, Failure> {
        run(Parameters::put(&self.cloud, request))
    }

    /// Write a String, over whatever is there.
    fn set(&self, name: &str, value: &str) -> u64 {
        self.put(PutParameter { overwrite: true, ..text(name, value) }).unwrap()
    }

    fn get(&self, name: &str) -> Result<Parameter, Failure> {
        self.get_with(name, Decrypt::Yes)
    }

    fn get_with(&self, name: &str, decrypt: Decrypt) -> Result<Parameter, Failure> {
        run(Parameters::get(&self.cloud, &strings(&[name]), decrypt)).pop().unwrap()
    }

    fn operations(&self, name: &str) -> Vec<(String, Option<String>)> {
        self.cloud.audit(name).unwrap().into_iter().map(|entry| (entry.operation, entry.version)).collect()
    }

    /// The names below a path, by as many pages as it takes.
    fn under(&self, path: &str, recursive: bool) -> Vec<String> {
        let (mut names, mut cursor) = (Vec::new(), None);
        loop {
            let page = run(self.cloud.under(path, recursive, Decrypt::No, cursor.as_deref())).unwrap();
            assert!(page.items.len() <= 10);
            names.extend(page.items.into_iter().map(|item| item.name));
            match page.next {
                Some(next) => cursor = Some(next),
                None => return names,
            }
        }
    }
}

/// The futures of the local cloud never wait.
fn run<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

fn request(name: &str, value: ParameterValue) -> PutParameter {
    PutParameter {
        name: name.to_owned(),
        value,
        overwrite: false,
        description: None,
        allowed_pattern: None,
        data_type: None,
        tier: ParameterTier::Standard,
        policies: None,
        tags: Vec::new(),
    }
}

fn text(name: &str, value: &str) -> PutParameter {
    request(name, ParameterValue::Text(value.to_owned()))
}

fn secure(name: &str, value: &str) -> PutParameter {
    request(name, ParameterValue::Secure(Some(Secret::new(value))))
}

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}

/// The error name, after a look at the form of the failure.
#[track_caller]
fn code<T: std::fmt::Debug>(result: Result<T, Failure>) -> String {
    let failure = result.unwrap_err();
    assert!(!failure.message.ends_with('.'), "{failure}");
    let hint = failure.hint.as_deref().unwrap_or_else(|| panic!("no hint: {failure}"));
    assert!(hint.ends_with('.'), "{hint}");
    failure.code.unwrap_or_default()
}
