use super::*;

/// What Go 1.26 itself says of these patterns.
#[test]
fn errors_are_those_of_go() {
    for (pattern, text) in [
        (r"(?=a)", "invalid or unsupported Perl syntax: `(?=`"),
        (r"(?!a", "invalid or unsupported Perl syntax: `(?!`"),
        (r"(?<=a)", "invalid named capture: `(?<=a)`"),
        (r"(?<!a)", "invalid named capture: `(?<!a)`"),
        (r"(?>a)", "invalid or unsupported Perl syntax: `(?>`"),
        (r"a**", "invalid nested repetition operator: `**`"),
        (r"a*+", "invalid nested repetition operator: `*+`"),
        (r"a???", "invalid nested repetition operator: `???`"),
        (r"a{2}{3}", "invalid nested repetition operator: `{2}{3}`"),
        (r"x{1000}{2}", "invalid nested repetition operator: `{1000}{2}`"),
        (r"*", "missing argument to repetition operator: `*`"),
        (r"a|*", "missing argument to repetition operator: `*`"),
        (r"(*)", "missing argument to repetition operator: `*`"),
        (r"(?i)*", "missing argument to repetition operator: `*`"),
        (r"(?-i)??", "missing argument to repetition operator: `??`"),
        (r"(?i)(?-i)*", "missing argument to repetition operator: `*`"),
        (r"a{1001}", "invalid repeat count: `{1001}`"),
        (r"a{1,0}", "invalid repeat count: `{1,0}`"),
        (r"(a", "missing closing ): `(a`"),
        (r"(?:", "missing closing ): `(?:`"),
        (r"a)", "unexpected ): `a)`"),
        (r"[a", "missing closing ]: `[a`"),
        (r"[z-a]", "invalid character class range: `z-a`"),
        (r"[[:foo:]]", "invalid character class range: `[:foo:]`"),
        (r"\p{Foo}", r"invalid character class range: `\p{Foo}`"),
        (r"\pQ", r"invalid character class range: `\pQ`"),
        (r"\q", r"invalid escape sequence: `\q`"),
        (r"\1", r"invalid escape sequence: `\1`"),
        (r"\8", r"invalid escape sequence: `\8`"),
        (r"\C", r"invalid escape sequence: `\C`"),
        (r"[\b]", r"invalid escape sequence: `\b`"),
        (r"[a-\d]", r"invalid escape sequence: `\d`"),
        (r"\x{110000}", r"invalid escape sequence: `\x{110000`"),
        (r"\xg", r"invalid escape sequence: `\xg`"),
        ("\\", "trailing backslash at end of expression: ``"),
        (r"(?x)a", "invalid or unsupported Perl syntax: `(?x`"),
        (r"(?", "invalid or unsupported Perl syntax: `(?`"),
        (r"(?i", "invalid or unsupported Perl syntax: `(?i`"),
        (r"(?P<>a)", "invalid named capture: `(?P<>`"),
        (r"(?P<a-b>x)", "invalid named capture: `(?P<a-b>`"),
    ] {
        let error = Regexp::new(pattern).unwrap_err().to_string();
        assert_eq!(error, format!("error parsing regexp: {text}"), "{pattern}");
    }
}

#[test]
fn ascii_is_all_that_the_short_classes_know() {
    for (pattern, text, matches) in [
        (r"^\w+$", "é", false),
        (r"^[\w-]+$", "a-b_1", true),
        (r"^[\W]+$", "é", true),
        (r"^\d$", "٣", false),
        (r"^\s$", "\u{b}", false),
        (r"^\s$", "\u{a0}", false),
        (r"^[^\s]$", "\u{a0}", true),
        (r"\bx\b", "éxé", true),
        (r"^\pL+$", "éß", true),
        (r"^\p{^Greek}$", "a", true),
        (r"^[\p{Greek}a]+$", "aα", true),
        (r"^[[:alpha:]_]+$", "ab_", true),
        (r"^[a&&b]+$", "a&b", true),
        (r"^[+--~~]+$", ",-~", true),
        (r"^[[]$", "[", true),
        (r"^[]a]+$", "]a", true),
        (r"^[a-]$", "-", true),
        (r"^[\d-z]+$", "3-z", true),
        (r"^[^\]]$", "]", false),
        (r"^{{a}}$", "{{a}}", true),
        (r"^a{,5}$", "a{,5}", true),
        (r"^a{01}$", "a{01}", true),
        (r"^a{2,3}?$", "aaa", true),
        (r"^\Qa.b\E.$", "a.bc", true),
        (r"^\Qa.b", "a.b", true),
        (r"^\x41\x{42}\101\_\-\/$", "ABA_-/", true),
        (r"(?i)^STRASSE$", "strasse", true),
        (r"(?i:a)b", "Ab", true),
        (r"(?i-s:a)b", "Ab", true),
        (r"^a(?i)+b$", "aaB", true),
        (r"^a(?i)+b$", "AAb", false),
        (r"^a+(?i)?b$", "B", true),
        (r"^(ab)(?i){2}c$", "ababC", true),
        (r"^(?P<n>a)(?P<n>b)$", "ab", true),
        (r"^a$", "a\n", false),
        (r"^.$", "\n", false),
        (r"(?s)^.$", "\n", true),
        (r"(?m)^b$", "a\nb\nc", true),
        (r"^*a", "a", true),
        (r"\b+a", "a", true),
        ("", "anything", true),
        (r"[a-z]", "Xy", true),
        (r"a\.b", "axb", false),
        (r"^.{1000}$", &"é".repeat(1000), true),
    ] {
        assert_eq!(Regexp::new(pattern).unwrap().is_match(text), matches, "{pattern} on {text}");
    }
}

#[test]
fn a_pattern_that_is_too_large_is_refused_quickly() {
    assert!(Regexp::new(&"(".repeat(5000)).is_err());
    assert!(Regexp::new(r"(\pL{1000}){1000}").is_err());
}

proptest::proptest! {
    #[test]
    fn any_text_is_read_without_a_panic(pattern in "[a-z0-9(){}\\[\\]|?*+^$.\\\\:<>P,!=&~é-]{0,24}") {
        let _ = Regexp::new(&pattern);
    }
}
