use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use zeroize::Zeroizing;

/// A private key in DER, wiped when dropped.
pub struct SecretDer(Zeroizing<Vec<u8>>);

impl SecretDer {
    pub(crate) const fn new(der: Zeroizing<Vec<u8>>) -> Self {
        Self(der)
    }

    /// The bytes; keep no copy of them longer than needed.
    #[must_use]
    pub fn secret(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for SecretDer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretDer(..)")
    }
}

/// A private key in PEM, wiped when dropped.
pub struct SecretPem(Zeroizing<String>);

impl SecretPem {
    pub(crate) const fn new(pem: Zeroizing<String>) -> Self {
        Self(pem)
    }

    /// The text; keep no copy of it longer than needed.
    #[must_use]
    pub fn secret(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretPem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretPem(..)")
    }
}

/// A private JWK in JSON, wiped when dropped.
pub struct SecretJson(Zeroizing<String>);

impl SecretJson {
    pub(crate) const fn new(json: Zeroizing<String>) -> Self {
        Self(json)
    }

    /// The text; keep no copy of it longer than needed.
    #[must_use]
    pub fn secret(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretJson(..)")
    }
}
