//! Go's regular expressions (RE2), which the agent checks `allowedPattern` with, on the crate `regex`.
//!
//! The two are near relatives, but not twins: in Go `\w`, `\d`, `\s` and `\b` know only ASCII, a `{` that is no count
//! stands for itself, `a**` is refused, and a class has no `&&` or inner classes. So a pattern is read here as Go
//! reads it, with Go's error texts, and written anew for the crate.

mod class;
#[cfg(test)]
mod tests;

use std::fmt;
use std::str::Chars;

use regex::{Regex, RegexBuilder};

/// Enough for `.{1000}` over all of Unicode; a pattern that needs more is refused.
const PROGRAM_BYTES: usize = 32 << 20;
/// Go's own limit for `{n}`.
const MOST_REPEATS: u32 = 1000;

/// A pattern as Go's `regexp.Compile` takes it.
#[derive(Clone, Debug)]
pub struct Regexp(Regex);

/// Why Go would not take a pattern; the text is Go's, ``error parsing regexp: missing closing ): `(a` ``.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternError(String);

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for PatternError {}

impl Regexp {
    /// Read a pattern.
    ///
    /// # Errors
    /// What Go's `regexp.Compile` says of it: look-around and back-references are no part of RE2.
    pub fn new(pattern: &str) -> Result<Self, PatternError> {
        let translated = Reader::new(pattern).read()?;
        RegexBuilder::new(&translated)
            .size_limit(PROGRAM_BYTES)
            .build()
            .map(Self)
            .map_err(|_| error("expression too large", pattern))
    }

    /// Whether the pattern matches anywhere in the text (`regexp.MatchString` does not anchor).
    #[must_use]
    pub fn is_match(&self, text: &str) -> bool {
        self.0.is_match(text)
    }

    /// Where the pattern matches, from left to right, in bytes.
    pub fn find_all(&self, text: &str) -> Vec<(usize, usize)> {
        self.0.find_iter(text).map(|found| (found.start(), found.end())).collect()
    }
}

fn error(what: &str, part: &str) -> PatternError {
    PatternError(format!("error parsing regexp: {what}: `{part}`"))
}

fn peek(rest: &Chars<'_>) -> Option<char> {
    rest.clone().next()
}

/// Read this character if it comes next.
fn skip(rest: &mut Chars<'_>, character: char) -> bool {
    let there = peek(rest) == Some(character);
    if there {
        rest.next();
    }
    there
}

/// Reads a Go pattern and writes the same for the crate `regex`.
struct Reader<'a> {
    pattern: &'a str,
    rest: Chars<'a>,
    out: String,
    /// Whether there is something in front that a repetition can be about.
    repeatable: bool,
    /// Where each open group begins in `out`.
    open: Vec<usize>,
    /// Where the last thing that can be repeated begins in `out`.
    last: usize,
    /// Flags that were read and are not in `out` yet: to Go they are nothing that a repetition behind them could be
    /// about.
    flags: String,
    /// The text of the last repetition, if nothing stands behind it.
    repetition: Option<String>,
}

impl<'a> Reader<'a> {
    fn new(pattern: &'a str) -> Self {
        Self {
            pattern,
            rest: pattern.chars(),
            out: String::with_capacity(pattern.len() + 16),
            repeatable: false,
            open: Vec::new(),
            last: 0,
            flags: String::new(),
            repetition: None,
        }
    }

    fn read(mut self) -> Result<String, PatternError> {
        while let Some(next) = peek(&self.rest) {
            if !matches!(next, '*' | '+' | '?' | '{') {
                self.repetition = None;
            }
            match next {
                '(' => self.group()?,
                ')' => {
                    self.rest.next();
                    let Some(start) = self.open.pop() else {
                        return Err(error("unexpected )", self.pattern));
                    };
                    self.put(")");
                    self.last = start;
                }
                '|' => {
                    self.rest.next();
                    self.put("|");
                    self.repeatable = false;
                }
                '^' | '$' | '.' => {
                    self.rest.next();
                    self.put(next.encode_utf8(&mut [0; 4]));
                }
                '[' => {
                    let class = class::read(&mut self.rest)?;
                    self.put(&class);
                }
                '*' | '+' | '?' => {
                    self.rest.next();
                    self.repeat(next.to_string())?;
                }
                '{' => match self.count()? {
                    Some(count) => self.repeat(count)?,
                    None => {
                        self.rest.next();
                        self.repetition = None;
                        self.literal('{');
                    }
                },
                '\\' => self.escape()?,
                _ => {
                    self.rest.next();
                    self.literal(next);
                }
            }
        }
        if self.open.is_empty() { Ok(self.out) } else { Err(error("missing closing )", self.pattern)) }
    }

    fn put(&mut self, text: &str) {
        let flags = std::mem::take(&mut self.flags);
        self.out.push_str(&flags);
        self.last = self.out.len();
        self.out.push_str(text);
        self.repeatable = true;
    }

    fn literal(&mut self, character: char) {
        let mut text = [0; 4];
        let text = regex::escape(character.encode_utf8(&mut text));
        self.put(&text);
    }

    /// `(`, `(?:`, `(?P<name>`, `(?<name>`, `(?flags)` and `(?flags:`. Names are of no use here and are left out.
    fn group(&mut self) -> Result<(), PatternError> {
        let text = self.rest.as_str();
        self.rest.next();
        if !skip(&mut self.rest, '?') {
            return self.opened("(?:");
        }
        let named = ["(?P<", "(?<"].into_iter().find_map(|start| text.strip_prefix(start));
        if let Some(after) = named {
            let Some((name, _)) = after.split_once('>') else { return Err(error("invalid named capture", text)) };
            let length = text.chars().count() - after.chars().count() + name.chars().count() + 1;
            if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
                let start: String = text.chars().take(length).collect();
                return Err(error("invalid named capture", &start));
            }
            // `(?` has been read already.
            self.rest.by_ref().take(length - 2).for_each(drop);
            return self.opened("(?:");
        }
        let (mut flags, mut off, mut any) = (String::new(), false, false);
        loop {
            let next = self.rest.next();
            match next {
                Some('i' | 'm' | 's' | 'U') => any = true,
                Some('-') if !off => {
                    off = true;
                    any = false;
                }
                Some(':' | ')') if !off || any => {}
                _ => {
                    let read = text.chars().count() - self.rest.clone().count();
                    let start: String = text.chars().take(read).collect();
                    return Err(error("invalid or unsupported Perl syntax", &start));
                }
            }
            match next {
                Some(':') => return self.opened(&format!("(?{flags}:")),
                Some(')') => {
                    // `(?)` is of no effect, and the crate does not take it.
                    if !flags.is_empty() {
                        self.flags.push_str(&format!("(?{flags})"));
                    }
                    return Ok(());
                }
                Some(flag) => flags.push(flag),
                None => return Ok(()),
            }
        }
    }

    fn opened(&mut self, text: &str) -> Result<(), PatternError> {
        // Go's parser gives up at a depth of 1000.
        if self.open.len() >= 1000 {
            return Err(error("expression nests too deeply", self.pattern));
        }
        self.put(text);
        self.open.push(self.last);
        self.repeatable = false;
        Ok(())
    }

    /// `{n}`, `{n,}` or `{n,m}` is read; anything else is left alone.
    fn count(&mut self) -> Result<Option<String>, PatternError> {
        let text = self.rest.as_str();
        let Some((inner, _)) = text.strip_prefix('{').and_then(|text| text.split_once('}')) else { return Ok(None) };
        let (low, high) = inner.split_once(',').map_or((inner, None), |(low, high)| (low, Some(high)));
        let number = |text: &str| {
            let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            // A zero in front makes it no count.
            (plain && (text.len() == 1 || !text.starts_with('0'))).then(|| text.parse::<u32>().unwrap_or(u32::MAX))
        };
        let Some(least) = number(low) else { return Ok(None) };
        let most = match high {
            None => Some(least),
            Some("") => None,
            Some(high) => match number(high) {
                Some(most) => Some(most),
                None => return Ok(None),
            },
        };
        let whole = format!("{{{inner}}}");
        if least > MOST_REPEATS || most.is_some_and(|most| most > MOST_REPEATS || most < least) {
            return Err(error("invalid repeat count", &whole));
        }
        self.rest.by_ref().take(whole.chars().count()).for_each(drop);
        Ok(Some(whole))
    }

    fn repeat(&mut self, operator: String) -> Result<(), PatternError> {
        let lazy = skip(&mut self.rest, '?');
        let text = if lazy { operator + "?" } else { operator };
        if !self.repeatable {
            return Err(error("missing argument to repetition operator", &text));
        }
        if let Some(before) = &self.repetition {
            return Err(error("invalid nested repetition operator", &format!("{before}{text}")));
        }
        if !self.flags.is_empty() {
            // What stands before the flags may be a repetition itself, and `a+` with `?` is not `a+?`.
            self.out.insert_str(self.last, "(?:");
            self.out.push(')');
        }
        self.out.push_str(&text);
        self.repetition = Some(text);
        Ok(())
    }

    fn escape(&mut self) -> Result<(), PatternError> {
        let mut ahead = self.rest.clone();
        ahead.next();
        match ahead.next() {
            Some('A') => self.anchor("\\A"),
            Some('z') => self.anchor("\\z"),
            Some('b') => self.anchor("(?-u:\\b)"),
            Some('B') => self.anchor("(?-u:\\B)"),
            Some('C') => return Err(error("invalid escape sequence", "\\C")),
            Some('Q') => {
                self.rest = ahead;
                self.quoted();
            }
            Some('p' | 'P') => {
                let class = class::unicode(&mut self.rest)?;
                self.put(&class);
            }
            Some(kind @ ('d' | 'D' | 'w' | 'W' | 's' | 'S')) => {
                self.rest = ahead;
                let class = class::perl(kind);
                self.put(class);
            }
            _ => {
                let character = class::escaped(&mut self.rest)?;
                self.literal(character);
            }
        }
        Ok(())
    }

    fn anchor(&mut self, text: &str) {
        self.rest.by_ref().take(2).for_each(drop);
        self.put(text);
    }

    /// What stands between `\Q` and `\E` stands for itself; without `\E` all of the rest.
    fn quoted(&mut self) {
        while let Some(character) = self.rest.next() {
            if character == '\\' && skip(&mut self.rest, 'E') {
                return;
            }
            self.literal(character);
        }
    }
}
