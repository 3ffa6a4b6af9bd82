#![doc = include_str!("../README.md")]

mod activation;
mod active_key;
mod begin;
mod deletion;
mod driver;
mod error;
mod event;
mod folder_state;
mod key_folder;
mod key_id_sequence;
mod key_in_use;
mod key_retirement;
mod next_key;
mod readiness;
mod retirement;
mod rotating_key;
mod rotation;
mod state_file;
mod status;
mod timestamp;

pub use activation::{Activation, Sight};
pub use active_key::{ActiveKey, Snapshot};
pub use begin::BegunRotation;
pub use driver::RotationDriver;
pub use error::{Error, NotDeleted};
pub use event::Event;
pub use key_folder::{FolderKey, KeyFolder};
pub use key_id_sequence::{latest_key_id, next_key_id};
pub use key_retirement::{RetiredKey, Retirement};
pub use next_key::{KeyNaming, NextKey};
pub use readiness::Readiness;
pub use rotating_key::{RotatingKey, Stage};
pub use rotation::Rotation;
pub use status::{NextStep, RotationStatus, StatusWarning};
pub use timestamp::Timestamp;
