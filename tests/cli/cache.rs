//! The token cache, as processes share it.

mod bad_directory;
mod bad_file;
mod commands;
mod earlier_versions;
mod keys;
mod outage;
mod sharing;
mod stated_pauses;
mod stopped;
mod users;
