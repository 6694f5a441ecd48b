//! Events as they come.

use std::collections::BTreeSet;

use super::super::After;
use super::world::{Fake, ROOT, after, after_creation, arn, created, event, nested, own, own_of, topic};

#[tokio::test(start_paused = true)]
async fn an_update_is_told_event_by_event() {
    let fake = Fake::new(created)
        .at(1, |world| world.turns(10, "UPDATE_IN_PROGRESS"))
        .at(2, |world| world.add(topic(11, "Topic", "CREATE_IN_PROGRESS")))
        .at(4, |world| {
            world.add(topic(12, "Topic", "CREATE_COMPLETE"));
            world.turns(13, "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS");
        })
        .at(6, |world| world.turns(14, "UPDATE_COMPLETE"));
    let (ended, notes) = fake.watch(after_creation()).await;
    let ended = ended.unwrap();
    assert_eq!(
        notes.lines(),
        [
            "* UPDATE_IN_PROGRESS",
            "Topic CREATE_IN_PROGRESS",
            "Topic CREATE_COMPLETE",
            "* UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
            "* UPDATE_COMPLETE"
        ]
    );
    assert!(ended.succeeded && ended.causes.is_empty() && ended.left_behind.is_empty());
    assert_eq!(ended.events, 5);
    assert_eq!(ended.resources.into_iter().collect::<Vec<_>>(), [("Topic".to_owned(), "CREATE_COMPLETE".to_owned())]);
    assert_eq!(ended.began.as_deref(), Some("2026-03-01T10:00:10Z"));
    assert_eq!(ended.ended.as_deref(), Some("2026-03-01T10:00:14Z"));
    assert_eq!(notes.statuses().len(), 6);
    assert!(notes.troubles().is_empty());
    // Six polls: one DescribeStacks and one chain of one page each, the waits short after news and longer without.
    let calls = fake.calls();
    assert_eq!(calls.len(), 12);
    let times: Vec<u128> = calls.iter().step_by(2).map(|call| call.at).collect();
    assert_eq!(times, [0, 1000, 2000, 3500, 4500, 6000]);
}

#[tokio::test(start_paused = true)]
async fn three_hundred_events_come_once_and_in_order_over_all_pages() {
    let fake = Fake::new(|world| {
        created(world);
        world.turns(10, "UPDATE_IN_PROGRESS");
        for index in 0..298 {
            world.add(topic(11 + index, &format!("Topic{index}"), "CREATE_COMPLETE"));
        }
        world.turns(400, "UPDATE_COMPLETE");
    });
    let (ended, notes) = fake.watch(after_creation()).await;
    assert_eq!(ended.unwrap().events, 300);
    let events = notes.events();
    let ids: BTreeSet<String> = events.iter().map(|watched| watched.event.event_id.clone()).collect();
    assert_eq!((events.len(), ids.len()), (300, 300));
    assert!(events.is_sorted_by_key(|watched| watched.event.timestamp.clone()));
    assert_eq!(events[298].event.logical_resource_id, "Topic297");
    // 300 new events fill three pages; the marker stands on the fourth.
    assert_eq!((fake.count("describe"), fake.count("events")), (1, 4));
}

#[tokio::test(start_paused = true)]
async fn pages_are_read_as_far_as_there_is_something_new() {
    let fake = Fake::new(|world| {
        for index in 0..1000 {
            world.add(topic(index, &format!("Topic{index}"), "CREATE_COMPLETE"));
        }
        world.turns(2000, "UPDATE_IN_PROGRESS");
    })
    .at(3, |world| {
        for index in 0..150 {
            world.add(topic(2001 + index, &format!("New{index}"), "CREATE_COMPLETE"));
        }
    })
    .at(4, |world| world.turns(3000, "UPDATE_COMPLETE"));
    let (ended, _) = fake.watch(After::CurrentOperation).await;
    assert_eq!(ended.unwrap().events, 152);
    let pages: Vec<String> = fake
        .calls()
        .iter()
        .filter_map(|call| call.what.strip_prefix(&format!("events {ROOT} ")).map(str::to_owned))
        .collect();
    // A page a poll, and two for the 150 new ones: of a thousand old events only the first page is seen.
    assert_eq!(pages, ["-", "-", "-", "100", "-"]);
}

#[tokio::test(start_paused = true)]
async fn a_new_stack_is_read_from_its_beginning() {
    let fake = Fake::new(|world| {
        world.turns(0, "REVIEW_IN_PROGRESS");
        world.turns(1, "CREATE_IN_PROGRESS");
        for index in 0..8 {
            world.add(topic(2 + index, &format!("Topic{index}"), "CREATE_COMPLETE"));
        }
        world.turns(20, "CREATE_COMPLETE");
    })
    .page(3);
    let (ended, notes) = fake.watch(After::Event(None)).await;
    assert!(ended.unwrap().succeeded);
    assert_eq!(notes.events().len(), 11);
    assert_eq!(fake.count("events"), 4);
}

#[tokio::test(start_paused = true)]
async fn a_change_set_that_was_just_executed_is_waited_for() {
    // The stack says REVIEW_IN_PROGRESS for some seconds more, and so do the events.
    let fake = Fake::new(|world| world.turns(0, "REVIEW_IN_PROGRESS"))
        .at(5, |world| world.turns(1, "CREATE_IN_PROGRESS"))
        .at(6, |world| world.turns(2, "CREATE_COMPLETE"));
    let (ended, _) = fake.watch(After::Event(None)).await;
    let ended = ended.unwrap();
    assert_eq!((ended.stack.stack_status.as_str(), ended.succeeded), ("CREATE_COMPLETE", true));
    // Who only looks is not kept waiting.
    let fake = Fake::new(|world| world.turns(0, "REVIEW_IN_PROGRESS"));
    let (ended, _) = fake.watch(After::CurrentOperation).await;
    let ended = ended.unwrap();
    assert_eq!((ended.stack.stack_status.as_str(), ended.succeeded), ("REVIEW_IN_PROGRESS", false));
    assert!(ended.causes[0].reason.contains("only change sets"));
    assert_eq!(fake.count("describe"), 1);
}

#[tokio::test(start_paused = true)]
async fn the_last_events_are_waited_for_when_the_stack_is_ahead() {
    let fake = Fake::new(created)
        .at(1, |world| world.turns(10, "UPDATE_IN_PROGRESS"))
        .at(2, |world| world.status("UPDATE_COMPLETE"))
        .at(4, |world| world.add(topic(11, "Late", "UPDATE_COMPLETE")))
        .at(5, |world| world.add(own(12, "UPDATE_COMPLETE")));
    let (ended, notes) = fake.watch(after_creation()).await;
    assert!(ended.unwrap().succeeded);
    assert_eq!(notes.lines(), ["* UPDATE_IN_PROGRESS", "Late UPDATE_COMPLETE", "* UPDATE_COMPLETE"]);
    assert_eq!(fake.count("describe"), 5);
}

#[tokio::test(start_paused = true)]
async fn the_stack_is_waited_for_when_the_events_are_ahead() {
    // The old status is one of an end, and not of this one.
    let fake = Fake::new(created)
        .at(1, |world| {
            world.add(own(10, "UPDATE_IN_PROGRESS"));
            world.add(own(11, "UPDATE_ROLLBACK_IN_PROGRESS"));
            world.add(own(12, "UPDATE_ROLLBACK_COMPLETE"));
        })
        .at(3, |world| world.status("UPDATE_IN_PROGRESS"))
        .at(4, |world| world.status("UPDATE_ROLLBACK_COMPLETE"));
    let (ended, _) = fake.watch(after_creation()).await;
    let ended = ended.unwrap();
    assert_eq!((ended.stack.stack_status.as_str(), ended.succeeded), ("UPDATE_ROLLBACK_COMPLETE", false));
    assert_eq!(fake.count("describe"), 4);
}

#[tokio::test(start_paused = true)]
async fn events_that_never_come_do_not_keep_a_watch() {
    let fake = Fake::new(created).at(1, |world| world.status("UPDATE_COMPLETE"));
    let (ended, notes) = fake.watch(after_creation()).await;
    assert!(ended.unwrap().succeeded);
    assert!(notes.lines().is_empty());
    assert_eq!(fake.count("describe"), 9);
    // Nothing is under way, and the events are older than those that are kept.
    let fake = Fake::new(|world| world.status("UPDATE_COMPLETE"));
    let (ended, _) = fake.watch(After::CurrentOperation).await;
    assert!(ended.unwrap().succeeded);
    assert_eq!(fake.count("describe"), 1);
}

#[tokio::test(start_paused = true)]
async fn duplicates_and_late_events_are_told_once() {
    let fake = Fake::new(created)
        .at(1, |world| world.turns(10, "UPDATE_IN_PROGRESS"))
        .at(2, |world| {
            world.add(topic(12, "B", "UPDATE_COMPLETE"));
            world.add(topic(12, "B", "UPDATE_COMPLETE"));
        })
        // Comes late: listed before one that is known.
        .at(3, |world| world.events.get_mut(ROOT).unwrap().insert(4, topic(11, "A", "UPDATE_COMPLETE")))
        .at(4, |world| world.turns(13, "UPDATE_COMPLETE"));
    let (ended, notes) = fake.watch(after_creation()).await;
    assert_eq!(ended.unwrap().events, 4);
    assert_eq!(notes.lines(), ["* UPDATE_IN_PROGRESS", "B UPDATE_COMPLETE", "A UPDATE_COMPLETE", "* UPDATE_COMPLETE"]);
}

#[tokio::test(start_paused = true)]
async fn the_operation_under_way_is_found_and_the_last_one_else() {
    let fake = Fake::new(|world| {
        created(world);
        world.turns(10, "UPDATE_IN_PROGRESS");
        world.add(topic(11, "Topic", "UPDATE_IN_PROGRESS"));
    })
    .page(2)
    .at(2, |world| world.turns(12, "UPDATE_COMPLETE"));
    let (_, notes) = fake.watch_as("web", After::CurrentOperation).await;
    assert_eq!(notes.lines(), ["* UPDATE_IN_PROGRESS", "Topic UPDATE_IN_PROGRESS", "* UPDATE_COMPLETE"]);
    // Asked by name first, and by ARN as soon as it is known.
    assert_eq!((fake.count("describe web"), fake.count(&format!("describe {ROOT}"))), (1, 1));
    assert_eq!(fake.count("events web"), 0);
    // Asked again, it is the last operation.
    let (ended, again) = fake.watch(After::CurrentOperation).await;
    assert!(ended.unwrap().succeeded);
    assert_eq!(again.lines(), notes.lines());
}

#[tokio::test(start_paused = true)]
async fn events_of_an_old_operation_are_not_told_as_those_of_a_new_one() {
    let fake = Fake::new(|world| {
        created(world);
        world.status("UPDATE_IN_PROGRESS");
    })
    .at(3, |world| world.turns(10, "UPDATE_IN_PROGRESS"))
    .at(4, |world| world.turns(11, "UPDATE_COMPLETE"));
    let (_, notes) = fake.watch(After::CurrentOperation).await;
    assert_eq!(notes.lines(), ["* UPDATE_IN_PROGRESS", "* UPDATE_COMPLETE"]);
    // Unless they stay behind.
    let fake = Fake::new(|world| {
        created(world);
        world.status("UPDATE_IN_PROGRESS");
    })
    .at(8, |world| world.status("UPDATE_COMPLETE"));
    let (_, notes) = fake.watch(After::CurrentOperation).await;
    assert_eq!(notes.lines().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_marker_that_is_not_there_gives_the_last_operation() {
    let fake = Fake::new(|world| {
        created(world);
        world.turns(10, "UPDATE_IN_PROGRESS");
        world.turns(11, "UPDATE_COMPLETE");
    });
    let (_, notes) = fake.watch(after("of-another-stack")).await;
    assert_eq!(notes.lines(), ["* UPDATE_IN_PROGRESS", "* UPDATE_COMPLETE"]);
}

#[tokio::test(start_paused = true)]
async fn nested_stacks_are_followed_to_any_depth() {
    let (app, data) = (arn("App"), arn("Data"));
    let (app2, data2, app3, data3) = (app.clone(), data.clone(), app.clone(), data.clone());
    let fake = Fake::new(|world| {
        created(world);
        // The nested stack has a past of its own.
        world.add(own_of(&app, 0, "CREATE_IN_PROGRESS", ""));
        world.add(own_of(&app, 2, "CREATE_COMPLETE", ""));
    })
    .at(1, |world| world.turns(10, "UPDATE_IN_PROGRESS"))
    .at(2, move |world| {
        world.add(nested(ROOT, 11, "App", &app2, "UPDATE_IN_PROGRESS", ""));
        world.add(topic(14, "Topic", "UPDATE_COMPLETE"));
    })
    .at(3, move |world| {
        world.add(own_of(&app3, 12, "UPDATE_IN_PROGRESS", ""));
        world.add(nested(&app3, 15, "Data", &data2, "CREATE_IN_PROGRESS", ""));
        world.add(own_of(&data2, 16, "CREATE_IN_PROGRESS", ""));
        world.add(event(&data2, 17, "Table", "AWS::DynamoDB::Table", "CREATE_COMPLETE", ""));
        world.add(own_of(&data2, 18, "CREATE_COMPLETE", ""));
        world.add(nested(&app3, 19, "Data", &data2, "CREATE_COMPLETE", ""));
        world.add(own_of(&app3, 20, "UPDATE_COMPLETE", ""));
        world.add(nested(ROOT, 21, "App", &app3, "UPDATE_COMPLETE", ""));
    })
    .at(6, |world| world.turns(30, "UPDATE_COMPLETE"));
    let (ended, notes) = fake.watch(after_creation()).await;
    assert_eq!(
        notes.lines(),
        [
            "* UPDATE_IN_PROGRESS",
            "App UPDATE_IN_PROGRESS",
            "Topic UPDATE_COMPLETE",
            "  App(own) UPDATE_IN_PROGRESS",
            "  App.Data CREATE_IN_PROGRESS",
            "    App.Data(own) CREATE_IN_PROGRESS",
            "    App.Data.Table CREATE_COMPLETE",
            "    App.Data(own) CREATE_COMPLETE",
            "  App.Data CREATE_COMPLETE",
            "  App(own) UPDATE_COMPLETE",
            "App UPDATE_COMPLETE",
            "* UPDATE_COMPLETE",
        ]
    );
    let ended = ended.unwrap();
    assert!(ended.resources.contains_key("App.Data.Table") && ended.resources.contains_key("App"));
    // Six polls of the outermost stack; nested ones are asked while under way: App in two of them, Data in one.
    assert_eq!((fake.count("describe"), fake.count(&format!("events {ROOT}"))), (6, 6));
    assert_eq!((fake.count(&format!("events {app}")), fake.count(&format!("events {data3}"))), (2, 1));
}

#[tokio::test(start_paused = true)]
async fn never_more_than_one_chain_a_stack_and_interval() {
    let inner = arn("App");
    let (a, b) = (inner.clone(), inner.clone());
    let fake = Fake::new(created)
        .at(1, move |world| {
            world.turns(10, "UPDATE_IN_PROGRESS");
            world.add(nested(ROOT, 11, "App", &a, "CREATE_IN_PROGRESS", ""));
            world.add(own_of(&a, 12, "CREATE_IN_PROGRESS", ""));
        })
        .at(20, move |world| {
            world.add(own_of(&b, 90, "CREATE_COMPLETE", ""));
            world.add(nested(ROOT, 91, "App", &b, "CREATE_COMPLETE", ""));
            world.turns(92, "UPDATE_COMPLETE");
        });
    fake.watch(after_creation()).await.0.unwrap();
    let calls = fake.calls();
    let moments: BTreeSet<u128> = calls.iter().map(|call| call.at).collect();
    assert_eq!((moments.len(), calls.len()), (20, 60));
    for moment in &moments {
        let then: BTreeSet<&str> =
            calls.iter().filter(|call| call.at == *moment).map(|call| call.what.as_str()).collect();
        assert_eq!(then.len(), 3, "{then:?}");
    }
    let gaps: Vec<u128> = moments.iter().zip(moments.iter().skip(1)).map(|(a, b)| b - a).collect();
    assert_eq!(gaps[..7], [1000, 1500, 2250, 3375, 5063, 7594, 10_000]);
    assert!(gaps[7..].iter().all(|gap| *gap == 10_000));
}
