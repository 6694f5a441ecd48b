//! Names that somebody may have meant.

/// The most names that a hint shows.
const SHOWN: usize = 3;

/// The names of `candidates` that are closest to `name`, best first.
pub(crate) fn similar<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut scored: Vec<(f64, &str)> = candidates
        .filter(|candidate| *candidate != name)
        .map(|candidate| (strsim::jaro_winkler(name, candidate), candidate))
        .filter(|(score, _)| *score > 0.85)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    scored.into_iter().take(SHOWN).map(|(_, candidate)| candidate).collect()
}

#[cfg(test)]
mod tests {
    use super::similar;

    #[test]
    fn finds_a_slip_of_the_finger_and_nothing_far_off() {
        let there = ["/app/web/ami", "/app/web/key", "/other"];
        assert_eq!(similar("/app/web/amy", there.into_iter()).first(), Some(&"/app/web/ami"));
        assert!(similar("zzz", there.into_iter()).is_empty());
    }
}
