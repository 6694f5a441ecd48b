//! The part of JSON Schema that the inputs of actions are described with.
//!
//! `type`, `properties`, `required`, `additionalProperties`, `items`, `enum`, `const`, `pattern`, `minimum`, `maximum`,
//! `minLength`, `maxLength`, `minItems`, `maxItems`, `oneOf`, `anyOf` and `allOf` are looked at; every other keyword
//! says nothing. Of `oneOf` one or more may hold. It is written here, and not taken from a library, because a value
//! that a token stands for is known by its type alone, because each problem needs its place, and because a complete
//! implementation brings fifty crates.

use std::collections::HashMap;

use serde_json::{Map, Number, Value};

use crate::document::agent::regexp::Regexp;
use crate::document::model::{Content, Member, Node, Place};
use crate::stack::template::place::excerpt;

/// How deep a schema may be nested; what is deeper says nothing. A plugin brings it.
const DEPTH: usize = 64;

/// How many steps one validation may take. Alternatives within alternatives take many.
const MOST_STEPS: usize = 1_000_000;

/// What is known of a text with tokens in it.
#[derive(Clone, Copy)]
pub(super) enum Dynamic {
    /// It becomes a value of one of these types of JSON Schema.
    Is(&'static [&'static str]),
    /// It can become anything.
    Anything,
}

/// Something that a schema does not allow.
pub(super) struct Problem<'s> {
    /// `runCommand[2]`, from the inputs.
    pub(super) path: String,
    /// Where.
    pub(super) at: Place,
    /// What.
    pub(super) kind: ProblemKind<'s>,
}

pub(super) enum ProblemKind<'s> {
    /// It is of another type.
    Type { wanted: String, found: &'static str, is_list_in_list: bool },
    /// It is a member that is not described; these are.
    Unknown { names: Vec<&'s str> },
    /// It is not there.
    Missing,
    /// It has a value that is not allowed. It goes on behind its name.
    Value(String),
}

/// Look at the inputs of an action. Members named in `also` are none of the schema's concern.
pub(super) fn validate<'s>(
    schema: &'s Value,
    inputs: &Node,
    also: &[&str],
    dynamic: &dyn Fn(&str) -> Option<Dynamic>,
) -> Vec<Problem<'s>> {
    let mut validator = Validator { also, dynamic, patterns: HashMap::new(), steps: 0 };
    let mut problems = Vec::new();
    let place = Path { text: String::new(), in_list: false };
    validator.node(schema, inputs, &place, 0, &mut problems);
    problems
}

struct Path {
    text: String,
    in_list: bool,
}

impl Path {
    fn member(&self, key: &str) -> Self {
        let text = if self.text.is_empty() { key.to_owned() } else { format!("{}.{key}", self.text) };
        Self { text, in_list: false }
    }

    fn element(&self, number: usize) -> Self {
        Self { text: format!("{}[{number}]", self.text), in_list: true }
    }
}

struct Validator<'v> {
    also: &'v [&'v str],
    dynamic: &'v dyn Fn(&str) -> Option<Dynamic>,
    patterns: HashMap<String, Option<Regexp>>,
    steps: usize,
}

impl<'v> Validator<'v> {
    fn node<'s>(&mut self, schema: &'s Value, node: &Node, path: &Path, depth: usize, problems: &mut Vec<Problem<'s>>) {
        self.steps += 1;
        if depth > DEPTH || self.steps > MOST_STEPS {
            return;
        }
        let Value::Object(schema) = schema else {
            if *schema == Value::Bool(false) {
                let kind = ProblemKind::Value("is not allowed".to_owned());
                problems.push(Problem { path: path.text.clone(), at: node.at, kind });
            }
            return;
        };
        let dynamic = node.text().and_then(self.dynamic);
        if matches!(dynamic, Some(Dynamic::Anything)) {
            return;
        }
        let types = match dynamic {
            Some(Dynamic::Is(types)) => types,
            _ => types_of(node),
        };
        if let Some(wanted) = schema.get("type").filter(|wanted| !allows(wanted, types)) {
            problems.push(Problem {
                path: path.text.clone(),
                at: node.at,
                kind: ProblemKind::Type {
                    wanted: worded(wanted),
                    found: match dynamic {
                        Some(_) => types.first().map_or("", |name| word(name)),
                        None => node.what(),
                    },
                    is_list_in_list: path.in_list && dynamic.is_some() && types.contains(&"array"),
                },
            });
            return;
        }
        for (keyword, all) in [("allOf", true), ("oneOf", false), ("anyOf", false)] {
            if let Some(Value::Array(schemas)) = schema.get(keyword) {
                self.combined(schemas, all, node, path, depth, problems);
            }
        }
        if dynamic.is_some() {
            return;
        }
        if let Some(what) = self.value(schema, node) {
            problems.push(Problem { path: path.text.clone(), at: node.at, kind: ProblemKind::Value(what) });
        }
        match &node.content {
            Content::List(elements) => {
                if let Some(items) = schema.get("items") {
                    for (number, element) in elements.iter().enumerate() {
                        self.node(items, element, &path.element(number), depth + 1, problems);
                    }
                }
            }
            Content::Map(members) => self.members(schema, node, members, path, depth, problems),
            _ => {}
        }
    }

    fn members<'s>(
        &mut self,
        schema: &'s Map<String, Value>,
        node: &Node,
        members: &[Member],
        path: &Path,
        depth: usize,
        problems: &mut Vec<Problem<'s>>,
    ) {
        let properties = schema.get("properties").and_then(Value::as_object);
        let additional = schema.get("additionalProperties");
        for member in members {
            if path.text.is_empty() && self.also.contains(&member.key.as_str()) {
                continue;
            }
            let path = path.member(&member.key);
            if let Some(property) = properties.and_then(|properties| properties.get(&member.key)) {
                self.node(property, &member.value, &path, depth + 1, problems);
            } else if additional == Some(&Value::Bool(false)) {
                let names = properties.map(|properties| properties.keys().map(String::as_str).collect());
                let kind = ProblemKind::Unknown { names: names.unwrap_or_default() };
                problems.push(Problem { path: path.text, at: member.key_at, kind });
            } else if let Some(additional) = additional {
                self.node(additional, &member.value, &path, depth + 1, problems);
            }
        }
        for name in schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
            if node.get(name).is_none() {
                problems.push(Problem { path: path.member(name).text, at: node.at, kind: ProblemKind::Missing });
            }
        }
    }

    /// Several schemas at once. Of those of which one is enough, the problems of the one with the fewest are told.
    fn combined<'s>(
        &mut self,
        schemas: &'s [Value],
        all: bool,
        node: &Node,
        path: &Path,
        depth: usize,
        problems: &mut Vec<Problem<'s>>,
    ) {
        let mut least: Option<Vec<Problem<'s>>> = None;
        for schema in schemas {
            let mut found = Vec::new();
            self.node(schema, node, path, depth + 1, &mut found);
            match all {
                true => problems.append(&mut found),
                false if found.is_empty() => return,
                // One that is of the right type was meant more likely.
                false => {
                    let is_type = |found: &Vec<Problem<'s>>| {
                        found.iter().any(|problem| {
                            problem.path == path.text && matches!(problem.kind, ProblemKind::Type { .. })
                        })
                    };
                    let rank = |found: &Vec<Problem<'s>>| (is_type(found), found.len());
                    if least.as_ref().is_none_or(|least| rank(&found) < rank(least)) {
                        least = Some(found);
                    }
                }
            }
        }
        problems.append(&mut least.unwrap_or_default());
    }

    /// What the keywords about values do not allow.
    fn value(&mut self, schema: &Map<String, Value>, node: &Node) -> Option<String> {
        let count =
            |keyword: &str| schema.get(keyword).and_then(Value::as_u64).and_then(|count| usize::try_from(count).ok());
        let number = |keyword: &str| schema.get(keyword).and_then(Value::as_number);
        if let Some(values) = schema.get("enum").and_then(Value::as_array)
            && !values.contains(&node.value())
        {
            let known: Vec<&str> = values.iter().filter_map(Value::as_str).collect();
            return Some(format!("is not one of `{}`", excerpt(&known.join("`, `"))));
        }
        if let Some(value) = schema.get("const").filter(|value| **value != node.value()) {
            return Some(format!("is not `{}`", excerpt(&value.to_string())));
        }
        match &node.content {
            Content::Text(text) => {
                if let Some(pattern) = schema.get("pattern").and_then(Value::as_str) {
                    let regexp = self.patterns.entry(pattern.to_owned()).or_insert_with(|| Regexp::new(pattern).ok());
                    if regexp.as_ref().is_some_and(|regexp| !regexp.is_match(text)) {
                        return Some(format!("does not match the pattern `{}`", excerpt(pattern)));
                    }
                }
                limits(text.chars().count(), count("minLength"), count("maxLength"), "characters")
            }
            Content::List(elements) => limits(elements.len(), count("minItems"), count("maxItems"), "elements"),
            Content::Literal { value: Value::Number(value), .. } => {
                let value = value.as_f64()?;
                let out = |limit: Option<&Number>, bad: fn(f64, f64) -> bool| {
                    limit.filter(|limit| limit.as_f64().is_some_and(|limit| bad(value, limit))).cloned()
                };
                if let Some(least) = out(number("minimum"), |value, least| value < least) {
                    return Some(format!("is less than {least}"));
                }
                out(number("maximum"), |value, most| value > most).map(|most| format!("is greater than {most}"))
            }
            _ => None,
        }
    }
}

fn limits(count: usize, least: Option<usize>, most: Option<usize>, what: &str) -> Option<String> {
    if let Some(least) = least.filter(|least| count < *least) {
        return Some(format!("has {count} {what}, at least {least} are needed"));
    }
    most.filter(|most| count > *most).map(|most| format!("has {count} {what}, at most {most} are allowed"))
}

/// The types of JSON Schema that a node is of.
fn types_of(node: &Node) -> &'static [&'static str] {
    match &node.content {
        Content::Null => &["null"],
        Content::Literal { value: Value::Bool(_), .. } => &["boolean"],
        Content::Literal { value: Value::Number(number), .. } => {
            let is_whole = !number.is_f64() || number.as_f64().is_some_and(|number| number.fract() == 0.0);
            if is_whole { &["integer", "number"] } else { &["number"] }
        }
        Content::Literal { .. } | Content::Text(_) => &["string"],
        Content::List(_) => &["array"],
        Content::Map(_) => &["object"],
    }
}

/// Whether one of the types is wanted. What is no type says nothing.
fn allows(wanted: &Value, types: &[&str]) -> bool {
    match wanted {
        Value::String(wanted) => types.contains(&wanted.as_str()),
        Value::Array(wanted) => wanted.iter().any(|wanted| allows(wanted, types)),
        _ => true,
    }
}

fn worded(wanted: &Value) -> String {
    match wanted {
        Value::String(name) => word(name).to_owned(),
        Value::Array(names) => {
            let mut words: Vec<&str> = names.iter().filter_map(Value::as_str).map(word).collect();
            words.dedup();
            words.join(" or ")
        }
        _ => String::new(),
    }
}

fn word(name: &str) -> &str {
    match name {
        "string" => "a string",
        "array" => "a list",
        "object" => "a map",
        "integer" => "a whole number",
        "number" => "a number",
        "boolean" => "a boolean",
        other => other,
    }
}
