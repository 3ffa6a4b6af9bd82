#![doc = include_str!("../README.md")]

mod answer;
mod command_line;
mod command_signer;
mod description;
mod error;
#[cfg_attr(not(unix), path = "process_elsewhere.rs")]
mod process;
mod request;
mod shown;
mod signer_command;

pub use command_signer::CommandSigner;
pub use description::Description;
pub use error::{CommandLineError, Error};
pub use signer_command::{SignerCommand, Spawn};

#[doc = include_str!("../CONTRACT.md")]
pub mod contract {}
