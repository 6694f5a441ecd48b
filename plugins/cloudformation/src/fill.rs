//! The scalars with the values in them.

use std::collections::BTreeMap;
use std::ops::Range;

use formwork_plugin::{Failure, Resolution, Value};

use crate::block;
use crate::finding::{Problem, Problems};
use crate::quote::{self, Piece};
use crate::reference::{Found, What};
use crate::scan::block::Block;
use crate::scan::{Decoded, Scalar, Scan, Style, flow};

/// A scalar that holds something to replace.
pub(crate) struct Target {
    /// Its number.
    pub(crate) scalar: usize,
    pub(crate) decoded: Decoded,
    pub(crate) found: Vec<Found>,
}

/// A scalar with the values in it.
pub(crate) struct Filled {
    pub(crate) decoded: Decoded,
    /// What it says now.
    pub(crate) text: String,
    /// What has been put in, in order.
    pub(crate) puts: Vec<Put>,
}

/// A value in a scalar.
#[derive(Debug)]
pub(crate) struct Put {
    /// Where it is.
    pub(crate) at: Range<usize>,
    /// What it replaces in the value as it was.
    pub(crate) instead_of: Range<usize>,
    pub(crate) origin: Origin,
}

/// Where a value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// It is the empty text in place of the mark of a literal.
    Mark,
    Text,
    DynamicReference,
    /// There is no value, which has been reported; the reference is left.
    Missing,
}

/// The values of the references, by name.
pub(crate) type Values<'a> = dyn Fn(&str) -> Option<&'a Result<Resolution, Failure>> + 'a;

impl Target {
    /// Put the values in. Those that there are none of are reported at every place.
    pub(crate) fn fill(self, values: &Values<'_>, problems: &mut Problems) -> Filled {
        let mut text = String::with_capacity(self.decoded.text.len());
        let mut puts = Vec::with_capacity(self.found.len());
        let mut done = 0;
        for found in self.found {
            let (value, origin) = match &found.what {
                What::Mark => (Some(""), Origin::Mark),
                What::Malformed => (None, Origin::Missing),
                What::Reference(name) => match values(name) {
                    Some(Ok(Resolution { value: Value::Text(value) | Value::Revealed(value), .. })) => {
                        (Some(value.as_str()), Origin::Text)
                    }
                    Some(Ok(Resolution { value: Value::DynamicReference(value), .. })) => {
                        (Some(value.as_str()), Origin::DynamicReference)
                    }
                    Some(Err(failure)) => {
                        problems.push(failed(failure, self.decoded.source(&found.at)));
                        (None, Origin::Missing)
                    }
                    None => (None, Origin::Missing),
                },
            };
            text.push_str(self.decoded.text.get(done..found.at.start).unwrap_or_default());
            let start = text.len();
            text.push_str(value.unwrap_or_else(|| self.decoded.text.get(found.at.clone()).unwrap_or_default()));
            done = found.at.end;
            puts.push(Put { at: start..text.len(), instead_of: found.at, origin });
        }
        text.push_str(self.decoded.text.get(done..).unwrap_or_default());
        Filled { decoded: self.decoded, text, puts }
    }
}

fn failed(failure: &Failure, at: Range<usize>) -> Problem {
    Problem { failure: failure.clone(), ..Problem::error(at, "") }
}

impl Filled {
    /// Whether all values are there.
    pub(crate) fn is_complete(&self) -> bool {
        self.puts.iter().all(|put| put.origin != Origin::Missing)
    }

    /// Whether the mark of a literal was here.
    pub(crate) fn had_mark(&self, at: usize) -> bool {
        let first = self.puts.partition_point(|put| put.at.start < at);
        let here = self.puts.get(first..).unwrap_or_default().iter().take_while(|put| put.at.start == at);
        here.into_iter().any(|put| put.origin == Origin::Mark)
    }

    /// The dynamic references that have been put in.
    pub(crate) fn dynamic_references(&self) -> impl Iterator<Item = &Put> {
        self.puts.iter().filter(|put| put.origin == Origin::DynamicReference)
    }

    /// What has been put in where a range of the text is.
    pub(crate) fn within<'a>(&'a self, range: &'a Range<usize>) -> impl Iterator<Item = &'a Put> {
        let first = self.puts.partition_point(|put| put.at.end <= range.start);
        let behind = self.puts.get(first..).unwrap_or_default();
        behind.iter().take_while(|put| put.at.start < range.end).filter(|put| !put.at.is_empty())
    }

    /// The part of the value as it was that a range of the text comes from.
    pub(crate) fn original(&self, range: &Range<usize>) -> Range<usize> {
        let start = self.before(range.start, |put| put.instead_of.start);
        let end = match range.end.checked_sub(1) {
            Some(last) if last >= range.start => self.before(last, |put| put.instead_of.end - 1) + 1,
            _ => start,
        };
        start..end
    }

    /// Where a byte of the text comes from; `inside` tells for one within a value.
    fn before(&self, at: usize, inside: impl FnOnce(&Put) -> usize) -> usize {
        let behind = self.puts.partition_point(|put| put.at.start <= at);
        match behind.checked_sub(1).and_then(|last| self.puts.get(last)) {
            Some(put) if at < put.at.end => inside(put),
            Some(put) => put.instead_of.end + (at - put.at.end),
            None => at,
        }
    }

    /// What to replace in the template, and with what. None if the scalar cannot be found again.
    pub(crate) fn write(&self, scalar: &Scalar<'_>, scan: &Scan<'_>, template: &str) -> Option<(Range<usize>, String)> {
        match scalar.style {
            Style::Json => {
                let inner = scalar.span.start + 1..scalar.span.end - 1;
                Some((scalar.span.clone(), quote::write_json(&self.pieces(&inner, template)?)))
            }
            Style::Literal | Style::Folded => {
                let block = Block::find(scalar, template, &scan.comments)?;
                let pieces = self.pieces(&block.body, template)?;
                Some(block::write(template, &block, &pieces, &self.text))
            }
            style => {
                let inner = flow::inner(style, &scalar.span);
                let pieces = self.pieces(&inner, template)?;
                Some((scalar.span.clone(), quote::write(style, scalar.in_flow, &pieces, &self.text)))
            }
        }
    }

    /// The source of the scalar, and the values between.
    fn pieces<'a>(&'a self, inner: &Range<usize>, template: &'a str) -> Option<Vec<Piece<'a>>> {
        let mut pieces = Vec::with_capacity(2 * self.puts.len() + 1);
        let mut done = inner.start;
        for put in &self.puts {
            let source = self.decoded.source(&put.instead_of);
            pieces.push(Piece::Source(template.get(done..source.start)?));
            pieces.push(Piece::Value(self.text.get(put.at.clone())?));
            done = source.end;
        }
        pieces.push(Piece::Source(template.get(done..inner.end)?));
        Some(pieces)
    }
}

/// What every scalar says, by its number.
pub(crate) struct Texts<'s, 't> {
    pub(crate) scan: &'s Scan<'t>,
    /// The scalars that were filled, by number.
    pub(crate) filled: BTreeMap<usize, Filled>,
}

impl Texts<'_, '_> {
    /// What a scalar says.
    pub(crate) fn of(&self, scalar: usize) -> &str {
        match self.filled.get(&scalar) {
            Some(filled) => &filled.text,
            None => self.original(scalar),
        }
    }

    /// What a scalar said in the template. Messages are made of this: they must not hold values.
    pub(crate) fn original(&self, scalar: usize) -> &str {
        self.scan.scalars.get(scalar).map_or("", |scalar| &scalar.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fills_and_maps_back() {
        let mut decoded = Decoded::default();
        decoded.verbatim("a<<r>>b<<!c<<x>>", 100);
        let found = |at, what| Found { at, what };
        let found = vec![
            found(1..6, What::Reference("r".into())),
            found(9..10, What::Mark),
            found(11..16, What::Reference("x".into())),
        ];
        let value = Ok(Resolution::text("12345678"));
        let failure = Err(Failure::new(formwork_plugin::FailureKind::NotFound, "there is no x"));
        let values = |name: &str| Some(if name == "r" { &value } else { &failure });
        let mut problems = Problems::default();
        let filled = Target { scalar: 0, decoded, found }.fill(&values, &mut problems);
        assert_eq!(filled.text, "a12345678b<<c<<x>>");
        assert!(problems.fatal() && !filled.is_complete());
        assert_eq!(filled.original(&(0..2)), 0..6);
        assert_eq!(filled.original(&(2..4)), 1..6);
        assert_eq!(filled.original(&(9..13)), 6..11);
        assert_eq!(filled.original(&(13..18)), 11..16);
        assert_eq!(filled.within(&(0..18)).count(), 2);
        assert_eq!(filled.within(&(9..13)).count(), 0);
    }
}
