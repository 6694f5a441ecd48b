//! A small checker of markup, for tests: is it well-formed XML, or HTML that is written as strictly?

/// A tag that opens an element.
#[derive(Debug)]
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) attributes: Vec<(String, String)>,
}

impl Element {
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// What [`check`] finds.
#[derive(Debug, Default)]
pub(crate) struct Markup {
    pub(crate) elements: Vec<Element>,
    /// All text outside of tags, entities replaced.
    pub(crate) text: String,
}

/// Elements of HTML without an end tag, as far as pages have them.
const VOID: [&str; 3] = ["meta", "br", "wbr"];

/// Panics with the place where the text is not well-formed.
pub(crate) fn check(text: &str) -> Markup {
    for c in text.chars() {
        let bad = c.is_control() && !matches!(c, '\n' | '\t');
        let none = matches!(c, '\u{fdd0}'..='\u{fdef}') || (c as u32) & 0xfffe == 0xfffe;
        assert!(!bad && !none, "the character {:x} is not allowed", c as u32);
    }
    let html = text.starts_with("<!doctype html>");
    let mut markup = Markup::default();
    let mut open: Vec<String> = Vec::new();
    let mut rest = text.strip_prefix("<!doctype html>").unwrap_or(text);
    while let Some((before, after)) = rest.split_once('<') {
        push(before, &mut markup.text);
        if let Some(after) = after.strip_prefix('/') {
            let (name, after) = after.split_once('>').expect("an end tag ends");
            assert_eq!(open.pop().as_deref(), Some(name), "before {after:.80}");
            rest = after;
            continue;
        }
        let (element, empty, after) = tag(after, html);
        if !(empty || html && VOID.contains(&element.name.as_str())) {
            open.push(element.name.clone());
        }
        markup.elements.push(element);
        rest = after;
    }
    push(rest, &mut markup.text);
    assert!(open.is_empty(), "{open:?} is open at the end");
    markup
}

fn tag(text: &str, html: bool) -> (Element, bool, &str) {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric()).expect("a tag ends");
    let (name, mut rest) = text.split_at(end);
    assert!(!name.is_empty(), "no name: {text:.80}");
    let mut element = Element { name: name.to_owned(), attributes: Vec::new() };
    loop {
        let trimmed = rest.trim_start();
        if let Some(after) = trimmed.strip_prefix("/>") {
            return (element, true, after);
        }
        if let Some(after) = trimmed.strip_prefix('>') {
            return (element, false, after);
        }
        assert!(trimmed.len() < rest.len(), "no space before an attribute: {rest:.80}");
        let end = trimmed.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').expect("an attribute ends");
        let (name, after) = trimmed.split_at(end);
        assert!(!name.is_empty(), "no attribute: {trimmed:.80}");
        assert!(element.attribute(name).is_none(), "{name} twice");
        let Some(after) = after.strip_prefix("=\"") else {
            assert!(html, "{name} has no value");
            element.attributes.push((name.to_owned(), String::new()));
            rest = after;
            continue;
        };
        let (value, after) = after.split_once('"').expect("a value ends");
        assert!(!value.contains('<'), "{value}");
        let mut text = String::new();
        push(value, &mut text);
        element.attributes.push((name.to_owned(), text));
        rest = after;
    }
}

fn push(text: &str, out: &mut String) {
    let mut parts = text.split('&');
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let (entity, after) = part.split_once(';').unwrap_or_else(|| panic!("a bare & before {part:.80}"));
        out.push(match entity {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "#39" => '\'',
            other => panic!("&{other}; is not known"),
        });
        out.push_str(after);
    }
}
