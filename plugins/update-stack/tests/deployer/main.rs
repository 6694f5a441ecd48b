//! The deployer against a cloud that answers as it is told.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod applying;
mod failing;
mod fake;
mod planning;
mod requests;
