//! `tokenring keys`, and keys in every form that a command can read.

mod convert;
mod ids;
mod mishaps;
mod passphrases;
