#![doc = include_str!("../README.md")]

mod any_key;
mod certificate_file;
mod draft;
mod error;
mod event;
mod file_access;
mod folder_lock;
mod key_file_contents;
mod key_file_reader;
mod key_file_stem;
mod key_files;
mod key_format;
mod key_id_length;
mod key_journal;
mod key_name;
mod key_place;
mod loaded_key;
mod passphrase_error;
mod passphrase_source;
mod public_key_file;
mod set_file;
mod sibling_jwk_set;

pub mod atomic_file;
pub mod bounded_file;
pub mod core_dump;

pub use any_key::AnyKey;
pub use certificate_file::CertificateFile;
pub use draft::Hold;
pub use error::Error;
pub use event::Event;
pub use file_access::FileAccess;
pub use folder_lock::FolderLock;
pub use key_file_contents::KeyFileContents;
pub use key_file_reader::KeyFileReader;
pub use key_file_stem::key_file_stem;
pub use key_files::{KeyFiles, NewKey, UnsafeFileName, check_file_name};
pub use key_id_length::{KeyIdTooLong, check_key_id_length};
pub use key_name::{KeyName, KeyNameKind};
pub use key_place::KeyPlace;
pub use loaded_key::LoadedKey;
pub use passphrase_error::{PassphraseError, PassphrasePlace};
pub use passphrase_source::{PassphrasePrompt, PassphraseSource};
pub use public_key_file::read_public_key;
pub use set_file::SetFile;
pub use sibling_jwk_set::{PublishedKey, SiblingJwkSet};
