//! `types` has no functions.

use crate::plugin::bindings::formwork::plugin::types::Host;
use crate::plugin::state::State;

impl Host for State {}
