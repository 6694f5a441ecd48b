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
        match context.project.stack(name) {
            Some((key, entry)) => Self {
                key: key.to_owned(),
                name: entry.name.clone(),
                cloud: context.cloud_of(entry.region.as_deref(), entry.profile.as_deref()),
                entry: Some(entry.clone()),
            },
            None => Self { key: name.to_owned(), name: name.to_owned(), cloud: context.cloud.clone(), entry: None },
        }
    }

    /// A name in a reference, with what `formwork.toml` says of the parameters in it.
    fn filled(&self, name: &str) -> String {
        let mut name = name.replace("${AWS::StackName}", &self.name);
        let layers: Vec<_> = self.entry.iter().flat_map(|entry| &entry.parameters).collect();
        // The last layer counts.
        for (parameter, value) in layers.iter().rev().flat_map(|layer| &layer.values) {
            name = name.replace(&format!("${{{parameter}}}"), value);
        }
        name
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

/// By stack, what its outputs are exported as.
type Exports = BTreeMap<String, BTreeSet<String>>;

/// The stacks of a command, in the order in which they can be worked on.
pub(super) struct Targets {
    /// By key.
    pub(super) stacks: BTreeMap<String, Target>,
    /// Their templates by key; none with `--refresh`.
    pub(super) templates: BTreeMap<String, TemplateFile>,
    /// What depends on what, among them.
    pub(super) order: Order,
    /// By key, what its outputs are exported as, where that stands in the template.
    pub(super) exports: Exports,
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
        let mut stacks: BTreeMap<String, Target> = BTreeMap::new();
        for name in &names {
            let target = Target::of(context, name);
            if stacks.insert(target.key.clone(), target).is_some() {
                return Err(Report::new(Exit::Usage, format!("the stack `{name}` is named twice")));
            }
        }
        if args.with_dependencies {
            let (order, _) = ordered_with_project(context, &stacks, &BTreeMap::new())?;
            let wanted = order.with_dependencies(&stacks.keys().cloned().collect());
            for key in wanted.topological() {
                stacks.entry(key.clone()).or_insert_with(|| Target::of(context, key));
            }
        }
        let mut templates = BTreeMap::new();
        for (key, target) in stacks.iter().filter(|_| !args.refresh) {
            let path = args.template.clone().or_else(|| target.template(context));
            let path = path.ok_or_else(|| unknown(context, key))?;
            templates.insert(key.clone(), read_template(&path)?);
        }
        if stacks.len() == 1 {
            // Nothing to order, and what is wrong with other stacks does not matter.
            let (order, exports) = ordered(context, &stacks, &BTreeMap::new())?;
            return Ok(Self { stacks, templates, order, exports });
        }
        let (order, exports) = ordered_with_project(context, &stacks, &templates)?;
        let order = order.restrict_to(&stacks.keys().cloned().collect());
        Ok(Self { stacks, templates, order, exports })
    }

    /// All stacks of the project, or some, for `graph`.
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
        let (order, exports) = ordered(context, &stacks, &templates)?;
        Ok(Self { stacks, templates, order, exports })
    }
}

/// Some stacks in the order of the whole project: in between there may be stacks that are not asked for, and a → b → c is
/// an order for a and c.
fn ordered_with_project(
    context: &Context,
    stacks: &BTreeMap<String, Target>,
    templates: &BTreeMap<String, TemplateFile>,
) -> Result<(Order, Exports), Report> {
    let (mut all, mut texts) = (stacks.clone(), templates.clone());
    for key in context.project.stacks.keys() {
        let target = all.entry(key.clone()).or_insert_with(|| Target::of(context, key));
        if !texts.contains_key(key) {
            let template = target.template(context).and_then(|path| read_template(&path).ok());
            texts.extend(template.map(|template| (key.clone(), template)));
        }
    }
    ordered(context, &all, &texts)
}

/// Stacks in the order of `depends-on` and of the references in their templates, and what each of them exports.
fn ordered(
    context: &Context,
    stacks: &BTreeMap<String, Target>,
    templates: &BTreeMap<String, TemplateFile>,
) -> Result<(Order, Exports), Report> {
    let exports: Exports = templates.iter().map(|(key, (_, text))| (key.clone(), exports_of(text))).collect();
    let mut edges = Vec::new();
    for (key, target) in stacks {
        let written = target.entry.iter().flat_map(|entry| entry.depends_on.iter().cloned());
        edges.extend(written.map(|dependency| (key.clone(), dependency)));
        let text = templates.get(key).map(|(_, text)| text.as_str()).unwrap_or_default();
        for reference in references(text) {
            let dependency = match reference {
                StackReference::Output { stack, .. } => {
                    let stack = target.filled(&stack);
                    // A reference may have the name in CloudFormation.
                    let known = context.project.stack(&stack).map(|(key, _)| key.to_owned());
                    Some(known.unwrap_or(stack))
                }
                StackReference::Export { name } => {
                    let name = target.filled(&name);
                    let exporting = exports.iter().find(|(_, names)| names.contains(&name));
                    exporting.map(|(key, _)| key.clone())
                }
            };
            edges.extend(dependency.map(|dependency| (key.clone(), dependency)));
        }
    }
    let order = Order::new(stacks.keys().cloned(), edges).map_err(|cycle| {
        Report::new(Exit::Usage, cycle.to_string())
            .with_hint("Look at `depends-on` in formwork.toml and at `<<resolve:stack:…>>` in the templates.")
    })?;
    Ok((order, exports))
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
    let report = Report::new(Exit::Usage, format!("there is no template for the stack `{name}`"));
    let known = context.project.stacks.keys();
    let nearest = known.clone().min_by_key(|key| strsim::damerau_levenshtein(key, name));
    match nearest {
        None => report.with_hint(format!("Pass `--template FILE`, or write `[stacks.{name}]` in formwork.toml.")),
        Some(nearest) if strsim::damerau_levenshtein(nearest, name) <= 2 => {
            report.with_hint(format!("Did you mean `{nearest}`?"))
        }
        Some(_) => {
            let known: Vec<String> = known.map(|name| format!("`{name}`")).collect();
            report.with_hint(format!("Pass `--template FILE`; the stacks of formwork.toml are {}.", known.join(", ")))
        }
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
