//! Doing something to a stack or a change set that is not the deployment's.

use formwork_plugin::host::stacks;
use formwork_plugin::{Failure, FailureKind};

use crate::quoted;

/// Call a function of `stacks`; `other` is the name or ARN of a stack, or the ARN of a change set.
pub(crate) fn ask(name: &str, other: &str) -> Result<(), Failure> {
    let request = |more: &str| format!("{{\"StackName\":{}{more}}}", quoted(other));
    match name {
        "describe" => stacks::describe(other).map(drop),
        "exports" => stacks::exports().map(drop),
        "create" => stacks::create_change_set(&request(
            ",\"ChangeSetName\":\"theirs\",\"ChangeSetType\":\"UPDATE\",\"Template\":{\"Body\":\"{}\"}",
        ))
        .map(drop),
        "create-no-json" => stacks::create_change_set("{\"StackName\": hunter2").map(drop),
        "create-no-request" => stacks::create_change_set("{\"StackName\":\"hunter2\"}").map(drop),
        "wait-for-change-set" => stacks::wait_for_change_set(other).map(drop),
        "delete-change-set" => stacks::delete_change_set(other),
        "execute" => stacks::execute_change_set(&format!("{{\"ChangeSetId\":{}}}", quoted(other))),
        "failed-events-of-change-set" => stacks::failed_events(&stacks::EventsOf::ChangeSet(other.into())).map(drop),
        "delete" => stacks::delete(&request("")),
        "wait" => stacks::wait(other, None).map(drop),
        "events" => stacks::events(other, None).map(drop),
        "failed-events" => stacks::failed_events(&stacks::EventsOf::Stack(other.into())).map(drop),
        "hook-result" => stacks::hook_result(other).map(drop),
        "policy" => stacks::policy(other).map(drop),
        "set-policy" => stacks::set_policy(other, "{}"),
        "protect" => stacks::protect(other, false),
        _ => Err(Failure::new(FailureKind::InvalidInput, format!("`stacks` has no `{name}`"))),
    }
}
