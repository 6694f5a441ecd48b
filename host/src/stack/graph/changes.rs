//! The graph of what a plan changes.

use super::{Graph, Mark, Node};
use crate::stack::plan::model::{Cause, Plan, PlannedAction};

/// The resources of a plan, marked by what happens to them, and which of them refers to which. A change that another
/// resource causes is an edge as well, for plans that were made without the template. What is inside a nested stack
/// is what the nested stack depends on.
#[must_use]
pub fn changes(plan: &Plan) -> Graph {
    let nodes = plan.resources.iter().map(|resource| {
        Node::new(&resource.logical_id).detail(&resource.resource_type).mark(Mark::from(&resource.action))
    });
    let mut graph = Graph::of(nodes, []);
    for resource in &plan.resources {
        let nested = resource.logical_id.rsplit_once('.').map(|(stack, _)| stack);
        if let Some(stack) = nested {
            graph.connect(stack, &resource.logical_id, None);
        }
        let causes = resource.changes.iter().flat_map(|change| &change.causes).filter_map(|cause| match cause {
            Cause::Resource { name } => Some(name),
            _ => None,
        });
        for name in resource.refers_to.iter().chain(causes) {
            if let Some(to) = find(&graph, nested, name)
                && to != resource.logical_id
            {
                graph.connect(&resource.logical_id, &to, None);
            }
        }
    }
    graph
}

/// `Topic.TopicName` is an attribute of `Topic`; inside of a nested stack, names are first those of its template.
fn find(graph: &Graph, nested: Option<&str>, name: &str) -> Option<String> {
    let mut known = Some(name);
    while let Some(name) = known {
        let within = nested.map(|stack| format!("{stack}.{name}"));
        let found = within.into_iter().chain([name.to_owned()]).find(|id| graph.node(id).is_some());
        if found.is_some() {
            return found;
        }
        known = name.rsplit_once('.').map(|(resource, _)| resource);
    }
    None
}

impl From<&PlannedAction> for Mark {
    fn from(action: &PlannedAction) -> Self {
        match action {
            PlannedAction::Add => Self::Add,
            PlannedAction::Modify => Self::Modify,
            PlannedAction::Replace => Self::Replace,
            PlannedAction::MayReplace => Self::MayReplace,
            PlannedAction::Remove => Self::Remove,
            PlannedAction::Import => Self::Import,
            // The resource stays as it is.
            PlannedAction::SyncWithActual => Self::Plain,
            PlannedAction::Dynamic | PlannedAction::Other(_) => Self::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(resources: serde_json::Value) -> String {
        let all = resources.as_object().unwrap().iter().map(|(id, refers_to)| {
            let change = |name: &str| serde_json::json!({"path": "Properties.A", "before": {"state": "unknown"}, "after": {"state": "unknown"}, "recreation": null, "causes": [{"kind": "resource", "name": name}, {"kind": "template"}]});
            let names: Vec<&str> = refers_to.as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
            let (causes, refers_to): (Vec<&str>, Vec<&str>) = names.into_iter().partition(|name| name.starts_with('*'));
            let changes: Vec<_> = causes.iter().map(|name| change(&name[1..])).collect();
            serde_json::json!({"logicalId": id, "resourceType": "T", "physicalId": null, "action": "modify", "policy": null,
                "changes": changes, "drift": null, "refersTo": refers_to, "place": null})
        });
        let plan = serde_json::json!({"version": 1, "stack": "s", "stackId": null, "region": "r", "account": null, "operation": "UPDATE",
            "stackStatus": null, "stackUpdated": null, "changeSet": null, "created": "", "template": null, "pins": [], "parameters": [],
            "tags": [], "resources": all.collect::<Vec<_>>(), "security": [], "notes": [], "knownAfterDeploy": [], "capabilities": [], "settings": null});
        let graph = changes(&serde_json::from_value(plan).unwrap());
        let edges = graph.edges().iter().map(|edge| format!("{} > {}", edge.from, edge.to));
        edges.collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn references_and_causes_are_edges() {
        let edges =
            graph(serde_json::json!({"A": ["B", "B", "A", "Gone"], "B": ["*C.Arn", "*Gone.Arn", "*A"], "C": []}));
        assert_eq!(edges, "A > B, B > C, B > A");
    }

    #[test]
    fn nested_names_are_those_of_the_nested_template() {
        let resources = serde_json::json!({"N": ["Q"], "N.Q": ["R", "N.S"], "N.R": ["*S.Arn"], "N.S": ["Top"], "Q": ["*N.Outputs.X"], "Top": []});
        assert_eq!(
            graph(resources),
            "N > Q, N > N.Q, N.Q > N.R, N.Q > N.S, N > N.R, N.R > N.S, N > N.S, N.S > Top, Q > N"
        );
    }
}
