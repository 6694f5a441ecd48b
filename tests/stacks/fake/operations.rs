//! What a stack is told to do besides executing a change set.

use serde_json::{Value, json};

use super::call::{Answer, Call, Fault};
use super::script::{Operation, event};
use super::state::State;

impl State {
    pub(crate) fn delete_stack(&mut self, call: &Call) -> Answer {
        // A stack that is not there is deleted.
        let Some(index) = self.find(call.get("StackName")) else { return Ok(json!({})) };
        let stack = &self.stacks[index];
        let (name, status) = (stack.name.clone(), stack.status().to_owned());
        if stack.members["EnableTerminationProtection"] == true {
            let message = format!("Stack [{name}] cannot be deleted while TerminationProtection is enabled");
            return Err(Fault::invalid(message));
        }
        if !call.texts("RetainResources").is_empty() && status != "DELETE_FAILED" {
            let message = "Invalid operation on stack. Stack must be in DELETE_FAILED state to retain resources";
            return Err(Fault::invalid(message));
        }
        let arn = stack.arn.clone();
        if status == "REVIEW_IN_PROGRESS" {
            self.change_sets.retain(|change_set| change_set.stack != name);
        }
        let resources = stack.resources.clone();
        let operation = self.operation("DeleteStack", &name, || {
            let text = |resource: &Value, member: &str| resource[member].as_str().unwrap_or_default().to_owned();
            let gone = |resource: &Value| {
                let (id, kind) = (text(resource, "LogicalResourceId"), text(resource, "ResourceType"));
                event(&id, &kind, "DELETE_COMPLETE").physical(&text(resource, "PhysicalResourceId"))
            };
            Operation::new("DELETE").then(resources.iter().map(gone)).turn("DELETE_COMPLETE")
        });
        self.begin(&arn, operation, token(call));
        // Nobody looks at the events of a stack that never had a resource.
        if status == "REVIEW_IN_PROGRESS" {
            while !self.stacks[index].steps.is_empty() {
                self.advance(&arn);
            }
        }
        Ok(json!({}))
    }

    pub(crate) fn cancel_update(&mut self, call: &Call) -> Answer {
        let stack = self.stack(call)?;
        let (name, status) = (stack.name.clone(), stack.status().to_owned());
        if status != "UPDATE_IN_PROGRESS" {
            return Err(Fault::invalid("CancelUpdateStack cannot be called from current stack status"));
        }
        let operation = self.operation("CancelUpdateStack", &name, || {
            Operation::new("UPDATE_ROLLBACK").turn("UPDATE_ROLLBACK_COMPLETE")
        });
        self.begin(&name, operation, token(call));
        Ok(json!({}))
    }

    pub(crate) fn continue_rollback(&mut self, call: &Call) -> Answer {
        let stack = self.stack(call)?;
        let (name, arn, status) = (stack.name.clone(), stack.arn.clone(), stack.status().to_owned());
        let skip = call.texts("ResourcesToSkip");
        if status != "UPDATE_ROLLBACK_FAILED" {
            return Err(Fault::invalid(format!("Stack:{arn} is in {status} state and can not continue rollback")));
        }
        if call.is("ForceRollback") && !skip.is_empty() {
            return Err(Fault::invalid("ForceRollback and ResourcesToSkip cannot be used together"));
        }
        let operation = self.operation("ContinueUpdateRollback", &name, || {
            Operation::new("UPDATE_ROLLBACK").turn("UPDATE_ROLLBACK_COMPLETE")
        });
        self.begin(&name, operation, token(call));
        Ok(json!({}))
    }

    pub(crate) fn roll_back(&mut self, call: &Call) -> Answer {
        let stack = self.stack(call)?;
        let (name, arn, status) = (stack.name.clone(), stack.arn.clone(), stack.status().to_owned());
        let kind = match status.as_str() {
            "CREATE_FAILED" => "ROLLBACK",
            "UPDATE_FAILED" => "UPDATE_ROLLBACK",
            _ => return Err(Fault::invalid(format!("Stack:{arn} is in {status} state and can not be rolled back"))),
        };
        let operation =
            self.operation("RollbackStack", &name, || Operation::new(kind).turn(&format!("{kind}_COMPLETE")));
        self.begin(&name, operation, token(call));
        Ok(json!({ "StackId": arn }))
    }
}

fn token(call: &Call) -> Option<&str> {
    Some(call.get("ClientRequestToken")).filter(|token| !token.is_empty())
}
