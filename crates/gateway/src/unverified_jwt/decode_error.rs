use core::error::Error;
use core::fmt;

use tokenring_text::{printable, unset_value};

use super::{Part, UnverifiedJwt};

/// Why a text cannot be shown as a JWT. None of the text is in it.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum DecodeError {
    /// There is nothing, or only white space.
    Empty,
    /// There is the word `Bearer` without a token, or a text that programs write for a token that
    /// they do not have, such as `undefined`.
    NoToken {
        /// Who writes this text for a value that is not set; none if there is no text.
        writer: Option<&'static str>,
    },
    /// The text is the form of a token request.
    Form {
        /// The parameter with the JWT.
        parameter: &'static str,
        /// Parameters whose text stands for a value that is not set, and who writes it so.
        unset: Vec<(String, &'static str)>,
    },
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
        } else if text.eq_ignore_ascii_case("bearer") {
            Err(Self::NoToken { writer: None })
        } else if let Some(writer) = unset_value(text) {
            Err(Self::NoToken {
                writer: Some(writer),
            })
        } else if text.starts_with(['{', '[']) {
            Err(Self::Json)
        } else {
            Self::check_form(text)
        }
    }

    /// Recognizes a token request by the parameters of its form.
    fn check_form(text: &str) -> Result<(), Self> {
        let pairs = || text.split('&').filter_map(|pair| pair.split_once('='));
        let has = |name: &str| pairs().any(|(other, _)| other.trim() == name);
        let parameter = match (has("grant_type"), has("assertion"), has("client_assertion")) {
            (_, _, true) => "client_assertion",
            (_, true, _) | (true, ..) => "assertion",
            _ => return Ok(()),
        };
        let unset = pairs().filter_map(|(name, value)| {
            let value = value.replace('+', " ").replace("%20", " ");
            let value = value.replace("%5B", "[").replace("%5D", "]");
            Some((name.trim().to_owned(), unset_value(&value)?))
        });
        Err(Self::Form {
            parameter,
            unset: unset.collect(),
        })
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => formatter.write_str("not a JWT: the input is empty"),
            Self::NoToken { writer } => {
                formatter.write_str("no token: ")?;
                match writer {
                    None => formatter.write_str("the word Bearer with nothing after it")?,
                    Some(writer) => {
                        write!(formatter, "this is how {writer} writes a value that is not set")?;
                    }
                }
                formatter.write_str(
                    "; the program that sent it has no token, as after a token request whose error \
                     it dropped: look for the answer to that request",
                )
            }
            Self::Form { parameter, unset } => {
                write!(
                    formatter,
                    "not a JWT: this is the form of a token request; give the value of {parameter}"
                )?;
                for (name, writer) in unset {
                    let name = printable(name);
                    write!(
                        formatter,
                        "; the value of {name} is how {writer} writes one that is not set, so a \
                         variable is empty in the program that sent it"
                    )?;
                }
                Ok(())
            }
            Self::TooLong { bytes } => write!(
                formatter,
                "not a JWT: the input has {bytes} bytes, and at most {} are read",
                UnverifiedJwt::MAX_BYTES
            ),
            Self::NotText => formatter.write_str("not a JWT: the input is not UTF-8 text"),
            Self::Pem => formatter.write_str(
                "not a JWT: this is PEM, a key or certificate; give what was signed with it",
            ),
            Self::Json => formatter.write_str(
                "not a JWT: this is JSON; give the compact form, three parts with a dot between them",
            ),
            Self::Encrypted => formatter.write_str(
                "an encrypted JWT, of five parts: only its receiver can read it, and no gateway \
                 takes one as an assertion; give the signed JWT, of three parts",
            ),
            Self::PartCount { found: 1 } => formatter.write_str(
                "not a JWT: it has no dot, so it may be an opaque token or a key",
            ),
            Self::PartCount { found: 2 } => formatter.write_str(
                "not a signed JWT: it has two parts, header and claims, and no signature",
            ),
            Self::PartCount { found } => {
                write!(
                    formatter,
                    "not a signed JWT: it has {found} parts instead of three"
                )
            }
            Self::Part { part, error } => write!(formatter, "cannot read the {part} of the JWT: {error}"),
        }
    }
}

impl Error for DecodeError {}

impl fmt::Display for PartError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => formatter.write_str("nothing there"),
            Self::NotBase64Url { position } => write!(
                formatter,
                "not base64url: character {position} is not one of A-Z a-z 0-9 - _"
            ),
            Self::Length => formatter.write_str(
                "not base64url: a character is missing or superfluous, as after cutting",
            ),
            Self::NotUtf8 => formatter.write_str("not UTF-8 text"),
            Self::NotJson { line, column } => {
                write!(formatter, "not JSON from line {line}, column {column} on")
            }
            Self::Unfinished => {
                formatter.write_str("the JSON breaks off, as after cutting; take all of it")
            }
            Self::NotObject { found } => {
                write!(formatter, "{found} instead of a JSON object")
            }
        }
    }
}

impl Error for PartError {}
