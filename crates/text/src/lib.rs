#![doc = include_str!("../README.md")]
#![no_std]

extern crate alloc;

mod columns;
mod error_text;
mod key_material;
mod redaction;
mod sanitizing;
mod secret_name;
mod shell;
mod shortening;
mod terminal;
mod unset;
mod wrapping;

pub use columns::columns;
pub use error_text::{Reason, error_chain};
pub use key_material::is_key_material;
pub use redaction::redact;
pub use sanitizing::{is_deceptive, one_line, printable};
pub use secret_name::{is_secret_name, is_secret_parameter};
pub use shell::shell_word;
pub use shortening::shortened_id;
pub use terminal::{TerminalFilter, escape_json};
pub use unset::unset_value;
pub use wrapping::wrapped;
