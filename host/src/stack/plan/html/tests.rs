use std::collections::HashSet;

use proptest::prelude::*;
use serde_json::Value;

use super::fixture::{empty, full, resource};
use super::*;
use crate::stack::graph::Node;
use crate::stack::graph::markup::{Markup, check};
use crate::stack::plan::model::{PlannedAction, Shown};

/// The page without what stands in a file of its own.
fn without_style(page: &str) -> String {
    let (before, after) = page.split_once("<style>").expect("a style");
    let (_, after) = after.split_once("</style>").expect("its end");
    format!("{before}<style>STYLE</style>{after}")
}

fn one(plan: &Plan) -> String {
    html(std::slice::from_ref(plan), None)
}

fn several() -> String {
    let mut stacks = Graph::of(["network", "web", "dns"].map(|name| Node::new(name).detail("eu-west-1")), []);
    stacks.connect("web", "network", Some("VpcId"));
    stacks.connect("dns", "web", Some("Address"));
    let network = Plan {
        stack_status: None,
        operation: "CREATE".to_owned(),
        known_after_deploy: vec!["stack:base.Zone".to_owned()],
        ..empty("network")
    };
    html(&[network, full(), empty("dns")], Some(&stacks))
}

#[test]
fn page_of_one_stack() {
    insta::assert_snapshot!("one", without_style(&one(&full())));
}

#[test]
fn page_of_several_stacks() {
    let page = without_style(&several());
    let (overview, _) = page.split_once("id=\"stack-2\"").expect("the second stack");
    insta::assert_snapshot!("several", overview);
}

#[test]
fn page_of_nothing() {
    let page = one(&empty("web"));
    assert!(check(&page).text.contains("Nothing to do."), "{page}");
    assert!(!page.contains("<h2"), "{page}");
    check(&html(&[], None));
}

#[test]
fn references_that_are_not_known_yet() {
    let plan = Plan { known_after_deploy: vec!["stack:network.VpcId".to_owned()], ..empty("web") };
    let text = check(&one(&plan)).text;
    assert!(text.contains("Not known before another stack is deployed."), "{text}");
    assert!(text.contains("stack:network.VpcId"), "{text}");
}

#[test]
fn nothing_is_loaded_and_nothing_runs() {
    for page in [one(&full()), several()] {
        for bad in
            ["<script", "<link", "<img", "<iframe", "src=", "url(", "@import", "http://", "href=\"h", "javascript:"]
        {
            assert!(!page.contains(bad), "{bad}");
        }
        let markup = check(&page);
        let policy = markup.elements.iter().find_map(|element| {
            element.attribute("http-equiv").filter(|name| *name == "Content-Security-Policy")?;
            element.attribute("content")
        });
        assert!(policy.is_some_and(|policy| policy.starts_with("default-src 'none'; style-src 'unsafe-inline'")));
        assert!(!markup.elements.iter().flat_map(|e| &e.attributes).any(|(name, _)| name.starts_with("on")));
    }
}

#[test]
fn headings_and_anchors_are_in_order() {
    for page in [one(&full()), several(), one(&empty("web")), html(&[], None)] {
        let markup = check(&page);
        let level = |name: &str| name.strip_prefix('h').and_then(|level| level.parse::<u8>().ok());
        let levels: Vec<u8> = markup.elements.iter().filter_map(|element| level(&element.name)).collect();
        assert_eq!(levels.iter().filter(|level| **level == 1).count(), 1);
        assert_eq!(levels.first(), Some(&1));
        assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{levels:?}");
        let ids: Vec<&str> = attributes(&markup, "id");
        let distinct: HashSet<&str> = ids.iter().copied().collect();
        assert_eq!(ids.len(), distinct.len());
        for target in attributes(&markup, "href") {
            assert!(distinct.contains(target.strip_prefix('#').expect("an anchor")), "{target}");
        }
        for target in attributes(&markup, "aria-labelledby") {
            assert!(distinct.contains(target), "{target}");
        }
    }
}

fn attributes<'a>(markup: &'a Markup, name: &str) -> Vec<&'a str> {
    markup.elements.iter().filter_map(|element| element.attribute(name)).collect()
}

#[test]
fn tables_have_heads_for_rows_and_columns() {
    let markup = check(&one(&full()));
    let count = |name: &str, scope: Option<&str>| {
        markup.elements.iter().filter(|element| element.name == name && element.attribute("scope") == scope).count()
    };
    let tables = count("table", None);
    assert!(tables > 5);
    assert_eq!(count("thead", None), tables);
    assert_eq!(count("tr", None), count("th", Some("row")) + tables);
    assert_eq!(count("th", None), 0);
}

#[test]
fn hidden_values_are_called_hidden() {
    let mut plan = full();
    plan.resources.truncate(1);
    plan.resources[0].changes.retain(|change| change.before == Shown::Hidden);
    plan.parameters.retain(|parameter| parameter.after == Shown::Hidden);
    plan.pins.retain(|pin| pin.value.is_none());
    let page = one(&plan);
    assert_eq!(page.matches("<em class=\"word\">hidden</em>").count(), 5);
}

#[test]
fn many_resources_are_folded_but_not_those_that_go() {
    let mut plan = empty("web");
    for number in 0..200 {
        let mut added = resource(&format!("R{number}"), "T", PlannedAction::Add, &[]);
        added.physical_id = Some("x".to_owned());
        plan.resources.push(added);
    }
    plan.resources[7].action = PlannedAction::Remove;
    let markup = check(&one(&plan));
    let open: Vec<_> = markup.elements.iter().filter(|e| e.attribute("open").is_some()).collect();
    assert_eq!(open.len(), 1);
    assert_eq!(open[0].attribute("id"), Some("stack-1-resource-8"));
}

/// The plan with another text in each of its fields, and how many there are.
fn filled(plan: &Plan, text: &str) -> (Plan, usize) {
    fn fill(value: &mut Value, text: &str, count: &mut usize) {
        match value {
            Value::String(old) => {
                *count += 1;
                *old = text.to_owned();
            }
            Value::Array(list) => list.iter_mut().for_each(|value| fill(value, text, count)),
            Value::Object(map) => {
                for (key, value) in map.iter_mut() {
                    // These choose what a thing is.
                    let choice = matches!(key.as_str(), "state" | "kind") || key == "action" && value.is_string();
                    if !choice {
                        fill(value, text, count);
                    }
                }
            }
            _ => {}
        }
    }
    let mut value = serde_json::to_value(plan).unwrap();
    let mut count = 0;
    fill(&mut value, text, &mut count);
    let mut plan: Plan = serde_json::from_value(value).unwrap();
    let settings = plan.settings.as_object_mut().unwrap();
    settings.insert(text.to_owned(), Value::from(text));
    (plan, count + 2)
}

#[test]
fn no_text_from_outside_gets_out_of_its_place() {
    let hostile =
        "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>]]>&lt;\u{0}\u{1b}[31m\u{9b}\u{202e}\u{ffff}</style>";
    let (plan, count) = filled(&full(), hostile);
    for page in [one(&plan), html(&[plan.clone(), plan.clone()], Some(&changes_of(&plan)))] {
        for bad in ["<script", "<img", "]]>", "onerror=alert(1)>", "\u{0}", "\u{1b}", "\u{9b}", "\u{202e}", "\u{ffff}"]
        {
            assert!(!page.contains(bad), "{bad:?}");
        }
        let markup = check(&page);
        assert!(!markup.elements.iter().any(|element| matches!(element.name.as_str(), "script" | "img")));
        assert_eq!(markup.elements.iter().filter(|element| element.name == "style").count(), 1);
        // It is there, as text, about as often as there are fields.
        assert!(markup.text.matches("<script>alert(1)</script>\"'>").count() > count / 2);
    }
}

fn changes_of(plan: &Plan) -> Graph {
    crate::stack::graph::changes(plan)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_text_gives_a_well_formed_page(text in any::<String>(), long in "[a-z<&\\n{\"]{0,400}") {
        let (mut plan, _) = filled(&full(), &text);
        for change in plan.resources.iter_mut().flat_map(|resource| &mut resource.changes) {
            if let Shown::Text(after) = &mut change.after {
                after.push_str(&long);
            }
        }
        check(&one(&plan));
    }
}

/// The contrast of two colours `#rrggbb` (WCAG 2.2, "contrast ratio").
fn contrast(a: &str, b: &str) -> f64 {
    let luminance = |colour: &str| {
        let part = |at: usize| {
            let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
    };
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn texts_stand_out_from_their_ground() {
    let (light, dark) = PAGE_STYLE.split_once("prefers-color-scheme: dark").unwrap();
    for scheme in [light, dark] {
        let colour = |name: &str| {
            let (_, after) = scheme.split_once(&format!("--{name}: ")).unwrap();
            after[..7].to_owned()
        };
        for ink in ["ink", "faint", "accent", "add", "modify", "danger", "maybe", "import"] {
            for ground in ["ground", "raised"] {
                let ratio = contrast(&colour(ink), &colour(ground));
                assert!(ratio >= 4.5, "{ink} on {ground}: {ratio}");
            }
        }
        for (ink, ground) in [
            ("danger", "danger-ground"),
            ("maybe", "maybe-ground"),
            ("faint", "maybe-ground"),
            ("ink", "del-ground"),
            ("ink", "ins-ground"),
        ] {
            let ratio = contrast(&colour(ink), &colour(ground));
            assert!(ratio >= 4.5, "{ink} on {ground}: {ratio}");
        }
    }
}
