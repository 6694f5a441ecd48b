//! `[stacks.NAME]`: the stacks of a project.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Range;

use toml::Spanned;

use super::Wrong;
use super::file::{EnvironmentTable, Named, StackTable};
use super::text::{self, ParameterText, TagText};
use crate::cloud::stacks::GivenValue;

/// The longest name of a stack (API reference, CreateStack).
const MAX_NAME: usize = 128;

/// `[stacks.NAME]`, with what the environment says over it.
///
/// ```toml
/// [stacks.network]
/// template = "network.yaml"
/// name = "prod-network"            # the stack's name in CloudFormation; else the one in the heading
/// parameters = { Vpc = "10.0.0.0/16", Port = 80, Open = true, Zones = ["a", "b"] }
/// parameter-files = ["p.json"]
/// tags = { team = "x" }
/// region = "eu-west-1"
/// profile = "net"
/// role-arn = "arn:aws:iam::123456789012:role/deploy"
/// notification-arns = []
/// capabilities = ["CAPABILITY_IAM"]
/// termination-protection = true
/// stack-policy = "policy.json"
/// depends-on = ["other"]
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StackEntry {
    /// The template, relative to `formwork.toml`.
    pub template: String,
    /// The stack's name in CloudFormation.
    pub name: String,
    /// Parameters; a later layer goes over the earlier ones. Without layers there are none.
    pub parameters: Vec<ParameterLayer>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
    /// The region, instead of the project's.
    pub region: Option<String>,
    /// The profile, instead of the project's.
    pub profile: Option<String>,
    /// The role that CloudFormation works with; none leaves the stack's as it is.
    pub role_arn: Option<String>,
    /// The ARNs of SNS topics; none leaves the stack's as they are.
    pub notification_arns: Option<Vec<String>>,
    /// `CAPABILITY_IAM`, …; an open set.
    pub capabilities: Vec<String>,
    /// Whether termination protection is on; none leaves it as it is.
    pub termination_protection: Option<bool>,
    /// The file of the stack policy, relative to `formwork.toml`.
    pub stack_policy: Option<String>,
    /// The stacks of the project that come before this one. References add to them.
    pub depends_on: BTreeSet<String>,
}

/// Parameters from one place. `Debug` leaves the values out: those of `NoEcho` parameters may be among them.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ParameterLayer {
    /// Files with parameters, relative to `formwork.toml`; a later one goes over the earlier ones.
    pub files: Vec<String>,
    /// Values by name; they go over those of the files.
    pub values: BTreeMap<String, String>,
    /// The values are those of an environment, for all its stacks: only those count that the template declares. Else a
    /// parameter that the template does not declare is a mistake.
    pub shared: bool,
}

impl fmt::Debug for ParameterLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ParameterLayer")
            .field("files", &self.files)
            .field("names", &self.values.keys())
            .field("shared", &self.shared)
            .finish()
    }
}

/// The parameters of a stack, all layers together. There is no `Debug`: values of `NoEcho` parameters may be among them.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct LayeredParameters {
    /// Values by parameter.
    pub own: BTreeMap<String, String>,
    /// Values by parameter that count only where the template declares the parameter. None of them is in `own`.
    pub shared: BTreeMap<String, String>,
}

impl StackEntry {
    /// The parameters, once the files are read; what a file wants to keep its previous value is left out.
    ///
    /// # Errors
    /// Those of `read`, which reads a file named relative to `formwork.toml`.
    pub fn layered_parameters<E>(
        &self,
        mut read: impl FnMut(&str) -> Result<BTreeMap<String, GivenValue>, E>,
    ) -> Result<LayeredParameters, E> {
        let mut all = LayeredParameters::default();
        for layer in &self.parameters {
            for file in &layer.files {
                for (name, value) in read(file)? {
                    all.put(name, value, false);
                }
            }
            for (name, value) in &layer.values {
                all.put(name.clone(), GivenValue::Value(value.clone()), layer.shared);
            }
        }
        Ok(all)
    }
}

impl LayeredParameters {
    /// What comes later goes over what was there, wherever it was.
    fn put(&mut self, name: String, value: GivenValue, shared: bool) {
        self.own.remove(&name);
        self.shared.remove(&name);
        let values = if shared { &mut self.shared } else { &mut self.own };
        if let GivenValue::Value(value) = value {
            values.insert(name, value);
        }
    }
}

impl ParameterLayer {
    fn own(table: &StackTable) -> Self {
        let values = texts(&table.parameters, ParameterText::text);
        Self { files: table.parameter_files.clone(), values, shared: false }
    }

    fn is_empty(&self) -> bool {
        self.files.is_empty() && self.values.is_empty()
    }
}

/// All stacks of the file, as they are in an environment.
pub(super) fn stacks(
    tables: &Named<StackTable>,
    environment: Option<(&Spanned<String>, &EnvironmentTable)>,
) -> Result<BTreeMap<String, StackEntry>, Wrong> {
    let mut stacks = BTreeMap::new();
    // Who has a name in a region already.
    let mut taken: BTreeMap<(String, Option<String>, Option<String>), String> = BTreeMap::new();
    for (key, base) in tables {
        let place = environment.map_or_else(|| key.span(), |(name, _)| name.span());
        let entry = stack(key, base, environment.map(|(_, table)| table), tables)?;
        let identity = (entry.name.clone(), entry.region.clone(), entry.profile.clone());
        if let Some(other) = taken.insert(identity, key.get_ref().clone()) {
            let message = format!("`{other}` and `{}` are both the stack `{}`", key.get_ref(), entry.name);
            return Err(Wrong::new(message, place));
        }
        stacks.insert(key.get_ref().clone(), entry);
    }
    Ok(stacks)
}

fn stack(
    key: &Spanned<String>,
    base: &StackTable,
    environment: Option<&EnvironmentTable>,
    all: &Named<StackTable>,
) -> Result<StackEntry, Wrong> {
    check_key(key)?;
    let nothing = StackTable::default();
    let over = environment.and_then(|environment| environment.stacks.get(key)).unwrap_or(&nothing);
    for table in [base, over] {
        check(key, table, all)?;
    }
    let Some(template) = over.template.as_ref().or(base.template.as_ref()) else {
        return Err(Wrong::new(format!("the stack `{}` has no `template`", key.get_ref()), key.span()));
    };
    let shared = environment.map(|environment| ParameterLayer {
        files: Vec::new(),
        values: texts(&environment.parameters, ParameterText::text),
        shared: true,
    });
    let layers = [Some(ParameterLayer::own(base)), shared, Some(ParameterLayer::own(over))];
    let tags_of = |tags| texts(tags, TagText::text);
    let mut tags = tags_of(&base.tags);
    tags.extend(environment.map(|environment| tags_of(&environment.tags)).unwrap_or_default());
    tags.extend(tags_of(&over.tags));
    let depends_on = over.depends_on.as_ref().or(base.depends_on.as_ref()).into_iter().flatten();
    let plain = |over: &Option<Spanned<String>>, base: &Option<Spanned<String>>| {
        over.as_ref().or(base.as_ref()).map(|text| text.get_ref().clone())
    };
    Ok(StackEntry {
        template: template.get_ref().clone(),
        name: name(key, base, over, environment)?,
        parameters: layers.into_iter().flatten().filter(|layer| !layer.is_empty()).collect(),
        tags,
        region: plain(&over.region, &base.region),
        profile: over.profile.clone().or_else(|| base.profile.clone()),
        role_arn: plain(&over.role_arn, &base.role_arn),
        notification_arns: over.notification_arns.clone().or_else(|| base.notification_arns.clone()),
        capabilities: over.capabilities.clone().or_else(|| base.capabilities.clone()).unwrap_or_default(),
        termination_protection: over.termination_protection.or(base.termination_protection),
        stack_policy: over.stack_policy.clone().or_else(|| base.stack_policy.clone()),
        depends_on: depends_on.map(|name| name.get_ref().clone()).collect(),
    })
}

/// The name in CloudFormation: `name`, else the one in the heading with the environment's prefix.
fn name(
    key: &Spanned<String>,
    base: &StackTable,
    over: &StackTable,
    environment: Option<&EnvironmentTable>,
) -> Result<String, Wrong> {
    let given = over.name.as_ref().or(base.name.as_ref());
    let prefix = environment.and_then(|environment| environment.name_prefix.as_ref());
    let (name, span, hint): (String, Range<usize>, &str) = match (given, prefix) {
        (Some(name), _) => (name.get_ref().clone(), name.span(), ""),
        (None, Some(prefix)) => (format!("{}{}", prefix.get_ref(), key.get_ref()), prefix.span(), GIVE_NAME),
        (None, None) => (key.get_ref().clone(), key.span(), GIVE_NAME),
    };
    if is_stack_name(&name) {
        return Ok(name);
    }
    let rule = "letters, digits and `-`, begin with a letter and have 128 characters at most";
    Err(Wrong::new(format!("`{name}` is not a name for a stack in CloudFormation: such names have {rule}{hint}"), span))
}

const GIVE_NAME: &str = "; give it another one with `name`";

fn check_key(key: &Spanned<String>) -> Result<(), Wrong> {
    let name = key.get_ref();
    let proper = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    // One that begins with `-` would be an option on the command line.
    if !name.is_empty() && name.len() <= MAX_NAME && name.chars().all(proper) && !name.starts_with('-') {
        return Ok(());
    }
    let message =
        format!("`{name}` is not a name for a stack of a project; names have letters, digits, `-`, `_` and `.`");
    Err(Wrong::new(message, key.span()))
}

/// What can be wrong with a table by itself.
fn check(key: &Spanned<String>, table: &StackTable, all: &Named<StackTable>) -> Result<(), Wrong> {
    if let Some(template) = table.template.as_ref().filter(|template| template.get_ref().is_empty()) {
        return Err(Wrong::new("`template` is the path of a file", template.span()));
    }
    check_region(table.region.as_ref())?;
    if let Some(role) = table.role_arn.as_ref().filter(|role| !role.get_ref().starts_with("arn:")) {
        return Err(Wrong::new("`role-arn` reads like \"arn:aws:iam::123456789012:role/NAME\"", role.span()));
    }
    for other in table.depends_on.iter().flatten() {
        if other == key {
            return Err(Wrong::new(format!("the stack `{}` depends on itself", key.get_ref()), other.span()));
        }
        if !all.contains_key(other) {
            let known = all.keys().filter(|name| *name != key).map(|name| name.get_ref().as_str());
            return Err(Wrong::new(text::unknown("stack", other.get_ref(), known), other.span()));
        }
    }
    Ok(())
}

pub(super) fn check_region(region: Option<&Spanned<String>>) -> Result<(), Wrong> {
    let is_region = |text: &str| {
        text.contains('-') && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    };
    match region.filter(|region| !is_region(region.get_ref())) {
        None => Ok(()),
        Some(region) => {
            let message = format!("`{}` is not the name of a region; they read like `eu-west-1`", region.get_ref());
            Err(Wrong::new(message, region.span()))
        }
    }
}

/// API reference, CreateStack: `[a-zA-Z][-a-zA-Z0-9]*`.
fn is_stack_name(name: &str) -> bool {
    let proper = |c: char| c.is_ascii_alphanumeric() || c == '-';
    name.len() <= MAX_NAME && name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(proper)
}

fn texts<T>(table: &BTreeMap<String, T>, text: impl Fn(&T) -> &str) -> BTreeMap<String, String> {
    table.iter().map(|(name, value)| (name.clone(), text(value).to_owned())).collect()
}
