//! When nothing is deployed.

use formwork_plugin::{Failure, FailureKind};
use jiff::Timestamp;
use serde::Deserialize;
use toml::value::Datetime;

/// The file's name in the granted folder.
pub const FILE: &str = "freezes.toml";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    freeze: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    from: Datetime,
    until: Datetime,
    why: String,
}

/// A time in which nothing is deployed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Freeze {
    /// The first moment.
    pub from: Timestamp,
    /// The first moment that is free again.
    pub until: Timestamp,
    /// What people are told.
    pub why: String,
}

impl Freeze {
    /// Why nothing is deployed now.
    pub fn refusal(&self) -> Failure {
        Failure::new(FailureKind::AccessDenied, format!("nothing is deployed until {}: {}", self.until, self.why))
            .with_hint(format!("Deploy then, or change `{FILE}` with whoever wrote it."))
    }
}

/// The freeze that is on now; of several the one that ends last.
///
/// # Errors
/// When the file cannot be understood: nobody knows then whether there is a freeze.
pub fn freeze_at(file: &[u8], now: Timestamp) -> Result<Option<Freeze>, Failure> {
    let on = read(file)?.into_iter().filter(|freeze| freeze.from <= now && now < freeze.until);
    Ok(on.max_by_key(|freeze| freeze.until))
}

fn read(file: &[u8]) -> Result<Vec<Freeze>, Failure> {
    let wrong = |why: String| Failure::new(FailureKind::InvalidInput, format!("`{FILE}` is not a calendar: {why}"));
    let text = std::str::from_utf8(file).map_err(|error| wrong(error.to_string()))?;
    let file: File = toml::from_str(text).map_err(|error| wrong(error.message().to_owned()))?;
    let time = |time: Datetime| {
        time.to_string().parse::<Timestamp>().map_err(|_| {
            wrong(format!("`{time}` is no moment")).with_hint("Write date, time and offset: `2026-12-18T18:00:00Z`.")
        })
    };
    let freeze = |entry: Entry| {
        let freeze = Freeze { from: time(entry.from)?, until: time(entry.until)?, why: entry.why };
        match freeze.from < freeze.until {
            true => Ok(freeze),
            false => Err(wrong(format!("the freeze from {} ends before it begins", freeze.from))),
        }
    };
    file.freeze.into_iter().map(freeze).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CALENDAR: &str = r#"
        [[freeze]]
        from = 2026-12-18T18:00:00Z
        until = 2027-01-04T08:00:00Z
        why = "the holidays"
        [[freeze]]
        from = 2026-12-31T00:00:00+01:00
        until = 2027-01-01T00:00:00+01:00
        why = "the end of the year"
    "#;

    fn at(time: &str) -> Option<String> {
        freeze_at(CALENDAR.as_bytes(), time.parse().unwrap()).unwrap().map(|freeze| freeze.why)
    }

    #[test]
    fn a_freeze_has_a_first_moment_and_none_at_its_end() {
        assert_eq!(at("2026-12-18T17:59:59Z"), None);
        assert_eq!(at("2026-12-18T18:00:00Z").as_deref(), Some("the holidays"));
        assert_eq!(at("2027-01-04T07:59:59.999Z").as_deref(), Some("the holidays"));
        assert_eq!(at("2027-01-04T08:00:00Z"), None);
    }

    #[test]
    fn of_several_the_last_to_end_is_told() {
        assert_eq!(at("2026-12-31T12:00:00Z").as_deref(), Some("the holidays"));
        let freeze = freeze_at(CALENDAR.as_bytes(), "2026-12-31T12:00:00Z".parse().unwrap()).unwrap().unwrap();
        assert_eq!(freeze.refusal().message, "nothing is deployed until 2027-01-04T08:00:00Z: the holidays");
    }

    #[test]
    fn an_empty_calendar_freezes_nothing() {
        assert_eq!(freeze_at(b"", Timestamp::UNIX_EPOCH).unwrap(), None);
    }

    #[test]
    fn what_is_no_calendar_is_told() {
        for (text, told) in [
            ("[[freeze]]\nfrom = 2026-12-18T18:00:00\nuntil = 2027-01-04T08:00:00Z\nwhy = \"\"", "is no moment"),
            ("[[freeze]]\nfrom = 2026-12-18\nuntil = 2027-01-04\nwhy = \"\"", "is no moment"),
            ("[[freeze]]\nfrom = 2027-01-04T08:00:00Z\nuntil = 2026-12-18T18:00:00Z\nwhy = \"\"", "ends before it"),
            ("[[freeze]]\nfrom = 2027-01-04T08:00:00Z\nwhy = \"\"", "missing field `until`"),
            ("[[freezes]]\n", "unknown field `freezes`"),
            ("freeze = ", "is not a calendar"),
        ] {
            let failure = freeze_at(text.as_bytes(), Timestamp::UNIX_EPOCH).unwrap_err();
            assert!(failure.message.contains(told), "{text}: {}", failure.message);
        }
        assert!(freeze_at(&[0xff], Timestamp::UNIX_EPOCH).unwrap_err().message.contains("utf-8"));
    }
}
