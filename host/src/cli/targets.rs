//! Which stacks a command is about: those of `formwork.toml`, or one that is only named.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::context::Context;
use super::report::{Exit, Report};
use super::stack_args::StackArgs;
use crate::cloud::Connection;
use crate::project::StackEntry;
use crate::stack::order::{Order, StackReference, references};
use crate::stack::template::Template;

/// A stack that a command is about.
#[derive(Clone)]
pub(super) struct Target {
    /// The name in the project, else the name in CloudFormation.
    pub(super) key: String,
    /// The name in CloudFormation.
    pub(super) name: String,
    /// The cloud that it is in.
    pub(super) cloud: Arc<Connection>,
    /// What `formwork.toml` says of it.
    pub(super) entry: Option<StackEntry>,
}

impl Target {
    /// The stack of this name: one of the project, else one of CloudFormation.
    pub(super) fn of(context: &Context, name: &str) -> Self {
        match context.project.stacks.get(name) {
            Some(entry) => Self {
                key: name.to_owned(),
                name: entry.name.clone(),
                cloud: context.cloud_of(entry.region.as_deref(), entry.profile.as_deref()),
                entry: Some(entry.clone()),
            },
            None => Self { key: name.to_owned(), name: name.to_owned(), cloud: context.cloud.clone(), entry: None },
        }
    }

    /// The template's path, as a person in the current folder would write it.
    fn template(&self, context: &Context) -> Option<PathBuf> {
        let path = context.project.root.join(&self.entry.as_ref()?.template);
        let here = std::env::current_dir().ok();
        Some(here.and_then(|here| path.strip_prefix(here).ok().map(Path::to_owned)).unwrap_or(path))
    }
}

/// A template file: its name as given, and its text.
pub(super) type TemplateFile = (String, String);

/// The stacks of a command, in the order in which they can be worked on.
pub(super) struct Targets {
    /// By key.
    pub(super) stacks: BTreeMap<String, Target>,
    /// Their templates by key; none with `--refresh`.
    pub(super) templates: BTreeMap<String, TemplateFile>,
    /// What depends on what, among them.
    pub(super) order: Order,
    /// By key, what its outputs are exported as, where that stands in the template.
    pub(super) exports: BTreeMap<String, BTreeSet<String>>,
}

impl Targets {
    /// What the command line asks for.
    pub(super) fn of(context: &Context, args: &StackArgs) -> Result<Self, Report> {
        let names: Vec<String> = match (args.all, args.stacks.is_empty()) {
            (true, _) if context.project.stacks.is_empty() => {
                return Err(Report::new(Exit::Usage, "the project has no stacks")
                    .with_hint("Write `[stacks.NAME]` with a `template` into formwork.toml."));
            }
            (true, _) => context.project.stacks.keys().cloned().collect(),
            (false, false) => args.stacks.clone(),
            (false, true) => return Err(nothing_named(context)),
        };
        if names.len() > 1 && args.template.is_some() {
            return Err(Report::new(Exit::Usage, "`--template` is for one stack"));
        }
        let mut seen = BTreeSet::new();
        if let Some(twice) = names.iter().find(|name| !seen.insert(*name)) {
            return Err(Report::new(Exit::Usage, format!("the stack `{twice}` is named twice")));
        }
        let stacks: BTreeMap<String, Target> =
            names.iter().map(|name| (name.clone(), Target::of(context, name))).collect();
        let mut templates = BTreeMap::new();
        for (key, target) in stacks.iter().filter(|_| !args.refresh) {
            let path = args.template.clone().or_else(|| target.template(context));
            let path = path.ok_or_else(|| unknown(context, key))?;
            templates.insert(key.clone(), read_template(&path)?);
        }
        Self::ordered(stacks, templates)
    }

    /// All stacks of the project, for `graph`.
    pub(super) fn project(context: &Context, names: &[String]) -> Result<Self, Report> {
        let mut stacks = BTreeMap::new();
        for name in context.project.stacks.keys().filter(|key| names.is_empty() || names.contains(key)) {
            stacks.insert(name.clone(), Target::of(context, name));
        }
        if let Some(missing) = names.iter().find(|name| !stacks.contains_key(*name)) {
            return Err(unknown(context, missing));
        }
        let mut templates = BTreeMap::new();
        for (key, target) in &stacks {
            if let Some(path) = target.template(context) {
                templates.insert(key.clone(), read_template(&path)?);
            }
        }
        Self::ordered(stacks, templates)
    }

    fn ordered(
        stacks: BTreeMap<String, Target>,
        templates: BTreeMap<String, TemplateFile>,
    ) -> Result<Self, Report> {
        let exports: BTreeMap<String, BTreeSet<String>> =
            templates.iter().map(|(key, (_, text))| (key.clone(), exports_of(text))).collect();
        let mut edges = Vec::new();
        for (key, target) in &stacks {
            let written = target.entry.iter().flat_map(|entry| entry.depends_on.iter().cloned());
            edges.extend(written.map(|dependency| (key.clone(), dependency)));
            let text = templates.get(key).map(|(_, text)| text.as_str()).unwrap_or_default();
            for reference in references(text) {
                let dependency = match reference {
                    StackReference::Output { stack, .. } => Some(stack),
                    StackReference::Export { name } => {
                        let exporting = exports.iter().find(|(_, names)| names.contains(&name));
                        exporting.map(|(key, _)| key.clone())
                    }
                };
                edges.extend(dependency.map(|dependency| (key.clone(), dependency)));
            }
        }
        // What is not worked on now is there already, or will be missed by the resolver.
        let order = Order::new(stacks.keys().cloned(), edges).map_err(|cycle| {
            Report::new(Exit::Usage, cycle.to_string())
                .with_hint("Look at `depends-on` in formwork.toml and at `<<resolve:stack:…>>` in the templates.")
        })?;
        Ok(Self { stacks, templates, order, exports })
    }
}

/// What a template exports, where the names stand there; a template that cannot be read exports nothing yet.
fn exports_of(text: &str) -> BTreeSet<String> {
    let Ok(template) = Template::parse(text) else { return BTreeSet::new() };
    template.outputs().iter().filter_map(|output| output.export_name.clone()).collect()
}

fn nothing_named(context: &Context) -> Report {
    let known: Vec<String> = context.project.stacks.keys().map(|name| format!("`{name}`")).collect();
    let report = Report::new(Exit::Usage, "no stack is named");
    if known.is_empty() {
        report.with_hint("Write `formwork plan STACK --template FILE`, or `[stacks.NAME]` in formwork.toml.")
    } else {
        report.with_hint(format!("formwork.toml has {}; `--all` takes them all.", known.join(", ")))
    }
}

fn unknown(context: &Context, name: &str) -> Report {
    let known: Vec<String> = context.project.stacks.keys().map(|name| format!("`{name}`")).collect();
    let report = Report::new(Exit::Usage, format!("there is no template for the stack `{name}`"));
    if known.is_empty() {
        report.with_hint(format!("Pass `--template FILE`, or write `[stacks.{name}]` in formwork.toml."))
    } else {
        report.with_hint(format!("Pass `--template FILE`; the stacks of formwork.toml are {}.", known.join(", ")))
    }
}

/// A template from a file, or from stdin for `-`: its name, and its text.
pub(super) fn read_template(path: &Path) -> Result<TemplateFile, Report> {
    let (name, bytes) = if path == Path::new("-") {
        let mut bytes = Vec::new();
        let read = std::io::stdin().lock().read_to_end(&mut bytes);
        read.map_err(|error| Report::new(Exit::Usage, format!("failed to read the template from stdin: {error}")))?;
        ("<stdin>".to_owned(), bytes)
    } else {
        let name = path.display().to_string();
        let bytes = std::fs::read(path)
            .map_err(|error| Report::new(Exit::Usage, format!("failed to read the template `{name}`: {error}")))?;
        (name, bytes)
    };
    let text = String::from_utf8(bytes).map_err(|error| {
        Report::new(
            Exit::Usage,
            format!("`{name}` is not UTF-8: byte {} cannot be read", error.utf8_error().valid_up_to()),
        )
        .with_hint("Save the template as UTF-8.")
    })?;
    Ok((name, text))
}
