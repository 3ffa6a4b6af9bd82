use core::fmt;
use core::str::FromStr;

use crate::{Error, SecureUrl};

/// The URL of a token endpoint ([RFC 6749 section 3.2]).
///
/// Pinned by the caller's configuration: nothing that a server says chooses
/// where an assertion is sent.
///
/// [RFC 6749 section 3.2]: https://www.rfc-editor.org/rfc/rfc6749#section-3.2
#[doc(alias = "token_url")]
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct TokenEndpoint(SecureUrl);

impl TokenEndpoint {
    /// Reads the URL: `https`, or `http` for this very machine.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidUrl`], see [`SecureUrl::new`].
    ///
    /// # Examples
    ///
    /// ```
    /// use tokenring_oauth::TokenEndpoint;
    ///
    /// let endpoint = TokenEndpoint::new("https://int.api.service.nhs.uk/oauth2/token")?;
    /// assert_eq!(endpoint.as_str(), "https://int.api.service.nhs.uk/oauth2/token");
    /// # Ok::<(), tokenring_oauth::Error>(())
    /// ```
    pub fn new(url: &str) -> Result<Self, Error> {
        SecureUrl::new(url).map(Self)
    }

    /// The URL as it was given, fit for the `aud` claim.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The URL with its parts.
    #[must_use]
    pub const fn url(&self) -> &SecureUrl {
        &self.0
    }
}

impl fmt::Display for TokenEndpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<SecureUrl> for TokenEndpoint {
    fn from(url: SecureUrl) -> Self {
        Self(url)
    }
}

impl FromStr for TokenEndpoint {
    type Err = Error;

    fn from_str(url: &str) -> Result<Self, Error> {
        Self::new(url)
    }
}
