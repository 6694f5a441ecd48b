//! The grammar of references: `<<resolve:SCHEME:BODY>>` in the value of a scalar.

use std::ops::Range;

use crate::finding::{Problem, excerpt};
use crate::parameter::{Parameters, substitute};

/// What a reference begins with.
pub(crate) const OPEN: &str = "<<resolve:";
const CLOSE: &str = ">>";
const SHAPE: &str = "A reference is written `<<resolve:SCHEME:BODY>>`, for example `<<resolve:ssm:/my/parameter>>`.";
const CUT_OFF: &str = "Write `>>` behind it, put quotes around the string if something like ` #` or a comma cuts it off, or \
                       write `<<!resolve:` if no value is meant.";

/// Something to replace in a value.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// The bytes of the value.
    pub(crate) at: Range<usize>,
    pub(crate) what: What,
}

/// What to replace.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// A reference, by its `SCHEME:BODY` with the parameters put in.
    Reference(String),
    /// The exclamation mark of `<<!resolve:`, which goes away.
    Mark,
    /// A reference that is malformed; it has been reported.
    Malformed,
}

/// Find everything to replace in a value, in order. Problems have ranges of the value.
pub(crate) fn find(value: &str, parameters: &Parameters, problems: &mut Vec<Problem>) -> Vec<Found> {
    let mut found = Vec::new();
    let mut from = 0;
    // Where the next `>>` is, kept between look-ups so that many unclosed references take linear time.
    let mut close: Option<Option<usize>> = None;
    while let Some(at) = next(value, from, "<<") {
        let rest = value.get(at..).unwrap_or_default();
        if !rest.starts_with(OPEN) {
            match other(rest) {
                Other::Literal => {
                    found.push(Found { at: at + 2..at + 3, what: What::Mark });
                    from = at + 3;
                }
                Other::NearMiss(length) => {
                    problems.push(near_miss(value, at..at + length));
                    from = at + length;
                }
                Other::Text => from = at + 1,
            }
            continue;
        }
        let body = at + OPEN.len();
        let end = match close {
            Some(None) => None,
            Some(Some(end)) if end >= body => Some(end),
            _ => next(value, body, CLOSE),
        };
        close = Some(end);
        let within = value.get(body..end.unwrap_or(value.len())).unwrap_or_default();
        let nested = within.find(OPEN);
        let Some(end) = end.filter(|_| nested.is_none()) else {
            let message = match nested {
                Some(_) => "the reference is not closed before the next one begins",
                None => "the reference is not closed: there is no `>>` behind it in the same string",
            };
            problems.push(Problem::error(at..body, message).hint(CUT_OFF));
            found.push(Found { at: at..body, what: What::Malformed });
            // Whether the inner one is well-formed is looked at next.
            from = body;
            continue;
        };
        let whole = at..end + CLOSE.len();
        from = whole.end;
        let what = parse(within, body, &whole, parameters, problems).map_or(What::Malformed, What::Reference);
        found.push(Found { at: whole, what });
    }
    found
}

fn next(text: &str, from: usize, what: &str) -> Option<usize> {
    text.get(from..)?.find(what).map(|at| from + at)
}

/// What looks like a reference but is none.
enum Other {
    Literal,
    NearMiss(usize),
    Text,
}

fn other(rest: &str) -> Other {
    // `<<<resolve:` is looked at again one byte later.
    let Some(inner) = rest.get(2..).filter(|inner| !inner.starts_with('<')) else { return Other::Text };
    if inner.starts_with('!') && inner.trim_start_matches('!').starts_with("resolve:") {
        return Other::Literal;
    }
    let blank = |c: char| c == ' ' || c == '\t';
    let word = inner.trim_start_matches(blank);
    let Some((name, behind)) = word.split_at_checked("resolve".len()) else { return Other::Text };
    let behind = behind.trim_start_matches(blank);
    if name.eq_ignore_ascii_case("resolve") && behind.starts_with(':') {
        Other::NearMiss(rest.len() - behind.len() + 1)
    } else {
        Other::Text
    }
}

fn near_miss(value: &str, at: Range<usize>) -> Problem {
    let text = excerpt(value.get(at.clone()).unwrap_or_default());
    Problem::warning(at, format!("`{text}` is not a reference and stays as it is"))
        .hint("Write `<<resolve:` in lower case and without blanks if a value is meant.")
}

/// Check what stands between `<<resolve:` and `>>`, and put the parameters in.
fn parse(
    within: &str,
    offset: usize,
    whole: &Range<usize>,
    parameters: &Parameters,
    problems: &mut Vec<Problem>,
) -> Option<String> {
    let mut wrong = |message: &str| {
        problems.push(Problem::error(whole.clone(), message).hint(SHAPE));
        None
    };
    let Some((scheme, body)) = within.split_once(':') else {
        return wrong("the reference has no body");
    };
    if scheme.is_empty() {
        return wrong("the reference has no scheme");
    }
    if !is_scheme(scheme) {
        let message =
            "the scheme of the reference is not a lower-case letter followed by lower-case letters, digits and `-`";
        return wrong(message);
    }
    if body.is_empty() {
        return wrong("the reference has no body");
    }
    let body = substitute(body, offset + scheme.len() + 1, parameters, problems)?;
    let mut wrong = |message: &str, hint: &str| {
        problems.push(Problem::error(whole.clone(), message).hint(hint));
        None
    };
    if body.is_empty() {
        return wrong(
            "the body of the reference is empty once the parameters are put in",
            "Give the parameters a value.",
        );
    }
    if body.chars().any(char::is_control) {
        let message = "the body of the reference holds a line break or another control character";
        return wrong(message, "Write the reference on one line, and look at the values of its parameters.");
    }
    Some(format!("{scheme}:{body}"))
}

fn is_scheme(scheme: &str) -> bool {
    scheme.starts_with(|c: char| c.is_ascii_lowercase())
        && scheme.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameters() -> Vec<(String, String)> {
        [("Env", "prod"), ("Close", ">>"), ("Line", "a\nb"), ("Empty", ""), ("AWS::Region", "eu-west-1")]
            .map(|(name, value)| (name.into(), value.into()))
            .to_vec()
    }

    fn all(value: &str) -> (Vec<Found>, Vec<Problem>) {
        let mut problems = Vec::new();
        let found = find(value, &parameters(), &mut problems);
        (found, problems)
    }

    fn references(value: &str) -> Vec<String> {
        let (found, problems) = all(value);
        assert!(problems.is_empty(), "{problems:?}");
        let name = |f: Found| match f.what {
            What::Reference(name) => Some(name),
            _ => None,
        };
        found.into_iter().filter_map(name).collect()
    }

    fn problem(value: &str) -> Problem {
        let (_, mut problems) = all(value);
        assert_eq!(problems.len(), 1, "{value}: {problems:?}");
        problems.remove(0)
    }

    #[test]
    fn finds_references() {
        assert_eq!(references("a-<<resolve:ssm:/x>><<resolve:c-2:y:z>>"), ["ssm:/x", "c-2:y:z"]);
        assert_eq!(references("<<<resolve:ssm:x>>>"), ["ssm:x"]);
        assert_eq!(references("<<resolve:ssm:/${Env}/${AWS::Region}>>"), ["ssm:/prod/eu-west-1"]);
        assert_eq!(references("<<resolve:ssm:${Close}x$>>"), ["ssm:>>x$"]);
        assert_eq!(references("<< <resolve:ssm:x>> < resolved << resolver: x"), [""; 0]);
    }

    #[test]
    fn literals_lose_one_mark() {
        let (found, problems) = all("<<!resolve:x <<!!resolve:");
        assert!(problems.is_empty());
        let mark = |at| Found { at, what: What::Mark };
        assert_eq!(found, [mark(2..3), mark(15..16)]);
    }

    #[test]
    fn malformed_references_are_told() {
        assert!(problem("a <<resolve:ssm:x> ").failure.message.contains("not closed"));
        assert_eq!(problem("a <<resolve:ssm:x> ").at, 2..12);
        assert!(problem("<<resolve:>>").failure.message.contains("no body"));
        assert!(problem("<<resolve:ssm>>").failure.message.contains("no body"));
        assert!(problem("<<resolve:ssm:>>").failure.message.contains("no body"));
        assert!(problem("<<resolve::x>>").failure.message.contains("no scheme"));
        assert!(problem("<<resolve:Ssm:x>>").failure.message.contains("scheme"));
        assert!(problem("<<resolve:${Env}:x>>").failure.message.contains("scheme"));
        assert!(problem("<<resolve:ssm:a\nb>>").failure.message.contains("line break"));
        assert!(problem("<<resolve:ssm:${Line}>>").failure.message.contains("line break"));
        assert!(problem("<<resolve:ssm:${Empty}>>").failure.message.contains("empty"));
        assert!(problem("<<resolve:ssm:a <<resolve:ssm:b>>").failure.message.contains("next one"));
    }

    #[test]
    fn near_misses_are_warned_about() {
        for value in ["<< resolve:ssm:x>>", "<<Resolve:ssm:x>>", "<<resolve :ssm:x>>", "<<RESOLVE:", "<<\tresolve\t:x"]
        {
            assert!(problem(value).failure.message.ends_with("is not a reference and stays as it is"), "{value}");
        }
    }

    #[test]
    fn many_unclosed_references_take_linear_time() {
        let (found, _) = all(&OPEN.repeat(100_000));
        assert_eq!(found.len(), 100_000);
        let (found, _) = all(&format!("{}>>", OPEN.repeat(100_000)));
        assert_eq!(found.len(), 100_000);
        all(&"<".repeat(1_000_000));
    }
}
