//! The checks on what comes out.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use crate::dynamic::{self, Dynamic, Form, Service, Wrong};
use crate::fill::{Filled, Origin, Texts};
use crate::finding::{Problem, Problems, excerpt};
use crate::place::{Area, Node, Segment, Spot, secure_places, takes_secure};
use crate::reference::OPEN;
use crate::scan::Role;

/// Keys that become equal. Those that were equal before are none of our business.
pub(crate) fn duplicate_keys(texts: &Texts<'_, '_>, problems: &mut Problems) {
    let mapping = |scalar: usize| match texts.scan.scalars.get(scalar)?.role {
        Role::Key(mapping) => Some(mapping),
        Role::Value => None,
    };
    let changed: BTreeSet<u32> = texts.filled.keys().filter_map(|&scalar| mapping(scalar)).collect();
    if changed.is_empty() {
        return;
    }
    let keys = (0..texts.scan.scalars.len()).filter_map(|scalar| Some((mapping(scalar)?, scalar)));
    let keys = keys.chain(texts.scan.alias_keys.iter().copied()).filter(|(mapping, _)| changed.contains(mapping));
    let mut first: HashMap<(u32, &str), usize> = HashMap::new();
    for (mapping, scalar) in keys {
        let Some(&before) = first.get(&(mapping, texts.of(scalar))) else {
            first.insert((mapping, texts.of(scalar)), scalar);
            continue;
        };
        let complete = |scalar| texts.filled.get(&scalar).map(Filled::is_complete);
        let guilty = match (complete(scalar), complete(before)) {
            (Some(false), _) | (_, Some(false)) | (None, None) => continue,
            (Some(true), _) => scalar,
            (None, Some(true)) => before,
        };
        let at = texts.scan.scalars.get(guilty).map_or(0..0, |scalar| scalar.span.clone());
        problems
            .push(Problem::error(at, "duplicate key after rendering").hint(
                "The same mapping has another key that comes out the same: use different values, or remove one.",
            ));
    }
}

/// What reads `<<resolve:` and is neither a value nor a literal: a value and the text around it may form one.
pub(crate) fn survivors(texts: &Texts<'_, '_>, problems: &mut Problems) {
    for filled in texts.filled.values().filter(|filled| filled.is_complete()) {
        for (at, _) in filled.text.match_indices(OPEN) {
            let range = at..at + OPEN.len();
            let mark = at + 2;
            let literal = filled.puts.iter().any(|put| put.origin == Origin::Mark && put.at.start == mark);
            let inside = filled.within(&range).any(|put| put.at.start <= range.start && range.end <= put.at.end);
            if !literal && !inside {
                let at = filled.decoded.source(&filled.original(&range));
                problems.push(
                    Problem::error(at, "a value and the text around it form a new `<<resolve:`")
                        .hint("References are not resolved twice: write the whole reference in the template."),
                );
            }
        }
    }
}

/// Check CloudFormation's dynamic references, and values that would be taken for something else.
pub(crate) fn dynamic_references(texts: &Texts<'_, '_>, template: &str, problems: &mut Problems) {
    let mut check = Check { texts, template, problems, kinds: None, count: 0, too_many: None };
    for (number, scalar) in texts.scan.scalars.iter().enumerate() {
        let text = texts.of(number);
        let filled = texts.filled.get(&number);
        if scalar.role != Role::Value || !(text.contains("{{") || (filled.is_some() && text.contains("${"))) {
            continue;
        }
        let spot = texts.scan.tree.spot(scalar.node, &|key| texts.of(key));
        check.scalar(number, text, filled, &spot);
    }
    let count = check.count;
    if let Some(at) = check.too_many {
        let message =
            format!("the template has {count} dynamic references, but CloudFormation takes {} at most", dynamic::MOST);
        problems.push(Problem::error(at, message).hint(
            "Put some of the values into the template with `<<resolve:ssm:…>>`, or split the template into several stacks.",
        ));
    }
}

struct Check<'a, 's, 't> {
    texts: &'a Texts<'s, 't>,
    template: &'a str,
    problems: &'a mut Problems,
    /// The types of the resources, collected when the first is asked for.
    kinds: Option<HashMap<Node, &'a str>>,
    count: usize,
    /// Where the first one too many is.
    too_many: Option<Range<usize>>,
}

impl<'a> Check<'a, '_, '_> {
    fn scalar(&mut self, number: usize, text: &'a str, filled: Option<&'a Filled>, spot: &Spot) {
        let mut warned = BTreeSet::new();
        if let Some(filled) = filled.filter(|_| spot.in_sub) {
            for (at, _) in text.match_indices("${") {
                self.warn(filled, &(at..at + 2), "`${`, which Fn::Sub would replace", &mut warned);
            }
            warned.clear();
        }
        for found in dynamic::find(text) {
            let opening = found.at.start..found.body.start;
            if let Some(filled) = filled
                && filled.within(&opening).any(|put| put.origin == Origin::Text)
            {
                if found.form != Form::Blank {
                    self.warn(filled, &opening, "`{{resolve:`, which CloudFormation would resolve", &mut warned);
                    if spot.area != Area::Elsewhere && found.form == Form::Closed {
                        self.count(number, &found);
                    }
                }
                continue;
            }
            if spot.area != Area::Elsewhere {
                self.dynamic(number, text, filled, spot, &found);
            }
        }
    }

    /// Warn once about a value that means something to CloudFormation.
    fn warn(&mut self, filled: &Filled, range: &Range<usize>, what: &str, warned: &mut BTreeSet<usize>) {
        for put in filled.within(range).filter(|put| put.origin == Origin::Text) {
            if warned.insert(put.at.start) {
                let at = filled.decoded.source(&put.instead_of);
                self.problems.push(
                    Problem::warning(at, format!("the value of the reference holds {what}"))
                        .hint("Look at the value where it is kept; if it is meant as it is, nothing is to be done."),
                );
            }
        }
    }

    fn count(&mut self, number: usize, found: &Dynamic) {
        self.count += 1;
        if self.count == dynamic::MOST + 1 {
            self.too_many = Some(self.texts.origin(number, &found.at, self.template).0);
        }
    }

    fn dynamic(&mut self, number: usize, text: &str, filled: Option<&Filled>, spot: &Spot, found: &Dynamic) {
        // Up to where the body is known. A part of Fn::Join may go on in the next part.
        let body = text.get(found.body.clone()).unwrap_or_default();
        let missing = filled.and_then(|f| f.within(&found.body).find(|put| put.origin == Origin::Missing));
        let missing = missing.map(|put| put.at.start.saturating_sub(found.body.start));
        let unknown = [body.find("${"), missing].into_iter().flatten().min();
        let open = found.form == Form::Open;
        let known = body.get(..unknown.unwrap_or(body.len())).unwrap_or_default();
        let whole = unknown.is_none() && !open;
        let (at, written) = self.texts.origin(number, &found.at, self.template);
        let written = excerpt(&written);
        let mut wrong =
            |message: String, hint: String| self.problems.push(Problem::error(at.clone(), message).hint(hint));
        match found.form {
            Form::Blank => {
                let message = format!("`{written}` has a blank in it, so that CloudFormation leaves it as it is");
                let problem =
                    Problem::warning(at, message).hint("Write `{{resolve:` without blanks if a value is meant.");
                return self.problems.push(problem);
            }
            Form::Open if !spot.in_join => {
                if missing.is_none() {
                    wrong(
                        format!("`{written}` is not closed"),
                        "A dynamic reference ends with `}}` in the same string.".into(),
                    );
                }
                return;
            }
            Form::Open | Form::Closed => {}
        }
        let checked = dynamic::service(known, whole);
        match checked {
            Err(Wrong { message, hint }) => wrong(format!("`{written}` {message}"), hint.into()),
            Ok(Some(service)) => {
                let versioned = spot.area == Area::Parameters;
                let form = if whole { dynamic::check(service, body, versioned) } else { Ok(()) };
                if let Err(Wrong { message, hint }) = form {
                    wrong(format!("`{written}` {message}"), hint.into());
                }
                if let Some((message, hint)) = self.misplaced(service, spot) {
                    let message = format!("`{written}` {message}");
                    self.problems.push(Problem::error(at, message).hint(hint));
                }
            }
            Ok(None) => {}
        }
        self.count(number, found);
    }

    /// Why a dynamic reference may not stand where it does.
    fn misplaced(&mut self, service: Service, spot: &Spot) -> Option<(String, String)> {
        if service == Service::Ssm {
            return None;
        }
        let (place, kind) = match &spot.area {
            Area::Properties { .. } | Area::Outputs | Area::Parameters if service == Service::SecretsManager => {
                return None;
            }
            Area::Metadata { .. } if service == Service::SecretsManager => {
                return Some((
                    "is a secret, which CloudFormation does not allow in the metadata of a resource".into(),
                    "Metadata such as AWS::CloudFormation::Init is readable for all who may describe the resource; let the \
                     instance read the secret itself."
                        .into(),
                ));
            }
            Area::Properties { resource, path } => {
                let kind = self.kind(*resource);
                if kind.is_some_and(|kind| takes_secure(kind, path)) {
                    return None;
                }
                (format!("`{path}` of {}", kind.unwrap_or("a resource without a type")), kind)
            }
            Area::Metadata { resource, path } => {
                let kind = self.kind(*resource);
                (format!("`Metadata.{path}` of {}", kind.unwrap_or("a resource without a type")), kind)
            }
            Area::Outputs => ("an output".to_owned(), None),
            Area::Parameters => ("a parameter".to_owned(), None),
            Area::Elsewhere => return None,
        };
        let places = secure_places(kind);
        Some((
            format!("is a secure parameter, which CloudFormation does not take at {place}"),
            format!("CloudFormation takes secure parameters only at {places}."),
        ))
    }

    /// The type of a resource.
    fn kind(&mut self, resource: Node) -> Option<&'a str> {
        let texts = self.texts;
        let kinds = self.kinds.get_or_insert_with(|| {
            let kind =
                |(number, scalar): (usize, &crate::scan::Scalar<'_>)| match texts.scan.tree.parent(scalar.node)? {
                    (parent, Segment::Key(key)) if texts.of(key) == "Type" => Some((parent, texts.of(number))),
                    _ => None,
                };
            texts.scan.scalars.iter().enumerate().filter_map(kind).collect()
        });
        kinds.get(&resource).copied()
    }
}
