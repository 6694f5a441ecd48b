//! Secrets: seeing them, and letting them out.

use formwork_plugin::host::{reveal, secrets};
use formwork_plugin::{Failure, FailureKind, Resolution, log};

pub(crate) fn case(case: &str, name: &str) -> Result<Resolution, Failure> {
    let secret = secrets::open_parameter(name)?;
    let version = secret.version().unwrap_or_default();
    match case {
        // The handle is all that there is to see.
        "open" => Ok(Resolution::text(format!("opened version {version}: {secret:?}"))),
        "use" => Ok(Resolution::text(format!("{} characters", reveal::reveal(&secret)?.len()))),
        "leak-log" => {
            log::warn(&format!("the password is {}", reveal::reveal(&secret)?));
            Ok(Resolution::text("logged"))
        }
        "leak-failure" => Err(Failure::new(FailureKind::Other, format!("no use for {}", reveal::reveal(&secret)?))),
        "leak-panic" => panic!("no use for {}", reveal::reveal(&secret)?),
        "leak-stdio" => {
            let text = reveal::reveal(&secret)?;
            println!("{text}");
            eprintln!("{text}");
            Ok(Resolution::text("printed"))
        }
        _ => Err(Failure::new(FailureKind::InvalidInput, format!("there is no case `{case}`"))),
    }
}
