//! Every text that a person sees of the command, in `snapshots`: a test for each command or
//! concern, so that a reviewer reads texts as texts. Tests elsewhere hold values against values,
//! and have a snapshot of what is said in the states that only they reach.

mod assertions;
mod calls;
mod command_line;
mod configuration;
mod doctor;
pub(crate) mod gateways;
mod inspect;
pub(crate) mod key_files;
mod keys;
mod metadata;
mod published;
mod responses;
mod rotations;
mod services;
mod signers;
mod tokens;
