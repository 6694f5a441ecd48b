use proptest::prelude::*;

use super::*;
use crate::stack::graph::markup::check;

fn edge(from: &str, to: &str, label: Option<&str>) -> Edge {
    Edge { from: from.to_owned(), to: to.to_owned(), label: label.map(str::to_owned) }
}

fn plain(edges: &[(&str, &str)]) -> Graph {
    let names = edges.iter().flat_map(|(from, to)| [*from, *to]);
    Graph::of(names.map(Node::new), edges.iter().map(|(from, to)| edge(from, to, None)))
}

fn sample() -> Graph {
    let node = |id: &str, kind: &str, mark| Node::new(id).detail(kind).mark(mark);
    Graph::of(
        [
            node("WebServer", "AWS::EC2::Instance", Mark::Replace),
            node("Role", "AWS::IAM::Role", Mark::Modify),
            node("Group", "AWS::EC2::SecurityGroup", Mark::Plain),
            node("Address", "AWS::EC2::EIPAssociation", Mark::MayReplace),
            node("Logs", "AWS::S3::Bucket", Mark::Add),
            node("Old", "AWS::SQS::Queue", Mark::Remove),
            node("Kept", "AWS::S3::Bucket", Mark::Import),
            node("Inner", "AWS::CloudFormation::Stack", Mark::Unknown),
        ],
        [
            edge("WebServer", "Role", None),
            edge("WebServer", "Group", Some("GroupId")),
            edge("Address", "WebServer", None),
            edge("Address", "Group", Some("GroupId")),
            edge("Role", "Logs", Some("Arn")),
        ],
    )
}

/// Two stacks that need each other, a stack that needs itself, and texts that formats could take for their own.
fn awkward() -> Graph {
    Graph::of(
        [
            Node::new("end").label("a \"b\" \\ <c> & 'd' #e `f`").detail("]]> %% -->"),
            Node::new("graph").label("line\nfeed \u{1b}[31m\u{7}").mark(Mark::Modify),
            Node::new("").label("größe 漢字 🦀"),
        ],
        [
            edge("end", "graph", Some("a|b\"];")),
            edge("graph", "end", None),
            edge("end", "", Some("x")),
            edge("", "", None),
            edge("end", "", Some("y")),
        ],
    )
}

#[test]
fn formats() {
    insta::assert_snapshot!("text", text(&sample()));
    insta::assert_snapshot!("dot", dot(&sample()));
    insta::assert_snapshot!("mermaid", mermaid(&sample()));
    insta::assert_snapshot!("svg", svg(&sample(), "sample").replace(STYLE, "STYLE\n"));
    insta::assert_snapshot!("json", format!("{:#}", sample().json()));
}

#[test]
fn formats_of_awkward_graphs() {
    insta::assert_snapshot!("awkward_text", text(&awkward()));
    insta::assert_snapshot!("awkward_dot", dot(&awkward()));
    insta::assert_snapshot!("awkward_mermaid", mermaid(&awkward()));
    insta::assert_snapshot!("awkward_svg", svg(&awkward(), "a & b").replace(STYLE, "STYLE\n"));
}

#[test]
fn nothing_is_a_graph() {
    let graph = Graph::new();
    assert_eq!(text(&graph), "");
    assert_eq!(graph.cycle(), None);
    assert!(graph.layers().is_empty());
    assert_eq!(mermaid(&graph), "flowchart LR\n");
    assert_eq!(check(&svg(&graph, "nothing")).elements.len(), 4);
}

#[test]
fn doubles_are_one_and_unknown_ends_none() {
    let mut graph = Graph::new();
    assert!(graph.add(Node::new("a").label("first")));
    assert!(!graph.add(Node::new("a").label("second")));
    assert!(graph.add(Node::new("b")));
    assert!(!graph.connect("a", "c", None));
    assert!(!graph.connect("c", "a", None));
    assert!(graph.connect("a", "b", None));
    assert!(graph.connect("a", "b", Some("X")));
    assert!(graph.connect("a", "b", Some("Y")));
    assert!(graph.connect("a", "b", Some("X")));
    assert_eq!(graph.nodes().len(), 2);
    assert_eq!(graph.edges(), [edge("a", "b", Some("X, Y"))]);
    assert_eq!(graph.node("a").map(|node| node.label.as_str()), Some("first"));
    assert_eq!(graph.dependencies("a").map(|node| node.id.as_str()).collect::<Vec<_>>(), ["b"]);
    assert_eq!(graph.dependencies("c").count(), 0);
}

#[test]
fn cycles_are_named_in_order() {
    let cycle = |edges: &[(&str, &str)]| plain(edges).cycle().map(|names| names.join(" "));
    assert_eq!(cycle(&[("a", "b"), ("b", "c"), ("a", "c")]), None);
    assert_eq!(cycle(&[("a", "a")]).as_deref(), Some("a"));
    assert_eq!(cycle(&[("a", "b"), ("b", "c"), ("c", "a")]).as_deref(), Some("a b c"));
    assert_eq!(cycle(&[("x", "c"), ("c", "a"), ("a", "b"), ("b", "c")]).as_deref(), Some("c a b"));
    // The shortest of two, although the longer one is found first.
    assert_eq!(cycle(&[("a", "b"), ("b", "c"), ("c", "d"), ("d", "a"), ("c", "b")]).as_deref(), Some("b c"));
}

#[test]
fn layers_start_with_what_depends_on_nothing() {
    let layers = |edges: &[(&str, &str)]| {
        let graph = plain(edges);
        let names = |layer: Vec<&Node>| layer.iter().map(|node| node.id.as_str()).collect::<Vec<_>>().join(" ");
        graph.layers().into_iter().map(names).collect::<Vec<_>>().join(" | ")
    };
    assert_eq!(layers(&[("web", "db"), ("db", "net"), ("web", "net"), ("dns", "web")]), "net | db | web | dns");
    assert_eq!(layers(&[("d", "b"), ("d", "c"), ("b", "a"), ("c", "a")]), "a | b c | d");
    assert_eq!(layers(&[("a", "b"), ("b", "a")]), "b | a");
}

#[test]
fn a_long_chain_is_no_deep_recursion() {
    let mut graph = Graph::new();
    for number in 0..2_000 {
        graph.add(Node::new(format!("n{number}")));
        graph.connect(&format!("n{number}"), &format!("n{}", number - 1), None);
    }
    assert_eq!(graph.layers().len(), 2_000);
    assert_eq!(text(&graph).lines().count(), 2_000);
    graph.connect("n0", "n1999", None);
    assert_eq!(graph.cycle().map(|cycle| cycle.len()), Some(2_000));
    check(&svg(&graph, "chain"));
}

#[test]
fn everything_depends_on_everything_before() {
    let mut graph = Graph::new();
    for from in 0..100 {
        graph.add(Node::new(from.to_string()));
        for to in 0..from {
            graph.connect(&from.to_string(), &to.to_string(), None);
        }
    }
    assert_eq!(count(&svg(&graph, "dense"), "fw-edge"), 4_950);
}

#[test]
fn what_is_too_long_is_cut() {
    let long = "LoadBalancerListenerRule".repeat(20);
    let graph = Graph::of([Node::new(&long).detail(&long).mark(Mark::MayReplace)], []);
    let drawing = svg(&graph, "long");
    assert!(drawing.contains("<title>LoadBalancer"), "{drawing}");
    assert!(drawing.contains("…</text>"), "{drawing}");
    let layout = layout::layout(&graph);
    assert_eq!(layout.boxes[0].width, 300.0);
}

/// How many elements have this class.
fn count(markup: &str, class: &str) -> usize {
    let has = |element: &&super::markup::Element| {
        element.attribute("class").is_some_and(|classes| classes.split(' ').any(|known| known == class))
    };
    check(markup).elements.iter().filter(has).count()
}

/// The numbers of nodes and edges, after a look at each statement.
fn dot_statements(text: &str) -> (usize, usize) {
    let body = text.strip_prefix("digraph formwork {\n").expect("a head").strip_suffix("}\n").expect("an end");
    let (mut names, mut edges) = (std::collections::HashSet::new(), 0);
    for line in body.lines().skip(3) {
        let mut rest = line.strip_prefix("  ").expect("indented");
        let name = quoted(&mut rest);
        if let Some(after) = rest.strip_prefix(" -> ") {
            rest = after;
            assert!(names.contains(&name) && names.contains(&quoted(&mut rest)), "{line}");
            edges += 1;
        } else {
            assert!(names.insert(name), "{line}");
        }
        if let Some(after) = rest.strip_prefix(" [") {
            rest = after;
            loop {
                let (key, after) = rest.split_once('=').expect("a value");
                assert!(key.chars().all(|c| c.is_ascii_lowercase()), "{line}");
                rest = after;
                if rest.starts_with('"') {
                    quoted(&mut rest);
                } else {
                    rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
                }
                match rest.strip_prefix(", ") {
                    Some(after) => rest = after,
                    None => break,
                }
            }
            rest = rest.strip_prefix(']').expect("attributes end");
        }
        assert_eq!(rest, ";", "{line}");
    }
    (names.len(), edges)
}

fn quoted(rest: &mut &str) -> String {
    let text = rest.strip_prefix('"').expect("a quoted string");
    let mut escaped = false;
    let end = text.find(|c: char| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    });
    let (string, after) = text.split_at(end.expect("the end of a string"));
    *rest = &after[1..];
    string.to_owned()
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[A-Za-z]{1,12}",
        any::<String>(),
        Just("\"];\\\u{0}\n<script>]]>&amp;".to_owned()),
        Just("\u{ffff}\u{fdd0}\u{85}\u{202e}".to_owned()),
        Just("\\".to_owned()),
    ]
}

prop_compose! {
    fn any_graph()(
        texts in prop::collection::vec((any_text(), any_text(), any_text(), 0..8_usize), 0..14),
        ends in prop::collection::vec((0..14_usize, 0..14_usize, prop::option::of(any_text())), 0..30),
    ) -> Graph {
        let marks = [Mark::Plain, Mark::Add, Mark::Modify, Mark::Replace, Mark::MayReplace, Mark::Remove, Mark::Import, Mark::Unknown];
        let mut graph = Graph::new();
        for (id, label, detail, mark) in &texts {
            graph.add(Node::new(id).label(label).detail(detail).mark(marks[*mark]));
        }
        for (from, to, label) in ends {
            if let (Some(from), Some(to)) = (texts.get(from), texts.get(to)) {
                graph.connect(&from.0, &to.0, label.as_deref());
            }
        }
        graph
    }
}

proptest! {
    #[test]
    fn any_graph_is_well_formed_in_any_format(graph in any_graph()) {
        let drawing = svg(&graph, "any");
        prop_assert_eq!(count(&drawing, "fw-node"), graph.nodes().len());
        prop_assert_eq!(count(&drawing, "fw-edge"), graph.edges().len());
        prop_assert_eq!(dot_statements(&dot(&graph)), (graph.nodes().len(), graph.edges().len()));
        let flowchart = mermaid(&graph);
        let lines: Vec<_> = flowchart.lines().filter(|line| !line.contains(" classDef ")).collect();
        prop_assert_eq!(lines.len(), 1 + graph.nodes().len() + graph.edges().len());
        prop_assert!(!text(&graph).contains(|c: char| c.is_control() && c != '\n'));
        prop_assert!(text(&graph).lines().count() >= graph.nodes().len());
        prop_assert_eq!(svg(&graph, "any"), drawing);
    }

    #[test]
    fn layers_respect_the_edges(graph in any_graph()) {
        let layers = graph.layers();
        prop_assert_eq!(layers.iter().map(Vec::len).sum::<usize>(), graph.nodes().len());
        prop_assert!(layers.iter().all(|layer| !layer.is_empty()));
        let layer = |id: &str| layers.iter().position(|layer| layer.iter().any(|node| node.id == id));
        match graph.cycle() {
            None => for edge in graph.edges() {
                prop_assert!(layer(&edge.from) > layer(&edge.to));
            },
            Some(cycle) => {
                let next = cycle.iter().cycle().skip(1);
                for (from, to) in cycle.iter().zip(next) {
                    prop_assert!(graph.edges().iter().any(|edge| edge.from == *from && edge.to == *to));
                }
            }
        }
    }

    #[test]
    fn boxes_stand_apart_and_within(graph in any_graph()) {
        let layout = layout::layout(&graph);
        prop_assert_eq!(layout.boxes.len(), graph.nodes().len());
        for (number, a) in layout.boxes.iter().enumerate() {
            prop_assert!(a.x >= 0.0 && a.y >= 0.0, "{:?}", a);
            prop_assert!(a.x + a.width <= layout.width + 0.5 && a.y + a.height <= layout.height + 0.5, "{:?}", a);
            for b in layout.boxes.iter().skip(number + 1) {
                let apart = a.x + a.width < b.x || b.x + b.width < a.x || a.y + a.height < b.y || b.y + b.height < a.y;
                prop_assert!(apart, "{:?} {:?}", a, b);
            }
        }
        for line in &layout.lines {
            for (start, end) in &line.gaps {
                prop_assert!(start.0 < end.0, "{:?}", line);
            }
        }
    }
}
