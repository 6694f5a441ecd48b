//! The last check: what is given out says what it should.

use crate::fill::Texts;
use crate::finding::Problem;
use crate::plain::is_string;
use crate::scan::{Style, json, yaml};

/// Read the output again and compare it with what the template said and the values. A difference would be a mistake of
/// this crate, and an error is better than a wrong template.
pub(crate) fn check(output: &str, texts: &Texts<'_, '_>) -> Result<(), Problem> {
    let before = texts.scan;
    let first = texts.filled.keys().next().and_then(|&scalar| before.scalars.get(scalar));
    let anywhere = || first.map_or(0..0, |scalar| scalar.span.clone());
    let is_json = first.is_some_and(|scalar| scalar.style == Style::Json);
    let after = if is_json { json::scan(output) } else { yaml::scan(output) }
        .map_err(|_| Problem::internal(anywhere(), "the rendered template cannot be read"))?;
    if after.shape != before.shape || after.scalars.len() != before.scalars.len() {
        return Err(Problem::internal(anywhere(), "the rendered template has another structure"));
    }
    for (number, (old, new)) in before.scalars.iter().zip(&after.scalars).enumerate() {
        let fine = match texts.filled.get(&number) {
            None => new.style == old.style,
            Some(_) if new.style == Style::Plain => is_string(&new.value),
            // Not with our own reader.
            Some(_) if new.style == Style::Json => {
                let source = output.get(new.span.clone()).unwrap_or_default();
                serde_json::from_str::<String>(source).is_ok_and(|value| value == texts.of(number))
            }
            Some(_) => true,
        };
        if !fine || new.value != texts.of(number) {
            return Err(Problem::internal(old.span.clone(), "the rendered scalar reads differently"));
        }
    }
    Ok(())
}
