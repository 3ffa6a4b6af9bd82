use alloc::borrow::ToOwned;
use alloc::string::String;
use core::fmt;

/// A nonce that a server wants in the next DPoP proof
/// ([RFC 9449 section 8](https://www.rfc-editor.org/rfc/rfc9449#section-8)).
///
/// Each origin has nonces of its own, and the latest one counts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DpopNonce(String);

impl DpopNonce {
    /// The name of the header that a server gives it in.
    pub const HEADER: &'static str = "DPoP-Nonce";
    /// The error of a request whose proof lacks it, at a token endpoint and at an API.
    pub const ERROR: &'static str = "use_dpop_nonce";
    /// The most characters that are believed: a proof has to fit into a header.
    pub const MAX_LENGTH: usize = 2_048;

    /// Takes a nonce; nothing for an empty or overlong one, or one with characters that
    /// the protocol does not allow.
    ///
    /// # Examples
    ///
    /// ```
    /// use tokenring_oauth::DpopNonce;
    ///
    /// let nonce = DpopNonce::new("eyJ7S_zG.eyJH0-Z.HX4w-7v");
    /// assert_eq!(nonce.as_ref().map(DpopNonce::as_str), Some("eyJ7S_zG.eyJH0-Z.HX4w-7v"));
    /// assert_eq!(DpopNonce::new("two words"), None);
    /// ```
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        // NQCHAR of RFC 6749 appendix A.
        let is_allowed = |byte| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e);
        let is_good = !text.is_empty() && text.len() <= Self::MAX_LENGTH;
        (is_good && text.bytes().all(is_allowed)).then(|| Self(text.to_owned()))
    }

    /// The one among the headers of a response, if there is a single one.
    #[must_use]
    pub fn of_headers<'h>(headers: impl IntoIterator<Item = (&'h str, &'h str)>) -> Option<Self> {
        let mut nonces = headers
            .into_iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case(Self::HEADER));
        match (nonces.next(), nonces.next()) {
            (Some((_, value)), None) => Self::new(value.trim()),
            _ => None,
        }
    }

    /// The nonce.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DpopNonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
