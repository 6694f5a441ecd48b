//! What a plugin is allowed to reach, and the one place where that is checked.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::inert::inert_line;
use crate::cloud::{Failure, FailureKind};

/// Grants as they stand in `formwork.toml` and in `formwork.lock`. Nothing is granted unless someone wrote it down.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Grants {
    /// Folders whose files may be read, relative to `formwork.toml`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
    /// Names of parameters that may be read; `*` stands for any characters, `/` included, as in IAM policies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<String>,
    /// Programs that may be started: names, or absolute paths; `*` for any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub process: Vec<String>,
    /// Whether references may be resolved.
    #[serde(default, skip_serializing_if = "is_false")]
    pub references: bool,
    /// Whether the text of opened secrets may be seen.
    #[serde(default, skip_serializing_if = "is_false")]
    pub reveal: bool,
    /// Names of secrets and SecureStrings that may be opened, as for `parameters`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<String>,
    /// Names of stacks that may be read and changed, as for `parameters`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stacks: Vec<String>,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // The signature is serde's.
fn is_false(value: &bool) -> bool {
    !value
}

/// What a host call needs.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Need<'a> {
    /// Any folder.
    Files,
    /// A parameter's name or ARN, without a selector.
    Parameter(&'a str),
    /// Any parameter at all.
    AnyParameter,
    /// A program, by its name or path.
    Program(&'a str),
    /// References.
    References,
    /// Reveal.
    Reveal,
    /// A secret's name or ARN.
    Secret(&'a str),
    /// A stack's name or ARN.
    Stack(&'a str),
    /// Any stack at all.
    AnyStack,
    /// What is told of all stacks together.
    AllStacks,
    /// An interface for which no grant exists yet.
    Interface(&'static str),
}

impl Grants {
    /// The permission check beneath all interfaces and all their versions.
    ///
    /// # Errors
    /// `access-denied` with the grant to write. It tells nothing of whether the thing exists.
    pub(crate) fn check(&self, plugin: &str, need: Need<'_>) -> Result<(), Denial> {
        let allowed = match need {
            Need::Files => !self.files.is_empty(),
            Need::Parameter(name) => self.parameters.iter().any(|pattern| matches(pattern, name)),
            Need::AnyParameter => !self.parameters.is_empty(),
            Need::Program(name) => self.process.iter().any(|pattern| glob(pattern, name)),
            Need::References => self.references,
            Need::Reveal => self.reveal,
            Need::Secret(name) => self.secrets.iter().any(|pattern| matches(pattern, name)),
            Need::Stack(name) => self.stacks.iter().any(|pattern| matches(pattern, name)),
            Need::AnyStack => !self.stacks.is_empty(),
            Need::AllStacks => self.stacks.iter().any(|pattern| pattern == "*"),
            Need::Interface(_) => false,
        };
        if allowed {
            Ok(())
        } else {
            Err(Denial { plugin: plugin.to_owned(), need: need.to_string(), grant: need.grant() })
        }
    }

    /// The lines of these grants that `other` does not have, for people: `parameters = "/app/*"`.
    #[must_use]
    pub fn beyond(&self, other: &Self) -> Vec<String> {
        let lists = [
            ("files", &self.files, &other.files),
            ("parameters", &self.parameters, &other.parameters),
            ("process", &self.process, &other.process),
            ("secrets", &self.secrets, &other.secrets),
            ("stacks", &self.stacks, &other.stacks),
        ];
        let flags = [("references", self.references, other.references), ("reveal", self.reveal, other.reveal)];
        let mut lines = Vec::new();
        for (name, ours, theirs) in lists {
            lines.extend(ours.iter().filter(|item| !theirs.contains(item)).map(|item| format!("{name} = \"{item}\"")));
        }
        lines.extend(
            flags.iter().filter(|(_, ours, theirs)| *ours && !theirs).map(|(name, ..)| format!("{name} = true")),
        );
        lines
    }
}

/// The longest name that anything has; what a plugin asks for can be longer, and is not shown in full.
const LONGEST_NAME: usize = 2_048;

/// What a plugin asked for, for people.
fn shown(name: &str) -> String {
    inert_line(&name.chars().take(LONGEST_NAME).collect::<String>())
}

/// The same as a string of TOML: people copy it, so it must not be more than that.
fn quoted(name: &str) -> String {
    toml::Value::String(shown(name)).to_string()
}

impl Need<'_> {
    fn grant(self) -> Option<String> {
        match self {
            Self::Files => Some("files = [\"FOLDER\"]".into()),
            Self::Parameter(name) => Some(format!("parameters = [{}]", quoted(name))),
            Self::AnyParameter => Some("parameters = [\"/PATH/*\"]".into()),
            Self::Program(name) => Some(format!("process = [{}]", quoted(name))),
            Self::References => Some("references = true".into()),
            Self::Reveal => Some("reveal = true".into()),
            Self::Secret(name) => Some(format!("secrets = [{}]", quoted(name))),
            Self::Stack(name) => Some(format!("stacks = [{}]", quoted(stack_name(name)))),
            Self::AnyStack => Some("stacks = [\"NAME\"]".into()),
            Self::AllStacks => Some("stacks = [\"*\"]".into()),
            Self::Interface(_) => None,
        }
    }
}

impl fmt::Display for Need<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Files => f.write_str("read files"),
            Self::Parameter(name) => write!(f, "read the parameter `{}`", shown(name)),
            Self::AnyParameter => f.write_str("list parameters"),
            Self::Program(name) => write!(f, "start the program `{}`", shown(name)),
            Self::References => f.write_str("resolve references"),
            Self::Reveal => f.write_str("see the text of secrets"),
            Self::Secret(name) => write!(f, "open the secret `{}`", shown(name)),
            Self::Stack(name) => write!(f, "use the stack `{}`", shown(stack_name(name))),
            Self::AnyStack => f.write_str("use stacks"),
            Self::AllStacks => f.write_str("read what all stacks export"),
            Self::Interface(name) => write!(f, "use the interface `{name}`"),
        }
    }
}

/// A host call that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denial {
    /// The plugin that asked.
    pub plugin: String,
    /// What it wanted to do: `read files`.
    pub need: String,
    /// The grant that would allow it, as a line of TOML; none where no grant can.
    pub grant: Option<String>,
}

impl Denial {
    /// What to do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        match &self.grant {
            Some(grant) => format!(
                "If it should, add `{grant}` to the grants of `[plugins.{}]` in formwork.toml and run \
                 `formwork plugin update {0}`.",
                self.plugin
            ),
            None => "This version of Formwork cannot grant it: it is for the steps of documents.".into(),
        }
    }

    /// What the plugin is told.
    pub(crate) fn failure(&self) -> Failure {
        Failure::new(FailureKind::AccessDenied, format!("the plugin `{}` may not {}", self.plugin, self.need))
            .with_hint(self.hint())
    }
}

/// Whether a pattern of a grant covers a name or an ARN.
///
/// `/X` and `X` are the same parameter. An ARN is covered by a pattern that is an ARN, or through the name in it, so
/// that a grant means the same thing however a plugin spells the parameter.
fn matches(pattern: &str, name: &str) -> bool {
    if pattern.starts_with("arn:") {
        return glob(pattern, name);
    }
    let name = match name.strip_prefix("arn:") {
        Some(arn) => {
            let resource = arn.splitn(5, ':').last().unwrap_or_default();
            let stack = resource.strip_prefix("stack/").map(|rest| rest.split('/').next().unwrap_or_default());
            let other = || resource.strip_prefix("parameter/").or_else(|| resource.strip_prefix("secret:"));
            stack.or_else(other).unwrap_or_default()
        }
        None => name,
    };
    let trim = |text: &str| text.strip_prefix('/').unwrap_or(text).to_owned();
    !name.is_empty() && glob(&trim(pattern), &trim(name))
}

/// The name in the ARN of a stack, `arn:aws:cloudformation:REGION:ACCOUNT:stack/NAME/ID`.
fn stack_name(stack: &str) -> &str {
    let name = stack.starts_with("arn:").then(|| stack.split_once(":stack/")).flatten();
    name.and_then(|(_, rest)| rest.split('/').next()).unwrap_or(stack)
}

/// `*` stands for any characters, `?` for one. Linear in the length of both but for the number of stars.
fn glob(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    // Where to go on when a star has to take one more character.
    let mut retry: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                retry = Some((p, t));
                p += 1;
            }
            Some(c) if *c == '?' || Some(c) == text.get(t) => {
                p += 1;
                t += 1;
            }
            _ => match retry {
                Some((star, taken)) => {
                    retry = Some((star, taken + 1));
                    p = star + 1;
                    t = taken + 1;
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(p).all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_those_of_iam() {
        assert!(matches("/app/*", "/app/web/ami"));
        assert!(matches("/app/*", "app/web"), "`/X` and `X` are the same parameter");
        assert!(!matches("/app/*", "/apple"));
        assert!(!matches("/app", "/app/web"));
        assert!(matches("*", "/x"));
        assert!(matches("/a?c", "/abc"));
        assert!(matches("/a*b*c", "/axxbyyc") && !matches("/a*b*c", "/axxbyy"));
    }

    #[test]
    fn an_arn_is_covered_through_its_name() {
        assert!(matches("/app/*", "arn:aws:ssm:eu-west-1:123456789012:parameter/app/x"));
        assert!(!matches("/app/*", "arn:aws:ssm:eu-west-1:123456789012:parameter/other/x"));
        assert!(matches("prod/*", "arn:aws:secretsmanager:eu-west-1:1:secret:prod/db-AbCdEf"));
        assert!(matches("arn:aws:ssm:*:123456789012:*", "arn:aws:ssm:eu-west-1:123456789012:parameter/x"));
        assert!(!matches("/app/*", "arn:aws:s3:::/app/x"));
        let stack = "arn:aws:cloudformation:eu-west-1:123456789012:stack/web-prod/6f0c";
        assert!(matches("web-*", stack) && !matches("db-*", stack) && matches("*", stack));
    }

    #[test]
    fn nothing_is_granted_by_default() {
        let none = Grants::default();
        for need in [
            Need::Files,
            Need::Parameter("/x"),
            Need::AnyParameter,
            Need::References,
            Need::Reveal,
            Need::Secret("x"),
            Need::Stack("x"),
            Need::AnyStack,
            Need::AllStacks,
            Need::Interface("process"),
        ] {
            let denial = none.check("p", need).unwrap_err();
            assert_eq!(denial.failure().kind, FailureKind::AccessDenied);
        }
    }

    #[test]
    fn a_name_cannot_forge_a_grant() {
        let forged = "\u{1b}[31m*\"], reveal = true, secrets = [\"*";
        for need in [Need::Parameter(forged), Need::Secret(forged), Need::Stack(forged)] {
            let denial = Grants::default().check("p", need).unwrap_err();
            let grants: Grants = toml::from_str(&denial.grant.unwrap()).unwrap();
            assert!(
                !grants.reveal && grants.parameters.len() + grants.secrets.len() + grants.stacks.len() == 1,
                "{grants:?}"
            );
            assert!(!denial.need.contains('\u{1b}'));
        }
        let denial = Grants::default().check("p", Need::Secret(&"x".repeat(1 << 20))).unwrap_err();
        assert!(denial.need.len() < 3_000);
    }

    #[test]
    fn beyond_lists_what_is_new() {
        let ours = Grants { parameters: vec!["/a/*".into(), "/b/*".into()], reveal: true, ..Grants::default() };
        let theirs = Grants { parameters: vec!["/a/*".into()], files: vec!["x".into()], ..Grants::default() };
        assert_eq!(ours.beyond(&theirs), ["parameters = \"/b/*\"", "reveal = true"]);
    }
}
