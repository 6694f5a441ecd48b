//! Watches of a scripted CloudFormation, on a clock that only moves when all wait.

mod causes;
mod ends;
mod hints;
mod troubles;
mod watches;
mod world;

pub(super) use self::world::own;
