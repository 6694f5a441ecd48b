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
    !base.is_empty()
        && name.len() <= 2048
        && name.chars().all(ok)
        && selector.is_none_or(|s| !s.is_empty() && !s.contains([':', '/']))
}

/// The parameter of an answer that `asked` names; `batch` is all that was asked for.
pub(super) fn find<'a>(parameters: &'a [Parameter], asked: &str, batch: &[String]) -> Option<&'a Parameter> {
    // AWS repeats the selector; moto does not, and answers in any order. A name without a selector is the latest version.
    let found = parameters.iter().filter(|parameter| answers(parameter, asked));
    if let Some(found) = found.max_by_key(|parameter| parameter.version()) {
        return Some(found);
    }
    // What is asked for by a label is clear as long as one name of the batch means this parameter.
    let mut same = parameters.iter().filter(|parameter| is_of(parameter, split(asked).0));
    let only = same.next().filter(|parameter| parameter.selector().is_none())?;
    let meant = batch.iter().filter(|name| is_of(only, split(name).0)).count();
    (same.next().is_none() && meant == 1).then_some(only)
}

fn is_of(parameter: &Parameter, base: &str) -> bool {
    let trim = |text: &str| text.strip_prefix('/').unwrap_or(text).to_owned();
    trim(parameter.name().unwrap_or_default()) == trim(base) || parameter.arn() == Some(base)
}

/// Whether a parameter of an answer is the one that `asked` names, selector and all.
fn answers(parameter: &Parameter, asked: &str) -> bool {
    let (base, selector) = split(asked);
    let there = parameter.selector().map(|selector| selector.trim_start_matches(':'));
    is_of(parameter, base)
        && match (selector, there) {
            (None, there) => there.is_none(),
            (Some(asked), Some(there)) => there == asked,
            (Some(asked), None) => asked.parse() == Ok(parameter.version()),
        }
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
    fn an_answer_is_found_by_name_and_selector() {
        let builder = || Parameter::builder().name("/a").arn("arn:x");
        let (v2, v3) = (builder().version(2).build(), builder().selector(":prod").version(3).build());
        let there = [v2, v3];
        let version = |asked: &str| find(&there, asked, &[]).map(Parameter::version);
        assert_eq!(version("/a:prod"), Some(3));
        for asked in ["/a", "a", "arn:x", "/a:2"] {
            assert_eq!(version(asked), Some(2), "{asked}");
        }
        assert_eq!((version("/a:test"), version("/a:3"), version("/b")), (None, None, None));
    }

    #[test]
    fn without_selectors_a_plain_name_is_the_latest_version() {
        let version = |version| Parameter::builder().name("/a").version(version).build();
        for there in [[version(1), version(3)], [version(3), version(1)]] {
            let found = |asked: &str| find(&there, asked, &[]).map(Parameter::version);
            assert_eq!((found("/a"), found("/a:1"), found("/a:3")), (Some(3), Some(1), Some(3)));
        }
    }

    #[test]
    fn an_answer_without_selectors_is_good_while_it_is_clear() {
        let there = [Parameter::builder().name("/a").version(3).build()];
        let found = |batch: [&str; 2]| find(&there, "/a:prod", &batch.map(str::to_owned)).is_some();
        assert!(found(["/a:prod", "/b:prod"]));
        assert!(!found(["/a:prod", "/a:test"]), "it may be either");
    }
}
