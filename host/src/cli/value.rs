//! Values from an argument, a file or stdin.

use std::io::Read;
use std::path::Path;

use super::report::{Exit, Report};

/// The value that an argument, a file or stdin gives. Of stdin one line feed at the end is left out, because programs
/// that print a secret end it so; a file is taken exactly.
pub(super) fn read_value(argument: Option<&str>, file: Option<&Path>) -> Result<String, Report> {
    match (argument, file) {
        (Some("-"), _) => {
            let mut text = read_text(Path::new("-"))?;
            if text.ends_with('\n') {
                text.pop();
                if text.ends_with('\r') {
                    text.pop();
                }
            }
            Ok(text)
        }
        (Some(value), _) => Ok(value.to_owned()),
        (None, Some(file)) => read_text(file),
        (None, None) => Err(Report::new(Exit::Usage, "no value is given")),
    }
}

/// The text of a file, or of stdin for `-`. Errors never show the text.
pub(super) fn read_text(file: &Path) -> Result<String, Report> {
    let (name, bytes) = if file == Path::new("-") {
        let mut bytes = Vec::new();
        ("stdin".to_owned(), std::io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes))
    } else {
        (format!("`{}`", file.display()), std::fs::read(file))
    };
    let bytes = bytes.map_err(|error| Report::new(Exit::Usage, format!("failed to read {name}: {error}")))?;
    String::from_utf8(bytes).map_err(|_| Report::new(Exit::Usage, format!("{name} is not UTF-8 text")))
}
