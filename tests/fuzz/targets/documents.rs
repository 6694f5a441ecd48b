//! The parser of SSM documents, their checks, and what the agent makes of parameters and inputs.
#![no_main]

use formwork::document::agent::parameters::Values;
use formwork::document::agent::substitute::substitute;
use formwork::document::check::{Actions, Known, check, check_values};
use formwork::document::parse::parse;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

struct Nothing;

impl Actions for Nothing {
    fn schema(&self, _: &str) -> Option<&Value> {
        None
    }

    fn known(&self, _: &str) -> Known {
        Known::Here
    }

    fn names(&self) -> Vec<String> {
        Vec::new()
    }
}

fuzz_target!(|text: &str| {
    let values: Values = [("a", text), ("b", "{{ a }}")].map(|(name, value)| (name.into(), value.into())).into();
    if let Ok(document) = parse(text) {
        for finding in check(&document, &Nothing).iter().chain(&check_values(&document, &values)) {
            assert!(finding.place.end <= text.len() && !finding.message.contains('\n'));
        }
    }
    substitute(&Value::String(text.into()), &values);
});
