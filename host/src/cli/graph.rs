//! `formwork graph`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::context::Context;
use super::report::{Exit, Report};
use super::targets::{Targets, read_template};
use crate::stack::graph::{Graph, Node, dot, mermaid, svg, text};
use crate::stack::template::Template;

/// What to draw.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  formwork graph                                   # the stacks of formwork.toml
  formwork graph --template web.yaml               # the resources of a template
  formwork graph --format svg > stacks.svg
  formwork graph --format mermaid --template web.yaml")]
pub(super) struct GraphArgs {
    /// Only these stacks of formwork.toml
    #[arg(value_name = "STACK")]
    stacks: Vec<String>,
    /// The resources of this template instead; - for stdin
    #[arg(long, value_name = "FILE", conflicts_with = "stacks")]
    template: Option<PathBuf>,
    /// How it is written
    #[arg(long, value_enum, default_value = "text", value_name = "FORMAT")]
    format: GraphFormat,
}

/// How a graph is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum GraphFormat {
    /// For a terminal
    Text,
    /// For Graphviz
    Dot,
    /// For Markdown: GitHub and GitLab draw it
    Mermaid,
    /// A picture
    Svg,
}

pub(super) async fn run(args: GraphArgs, context: &Context) -> Result<Exit, Report> {
    let (graph, title) = match &args.template {
        Some(path) => of_template(path)?,
        None => of_project(&args.stacks, context)?,
    };
    context.printer.data(
        || graph.json(),
        || match args.format {
            GraphFormat::Text => text(&graph),
            GraphFormat::Dot => dot(&graph),
            GraphFormat::Mermaid => mermaid(&graph),
            GraphFormat::Svg => svg(&graph, &title),
        },
    )?;
    Ok(Exit::Done)
}

fn of_template(path: &std::path::Path) -> Result<(Graph, String), Report> {
    let (name, text) = read_template(path)?;
    let template = Template::parse(&text).map_err(|error| {
        Report::new(Exit::Usage, format!("{name}:{}:{}: {}", error.line, error.column, error.message))
    })?;
    let mut graph = Graph::new();
    for resource in template.resources() {
        graph.add(Node::new(&resource.logical_id).detail(&resource.resource_type));
    }
    for resource in template.resources() {
        for other in &resource.refers_to {
            graph.connect(&resource.logical_id, other, None);
        }
    }
    Ok((graph, name))
}

fn of_project(stacks: &[String], context: &Context) -> Result<(Graph, String), Report> {
    if context.project.stacks.is_empty() {
        return Err(Report::new(Exit::Usage, "the project has no stacks")
            .with_hint("Write `[stacks.NAME]` into formwork.toml, or pass `--template FILE`."));
    }
    Ok((stacks_graph(&Targets::project(context, stacks)?), "stacks".to_owned()))
}

/// The stacks of a command, and what depends on what.
pub(super) fn stacks_graph(targets: &Targets) -> Graph {
    let mut graph = Graph::new();
    for key in targets.order.topological() {
        let Some(target) = targets.stacks.get(key) else { continue };
        let region = target.entry.as_ref().and_then(|entry| entry.region.clone());
        let name = (target.name != target.key).then(|| target.name.clone());
        let detail: Vec<String> = name.into_iter().chain(region).collect();
        graph.add(Node::new(key).detail(detail.join(", ")));
    }
    for key in targets.order.topological() {
        for dependency in targets.order.dependencies_of(key) {
            graph.connect(key, dependency, None);
        }
    }
    graph
}
