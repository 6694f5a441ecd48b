//! Ends.

use super::super::{After, Pace, watch};
use super::world::{Fake, Notes, ROOT, after, after_creation, arn, created, event, nested, own, own_of, topic};

#[tokio::test(start_paused = true)]
async fn a_deleted_stack_ends_by_status_or_by_vanishing() {
    let fake = Fake::new(created)
        .at(1, |world| world.turns(10, "DELETE_IN_PROGRESS"))
        .at(2, |world| world.turns(11, "DELETE_COMPLETE"));
    let (ended, _) = fake.watch(after_creation()).await;
    assert!(ended.unwrap().succeeded);

    // Its events are there a moment longer than itself.
    let fake = Fake::new(created).at(1, |world| world.turns(10, "DELETE_IN_PROGRESS")).at(2, |world| {
        world.add(topic(11, "Old", "DELETE_COMPLETE"));
        world.status = None;
    });
    let (ended, notes) = fake.watch(after_creation()).await;
    let ended = ended.unwrap();
    assert_eq!((ended.stack.stack_status.as_str(), ended.stack.stack_name.as_str()), ("DELETE_COMPLETE", "web"));
    assert!(ended.succeeded);
    assert_eq!(notes.lines(), ["* DELETE_IN_PROGRESS", "Old DELETE_COMPLETE"]);

    // Gone before the first look, and known by its name only.
    let fake = Fake::new(|_| {});
    let (ended, _) = fake.watch_as("web", after_creation()).await;
    let ended = ended.unwrap();
    assert_eq!((ended.stack.stack_status.as_str(), ended.succeeded), ("DELETE_COMPLETE", true));
    assert_eq!(fake.count("describe"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_new_stack_that_is_deleted_because_it_failed_is_a_failure() {
    let fake = Fake::new(|world| world.turns(0, "CREATE_IN_PROGRESS")).at(2, |world| {
        world.add(event(ROOT, 1, "Bucket", "AWS::S3::Bucket", "CREATE_FAILED", "logs already exists"));
        world.add(own_of(ROOT, 2, "DELETE_IN_PROGRESS", "The following resource(s) failed to create: [Bucket]. "));
        world.status = None;
    });
    let (ended, _) = fake.watch(After::Event(None)).await;
    let ended = ended.unwrap();
    assert_eq!((ended.stack.stack_status.as_str(), ended.succeeded), ("DELETE_COMPLETE", false));
    assert_eq!(ended.causes[0].logical_id.as_deref(), Some("Bucket"));
}

#[tokio::test(start_paused = true)]
async fn a_stack_that_is_hidden_for_a_moment_is_not_gone() {
    let fake = Fake::new(created)
        .at(1, |world| world.turns(10, "UPDATE_IN_PROGRESS"))
        .at(2, |world| world.status = None)
        .at(4, |world| world.turns(11, "UPDATE_COMPLETE"));
    let (ended, _) = fake.watch(after_creation()).await;
    assert_eq!(ended.unwrap().stack.stack_status, "UPDATE_COMPLETE");
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_update_says_so_and_a_rollback_that_was_wanted_succeeds() {
    let fake = Fake::new(created).at(1, |world| {
        world.turns(10, "UPDATE_IN_PROGRESS");
        world.add(own_of(ROOT, 11, "UPDATE_ROLLBACK_IN_PROGRESS", "User Initiated"));
        world.add(event(ROOT, 12, "Topic", "AWS::SNS::Topic", "UPDATE_FAILED", "Resource update cancelled"));
        world.turns(13, "UPDATE_ROLLBACK_COMPLETE");
    });
    let (ended, _) = fake.watch(after_creation()).await;
    let ended = ended.unwrap();
    assert!(!ended.succeeded);
    assert_eq!(ended.causes.len(), 1);
    assert_eq!(ended.causes[0].reason, "a person or program cancelled it (User Initiated)");
    assert_eq!(ended.causes[0].status, "UPDATE_ROLLBACK_COMPLETE");

    let fake = Fake::new(|world| world.turns(0, "UPDATE_ROLLBACK_FAILED"))
        .at(1, |world| world.turns(10, "UPDATE_ROLLBACK_IN_PROGRESS"))
        .at(2, |world| world.turns(11, "UPDATE_ROLLBACK_COMPLETE"));
    let (ended, _) = fake.watch(after(&own(0, "UPDATE_ROLLBACK_FAILED").event_id)).await;
    assert!(ended.unwrap().succeeded);
}

#[tokio::test(start_paused = true)]
async fn what_a_successful_update_leaves_behind_is_no_cause() {
    let fake = Fake::new(created).at(1, |world| {
        world.turns(10, "UPDATE_IN_PROGRESS");
        world.turns(11, "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS");
        world.add(event(
            ROOT,
            12,
            "Group",
            "AWS::EC2::SecurityGroup",
            "DELETE_FAILED",
            "resource sg-1 has a dependent object",
        ));
        world.turns(13, "UPDATE_COMPLETE");
    });
    let (ended, _) = fake.watch(after_creation()).await;
    let ended = ended.unwrap();
    assert!(ended.succeeded && ended.causes.is_empty());
    assert_eq!(ended.left_behind.len(), 1);
    assert_eq!(ended.left_behind[0].physical_id.as_deref(), Some("Group-physical"));
}

#[tokio::test(start_paused = true)]
async fn unknown_statuses_are_watched_by_their_ending() {
    let fake = Fake::new(created)
        .at(1, |world| world.turns(10, "REFACTOR_IN_PROGRESS"))
        .at(2, |world| world.turns(11, "REFACTOR_COMPLETE"));
    let (ended, notes) = fake.watch(after_creation()).await;
    assert!(ended.unwrap().succeeded);
    assert_eq!(notes.lines(), ["* REFACTOR_IN_PROGRESS", "* REFACTOR_COMPLETE"]);
}

#[tokio::test(start_paused = true)]
async fn a_watch_can_be_sent_to_another_thread() {
    fn is_send<T: Send>(value: T) -> T {
        value
    }
    let fake = Fake::new(created);
    let notes = Notes::default();
    let ended = is_send(watch(&fake, ROOT, After::CurrentOperation, &notes, Pace::default())).await;
    assert!(ended.unwrap().succeeded);
}

#[tokio::test(start_paused = true)]
async fn a_nested_stack_that_says_nothing_does_not_keep_the_watch() {
    // It was not touched: its only event is of long ago.
    let still = arn("Still");
    let inner = still.clone();
    let fake = Fake::new(created).at(1, move |world| {
        world.add(own_of(&inner, 0, "CREATE_IN_PROGRESS", ""));
        world.add(own_of(&inner, 1, "CREATE_COMPLETE", ""));
        world.turns(10, "UPDATE_IN_PROGRESS");
        world.add(nested(ROOT, 11, "Still", &inner, "UPDATE_COMPLETE", ""));
        world.turns(12, "UPDATE_COMPLETE");
    });
    let (ended, notes) = fake.watch(after_creation()).await;
    assert!(ended.unwrap().succeeded);
    assert_eq!(notes.lines(), ["* UPDATE_IN_PROGRESS", "Still UPDATE_COMPLETE", "* UPDATE_COMPLETE"]);
    assert_eq!((fake.count("describe"), fake.count(&format!("events {still}"))), (2, 2));

    // It never comes to an end of its own.
    let endless = arn("Endless");
    let inner = endless.clone();
    let fake = Fake::new(created).at(1, move |world| {
        world.turns(10, "UPDATE_IN_PROGRESS");
        world.add(own_of(&inner, 11, "CREATE_IN_PROGRESS", ""));
        world.add(nested(ROOT, 12, "Endless", &inner, "CREATE_COMPLETE", ""));
        world.turns(13, "UPDATE_COMPLETE");
    });
    let (ended, _) = fake.watch(after_creation()).await;
    assert!(ended.unwrap().succeeded);
    assert_eq!(fake.count("describe"), 5);

    // Its events are not there at all.
    let missing = arn("Missing");
    let inner = missing.clone();
    let fake = Fake::new(created).at(1, move |world| {
        world.turns(10, "UPDATE_IN_PROGRESS");
        world.add(nested(ROOT, 12, "Missing", &inner, "DELETE_COMPLETE", ""));
        world.turns(13, "UPDATE_COMPLETE");
    });
    let (ended, notes) = fake.watch(after_creation()).await;
    assert!(ended.unwrap().succeeded);
    assert!(notes.troubles().is_empty());
    assert_eq!(fake.count(&format!("events {missing}")), 2);
}
