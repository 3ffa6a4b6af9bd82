//! `generate-keys`: three files, whole or not at all.

mod failures;
mod files;
mod names;
mod next_command;
