//! The checks on what comes out.

use std::cell::OnceCell;
use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use crate::dynamic::{self, Dynamic, Form, Service, Wrong};
use crate::fill::{Filled, Origin, Texts};
use crate::finding::{Problem, Problems, excerpt};
use crate::place::{Area, Node, Segment, Spot, secure_places, takes_secure};
use crate::reference::OPEN;
use crate::scan::{Decoded, Role, Scalar};

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
            let literal = filled.had_mark(at + 2);
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
        if let Some(filled) = filled {
            check.unresolved(scalar, filled);
        }
        if scalar.role != Role::Value || !(text.contains("{{") || (filled.is_some() && text.contains("${"))) {
            continue;
        }
        let spot = texts.scan.tree.spot(scalar.node, &|key| texts.of(key));
        check.scalar(&Subject { scalar, text, filled, spot, decoded: OnceCell::new() });
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

/// A scalar that is checked.
struct Subject<'a> {
    scalar: &'a Scalar<'a>,
    /// What it says now.
    text: &'a str,
    filled: Option<&'a Filled>,
    spot: Spot,
    /// The map to the template of a scalar that was not filled.
    decoded: OnceCell<Option<Decoded>>,
}

struct Check<'a, 's, 't> {
    texts: &'a Texts<'s, 't>,
    template: &'a str,
    problems: &'a mut Problems,
    /// The types of the resources as the scalars that name them, collected when the first is asked for.
    kinds: Option<HashMap<Node, usize>>,
    count: usize,
    /// Where the first one too many is.
    too_many: Option<Range<usize>>,
}

impl Check<'_, '_, '_> {
    /// Secrets at a place where CloudFormation would leave the dynamic reference as it is.
    fn unresolved(&mut self, scalar: &Scalar<'_>, filled: &Filled) {
        let area = |scalar: &Scalar<'_>| self.texts.scan.tree.spot(scalar.node, &|key| self.texts.of(key)).area;
        if filled.dynamic_references().next().is_none()
            || (scalar.role == Role::Value && area(scalar) != Area::Elsewhere)
        {
            return;
        }
        for put in filled.dynamic_references() {
            let written = excerpt(scalar.value.get(put.instead_of.clone()).unwrap_or_default());
            let at = filled.decoded.source(&put.instead_of);
            let message = format!("`{written}` is a secret, which CloudFormation does not resolve at this place");
            self.problems.push(Problem::error(at, message).hint(
                "CloudFormation resolves dynamic references in the properties of resources, in the values of outputs and in \
                 the defaults of parameters.",
            ));
        }
    }

    fn scalar(&mut self, subject: &Subject<'_>) {
        let Subject { text, filled, spot, .. } = subject;
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
                        let (at, _) = self.origin(subject, &found.at);
                        self.count(&at);
                    }
                }
                continue;
            }
            if spot.area != Area::Elsewhere {
                self.dynamic(subject, &found);
            }
        }
    }

    /// Where a range of what a scalar says is in the template, and what the scalar said there.
    fn origin<'b>(&self, subject: &'b Subject<'_>, range: &Range<usize>) -> (Range<usize>, &'b str) {
        let Subject { scalar, filled, .. } = subject;
        let original = filled.map_or_else(|| range.clone(), |filled| filled.original(range));
        let decode = || scalar.decode(self.template, &self.texts.scan.comments);
        let decoded = match filled {
            Some(filled) => Some(&filled.decoded),
            None => subject.decoded.get_or_init(decode).as_ref(),
        };
        let at = decoded.map_or_else(|| scalar.span.clone(), |decoded| decoded.source(&original));
        (at, scalar.value.get(original).unwrap_or_default())
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

    fn count(&mut self, at: &Range<usize>) {
        self.count += 1;
        if self.count == dynamic::MOST + 1 {
            self.too_many = Some(at.clone());
        }
    }

    fn dynamic(&mut self, subject: &Subject<'_>, found: &Dynamic) {
        let Subject { text, filled, spot, .. } = subject;
        let (at, written) = self.origin(subject, &found.at);
        let written = excerpt(written);
        let body = text.get(found.body.clone()).unwrap_or_default();
        let missing = filled.and_then(|f| f.within(&found.body).find(|put| put.origin == Origin::Missing));
        match found.form {
            Form::Blank => {
                let message = format!("`{written}` has a blank in it, so that CloudFormation leaves it as it is");
                let hint = "Write `{{resolve:` without blanks if a value is meant.";
                return self.problems.push(Problem::warning(at, message).hint(hint));
            }
            Form::Open if !spot.in_join => {
                let hint = "A dynamic reference ends with `}}` in the same string.";
                if missing.is_none() {
                    self.problems.push(Problem::error(at, format!("`{written}` is not closed")).hint(hint));
                }
                return;
            }
            // A part of Fn::Join may go on in the next part.
            Form::Open | Form::Closed => {}
        }
        self.count(&at);
        // How much of the body is known before CloudFormation or the next run puts values in.
        let missing = missing.map(|put| put.at.start.saturating_sub(found.body.start));
        let unknown = [body.find("${"), missing].into_iter().flatten().min();
        let known = body.get(..unknown.unwrap_or(body.len())).unwrap_or_default();
        let whole = unknown.is_none() && found.form == Form::Closed;
        let mut wrong = |message: &str, hint: String| {
            self.problems.push(Problem::error(at.clone(), format!("`{written}` {message}")).hint(hint));
        };
        let service = match dynamic::service(known, whole) {
            Ok(Some(service)) => service,
            Ok(None) => return,
            Err(Wrong { message, hint }) => return wrong(message, hint.into()),
        };
        if whole && let Err(Wrong { message, hint }) = dynamic::check(service, body, spot.area == Area::Parameters) {
            wrong(message, hint.into());
        }
        if let Some((message, hint)) = self.misplaced(service, subject) {
            self.problems.push(Problem::error(at, format!("`{written}` {message}")).hint(hint));
        }
    }

    /// Why a dynamic reference may not stand where it does.
    fn misplaced(&mut self, service: Service, subject: &Subject<'_>) -> Option<(String, String)> {
        let (resource, path) = match (service, &subject.spot.area) {
            (Service::Ssm, _) | (_, Area::Elsewhere) => return None,
            (Service::SecretsManager, Area::Metadata { .. }) => {
                return Some((
                    "is a secret, which CloudFormation does not allow in the metadata of a resource".into(),
                    "All who may describe the resource can read its metadata, AWS::CloudFormation::Init too: let the instance \
                     read the secret itself."
                        .into(),
                ));
            }
            (Service::SecretsManager, _) => return None,
            (_, Area::Outputs) => return Some(insecure("an output", None)),
            (_, Area::Parameters) => return Some(insecure("a parameter", None)),
            (_, Area::Metadata { resource }) => (*resource, None),
            (_, Area::Properties { resource, path }) => (*resource, Some(path)),
        };
        let texts = self.texts;
        let kind = self.kind(resource);
        if let (Some(kind), Some(path)) = (kind, path)
            && takes_secure(texts.of(kind), path)
        {
            return None;
        }
        let section = if path.is_none() { "Metadata." } else { "" };
        let path = texts.scan.tree.path(subject.scalar.node, &|key| texts.original(key));
        let kind = kind.map(|kind| excerpt(texts.original(kind)));
        let of = kind.as_deref().unwrap_or("a resource without a type");
        Some(insecure(&format!("`{section}{}` of {of}", excerpt(&path)), kind.as_deref()))
    }

    /// The scalar that names the type of a resource. It may stand behind the properties.
    fn kind(&mut self, resource: Node) -> Option<usize> {
        let texts = self.texts;
        let kinds = self.kinds.get_or_insert_with(|| {
            let kind = |(number, scalar): (usize, &Scalar<'_>)| match texts.scan.tree.parent(scalar.node)? {
                (parent, Segment::Key(key)) if texts.of(key) == "Type" => Some((parent, number)),
                _ => None,
            };
            texts.scan.scalars.iter().enumerate().filter_map(kind).collect()
        });
        kinds.get(&resource).copied()
    }
}

/// What is told about a secure parameter at a place that does not take it.
fn insecure(place: &str, kind: Option<&str>) -> (String, String) {
    let places = secure_places(kind);
    (
        format!("is a secure parameter, which CloudFormation does not take at {place}"),
        format!("CloudFormation takes secure parameters only at {places}."),
    )
}
