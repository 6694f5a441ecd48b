//! What the fake knows, and how it changes.

use std::collections::{BTreeMap, VecDeque};

use serde_json::{Map, Value, json};

use super::call::{Answer, Call, Fault};
use super::script::{ChangeSetScript, Event, Operation, StackScript, Step, stack_arn};

#[derive(Default)]
pub(crate) struct State {
    pub(crate) stacks: Vec<Stack>,
    pub(crate) change_sets: Vec<ChangeSet>,
    /// What comes next for a stack; the last one stays.
    pub(crate) scripts: BTreeMap<String, VecDeque<ChangeSetScript>>,
    /// What a call starts: by action and stack.
    pub(crate) operations: BTreeMap<(String, String), VecDeque<Operation>>,
    /// GetTemplateSummary, where it is not what the template says.
    pub(crate) summary: Option<Value>,
    pub(crate) hook_results: Vec<Value>,
    /// Export and the names of those who import it.
    pub(crate) imports: BTreeMap<String, Vec<String>>,
    /// DescribeStackDriftDetectionStatus says IN_PROGRESS so often.
    pub(crate) drift_looks: usize,
    pub(crate) page_size: Option<usize>,
    /// Parameter Store: value and version.
    pub(crate) parameters: BTreeMap<String, (String, u32)>,
    /// S3: `bucket` or `bucket/key`.
    pub(crate) objects: BTreeMap<String, String>,
    clock: u32,
}

pub(crate) struct Stack {
    pub(crate) name: String,
    pub(crate) arn: String,
    /// Members of Stack (DescribeStacks).
    pub(crate) members: Map<String, Value>,
    pub(crate) template: String,
    pub(crate) policy: Option<String>,
    pub(crate) resources: Vec<Value>,
    /// Oldest first.
    pub(crate) events: Vec<Value>,
    pub(crate) drifts: Vec<Value>,
    pub(crate) steps: VecDeque<Step>,
}

pub(crate) struct ChangeSet {
    pub(crate) arn: String,
    pub(crate) stack: String,
    pub(crate) kind: String,
    pub(crate) script: ChangeSetScript,
    /// So many looks until it is made.
    pub(crate) pending: usize,
    /// Members of DescribeChangeSet.
    pub(crate) members: Map<String, Value>,
    pub(crate) template: String,
    pub(crate) disable_rollback: bool,
}

impl Stack {
    pub(crate) fn status(&self) -> &str {
        self.members["StackStatus"].as_str().unwrap()
    }

    pub(crate) fn set(&mut self, member: &str, value: impl Into<Value>) {
        self.members.insert(member.to_owned(), value.into());
    }

    pub(crate) fn is_gone(&self) -> bool {
        self.status() == "DELETE_COMPLETE"
    }
}

impl State {
    /// The next second, so that the order of things can be seen.
    pub(crate) fn now(&mut self) -> String {
        self.clock += 1;
        format!("2026-11-24T10:{:02}:{:02}.123Z", self.clock / 60 % 60, self.clock % 60)
    }

    pub(crate) fn add_stack(&mut self, script: StackScript) {
        let arn = script.stack["StackId"].as_str().unwrap().to_owned();
        let stack = Stack {
            name: script.name.clone(),
            arn,
            members: script.stack,
            template: script.template,
            policy: script.policy,
            resources: script.resources,
            events: Vec::new(),
            drifts: script.drifts,
            steps: VecDeque::new(),
        };
        self.stacks.push(stack);
        for event in script.events {
            self.record(&script.name, event, None);
        }
        if let Some(operation) = script.operation {
            self.begin(&script.name, operation, None);
        }
    }

    /// A stack of this name, made by its first change set.
    pub(crate) fn new_stack(&mut self, name: &str) {
        let before = self.stacks.iter().filter(|stack| stack.name == name).count();
        let time = self.now();
        let arn = stack_arn(name, before);
        let script = StackScript::new(name)
            .status("REVIEW_IN_PROGRESS")
            .with("StackId", json!(arn))
            .with("CreationTime", json!(time))
            .template("");
        self.add_stack(script);
    }

    /// The stack of this name that is not gone, or any of this ARN.
    pub(crate) fn find(&self, id: &str) -> Option<usize> {
        self.stacks.iter().position(|stack| stack.arn == id || (stack.name == id && !stack.is_gone()))
    }

    /// The stack that a call is about.
    pub(crate) fn stack(&mut self, call: &Call) -> Result<&mut Stack, Fault> {
        let id = call.get("StackName");
        let action = call.action.as_str();
        match self.find(id) {
            Some(index) => Ok(&mut self.stacks[index]),
            None if action == "DescribeStacks" => Err(Fault::invalid(format!("Stack with id {id} does not exist"))),
            None => Err(Fault::invalid(format!("Stack [{id}] does not exist"))),
        }
    }

    /// Adds an event to its stack.
    pub(crate) fn record(&mut self, stack: &str, event: Event, token: Option<&str>) {
        let time = self.now();
        let name = event.stack.as_deref().unwrap_or(stack);
        let index = self.find(name).unwrap_or_else(|| panic!("an event of a stack that is not there: {name}"));
        let stack = &mut self.stacks[index];
        let mut members = json!({
            "StackId": stack.arn, "StackName": stack.name, "EventId": format!("{}-{:05}", stack.name, stack.events.len()),
            "Timestamp": time, "ClientRequestToken": token,
        });
        let physical = event.members.get("PhysicalResourceId").and_then(Value::as_str).map(str::to_owned);
        members.as_object_mut().unwrap().extend(event.members);
        stack.events.push(members.clone());
        self.follow(name, &members, physical);
    }

    /// What an event says about the resource.
    fn follow(&mut self, name: &str, event: &Value, physical: Option<String>) {
        let index = self.find(name).unwrap();
        let stack = &mut self.stacks[index];
        if physical.as_deref() == Some(stack.arn.as_str()) {
            return;
        }
        let logical = &event["LogicalResourceId"];
        let known = stack.resources.iter().position(|resource| &resource["LogicalResourceId"] == logical);
        let known = known.unwrap_or_else(|| {
            stack.resources.push(json!({ "LogicalResourceId": logical }));
            stack.resources.len() - 1
        });
        let resource = &mut stack.resources[known];
        for (member, from) in [
            ("ResourceType", "ResourceType"),
            ("ResourceStatus", "ResourceStatus"),
            ("ResourceStatusReason", "ResourceStatusReason"),
            ("LastUpdatedTimestamp", "Timestamp"),
        ] {
            resource[member] = event[from].clone();
        }
        if let Some(physical) = physical {
            resource["PhysicalResourceId"] = physical.into();
        }
        if event["ResourceStatus"] == "DELETE_COMPLETE" {
            stack.resources.remove(known);
        }
    }

    /// The stack is in this status from now on.
    pub(crate) fn turn(&mut self, stack: &str, status: &str, reason: Option<&str>, token: Option<&str>) {
        let index = self.find(stack).unwrap();
        let (name, arn) = (self.stacks[index].name.clone(), self.stacks[index].arn.clone());
        let mut event =
            super::script::event(&name, "AWS::CloudFormation::Stack", status).with("PhysicalResourceId", json!(arn));
        if let Some(reason) = reason {
            event = event.because(reason);
        }
        self.record(&arn, event, token);
        let time = self.now();
        let stack = &mut self.stacks[index];
        stack.set("StackStatus", status);
        stack.set("StackStatusReason", reason.map_or(Value::Null, Value::from));
        match status {
            "UPDATE_IN_PROGRESS" => stack.set("LastUpdatedTime", time),
            "DELETE_COMPLETE" => stack.set("DeletionTime", time),
            _ => {}
        }
        let executed = self.change_sets.iter_mut().filter(|change_set| change_set.stack == name);
        for change_set in executed.filter(|_| !status.ends_with("_IN_PROGRESS")) {
            if change_set.members["ExecutionStatus"] == "EXECUTE_IN_PROGRESS" {
                change_set.members.insert("ExecutionStatus".into(), "EXECUTE_COMPLETE".into());
            }
        }
    }

    /// Starts an operation.
    pub(crate) fn begin(&mut self, stack: &str, operation: Operation, token: Option<&str>) {
        let index = self.find(stack).unwrap();
        self.turn(stack, &format!("{}_IN_PROGRESS", operation.kind), Some("User Initiated"), token);
        let mut steps = operation.steps;
        for event in steps.iter_mut().flat_map(|step| &mut step.events) {
            event.members.insert("ClientRequestToken".into(), token.map_or(Value::Null, Value::from));
        }
        self.stacks[index].steps = steps;
    }

    /// Somebody looks at the newest events: the next step happens.
    pub(crate) fn advance(&mut self, stack: &str) {
        let Some(index) = self.find(stack) else { return };
        let Some(step) = self.stacks[index].steps.pop_front() else { return };
        let arn = self.stacks[index].arn.clone();
        for event in step.events {
            let stack = event.stack.clone().unwrap_or_else(|| arn.clone());
            let own =
                event.members.get("PhysicalResourceId") == Some(&json!(self.stacks[self.find(&stack).unwrap()].arn));
            if own {
                let index = self.find(&stack).unwrap();
                self.stacks[index].set("StackStatus", event.members["ResourceStatus"].clone());
            }
            self.record(&stack, event, None);
        }
        if !step.outputs.is_empty() {
            self.stacks[index].set("Outputs", step.outputs);
        }
        if let Some((status, reason)) = step.status {
            self.turn(&arn, &status, reason.as_deref(), None);
        }
    }

    /// What was scripted for this call, or what usually happens.
    pub(crate) fn operation(&mut self, action: &str, stack: &str, usual: impl FnOnce() -> Operation) -> Operation {
        let scripted = self.operations.get_mut(&(action.to_owned(), stack.to_owned()));
        scripted.and_then(VecDeque::pop_front).unwrap_or_else(usual)
    }

    pub(crate) fn answer(&mut self, call: &Call) -> Answer {
        match call.action.as_str() {
            "CreateChangeSet" => self.create_change_set(call),
            "DescribeChangeSet" => self.describe_change_set(call),
            "DeleteChangeSet" => self.delete_change_set(call),
            "ExecuteChangeSet" => self.execute_change_set(call),
            "DeleteStack" => self.delete_stack(call),
            "CancelUpdateStack" => self.cancel_update(call),
            "ContinueUpdateRollback" => self.continue_rollback(call),
            "RollbackStack" => self.roll_back(call),
            "SetStackPolicy" => {
                self.stack(call)?.policy = Some(call.get("StackPolicyBody").to_owned());
                Ok(json!({}))
            }
            "UpdateTerminationProtection" => {
                let on = call.is("EnableTerminationProtection");
                let stack = self.stack(call)?;
                stack.set("EnableTerminationProtection", on);
                Ok(json!({ "StackId": stack.arn }))
            }
            _ => self.read(call),
        }
    }
}
