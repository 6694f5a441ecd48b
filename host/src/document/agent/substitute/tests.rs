use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn values(list: &[(&str, Value)]) -> Values {
    list.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
}

fn parameters() -> Values {
    values(&[
        ("text", json!("hello")),
        ("list", json!(["p", "q"])),
        ("map", json!({"b": "<x>&", "a": 1})),
        ("number", json!(100_000_000)),
        ("big", json!(1e21)),
        ("flag", json!(true)),
        ("missing", Value::Null),
        ("dollar", json!("a$$b$1")),
        ("nested", json!("{{ text }}")),
        ("empty", json!("")),
        ("a_b", json!("under")),
        ("a-b", json!(["dash"])),
    ])
}

#[test]
fn texts_are_replaced_as_the_agent_does() {
    for (text, expected) in [
        // Rule 3: any white space, also none.
        ("say {{text}} {{ text }} {{\t\n text\r}}", json!("say hello hello hello")),
        // The vertical tab and the no-break space are no white space for Go.
        ("say {{\u{b}text}}", json!("say {{\u{b}text}}")),
        ("say {{\u{a0}text}}", json!("say {{\u{a0}text}}")),
        // Rule 4: exactly one token keeps the type.
        ("{{ list }}", json!(["p", "q"])),
        ("{{number}}", json!(100_000_000)),
        ("{{ flag }}", json!(true)),
        ("{{ missing }}", Value::Null),
        ("{{ map }}", json!({"b": "<x>&", "a": 1})),
        // Rule 5: inside a text, JSON as Go writes it.
        ("x{{ list }}", json!("x[\"p\",\"q\"]")),
        ("x{{ map }}", json!("x{\"a\":1,\"b\":\"\\u003cx\\u003e\\u0026\"}")),
        ("n={{ number }}", json!("n=100000000")),
        ("n={{ big }}", json!("n=1e+21")),
        ("f={{ flag }}", json!("f=true")),
        ("m={{ missing }}", json!("m=null")),
        (" {{ missing }}", json!(" null")),
        ("e={{ empty }}.", json!("e=.")),
        // Rule 6.
        ("{{ dollar }}", json!("a$$b$1")),
        ("v={{ dollar }}", json!("v=a$b$1")),
        // Rule 7.
        ("v={{ nested }}", json!("v={{ text }}")),
        ("v={{ unknown }} {{ text }}", json!("v={{ unknown }} hello")),
        ("{{ unknown }}", json!("{{ unknown }}")),
        // An odd name is never alone: its value becomes a text even there.
        ("{{ a-b }}", json!("[\"dash\"]")),
        ("{{ a_b }}", json!("under")),
        // Nearly tokens.
        ("{{{text}}}", json!("{hello}")),
        ("{{ text }", json!("{{ text }")),
        ("{ {text}}", json!("{ {text}}")),
        ("{{text}}{{text}}", json!("hellohello")),
        ("{{te xt}}", json!("{{te xt}}")),
        ("{{{{text}}}}", json!("{{hello}}")),
        ("{{ {{text}} }}", json!("{{ hello }}")),
        ("{{}}", json!("{{}}")),
        ("{{ ssm:/a }}", json!("{{ ssm:/a }}")),
        ("é{{text}}é", json!("éhelloé")),
        ("{{text}}\n", json!("hello\n")),
        ("", json!("")),
    ] {
        assert_eq!(substitute(&json!(text), &parameters()), expected, "{text:?}");
    }
}

#[test]
fn the_dollar_rule_also_holds_for_json() {
    let parameters = values(&[("l", json!(["$$a", "$$$$"]))]);
    assert_eq!(substitute(&json!("x {{ l }}"), &parameters), json!("x [\"$a\",\"$$\"]"));
    assert_eq!(substitute(&json!("x {{ d }}"), &values(&[("d", json!("$$$"))])), json!("x $$"));
}

#[test]
fn lists_and_values_of_maps_are_entered_and_keys_are_not() {
    let value = json!({"{{ text }}": ["{{ list }}", {"k": "a {{ text }}"}], "n": 5, "b": null});
    let expected = json!({"{{ text }}": [["p", "q"], {"k": "a hello"}], "n": 5, "b": null});
    assert_eq!(substitute(&value, &parameters()), expected);
}

/// A list for the whole of `runCommand` works, as one of its items it stays a list.
#[test]
fn a_list_becomes_the_commands_or_an_item_of_them() {
    let commands = values(&[("commands", json!(["echo a", "echo b"]))]);
    assert_eq!(
        substitute(&json!({"runCommand": "{{ commands }}"}), &commands),
        json!({"runCommand": ["echo a", "echo b"]})
    );
    assert_eq!(
        substitute(&json!({"runCommand": ["{{ commands }}"]}), &commands),
        json!({"runCommand": [["echo a", "echo b"]]})
    );
}

#[test]
fn an_odd_name_is_a_pattern_for_the_agent() {
    let parameters = values(&[("a.c", json!("dot")), ("x(y", json!("never")), ("", json!("nothing"))]);
    assert_eq!(substitute(&json!("{{ abc }} {{ a.c }}"), &parameters), json!("dot dot"));
    assert_eq!(substitute(&json!("{{ x(y }} {{}}"), &parameters), json!("{{ x(y }} nothing"));
    // Both match at the same place.
    let parameters = values(&[("a.c", json!("1")), ("ab.", json!("2"))]);
    assert_eq!(substitute(&json!("<{{ abc }}>"), &parameters), json!("<1>"));
}

#[test]
fn tokens_are_found_with_their_place() {
    let found: Vec<_> = tokens("a {{ b }} {{{c}} {{d").map(|token| (token.start, token.end, token.name)).collect();
    assert_eq!(found, [(2, 9, "b"), (11, 16, "c")]);
}

#[test]
fn a_long_text_of_braces_takes_no_long_time() {
    let braces = "{{ ".repeat(100_000);
    assert_eq!(substitute(&json!(braces), &parameters()), json!(braces));
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[{} a-c$\n]{0,12}".prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            proptest::collection::btree_map("[{} a-c]{0,6}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn any_parameters() -> impl Strategy<Value = Values> {
    proptest::collection::btree_map(prop_oneof!["[abc]{1,2}", ".{0,4}"], any_value(), 0..4)
}

proptest! {
    #[test]
    fn anything_goes_without_a_panic(value in any_value(), parameters in any_parameters()) {
        let _ = substitute(&value, &parameters);
    }

    #[test]
    fn a_text_without_tokens_stays(text in "[^{]{0,40}", parameters in any_parameters()) {
        prop_assert_eq!(substitute(&json!(&text), &parameters), json!(text));
    }

    #[test]
    fn no_parameters_change_nothing(value in any_value()) {
        prop_assert_eq!(substitute(&value, &Values::new()), value);
    }

    /// One pass from left to right: the text is cut at the tokens, and only they change.
    #[test]
    fn it_is_a_single_pass(parts in proptest::collection::vec(("[^{}]{0,5}", "[ab]"), 1..6), a in "[{} ab$]{0,8}", b in "[{} ab$]{0,8}") {
        let parameters = values(&[("a", json!(&a)), ("b", json!(&b))]);
        let (mut text, mut expected) = ("-".to_owned(), "-".to_owned());
        for (plain, name) in &parts {
            text.push_str(&format!("{plain}{{{{ {name} }}}}"));
            expected.push_str(plain);
            expected.push_str(&if name == "a" { &a } else { &b }.replace("$$", "$"));
        }
        prop_assert_eq!(substitute(&json!(text), &parameters), json!(expected));
    }
}
