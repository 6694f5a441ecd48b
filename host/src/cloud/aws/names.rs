//! Which parameter of an answer belongs to which name that was asked for.

use aws_sdk_ssm::types::Parameter;

/// A name as it was asked for: the name or ARN, and the selector without its colon.
pub(super) fn split(name: &str) -> (&str, Option<&str>) {
    let colons = if name.starts_with("arn:") { 5 } else { 0 };
    match name.match_indices(':').nth(colons) {
        Some((at, _)) => name.split_at_checked(at).map_or((name, None), |(name, rest)| (name, rest.get(1..))),
        None => (name, None),
    }
}

/// Whether Parameter Store would take this as a name at all. One bad name makes the service refuse the whole batch, so
/// bad names are never sent.
pub(super) fn is_wellformed(name: &str) -> bool {
    let (base, selector) = split(name);
    let ok = |c: char| c.is_ascii_alphanumeric() || "._-/:".contains(c);
    !base.is_empty() && name.len() <= 2048 && name.chars().all(ok) && selector.is_none_or(|s| !s.is_empty() && !s.contains([':', '/']))
}

/// Whether a parameter of an answer is the one that `asked` names.
pub(super) fn answers(parameter: &Parameter, asked: &str) -> bool {
    let (base, selector) = split(asked);
    let there = parameter.name().unwrap_or_default();
    let trim = |text: &str| text.strip_prefix('/').unwrap_or(text).to_owned();
    let same_name = trim(there) == trim(base) || parameter.arn() == Some(base);
    let same_selector = match selector {
        None => true,
        Some(asked) => {
            parameter.selector().map(|s| s.trim_start_matches(':')) == Some(asked)
                || (parameter.selector().is_none() && asked.parse() == Ok(parameter.version()))
        }
    };
    same_name && same_selector
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selectors_are_split_off() {
        assert_eq!(split("/a:3"), ("/a", Some("3")));
        assert_eq!(split("arn:aws:ssm:r:1:parameter/a"), ("arn:aws:ssm:r:1:parameter/a", None));
        assert_eq!(split("arn:aws:ssm:r:1:parameter/a:x"), ("arn:aws:ssm:r:1:parameter/a", Some("x")));
    }

    #[test]
    fn bad_names_are_told_from_good_ones() {
        for good in ["/a/b", "a", "/a:1", "arn:aws:ssm:us-east-1::parameter/aws/service/x:3"] {
            assert!(is_wellformed(good), "{good}");
        }
        for bad in ["", "/a b", ":1", "/a:", "/a:b:c", "/ä"] {
            assert!(!is_wellformed(bad), "{bad}");
        }
    }

    #[test]
    fn an_answer_is_matched_by_name_and_selector() {
        let parameter = Parameter::builder().name("/a").selector(":prod").version(3).arn("arn:x").build();
        assert!(answers(&parameter, "/a:prod") && answers(&parameter, "a") && answers(&parameter, "arn:x"));
        assert!(!answers(&parameter, "/a:test") && !answers(&parameter, "/b"));
    }
}
