//! What the library says, in the words of the command.

#[cfg(feature = "diagnosis")]
pub(crate) mod check;
pub(crate) mod error;
pub(crate) mod event;
