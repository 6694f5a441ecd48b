//! Tests of reading projects and choosing environments.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use super::*;
use crate::cloud::stacks::GivenValue;
use crate::plugin::LimitOverrides;

fn read(text: &str) -> Result<Project, ProjectError> {
    Project::parse(Path::new("/p"), Path::new("/p/formwork.toml"), text)
}

fn parse(text: &str) -> Result<Project, String> {
    read(text).map_err(|error| error.to_string())
}

/// The message, and the text that it is about.
fn wrong(text: &str) -> (String, String) {
    match read(text) {
        Err(ProjectError::Invalid { message, span, .. }) => {
            let span = span.map(|span| text[span.offset()..span.offset() + span.len()].to_owned());
            (message, span.unwrap_or_default())
        }
        other => panic!("{text}: {other:?}"),
    }
}

fn map<const N: usize>(pairs: [(&str, &str); N]) -> BTreeMap<String, String> {
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

#[test]
fn reads_everything() {
    let project = parse(
        r#"
        cloud = "aws"
        region = "eu-west-1"
        artifact-bucket = "templates"
        deployer = "mine"
        [plugins.versions]
        source = "versions.wasm"
        grants = { files = ["versions"], parameters = ["/app/*"], reveal = true }
        limits = { memory = "128MiB", time = "500ms" }
        "#,
    )
    .unwrap();
    assert_eq!((project.cloud, project.region.as_deref()), (CloudKind::Aws, Some("eu-west-1")));
    assert_eq!((project.artifact_bucket.as_deref(), project.deployer.as_deref()), (Some("templates"), Some("mine")));
    let plugin = &project.plugins["versions"];
    assert_eq!(plugin.grants.parameters, ["/app/*"]);
    assert_eq!(plugin.limits, LimitOverrides { memory: Some(128 << 20), time: Some(Duration::from_millis(500)) });
}

#[test]
fn refuses_what_it_does_not_know() {
    for text in [
        "cloud = \"azure\"",
        "regoin = \"x\"",
        "[plugins.a]\nsource = \"x\"\ngrants = { network = true }",
        "[plugins.\"a b\"]\nsource = \"x\"",
        "[plugins.a]\nsource = \"x\"\nlimits = { memory = \"5GB\" }",
        "[plugins.a]\nsource = \"x\"\nlimits = { time = \"0s\" }",
        "[plugins.a]",
        "[plugins.cloudformation]\nsource = \"x\"",
    ] {
        assert!(parse(text).is_err(), "{text}");
    }
}

const STACKS: &str = r#"
    region = "eu-west-1"
    [stacks.other]
    template = "o.yaml"
    [stacks.network]
    template = "network.yaml"
    name = "prod-network"
    parameters = { Vpc = "10.0.0.0/16", Port = 80, Open = true, Zones = ["a", 2, false], Empty = "", None = [] }
    parameter-files = ["p.json"]
    tags = { team = "x", cost = 7 }
    region = "us-east-1"
    profile = "net"
    role-arn = "arn:aws:iam::123456789012:role/deploy"
    notification-arns = []
    capabilities = ["CAPABILITY_IAM"]
    termination-protection = true
    stack-policy = "policy.json"
    depends-on = ["other"]
"#;

#[test]
fn reads_stacks() {
    let project = parse(STACKS).unwrap();
    let values =
        [("Vpc", "10.0.0.0/16"), ("Port", "80"), ("Open", "true"), ("Zones", "a,2,false"), ("Empty", ""), ("None", "")];
    let expected = StackEntry {
        template: "network.yaml".into(),
        name: "prod-network".into(),
        parameters: vec![ParameterLayer { files: vec!["p.json".into()], values: map(values), shared: false }],
        tags: map([("team", "x"), ("cost", "7")]),
        region: Some("us-east-1".into()),
        profile: Some("net".into()),
        role_arn: Some("arn:aws:iam::123456789012:role/deploy".into()),
        notification_arns: Some(Vec::new()),
        capabilities: vec!["CAPABILITY_IAM".into()],
        termination_protection: Some(true),
        stack_policy: Some("policy.json".into()),
        depends_on: ["other".to_owned()].into(),
    };
    assert_eq!(project.stacks["network"], expected);
    let least = StackEntry { template: "o.yaml".into(), name: "other".into(), ..StackEntry::default() };
    assert_eq!(project.stacks["other"], least);
    assert_eq!(project.stack("prod-network").map(|(key, _)| key), Some("network"));
    assert_eq!(project.stack("other").map(|(key, _)| key), Some("other"));
    assert_eq!(project.stack("prod"), None);
}

#[test]
fn values_never_reach_debug() {
    let text = "[stacks.a]\ntemplate = \"t\"\nparameters = { Password = \"s3cret\" }\n[environments.e]\nparameters = { P = \"s3cret\" }";
    let debug = format!("{:?}", parse(text).unwrap());
    assert!(debug.contains("Password") && !debug.contains("s3cret"), "{debug}");
}

#[test]
fn says_what_is_wrong_with_a_stack_and_where() {
    let stack = |line: &str| format!("[stacks.b]\ntemplate = \"b\"\n[stacks.network]\ntemplate = \"t\"\n{line}\n");
    for (line, message, place) in [
        ("depends-on = [\"b\", \"netwrok\"]", "there is no stack `netwrok`; there is `b`", "\"netwrok\""),
        ("depends-on = [\"network\"]", "the stack `network` depends on itself", "\"network\""),
        ("name = \"a_b\"", "`a_b` is not a name for a stack in CloudFormation", "\"a_b\""),
        ("name = \"\"", "`` is not a name", "\"\""),
        ("name = \"b\"", "`b` and `network` are both the stack `b`", "network"),
        ("region = \"Ireland\"", "`Ireland` is not the name of a region", "\"Ireland\""),
        ("role-arn = \"deploy\"", "`role-arn` reads like", "\"deploy\""),
        ("tag = { a = 1 }", "unknown field `tag`; did you mean `tags`?", "tag"),
        ("parameters = { A = 1.50 }", "a number with a fraction is written in quotes", "1.50"),
        ("parameters = { A = [\"x\", \"a,b\"] }", "an element of a list has a comma", "\"a,b\""),
        ("parameters = { A = [[1]] }", "a list does not go here", "[1]"),
        ("parameters = { A = { b = 1 } }", "invalid type: map, expected a text", "{ b = 1 }"),
        ("parameters = { A = 2026-01-01 }", "invalid type", "2026-01-01"),
        ("tags = { A = [] }", "a list does not go here", "[]"),
        ("capabilities = \"CAPABILITY_IAM\"", "invalid type: string", "\"CAPABILITY_IAM\""),
    ] {
        let (is, at) = wrong(&stack(line));
        assert!(is.starts_with(message), "{line}: {is}");
        assert_eq!(at, place, "{line}");
    }
    assert_eq!(wrong("[stacks.a]\nname = \"x\""), ("the stack `a` has no `template`".into(), "a".into()));
    assert_eq!(wrong("[stacks.a]\ntemplate = \"\"").1, "\"\"");
    for (key, place) in [("\"a b\"", "\"a b\""), ("-a", "-a"), ("\"\"", "\"\""), ("a_b", "a_b"), ("\"ä\"", "\"ä\"")] {
        assert_eq!(wrong(&format!("[stacks.{key}]\ntemplate = \"t\"")).1, place);
    }
    assert!(wrong("[stacks.a_b]\ntemplate = \"t\"").0.ends_with("give it another one with `name`"));
    assert!(parse("[stacks.\"a_b.c\"]\ntemplate = \"t\"\nname = \"x\"").is_ok());
    assert_eq!(wrong("artifact_bucket = \"b\"").0, "unknown field `artifact_bucket`; did you mean `artifact-bucket`?");
}

#[test]
fn the_same_name_in_another_region_is_another_stack() {
    let text = "[stacks.a]\ntemplate = \"t\"\nname = \"x\"\n[stacks.b]\ntemplate = \"t\"\nname = \"x\"\nregion = \"us-east-1\"";
    assert!(parse(text).is_ok());
}

const ENVIRONMENTS: &str = r#"
    region = "eu-west-1"
    profile = "base"
    artifact-bucket = "base"
    [stacks.network]
    template = "network.yaml"
    parameters = { Vpc = "10.0.0.0/16", Env = "dev" }
    parameter-files = ["base.json"]
    tags = { team = "x", env = "dev" }
    capabilities = ["CAPABILITY_IAM"]
    [stacks.app]
    template = "app.yaml"
    name = "the-app"
    region = "us-east-1"
    depends-on = ["network"]
    [environments.dev]
    [environments.prod]
    region = "eu-central-1"
    profile = "prod"
    account = "123456789012"
    endpoint-url = "http://127.0.0.1:1"
    artifact-bucket = "prod"
    parameters = { Env = "prod", Zones = ["a", "b"] }
    tags = { env = "prod" }
    name-prefix = "prod-"
    [environments.prod.stacks.network]
    parameters = { Vpc = "10.1.0.0/16" }
    parameter-files = ["prod.json"]
    tags = { env = "production" }
    capabilities = []
    [environments.prod.stacks.app]
    template = "app2.yaml"
    depends-on = []
    termination-protection = true
"#;

#[test]
fn an_environment_goes_over_the_project() {
    let base = parse(ENVIRONMENTS).unwrap();
    assert_eq!(base.clone().with_environment(None).unwrap(), base, "without an environment nothing changes");
    let prod = base.clone().with_environment(Some("prod")).unwrap();
    assert_eq!(prod.environment.as_deref(), Some("prod"));
    let settings = [&prod.region, &prod.profile, &prod.account, &prod.endpoint_url, &prod.artifact_bucket];
    let expected = ["eu-central-1", "prod", "123456789012", "http://127.0.0.1:1", "prod"];
    assert_eq!(settings.map(|setting| setting.as_deref().unwrap()), expected);

    let network = &prod.stacks["network"];
    assert_eq!((network.name.as_str(), network.template.as_str()), ("prod-network", "network.yaml"));
    assert_eq!(network.tags, map([("team", "x"), ("env", "production")]));
    assert_eq!(network.capabilities, Vec::<String>::new(), "a list is replaced");
    let layer = |files: &[&str], values, shared| ParameterLayer {
        files: files.iter().map(|file| (*file).to_owned()).collect(),
        values,
        shared,
    };
    let shared = layer(&[], map([("Env", "prod"), ("Zones", "a,b")]), true);
    let layers = [
        layer(&["base.json"], map([("Vpc", "10.0.0.0/16"), ("Env", "dev")]), false),
        shared.clone(),
        layer(&["prod.json"], map([("Vpc", "10.1.0.0/16")]), false),
    ];
    assert_eq!(network.parameters, layers);

    let app = &prod.stacks["app"];
    assert_eq!((app.name.as_str(), app.template.as_str()), ("the-app", "app2.yaml"), "a given name has no prefix");
    assert_eq!(app.region.as_deref(), Some("us-east-1"), "a stack keeps a region of its own");
    assert_eq!((app.depends_on.len(), app.termination_protection), (0, Some(true)));
    assert_eq!(app.parameters, [shared]);

    let dev = base.clone().with_environment(Some("dev")).unwrap();
    assert_eq!(dev, Project { environment: Some("dev".into()), ..base }, "an empty environment changes nothing");
}

/// Files by name, with values by parameter; `None` is the previous value.
fn files(name: &str) -> Result<BTreeMap<String, GivenValue>, String> {
    let values: &[(&str, Option<&str>)] = match name {
        "base.json" => &[("Vpc", Some("base file")), ("Env", Some("base file")), ("Size", Some("base file"))],
        "prod.json" => &[("Vpc", Some("prod file")), ("Zones", Some("prod file")), ("Size", None)],
        _ => return Err(format!("no file {name}")),
    };
    let given = |value: &Option<&str>| value.map_or(GivenValue::Previous, |value| GivenValue::Value(value.into()));
    Ok(values.iter().map(|(name, value)| ((*name).to_owned(), given(value))).collect())
}

#[test]
fn parameters_go_over_each_other_from_the_file_of_the_stack_to_the_stack_of_the_environment() {
    let base = parse(ENVIRONMENTS).unwrap();
    let all = base.stacks["network"].layered_parameters(files).unwrap();
    assert_eq!(all.own, map([("Vpc", "10.0.0.0/16"), ("Env", "dev"), ("Size", "base file")]));
    assert!(all.shared.is_empty());
    let prod = base.with_environment(Some("prod")).unwrap();
    let all = prod.stacks["network"].layered_parameters(files).unwrap();
    assert_eq!(all.own, map([("Vpc", "10.1.0.0/16"), ("Zones", "prod file")]));
    assert_eq!(all.shared, map([("Env", "prod")]), "over what the stack says, under what the environment says of it");
    let entry = StackEntry {
        parameters: vec![ParameterLayer { files: vec!["x".into()], ..ParameterLayer::default() }],
        ..StackEntry::default()
    };
    assert_eq!(entry.layered_parameters(files).err().as_deref(), Some("no file x"));
}

#[test]
fn a_default_environment_is_used_unless_another_is_asked_for() {
    let text = format!("environment = \"prod\"\n{ENVIRONMENTS}");
    let project = parse(&text).unwrap();
    assert_eq!(project.stacks["network"].name, "network", "as it was read");
    assert_eq!(project.clone().with_environment(None).unwrap().stacks["network"].name, "prod-network");
    assert_eq!(project.with_environment(Some("dev")).unwrap().stacks["network"].name, "network");
}

#[test]
fn an_unknown_environment_is_told_with_those_there_are() {
    let error = parse(ENVIRONMENTS).unwrap().with_environment(Some("prdo")).unwrap_err();
    assert_eq!(error.to_string(), "the project has no environment `prdo`");
    assert_eq!(error.hint().as_deref(), Some("There is `dev` and `prod`."));
    let nothing = Project::without_file(Path::new("/p"));
    assert!(nothing.clone().with_environment(None).is_ok());
    let error = nothing.with_environment(Some("prod")).unwrap_err();
    assert!(error.hint().unwrap().contains("[environments.NAME]"));
}

#[test]
fn says_what_is_wrong_with_an_environment_and_where() {
    let with = |lines: &str| {
        format!(
            "[stacks.a]\ntemplate = \"t\"\n[stacks.b]\nname = \"p-a\"\ntemplate = \"t\"\n[environments.prod]\n{lines}\n"
        )
    };
    let long = format!("name-prefix = \"p{}\"", "-".repeat(127));
    for (lines, message, place) in [
        ("name-prefix = \"p_\"", "`name-prefix` has letters", "\"p_\""),
        ("name-prefix = \"\"", "`name-prefix` has letters", "\"\""),
        (&long, "`p---", &long[14..]),
        ("name-prefix = \"p-\"", "`a` and `b` are both the stack `p-a`", "prod"),
        ("region = \"x\"", "`x` is not the name of a region", "\"x\""),
        ("[environments.prod.stacks.c]", "there is no stack `c`; there is `a` and `b`", "c"),
        ("[environments.prod.stacks.a]\ndepends-on = [\"a\"]", "the stack `a` depends on itself", "\"a\""),
        ("[environments.prod.stacks.a]\nname = \"1\"", "`1` is not a name", "\"1\""),
        ("parameter = {}", "unknown field `parameter`; did you mean `parameters`?", "parameter"),
    ] {
        let (is, at) = wrong(&with(lines));
        assert!(is.starts_with(message), "{lines}: {is}");
        assert_eq!(at, place, "{lines}");
    }
    let text = "environment = \"prodd\"\n[environments.prod]";
    assert_eq!(wrong(text), ("there is no environment `prodd`; did you mean `prod`?".into(), "\"prodd\"".into()));
    assert_eq!(wrong("[environments.\"a b\"]").1, "\"a b\"");
}
