//! What the library says, in the words of the command.

pub(crate) mod error;
pub(crate) mod event;
