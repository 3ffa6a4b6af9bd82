//! The formats that a key can be converted to, by the names that people have for them.

use crate::options::named;

named! {
    /// What a key can be converted to.
    "format" enum Target {
        Pkcs8 = "pkcs8",
        EncryptedPkcs8 = "encrypted-pkcs8",
        Pkcs1 = "pkcs1",
        PrivateJwk = "private-jwk",
        Spki = "spki",
        Jwk = "jwk",
        JwkSet = "jwk-set",
        #[cfg(feature = "aws-lc-rs")]
        Certificate = "x509",
    }
}

impl Target {
    pub(crate) const fn is_private(self) -> bool {
        matches!(
            self,
            Self::Pkcs8 | Self::EncryptedPkcs8 | Self::Pkcs1 | Self::PrivateJwk
        )
    }
}
