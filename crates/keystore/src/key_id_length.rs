use std::error;
use std::fmt;

/// More than any server takes.
const LONGEST: usize = 1000;

/// A key ID is so long that something else was pasted in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeyIdTooLong {
    /// The first 20 characters.
    pub beginning: String,
    /// The number of characters.
    pub length: usize,
}

/// Rejects a key ID of more than 1000 characters, which no server takes.
///
/// # Errors
///
/// What is too long about it.
pub fn check_key_id_length(key_id: &str) -> Result<(), KeyIdTooLong> {
    let length = key_id.chars().count();
    if length <= LONGEST {
        return Ok(());
    }
    Err(KeyIdTooLong {
        beginning: key_id.chars().take(20).collect(),
        length,
    })
}

impl fmt::Display for KeyIdTooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { beginning, length } = self;
        write!(
            f,
            "the key ID {beginning:?}... has {length} characters, and {LONGEST} are the most; give \
             the key a short one, as in int-1"
        )
    }
}

impl error::Error for KeyIdTooLong {}
