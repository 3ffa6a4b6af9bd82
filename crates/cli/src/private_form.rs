//! The form in which a new private key is written.

use tokenring_jwk::{Error, KeyType, PrivateKey, SecretPem, ring};

use crate::ExitCode;
use crate::failure::{Failure, Reason, Result};
use crate::passphrase::PassphraseSource;
use crate::setting::Setting;
use crate::settings::Settings;

pub(crate) enum PrivateForm {
    Pkcs8,
    Pkcs1,
    Encrypted(PassphraseSource),
}

impl PrivateForm {
    /// As the settings ask for a key of this type, PKCS#8 unless they do.
    pub(crate) fn read(settings: &Settings<'_>, key_type: KeyType) -> Result<Self> {
        let encrypts = settings.flag("encrypt")?;
        let format = settings.noted_text("format")?;
        let is_pkcs1 = match &format {
            None => false,
            Some(name) => name
                .parse("format", |name| match name.as_str() {
                    "pkcs8" => Ok(false),
                    "pkcs1" if key_type != KeyType::Rsa => {
                        Err(Reason::new(Error::NotRsa(key_type).to_string()))
                    }
                    "pkcs1" if encrypts => Err(Reason::new(
                        "an encrypted key is PKCS#8; leave --encrypt out",
                    )),
                    "pkcs1" => Ok(true),
                    _ => Err(Reason::new(format!(
                        "unknown format {name:?}; use pkcs8 or pkcs1"
                    ))),
                })
                .map(Setting::into_value)?,
        };
        Ok(match (encrypts, is_pkcs1) {
            (true, _) => Self::Encrypted(PassphraseSource::new(&settings.passphrase_options()?)),
            (false, true) => Self::Pkcs1,
            (false, false) => Self::Pkcs8,
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
                ring::encrypt(private_key, passphrase.get_new("the new key")?)
            }
        };
        written.map_err(|error| Failure::from_error(ExitCode::Configuration, &error))
    }
}
