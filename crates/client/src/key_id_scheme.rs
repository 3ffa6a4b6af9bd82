use tokenring_gateway::KeyIdScheme as GatewayScheme;
use tokenring_jwk::{KeyId, PublicKey, any};

use crate::ValueSource;
use crate::error::Reason;

/// How the header of an assertion names the key, for one who asks for a way by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyIdScheme {
    /// The name of its file, without `.pem`.
    FileStem,
    /// The thumbprint of RFC 7638.
    Thumbprint,
    /// The hash of the public key that Keycloak names a key by.
    SpkiSha256,
    /// Header parameter `x5t#S256` in place of a key ID.
    CertificateSha256,
    /// Header parameter `x5t`.
    CertificateSha1,
    /// Header parameter `x5c`.
    CertificateChain,
    /// Header parameter `jwk`, the public key itself.
    PublicKey,
    /// Nothing names the key.
    None,
}

const NAMES: &[(&str, KeyIdScheme)] = &[
    ("file-stem", KeyIdScheme::FileStem),
    ("thumbprint", KeyIdScheme::Thumbprint),
    ("spki-sha256", KeyIdScheme::SpkiSha256),
    ("x5t-s256", KeyIdScheme::CertificateSha256),
    ("x5t", KeyIdScheme::CertificateSha1),
    ("x5c", KeyIdScheme::CertificateChain),
    ("jwk", KeyIdScheme::PublicKey),
    ("none", KeyIdScheme::None),
];

impl KeyIdScheme {
    /// The names of all schemes.
    pub fn names() -> impl Iterator<Item = &'static str> {
        NAMES.iter().map(|(name, _)| *name)
    }

    /// The scheme of this name.
    ///
    /// # Errors
    ///
    /// There is none; the text lists those that there are.
    pub fn from_name(
        name: &str,
    ) -> Result<Self, impl std::error::Error + Send + Sync + 'static + use<>> {
        let found = NAMES.iter().find(|(other, _)| *other == name);
        found.map(|(_, scheme)| *scheme).ok_or_else(|| {
            let names: Vec<_> = Self::names().collect();
            Reason::new(format!(
                "unknown scheme {name:?}; use one of {}, or give the key ID itself",
                names.join(", ")
            ))
        })
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        let mut named = NAMES.iter();
        let named = named.find(|(_, scheme)| *scheme == self);
        named.map_or("", |(name, _)| name)
    }

    /// Whether it takes a certificate.
    pub(crate) const fn is_of_certificate(self) -> bool {
        matches!(
            self,
            Self::CertificateSha256 | Self::CertificateSha1 | Self::CertificateChain
        )
    }

    /// The ID that it makes of a key, where it makes one.
    #[must_use]
    pub fn key_id_of(self, public_key: &PublicKey) -> Option<KeyId> {
        let made = of_public_key(self.of_key()?, public_key);
        made.map(|(key_id, _)| key_id)
    }

    /// The scheme by the gateways' name for it, where it makes an ID of the key.
    #[must_use]
    pub const fn of_key(self) -> Option<GatewayScheme> {
        match self {
            Self::Thumbprint => Some(GatewayScheme::Thumbprint),
            Self::SpkiSha256 => Some(GatewayScheme::SpkiSha256),
            _ => None,
        }
    }
}

impl std::fmt::Display for KeyIdScheme {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// The key ID that a scheme makes of the key itself.
pub(crate) fn of_public_key(
    scheme: GatewayScheme,
    public_key: &PublicKey,
) -> Option<(KeyId, ValueSource)> {
    match scheme {
        GatewayScheme::Thumbprint => {
            let thumbprint = any::thumbprint(public_key).to_string();
            Some((KeyId::new(thumbprint), ValueSource::Thumbprint))
        }
        GatewayScheme::SpkiSha256 => {
            let hash = any::spki_hash(public_key).to_string();
            Some((KeyId::new(hash), ValueSource::PublicKeyHash))
        }
        _ => None,
    }
}
