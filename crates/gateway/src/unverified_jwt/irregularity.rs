use core::fmt;

use super::Part;

/// Something about a JWT's text that can be read over, and that a server refuses.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Irregularity {
    /// The word `Bearer` stands before it.
    Scheme,
    /// It stands in quotes.
    Quotes,
    /// There are line breaks or blanks in it.
    WhiteSpace,
    /// A part ends in `=`, which RFC 7515 section 2 leaves out.
    Padding {
        /// The part.
        part: Part,
    },
    /// A part is in the alphabet with `+` and `/`, where RFC 4648 section 5 has `-` and `_`.
    StandardAlphabet {
        /// The part.
        part: Part,
    },
    /// The last character of a part has bits that belong to no byte (RFC 4648 section 3.5).
    TrailingBits {
        /// The part.
        part: Part,
    },
    /// A member name occurs twice; the last one is shown (RFC 7515 section 4, RFC 7519 section 4).
    RepeatedName {
        /// The part.
        part: Part,
        /// The name; none if it is further down in a member's value.
        name: Option<String>,
    },
    /// The third part is empty.
    NoSignature,
    /// The third part is no base64url.
    UnreadableSignature,
}

impl Irregularity {
    /// The part that it is in, if it is in one of them.
    #[must_use]
    pub const fn part(&self) -> Option<Part> {
        match self {
            Self::Scheme | Self::Quotes | Self::WhiteSpace => None,
            Self::Padding { part }
            | Self::StandardAlphabet { part }
            | Self::TrailingBits { part }
            | Self::RepeatedName { part, .. } => Some(*part),
            Self::NoSignature | Self::UnreadableSignature => Some(Part::Signature),
        }
    }
}

impl Irregularity {
    /// What it is that is wrong, and what is said of it behind "is" or "are".
    pub(crate) fn subject_and_words(&self) -> (String, &'static str) {
        let words = match self {
            Self::Scheme => "preceded by the word `Bearer`",
            Self::Quotes => "in quotes",
            Self::WhiteSpace => "interrupted by line breaks or blanks",
            Self::Padding { .. } => "padded with `=`",
            Self::StandardAlphabet { .. } => "in base64 with `+` or `/`",
            Self::TrailingBits { .. } => "followed by superfluous bits",
            Self::RepeatedName {
                name: Some(name), ..
            } => return (name.clone(), "given more than once"),
            Self::RepeatedName { .. } => "ambiguous: a member has a name more than once",
            Self::NoSignature => "empty",
            Self::UnreadableSignature => "not base64url",
        };
        let subject = self.part().map(|part| part.to_string());
        (subject.unwrap_or_else(|| "JWT".to_owned()), words)
    }
}

impl fmt::Display for Irregularity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scheme => formatter.write_str("the word `Bearer` before the JWT"),
            Self::Quotes => formatter.write_str("quotes around the JWT"),
            Self::WhiteSpace => formatter.write_str("line breaks or blanks inside the JWT"),
            Self::Padding { part } => write!(formatter, "`=` at the end of the {part}"),
            Self::StandardAlphabet { part } => {
                write!(formatter, "`+` or `/` in the {part}, of another base64")
            }
            Self::TrailingBits { part } => {
                write!(formatter, "superfluous bits at the end of the {part}")
            }
            Self::RepeatedName {
                part,
                name: Some(name),
            } => {
                let name = name.escape_debug();
                write!(formatter, "the name `{name}` more than once in the {part}")
            }
            Self::RepeatedName { part, name: None } => {
                write!(
                    formatter,
                    "a name more than once inside a member of the {part}"
                )
            }
            Self::NoSignature => formatter.write_str("no signature"),
            Self::UnreadableSignature => formatter.write_str("a signature that is not base64url"),
        }
    }
}
