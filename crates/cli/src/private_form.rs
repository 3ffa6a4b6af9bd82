//! The form in which a new private key is written.

use tokenring_jwk::{Error, KeyType, PrivateKey, SecretPem, any};

use crate::options::{PrivateFormOptions, PrivateFormat};
use crate::passphrase::PassphraseSource;
use crate::{ExitCode, Failure, Reason, Result};

pub(crate) enum PrivateForm {
    Pkcs8,
    Pkcs1,
    Encrypted(PassphraseSource),
}

impl PrivateForm {
    /// As it is asked for a key of this type, PKCS#8 unless it is.
    pub(crate) fn new(options: &PrivateFormOptions, key_type: KeyType) -> Result<Self> {
        if let Some(format) = &options.format {
            if *format.value() == PrivateFormat::Pkcs1 {
                let reason = match (key_type, options.encryption()) {
                    (KeyType::Rsa, None) => return Ok(Self::Pkcs1),
                    (KeyType::Rsa, Some(_)) => {
                        Reason::new("an encrypted key is PKCS#8; leave --encrypt out")
                    }
                    _ => Reason::new(Error::NotRsa(key_type).to_string()),
                };
                return Err(Failure::invalid("format", format, &reason));
            }
        }
        Ok(match options.encryption() {
            Some(passphrase) => Self::Encrypted(PassphraseSource::new(passphrase)),
            None => Self::Pkcs8,
        })
    }

    /// Asks for what a person has to give, before anything takes long.
    pub(crate) fn prepare(&self) -> Result<()> {
        match self {
            Self::Encrypted(passphrase) => passphrase.get_new("the new key").map(|_| ()),
            _ => Ok(()),
        }
    }

    pub(crate) fn write(&self, private_key: &PrivateKey) -> Result<SecretPem> {
        let written = match self {
            Self::Pkcs8 => Ok(private_key.to_pkcs8_pem()),
            Self::Pkcs1 => private_key.to_pkcs1_pem(),
            Self::Encrypted(passphrase) => {
                any::encrypt(private_key, passphrase.get_new("the new key")?)
            }
        };
        written.map_err(|error| Failure::from_error(ExitCode::Configuration, &error))
    }
}
