use crate::reader::Value;
use crate::variable::Scope;
use crate::{Error, Template};

/// What a gateway wants in the `iss` claim.
///
/// A client assertion is issued by the client itself. The issuer of an assertion that is the grant
/// is whoever the gateway trusts to vouch for the subject, and can have another name than the
/// client.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum IssuerRule {
    /// The client identifier.
    #[default]
    ClientId,
    /// The client identifier, unless the caller gives another.
    Any,
    /// A text with variables, such as an account's name.
    Fixed(Template),
}

const WORDS: [(&str, Word); 2] = [("client-id", Word::ClientId), ("any", Word::Any)];

#[derive(Clone, Copy)]
enum Word {
    ClientId,
    Any,
}

impl IssuerRule {
    /// The rule as it is in a file: a word, or the issuer itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::ClientId => "client-id",
            Self::Any => "any",
            Self::Fixed(template) => template.as_str(),
        }
    }

    /// A word names a rule; a text with a `${` is the issuer itself.
    pub(crate) fn read(value: &Value<'_>, scope: &Scope) -> Result<Self, Box<Error>> {
        if value.text()?.contains("${") {
            return Ok(Self::Fixed(value.template(scope)?));
        }
        Ok(match value.one_of(&WORDS)? {
            Word::ClientId => Self::ClientId,
            Word::Any => Self::Any,
        })
    }
}
