//! CloudFormation's own dynamic references, `{{resolve:SERVICE:…}}`: found and checked, never changed.

use std::ops::Range;

const OPEN: &str = "{{resolve:";

/// How many of them CloudFormation takes in a template.
pub(crate) const MOST: usize = 60;

/// A dynamic reference in a value.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Dynamic {
    pub(crate) at: Range<usize>,
    /// What stands behind `{{resolve:`.
    pub(crate) body: Range<usize>,
    pub(crate) form: Form,
}

/// How much of one there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Closed,
    /// There is no `}}`.
    Open,
    /// There is a blank before `resolve:`, so that CloudFormation takes it as a literal.
    Blank,
}

/// Find the dynamic references in a value.
pub(crate) fn find(value: &str) -> Vec<Dynamic> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = value.get(from..).and_then(|rest| rest.find("{{")).map(|at| from + at) {
        let rest = value.get(at..).unwrap_or_default();
        if let Some(behind) = rest.strip_prefix(OPEN) {
            // One cannot hold another, which also makes this linear.
            let next = behind.find(OPEN).unwrap_or(behind.len());
            let length = close(behind.get(..next).unwrap_or_default());
            let start = at + OPEN.len();
            let (body, end, form) = match length {
                Some(length) => (start..start + length, start + length + 2, Form::Closed),
                None => (start..start + next, start + next, Form::Open),
            };
            found.push(Dynamic { at: at..end, body, form });
            from = end;
            continue;
        }
        let blank = |c: char| c == ' ' || c == '\t';
        let inner = rest.get(2..).unwrap_or_default().trim_start_matches(blank);
        if let Some(behind) = inner.strip_prefix("resolve").map(|behind| behind.trim_start_matches(blank))
            && let Some(behind) = behind.strip_prefix(':')
        {
            let end = value.len() - behind.len();
            found.push(Dynamic { at: at..end, body: end..end, form: Form::Blank });
            from = end;
            continue;
        }
        from = at + 1;
    }
    found
}

/// Where the first `}}` is that does not close a `${Name}`.
fn close(text: &str) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + text.get(from..)?.find(['}', '$'])?;
        let found = text.get(at..)?;
        if found.starts_with("}}") {
            return Some(at);
        }
        from = at + if found.starts_with("${") { found.find('}')? + 1 } else { 1 };
    }
}

/// What is wrong with a dynamic reference, and what to do about it. The message goes on from its text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Wrong {
    pub(crate) message: &'static str,
    pub(crate) hint: &'static str,
}

/// The services that CloudFormation knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Service {
    Ssm,
    SsmSecure,
    SecretsManager,
}

/// The service of a dynamic reference. None if it cannot be known: `whole` tells that the body is all there is.
pub(crate) fn service(body: &str, whole: bool) -> Result<Option<Service>, Wrong> {
    let (service, more) = body.split_once(':').map_or((body, whole), |(service, _)| (service, true));
    match service {
        _ if !more || service.contains("${") => Ok(None),
        "ssm" => Ok(Some(Service::Ssm)),
        "ssm-secure" => Ok(Some(Service::SsmSecure)),
        "secretsmanager" => Ok(Some(Service::SecretsManager)),
        _ => Err(Wrong {
            message: "names a service that CloudFormation does not know",
            hint: "CloudFormation resolves `ssm`, `ssm-secure` and `secretsmanager`.",
        }),
    }
}

/// Check the form of a dynamic reference whose every character is known. `versioned` tells that it needs a version.
pub(crate) fn check(service: Service, body: &str, versioned: bool) -> Result<(), Wrong> {
    let (_, rest) = body.split_once(':').unwrap_or((body, ""));
    match service {
        Service::SecretsManager => secret(rest),
        Service::Ssm | Service::SsmSecure => parameter(rest, versioned),
    }
}

fn parameter(rest: &str, versioned: bool) -> Result<(), Wrong> {
    let wrong = |message, hint| Err(Wrong { message, hint });
    let (name, version) = rest.split_once(':').map_or((rest, None), |(name, version)| (name, Some(version)));
    if name.is_empty() {
        return wrong("names no parameter", "Write the name of the parameter behind the service.");
    }
    if rest.starts_with("arn:") {
        return wrong(
            "holds an ARN, but CloudFormation takes the name of a parameter",
            "CloudFormation cannot read parameters of other accounts this way; write the name of one in the account of the stack.",
        );
    }
    if !name.chars().all(|c| c.is_ascii_alphanumeric() || "_.-/".contains(c)) {
        return wrong(
            "holds characters that CloudFormation does not take in the name of a parameter",
            "Letters, digits and `_.-/` are allowed.",
        );
    }
    match version {
        Some(version) if version.is_empty() || !version.bytes().all(|byte| byte.is_ascii_digit()) => wrong(
            "has no version number behind the name: CloudFormation takes a version number here, no label",
            "Write the number of the version, or leave it out together with the colon.",
        ),
        None if versioned => wrong(
            "has no version, which CloudFormation needs in the section Parameters",
            "Write the number of the version behind the name, `:1`.",
        ),
        _ => Ok(()),
    }
}

fn secret(rest: &str) -> Result<(), Wrong> {
    let wrong = |message, hint| Err(Wrong { message, hint });
    let mut segments = rest.split(':');
    let id = segments.next().unwrap_or_default();
    if id == "arn" {
        // arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME
        let mut arn = [""; 6];
        for part in &mut arn {
            *part = segments.next().unwrap_or_default();
        }
        let [_, service, _, _, kind, name] = arn;
        if service != "secretsmanager" || kind != "secret" || name.is_empty() {
            return wrong(
                "does not hold the ARN of a secret",
                "It is written `arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME`.",
            );
        }
    }
    if id.is_empty() {
        return wrong("names no secret", "Write the name or the ARN of the secret behind the service.");
    }
    let mut next = || segments.next().unwrap_or_default();
    let (string, _key, stage, version) = (next(), next(), next(), next());
    if !matches!(string, "" | "SecretString") {
        return wrong(
            "has something other than `SecretString` behind the secret",
            "It is written `{{resolve:secretsmanager:ID:SecretString:KEY:STAGE:VERSION-ID}}`, where all behind the ID may be left out.",
        );
    }
    if !stage.is_empty() && !version.is_empty() {
        return wrong("has both a version stage and a version id", "Leave one of them empty.");
    }
    if segments.next().is_some() {
        return wrong(
            "has more parts than CloudFormation takes",
            "It is written `{{resolve:secretsmanager:ID:SecretString:KEY:STAGE:VERSION-ID}}`.",
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bodies(value: &str) -> Vec<(&str, Form)> {
        find(value).into_iter().map(|d| (value.get(d.body).unwrap_or_default(), d.form)).collect()
    }

    #[test]
    fn finds_dynamic_references() {
        assert_eq!(
            bodies("a{{resolve:ssm:x}}b{{resolve:ssm:y:1}}"),
            [("ssm:x", Form::Closed), ("ssm:y:1", Form::Closed)]
        );
        assert_eq!(bodies("{{resolve:ssm:${a}}}"), [("ssm:${a}", Form::Closed)]);
        assert_eq!(bodies("{{resolve:ssm:x {{resolve:ssm:y}}"), [("ssm:x ", Form::Open), ("ssm:y", Form::Closed)]);
        assert_eq!(bodies("{{ resolve:ssm:x}}{{resolve :ssm}}"), [("", Form::Blank), ("", Form::Blank)]);
        assert_eq!(bodies("{{{resolve:ssm:x}}}"), [("ssm:x", Form::Closed)]);
        assert_eq!(bodies("{{x}} {resolve:ssm:x} resolve:ssm:x"), []);
    }

    fn wrong(body: &str) -> Option<&'static str> {
        let checked =
            service(body, true).and_then(|service| service.map_or(Ok(()), |service| check(service, body, false)));
        checked.err().map(|wrong| wrong.message)
    }

    #[test]
    fn forms() {
        for body in [
            "ssm:a",
            "ssm:/a/b.c-d_e:12",
            "ssm-secure:a",
            "secretsmanager:a",
            "secretsmanager:a:SecretString:k",
            "secretsmanager:a:::AWSPREVIOUS",
            "secretsmanager:a:SecretString:k::v",
            "secretsmanager:arn:aws:secretsmanager:eu-west-1:123456789012:secret:a-b:SecretString:k",
            "ssm:/aws/service/ami",
            "${Service}:a",
        ] {
            assert_eq!(wrong(body), None, "{body}");
        }
        for (body, message) in [
            ("ssm:a:label", "no label"),
            ("ssm:a:", "no label"),
            ("ssm:a:1:2", "no label"),
            ("ssm:", "no parameter"),
            ("ssm", "no parameter"),
            ("ssm:arn:aws:ssm:eu-west-1:1:parameter/a", "ARN"),
            ("ssm:a b", "characters"),
            ("foo:a", "service"),
            ("", "service"),
            ("secretsmanager:", "no secret"),
            ("secretsmanager:a:b", "SecretString"),
            ("secretsmanager:a:SecretString:k:s:v", "both"),
            ("secretsmanager:a:SecretString:k:s::x", "more parts"),
            ("secretsmanager:arn:aws:ssm:eu-west-1:1:secret:a", "ARN"),
        ] {
            assert!(wrong(body).is_some_and(|wrong| wrong.contains(message)), "{body}: {:?}", wrong(body));
        }
        assert!(check(Service::Ssm, "ssm:a", true).is_err());
        assert!(check(Service::Ssm, "ssm:a:1", true).is_ok());
    }

    #[test]
    fn what_is_not_known_is_not_checked() {
        assert_eq!(service("ss", false), Ok(None));
        assert_eq!(service("ssm:", false), Ok(Some(Service::Ssm)));
        assert_eq!(service("${a}", true), Ok(None));
    }

    #[test]
    fn many_take_linear_time() {
        assert_eq!(find(&OPEN.repeat(100_000)).len(), 100_000);
        find(&"{".repeat(1_000_000));
        find(&format!("{OPEN}{}", "${".repeat(500_000)));
        find(&format!("{OPEN}{}", "${a}".repeat(250_000)));
    }
}
