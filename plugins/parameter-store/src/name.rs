//! What stands behind `ssm:`: a name or an ARN, and perhaps a version or a label.

use std::fmt;

/// Which version of a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selector {
    /// `:71`
    Version(u64),
    /// `:production`
    Label(String),
}

/// A parameter as a reference names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The name, or the whole ARN, without the selector.
    pub name: String,
    /// Whether `name` is an ARN.
    pub is_arn: bool,
    /// The version or label.
    pub selector: Option<Selector>,
}

/// Why a text is no parameter name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameError {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: String,
}

impl NameError {
    fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { message: message.into(), hint: hint.into() }
    }
}

impl Name {
    /// Read `NAME`, `NAME:VERSION`, `NAME:LABEL`, or the same with an ARN
    /// (`arn:aws:ssm:REGION:ACCOUNT:parameter/NAME`).
    ///
    /// # Errors
    /// When it has characters or parts that Parameter Store would refuse; the name rules of the User Guide,
    /// "About requirements and constraints for parameter names".
    pub fn parse(body: &str) -> Result<Self, NameError> {
        let (name, is_arn, selector) = if body.starts_with("arn:") {
            // arn:PARTITION:ssm:REGION:ACCOUNT:parameter/NAME[:SELECTOR]
            let mut parts = body.splitn(7, ':');
            let head: Vec<&str> = parts.by_ref().take(6).collect();
            let service = head.get(2).copied().unwrap_or_default();
            let resource = head.get(5).copied().unwrap_or_default();
            let name = resource.strip_prefix("parameter/").unwrap_or_default();
            if service != "ssm" || name.is_empty() {
                return Err(NameError::new(
                    format!("`{body}` is not the ARN of a parameter"),
                    "Such an ARN reads `arn:aws:ssm:REGION:ACCOUNT:parameter/NAME`.",
                ));
            }
            check_characters(name)?;
            (head.join(":"), true, parts.next())
        } else {
            let (name, selector) = match body.split_once(':') {
                Some((name, selector)) => (name, Some(selector)),
                None => (body, None),
            };
            check_characters(name)?;
            if !name.starts_with('/') && name.contains('/') {
                return Err(NameError::new(
                    format!("the parameter name `{name}` has levels but no leading slash"),
                    format!("Write `/{name}`."),
                ));
            }
            (name.to_owned(), false, selector)
        };
        Ok(Self { name, is_arn, selector: selector.map(Selector::parse).transpose()? })
    }
}

impl Selector {
    fn parse(text: &str) -> Result<Self, NameError> {
        if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
            return match text.parse() {
                Ok(version) if version > 0 => Ok(Self::Version(version)),
                _ => Err(NameError::new(format!("`{text}` is not a version"), "Versions are counted from 1.")),
            };
        }
        let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
        let lower = text.to_ascii_lowercase();
        if text.is_empty()
            || text.len() > 100
            || !text.bytes().all(allowed)
            || text.starts_with(|c: char| c.is_ascii_digit())
            || lower.starts_with("aws")
            || lower.starts_with("ssm")
        {
            return Err(NameError::new(
                format!("`{text}` is neither a version nor a label"),
                "A version is a whole number; a label has up to 100 letters, digits, `.`, `_` and `-`, and begins \
                 neither with a digit nor with `aws` or `ssm`.",
            ));
        }
        Ok(Self::Label(text.to_owned()))
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Version(version) => version.fmt(f),
            Self::Label(label) => f.write_str(label),
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        match &self.selector {
            Some(selector) => write!(f, ":{selector}"),
            None => Ok(()),
        }
    }
}

fn check_characters(name: &str) -> Result<(), NameError> {
    if name.is_empty() {
        return Err(NameError::new("the parameter name is missing", "Write `<<resolve:ssm:/path/name>>`."));
    }
    let wrong = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '/'));
    match name.chars().find(|c| wrong(*c)) {
        None => Ok(()),
        Some(c) => Err(NameError::new(
            format!("the parameter name `{name}` has the character {c:?}, which Parameter Store does not allow"),
            "Names have letters, digits, `.`, `_`, `-` and `/`.",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(body: &str) -> (String, Option<Selector>) {
        let name = Name::parse(body).unwrap();
        (name.name, name.selector)
    }

    #[test]
    fn reads_names_versions_and_labels() {
        assert_eq!(parsed("/app/ami"), ("/app/ami".into(), None));
        assert_eq!(parsed("ami"), ("ami".into(), None));
        assert_eq!(parsed("/app/ami:71"), ("/app/ami".into(), Some(Selector::Version(71))));
        assert_eq!(parsed("/app/ami:prod"), ("/app/ami".into(), Some(Selector::Label("prod".into()))));
    }

    #[test]
    fn reads_arns() {
        let arn = "arn:aws:ssm:eu-west-1:123456789012:parameter/app/ami";
        assert_eq!(parsed(arn), (arn.into(), None));
        assert_eq!(parsed(&format!("{arn}:prod")), (arn.into(), Some(Selector::Label("prod".into()))));
        assert_eq!(
            parsed("arn:aws:ssm:us-east-1::parameter/aws/service/x:3").1,
            Some(Selector::Version(3)),
            "public parameters have no account"
        );
    }

    #[test]
    fn refuses_what_parameter_store_would_refuse() {
        for body in
            ["", ":3", "/a b", "/app/ami:", "/a:0", "/a:1x", "/a:aws-x", "a/b", "/a:b:c", "arn:aws:s3:::x", "/ä"]
        {
            assert!(Name::parse(body).is_err(), "{body}");
        }
    }
}
