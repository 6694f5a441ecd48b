//! Templates and values to try, made from a row of choices.
#![allow(dead_code, missing_docs, unreachable_pub, clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod values;

use std::ops::Range;

use formwork_cloudformation::render;
use formwork_plugin::Resolution;
use formwork_plugin::renderer::{Finding, RenderRequest, Rendered};

pub use values::{Choices, value};

/// A template, what its references stand for, and where the scalars are that hold one.
pub struct Case {
    pub template: String,
    pub values: Vec<String>,
    pub regions: Vec<Range<usize>>,
}

struct Writer<'c> {
    c: Choices<'c>,
    out: String,
    eol: &'static str,
    values: Vec<String>,
    regions: Vec<Range<usize>>,
    number: usize,
    /// Whether the scalar that is being written holds a reference.
    holds: bool,
}

/// Make a YAML template.
pub fn yaml(choices: &[u16]) -> Case {
    let mut c = Choices::new(choices);
    let eol = c.of(&["\n", "\n", "\r\n"]);
    let mut w = Writer { c, out: String::new(), eol, values: vec![], regions: vec![], number: 0, holds: false };
    if w.c.chance(10) {
        w.out.push('\u{FEFF}');
    }
    if w.c.chance(6) {
        w.out.push_str(&format!("%YAML 1.1{eol}---{eol}"));
    } else if w.c.chance(5) {
        w.out.push_str(&format!("---{eol}"));
    }
    match w.c.below(12) {
        10 => w.sequence(0, 0),
        11 => {
            w.flow(1, 0);
            w.out.push_str(eol);
        }
        _ => w.mapping(0, 0),
    }
    if w.c.chance(5) {
        let keep = w.out.trim_end_matches(['\n', '\r']).len();
        if w.regions.iter().all(|r| r.end <= keep) {
            w.out.truncate(keep);
        }
    } else if w.c.chance(8) {
        w.out.push_str(&format!("...{eol}"));
    }
    Case { template: w.out, values: w.values, regions: w.regions }
}

impl Writer<'_> {
    fn margin(&mut self, indent: usize) {
        self.out.push_str(&" ".repeat(indent));
    }

    fn mapping(&mut self, indent: usize, depth: usize) {
        for entry in 0..1 + self.c.below(3) {
            if entry > 0 || depth == 0 || self.out.ends_with(['\n', '\r']) {
                if self.c.chance(8) {
                    self.margin(indent);
                    self.out.push_str("# <<resolve:not:a reference");
                    self.out.push_str(self.eol);
                }
                self.margin(indent);
            }
            if self.c.chance(12) {
                self.out.push_str("? ");
                self.key(false);
                self.out.push_str(self.eol);
                self.margin(indent);
            } else {
                self.key(false);
            }
            self.out.push(':');
            self.node(indent, depth);
        }
    }

    fn sequence(&mut self, indent: usize, depth: usize) {
        for _ in 0..1 + self.c.below(3) {
            self.margin(indent);
            self.out.push('-');
            if depth < 3 && self.c.chance(5) {
                self.out.push(' ');
                self.mapping(indent + 2, depth + 1);
            } else {
                self.node(indent, depth);
            }
        }
    }

    /// What stands behind `key:` or `-`, and the end of the line.
    fn node(&mut self, indent: usize, depth: usize) {
        let deeper = indent + 1 + self.c.below(3);
        match self.c.below(if depth < 3 { 12 } else { 9 }) {
            0 | 1 => self.block_scalar(indent, deeper),
            2 => {
                self.out.push(' ');
                self.properties();
                self.flow(deeper, 0);
                self.end_of_line();
            }
            9 | 10 => {
                if self.c.chance(4) {
                    self.out.push(' ');
                    self.properties();
                }
                self.end_of_line();
                self.mapping(deeper, depth + 1);
            }
            11 => {
                self.end_of_line();
                self.sequence(deeper, depth + 1);
            }
            _ => {
                if self.c.chance(12) {
                    self.out.push_str(self.eol);
                    self.margin(deeper);
                } else {
                    self.out.push(' ');
                }
                self.properties();
                self.flow_scalar(deeper, false, true);
                self.end_of_line();
            }
        }
    }

    fn end_of_line(&mut self) {
        if self.c.chance(6) {
            self.out.push_str(" # it's <<resolve: \"x");
        }
        self.out.push_str(self.eol);
        if self.c.chance(12) {
            self.out.push_str(self.eol);
        }
    }

    fn properties(&mut self) {
        if self.c.chance(6) {
            self.number += 1;
            let number = self.number;
            self.out.push_str(&format!("&a{number} "));
        }
        match self.c.below(12) {
            10 => self.out.push_str("!Sub "),
            11 => self.out.push_str("!!str "),
            _ => {}
        }
    }

    fn begin(&mut self) -> usize {
        self.holds = false;
        self.out.len()
    }

    fn end(&mut self, start: usize) {
        if self.holds {
            self.regions.push(start..self.out.len());
        }
    }

    fn reference(&mut self, double: bool) {
        self.holds = true;
        let number = self.values.len();
        let value = value(&mut self.c);
        self.values.push(value);
        let text = if double && self.c.chance(3) {
            format!("\\u003c<resolve:t:\\x{:02x}{}\\u003E>", b'n', number)
        } else {
            format!("<<resolve:t:n{number}>>")
        };
        self.out.push_str(&text);
    }

    fn key(&mut self, in_flow: bool) {
        self.number += 1;
        let unique = format!("k{}x", self.number);
        if !self.c.chance(4) {
            self.out.push_str(&unique);
            return;
        }
        if !in_flow {
            self.properties();
        }
        let start = self.begin();
        let quote = self.c.of(&["", "'", "\""]);
        self.out.push_str(quote);
        let before = self.c.chance(2);
        if before {
            self.out.push_str(&unique);
        }
        self.reference(quote == "\"");
        if !before {
            self.out.push_str(&unique);
        }
        self.out.push_str(quote);
        self.end(start);
    }

    /// A plain or quoted scalar.
    fn flow_scalar(&mut self, indent: usize, in_flow: bool, lines: bool) {
        let start = self.begin();
        let style = self.c.below(3);
        let quote = ["", "'", "\""][style];
        self.out.push_str(quote);
        let texts: &[&str] = match (style, in_flow) {
            (0, true) => &["a", "foo bar", "x-y", "it's", "\\d", "é", "a:b", "😀"],
            (0, false) => &["a", "foo bar", "x-y", "it's", "\\d", "é", "a:b", "a,b", "x[y]", "1", "😀"],
            (1, _) => &["a", "it''s", " ", "\"", "# no", "a: b", "\\", "é", "''", "0", "\t"],
            _ => &["a", "\\\"", "\\\\", "\\t", "\\u003c", " ", "'", "é", "\\/", "# no", ": ", "\\n", "\\ud83d\\ude00"],
        };
        let count = 1 + self.c.below(4);
        for piece in 0..count {
            if piece > 0 {
                match self.c.below(8) {
                    0 => self.out.push(' '),
                    1 if lines => {
                        if style == 2 && self.c.chance(3) {
                            self.out.push('\\');
                        } else if self.c.chance(3) && style != 0 {
                            self.out.push(' ');
                        }
                        for _ in 0..1 + self.c.below(2) {
                            self.out.push_str(self.eol);
                        }
                        self.margin(indent + self.c.0.len() % 2);
                    }
                    _ => {}
                }
            }
            if self.c.chance(2) || (piece == count - 1 && !self.holds) {
                self.reference(style == 2);
            } else {
                let text = self.c.of(texts);
                self.out.push_str(text);
            }
        }
        self.out.push_str(quote);
        self.end(start);
    }

    fn flow(&mut self, indent: usize, depth: usize) {
        let mapping = self.c.chance(2);
        self.out.push(if mapping { '{' } else { '[' });
        for entry in 0..self.c.below(4) {
            if entry > 0 {
                self.out.push(',');
                if self.c.chance(4) {
                    self.out.push_str(self.eol);
                    self.margin(indent);
                } else {
                    self.out.push(' ');
                }
            }
            if mapping || self.c.chance(8) {
                self.key(true);
                self.out.push_str(": ");
            }
            if depth < 3 && self.c.chance(5) {
                self.flow(indent, depth + 1);
            } else {
                self.flow_scalar(indent, true, true);
            }
        }
        self.out.push(if mapping { '}' } else { ']' });
    }

    fn block_scalar(&mut self, parent: usize, indent: usize) {
        self.out.push(' ');
        self.properties();
        let start = self.begin();
        self.out.push(self.c.of(&['|', '>']));
        let chomping = self.c.of(&["", "-", "+"]);
        let explicit = self.c.chance(4);
        if explicit && self.c.chance(2) {
            self.out.push_str(&format!("{}{chomping}", indent - parent));
        } else if explicit {
            self.out.push_str(&format!("{chomping}{}", indent - parent));
        } else {
            self.out.push_str(chomping);
        }
        if self.c.chance(8) {
            self.out.push_str(" # | <<resolve: it's >");
        }
        self.out.push_str(self.eol);
        if self.c.chance(8) {
            self.out.push_str(self.eol);
        }
        let mut end = self.out.len();
        let count = 1 + self.c.below(4);
        for line in 0..count {
            self.margin(indent);
            if (line > 0 || explicit) && self.c.chance(5) {
                let more = self.c.of(&["  ", " ", "\t"]);
                self.out.push_str(more);
            }
            if self.c.chance(2) {
                let text = self.c.of(&["a", "foo bar", "it's", "# x", "é", "k: v ", "\"q\"", "\\"]);
                self.out.push_str(text);
                self.out.push_str(self.c.of(&["", " "]));
            }
            if self.c.chance(2) || (line == count - 1 && !self.holds) || self.out.ends_with(' ') {
                self.reference(false);
            }
            if self.c.chance(5) {
                self.out.push_str(" b");
            }
            end = self.out.len();
            self.out.push_str(self.eol);
            if self.c.chance(6) {
                self.out.push_str(self.eol);
            }
        }
        if self.holds {
            // A kept blank line may become part of a quoted scalar's value but stays in the text.
            self.regions.push(start..end);
        }
    }
}

pub fn request(template: &str) -> RenderRequest {
    RenderRequest { file: "t.yaml".into(), template: template.into(), parameters: vec![] }
}

/// Render with the values of a case.
pub fn render_case(template: &str, values: &[String]) -> Result<Rendered, Vec<Finding>> {
    render(&request(template), &mut |names| {
        names
            .iter()
            .map(|name| {
                Ok(Resolution::text(values[name.strip_prefix("t:n").unwrap().parse::<usize>().unwrap()].clone()))
            })
            .collect()
    })
}

/// Replace the references of a decoded scalar.
pub fn expected(value: &str, values: &[String]) -> String {
    let mut out = String::new();
    let mut rest = value;
    while let Some((before, behind)) = rest.split_once("<<resolve:t:n") {
        let (number, remaining) = behind.split_once(">>").unwrap();
        out.push_str(before);
        out.push_str(&values[number.parse::<usize>().unwrap()]);
        rest = remaining;
    }
    out.push_str(rest);
    out
}
