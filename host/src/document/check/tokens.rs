//! `{{ … }}` in a text.

/// What Go's `\s` matches.
const SPACE: [char; 5] = [' ', '\t', '\n', '\r', '\u{c}'];

/// Something in double braces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token<'t> {
    /// With the braces.
    pub(super) text: &'t str,
    /// Between the braces, without the space around it.
    pub(super) inner: &'t str,
    /// Whether it is the whole text, which is what makes it stand for a value with its type.
    pub(super) whole: bool,
}

/// What a token stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind<'t> {
    /// A parameter, by a name that the agent takes.
    Parameter(&'t str),
    /// A name that no parameter can be given by.
    BadName(&'t str),
    /// `ssm:NAME`: a parameter of Parameter Store.
    Store,
    /// `ssm-secure:NAME`: a SecureString.
    SecureStore,
    /// `step.output`, as Automation has it.
    Output(&'t str),
    /// `global:REGION`: what Automation or CloudFormation puts in, named.
    Foreign(&'static str),
    /// Nothing.
    Empty,
    /// Anything else; programs have their own uses for double braces.
    Other,
}

/// The tokens of a text, from left to right.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut from = 0;
    while let Some(close) = text.get(from..).and_then(|rest| rest.find("}}")).map(|found| from + found) {
        // Of more braces the inner ones count.
        if let Some(open) = text.get(from..close).and_then(|before| before.rfind("{{")).map(|found| from + found) {
            let whole = open == 0 && close + 2 == text.len();
            let inner = text.get(open + 2..close).unwrap_or_default().trim_matches(SPACE);
            tokens.push(Token { text: text.get(open..close + 2).unwrap_or_default(), inner, whole });
        }
        from = close + 2;
    }
    tokens
}

impl<'t> Token<'t> {
    pub(super) fn kind(&self) -> Kind<'t> {
        let inner = self.inner;
        if inner.is_empty() {
            return Kind::Empty;
        }
        if is_parameter_name(inner) {
            return Kind::Parameter(inner);
        }
        if inner.starts_with("ssm-secure:") {
            return Kind::SecureStore;
        }
        if inner.starts_with("ssm:") {
            return Kind::Store;
        }
        if is_step_name(inner) {
            return Kind::BadName(inner);
        }
        for (prefix, owner) in [
            ("global:", "Automation"),
            ("automation:", "Automation"),
            ("variable:", "Automation"),
            ("resolve:", "CloudFormation"),
        ] {
            if inner.starts_with(prefix) {
                return Kind::Foreign(owner);
            }
        }
        match inner.split_once('.') {
            Some((step, output)) if is_step_name(step) && !output.is_empty() && !output.contains(SPACE) => {
                Kind::Output(step)
            }
            _ => Kind::Other,
        }
    }

    /// Whether it is written as the agent wants references to Parameter Store: `\{\{ *ssm:[/\w.:-]+ *\}\}`.
    pub(super) fn is_store_reference(&self) -> bool {
        let inner = self.text.strip_prefix("{{").and_then(|text| text.strip_suffix("}}"));
        inner.and_then(|inner| inner.trim_matches(' ').strip_prefix("ssm:")).is_some_and(is_store_name)
    }
}

/// Whether a text has a reference to Parameter Store that the agent looks up.
pub(super) fn has_store_reference(text: &str) -> bool {
    text.contains("ssm:") && tokens(text).iter().any(Token::is_store_reference)
}

/// `^[a-zA-Z0-9]+$`: supplied values of other names are dropped.
pub(super) fn is_parameter_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// `[A-Za-z0-9_-]`, as names of steps are.
pub(super) fn is_step_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

pub(super) fn is_store_name(name: &str) -> bool {
    !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'_' | b'.' | b':' | b'-'))
}

/// Names in braces that do not match: `{{ name }` and `{ name }}`. What stands behind `$` is the shell's.
pub(super) fn unbalanced(text: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(open) = text.get(from..).and_then(|rest| rest.find('{')).map(|at| from + at) {
        let rest = text.get(open..).unwrap_or_default();
        let name_part = rest.trim_start_matches('{');
        let opened = rest.len() - name_part.len();
        from = open + opened;
        let name_part = name_part.trim_start_matches(SPACE);
        let name_end = name_part.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name_part.len());
        let inner = name_part.get(..name_end).unwrap_or_default();
        let closing = name_part.get(name_end..).unwrap_or_default().trim_start_matches(SPACE);
        let closed = closing.len() - closing.trim_start_matches('}').len();
        let is_shell = text.get(..open).is_some_and(|before| before.ends_with(['$', '%']));
        if !inner.is_empty() && closed > 0 && (opened >= 2) != (closed >= 2) && !is_shell {
            let length = rest.len() - closing.len() + closed;
            found.push(Token { text: rest.get(..length).unwrap_or_default(), inner, whole: false });
        }
    }
    found
}
