//! `formwork stack drift`.

use std::time::Duration;

use serde_json::json;

use crate::cli::changes::pace;
use crate::cli::context::Context;
use crate::cli::report::{Exit, Report};
use crate::cli::targets::Target;
use crate::cloud::stacks::ResourceDrift;
use crate::cloud::{FailureKind, Stacks};
use crate::output::Style;
use crate::plugin::inert_line;

pub(super) async fn run(target: &Target, exit_code: bool, context: &Context) -> Result<Exit, Report> {
    let stacks = target.cloud.open().await?.stacks()?;
    let detection = stacks.detect_drift(&target.name).await?;
    context.printer.note(&format!("looking for drift of {}", target.name));
    let status = detected(stacks, &detection).await?;
    let drifts = stacks.drifts(&target.name).await?;
    let drifted = drifts.iter().any(is_drifted) || status == "DRIFTED";
    context.printer.data(
        || json!({ "stack": target.name, "status": status, "drifted": drifted, "resources": drifts }),
        || drifts.iter().map(|drift| text(drift, context)).collect::<String>(),
    )?;
    let count = drifts.iter().filter(|drift| is_drifted(drift)).count();
    context.printer.note(&match (drifted, count) {
        (false, _) => format!("{}: no drift", target.name),
        (true, 1) => format!("{}: 1 resource has drifted", target.name),
        (true, n) => format!("{}: {n} resources have drifted", target.name),
    });
    if drifted {
        let hint = context.printer.paint(Style::Hint, "hint:");
        let name = &target.key;
        context.printer.note(&format!("{hint} `formwork plan {name} --revert-drift` shows how to take them back"));
    }
    Ok(if drifted && exit_code { Exit::Pending } else { Exit::Done })
}

fn is_drifted(drift: &ResourceDrift) -> bool {
    matches!(drift.stack_resource_drift_status.as_str(), "MODIFIED" | "DELETED")
}

/// Wait until the detection is done; gives the drift status of the stack.
async fn detected(stacks: &dyn Stacks, id: &str) -> Result<String, Report> {
    let mut pause = pace().shortest;
    loop {
        match stacks.drift_detection(id).await {
            Ok(detection) if detection.detection_status == "DETECTION_FAILED" => {
                let reason = detection.detection_status_reason.unwrap_or_else(|| "without a reason".to_owned());
                return Err(Report::failed(format!("drift detection failed: {}", inert_line(&reason))));
            }
            Ok(detection) if detection.detection_status != "DETECTION_IN_PROGRESS" => {
                return Ok(detection.stack_drift_status.unwrap_or_default());
            }
            Err(failure) if !matches!(failure.kind, FailureKind::Throttled(_)) => return Err(failure.into()),
            _ => {}
        }
        tokio::time::sleep(pause).await;
        pause = pause.mul_f64(1.5).min(Duration::from_secs(10));
    }
}

fn text(drift: &ResourceDrift, context: &Context) -> String {
    let printer = &context.printer;
    let style = if is_drifted(drift) { Style::Warning } else { Style::Faint };
    let status = printer.paint_data(style, &inert_line(&drift.stack_resource_drift_status));
    let id = drift.physical_resource_id.as_deref().unwrap_or_default();
    let mut text = format!(
        "{status}  {} {}  {}\n",
        inert_line(&drift.resource_type),
        inert_line(&drift.logical_resource_id),
        inert_line(id)
    );
    for difference in &drift.property_differences {
        let (path, expected, actual) =
            (&difference.property_path, &difference.expected_value, &difference.actual_value);
        text.push_str(&inert_line(&format!("    {path}: {expected} (template) → {actual} (actual)")));
        text.push('\n');
    }
    text
}
