//! The built-in renderer: puts values into CloudFormation templates.
//!
//! A *reference* is `<<resolve:SCHEME:BODY>>` within a scalar of a YAML or JSON template: in a value or a key, in any
//! style, alone or with text and other references around it. It ends at the first `>>`. Within it, `${Name}` stands for
//! the value of a parameter. In comments there are no references.
//!
//! Values are put in **by span, as strings**: the output, parsed, is the template, parsed, with the references in its
//! scalars replaced; every byte outside of these scalars is that of the template. A scalar keeps its style if it can
//! hold the value in it. A plain scalar that would be read as something else than a string, `0123` or `yes`, gets single
//! quotes; what neither plain scalars nor single quotes can hold gets double quotes; and so does a block scalar that
//! would not say exactly the same.
//!
//! To get the text of a reference instead of a value, write an exclamation mark: `<<!resolve:ssm:x>>` comes out as
//! `<<resolve:ssm:x>>`, and `<<!!resolve:` as `<<!resolve:`. One mark is removed.
//!
//! CloudFormation's own dynamic references, `{{resolve:…}}`, are left alone, but checked against what CloudFormation
//! takes where they stand.
//!
//! Collections may be nested 128 levels deep. A template is read in time linear in its size.

mod block;
mod check;
#[cfg(target_family = "wasm")]
mod component;
mod dynamic;
mod fill;
mod finding;
mod guard;
mod parameter;
mod place;
mod plain;
mod quote;
mod reference;
mod scan;
mod text;

use std::collections::HashMap;

use formwork_plugin::renderer::{Finding, RenderRequest, Rendered};
use formwork_plugin::{Failure, Resolution};

use crate::fill::{Target, Texts};
use crate::finding::{Problem, Problems};
use crate::reference::{OPEN, What};
use crate::scan::Scan;
use crate::text::Text;

/// Asks for the values of references: one result for each, in order.
pub type Resolve<'a> = dyn FnMut(&[String]) -> Vec<Result<Resolution, Failure>> + 'a;

/// Render a template.
///
/// `resolve` is called once with the different references, `SCHEME:BODY`, in the order in which they appear, and not at
/// all if there are none. Malformed references are not among them; all that is wrong is reported together.
///
/// # Errors
///
/// All findings, at least one of them an error.
pub fn render(request: &RenderRequest, resolve: &mut Resolve<'_>) -> Result<Rendered, Vec<Finding>> {
    let index = Text::new(&request.template);
    let mut problems = Problems::default();
    let template = attempt(request, resolve, &index, &mut problems);
    let fatal = problems.fatal();
    let findings = problems.into_findings(&index);
    match template {
        Some(template) if !fatal => Ok(Rendered { template, findings }),
        _ => Err(findings),
    }
}

/// Render a template as far as it goes.
fn attempt(
    request: &RenderRequest,
    resolve: &mut Resolve<'_>,
    index: &Text<'_>,
    problems: &mut Problems,
) -> Option<String> {
    let template = request.template.as_str();
    if u32::try_from(template.len()).is_err() {
        problems.push(Problem::error(0..0, "the template is larger than 4 GiB"));
        return None;
    }
    let scan = scan::scan(template, index).map_err(|problem| problems.push(problem)).ok()?;
    let targets = find(request, &scan, problems);
    misplaced(template, &scan, problems);
    let values = values(&targets, resolve, problems);
    let value = |name: &str| values.get(name);
    let filled = targets.into_iter().map(|target| (target.scalar, target.fill(&value, problems))).collect();
    let texts = Texts { scan: &scan, filled };
    check::duplicate_keys(&texts, problems);
    check::survivors(&texts, problems);
    check::dynamic_references(&texts, template, problems);
    if problems.fatal() {
        return None;
    }
    let output = write(template, &texts, problems)?;
    if !texts.filled.is_empty() {
        guard::check(&output, &texts).map_err(|problem| problems.push(problem)).ok()?;
    }
    Some(output)
}

/// Find what is to be replaced.
fn find(request: &RenderRequest, scan: &Scan<'_>, problems: &mut Problems) -> Vec<Target> {
    let mut targets = Vec::new();
    for (number, scalar) in scan.scalars.iter().enumerate() {
        if !scalar.value.contains("<<") {
            continue;
        }
        let mut wrong = Vec::new();
        let found = reference::find(&scalar.value, &request.parameters, &mut wrong);
        if found.is_empty() && wrong.is_empty() {
            continue;
        }
        let Some(decoded) = scalar.decode(&request.template, &scan.comments) else {
            problems.push(Problem::internal(scalar.span.clone(), "the scalar cannot be found again"));
            continue;
        };
        for problem in wrong {
            let at = decoded.source(&problem.at);
            problems.push(problem.moved(at));
        }
        if !found.is_empty() {
            targets.push(Target { scalar: number, decoded, found });
        }
    }
    targets
}

/// References where no value can be put in: in the name of an anchor, in a tag, in a directive.
fn misplaced(template: &str, scan: &Scan<'_>, problems: &mut Problems) {
    for (at, _) in template.match_indices(OPEN) {
        let scalar = scan.scalars.partition_point(|scalar| scalar.span.start <= at);
        let scalar = scalar.checked_sub(1).and_then(|last| scan.scalars.get(last));
        let comment = scan.comments.partition_point(|comment| comment.start <= at);
        let comment = comment.checked_sub(1).and_then(|last| scan.comments.get(last));
        if scalar.is_none_or(|scalar| scalar.span.end <= at) && comment.is_none_or(|comment| comment.end <= at) {
            problems.push(
                Problem::error(at..at + OPEN.len(), "a reference cannot stand here")
                    .hint("References stand in scalars; not in anchors, tags and directives."),
            );
        }
    }
}

/// Ask for the values.
fn values(
    targets: &[Target],
    resolve: &mut Resolve<'_>,
    problems: &mut Problems,
) -> HashMap<String, Result<Resolution, Failure>> {
    let mut names: Vec<String> = Vec::new();
    let mut known = HashMap::new();
    for found in targets.iter().flat_map(|target| &target.found) {
        if let What::Reference(name) = &found.what
            && known.insert(name.as_str(), ()).is_none()
        {
            names.push(name.clone());
        }
    }
    if names.is_empty() {
        return HashMap::new();
    }
    let values = resolve(&names);
    if values.len() != names.len() {
        problems.push(Problem::internal(0..0, "the number of values is not that of the references"));
    }
    names.into_iter().zip(values).collect()
}

/// Write the template with the values in it.
fn write(template: &str, texts: &Texts<'_, '_>, problems: &mut Problems) -> Option<String> {
    let mut output = String::with_capacity(template.len() + template.len() / 8);
    let mut done = 0;
    for (number, filled) in &texts.filled {
        let scalar = texts.scan.scalars.get(*number)?;
        let Some((span, text)) = filled.write(scalar, texts.scan, template) else {
            problems.push(Problem::internal(scalar.span.clone(), "the scalar cannot be found again"));
            continue;
        };
        if !quote::fits_as_key(scalar, &span, &text, template) {
            problems.push(
                Problem::error(scalar.span.clone(), "the key is longer than 1024 characters with the value in it")
                    .hint("YAML allows no longer keys, unless they are written behind `? `."),
            );
        }
        output.push_str(template.get(done..span.start)?);
        output.push_str(&text);
        done = span.end;
    }
    output.push_str(template.get(done..)?);
    (!problems.fatal()).then_some(output)
}
