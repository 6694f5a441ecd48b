//! Change sets: made, looked at, executed, deleted.

use serde_json::{Map, Value, json};

use super::call::{Answer, Call, Fault, page};
use super::script::{ACCOUNT, ChangeSetScript, Operation, REGION, event};
use super::state::{ChangeSet, State};
use super::template::{Declared, capabilities, declared};

impl State {
    pub(crate) fn create_change_set(&mut self, call: &Call) -> Answer {
        let name = call.get("StackName").to_owned();
        let kind = call.form.get("ChangeSetType").map_or("UPDATE", String::as_str).to_owned();
        let status = self.find(&name).map(|index| self.stacks[index].status().to_owned());
        self.check_status(&name, &kind, status.as_deref())?;
        let template = self.template_of(call)?;
        if self.find(&name).is_none() {
            self.new_stack(&name);
        }
        match self.make_change_set(call, &name, &kind, template) {
            Err(fault) => {
                // A request that is refused makes no stack.
                if status.is_none() {
                    self.stacks.retain(|stack| stack.name != name || stack.is_gone());
                }
                Err(fault)
            }
            made => made,
        }
    }

    fn check_status(&self, name: &str, kind: &str, status: Option<&str>) -> Result<(), Fault> {
        match (kind, status) {
            ("CREATE" | "IMPORT", None | Some("REVIEW_IN_PROGRESS")) => Ok(()),
            ("CREATE", Some(_)) => Err(Fault::invalid(format!(
                "Stack [{name}] already exists and cannot be created again with the changeSet"
            ))),
            (_, None | Some("REVIEW_IN_PROGRESS")) => Err(Fault::invalid(format!("Stack [{name}] does not exist"))),
            (_, Some(status)) => {
                let refused = status.ends_with("_IN_PROGRESS")
                    || ["ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "UPDATE_ROLLBACK_FAILED", "DELETE_FAILED"]
                        .contains(&status);
                let arn = &self.stacks[self.find(name).unwrap()].arn;
                if refused {
                    Err(Fault::invalid(format!("Stack:{arn} is in {status} state and can not be updated.")))
                } else {
                    Ok(())
                }
            }
        }
    }

    /// The template of a request.
    pub(crate) fn template_of(&mut self, call: &Call) -> Result<String, Fault> {
        if call.is("UsePreviousTemplate") || (call.action == "GetTemplateSummary" && !call.get("StackName").is_empty())
        {
            return Ok(self.stack(call)?.template.clone());
        }
        if let Some(url) = call.form.get("TemplateURL") {
            let path = url.split_once("://").and_then(|(_, rest)| rest.split_once('/')).map_or("", |(_, path)| path);
            let template = self.objects.get(path).cloned();
            return template.ok_or_else(|| Fault::invalid("S3 error: Access Denied"));
        }
        let body = call.get("TemplateBody");
        match body.len() {
            0 => Err(Fault::invalid("Either Template URL or Template Body must be specified.")),
            1..=51_200 => Ok(body.to_owned()),
            _ => Err(Fault::invalid(
                "1 validation error detected: Value at 'templateBody' failed to satisfy constraint: Member must have length \
                 less than or equal to 51200",
            )),
        }
    }

    fn make_change_set(&mut self, call: &Call, stack: &str, kind: &str, template: String) -> Answer {
        let needed = capabilities(&template);
        let given = call.texts("Capabilities");
        let has =
            |name: &&str| given.iter().any(|g| g == name || (*name == "CAPABILITY_IAM" && g == "CAPABILITY_NAMED_IAM"));
        if !needed.iter().all(has) {
            let message = format!("Requires capabilities : [{}]", needed.join(", "));
            return Err(Fault::Error(400, "InsufficientCapabilitiesException", message));
        }
        let index = self.find(stack).unwrap();
        let parameters = self.parameters_of(call, index, &declared(&template))?;
        let script = match self.scripts.get_mut(stack) {
            Some(scripts) if scripts.len() > 1 => scripts.pop_front().unwrap(),
            Some(scripts) => scripts[0].clone(),
            None => self.usual_change_set(index, &template, &parameters),
        };
        if let Some(refusal) = script.refusal {
            return Err(refusal);
        }
        let tags = match call.form.contains_key("Tags.member.1.Key") {
            true => json!(call.records("Tags")),
            false => self.stacks[index].members["Tags"].clone(),
        };
        let name = call.get("ChangeSetName").to_owned();
        let arn = self.add_change_set(&name, stack, kind, script, None);
        let made = self.change_sets.iter_mut().find(|change_set| change_set.arn == arn).unwrap();
        made.template = template;
        made.disable_rollback = call.get("OnStackFailure") == "DO_NOTHING";
        made.members.insert("Parameters".into(), json!(parameters));
        made.members.insert("Tags".into(), tags);
        made.members.insert("Capabilities".into(), json!(given));
        Ok(json!({ "Id": arn, "StackId": self.stacks[index].arn }))
    }

    fn add_change_set(
        &mut self,
        name: &str,
        stack: &str,
        kind: &str,
        mut script: ChangeSetScript,
        parent: Option<&str>,
    ) -> String {
        let time = self.now();
        let arn = format!("arn:aws:cloudformation:{REGION}:{ACCOUNT}:changeSet/{name}/{:012x}", self.change_sets.len());
        for (logical, nested) in std::mem::take(&mut script.nested) {
            let nested_arn = self.add_change_set(&format!("{name}-{logical}"), stack, kind, nested, Some(&arn));
            let change = script.changes.iter_mut().find(|change| change["LogicalResourceId"] == logical.as_str());
            change.unwrap()["ChangeSetId"] = nested_arn.into();
        }
        let stack_id = self.stacks[self.find(stack).unwrap()].arn.clone();
        let members = json!({
            "ChangeSetName": name, "ChangeSetId": arn, "StackId": stack_id, "StackName": stack, "CreationTime": time,
            "Status": "CREATE_PENDING", "ExecutionStatus": "UNAVAILABLE", "ParentChangeSetId": parent,
            "IncludeNestedStacks": true, "Parameters": [], "Tags": [], "Capabilities": [], "NotificationARNs": [],
        });
        let Value::Object(members) = members else { unreachable!() };
        self.change_sets.push(ChangeSet {
            arn: arn.clone(),
            stack: stack.to_owned(),
            kind: kind.to_owned(),
            pending: script.pending,
            script,
            members,
            template: String::new(),
            disable_rollback: false,
        });
        arn
    }

    /// The parameters as they would be; values of SSM types are looked up now, as CloudFormation does.
    fn parameters_of(&self, call: &Call, index: usize, template: &Declared) -> Result<Vec<Value>, Fault> {
        let given = call.records("Parameters");
        let name_of = |record: &std::collections::BTreeMap<String, String>| record["ParameterKey"].clone();
        let unknown: Vec<String> =
            given.iter().map(name_of).filter(|name| template.parameters.iter().all(|p| p.name != *name)).collect();
        if !unknown.is_empty() {
            return Err(Fault::invalid(format!("Parameters: [{}] do not exist in the template", unknown.join(", "))));
        }
        let stack = &self.stacks[index];
        let previous = |name: &str| {
            let parameters = stack.members["Parameters"].as_array().unwrap();
            let found = parameters.iter().find(|parameter| parameter["ParameterKey"] == name);
            found.map(|parameter| parameter["ParameterValue"].as_str().unwrap().to_owned())
        };
        let (mut parameters, mut missing) = (Vec::new(), Vec::new());
        for declared in &template.parameters {
            let given = given.iter().find(|record| record["ParameterKey"] == declared.name);
            let value = match given {
                Some(record) if record.get("UsePreviousValue").is_some_and(|value| value == "true") => {
                    previous(&declared.name)
                }
                Some(record) => record.get("ParameterValue").cloned(),
                None => declared.default.clone(),
            };
            let Some(value) = value else {
                missing.push(declared.name.clone());
                continue;
            };
            let mut parameter = json!({ "ParameterKey": declared.name, "ParameterValue": value });
            if declared.no_echo {
                parameter["ParameterValue"] = "****".into();
            } else if declared.kind.starts_with("AWS::SSM::Parameter::Value") {
                let Some((resolved, _)) = self.parameters.get(&value) else {
                    let message =
                        format!("Unable to fetch parameters [{value}] from parameter store for this account.");
                    return Err(Fault::invalid(message));
                };
                parameter["ResolvedValue"] = resolved.as_str().into();
            }
            parameters.push(parameter);
        }
        if missing.is_empty() {
            Ok(parameters)
        } else {
            Err(Fault::invalid(format!("Parameters: [{}] must have values", missing.join(", "))))
        }
    }

    /// Where a test says nothing: a new stack has all its resources added, and an equal one changes nothing.
    fn usual_change_set(&self, index: usize, template: &str, parameters: &[Value]) -> ChangeSetScript {
        let stack = &self.stacks[index];
        if stack.status() == "REVIEW_IN_PROGRESS" {
            let add = |script: ChangeSetScript, (id, kind): (String, String)| {
                script.change(json!({ "Action": "Add", "LogicalResourceId": id, "ResourceType": kind, "Scope": [], "Details": [] }))
            };
            return declared(template).resources.into_iter().fold(ChangeSetScript::new(), add);
        }
        assert!(
            stack.template == template && stack.members["Parameters"] == json!(parameters),
            "no change set is scripted for {}, and it changes",
            stack.name
        );
        ChangeSetScript::new().no_changes()
    }

    /// The change set that a call is about.
    fn change_set(&self, call: &Call) -> Result<usize, Fault> {
        let (id, stack) = (call.get("ChangeSetName"), call.get("StackName"));
        let is_it = |change_set: &ChangeSet| {
            change_set.arn == id
                || (change_set.members["ChangeSetName"] == id
                    && (change_set.members["StackName"] == stack || change_set.members["StackId"] == stack))
        };
        let found = self.change_sets.iter().position(is_it);
        found.ok_or_else(|| Fault::Error(404, "ChangeSetNotFound", format!("ChangeSet [{id}] does not exist")))
    }

    pub(crate) fn describe_change_set(&mut self, call: &Call) -> Answer {
        let index = self.change_set(call)?;
        let default_size = self.page_size;
        let change_set = &mut self.change_sets[index];
        let mut members = change_set.members.clone();
        if change_set.pending > 0 {
            change_set.pending -= 1;
            let status = if change_set.pending > 0 { "CREATE_PENDING" } else { "CREATE_IN_PROGRESS" };
            members.insert("Status".into(), status.into());
            return Ok(Value::Object(members));
        }
        if members["Status"] == "CREATE_PENDING" {
            let (status, execution) = match &change_set.script.failure {
                Some(_) => ("FAILED", "UNAVAILABLE"),
                None => ("CREATE_COMPLETE", "AVAILABLE"),
            };
            for (member, value) in [
                ("Status", json!(status)),
                ("ExecutionStatus", json!(execution)),
                ("StatusReason", json!(change_set.script.failure)),
            ] {
                change_set.members.insert(member.into(), value);
            }
            change_set.members.extend(change_set.script.more.clone());
            members = change_set.members.clone();
        }
        let size = change_set.script.page_size.or(default_size).unwrap_or(100);
        let (changes, next) = page(call, &change_set.script.changes, size);
        let shown = |mut change: Value| {
            if !call.is("IncludePropertyValues") {
                without_values(&mut change);
            }
            json!({ "Type": "Resource", "ResourceChange": change })
        };
        members.insert("Changes".into(), changes.into_iter().map(shown).collect());
        members.insert("NextToken".into(), next);
        Ok(Value::Object(members))
    }

    pub(crate) fn delete_change_set(&mut self, call: &Call) -> Answer {
        // One that is not there is deleted.
        let Ok(index) = self.change_set(call) else { return Ok(json!({})) };
        if self.change_sets[index].members["ExecutionStatus"] == "EXECUTE_IN_PROGRESS" {
            let message = "ChangeSet cannot be deleted in its current execution status of [EXECUTE_IN_PROGRESS]";
            return Err(Fault::Error(400, "InvalidChangeSetStatus", message.into()));
        }
        let mut gone = vec![self.change_sets[index].arn.clone()];
        while let Some(arn) = gone.pop() {
            self.change_sets.retain(|change_set| change_set.arn != arn);
            let nested =
                self.change_sets.iter().filter(|change_set| change_set.members["ParentChangeSetId"] == arn.as_str());
            gone.extend(nested.map(|change_set| change_set.arn.clone()));
        }
        Ok(json!({}))
    }

    pub(crate) fn execute_change_set(&mut self, call: &Call) -> Answer {
        let index = self.change_set(call)?;
        let change_set = &mut self.change_sets[index];
        let execution = change_set.members["ExecutionStatus"].as_str().unwrap().to_owned();
        if execution != "AVAILABLE" {
            let message = format!(
                "ChangeSet [{}] cannot be executed in its current execution status of [{execution}]",
                change_set.arn
            );
            return Err(Fault::Error(400, "InvalidChangeSetStatus", message));
        }
        change_set.members.insert("ExecutionStatus".into(), "EXECUTE_IN_PROGRESS".into());
        let (arn, name, kind) = (change_set.arn.clone(), change_set.stack.clone(), change_set.kind.clone());
        let (template, members) = (change_set.template.clone(), change_set.members.clone());
        let operation = change_set.script.operation.clone().unwrap_or_else(|| usual(&kind, &change_set.script.changes));
        let disable_rollback = change_set.disable_rollback || call.is("DisableRollback");
        // The others of the stack are gone then.
        self.change_sets.retain(|change_set| change_set.arn == arn || change_set.stack != name);
        let stack = self.find(&name).unwrap();
        let stack = &mut self.stacks[stack];
        stack.template = template;
        stack.set("ChangeSetId", arn);
        stack.set("DisableRollback", disable_rollback);
        for member in ["Parameters", "Tags", "Capabilities"] {
            stack.set(member, members[member].clone());
        }
        let token = Some(call.get("ClientRequestToken")).filter(|token| !token.is_empty());
        self.begin(&name, operation, token);
        Ok(json!({}))
    }
}

/// All resources change, and that is it.
fn usual(kind: &str, changes: &[Value]) -> Operation {
    let verb = |change: &Value| match change["Action"].as_str() {
        Some("Add") => "CREATE",
        Some("Remove") => "DELETE",
        Some("Import") => "IMPORT",
        _ => "UPDATE",
    };
    let text = |change: &Value, member: &str| change[member].as_str().unwrap().to_owned();
    let at = |status: &str| {
        let event = |change: &Value| {
            let (id, kind) = (text(change, "LogicalResourceId"), text(change, "ResourceType"));
            let physical =
                change["PhysicalResourceId"].as_str().map_or_else(|| format!("physical-{id}"), str::to_owned);
            event(&id, &kind, &format!("{}_{status}", verb(change))).physical(&physical)
        };
        changes.iter().map(event).collect::<Vec<_>>()
    };
    Operation::new(kind).then(at("IN_PROGRESS")).then(at("COMPLETE")).turn(&format!("{kind}_COMPLETE"))
}

/// What DescribeChangeSet leaves out unless property values are asked for.
fn without_values(change: &mut Value) {
    let remove = |members: &mut Map<String, Value>, names: &[&str]| {
        names.iter().for_each(|name| drop(members.shift_remove(*name)))
    };
    remove(change.as_object_mut().unwrap(), &["BeforeContext", "AfterContext", "PreviousDeploymentContext"]);
    for detail in change["Details"].as_array_mut().into_iter().flatten() {
        if let Some(target) = detail["Target"].as_object_mut() {
            remove(target, &["BeforeValue", "AfterValue", "BeforeValueFrom", "AfterValueFrom", "Drift"]);
        }
    }
}
