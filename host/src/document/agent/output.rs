//! How the agent cuts what a step writes. Everything here is about bytes: a cut may go through the middle of a
//! character, and [`super::go::lossy`] shows then what the agent's JSON shows.

/// The longest output or error of one step in a reply, in bytes; one of exactly this length is cut already.
pub const LONGEST: usize = 24_000;
/// The longest combined output of a step, in bytes.
pub const COMBINED: usize = 2_500;

const CUT: &[u8] = b"--output truncated--";
const ERROR_TITLE: &[u8] = b"\n----------ERROR-------\n";
const OUTPUT_CUT: &[u8] = b"\n---Output truncated---";
const ERROR_CUT: &[u8] = b"\n---Error truncated----";

/// An output as it stands in the reply (`pluginutil.StringPrefix`, 24,000): whole if it is shorter than [`LONGEST`],
/// else its first 23,980 bytes and `--output truncated--`.
#[must_use]
pub fn prefix(output: &[u8]) -> Vec<u8> {
    if output.len() < LONGEST {
        return output.to_vec();
    }
    let mut cut = first(output, LONGEST - CUT.len()).to_vec();
    cut.extend_from_slice(CUT);
    cut
}

/// Output and error of a step in one text of at most [`COMBINED`] bytes (`iohandler.TruncateOutput`).
#[must_use]
pub fn combined(stdout: &[u8], stderr: &[u8]) -> Vec<u8> {
    let title: &[u8] = if stderr.is_empty() { b"" } else { ERROR_TITLE };
    let space = COMBINED - title.len();
    if stdout.len().saturating_add(stderr.len()) < space {
        return [stdout, title, stderr].concat();
    }
    let half = space / 2;
    if stdout.len() > half && stderr.len() > half {
        let each = (space - OUTPUT_CUT.len() - ERROR_CUT.len()) / 2;
        [first(stdout, each), OUTPUT_CUT, title, first(stderr, each), ERROR_CUT].concat()
    } else if stdout.len() <= half {
        let room = space - ERROR_CUT.len() - stdout.len();
        [stdout, title, first(stderr, room), ERROR_CUT].concat()
    } else {
        let room = space - OUTPUT_CUT.len() - stderr.len();
        [first(stdout, room), OUTPUT_CUT, title, stderr].concat()
    }
}

fn first(bytes: &[u8], length: usize) -> &[u8] {
    bytes.get(..length).unwrap_or(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parts(stdout: usize, stderr: usize) -> (usize, usize, usize) {
        let text = combined(&vec![b'o'; stdout], &vec![b'e'; stderr]);
        // Only the bytes of the two outputs are lower-case letters that stand in long rows.
        let (mut out, mut error) = (0, 0);
        let marks = [OUTPUT_CUT, ERROR_CUT, ERROR_TITLE];
        let mut rest = text.as_slice();
        while let Some((byte, after)) = rest.split_first() {
            if let Some(mark) = marks.iter().find(|mark| rest.starts_with(mark)) {
                rest = &rest[mark.len()..];
                continue;
            }
            match byte {
                b'o' => out += 1,
                b'e' => error += 1,
                other => panic!("{other} is in no part"),
            }
            rest = after;
        }
        (out, error, text.len())
    }

    /// The numbers that were seen by running the agent.
    #[test]
    fn the_combined_output_is_cut_as_was_seen() {
        assert_eq!(parts(2000, 2000), (1215, 1215, 2500));
        assert_eq!(parts(3000, 100), (2353, 100, 2500));
        assert_eq!(parts(2500, 0), (2477, 0, 2500));
    }

    #[test]
    fn it_fits_only_when_it_is_shorter() {
        assert_eq!(parts(2499, 0), (2499, 0, 2499));
        assert_eq!(parts(2475, 0), (2475, 0, 2475));
        // 24 bytes are for the title.
        assert_eq!(parts(2400, 75), (2400, 75, 2499));
        assert_eq!(parts(2400, 76), (2377, 76, 2500));
        assert_eq!(parts(76, 2400), (76, 2377, 2500));
        assert_eq!(parts(0, 2476), (0, 2453, 2500));
        // Both exactly half.
        assert_eq!(parts(1238, 1238), (1238, 1215, 2500));
        assert_eq!(parts(1238, 5000), (1238, 1215, 2500));
        assert_eq!(parts(0, 0), (0, 0, 0));
        assert_eq!(combined(b"a", b"b"), b"a\n----------ERROR-------\nb");
        assert_eq!(combined(b"", b"b"), b"\n----------ERROR-------\nb");
    }

    #[test]
    fn a_long_output_is_cut_at_24000() {
        assert_eq!(prefix(&[b'x'; 23_999]), [b'x'; 23_999]);
        for length in [24_000, 24_001, 100_000] {
            let cut = prefix(&vec![b'x'; length]);
            assert_eq!(cut.len(), 24_000);
            assert_eq!(&cut[23_980..], b"--output truncated--");
            assert_eq!(&cut[..23_980], [b'x'; 23_980]);
        }
    }

    #[test]
    fn a_character_may_be_cut_in_two() {
        let text = "é".repeat(12_000);
        let cut = prefix(text.as_bytes());
        assert_eq!(cut.len(), 24_000);
        let odd = format!("a{text}");
        let cut = super::super::go::lossy(&prefix(odd.as_bytes()));
        assert!(cut.ends_with("é\u{fffd}--output truncated--"), "{}", &cut[cut.len() - 40..]);
    }

    /// The rule again, in other words: how many bytes of each are kept, from the sentence of the specification.
    fn reference(out: usize, error: usize) -> (usize, usize) {
        let a: i64 = 2500 - if error > 0 { 24 } else { 0 };
        let (out, error) = (i64::try_from(out).unwrap(), i64::try_from(error).unwrap());
        let kept = if out + error < a {
            (out, error)
        } else if out > a / 2 && error > a / 2 {
            ((a - 46) / 2, (a - 46) / 2)
        } else if out <= a / 2 {
            (out, a - 23 - out)
        } else {
            (a - 23 - error, error)
        };
        (usize::try_from(kept.0).unwrap(), usize::try_from(kept.1).unwrap())
    }

    proptest! {
        #[test]
        fn the_combined_output_never_exceeds_its_limit(
            out in proptest::collection::vec(any::<u8>(), 0..6000),
            error in proptest::collection::vec(any::<u8>(), 0..6000),
        ) {
            prop_assert!(combined(&out, &error).len() <= COMBINED);
        }

        #[test]
        fn another_reading_of_the_rule_agrees(
            out in prop_oneof![0usize..6000, 1200usize..1280, 2400usize..2520],
            error in prop_oneof![0usize..6000, 1200usize..1280, 2400usize..2520, Just(0)],
        ) {
            let (kept_out, kept_error, _) = parts(out, error);
            prop_assert_eq!((kept_out, kept_error), reference(out, error));
        }

        #[test]
        fn a_prefix_is_always_shorter_than_or_equal_to_the_limit(out in proptest::collection::vec(any::<u8>(), 0..200), times in 0usize..300) {
            let long = out.repeat(times);
            let cut = prefix(&long);
            prop_assert!(cut.len() <= LONGEST);
            prop_assert_eq!(cut == long, long.len() < LONGEST);
        }
    }
}
