//! Texts of plugins, made safe to print.

/// Replace control characters by their visible pictures, so that no text of a plugin can move the cursor, change
/// colours, or forge a line; line feeds and tabs stay. Bidirectional controls, which reorder what a reader sees, are
/// replaced as well.
#[must_use]
pub fn inert(text: &str) -> String {
    text.chars().map(picture).collect()
}

/// The same for a text that is to stay on one line.
#[must_use]
pub fn inert_line(text: &str) -> String {
    text.chars().map(|c| if c == '\n' || c == '\t' { ' ' } else { picture(c) }).collect()
}

fn picture(c: char) -> char {
    match c {
        '\n' | '\t' => c,
        '\u{0}'..='\u{1f}' => char::from_u32(0x2400 + c as u32).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        '\u{80}'..='\u{9f}' => '\u{fffd}',
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}' => '\u{fffd}',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_become_pictures() {
        assert_eq!(inert("a\u{1b}[31mred\u{7}\r\n\tb\u{9b}0m"), "a␛[31mred␇␍\n\tb\u{fffd}0m");
        assert_eq!(inert_line("a\nb"), "a b");
        assert_eq!(inert("\u{202e}gnp.exe"), "\u{fffd}gnp.exe");
    }

    #[test]
    fn ordinary_text_stays() {
        assert_eq!(inert("größe ☃ 漢字"), "größe ☃ 漢字");
    }
}
