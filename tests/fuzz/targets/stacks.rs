//! The parsers behind `plan` and `deploy`: templates, parameter files, tags, policies, resources to import.
#![no_main]

use libfuzzer_sys::fuzz_target;

use formwork::stack::inputs::{read_parameters, read_resources_to_import, read_stack_policy, read_tags};
use formwork::stack::order::references;
use formwork::stack::template::Template;

fuzz_target!(|text: &str| {
    if let Ok(template) = Template::parse(text) {
        // Every place must be one in the text.
        for resource in template.resources() {
            let place = template.place(&format!("/Resources/{}", resource.logical_id)).unwrap_or(resource.place);
            assert!(place.start <= place.end && place.end <= text.len() && text.is_char_boundary(place.start));
        }
        template.limits(text.len());
    }
    let _ = read_parameters("p", text);
    let _ = read_tags("t", text);
    let _ = read_stack_policy("p", text);
    let _ = read_resources_to_import("i", text);
    references(text);
});
