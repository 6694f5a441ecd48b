//! What there is, for a name that is not there.

/// The most names that a hint lists.
const SHOWN: usize = 12;

/// How alike a name must be to be suggested.
const ALIKE: f64 = 0.6;

/// The longest names that are compared: it takes the product of both lengths.
const LONGEST: usize = 256;

/// A suggestion if something is like `name`, and the names that there are: "Did you mean `VpcId`? The outputs are
/// `SubnetIds`, `VpcId`." None when there is nothing.
pub(crate) fn instead<'a>(what: &str, name: &str, there: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut there: Vec<&str> = there.collect();
    there.sort_unstable();
    there.dedup();
    if there.is_empty() {
        return None;
    }
    let more = match there.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    let shown: Vec<String> = there.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
    let all = format!("The {what} are {}{more}.", shown.join(", "));
    Some(match nearest(name, &there) {
        Some(near) => format!("Did you mean `{near}`? {all}"),
        None => all,
    })
}

fn nearest<'a>(name: &str, there: &[&'a str]) -> Option<&'a str> {
    if name.len() > LONGEST {
        return None;
    }
    // A slip of the shift key is the nearest of all.
    let lower = name.to_lowercase();
    let score = |other: &str| strsim::normalized_damerau_levenshtein(&lower, &other.to_lowercase());
    let scored = there.iter().filter(|other| other.len() <= LONGEST).map(|other| (score(other), *other));
    // The first by name of those that are alike.
    let best = scored.filter(|(score, _)| *score >= ALIKE).max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(a.1)));
    best.map(|(_, other)| other)
}

#[cfg(test)]
mod tests {
    use super::instead;

    #[test]
    fn says_what_there_is_and_what_may_have_been_meant() {
        let hint = |name, there: &[&'static str]| instead("outputs", name, there.iter().copied());
        assert_eq!(hint("x", &[]), None);
        assert_eq!(
            hint("VPCId", &["VpcId", "SubnetIds"]).unwrap(),
            "Did you mean `VpcId`? The outputs are `SubnetIds`, `VpcId`."
        );
        assert_eq!(hint("zzz", &["VpcId"]).unwrap(), "The outputs are `VpcId`.");
        assert_eq!(hint(&"x".repeat(1 << 20), &["VpcId"]).unwrap(), "The outputs are `VpcId`.");
    }

    #[test]
    fn lists_no_more_than_a_person_reads() {
        let names: Vec<String> = (0..200).map(|at| format!("Output{at:03}")).collect();
        let hint = instead("outputs", "Output199x", names.iter().map(String::as_str)).unwrap();
        assert!(hint.starts_with("Did you mean `Output199`? The outputs are `Output000`, "), "{hint}");
        assert!(hint.ends_with("`Output011`, and 188 more."), "{hint}");
    }
}
