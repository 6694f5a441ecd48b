//! Tests of orders, of working through them, and of finding references.

use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn};
use std::task::{Poll, Waker};

use proptest::prelude::*;

use super::*;

fn texts<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    names.into_iter().map(str::to_owned).collect()
}

/// `"b>a c>b d"`: b depends on a, c on b, d on nothing.
fn order(text: &str) -> Result<Order, Cycle> {
    let edges: Vec<(String, String)> = text
        .split_whitespace()
        .filter_map(|word| word.split_once('>'))
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .collect();
    Order::new(texts(text.split(['>', ' '])), edges)
}

fn set(names: &str) -> BTreeSet<String> {
    texts(names.split_whitespace()).into_iter().collect()
}

fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

#[test]
fn what_others_depend_on_comes_first_and_names_decide_the_rest() {
    assert_eq!(order("c>b b>a").unwrap().topological(), ["a", "b", "c"]);
    assert_eq!(order("a>z a>y").unwrap().topological(), ["y", "z", "a"]);
    assert_eq!(order("b a c").unwrap().topological(), ["a", "b", "c"]);
    assert!(Order::new([], []).unwrap().topological().is_empty());
    let known = Order::new(texts(["a"]), [("a".into(), "elsewhere".into()), ("elsewhere".into(), "a".into())]);
    assert_eq!(known.unwrap().topological(), ["a"], "stacks of others are left out");
}

#[test]
fn a_cycle_is_named_in_order() {
    let circle = |text| order(text).unwrap_err().circle;
    assert_eq!(circle("a>a"), ["a", "a"]);
    assert_eq!(circle("c>b b>a a>c d>a e"), ["a", "c", "b", "a"]);
    assert_eq!(circle("a>x x>z z>y y>x"), ["x", "z", "y", "x"], "what only leads into it is not named");
    assert_eq!(order("b>a a>b").unwrap_err().to_string(), "stacks depend on each other: a → b → a");
}

#[test]
fn selections_keep_the_order() {
    let order = order("d>c c>b b>a e>a f").unwrap();
    assert_eq!(order.dependents_of("b"), ["c", "d"]);
    assert_eq!(order.dependents_of("f"), Vec::<&str>::new());
    assert_eq!(order.dependents_of("nowhere"), Vec::<&str>::new());
    assert_eq!(order.with_dependencies(&set("c f")).topological(), ["a", "b", "c", "f"]);
    let some = order.restrict_to(&set("d b nowhere"));
    assert_eq!(some.topological(), ["b", "d"]);
    assert_eq!(some.dependencies_of("d").collect::<Vec<_>>(), ["b"], "through c, which is left out");
    assert_eq!(order.restrict_to(&BTreeSet::new()), Order::default());
}

#[test]
fn a_very_long_chain_is_no_problem() {
    let name = |at: usize| format!("{at:05}");
    let edges = |last: usize| (1..last).map(move |at| (name(at), name(at - 1)));
    let order = Order::new((0..20_000).map(name), edges(20_000)).unwrap();
    assert_eq!(order.topological().len(), 20_000);
    assert_eq!(order.dependents_of("00000").len(), 19_999);
    assert_eq!(order.with_dependencies(&set("19999")).topological().len(), 20_000);
    let circle = Order::new((0..2_000).map(name), edges(2_000).chain([(name(0), name(1_999))])).unwrap_err().circle;
    assert_eq!(circle.len(), 2_001);
}

type Outcomes = Vec<(String, Outcome<String, String>)>;

/// Work on all; those in `failing` fail. Also the highest number that worked at the same time, and who began when.
fn work(order: &Order, jobs: usize, failing: &[&str]) -> (Outcomes, usize, Vec<String>) {
    let (now, most, begun) = (Cell::new(0), Cell::new(0), RefCell::new(Vec::new()));
    let outcomes = block_on(run(order, jobs, |name| {
        let (now, most, begun) = (&now, &most, &begun);
        async move {
            begun.borrow_mut().push(name.clone());
            now.set(now.get() + 1);
            most.set(most.get().max(now.get()));
            for _ in 0..name.len() + 2 {
                tokio::task::yield_now().await;
            }
            now.set(now.get() - 1);
            if failing.contains(&name.as_str()) { Err(format!("{name} broke")) } else { Ok(format!("{name} done")) }
        }
    }));
    (outcomes, most.get(), begun.into_inner())
}

/// `+` for done, `!` for failed, `-` for skipped with the reason.
fn summary(outcomes: &Outcomes) -> String {
    let words = outcomes.iter().map(|(name, outcome)| match outcome {
        Outcome::Done(text) if *text == format!("{name} done") => format!("+{name}"),
        Outcome::Failed(text) if *text == format!("{name} broke") => format!("!{name}"),
        Outcome::Skipped { because } => format!("-{name}({because})"),
        other => panic!("{name}: {other:?}"),
    });
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn a_failure_stops_what_depends_on_it_and_nothing_else() {
    let chain = order("c>b b>a").unwrap();
    assert_eq!(summary(&work(&chain, 4, &[]).0), "+a +b +c");
    assert_eq!(summary(&work(&chain, 4, &["a"]).0), "!a -b(a) -c(a)");
    let diamond = order("b>a c>a d>b d>c e>c").unwrap();
    for jobs in [1, 2, 8] {
        assert_eq!(summary(&work(&diamond, jobs, &["b"]).0), "+a !b +c -d(b) +e");
        assert_eq!(summary(&work(&diamond, jobs, &["c", "b"]).0), "+a !b !c -d(b) -e(c)");
    }
    assert_eq!(summary(&work(&Order::default(), 1, &[]).0), "");
}

#[test]
fn no_more_than_jobs_work_at_the_same_time_and_as_many_as_can() {
    let wide = order("a b c d e f").unwrap();
    for (jobs, most) in [(0, 1), (1, 1), (2, 2), (8, 6), (usize::MAX, 6)] {
        let (outcomes, seen, begun) = work(&wide, jobs, &[]);
        assert_eq!((summary(&outcomes).as_str(), seen), ("+a +b +c +d +e +f", most), "{jobs} jobs");
        assert_eq!(begun, ["a", "b", "c", "d", "e", "f"]);
    }
    assert_eq!(work(&order("b>a c>b").unwrap(), 8, &[]).1, 1);
}

#[test]
fn work_that_ends_at_once_and_work_that_waits_for_other_work() {
    let wide = order("a b").unwrap();
    let done: Vec<(String, Outcome<String, ()>)> = block_on(run(&wide, 1, |name| async { Ok(name) }));
    assert_eq!(done.len(), 2);
    // `a` ends only when `b`, polled after it, says so: a wake-up from inside must not be lost.
    let (said, waker) = (Cell::new(false), RefCell::new(None::<Waker>));
    let done: Vec<(String, Outcome<(), ()>)> = block_on(run(&wide, 2, |name| {
        let (said, waker) = (&said, &waker);
        poll_fn(move |context| {
            if name == "a" && !said.get() {
                *waker.borrow_mut() = Some(context.waker().clone());
                return Poll::Pending;
            }
            if name == "b" && !said.replace(true) {
                waker.take().unwrap().wake();
            }
            Poll::Ready(Ok(()))
        })
    }));
    assert!(done.iter().all(|(_, outcome)| *outcome == Outcome::Done(())), "{done:?}");
}

/// Nodes and edges of any graph without cycles, edges from a later to an earlier node, and who fails.
fn graphs() -> impl Strategy<Value = (Vec<String>, Vec<(String, String)>, Vec<bool>)> {
    let edges = prop::collection::vec((0..12_usize, 0..12_usize), 0..40);
    // Names do not follow the order of the graph.
    let names = Just((0..12).map(|at| format!("n{at:02}")).collect::<Vec<_>>()).prop_shuffle();
    (names, edges, prop::collection::vec(prop::bool::weighted(0.15), 12)).prop_map(|(names, edges, failing)| {
        let later = |(a, b): (usize, usize)| (a != b).then(|| (names[a.max(b)].clone(), names[a.min(b)].clone()));
        let edges = edges.into_iter().filter_map(later).collect();
        (names, edges, failing)
    })
}

proptest! {
    #[test]
    fn each_is_worked_on_once_after_what_it_depends_on((names, edges, failing) in graphs(), jobs in 1..5_usize) {
        let order = Order::new(names.clone(), edges.clone()).unwrap();
        let broken: Vec<&str> =
            names.iter().zip(&failing).filter(|(_, fails)| **fails).map(|(name, _)| name.as_str()).collect();
        let (outcomes, most, begun) = work(&order, jobs, &broken);
        prop_assert!(most <= jobs);
        let at = |name: &str| begun.iter().position(|other| other == name);
        let outcome = |name: &str| &outcomes.iter().find(|(other, _)| other == name).unwrap().1;
        prop_assert_eq!(outcomes.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), order.topological());
        prop_assert_eq!(begun.iter().collect::<BTreeSet<_>>().len(), begun.len(), "twice");
        for (dependent, dependency) in &edges {
            if let Some(later) = at(dependent) {
                prop_assert!(at(dependency).unwrap() < later, "{} before {}", dependent, dependency);
                prop_assert!(matches!(outcome(dependency), Outcome::Done(_)));
            }
        }
        for name in &names {
            let needs = order.with_dependencies(&set(name));
            let cause = needs.topological().iter().find(|other| *other != name && broken.contains(&other.as_str()));
            match outcome(name) {
                Outcome::Skipped { because } => {
                    prop_assert!(cause.is_some() && at(name).is_none());
                    prop_assert!(matches!(outcome(because), Outcome::Failed(_)), "{}", because);
                    prop_assert!(needs.topological().contains(because));
                }
                Outcome::Failed(_) => prop_assert!(broken.contains(&name.as_str())),
                Outcome::Done(_) => prop_assert!(cause.is_none() && !broken.contains(&name.as_str())),
            }
        }
    }

    #[test]
    fn any_text_has_references_or_none(text in "(<<resolve:(stack|export):|[<>.a$ä{}\n]|>>|\\\\u003c){0,12}") {
        for reference in references(&text) {
            let written = match reference {
                StackReference::Output { stack, output } => format!("stack:{stack}.{output}"),
                StackReference::Export { name } => format!("export:{name}"),
            };
            let there = text.replace("\\u003c", "<").contains(&format!("<<resolve:{written}>>"));
            prop_assert!(there, "{}", written);
        }
    }
}

#[test]
fn finds_references() {
    let output = |stack: &str, output: &str| StackReference::Output { stack: stack.into(), output: output.into() };
    let export = |name: &str| StackReference::Export { name: name.into() };
    let cases = [
        ("", vec![]),
        ("a: <<resolve:stack:net.VpcId>>", vec![output("net", "VpcId")]),
        ("a: x<<resolve:stack:a.b.Out>>-<<resolve:export:A:B>>y", vec![output("a.b", "Out"), export("A:B")]),
        ("<<resolve:stack:${Env}-net.Vpc>>", vec![output("${Env}-net", "Vpc")]),
        ("<<resolve:stack:a.B>> <<resolve:stack:a.B>> <<resolve:stack:a.C>>", vec![output("a", "B"), output("a", "C")]),
        ("<<!resolve:stack:a.B>> <<!!resolve:export:x>>", vec![]),
        ("<<<resolve:stack:a.B>>>", vec![output("a", "B")]),
        ("<<resolve:stack:a <<resolve:stack:b.C>>", vec![output("b", "C")]),
        ("<<resolve:ssm:/stack:a.B>> <<resolve:stacks:a.B>> << resolve:stack:a.B>>", vec![]),
        (
            "<<resolve:stack:a>> <<resolve:stack:.B>> <<resolve:stack:a.>> <<resolve:export:>> <<resolve:stack:a.B",
            vec![],
        ),
        (r#"{"a": "\u003c\u003cresolve:stack:a.B\u003E\u003e"}"#, vec![output("a", "B")]),
    ];
    for (text, found) in cases {
        assert_eq!(references(text), found, "{text}");
    }
}
