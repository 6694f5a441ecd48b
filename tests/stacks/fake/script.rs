//! What a test lets the fake have and do.

use std::collections::VecDeque;

use serde_json::{Map, Value, json};

use super::call::Fault;

pub(crate) const REGION: &str = "eu-west-1";
pub(crate) const ACCOUNT: &str = "123456789012";

/// The ARN of the n-th stack of this name, from 0.
pub(crate) fn stack_arn(name: &str, n: usize) -> String {
    // The same for the same name, so that tests can write it down before the stack is there.
    let hash =
        name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, b| (hash ^ u64::from(b)).wrapping_mul(0x100_0000_01b3));
    let uuid = format!("{:08x}-0000-4000-8{n:03x}-{:012x}", hash >> 32, hash & 0xffff_ffff);
    format!("arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{name}/{uuid}")
}

/// A stack that is there when the test begins.
#[derive(Clone)]
pub(crate) struct StackScript {
    pub(crate) name: String,
    /// Members of Stack (DescribeStacks).
    pub(crate) stack: Map<String, Value>,
    pub(crate) template: String,
    pub(crate) policy: Option<String>,
    /// StackResourceSummary.
    pub(crate) resources: Vec<Value>,
    pub(crate) events: Vec<Event>,
    /// StackResourceDrift.
    pub(crate) drifts: Vec<Value>,
    /// What is under way.
    pub(crate) operation: Option<Operation>,
}

impl StackScript {
    /// A stack in CREATE_COMPLETE.
    pub(crate) fn new(name: &str) -> Self {
        let stack = json!({
            "StackName": name, "StackId": stack_arn(name, 0), "CreationTime": "2026-01-02T03:04:05.678Z",
            "StackStatus": "CREATE_COMPLETE", "DisableRollback": false, "EnableTerminationProtection": false,
            "Parameters": [], "Outputs": [], "Tags": [], "Capabilities": [], "NotificationARNs": [],
            "DriftInformation": { "StackDriftStatus": "NOT_CHECKED" },
        });
        let Value::Object(stack) = stack else { unreachable!() };
        Self {
            name: name.to_owned(),
            stack,
            template: "Resources: {}\n".to_owned(),
            policy: None,
            resources: Vec::new(),
            events: Vec::new(),
            drifts: Vec::new(),
            operation: None,
        }
    }

    pub(crate) fn status(self, status: &str) -> Self {
        self.with("StackStatus", json!(status))
    }

    /// Any member of Stack (DescribeStacks).
    pub(crate) fn with(mut self, member: &str, value: Value) -> Self {
        self.stack.insert(member.to_owned(), value);
        self
    }

    fn push(mut self, list: &str, item: Value) -> Self {
        self.stack.get_mut(list).and_then(Value::as_array_mut).unwrap().push(item);
        self
    }

    pub(crate) fn parameter(self, key: &str, value: &str) -> Self {
        self.push("Parameters", json!({ "ParameterKey": key, "ParameterValue": value }))
    }

    /// A parameter of an SSM type: the name, and the value at the time.
    pub(crate) fn ssm_parameter(self, key: &str, name: &str, resolved: &str) -> Self {
        let parameter = json!({ "ParameterKey": key, "ParameterValue": name, "ResolvedValue": resolved });
        self.push("Parameters", parameter)
    }

    pub(crate) fn output(self, key: &str, value: &str) -> Self {
        self.push("Outputs", json!({ "OutputKey": key, "OutputValue": value }))
    }

    pub(crate) fn export(self, key: &str, value: &str, name: &str) -> Self {
        self.push("Outputs", json!({ "OutputKey": key, "OutputValue": value, "ExportName": name }))
    }

    pub(crate) fn tag(self, key: &str, value: &str) -> Self {
        self.push("Tags", json!({ "Key": key, "Value": value }))
    }

    pub(crate) fn template(mut self, text: &str) -> Self {
        self.template = text.to_owned();
        self
    }

    pub(crate) fn policy(mut self, text: &str) -> Self {
        self.policy = Some(text.to_owned());
        self
    }

    pub(crate) fn resource(mut self, logical: &str, kind: &str, physical: &str, status: &str) -> Self {
        self.resources.push(json!({
            "LogicalResourceId": logical, "ResourceType": kind, "PhysicalResourceId": physical, "ResourceStatus": status,
            "LastUpdatedTimestamp": "2026-01-02T03:04:05.678Z", "DriftInformation": { "StackResourceDriftStatus": "NOT_CHECKED" },
        }));
        self
    }

    /// What has happened already, oldest first.
    pub(crate) fn events(mut self, events: impl IntoIterator<Item = Event>) -> Self {
        self.events.extend(events);
        self
    }

    /// A StackResourceDrift.
    pub(crate) fn drift(mut self, drift: Value) -> Self {
        self.drifts.push(drift);
        self
    }

    /// What is under way when the test begins.
    pub(crate) fn under_way(mut self, operation: Operation) -> Self {
        self.operation = Some(operation);
        self
    }
}

/// A change set that will be made for a stack.
#[derive(Clone, Default)]
pub(crate) struct ChangeSetScript {
    pub(crate) refusal: Option<Fault>,
    pub(crate) pending: usize,
    pub(crate) failure: Option<String>,
    /// ResourceChange.
    pub(crate) changes: Vec<Value>,
    /// Members of DescribeChangeSet that come in addition.
    pub(crate) more: Map<String, Value>,
    pub(crate) nested: Vec<(String, ChangeSetScript)>,
    /// OperationEvent.
    pub(crate) failed_events: Vec<Value>,
    pub(crate) operation: Option<Operation>,
    pub(crate) page_size: Option<usize>,
}

impl ChangeSetScript {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// CreateChangeSet itself is refused.
    pub(crate) fn refused(mut self, fault: Fault) -> Self {
        self.refusal = Some(fault);
        self
    }

    /// It is CREATE_PENDING and CREATE_IN_PROGRESS for so many looks.
    pub(crate) fn pending(mut self, looks: usize) -> Self {
        self.pending = looks;
        self
    }

    /// It ends in FAILED.
    pub(crate) fn failed(mut self, reason: &str) -> Self {
        self.failure = Some(reason.to_owned());
        self
    }

    /// What CloudFormation says when nothing would change.
    pub(crate) fn no_changes(self) -> Self {
        self.failed(
            "The submitted information didn't contain changes. Submit different information to create a change set.",
        )
    }

    /// A ResourceChange.
    pub(crate) fn change(mut self, change: Value) -> Self {
        self.changes.push(change);
        self
    }

    /// Any member of DescribeChangeSet.
    pub(crate) fn with(mut self, member: &str, value: Value) -> Self {
        self.more.insert(member.to_owned(), value);
        self
    }

    /// The change set of the nested stack of this logical id, whose change must be there.
    pub(crate) fn nested(mut self, logical: &str, script: Self) -> Self {
        self.nested.push((logical.to_owned(), script));
        self
    }

    /// An OperationEvent that DescribeEvents gives for it.
    pub(crate) fn failed_event(mut self, event: Value) -> Self {
        self.failed_events.push(event);
        self
    }

    /// So many changes, and events, on a page.
    pub(crate) fn page_size(mut self, size: usize) -> Self {
        self.page_size = Some(size);
        self
    }

    /// What happens when it is executed; else it simply succeeds.
    pub(crate) fn execute(mut self, operation: Operation) -> Self {
        self.operation = Some(operation);
        self
    }
}

/// What happens to a stack, step by step: each look at the newest events of the stack brings the next step.
#[derive(Clone)]
pub(crate) struct Operation {
    /// `UPDATE`: begins with UPDATE_IN_PROGRESS.
    pub(crate) kind: String,
    pub(crate) steps: VecDeque<Step>,
}

#[derive(Clone, Default)]
pub(crate) struct Step {
    pub(crate) events: Vec<Event>,
    /// The status of the stack from now on, and why.
    pub(crate) status: Option<(String, Option<String>)>,
    /// Outputs from now on.
    pub(crate) outputs: Vec<Value>,
}

impl Operation {
    /// `CREATE`, `UPDATE`, `DELETE`, `UPDATE_ROLLBACK`, …; without an end it goes on for ever.
    pub(crate) fn new(kind: &str) -> Self {
        Self { kind: kind.to_owned(), steps: VecDeque::new() }
    }

    /// Then these events come together.
    pub(crate) fn then(mut self, events: impl IntoIterator<Item = Event>) -> Self {
        self.steps.push_back(Step { events: events.into_iter().collect(), ..Step::default() });
        self
    }

    /// Then nothing new comes for so many looks.
    pub(crate) fn quiet(mut self, looks: usize) -> Self {
        self.steps.extend((0..looks).map(|_| Step::default()));
        self
    }

    /// Then the stack is in this status.
    pub(crate) fn turn(self, status: &str) -> Self {
        self.step(Step { status: Some((status.to_owned(), None)), ..Step::default() })
    }

    /// Then the stack is in this status, for a reason.
    pub(crate) fn turn_because(self, status: &str, reason: &str) -> Self {
        self.step(Step { status: Some((status.to_owned(), Some(reason.to_owned()))), ..Step::default() })
    }

    /// The stack has this output from the last step on.
    pub(crate) fn output(mut self, key: &str, value: &str) -> Self {
        self.steps.back_mut().unwrap().outputs.push(json!({ "OutputKey": key, "OutputValue": value }));
        self
    }

    fn step(mut self, step: Step) -> Self {
        self.steps.push_back(step);
        self
    }
}

/// An event; the fake adds what every event has.
#[derive(Clone)]
pub(crate) struct Event {
    /// Whose; that of the operation, else.
    pub(crate) stack: Option<String>,
    /// Members of StackEvent.
    pub(crate) members: Map<String, Value>,
}

/// An event of a resource.
pub(crate) fn event(logical: &str, kind: &str, status: &str) -> Event {
    let members = json!({ "LogicalResourceId": logical, "ResourceType": kind, "ResourceStatus": status });
    let Value::Object(members) = members else { unreachable!() };
    Event { stack: None, members }
}

/// An event of a nested stack in its parent.
pub(crate) fn nested_event(logical: &str, name: &str, status: &str) -> Event {
    event(logical, "AWS::CloudFormation::Stack", status).with("PhysicalResourceId", json!(stack_arn(name, 0)))
}

/// An event of a stack of its own.
pub(crate) fn stack_event(name: &str, status: &str) -> Event {
    nested_event(name, name, status).of(name)
}

impl Event {
    /// Any member of StackEvent.
    pub(crate) fn with(mut self, member: &str, value: Value) -> Self {
        self.members.insert(member.to_owned(), value);
        self
    }

    pub(crate) fn because(self, reason: &str) -> Self {
        self.with("ResourceStatusReason", json!(reason))
    }

    pub(crate) fn physical(self, id: &str) -> Self {
        self.with("PhysicalResourceId", json!(id))
    }

    /// It belongs to this stack.
    pub(crate) fn of(mut self, stack: &str) -> Self {
        self.stack = Some(stack.to_owned());
        self
    }
}
