//! References to other stacks in the text of a template.

/// What the references of this module begin with.
const OPEN: &str = "<<resolve:";

/// A reference to another stack.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StackReference {
    /// `<<resolve:stack:STACK.OUTPUT>>`.
    Output {
        /// What stands before the last dot: the name of a stack of the project, or of a stack in CloudFormation.
        stack: String,
        /// What stands behind it.
        output: String,
    },
    /// `<<resolve:export:NAME>>`.
    Export {
        /// The name of the export.
        name: String,
    },
}

/// The references to outputs and exports in the text of a template that is not rendered, each once, in the order of
/// their first place. `${Name}` in them stays as it is.
///
/// It looks at the text only, comments too, so that it may find more than the renderer does. That makes a stack wait
/// for another one without need, but never the other way round. What is malformed is left to the renderer to report.
#[must_use]
pub fn references(template_text: &str) -> Vec<StackReference> {
    // JSON writers that think of HTML write `<` and `>` like this.
    let escaped = ["\\u003c", "\\u003C", "\\u003e", "\\u003E"].iter().any(|escape| template_text.contains(escape));
    if escaped {
        let text = template_text.replace("\\u003c", "<").replace("\\u003C", "<");
        return scan(&text.replace("\\u003e", ">").replace("\\u003E", ">"));
    }
    scan(template_text)
}

fn scan(text: &str) -> Vec<StackReference> {
    let mut found = Vec::new();
    let mut known = std::collections::BTreeSet::new();
    // What stands before the first one is no reference.
    for rest in text.split(OPEN).skip(1) {
        let Some((reference, _)) = rest.split_once(">>") else { continue };
        if let Some(reference) = read(reference).filter(|reference| known.insert(reference.clone())) {
            found.push(reference);
        }
    }
    found
}

fn read(reference: &str) -> Option<StackReference> {
    match reference.split_once(':')? {
        ("stack", body) => {
            let (stack, output) = body.rsplit_once('.')?;
            let whole = !stack.is_empty() && !output.is_empty();
            whole.then(|| StackReference::Output { stack: stack.to_owned(), output: output.to_owned() })
        }
        ("export", name) if !name.is_empty() => Some(StackReference::Export { name: name.to_owned() }),
        _ => None,
    }
}
