//! Parameters in the body of a reference: `${Name}`.

use std::ops::Range;

use crate::finding::{Problem, excerpt};

/// Names and values of the parameters.
pub(crate) type Parameters = [(String, String)];

/// Put the parameters into a body that begins at an offset of the value. All that is wrong is reported, not only the
/// first.
pub(crate) fn substitute(
    body: &str,
    offset: usize,
    parameters: &Parameters,
    problems: &mut Vec<Problem>,
) -> Option<String> {
    let mut out = String::with_capacity(body.len());
    let mut rest = body;
    let mut fine = true;
    while let Some((before, behind)) = rest.split_once("${") {
        out.push_str(before);
        let start = offset + body.len() - behind.len() - 2;
        let Some((name, remaining)) = behind.split_once('}') else {
            let end = offset + body.len();
            problems.push(
                Problem::error(start..end, "`${` is not closed within the reference")
                    .hint("Write `${Name}`; the value of the parameter is put in."),
            );
            return None;
        };
        let at = start..start + name.len() + 3;
        match parameters.iter().find(|(given, _)| given == name) {
            Some((_, value)) => out.push_str(value),
            None => {
                fine = false;
                problems.push(unknown(name, at, parameters));
            }
        }
        rest = remaining;
    }
    out.push_str(rest);
    fine.then_some(out)
}

fn unknown(name: &str, at: Range<usize>, parameters: &Parameters) -> Problem {
    if name.is_empty() {
        return Problem::error(at, "`${}` names no parameter").hint("Write `${Name}` with the name of a parameter.");
    }
    if name.starts_with('!') {
        return Problem::error(at, "`${!…}` is not supported within a reference")
            .hint("Only `${Name}` is, which stands for the value of a parameter.");
    }
    let name = excerpt(name);
    let similar = similar(&name, parameters);
    let hint = match name.as_str() {
        "AWS::StackName" => "To name the stack, pass `--stack-name NAME`.".into(),
        _ if similar.is_empty() => format!("To give it a value, pass `--parameter {name}=…`."),
        _ => format!("There is {}; to give it a value, pass `--parameter {name}=…`.", similar.join(" and ")),
    };
    Problem::error(at, format!("the parameter `{name}` has no value")).hint(hint)
}

/// The names that may have been meant, nearest first.
fn similar(name: &str, parameters: &Parameters) -> Vec<String> {
    const LONGEST: usize = 64;
    if name.len() > LONGEST {
        return Vec::new();
    }
    let allowed = (name.chars().count() / 3).max(1);
    let mut near: Vec<(usize, &str)> = parameters
        .iter()
        .filter(|(given, _)| given.len() <= LONGEST)
        .map(|(given, _)| (distance(&given.to_lowercase(), &name.to_lowercase()), given.as_str()))
        .filter(|(distance, _)| *distance <= allowed)
        .collect();
    near.sort_unstable();
    near.into_iter().take(3).map(|(_, name)| format!("`{name}`")).collect()
}

/// How many characters must be put in, taken out or changed.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        if let Some(first) = row.first_mut() {
            *first = left;
        }
        for (cell, y) in row.iter_mut().skip(1).zip(b.chars()) {
            let best = (diagonal + usize::from(x != y)).min(left + 1).min(*cell + 1);
            diagonal = *cell;
            *cell = best;
            left = best;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(body: &str) -> (Option<String>, Vec<Problem>) {
        let given = [("Env", "prod"), ("Close", ">>"), ("AWS::Region", "eu-west-1")];
        let given = given.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let mut problems = Vec::new();
        (substitute(body, 10, &given, &mut problems), problems)
    }

    fn problem(body: &str) -> Problem {
        let (_, mut problems) = put(body);
        assert_eq!(problems.len(), 1, "{body}: {problems:?}");
        problems.remove(0)
    }

    #[test]
    fn values_are_put_in() {
        assert_eq!(put("/${Env}/${AWS::Region}$x${Close}").0.as_deref(), Some("/prod/eu-west-1$x>>"));
        assert_eq!(put("${a}${b}").1.len(), 2);
    }

    #[test]
    fn problems_have_their_place() {
        let unknown = problem("/a/${Enw}/b");
        assert_eq!(unknown.at, 13..19);
        assert_eq!(
            unknown.failure.hint.as_deref(),
            Some("There is `Env`; to give it a value, pass `--parameter Enw=…`.")
        );
        assert!(problem("${AWS::StackName}").failure.hint.is_some_and(|h| h.contains("pass `--stack-name NAME`")));
        let account = problem("${AWS::AccountId}");
        assert!(account.failure.hint.is_some_and(|h| h.contains("pass `--parameter AWS::AccountId=…`")));
        assert_eq!(problem("a${Env").at, 11..16);
        assert!(problem("${!Env}").failure.message.contains("not supported"));
        assert!(problem("${}").failure.message.contains("no parameter"));
    }

    #[test]
    fn distances() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "ab"), 2);
        assert_eq!(distance("ab", ""), 2);
    }
}
