//! What only reads.

use serde_json::{Value, json};

use super::call::{Answer, Call, Fault, page};
use super::state::State;
use super::template::{capabilities, declared};

impl State {
    pub(crate) fn read(&mut self, call: &Call) -> Answer {
        let size = self.page_size.unwrap_or(100);
        match call.action.as_str() {
            "DescribeStacks" if call.get("StackName").is_empty() => {
                let all = self.stacks.iter().filter(|stack| !stack.is_gone());
                let all: Vec<Value> = all.map(|stack| Value::Object(stack.members.clone())).collect();
                let (stacks, next) = page(call, &all, size);
                Ok(json!({ "Stacks": stacks, "NextToken": next }))
            }
            "DescribeStacks" => Ok(json!({ "Stacks": [self.stack(call)?.members] })),
            "DescribeStackEvents" => {
                let arn = self.stack(call)?.arn.clone();
                if call.get("NextToken").is_empty() {
                    self.advance(&arn);
                }
                let mut events = self.stack(call)?.events.clone();
                events.reverse();
                let (events, next) = page(call, &events, size);
                Ok(json!({ "StackEvents": events, "NextToken": next }))
            }
            "ListStackResources" => {
                let resources = self.stack(call)?.resources.clone();
                let (resources, next) = page(call, &resources, size);
                Ok(json!({ "StackResourceSummaries": resources, "NextToken": next }))
            }
            "GetTemplate" => {
                let template = self.stack(call)?.template.clone();
                Ok(json!({ "TemplateBody": template, "StagesAvailable": ["Original", "Processed"] }))
            }
            "GetStackPolicy" => Ok(json!({ "StackPolicyBody": self.stack(call)?.policy })),
            "GetTemplateSummary" => self.template_summary(call),
            "DescribeEvents" => self.operation_events(call),
            "GetHookResult" => {
                let id = call.get("HookResultId");
                let found = self.hook_results.iter().find(|result| result["HookResultId"] == id).cloned();
                found.ok_or_else(|| Fault::Error(404, "HookResultNotFound", format!("no hook result {id}")))
            }
            "ListHookResults" => Ok(json!({
                "TargetType": call.get("TargetType"), "TargetId": call.get("TargetId"), "HookResults": self.hook_results,
            })),
            "ListExports" => {
                let exports: Vec<Value> = self.exports();
                let (exports, next) = page(call, &exports, size);
                Ok(json!({ "Exports": exports, "NextToken": next }))
            }
            "ListImports" => {
                let name = call.get("ExportName");
                let importers = self.imports.get(name).cloned().unwrap_or_default();
                if importers.is_empty() {
                    return Err(Fault::invalid(format!("Export '{name}' is not imported by any stack.")));
                }
                let importers: Vec<Value> = importers.into_iter().map(Value::from).collect();
                let (importers, next) = page(call, &importers, size);
                Ok(json!({ "Imports": importers, "NextToken": next }))
            }
            "DetectStackDrift" => {
                let name = self.stack(call)?.name.clone();
                Ok(json!({ "StackDriftDetectionId": format!("detection-of-{name}") }))
            }
            "DescribeStackDriftDetectionStatus" => self.drift_detection(call),
            "DescribeStackResourceDrifts" => {
                let wanted = call.texts("StackResourceDriftStatusFilters");
                let status = |drift: &Value| drift["StackResourceDriftStatus"].as_str().unwrap().to_owned();
                let drifts = self.stack(call)?.drifts.clone();
                let drifts: Vec<Value> =
                    drifts.into_iter().filter(|d| wanted.is_empty() || wanted.contains(&status(d))).collect();
                let (drifts, next) = page(call, &drifts, size);
                Ok(json!({ "StackResourceDrifts": drifts, "NextToken": next }))
            }
            other => Err(Fault::Error(400, "InvalidAction", format!("Could not find operation {other}"))),
        }
    }

    fn exports(&self) -> Vec<Value> {
        let outputs = self.stacks.iter().filter(|stack| !stack.is_gone()).flat_map(|stack| {
            let outputs = stack.members["Outputs"].as_array().unwrap();
            outputs.iter().filter(|output| output["ExportName"].is_string()).map(|output| {
                json!({ "ExportingStackId": stack.arn, "Name": output["ExportName"], "Value": output["OutputValue"] })
            })
        });
        outputs.collect()
    }

    fn template_summary(&mut self, call: &Call) -> Answer {
        let template = self.template_of(call)?;
        if let Some(summary) = &self.summary {
            return Ok(summary.clone());
        }
        let (needed, declared) = (capabilities(&template), declared(&template));
        let parameter = |p: super::template::Parameter| {
            json!({
                "ParameterKey": p.name, "ParameterType": p.kind, "DefaultValue": p.default, "NoEcho": p.no_echo,
                "ParameterConstraints": {},
            })
        };
        let reason = (!needed.is_empty())
            .then(|| format!("The following resource(s) require capabilities: [{}]", needed.join(", ")));
        let mut types: Vec<&str> = declared.resources.iter().map(|(_, kind)| kind.as_str()).collect();
        types.sort_unstable();
        types.dedup();
        Ok(json!({
            "ResourceTypes": types, "Capabilities": needed, "CapabilitiesReason": reason,
            "Parameters": declared.parameters.into_iter().map(parameter).collect::<Vec<_>>(),
        }))
    }

    /// DescribeEvents, of a change set or of a stack.
    fn operation_events(&mut self, call: &Call) -> Answer {
        let (id, only_failed) = (call.get("ChangeSetName"), call.get("Filters.FailedEvents") == "true");
        let (events, size) = if id.is_empty() {
            let stack = self.stack(call)?;
            let failed = |event: &&Value| {
                !only_failed || event["ResourceStatus"].as_str().is_some_and(|status| status.ends_with("_FAILED"))
            };
            let typed = |event: &Value| {
                let mut event = event.clone();
                event["EventType"] = "PROVISIONING_ERROR".into();
                event
            };
            (stack.events.iter().rev().filter(failed).map(typed).collect(), 100)
        } else {
            let found = self.change_sets.iter().find(|change_set| change_set.arn == id);
            let Some(found) = found else {
                return Err(Fault::Error(404, "ChangeSetNotFound", format!("ChangeSet [{id}] does not exist")));
            };
            (found.script.failed_events.clone(), found.script.page_size.unwrap_or(100))
        };
        let (events, next) = page(call, &events, size);
        Ok(json!({ "OperationEvents": events, "NextToken": next }))
    }

    fn drift_detection(&mut self, call: &Call) -> Answer {
        let id = call.get("StackDriftDetectionId").to_owned();
        let Some(index) = id.strip_prefix("detection-of-").and_then(|name| self.find(name)) else {
            return Err(Fault::invalid(format!("Could not find drift detection {id}")));
        };
        let time = self.now();
        let stack = &self.stacks[index];
        let drifted = |drift: &&Value| drift["StackResourceDriftStatus"] != "IN_SYNC";
        let count = stack.drifts.iter().filter(drifted).count();
        let mut answer = json!({
            "StackId": stack.arn, "StackDriftDetectionId": id, "Timestamp": time, "DetectionStatus": "DETECTION_IN_PROGRESS",
        });
        if self.drift_looks > 0 {
            self.drift_looks -= 1;
            return Ok(answer);
        }
        answer["DetectionStatus"] = "DETECTION_COMPLETE".into();
        answer["DriftedStackResourceCount"] = count.into();
        answer["StackDriftStatus"] = if count > 0 { "DRIFTED" } else { "IN_SYNC" }.into();
        Ok(answer)
    }
}
