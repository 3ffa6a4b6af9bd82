use std::path::PathBuf;
#[cfg(feature = "keys")]
use std::time::Duration;

use tokenring_jwk::Algorithm;

use super::Effective;
#[cfg(feature = "keys")]
use super::PassphraseOptions;
use crate::failure::Result;
use crate::key_scheme::KeyScheme;
use crate::setting::Setting;
use crate::settings::Settings;

/// The key that signs, where it is and how it is named.
#[derive(Clone, Debug)]
pub(crate) struct KeyOptions {
    /// A file, `-`, a folder of keys or the URI of a key on a PKCS#11 token.
    pub(crate) private_key: Option<Setting<PathBuf>>,
    pub(crate) file: KeyFileOptions,
    pub(crate) key_id_scheme: Option<Setting<KeyScheme>>,
    pub(crate) certificate: Option<Setting<PathBuf>>,
    pub(crate) algorithm: Option<Setting<Algorithm>>,
    /// The command line of a program that signs.
    #[cfg(feature = "keys")]
    pub(crate) signer_command: Option<Setting<String>>,
    #[cfg(feature = "keys")]
    pub(crate) signer_timeout: Option<Setting<Duration>>,
    #[cfg(feature = "keys")]
    pub(crate) public_key: Option<Setting<PathBuf>>,
    #[cfg(all(feature = "pkcs11", unix))]
    pub(crate) pin_file: Option<Setting<PathBuf>>,
}

/// How a key file is read.
#[derive(Clone, Debug)]
pub(crate) struct KeyFileOptions {
    /// Which key of a JWK Set is meant, and the key ID of any other; empty for none.
    pub(crate) key_id: Option<Setting<String>>,
    #[cfg(feature = "keys")]
    pub(crate) passphrase: PassphraseOptions,
}

/// An hour: somebody may have to walk to a box.
#[cfg(feature = "keys")]
const LONGEST_SIGNER_TIMEOUT: u64 = 60 * 60;

impl Settings<'_> {
    pub(crate) fn key_options(&self) -> Result<KeyOptions> {
        Ok(KeyOptions {
            #[cfg(feature = "keys")]
            signer_command: self.text("signer-command")?,
            private_key: self.path("private-key")?,
            file: self.key_file_options()?,
            #[cfg(feature = "keys")]
            signer_timeout: self.parsed("signer-timeout", |text| {
                let otherwise = "it is a whole number of seconds";
                super::seconds(text, LONGEST_SIGNER_TIMEOUT, otherwise)
            })?,
            #[cfg(feature = "keys")]
            public_key: self.path("public-key")?,
            #[cfg(all(feature = "pkcs11", unix))]
            pin_file: self.path("pin-file")?,
            algorithm: self.algorithm()?,
            key_id_scheme: self.key_scheme()?,
            certificate: self.path("certificate")?,
        })
    }

    pub(crate) fn key_file_options(&self) -> Result<KeyFileOptions> {
        Ok(KeyFileOptions {
            key_id: self.text("kid")?,
            #[cfg(feature = "keys")]
            passphrase: self.passphrase_options()?,
        })
    }

    pub(crate) fn algorithm(&self) -> Result<Option<Setting<Algorithm>>> {
        self.parsed("alg", str::parse::<Algorithm>)
    }

    pub(crate) fn key_scheme(&self) -> Result<Option<Setting<KeyScheme>>> {
        self.parsed("kid-scheme", KeyScheme::from_name)
    }
}

impl KeyOptions {
    pub(crate) fn add_to(&self, effective: &mut Effective) {
        #[cfg(feature = "keys")]
        effective.add_given("signer-command", self.signer_command.as_ref());
        effective.add_path("private-key", self.private_key.as_ref());
        self.file.add_to(effective);
        #[cfg(feature = "keys")]
        {
            if let Some(limit) = &self.signer_timeout {
                let seconds = limit.value().as_secs();
                effective.add("signer-timeout", &seconds, limit.origin().clone());
            }
            effective.add_path("public-key", self.public_key.as_ref());
        }
        #[cfg(all(feature = "pkcs11", unix))]
        effective.add_path("pin-file", self.pin_file.as_ref());
        effective.add_given("alg", self.algorithm.as_ref());
        effective.add_given("kid-scheme", self.key_id_scheme.as_ref());
        effective.add_path("certificate", self.certificate.as_ref());
    }
}

impl KeyFileOptions {
    pub(crate) fn add_to(&self, effective: &mut Effective) {
        effective.add_given("kid", self.key_id.as_ref());
        #[cfg(feature = "keys")]
        self.passphrase.add_to(effective);
    }
}
