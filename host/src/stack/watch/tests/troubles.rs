//! Answers that do not come.

use super::super::After;
use super::world::{Fake, ROOT, World, arn, event, nested, own_of, topic};
use crate::cloud::{Failure, FailureKind};

fn updating(world: &mut World) {
    world.turns(0, "UPDATE_IN_PROGRESS");
}

fn done(world: &mut World) {
    world.describe_fails = None;
    world.events_fail.clear();
    world.add(topic(8, "Topic", "UPDATE_COMPLETE"));
    world.turns(9, "UPDATE_COMPLETE");
}

fn throttled() -> Failure {
    Failure::new(FailureKind::Throttled(None), "rate exceeded").with_code("Throttling")
}

fn down() -> Failure {
    Failure::new(FailureKind::Unavailable, "cloudformation cannot be reached").with_hint("Check the network.")
}

fn expired() -> Failure {
    Failure::new(FailureKind::AccessDenied, "the security token has expired").with_code("ExpiredToken")
}

#[tokio::test(start_paused = true)]
async fn throttling_slows_down_and_loses_nothing() {
    let fake = Fake::new(updating)
        .at(2, |world| {
            world.events_fail.insert(ROOT.to_owned(), throttled());
            world.add(topic(5, "Topic", "UPDATE_IN_PROGRESS"));
        })
        .at(5, |world| world.events_fail.clear())
        .at(6, done);
    let (ended, notes) = fake.watch(After::CurrentOperation).await;
    assert!(ended.unwrap().succeeded);
    assert_eq!(notes.lines().len(), 4);
    assert_eq!(notes.troubles(), ["too many requests, asking less often (rate exceeded (Throttling))"]);
    let times: Vec<u128> =
        fake.calls().iter().filter(|call| call.what.starts_with("describe")).map(|call| call.at).collect();
    assert_eq!(times, [0, 1000, 3000, 7000, 15_000, 19_000]);
}

#[tokio::test(start_paused = true)]
async fn a_page_that_fails_is_read_again_and_tells_nothing_twice() {
    let fake = Fake::new(|world| {
        updating(world);
        for index in 0..5 {
            world.add(topic(1, &format!("T{index}"), "UPDATE_COMPLETE"));
        }
        world.events_fail.insert(ROOT.to_owned(), down());
    })
    .page(2)
    .at(3, done);
    let (ended, notes) = fake.watch(After::CurrentOperation).await;
    assert_eq!(ended.unwrap().events, 8);
    assert_eq!(notes.lines().len(), 8);
}

#[tokio::test(start_paused = true)]
async fn a_broken_connection_is_said_once_and_mended() {
    let fake = Fake::new(updating)
        .at(2, |world| world.describe_fails = Some(down()))
        .at(12, |world| world.describe_fails = None)
        .at(14, |world| world.describe_fails = Some(down()))
        .at(16, done);
    let (ended, notes) = fake.watch(After::CurrentOperation).await;
    assert!(ended.unwrap().succeeded);
    let said = "cloudformation cannot be reached; the operation goes on by itself, trying again";
    assert_eq!(notes.troubles(), [said, said]);
}

#[tokio::test(start_paused = true)]
async fn ten_minutes_without_an_answer_end_the_watch_with_the_way_back() {
    let fake = Fake::new(updating).at(2, |world| world.describe_fails = Some(down()));
    let (ended, notes) = fake.watch(After::CurrentOperation).await;
    let failure = ended.unwrap_err();
    assert_eq!(failure.message, down().message);
    let hint = failure.hint.unwrap();
    assert_eq!(hint, "Check the network. The operation goes on: come back to it with `formwork stack watch web`.");
    assert_eq!(notes.troubles().len(), 1);
    let last = fake.calls().last().unwrap().at;
    assert!((601_000..612_000).contains(&last), "{last}");
}

#[tokio::test(start_paused = true)]
async fn expired_credentials_are_waited_for() {
    let fake = Fake::new(updating)
        .at(3, |world| world.describe_fails = Some(expired()))
        .at(30, |world| {
            let none = Failure::new(FailureKind::AccessDenied, "no AWS credentials").with_code("NoCredentials");
            world.describe_fails = Some(none);
        })
        .at(40, done);
    let (ended, notes) = fake.watch(After::CurrentOperation).await;
    assert!(ended.unwrap().succeeded);
    assert_eq!(notes.troubles().len(), 1);
    assert!(notes.troubles()[0].starts_with("the security token has expired (ExpiredToken); the operation goes on"));

    let fake = Fake::new(updating).at(2, |world| world.describe_fails = Some(expired()));
    let (ended, _) = fake.watch(After::CurrentOperation).await;
    let failure = ended.unwrap_err();
    assert_eq!(failure.code.as_deref(), Some("ExpiredToken"));
    assert!(failure.hint.unwrap().contains("`formwork stack watch web`"));
    assert!(fake.calls().last().unwrap().at >= 600_000);
}

#[tokio::test(start_paused = true)]
async fn who_only_looks_is_told_at_once() {
    for failure in [expired(), down()] {
        let fake = Fake::new(|world| world.describe_fails = Some(failure.clone()));
        let (ended, _) = fake.watch(After::CurrentOperation).await;
        assert_eq!(ended.unwrap_err(), failure);
        assert_eq!(fake.calls().len(), 1);
    }
    // Who has started something is not left alone with it.
    let fake = Fake::new(|world| {
        updating(world);
        world.describe_fails = Some(down());
    })
    .at(3, done);
    let (ended, _) = fake.watch(After::Event(None)).await;
    assert!(ended.unwrap().succeeded);
}

#[tokio::test(start_paused = true)]
async fn a_stack_that_never_was_is_not_found() {
    let fake = Fake::new(|_| {});
    let (ended, _) = fake.watch_as("web", After::CurrentOperation).await;
    let failure = ended.unwrap_err();
    assert_eq!((failure.kind, failure.hint), (FailureKind::NotFound, None));
    assert_eq!(fake.calls().len(), 1);
    // One that was just made may not be known everywhere.
    let (ended, _) = fake.watch_as("web", After::Event(None)).await;
    assert_eq!(ended.unwrap_err().kind, FailureKind::NotFound);
    assert_eq!(fake.calls().len(), 6);
    let fake = Fake::new(|_| {}).at(3, updating).at(4, done);
    let (ended, _) = fake.watch_as("web", After::Event(None)).await;
    assert!(ended.unwrap().succeeded);
}

#[tokio::test(start_paused = true)]
async fn what_does_not_pass_ends_the_watch_with_the_way_back() {
    let denied = Failure::new(FailureKind::AccessDenied, "not allowed").with_code("AccessDenied");
    let given = denied.clone();
    let fake = Fake::new(updating).at(2, |world| world.describe_fails = Some(given));
    let (ended, notes) = fake.watch(After::CurrentOperation).await;
    let failure = ended.unwrap_err();
    assert_eq!((failure.kind, &failure.message), (denied.kind, &denied.message));
    assert_eq!(
        failure.hint.as_deref(),
        Some("The operation goes on: come back to it with `formwork stack watch web`.")
    );
    assert!(notes.troubles().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_nested_stack_that_cannot_be_read_does_not_end_the_watch() {
    let inner = arn("App");
    let fake = Fake::new(|world| {
        updating(world);
        world.add(nested(ROOT, 1, "App", &inner, "UPDATE_IN_PROGRESS", ""));
        world.events_fail.insert(inner.clone(), Failure::new(FailureKind::AccessDenied, "not allowed"));
    })
    .at(4, |world| {
        let failure = "Embedded stack arn was not successfully updated: The following resource(s) failed: [X]";
        world.add(event(ROOT, 5, "App", "AWS::CloudFormation::Stack", "UPDATE_FAILED", failure));
        world.add(own_of(ROOT, 6, "UPDATE_ROLLBACK_IN_PROGRESS", "The following resource(s) failed to update: [App]."));
        world.turns(7, "UPDATE_ROLLBACK_COMPLETE");
    });
    let (ended, notes) = fake.watch(After::CurrentOperation).await;
    let ended = ended.unwrap();
    assert_eq!(notes.troubles(), ["events of the nested stack App cannot be read: not allowed"]);
    assert_eq!(ended.causes.len(), 1);
    assert!(ended.causes[0].reason.starts_with("Embedded stack"));
    assert_eq!(fake.count(&format!("events {inner}")), 1);
}
