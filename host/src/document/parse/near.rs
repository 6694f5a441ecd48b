//! The name that was meant.

/// The longest name that is compared, in bytes: a comparison takes as long as both are, multiplied.
const LONGEST: usize = 64;

/// The known name that is most like this one, regardless of case; none if none is like it.
pub(in crate::document) fn nearest<'k>(name: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    if name.len() > LONGEST {
        return None;
    }
    let lower = name.to_lowercase();
    let score = |known: &str| strsim::normalized_damerau_levenshtein(&known.to_lowercase(), &lower);
    let (score, known) = known
        .into_iter()
        .filter(|known| known.len() <= LONGEST && *known != name)
        .map(|known| (score(known), known))
        .max_by(|a, b| a.0.total_cmp(&b.0))?;
    (score >= 0.65).then_some(known)
}

/// A hint with the known name that is most like this one.
pub(in crate::document) fn did_you_mean<'k>(name: &str, known: impl IntoIterator<Item = &'k str>) -> Option<String> {
    nearest(name, known).map(|known| format!("Did you mean `{}`?", crate::stack::template::place::excerpt(known)))
}
