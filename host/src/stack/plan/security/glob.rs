//! Patterns with `*` (any characters) and `?` (one character), as policies have them.

/// Whether everything that `narrow` matches is matched by `wide` as well. May say no where the answer is yes, for
/// patterns like `*?` and `?*`; never the other way round.
pub(super) fn covers(wide: &str, narrow: &str) -> bool {
    let wide: Vec<char> = wide.chars().collect();
    // `row` says for each length of the pattern read so far whether it covers what was read of `narrow`.
    let mut row = vec![true];
    for c in &wide {
        row.push(row.last() == Some(&true) && *c == '*');
    }
    for symbol in narrow.chars() {
        let mut next = vec![false];
        for (c, (before, above)) in wide.iter().zip(row.iter().zip(row.iter().skip(1))) {
            let is_covered = match c {
                '*' => *above || next.last() == Some(&true),
                '?' => *before && symbol != '*',
                c => *before && *c == symbol,
            };
            next.push(is_covered);
        }
        row = next;
    }
    row.last() == Some(&true)
}

/// Whether a text exists that both patterns match.
pub(super) fn overlap(one: &str, other: &str) -> bool {
    let one: Vec<char> = one.chars().collect();
    let mut row = vec![true];
    for c in &one {
        row.push(row.last() == Some(&true) && *c == '*');
    }
    for symbol in other.chars() {
        let mut next = vec![symbol == '*' && row.first() == Some(&true)];
        for (c, (before, above)) in one.iter().zip(row.iter().zip(row.iter().skip(1))) {
            let is_common = match (c, symbol) {
                ('*', _) | (_, '*') => *above || next.last() == Some(&true) || *before,
                ('?', _) | (_, '?') => *before,
                (c, symbol) => *before && *c == symbol,
            };
            next.push(is_common);
        }
        row = next;
    }
    row.last() == Some(&true)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn coverage() {
        for (wide, narrow, expected) in [
            ("*", "s3:GetObject", true),
            ("*", "*", true),
            ("*", "", true),
            ("", "", true),
            ("", "*", false),
            ("s3:*", "s3:Get*", true),
            ("s3:Get*", "s3:*", false),
            ("s3:Get*", "s3:GetObject", true),
            ("s3:Get?bject", "s3:GetObject", true),
            ("s3:GetObject", "s3:Get?bject", false),
            ("a*c*e", "abcde", true),
            ("a*c", "abcd", false),
            ("?", "*", false),
            ("**", "*", true),
        ] {
            assert_eq!(covers(wide, narrow), expected, "{wide} {narrow}");
        }
    }

    #[test]
    fn overlaps() {
        for (one, other, expected) in [
            ("s3:Get*", "s3:*Object", true),
            ("s3:Get*", "s3:Put*", false),
            ("*", "", true),
            ("a?", "?b", true),
            ("a?", "b?", false),
            ("a*", "*b", true),
            ("iam:*", "s3:GetObject", false),
        ] {
            assert_eq!(overlap(one, other), expected, "{one} {other}");
            assert_eq!(overlap(other, one), expected, "{other} {one}");
        }
    }

    proptest! {
        /// A plain text is matched by a pattern exactly when it is covered, and exactly when both overlap; coverage
        /// carries over to what the narrow pattern matches.
        #[test]
        fn texts_and_patterns(wide in "[ab?*]{0,6}", narrow in "[ab?*]{0,6}", text in "[ab]{0,6}") {
            prop_assert_eq!(covers(&wide, &text), overlap(&wide, &text));
            if covers(&wide, &narrow) && covers(&narrow, &text) {
                prop_assert!(covers(&wide, &text));
            }
            if covers(&wide, &text) && covers(&narrow, &text) {
                prop_assert!(overlap(&wide, &narrow));
            }
        }
    }
}
