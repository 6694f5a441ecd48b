//! Each interface that a host offers, called without its grant.

use crate::harness::{assert_inert, bounded, project, refused, render_command};

const GRANTABLE: [(&str, &str, &str); 25] = [
    ("parameters", "may not read the parameter `/app/ami`", "parameters = [\"/app/ami\"]"),
    ("parameters-under", "may not list parameters", "parameters = [\"/PATH/*\"]"),
    ("secrets", "may not open the secret `/app/password`", "secrets = [\"/app/password\"]"),
    ("secrets-manager", "may not open the secret `app/password`", "secrets = [\"app/password\"]"),
    ("reveal", "may not open the secret `/app/password`", "secrets = [\"/app/password\"]"),
    ("files", "may not read files", "files = [\"FOLDER\"]"),
    ("files-entries", "may not read files", "files = [\"FOLDER\"]"),
    ("references", "may not resolve references", "references = true"),
    ("process", "may not start the program `/bin/sh`", "process = [\"/bin/sh\"]"),
    ("stacks-describe", WEB, "stacks = [\"web\"]"),
    ("stacks-create", WEB, "stacks = [\"web\"]"),
    ("stacks-delete", WEB, "stacks = [\"web\"]"),
    ("stacks-wait", WEB, "stacks = [\"web\"]"),
    ("stacks-events", WEB, "stacks = [\"web\"]"),
    ("stacks-failed-events", WEB, "stacks = [\"web\"]"),
    ("stacks-policy", WEB, "stacks = [\"web\"]"),
    ("stacks-set-policy", WEB, "stacks = [\"web\"]"),
    ("stacks-protect", WEB, "stacks = [\"web\"]"),
    ("stacks-exports", "may not read what all stacks export", "stacks = [\"*\"]"),
    // Whose they are would have to be looked up first, and nothing is.
    ("stacks-wait-for-change-set", "may not use stacks", "stacks = [\"NAME\"]"),
    ("stacks-delete-change-set", "may not use stacks", "stacks = [\"NAME\"]"),
    ("stacks-execute", "may not use stacks", "stacks = [\"NAME\"]"),
    ("stacks-failed-events-of-change-set", "may not use stacks", "stacks = [\"NAME\"]"),
    ("stacks-hook-result", "may not use stacks", "stacks = [\"NAME\"]"),
    ("swallowed", "may not read files", "files = [\"FOLDER\"]"),
];

const WEB: &str = "may not use the stack `web`";

const NEVER: [&str; 2] = ["output", "http"];

fn case_of(name: &str) -> String {
    if name == "swallowed" { "swallow:files".into() } else { format!("grant:{name}") }
}

#[test]
fn without_a_grant_a_call_is_refused_with_the_grant_to_write() {
    let project = project("");
    for (name, what, grant) in GRANTABLE {
        let words =
            [&format!("the plugin `hostile` {what}"), &*format!("add `{grant}` to the grants of"), "[plugins.hostile]"];
        refused(&project, &case_of(name), 4, &words);
        std::fs::remove_file(project.path().join("formwork.lock")).unwrap();
    }
}

#[test]
fn interfaces_that_cannot_be_granted_say_so() {
    let project = project("");
    for interface in NEVER {
        let what = format!("the plugin `hostile` may not use the interface `{interface}`");
        let run = refused(&project, &case_of(interface), 4, &[&what, "This version of Formwork cannot grant it"]);
        assert!(!run.stdout.contains("output"));
        assert!(!project.path().join("formwork-was-here").exists());
        std::fs::remove_file(project.path().join("formwork.lock")).unwrap();
    }
}

/// The refusal counts even if the plugin goes on as if nothing had happened.
#[test]
fn a_refusal_that_is_swallowed_still_ends_the_run() {
    let project = project("");
    for name in ["parameters", "reveal", "process", "http"] {
        refused(&project, &format!("swallow:{name}"), 4, &["the plugin `hostile` may not"]);
        std::fs::remove_file(project.path().join("formwork.lock")).unwrap();
    }
}

#[test]
fn a_refusal_in_json_has_its_kind_and_hint() {
    let project = project("");
    let run = bounded(render_command(&project, "grant:files", &["--output", "json"]));
    assert_eq!(run.code, 4);
    assert_inert(&run);
    let problem = &run.json()["error"]["problems"][0];
    assert_eq!(problem["kind"], "access-denied");
    assert!(problem["hint"].as_str().unwrap().contains("formwork plugin update hostile"), "{problem}");
}

#[test]
fn a_grant_covers_its_names_and_no_others() {
    let project = project("grants = { parameters = [\"/other/*\"], secrets = [\"/app/pass\"] }");
    project.ok(&["param", "put", "/app/ami", "ami-1"]);
    refused(&project, "grant:parameters", 4, &["may not read the parameter `/app/ami`"]);
    refused(&project, "grant:secrets", 4, &["may not open the secret `/app/password`"]);
}

#[test]
fn revealing_is_a_grant_of_its_own() {
    let project = project("grants = { secrets = [\"/app/*\"] }");
    let put = ["param", "put", "/app/password", "-", "--type", "SecureString"];
    assert_eq!(project.run_with_stdin(&put, "hunter2").code, 0);
    refused(&project, "grant:reveal", 4, &["may not see the text of secrets", "`reveal = true`"]);
}

#[test]
fn what_is_granted_works() {
    let project =
        project("grants = { parameters = [\"/app/*\"], secrets = [\"/app/*\"], reveal = true, files = [\".\"] }");
    project.ok(&["param", "put", "/app/ami", "ami-1"]);
    let put = ["param", "put", "/app/password", "-", "--type", "SecureString"];
    assert_eq!(project.run_with_stdin(&put, "hunter2").code, 0);
    for name in ["parameters", "parameters-under", "secrets", "reveal", "files-entries"] {
        assert_eq!(crate::harness::value(&project, &case_of(name)), "granted", "{name}");
    }
}

/// Only renderers resolve references: a resolver that could would ask itself without end.
#[test]
fn a_resolver_cannot_resolve_references_even_with_the_grant() {
    let project = project("grants = { references = true }");
    refused(&project, "grant:references", 1, &["references are resolved for renderers only"]);
}
