use alloc::string::{String, ToString};
use core::error::Error;
use core::fmt;

/// The texts of an error and its causes, joined with `: `.
///
/// # Examples
///
/// ```
/// use tokenring_text::{Reason, error_chain};
///
/// assert_eq!(error_chain(&Reason::new("a switch is true or false")), "a switch is true or false");
/// ```
#[must_use]
pub fn error_chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

/// Why a value cannot be used, in words, where no other error says it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reason(String);

impl Reason {
    /// Takes the words.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Reason {}
