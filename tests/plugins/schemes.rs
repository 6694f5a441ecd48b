//! What a resolver claims to resolve.

use crate::fixture::{resolver, resolver_with_schemes};
use crate::harness::{project_of, refused_only, value};

#[test]
fn a_scheme_has_a_proper_name() {
    for schemes in ["~hostile", "Hostile", "hos tile", "9lives", "hostile,ssm:x", "größe", "-x"] {
        let project = project_of(&resolver_with_schemes(schemes), "");
        let words = ["the plugin `hostile` broke the contract", "is not the name of a scheme"];
        refused_only(&project, "good", 1, &words);
    }
}

#[test]
fn a_resolver_that_never_says_what_it_resolves_is_stopped() {
    let project = project_of(&resolver_with_schemes("!loop"), "limits = { time = \"300ms\" }");
    refused_only(&project, "good", 1, &["the plugin `hostile` took longer than 300 ms"]);
}

#[test]
fn built_in_schemes_cannot_be_taken_over() {
    for scheme in ["ssm", "ssm-secure", "secretsmanager"] {
        let project = project_of(&resolver_with_schemes(&format!("hostile,{scheme}")), "");
        let words = [&format!("and `hostile` both resolve the scheme `{scheme}`"), "cannot be taken over"];
        refused_only(&project, "good", 1, &words);
    }
}

#[test]
fn two_plugins_with_one_scheme_are_an_error_whoever_is_needed() {
    let project = project_of(resolver(), "");
    project.write("other.wasm", resolver_with_schemes("other,hostile"));
    project.write(
        "formwork.toml",
        "[plugins.other]\nsource = \"other.wasm\"\n[plugins.hostile]\nsource = \"hostile.wasm\"\n",
    );
    let words = ["the plugins `hostile` and `other` both resolve the scheme `hostile`"];
    refused_only(&project, "good", 1, &words);
    refused_only(&project, "other", 1, &words);
}

#[test]
fn one_plugin_may_say_a_scheme_twice() {
    let project = project_of(&resolver_with_schemes("hostile,hostile"), "");
    assert_eq!(value(&project, "good"), "good-value");
}

#[test]
fn a_resolver_without_schemes_resolves_nothing() {
    let project = project_of(&resolver_with_schemes(""), "");
    refused_only(&project, "good", 2, &["no plugin resolves the scheme `hostile`"]);
}

#[test]
fn several_schemes_are_fine() {
    let project = project_of(&resolver_with_schemes("a1,hostile,b-2"), "");
    assert_eq!(value(&project, "good"), "good-value");
}
