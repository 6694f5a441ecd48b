//! The one engine of a process, and the clock that stops endless loops.

use std::time::Duration;

use wasmtime::{Config, Engine};

/// How often the epoch counts on.
pub(crate) const TICK: Duration = Duration::from_millis(10);

/// The configuration is part of the key of the compile store: whoever changes it makes every stored file foreign.
fn config() -> Config {
    let mut config = Config::new();
    // A trap is told by its kind and by what the plugin left on stderr; frames of stripped code say nothing, and what they
    // need makes compiled components half as large again.
    config.wasm_component_model(true).epoch_interruption(true).wasm_backtrace_max_frames(None);
    config.generate_address_map(false).native_unwind_info(false);
    config
}

/// An engine without a clock, for compiling.
///
/// # Errors
/// When this machine has no back end for native code.
pub(crate) fn compiler() -> wasmtime::Result<Engine> {
    Engine::new(&config())
}

/// An engine whose epoch counts every [`TICK`], for as long as the engine lives.
///
/// # Errors
/// When this machine has no back end for native code, or no thread can be started.
pub(crate) fn runner() -> wasmtime::Result<Engine> {
    let engine = compiler()?;
    let weak = engine.weak();
    std::thread::Builder::new().name("formwork-epoch".into()).spawn(move || {
        loop {
            std::thread::sleep(TICK);
            match weak.upgrade() {
                Some(engine) => engine.increment_epoch(),
                None => break,
            }
        }
    })?;
    Ok(engine)
}
