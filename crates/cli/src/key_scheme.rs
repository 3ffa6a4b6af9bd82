//! The ways in which a key is named, for whoever asks for one by its name.

use std::fmt;

use tokenring_gateway::KeyIdScheme;
use tokenring_jwk::KeyId;

use crate::failure::{Failure, Reason, Result};
use crate::key_id::{self, Signed};
use crate::setting::{Origin, Setting};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyScheme {
    /// The name of its file, without `.pem`.
    FileStem,
    /// The thumbprint of RFC 7638.
    Thumbprint,
    /// The hash of the public key that Keycloak goes by.
    SpkiSha256,
    /// Header parameter `x5t#S256` in place of a key identifier.
    CertificateSha256,
    /// Header parameter `x5t`.
    CertificateSha1,
    /// Header parameter `x5c`.
    CertificateChain,
    /// Nothing names the key.
    None,
}

const NAMES: &[(&str, KeyScheme)] = &[
    ("file-stem", KeyScheme::FileStem),
    ("thumbprint", KeyScheme::Thumbprint),
    ("spki-sha256", KeyScheme::SpkiSha256),
    ("x5t-s256", KeyScheme::CertificateSha256),
    ("x5t", KeyScheme::CertificateSha1),
    ("x5c", KeyScheme::CertificateChain),
    ("none", KeyScheme::None),
];

impl KeyScheme {
    /// The names of all schemes, for the help.
    pub(crate) fn names() -> impl Iterator<Item = &'static str> {
        NAMES.iter().map(|(name, _)| *name)
    }

    pub(crate) fn from_name(name: &str) -> Result<Self, Reason> {
        let found = NAMES.iter().find(|(other, _)| *other == name);
        found.map(|(_, scheme)| *scheme).ok_or_else(|| {
            let names: Vec<_> = Self::names().collect();
            Reason::new(format!(
                "unknown scheme {name:?}; use one of {}, or --kid for a name of your own",
                names.join(", ")
            ))
        })
    }

    /// The name that it is asked for by.
    pub(crate) fn name(self) -> &'static str {
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

    /// The scheme by the gateways' name for it, where it makes an identifier of the key.
    pub(crate) const fn of_key(self) -> Option<KeyIdScheme> {
        match self {
            Self::Thumbprint => Some(KeyIdScheme::Thumbprint),
            Self::SpkiSha256 => Some(KeyIdScheme::SpkiSha256),
            _ => None,
        }
    }
}

impl fmt::Display for KeyScheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = NAMES.iter().find(|(_, scheme)| scheme == self);
        f.write_str(found.map_or_else(Default::default, |(name, _)| *name))
    }
}

impl Setting<KeyScheme> {
    /// The key identifier that the scheme makes.
    pub(crate) fn key_id(&self, signed: &Signed<'_>) -> Result<Option<Setting<KeyId>>> {
        let key_id = match self.value() {
            KeyScheme::FileStem => {
                let Some(stem) = signed.path.and_then(key_id::file_stem) else {
                    let reason = Reason::new(
                        "the private key is in no file KID.pem; give its name with --kid",
                    );
                    return Err(Failure::invalid("kid-scheme", self, &reason));
                };
                Some(KeyId::new(stem))
            }
            scheme => scheme
                .of_key()
                .and_then(|scheme| key_id::of_public_key(scheme, signed.public_key))
                .map(|(key_id, _)| key_id),
        };
        let origin = Origin::Default("--kid-scheme".into());
        Ok(key_id.map(|key_id| Setting::new(key_id, origin)))
    }
}
