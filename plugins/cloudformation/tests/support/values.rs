//! The choices that a case is made of, and values that are hard to write.

/// Choices; all zero when they are used up.
pub struct Choices<'c>(pub(super) std::slice::Iter<'c, u16>);

impl<'c> Choices<'c> {
    pub fn new(choices: &'c [u16]) -> Self {
        Self(choices.iter())
    }
    pub fn below(&mut self, n: usize) -> usize {
        usize::from(self.0.next().copied().unwrap_or(0)) % n
    }
    pub fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
    pub fn chance(&mut self, n: usize) -> bool {
        self.below(n) == n - 1
    }
}

const NASTY: &[&str] = &[
    "v",
    "",
    "0123",
    "yes",
    "no",
    "null",
    "~",
    "0x10",
    "1e3",
    "2001-01-01",
    "1:20",
    ".5",
    "<<",
    "=",
    "1_000",
    ".inf",
    "true",
    "ami-0abc",
    "a: b",
    "a:",
    ":",
    ": ",
    "a #b",
    "#",
    "# x",
    " #",
    "-",
    "- a",
    "--- a",
    "---",
    "...",
    "? a",
    "?",
    "[",
    "]",
    "{",
    "}",
    ",",
    "a,b",
    "{{resolve:ssm:/a:1}}",
    "${x}",
    "%",
    "%YAML",
    "@",
    "`",
    "&a",
    "*a",
    "!a",
    "|",
    ">",
    "'",
    "''",
    "\"",
    "\\",
    "\\n",
    " ",
    "  ",
    "\t",
    " a",
    "a ",
    "\ta",
    "a\t",
    "a\tb",
    "a\n",
    "\na",
    "a\nb",
    "a\n\nb",
    "a\n b",
    " a\nb",
    "a\n\n",
    "\n",
    "\n\n",
    " \n",
    "a \nb",
    "a\n ",
    "a\n\tb",
    "a\r\nb",
    "\r",
    "\u{0}",
    "\u{7}",
    "\u{1b}",
    "\u{7f}",
    "\u{85}",
    "\u{a0}",
    "\u{2028}",
    "\u{2029}",
    "\u{feff}",
    "a\u{feff}",
    "\u{fffe}",
    "é",
    "😀",
    "ä ö",
    "<<!resolve:x",
    "-----BEGIN X-----\nAb+/=\n-----END X-----\n",
    "#!/bin/bash\nset -e\n\n\tif x; then\n    y\nfi\n",
    "a\n---\nb",
    "a\n# b\nc",
    "it's \"q\"",
    "0",
    "-1",
    "a b",
    "a  b",
    "x\n  \ny",
    "arn:aws:s3:::b",
    "10.0.0.0/16",
    "https://x/?a=b&c=d#e",
    "=a",
    "!",
    "&",
    "*",
    "0o17",
    "+.inf",
    "y",
    "N",
];

const ATOMS: &[&str] = &[
    "a", "0", "1", ".", "-", ":", " ", "  ", "\n", "\n\n", "\t", "#", "'", "\"", "\\", "{", "}", "[", "]", ",", "?",
    "!", "&", "*", "|", ">", "<", "%", "@", "é", "😀", "\r", "\r\n", "\u{85}", "\u{2028}", "\u{feff}", "\u{1}", "e",
    "x", "_", "+", "=", "~", "--- ", "... ", "word", "null",
];

pub fn value(c: &mut Choices<'_>) -> String {
    match c.below(5) {
        0..=2 => c.of(NASTY).to_owned(),
        3 => (0..c.below(7)).map(|_| c.of(ATOMS)).collect(),
        _ if c.chance(20) => "long ".repeat(300),
        _ => format!("{}{}", c.of(NASTY), c.of(NASTY)),
    }
}
