//! The inputs of a script, and what the agent makes of them before it starts a process.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::go;
use crate::timeout::{DEFAULT_SECONDS, timeout_seconds};

/// The inputs as the agent reads them: names in any case, of two that differ only in case the last one (in the order of
/// their bytes), anything else ignored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Script {
    /// The lines of the script.
    pub commands: Vec<String>,
    /// Variables for the process.
    pub environment: BTreeMap<String, String>,
    /// In schema 1.x the name of one set of properties.
    pub id: String,
    /// Where it runs: an absolute path, or one in the folder of what the document has downloaded; may be empty.
    pub working_directory: String,
    /// After which the process is killed: 5 to 172,800.
    pub timeout_seconds: u64,
}

impl Script {
    /// Read the inputs with the parameters put in.
    ///
    /// # Errors
    /// The agent's text, which shows all inputs: the step fails with it as its error. Only texts are taken for
    /// commands: a text in place of the list is refused as well as a list in the list.
    pub fn read(inputs: &Value) -> Result<Self, String> {
        Self::fields(inputs).map_err(|error| invalid(inputs, &error))
    }

    fn fields(inputs: &Value) -> Result<Self, String> {
        let mut script = Self { timeout_seconds: DEFAULT_SECONDS, ..Self::default() };
        let map = match inputs {
            Value::Object(map) => map,
            Value::Null => return Ok(script),
            other => return Err(mismatch(other, "Go value of type runscript.RunScriptPluginInput")),
        };
        // Go goes on after the first error and reports it at the end, so that the order of the fields decides.
        for (name, value) in sorted(map) {
            match name.to_ascii_lowercase().as_str() {
                "runcommand" => script.commands = commands(value, &script.commands)?,
                "environment" => variables(value, &mut script.environment)?,
                "id" => text(value, "ID", &mut script.id)?,
                "workingdirectory" => text(value, "WorkingDirectory", &mut script.working_directory)?,
                "timeoutseconds" => script.timeout_seconds = timeout_seconds(value),
                _ => {}
            }
        }
        Ok(script)
    }

    /// What stands in the script's file: the lines, each with a line break behind it.
    #[must_use]
    pub fn text(&self) -> String {
        self.commands.join("\n") + "\n"
    }
}

fn invalid(inputs: &Value, error: &str) -> String {
    format!("Invalid format in plugin properties {};\nerror {error}", go::print(inputs))
}

fn sorted(map: &Map<String, Value>) -> Vec<(&String, &Value)> {
    let mut entries: Vec<_> = map.iter().collect();
    entries.sort_by_key(|(key, _)| *key);
    entries
}

fn mismatch(value: &Value, wanted: &str) -> String {
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    format!("json: cannot unmarshal {kind} into {wanted}")
}

fn field(value: &Value, name: &str, kind: &str) -> String {
    mismatch(value, &format!("Go struct field RunScriptPluginInput.{name} of type {kind}"))
}

/// A `null` changes nothing.
fn text(value: &Value, name: &str, into: &mut String) -> Result<(), String> {
    match value {
        Value::String(text) => into.clone_from(text),
        Value::Null => {}
        other => return Err(field(other, name, "string")),
    }
    Ok(())
}

/// A `null` in the list leaves what stands there; that is something only if the same input was there in another case.
fn commands(value: &Value, before: &[String]) -> Result<Vec<String>, String> {
    let list = match value {
        Value::Array(list) => list,
        Value::Null => return Ok(Vec::new()),
        other => return Err(field(other, "RunCommand", "[]string")),
    };
    let one = |(index, item): (usize, &Value)| {
        let mut line = before.get(index).cloned().unwrap_or_default();
        text(item, "RunCommand", &mut line).map(|()| line)
    };
    list.iter().enumerate().map(one).collect()
}

fn variables(value: &Value, into: &mut BTreeMap<String, String>) -> Result<(), String> {
    match value {
        Value::Object(map) => {
            for (name, value) in sorted(map) {
                let mut variable = String::new();
                text(value, "Environment", &mut variable)?;
                into.insert(name.clone(), variable);
            }
        }
        Value::Null => into.clear(),
        other => return Err(field(other, "Environment", "map[string]string")),
    }
    Ok(())
}
