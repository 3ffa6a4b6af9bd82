use serde_json::{Map, Value};
use tokenring_gateway::Gateway;
use tokenring_jwk::{JwkSetEntry, KeyId, any};
use tokenring_keystore::KeyNameKind;

/// What a key of a JWK Set is, and what it can be called.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct KeyFacts {
    /// The key ID.
    pub key_id: Option<String>,
    /// The rest, by the names that it has in JSON: `type`, `bits`, `alg`, `use`, `thumbprint` and
    /// `spki-sha256`; or `problem`, why the key cannot be used here.
    pub members: Vec<(&'static str, Value)>,
}

impl KeyFacts {
    /// Takes an entry of a set.
    #[must_use]
    pub fn of(entry: &JwkSetEntry) -> Self {
        let members = match entry.jwk() {
            Ok(jwk) => {
                let key = jwk.public_key();
                let algorithm = jwk.algorithm().map(|algorithm| algorithm.name());
                let key_use = jwk.key_use().map(|key_use| key_use.name());
                vec![
                    ("type", key.key_type().to_string().into()),
                    ("bits", key.bits().into()),
                    ("alg", algorithm.into()),
                    ("use", key_use.into()),
                    ("thumbprint", any::thumbprint(key).to_string().into()),
                    ("spki-sha256", any::spki_hash(key).to_string().into()),
                ]
            }
            Err(error) => vec![("problem", error.to_string().into())],
        };
        Self {
            key_id: entry.key_id().map(KeyId::to_string),
            members,
        }
    }

    /// The value of a member, as a text; nothing where it has none.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<String> {
        let member = self.members.iter().find(|(member, _)| *member == name);
        match member {
            None | Some((_, Value::Null)) => None,
            Some((_, Value::String(text))) => Some(text.clone()),
            Some((_, value)) => Some(value.to_string()),
        }
    }

    /// All of it as JSON.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let key_id = ("kid", Value::from(self.key_id.clone()));
        let members = [key_id].into_iter().chain(self.members.iter().cloned());
        let members = members.map(|(name, value)| (name.to_owned(), value));
        Value::Object(Map::from_iter(members))
    }
}

/// The built-in gateways by how they name a key.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct NamingGateways {
    /// Those that name keys so.
    pub wanted_by: Vec<&'static str>,
    /// Those that take such a name as well.
    pub taken_by: Vec<&'static str>,
}

impl NamingGateways {
    /// The gateways that want or take such a name of a key.
    #[must_use]
    pub fn of(kind: KeyNameKind) -> Self {
        use tokenring_gateway::KeyIdScheme;

        match kind {
            KeyNameKind::FileStem => Self::by(KeyIdScheme::FileStem),
            KeyNameKind::Thumbprint => Self::by(KeyIdScheme::Thumbprint),
            KeyNameKind::SpkiSha256 => Self::by(KeyIdScheme::SpkiSha256),
            KeyNameKind::CertificateSha256 => Self::by(KeyIdScheme::CertificateThumbprint),
            KeyNameKind::CertificateSha1 => Self::by(KeyIdScheme::CertificateSha1Thumbprint),
            _ => Self::default(),
        }
    }

    /// The gateways whose keys go by a name that the client chose, or that the gateway gave.
    #[must_use]
    pub fn of_free_text() -> Self {
        Self::by(tokenring_gateway::KeyIdScheme::FreeText)
    }

    fn by(scheme: tokenring_gateway::KeyIdScheme) -> Self {
        let mut found = Self::default();
        for name in Gateway::names() {
            let Ok(gateway) = Gateway::builtin(name) else {
                continue;
            };
            let rules = gateway.key();
            if rules.id_scheme() == scheme {
                found.wanted_by.push(name);
            } else if rules.id_alternatives().contains(&scheme) {
                found.taken_by.push(name);
            }
        }
        found
    }
}
