//! Keys that stay away: signer commands, tokens, a machine without network.

mod signer_command;
mod signing_input;
mod token;
