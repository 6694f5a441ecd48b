//! `formwork outdated` and `formwork upgrade`.

use clap::Args;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::context::Context;
use super::report::{Exit, Report};
use crate::lock::Pin;
use crate::output::{Style, ago};
use crate::pins::{Comparison, Comparisons, compare, move_pins};

/// Which pins to compare.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  formwork outdated
  formwork outdated --exit-code || echo 'a newer AMI is there'
  formwork outdated --output json")]
pub(super) struct OutdatedArgs {
    /// Only these pins: whole references, or what stands behind their scheme
    names: Vec<String>,
    /// End with exit code 3 when a pin is outdated
    #[arg(long)]
    exit_code: bool,
}

/// Which pins to move.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  formwork upgrade
  formwork upgrade /aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64")]
pub(super) struct UpgradeArgs {
    /// Only these pins: whole references, or what stands behind their scheme
    names: Vec<String>,
}

pub(super) async fn outdated(args: OutdatedArgs, context: &Context) -> Result<Exit, Report> {
    let comparisons = compared(&args.names, context).await?;
    let now = Timestamp::now();
    let outdated = comparisons.pins.iter().filter(|comparison| comparison.is_outdated()).count();
    let printer = &context.printer;
    printer
        .data(|| comparisons_json(&comparisons), || lines(comparisons.pins.iter().filter(|c| c.is_outdated()), now))?;
    let current = comparisons.pins.iter().filter(|c| c.now.is_ok()).count() - outdated;
    printer.note(&match (outdated, current) {
        (0, 0) => format!("nothing is pinned for {}", place(&comparisons)),
        (0, _) => format!("up to date: {}", pins(current)),
        (_, 0) => format!("outdated: {}", pins(outdated)),
        _ => format!("outdated: {}, up to date: {current}", pins(outdated)),
    });
    note_elsewhere(&comparisons, context);
    fail_on_failures(&comparisons)?;
    Ok(if args.exit_code && outdated > 0 { Exit::Pending } else { Exit::Done })
}

pub(super) async fn upgrade(args: UpgradeArgs, context: &Context) -> Result<Exit, Report> {
    let comparisons = compared(&args.names, context).await?;
    let moved: Vec<&Comparison> =
        comparisons.pins.iter().filter(|c| c.now.as_ref().is_ok_and(|now| *now != c.pin)).collect();
    let new: Vec<Pin> = moved.iter().filter_map(|comparison| comparison.now.clone().ok()).collect();
    if !new.is_empty() {
        move_pins(&context.lock_path(), new)?;
    }
    let now = Timestamp::now();
    let printer = &context.printer;
    printer.data(
        || json!({ "moved": moved.iter().map(|c| comparison_json(c)).collect::<Vec<_>>() }),
        || lines(moved.iter().copied(), now),
    )?;
    printer.note(&match moved.len() {
        0 => "nothing to move".to_owned(),
        n => format!("moved {} in {}", pins(n), context.lock_name()),
    });
    note_elsewhere(&comparisons, context);
    fail_on_failures(&comparisons)?;
    Ok(Exit::Done)
}

async fn compared(names: &[String], context: &Context) -> Result<Comparisons, Report> {
    let comparisons = compare(context.registry(false)?, &context.lock_path(), names).await?;
    let found = |name: &&String| {
        let pins = comparisons.pins.iter().map(|comparison| &comparison.pin).chain(&comparisons.elsewhere);
        !pins.into_iter().any(|pin| crate::pins::is_named(pin, name))
    };
    if let Some(unknown) = names.iter().find(found) {
        return Err(Report::new(Exit::Usage, format!("no pin is named `{unknown}`"))
            .with_hint(format!("`{}` lists the pins by their references.", context.lock_name())));
    }
    Ok(comparisons)
}

fn place(comparisons: &Comparisons) -> String {
    format!("{} {}", comparisons.place.cloud, comparisons.place.region)
}

fn pins(count: usize) -> String {
    if count == 1 { "1 pin".to_owned() } else { format!("{count} pins") }
}

/// `/aws/service/ami-…  ami-0abc (v71, 3 weeks ago) → ami-0def (v74, today)`
fn lines<'a>(comparisons: impl Iterator<Item = &'a Comparison>, now: Timestamp) -> String {
    comparisons
        .filter_map(|comparison| {
            let new = comparison.now.as_ref().ok()?;
            Some(format!("{}  {} → {}\n", name(&comparison.pin), value(&comparison.pin, now), value(new, now)))
        })
        .collect()
}

/// The name that people know it by.
fn name(pin: &Pin) -> &str {
    pin.reference.strip_prefix("ssm:").unwrap_or(&pin.reference)
}

fn value(pin: &Pin, now: Timestamp) -> String {
    let time = pin.modified.as_deref().and_then(|time| time.parse().ok()).map(|time| ago(time, now));
    let details: Vec<String> = pin.version.iter().map(|version| format!("v{version}")).chain(time).collect();
    let value = crate::plugin::inert_line(&pin.value);
    if details.is_empty() { value } else { format!("{value} ({})", details.join(", ")) }
}

fn comparisons_json(comparisons: &Comparisons) -> Value {
    json!({
        "cloud": comparisons.place.cloud,
        "region": comparisons.place.region,
        "pins": comparisons.pins.iter().map(comparison_json).collect::<Vec<_>>(),
        "elsewhere": comparisons.elsewhere.iter().map(|pin| json!({
            "reference": pin.reference, "cloud": pin.cloud, "region": pin.region, "account": pin.account,
        })).collect::<Vec<_>>(),
    })
}

fn comparison_json(comparison: &Comparison) -> Value {
    let version = |pin: &Pin| json!({ "value": pin.value, "version": pin.version, "modified": pin.modified });
    json!({
        "reference": comparison.pin.reference,
        "outdated": comparison.is_outdated(),
        "pinned": version(&comparison.pin),
        "now": comparison.now.as_ref().ok().map(version),
        "error": comparison.now.as_ref().err().map(|failure| json!({
            "kind": failure.kind.name(), "message": failure.message, "hint": failure.hint,
        })),
    })
}

fn note_elsewhere(comparisons: &Comparisons, context: &Context) {
    let mut places: Vec<String> = comparisons.elsewhere.iter().map(Pin::place).collect();
    places.sort();
    places.dedup();
    if !places.is_empty() {
        let hint = context.printer.paint(Style::Hint, "hint:");
        context.printer.note(&format!(
            "{hint} {} for {} left out; pass `--cloud`, `--region` or `--env` to look at them",
            pins(comparisons.elsewhere.len()),
            places.join(", ")
        ));
    }
}

fn fail_on_failures(comparisons: &Comparisons) -> Result<(), Report> {
    let failures: Vec<_> = comparisons.pins.iter().filter_map(|c| c.now.clone().err()).collect();
    if failures.is_empty() {
        return Ok(());
    }
    Err(Report::of_failures(format!("{} could not be compared", pins(failures.len())), failures))
}
