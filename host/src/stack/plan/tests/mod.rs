//! Tests of whole plans.

mod emulators;
mod hidden;
mod parameters;
mod recorded;
mod shown;
