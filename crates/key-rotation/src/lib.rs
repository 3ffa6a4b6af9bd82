#![doc = include_str!("../README.md")]

mod active_key;
mod error;
mod key_id_sequence;
mod readiness;
mod retirement;
mod rotating_key;
mod rotation;
mod state_file;
mod timestamp;

pub use active_key::{ActiveKey, Snapshot};
pub use error::Error;
pub use key_id_sequence::{latest_key_id, next_key_id};
pub use readiness::Readiness;
pub use rotating_key::{RotatingKey, Stage};
pub use rotation::Rotation;
pub use timestamp::Timestamp;
