//! A resolver that does what no plugin should: what exactly, the body of the reference says.
//!
//! `<<resolve:hostile:loop>>` never ends, `<<resolve:hostile:good>>` behaves. One component for all cases, because
//! each build costs seconds.

mod cases;
mod grants;
mod secrets;
mod wasi;

use formwork_plugin::resolver::{Options, Reference, Resolver};
use formwork_plugin::{Failure, Resolution};

/// The schemes, in a place that a test can write others into: up to the semicolon, separated by commas. `!loop` stands
/// for never answering, `~` for an escape character.
static SCHEMES: &[u8; 64] = b"SCHEMES=hostile;................................................";

/// What a test changes to have a component with another digest.
static EDITION: &[u8; 16] = b"EDITION=1.......";

/// What moves a terminal's cursor, changes its colours, rings its bell and turns the reading direction.
const ESCAPES: &str = "\u{1b}[31mred\u{1b}[2J\u{1b}]0;title\u{7}\u{9b}2J\r\u{8}\u{202e}gnp.exe";

struct Hostile;

impl Resolver for Hostile {
    fn schemes() -> Vec<String> {
        std::hint::black_box(EDITION);
        let text = String::from_utf8_lossy(std::hint::black_box(SCHEMES)).replace('~', "\u{1b}[31m");
        let list = text.trim_start_matches("SCHEMES=").split(';').next().unwrap_or_default().to_owned();
        if list == "!loop" {
            cases::endless();
        }
        list.split(',').filter(|scheme| !scheme.is_empty()).map(str::to_owned).collect()
    }

    fn resolve(references: Vec<Reference>, _: Options) -> Vec<Result<Resolution, Failure>> {
        match references.first().map(|reference| reference.body.as_str()) {
            Some("no-answers") => Vec::new(),
            Some("two-answers") => vec![Ok(Resolution::text("one")), Ok(Resolution::text("two"))],
            _ => references.iter().map(|reference| answer(&reference.body)).collect(),
        }
    }
}

fn answer(body: &str) -> Result<Resolution, Failure> {
    match body.split_once(':') {
        Some(("grant", name)) => grants::ask(name),
        // Go on as if nothing had been refused.
        Some(("swallow", name)) => grants::ask(name).or_else(|_| Ok(Resolution::text("swallowed"))),
        Some(("read", path)) => grants::read(path),
        Some(("entries", path)) => grants::entries(path),
        Some(("wasi", name)) => Ok(Resolution::text(wasi::attempt(name))),
        Some((case, name)) => secrets::case(case, name),
        None => cases::case(body),
    }
}

formwork_plugin::export_resolver!(Hostile);
