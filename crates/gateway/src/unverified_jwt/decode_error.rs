use core::error::Error;
use core::fmt;

use super::{Part, UnverifiedJwt};

/// Why a text cannot be shown as a JWT. None of the text is in it.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum DecodeError {
    /// There is nothing, or only white space.
    Empty,
    /// The text is longer than [`UnverifiedJwt::MAX_BYTES`].
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// The bytes are no UTF-8, let alone a JWT.
    NotText,
    /// The text is in PEM, as keys and certificates are.
    Pem,
    /// The text is JSON, such as a key set, a token response or claims that nobody has signed.
    Json,
    /// There are five parts: an encrypted JWT (RFC 7516), which only its receiver can read.
    Encrypted,
    /// There are not three parts with a dot between them.
    PartCount {
        /// How many there are.
        found: usize,
    },
    /// One of the parts cannot be read.
    Part {
        /// Which one.
        part: Part,
        /// How it fails.
        error: PartError,
    },
}

/// How one part of a JWT fails.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum PartError {
    /// It has no characters.
    Empty,
    /// It has a character that is in no alphabet of base64.
    NotBase64Url {
        /// The character's place in the part; the first is 1.
        position: usize,
    },
    /// No base64 has as many characters as this: one is missing, or one too many.
    Length,
    /// What was encoded is no UTF-8.
    NotUtf8,
    /// What was encoded is no JSON.
    NotJson {
        /// The line of the fault.
        line: usize,
        /// The column of the fault.
        column: usize,
    },
    /// What was encoded breaks off in the middle of its JSON.
    Unfinished,
    /// What was encoded is JSON, yet not an object.
    NotObject {
        /// What it is instead, such as `a list`.
        found: &'static str,
    },
}

impl DecodeError {
    /// Recognizes what people give by mistake in place of a JWT.
    pub(super) fn check_kind(text: &str) -> Result<(), Self> {
        if text.is_empty() {
            Err(Self::Empty)
        } else if text.contains("-----BEGIN ") {
            Err(Self::Pem)
        } else if text.starts_with(['{', '[']) {
            Err(Self::Json)
        } else {
            Ok(())
        }
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => formatter.write_str("no JWT: the input is empty"),
            Self::TooLong { bytes } => write!(
                formatter,
                "no JWT: the input has {bytes} bytes, and {} is the most that is read",
                UnverifiedJwt::MAX_BYTES
            ),
            Self::NotText => formatter.write_str("no JWT: the input is no text in UTF-8"),
            Self::Pem => formatter.write_str(
                "no JWT: this is PEM, a key or certificate; give what was signed with it",
            ),
            Self::Json => formatter.write_str(
                "no JWT: this is JSON; give the compact form, three parts with a dot between them",
            ),
            Self::Encrypted => formatter.write_str(
                "an encrypted JWT, of five parts: only its receiver can read it, and no gateway \
                 takes one as an assertion; give the signed JWT, of three parts",
            ),
            Self::PartCount { found: 1 } => formatter.write_str(
                "no JWT: there is no dot in it, so perhaps it is an opaque token or a key",
            ),
            Self::PartCount { found: 2 } => formatter.write_str(
                "no signed JWT: there are header and claims, and no dot and signature after them",
            ),
            Self::PartCount { found } => {
                write!(
                    formatter,
                    "no signed JWT: it has 3 parts, and this has {found}"
                )
            }
            Self::Part { part, error } => write!(formatter, "the {part} of the JWT {error}"),
        }
    }
}

impl Error for DecodeError {}

impl fmt::Display for PartError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => formatter.write_str("is empty"),
            Self::NotBase64Url { position } => write!(
                formatter,
                "is no base64url: character {position} is none of A-Z a-z 0-9 - _"
            ),
            Self::Length => formatter.write_str(
                "is no base64url: a character is missing or superfluous, as after cutting",
            ),
            Self::NotUtf8 => formatter.write_str("is base64url of something that is no UTF-8"),
            Self::NotJson { line, column } => write!(
                formatter,
                "is base64url of something that is no JSON, from line {line} column {column} on"
            ),
            Self::Unfinished => formatter.write_str(
                "is base64url of JSON that breaks off, as after cutting; take all of it",
            ),
            Self::NotObject { found } => {
                write!(
                    formatter,
                    "is base64url of {found}, where a JSON object belongs"
                )
            }
        }
    }
}

impl Error for PartError {}
