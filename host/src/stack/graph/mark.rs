//! What happens to the node of a graph.

/// What happens to a node. It is shown by a symbol, a word and a colour, never by the colour alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Mark {
    /// Nothing.
    #[default]
    Plain,
    /// It is made.
    Add,
    /// It is changed in place.
    Modify,
    /// It is made anew, and the old one goes.
    Replace,
    /// It may be made anew.
    MayReplace,
    /// It leaves the stack.
    Remove,
    /// It exists, and becomes part of the stack.
    Import,
    /// Something that is not known before, or that this version does not know.
    Unknown,
}

impl Mark {
    /// The name in JSON output, and of CSS classes: `may-replace`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Add => "add",
            Self::Modify => "modify",
            Self::Replace => "replace",
            Self::MayReplace => "may-replace",
            Self::Remove => "remove",
            Self::Import => "import",
            Self::Unknown => "unknown",
        }
    }

    /// What people read: `may be replaced`; empty for [`Self::Plain`].
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::MayReplace => "may be replaced",
            _ => self.name(),
        }
    }

    /// One character, as in the text of a plan; a space for [`Self::Plain`].
    #[must_use]
    pub fn symbol(self) -> char {
        match self {
            Self::Plain => ' ',
            Self::Add => '+',
            Self::Modify => '~',
            Self::Replace => '±',
            Self::MayReplace | Self::Unknown => '?',
            Self::Remove => '-',
            Self::Import => '>',
        }
    }

    /// The colour of text and lines on a light ground, `#rrggbb`; readable on white (WCAG 2.2, 1.4.3).
    pub(super) fn colour(self) -> &'static str {
        match self {
            Self::Plain => "#4d5562",
            Self::Add => "#17693a",
            Self::Modify => "#2d4fb8",
            Self::Replace | Self::Remove => "#b42318",
            Self::MayReplace => "#8a5300",
            Self::Import => "#5b3fa8",
            Self::Unknown => "#5c6470",
        }
    }
}
