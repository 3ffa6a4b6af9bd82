use alloc::borrow::ToOwned;
use alloc::string::String;
use core::fmt;

use zeroize::Zeroizing;

use crate::Error;

/// An access token, elided in `Debug` and wiped on drop.
///
/// Holds nothing but a `b64token` ([RFC 6750 section 2.1]), so that no server
/// can smuggle a second header line or a second argument into whatever the
/// token is written to.
///
/// [RFC 6750 section 2.1]: https://www.rfc-editor.org/rfc/rfc6750#section-2.1
#[derive(Clone)]
pub struct AccessToken(Zeroizing<String>);

impl AccessToken {
    /// Takes a token that is a `b64token`.
    ///
    /// # Errors
    ///
    /// [`Error::MalformedAccessToken`] for an empty text and for one with a line break, space, control,
    /// non-ASCII or other character that the grammar leaves out.
    ///
    /// # Examples
    ///
    /// ```
    /// use tokenring_oauth::AccessToken;
    ///
    /// assert_eq!(AccessToken::new("Ldbyo==")?.secret(), "Ldbyo==");
    /// assert!(AccessToken::new("two words").is_err());
    /// # Ok::<(), tokenring_oauth::Error>(())
    /// ```
    pub fn new(token: &str) -> Result<Self, Error> {
        let characters = token.trim_end_matches('=');
        let is_b64 = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte);
        if characters.is_empty() || !characters.bytes().all(is_b64) {
            return Err(Error::MalformedAccessToken);
        }
        Ok(Self(Zeroizing::new(token.to_owned())))
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
