//! Names that somebody may have meant.

/// The most names that a hint shows.
const SHOWN: usize = 3;

/// The names of `candidates` that are close to `name`, best first, in backticks. Names with the same parent are compared
/// by what is below it, because a long path would make everything in it alike.
pub(crate) fn similar(name: &str, candidates: &[String]) -> Vec<String> {
    let (parent, last) = name.rsplit_once('/').unwrap_or(("", name));
    let score = |candidate: &str| {
        let (there, leaf) = candidate.rsplit_once('/').unwrap_or(("", candidate));
        let (score, enough) = match there == parent {
            true => (strsim::normalized_damerau_levenshtein(last, leaf), 0.5),
            false => (strsim::normalized_damerau_levenshtein(name, candidate), 0.8),
        };
        (score >= enough).then_some(score)
    };
    let mut scored: Vec<(f64, &String)> =
        candidates.iter().filter_map(|candidate| Some((score(candidate)?, candidate))).collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    scored.into_iter().take(SHOWN).map(|(_, candidate)| format!("`{candidate}`")).collect()
}

#[cfg(test)]
mod tests {
    use super::similar;

    #[test]
    fn finds_a_slip_of_the_finger_and_nothing_far_off() {
        let there = ["/app/web/ami", "/app/web/key", "/other"].map(str::to_owned);
        assert_eq!(similar("/app/web/amy", &there), ["`/app/web/ami`"]);
        assert_eq!(similar("/app/wbe/ami", &there), ["`/app/web/ami`"]);
        assert!(similar("zzz", &there).is_empty());
    }
}
