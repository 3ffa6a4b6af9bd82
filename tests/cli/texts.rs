//! Every text that a person sees of the command, in `snapshots`: a test for each command or
//! concern, so that a reviewer reads texts as texts. Tests elsewhere hold values against values.

mod assertions;
mod calls;
mod command_line;
mod configuration;
mod doctor;
pub(crate) mod gateways;
mod inspect;
mod keys;
mod published;
mod responses;
mod services;
mod tokens;
