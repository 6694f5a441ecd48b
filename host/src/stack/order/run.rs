//! Work through an order, several at a time.

use std::collections::{BTreeMap, BTreeSet};
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

use super::Order;

/// How the work on one name ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome<T, E> {
    /// It was done.
    Done(T),
    /// It failed.
    Failed(E),
    /// It was not begun, because something that it depends on, directly or through others, failed.
    Skipped {
        /// What failed; the first in order where that is several.
        because: String,
    },
}

/// Work on each name of an order once everything that it depends on is done, up to `jobs` at a time (at least 1). What
/// depends on a failure is skipped, all else goes on. Names that could begin at the same time begin in order.
///
/// The outcomes are in order. Nothing needs to be `Send`: all work happens in the task of the caller, and ends with it.
pub async fn run<T, E, W>(order: &Order, jobs: usize, work: impl Fn(String) -> W) -> Vec<(String, Outcome<T, E>)>
where
    W: Future<Output = Result<T, E>>,
{
    let names = order.topological();
    let place: BTreeMap<&str, usize> = names.iter().enumerate().map(|(at, name)| (name.as_str(), at)).collect();
    let mut waiting: Vec<Waiting> = names.iter().map(|_| Waiting::default()).collect();
    for (at, name) in names.iter().enumerate() {
        for dependency in order.dependencies_of(name).filter_map(|name| place.get(name).copied()) {
            if let Some(waiting) = waiting.get_mut(at) {
                waiting.missing += 1;
            }
            if let Some(waiting) = waiting.get_mut(dependency) {
                waiting.dependents.push(at);
            }
        }
    }
    let ready = waiting.iter().enumerate().filter(|(_, waiting)| waiting.missing == 0).map(|(at, _)| at).collect();
    let mut running = Running { jobs: jobs.max(1), ready, waiting, work: Vec::new(), ended: BTreeMap::new() };
    poll_fn(|context| {
        loop {
            running.begin(names, &work);
            if running.work.is_empty() {
                return Poll::Ready(());
            }
            // What ended may let others begin; when nothing did, all are to wake us.
            if !running.poll(context) {
                return Poll::Pending;
            }
        }
    })
    .await;
    outcomes(order, running.ended)
}

#[derive(Default)]
struct Waiting {
    /// How many of those that it depends on are not done.
    missing: usize,
    dependents: Vec<usize>,
}

/// All numbers are places in the order.
struct Running<T, E, W> {
    jobs: usize,
    ready: BTreeSet<usize>,
    waiting: Vec<Waiting>,
    work: Vec<(usize, Pin<Box<W>>)>,
    ended: BTreeMap<usize, Result<T, E>>,
}

impl<T, E, W: Future<Output = Result<T, E>>> Running<T, E, W> {
    fn begin(&mut self, names: &[String], work: &impl Fn(String) -> W) {
        while self.work.len() < self.jobs {
            let Some(at) = self.ready.pop_first() else { return };
            if let Some(name) = names.get(at) {
                self.work.push((at, Box::pin(work(name.clone()))));
            }
        }
    }

    /// Poll all work; whether something ended.
    fn poll(&mut self, context: &mut std::task::Context<'_>) -> bool {
        let mut ended = Vec::new();
        self.work.retain_mut(|(at, work)| match work.as_mut().poll(context) {
            Poll::Pending => true,
            Poll::Ready(result) => {
                ended.push((*at, result));
                false
            }
        });
        let any = !ended.is_empty();
        for (at, result) in ended {
            if result.is_ok() {
                self.release(at);
            }
            self.ended.insert(at, result);
        }
        any
    }

    /// One is done: those that depend on it miss one less.
    fn release(&mut self, done: usize) {
        let dependents = self.waiting.get_mut(done).map(|waiting| std::mem::take(&mut waiting.dependents));
        for at in dependents.unwrap_or_default() {
            if let Some(waiting) = self.waiting.get_mut(at) {
                waiting.missing -= 1;
                if waiting.missing == 0 {
                    self.ready.insert(at);
                }
            }
        }
    }
}

/// What did not end was never begun, because something before it failed.
fn outcomes<T, E>(order: &Order, mut ended: BTreeMap<usize, Result<T, E>>) -> Vec<(String, Outcome<T, E>)> {
    // By name, the place of the failure that it ends with, be it its own.
    let mut failed: BTreeMap<&str, usize> = BTreeMap::new();
    let names = order.topological();
    let mut outcomes = Vec::with_capacity(names.len());
    for (at, name) in names.iter().enumerate() {
        let outcome = match ended.remove(&at) {
            Some(Ok(done)) => Outcome::Done(done),
            Some(Err(error)) => {
                failed.insert(name, at);
                Outcome::Failed(error)
            }
            None => {
                let first = order.dependencies_of(name).filter_map(|name| failed.get(name).copied()).min();
                failed.extend(first.map(|first| (name.as_str(), first)));
                Outcome::Skipped { because: first.and_then(|first| names.get(first)).cloned().unwrap_or_default() }
            }
        };
        outcomes.push((name.clone(), outcome));
    }
    outcomes
}
