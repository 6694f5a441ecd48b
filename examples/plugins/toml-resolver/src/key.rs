//! What stands behind `toml:` in a reference.

use formwork_plugin::{Failure, FailureKind};

/// `app.toml:web.image.tag`.
#[derive(Debug, PartialEq, Eq)]
pub struct Key<'a> {
    /// The file, relative to a granted folder.
    pub file: &'a str,
    /// The names that lead to the value, outermost first.
    pub names: Vec<&'a str>,
}

impl<'a> Key<'a> {
    /// Read a reference's body.
    ///
    /// # Errors
    /// What is wrong with it, and how it is written.
    pub fn parse(body: &'a str) -> Result<Self, Failure> {
        let wrong = |message: String| {
            Err(Failure::new(FailureKind::InvalidInput, message)
                .with_hint("Write `<<resolve:toml:FILE:KEY>>`, for example `<<resolve:toml:app.toml:web.image.tag>>`."))
        };
        let Some((file, key)) = body.split_once(':') else {
            return wrong(format!("`{body}` names no key"));
        };
        if file.is_empty() {
            return wrong(format!("`{body}` names no file"));
        }
        let names: Vec<&str> = key.split('.').collect();
        if names.iter().any(|name| name.is_empty()) {
            return wrong(format!("the key `{key}` has an empty name"));
        }
        Ok(Self { file, names })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_file_and_key() {
        let key = Key::parse("app.toml:web.image.tag").unwrap();
        assert_eq!(key, Key { file: "app.toml", names: vec!["web", "image", "tag"] });
        assert_eq!(Key::parse("a/b.toml:x").unwrap(), Key { file: "a/b.toml", names: vec!["x"] });
    }

    #[test]
    fn says_how_it_is_written() {
        for body in ["", "app.toml", ":x", "app.toml:", "app.toml:a..b", "app.toml:.a", "app.toml:a."] {
            let failure = Key::parse(body).unwrap_err();
            assert!(failure.hint.is_some_and(|hint| hint.contains("<<resolve:toml:FILE:KEY>>")), "{body}");
        }
    }
}
