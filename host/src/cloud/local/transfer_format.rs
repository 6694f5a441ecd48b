//! The JSON that parameters come in and go out as.
//!
//! Our own format, which [`super::LocalCloud::export`] writes and import reads:
//!
//! ```json
//! {
//!   "format": 1,
//!   "region": "eu-west-1",
//!   "parameters": [
//!     {
//!       "name": "/app/port",
//!       "type": "String",
//!       "value": "8080",
//!       "version": 3,
//!       "modified": "2026-01-02T03:04:05.678Z",
//!       "tier": "Standard",
//!       "dataType": "text",
//!       "description": "Where the server listens",
//!       "allowedPattern": "^[0-9]+$",
//!       "labels": ["live"],
//!       "policies": [],
//!       "tags": { "team": "web" }
//!     }
//!   ]
//! }
//! ```
//!
//! Only `name` and `value` are needed. A parameter may be there several times, with several versions. A SecureString
//! has no `value` unless the export was one with decryption; `policies` and `tags` are with the latest version only.
//! `region` is for people; an import goes into the region it is asked to go into.
//!
//! Import also reads what the AWS CLI prints for `get-parameter`, `get-parameters`, `get-parameters-by-path` and
//! `get-parameter-history`, a bare array of such items, and a plain object of names and values.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::columns;
use super::names::invalid;
use crate::cloud::{Failure, FailureKind, Parameter, ParameterTier, ParameterType, ParameterValue, Secret};

/// The version of our own format.
pub(super) const FORMAT: u64 = 1;

/// What base64 of KMS ciphertext begins with: a SecureString that the CLI printed without `--with-decryption`.
const CIPHERTEXT: &str = "AQICAH";

/// The largest version number that is taken, with room above for those that come after.
const LARGEST_VERSION: u64 = u64::MAX >> 2;

/// One version of a parameter on its way in. The value is hidden, for any of them may be a secret.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) kind: Option<ParameterType>,
    pub(super) value: Option<Secret>,
    pub(super) version: Option<u64>,
    pub(super) modified: Option<Timestamp>,
    pub(super) tier: Option<ParameterTier>,
    pub(super) data_type: Option<String>,
    pub(super) description: Option<String>,
    pub(super) allowed_pattern: Option<String>,
    pub(super) labels: Vec<String>,
    /// The JSON array.
    pub(super) policies: Option<String>,
    pub(super) tags: Vec<(String, String)>,
}

impl Entry {
    fn new(name: String, value: Option<Secret>) -> Self {
        Self {
            name,
            kind: None,
            value,
            version: None,
            modified: None,
            tier: None,
            data_type: None,
            description: None,
            allowed_pattern: None,
            labels: Vec::new(),
            policies: None,
            tags: Vec::new(),
        }
    }
}

impl From<&Parameter> for Entry {
    fn from(parameter: &Parameter) -> Self {
        let value = match &parameter.value {
            ParameterValue::Text(text) | ParameterValue::TextList(text) => Some(Secret::new(text)),
            ParameterValue::Secure(secret) => secret.clone(),
        };
        Self {
            kind: Some(parameter.value.kind()),
            version: Some(parameter.version),
            modified: parameter.modified,
            data_type: parameter.data_type.clone(),
            ..Self::new(parameter.name.clone(), value)
        }
    }
}

/// Read any of the forms.
///
/// # Errors
/// `ValidationException`, which names the item and the field but never repeats a value.
pub(super) fn parse(text: &str) -> Result<Vec<Entry>, Failure> {
    // Read as JSON and nothing more: an error of syntax does not repeat the text, one of types would.
    let value: Value = serde_json::from_str(text).map_err(|error| {
        invalid(format!("the import is not JSON: {error}"))
            .with_hint("Pass a file that `formwork param export` or the AWS CLI has written.")
    })?;
    let object = match value {
        Value::Array(items) => return items.iter().enumerate().map(entry).collect(),
        Value::Object(object) => object,
        _ => {
            return Err(invalid("the import is neither an object nor an array")
                .with_hint("Write an object of names and values at least."));
        }
    };
    if let Some(Value::Array(items)) = object.get("parameters") {
        match object.get("format").map(Value::as_u64) {
            None | Some(Some(FORMAT)) => {}
            Some(_) => {
                return Err(Failure::new(FailureKind::Unsupported, "the import has a format that is not known here")
                    .with_hint("Update Formwork."));
            }
        }
        return items.iter().enumerate().map(entry).collect();
    }
    match (object.get("Parameters"), object.get("Parameter")) {
        (Some(Value::Array(items)), _) => items.iter().enumerate().map(entry).collect(),
        (_, Some(item @ Value::Object(_))) => Ok(vec![entry((0, item))?]),
        _ => object.into_iter().map(plain).collect(),
    }
}

fn plain((name, value): (String, Value)) -> Result<Entry, Failure> {
    match value {
        Value::String(value) => Ok(Entry::new(name, Some(Secret::new(value)))),
        _ => Err(invalid(format!("the value of `{name}` is not a text")).with_hint("Put the value in quotes.")),
    }
}

fn entry((index, item): (usize, &Value)) -> Result<Entry, Failure> {
    let Value::Object(object) = item else {
        return Err(invalid(format!("item {} of the import is not an object", index + 1))
            .with_hint("Write items with `name` and `value`."));
    };
    let Some(name) = field(object, "name", "Name").and_then(Value::as_str) else {
        return Err(invalid(format!("item {} of the import has no name", index + 1)).with_hint("Add `name`."));
    };
    let item = Item { object, name };
    let kind = item.text("type", "Type")?.map(|kind| {
        columns::parameter_type(kind)
            .ok_or_else(|| item.wrong("type").with_hint("Use `String`, `StringList` or `SecureString`."))
    });
    let kind = kind.transpose()?;
    let tier = item.text("tier", "Tier")?.map(|tier| {
        columns::parameter_tier(tier)
            .ok_or_else(|| item.wrong("tier").with_hint("Use `Standard`, `Advanced` or `Intelligent-Tiering`."))
    });
    let value = item.text("value", "Value")?;
    let encrypted = kind == Some(ParameterType::SecureString) && value.is_some_and(|text| text.starts_with(CIPHERTEXT));
    Ok(Entry {
        kind,
        version: item.version()?,
        modified: item.time()?,
        tier: tier.transpose()?,
        data_type: item.text("dataType", "DataType")?.map(str::to_owned),
        description: item.text("description", "Description")?.map(str::to_owned),
        allowed_pattern: item.text("allowedPattern", "AllowedPattern")?.map(str::to_owned),
        labels: item.labels()?,
        policies: item.policies()?,
        tags: item.tags()?,
        ..Entry::new(name.to_owned(), value.filter(|_| !encrypted).map(Secret::new))
    })
}

/// An item with its name, for errors.
struct Item<'a> {
    object: &'a Map<String, Value>,
    name: &'a str,
}

impl<'a> Item<'a> {
    fn text(&self, own: &str, aws: &str) -> Result<Option<&'a str>, Failure> {
        match field(self.object, own, aws) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.wrong(own).with_hint("Write a text, in quotes.")),
        }
    }

    fn version(&self) -> Result<Option<u64>, Failure> {
        match field(self.object, "version", "Version") {
            None => Ok(None),
            Some(value) => match value.as_u64() {
                Some(version @ 1..=LARGEST_VERSION) => Ok(Some(version)),
                _ => Err(self.wrong("version").with_hint("Versions are whole numbers from 1.")),
            },
        }
    }

    /// A time as the CLI prints it: RFC 3339, or seconds since 1970 in its first version.
    fn time(&self) -> Result<Option<Timestamp>, Failure> {
        let time = match field(self.object, "modified", "LastModifiedDate") {
            None => return Ok(None),
            Some(Value::String(text)) => text.parse().ok(),
            Some(value) => value.as_f64().and_then(|seconds| {
                // To the nearest millisecond; the cast saturates, and what is out of range is refused.
                Timestamp::from_millisecond((seconds * 1000.0).round() as i64).ok()
            }),
        };
        let hint = "Write a time such as `2026-01-02T03:04:05Z`, or seconds since 1970.";
        time.map(Some).ok_or_else(|| self.wrong("modified").with_hint(hint))
    }

    fn labels(&self) -> Result<Vec<String>, Failure> {
        let labels = match field(self.object, "labels", "Labels") {
            None => return Ok(Vec::new()),
            Some(Value::Array(labels)) => labels.iter().map(|label| label.as_str().map(str::to_owned)).collect(),
            Some(_) => None,
        };
        labels
            .filter(|labels: &Vec<String>| labels.iter().all(|label| super::labels::is_valid(label)))
            .ok_or_else(|| self.wrong("labels").with_hint("Write an array of labels as AWS allows them."))
    }

    /// What the CLI prints for policies has their state in it too and is not read.
    fn policies(&self) -> Result<Option<String>, Failure> {
        match self.object.get("policies") {
            None | Some(Value::Null) => Ok(None),
            Some(policies @ Value::Array(_)) => Ok(Some(policies.to_string())),
            Some(_) => Err(self.wrong("policies").with_hint("Write the JSON array of the API.")),
        }
    }

    fn tags(&self) -> Result<Vec<(String, String)>, Failure> {
        let tags = match self.object.get("tags") {
            None | Some(Value::Null) => return Ok(Vec::new()),
            Some(Value::Object(tags)) => {
                tags.iter().map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect()
            }
            Some(_) => None,
        };
        tags.ok_or_else(|| self.wrong("tags").with_hint("Write an object of keys and values."))
    }

    fn wrong(&self, field: &str) -> Failure {
        invalid(format!("the field `{field}` of `{}` is not as it should be", self.name))
    }
}

fn field<'a>(object: &'a Map<String, Value>, own: &str, aws: &str) -> Option<&'a Value> {
    object.get(own).or_else(|| object.get(aws)).filter(|value| !value.is_null())
}

/// Write our own format.
pub(super) fn document(region: &str, entries: &[Entry]) -> Value {
    let items: Vec<Value> = entries.iter().map(item).collect();
    json!({ "format": FORMAT, "region": region, "parameters": items })
}

fn item(entry: &Entry) -> Value {
    let mut item = Map::new();
    let mut add = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            item.insert(name.to_owned(), value);
        }
    };
    add("name", Some(entry.name.as_str().into()));
    add("type", entry.kind.map(|kind| kind.name().into()));
    add("value", entry.value.as_ref().map(|value| value.expose().into()));
    add("version", entry.version.map(Value::from));
    add("modified", entry.modified.map(|time| time.to_string().into()));
    add("tier", entry.tier.map(|tier| tier.name().into()));
    add("dataType", entry.data_type.as_deref().map(Value::from));
    add("description", entry.description.as_deref().map(Value::from));
    add("allowedPattern", entry.allowed_pattern.as_deref().map(Value::from));
    add("labels", (!entry.labels.is_empty()).then(|| entry.labels.as_slice().into()));
    add("policies", entry.policies.as_deref().and_then(|text| serde_json::from_str(text).ok()));
    let tags = || entry.tags.iter().map(|(key, value)| (key.clone(), Value::from(value.as_str()))).collect();
    add("tags", (!entry.tags.is_empty()).then(|| Value::Object(tags())));
    Value::Object(item)
}
