//! Putting values into literal and folded block scalars.

use std::ops::Range;

use crate::plain::is_printable;
use crate::quote::{self, Piece};
use crate::scan::block::{Block, Header};

/// Write a block scalar so that it says `expected`: what to replace in the text, and with what. The pieces are those of
/// its body. If the values cannot stand in it, it becomes a double-quoted scalar.
pub(crate) fn write(text: &str, block: &Block, pieces: &[Piece<'_>], expected: &str) -> (Range<usize>, String) {
    let rest_of_header = block.indicators.end..line_end(text, block.indicators.end);
    let line_break = text.get(rest_of_header.end..block.body.start).filter(|found| found.starts_with(['\n', '\r']));
    // Blank lines may stand between the header and the body.
    let line_break = match line_break {
        Some(found) if found.starts_with("\r\n") => "\r\n",
        Some(found) if found.starts_with('\r') => "\r",
        _ => "\n",
    };
    for folds in candidates(&block.header) {
        if let Some(body) = body(pieces, block.header.indent, line_break, folds)
            && block.header.is_found(&body)
            && block.header.decode(&body, 0).0.text == expected
        {
            return (block.body.clone(), body);
        }
    }
    // A comment of the header stays; the lines go, but for the last line break and blank lines behind it.
    let comment = text.get(rest_of_header).unwrap_or_default();
    (block.indicators.start..block.end, format!("{}{comment}", quote::double(expected)))
}

/// How many line breaks to add to each run of them: a folded scalar swallows one between lines that are not indented.
fn candidates(header: &Header) -> impl Iterator<Item = usize> {
    [1, 0].into_iter().filter(|&folds| folds == 0 || header.folded)
}

/// The lines with the values in them. None if a value holds what no line can.
fn body(pieces: &[Piece<'_>], indent: usize, line_break: &str, folds: usize) -> Option<String> {
    let margin = " ".repeat(indent);
    let mut out = String::new();
    // Whether the indentation is still to be written, so that no line consists of it only.
    let mut pending = false;
    for piece in pieces {
        match piece {
            Piece::Source(source) => {
                if pending && !source.is_empty() {
                    pending = false;
                    out.push_str(if source.starts_with(['\n', '\r']) { "" } else { &margin });
                }
                out.push_str(source);
            }
            Piece::Value(value) => {
                let mut in_run = false;
                for (number, line) in value.split('\n').enumerate() {
                    if number > 0 {
                        out.push_str(&line_break.repeat(if in_run { 1 } else { 1 + folds }));
                        in_run = true;
                        pending = true;
                    }
                    if line.is_empty() {
                        continue;
                    }
                    if !line.chars().all(is_printable) {
                        return None;
                    }
                    if std::mem::take(&mut pending) {
                        out.push_str(&margin);
                    }
                    out.push_str(line);
                    in_run = false;
                }
            }
        }
    }
    Some(out)
}

fn line_end(text: &str, from: usize) -> usize {
    text.get(from..).and_then(|rest| rest.find(['\n', '\r'])).map_or(text.len(), |at| from + at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::yaml::scan;

    /// Put a value in place of `@` and give the template.
    fn put(template: &str, value: &str) -> String {
        let scan = scan(template).map_err(|problem| problem.failure.message).unwrap_or_default();
        let found = scan.scalars.iter().find(|scalar| scalar.value.contains('@')).and_then(|scalar| {
            let block = Block::find(scalar, template, &scan.comments)?;
            let (before, behind) = template.get(block.body.clone())?.split_once('@')?;
            let expected = scalar.value.replacen('@', value, 1);
            let pieces = [Piece::Source(before), Piece::Value(value), Piece::Source(behind)];
            Some(write(template, &block, &pieces, &expected))
        });
        let Some((span, new)) = found else { return String::new() };
        let mut out = template.to_owned();
        out.replace_range(span, &new);
        out
    }

    #[test]
    fn literals_take_lines() {
        assert_eq!(put("a: |\n  x @ y\nb: c\n", "v"), "a: |\n  x v y\nb: c\n");
        assert_eq!(put("a: |\n  @\nb: c\n", "v\n\n w"), "a: |\n  v\n\n   w\nb: c\n");
        assert_eq!(put("a: |\r\n  x\r\n  @\r\n", "v\nw"), "a: |\r\n  x\r\n  v\r\n  w\r\n");
        assert_eq!(put("a: |+\n  @\n\n", "v\n"), "a: |+\n  v\n\n\n");
        assert_eq!(put("a: |-\n  @ x", "v\n"), "a: |-\n  v\n   x");
        assert_eq!(put("a: |2\n   x\n  @\n", " v"), "a: |2\n   x\n   v\n");
    }

    #[test]
    fn what_literals_cannot_hold_is_quoted() {
        assert_eq!(put("a: |\n  @\nb: c\n", " v"), "a: \" v\\n\"\nb: c\n");
        assert_eq!(put("a: |-  # why\n\n  @\n\n# d\nb: c\n", "v\r"), "a: \"\\nv\\r\"  # why\n\n# d\nb: c\n");
        assert_eq!(put("a: |\n  @\n", ""), "a: \"\\n\"\n");
        assert_eq!(put("a: |\n  x\n  @\n", "v\n"), "a: \"x\\nv\\n\\n\"\n");
        assert_eq!(put("a: |-\n  x\n  @", "v\n"), "a: \"x\\nv\\n\"");
        assert_eq!(put("a: |\n  @\n", "\tv"), "a: \"\\tv\\n\"\n");
    }

    #[test]
    fn folded_scalars_take_lines_too() {
        assert_eq!(put("a: >\n  x\n  @ y\n", "v"), "a: >\n  x\n  v y\n");
        assert_eq!(put("a: >\n  x @ y\n", "v\nw"), "a: >\n  x v\n\n  w y\n");
        assert_eq!(put("a: >\n  x\n  @\n", " v"), "a: \"x  v\\n\"\n");
        assert_eq!(put("a: >\n  x\n   @\n", "v\n w"), "a: >\n  x\n   v\n   w\n");
    }
}
