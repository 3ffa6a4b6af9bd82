use crate::reader::Value;
use crate::variable::Scope;
use crate::{Error, Template};

/// What a gateway wants in the `aud` claim.
///
/// RFC 7523 section 3 allowed the token endpoint's URL; RFC 10070 demands the issuer. Some servers
/// take just the one, some just the other.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum AudienceRule {
    /// The token endpoint's URL, character for character.
    TokenEndpoint,
    /// The authorization server's issuer identifier of RFC 8414.
    Issuer,
    /// The issuer if one is known, otherwise the token endpoint's URL.
    IssuerElseTokenEndpoint,
    /// A text of the gateway's own, neither issuer nor token endpoint.
    Fixed(Template),
}

const NAMES: [(&str, Name); 3] = [
    ("token-endpoint", Name::TokenEndpoint),
    ("issuer", Name::Issuer),
    ("issuer-else-token-endpoint", Name::IssuerElseTokenEndpoint),
];

#[derive(Clone, Copy)]
enum Name {
    TokenEndpoint,
    Issuer,
    IssuerElseTokenEndpoint,
}

impl AudienceRule {
    /// A word names a rule; a text with a `:` or a `${` is the audience itself.
    pub(crate) fn read(value: &Value<'_>, scope: &Scope) -> Result<Self, Error> {
        let text = value.text()?;
        if text.contains(':') || text.contains("${") {
            return Ok(Self::Fixed(value.template(scope)?));
        }
        Ok(match value.one_of(&NAMES)? {
            Name::TokenEndpoint => Self::TokenEndpoint,
            Name::Issuer => Self::Issuer,
            Name::IssuerElseTokenEndpoint => Self::IssuerElseTokenEndpoint,
        })
    }
}
