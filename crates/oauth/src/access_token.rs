use alloc::borrow::ToOwned;
use alloc::string::String;
use core::fmt;

use zeroize::Zeroizing;

use crate::Error;

/// An access token, elided in `Debug` and wiped on drop.
///
/// Holds nothing but visible ASCII characters ([RFC 6749 appendix A.12] has the space as well, which
/// ends a token in a header), so that no server can smuggle a second header line or a second argument
/// into whatever the token is written to. Quotes, backslashes and dollar signs can be among them:
/// whoever writes it somewhere quotes it for its reader.
///
/// [RFC 6749 appendix A.12]: https://www.rfc-editor.org/rfc/rfc6749#appendix-A.12
#[derive(Clone)]
pub struct AccessToken(Zeroizing<String>);

impl AccessToken {
    /// Takes a token of visible ASCII characters.
    ///
    /// # Errors
    ///
    /// [`Error::MalformedAccessToken`] for an empty text and for one with a space, line break,
    /// control or non-ASCII character.
    ///
    /// # Examples
    ///
    /// ```
    /// use tokenring_oauth::AccessToken;
    ///
    /// assert_eq!(AccessToken::new("00Dxx!AQ0A.x")?.secret(), "00Dxx!AQ0A.x");
    /// assert!(AccessToken::new("two words").is_err());
    /// # Ok::<(), tokenring_oauth::Error>(())
    /// ```
    pub fn new(token: &str) -> Result<Self, Error> {
        match AccessTokenFault::of(token) {
            Some(fault) => Err(Error::MalformedAccessToken(fault)),
            None => Ok(Self(Zeroizing::new(token.to_owned()))),
        }
    }

    /// The token itself.
    ///
    /// # Security
    ///
    /// Whoever holds it is let in. Keep it out of logs, arguments and errors.
    #[must_use]
    pub fn secret(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessToken(..)")
    }
}

/// What keeps a text from being an access token.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum AccessTokenFault {
    /// It is empty.
    Empty,
    /// It contains a space.
    Space,
    /// It contains a line break.
    LineBreak,
    /// It contains another control character.
    ControlCharacter,
    /// It contains a character that is not ASCII.
    NotAscii,
}

impl AccessTokenFault {
    fn of(token: &str) -> Option<Self> {
        if token.is_empty() {
            return Some(Self::Empty);
        }
        let other = token.bytes().find(|byte| !byte.is_ascii_graphic())?;
        Some(match other {
            b' ' => Self::Space,
            b'\r' | b'\n' => Self::LineBreak,
            byte if byte.is_ascii() => Self::ControlCharacter,
            _ => Self::NotAscii,
        })
    }
}

impl fmt::Display for AccessTokenFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "access_token is empty",
            Self::Space => "the access token contains a space, which no header can carry",
            Self::LineBreak => "the access token contains a line break, which no header can carry",
            Self::ControlCharacter => {
                "the access token contains a control character, which no header can carry"
            }
            Self::NotAscii => {
                "the access token contains a character that is not ASCII, which no header can carry"
            }
        })
    }
}
