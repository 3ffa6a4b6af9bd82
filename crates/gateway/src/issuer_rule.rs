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
    /// A text that names the key: `${client-id}` and `${key-sha256}` stand in it for the client
    /// identifier and for the SHA-256 of the public key's SubjectPublicKeyInfo, in base64 with
    /// padding.
    OfKey(Template),
}

/// The client identifier, in an issuer that names the key.
const CLIENT_ID: &str = "client-id";
/// The fingerprint of the key, there.
const KEY_SHA256: &str = "key-sha256";

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
            Self::Fixed(template) | Self::OfKey(template) => template.as_str(),
        }
    }

    /// The issuer that names this key; none where the rule is another.
    #[must_use]
    pub fn of_key(&self, client_id: &str, key_sha256: &str) -> Option<String> {
        let Self::OfKey(template) = self else {
            return None;
        };
        let value_of = |name: &str| match name {
            CLIENT_ID => Ok(client_id),
            _ => Ok::<_, core::convert::Infallible>(key_sha256),
        };
        template.expand(value_of).ok()
    }

    /// A word names a rule; a text with a `${` is the issuer itself.
    pub(crate) fn read(value: &Value<'_>, scope: &Scope) -> Result<Self, Box<Error>> {
        if value.text()?.contains(&format!("${{{KEY_SHA256}}}")) {
            return Ok(Self::OfKey(value.template_of(&[CLIENT_ID, KEY_SHA256])?));
        }
        if value.text()?.contains("${") {
            return Ok(Self::Fixed(value.template(scope)?));
        }
        Ok(match value.one_of(&WORDS)? {
            Word::ClientId => Self::ClientId,
            Word::Any => Self::Any,
        })
    }
}
