use std::path::PathBuf;

use tokenring_jwk::{Algorithm, KeySpec};

use super::PassphraseOptions;
use super::{Effective, GatewayOptions};
use crate::failure::{Reason, Result};
use crate::setting::Setting;
use crate::settings::Settings;

/// A key that is to be made, and its files.
#[derive(Clone, Debug)]
pub(crate) struct GenerationOptions {
    pub(crate) gateway: GatewayOptions,
    /// Of no use here yet; older scripts give it.
    client_id: Option<Setting<String>>,
    pub(crate) algorithm: Option<Setting<Algorithm>>,
    pub(crate) key_type: Option<Setting<KeySpec>>,
    pub(crate) directory: Option<Setting<PathBuf>>,
    pub(crate) key_id_scheme: Option<Setting<tokenring::KeyIdScheme>>,
    pub(crate) key_id: Option<Setting<String>>,
    pub(crate) form: PrivateFormOptions,
    /// Whether a self-signed certificate comes with it.
    #[cfg(feature = "aws-lc-rs")]
    pub(crate) certifies: bool,
    pub(crate) replaces: bool,
    pub(crate) explanation: Option<Effective>,
}

/// How a new private key is written.
#[derive(Clone, Debug)]
pub(crate) struct PrivateFormOptions {
    pub(crate) format: Option<Setting<PrivateFormat>>,
    /// The passphrase of a key that is encrypted.
    pub(crate) encryption: Option<PassphraseOptions>,
}

impl PrivateFormOptions {
    /// The file of the passphrase that a key is encrypted with.
    pub(crate) fn passphrase_file(&self) -> Option<PathBuf> {
        let file = self.encryption.as_ref()?.file.as_ref()?;
        Some(file.value().clone())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PrivateFormat {
    Pkcs8,
    Pkcs1,
}

impl std::fmt::Display for PrivateFormat {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Pkcs8 => "pkcs8",
            Self::Pkcs1 => "pkcs1",
        })
    }
}

impl Settings<'_> {
    pub(crate) fn generation_options(&self) -> Result<GenerationOptions> {
        Ok(GenerationOptions {
            gateway: self.gateway_options()?,
            client_id: self.text("client-id")?,
            algorithm: self.algorithm()?,
            key_type: self.key_type()?,
            directory: self.path("output-dir")?,
            key_id_scheme: self.key_scheme()?,
            key_id: self.text("kid")?,
            form: self.private_form_options()?,
            #[cfg(feature = "aws-lc-rs")]
            certifies: self.flag("x509")?,
            replaces: self.flag("force")?,
            explanation: self.explanation()?,
        })
    }

    fn private_form_options(&self) -> Result<PrivateFormOptions> {
        let encrypts = self.flag("encrypt")?;
        Ok(PrivateFormOptions {
            format: self.parsed("format", |name| match name {
                "pkcs8" => Ok(PrivateFormat::Pkcs8),
                "pkcs1" => Ok(PrivateFormat::Pkcs1),
                _ => Err(Reason::new(format!(
                    "unknown format {name:?}; use pkcs8 or pkcs1"
                ))),
            })?,
            encryption: match encrypts {
                true => Some(self.passphrase_options()?),
                false => None,
            },
        })
    }

    pub(super) fn key_type(&self) -> Result<Option<Setting<KeySpec>>> {
        self.parsed("key-type", |name| {
            Ok(match name {
                "rsa-2048" => KeySpec::Rsa2048,
                "rsa-3072" => KeySpec::Rsa3072,
                "rsa-4096" => KeySpec::Rsa4096,
                "p-256" => KeySpec::P256,
                "p-384" => KeySpec::P384,
                "p-521" => KeySpec::P521,
                "ed25519" => KeySpec::Ed25519,
                _ => {
                    return Err(Reason::new(format!(
                        "unknown key type {name:?}; use rsa-2048, rsa-3072, rsa-4096, p-256, \
                         p-384, p-521 or ed25519"
                    )));
                }
            })
        })
    }
}

/// The name of a kind of key, as the option takes it.
pub(crate) fn key_type_name(spec: &KeySpec) -> String {
    spec.to_string().to_ascii_lowercase().replace(' ', "-")
}

impl GenerationOptions {
    /// Adds the client and the kind of key.
    pub(crate) fn add_kind(&self, effective: &mut Effective) {
        effective.add_given("client-id", self.client_id.as_ref());
        effective.add_given("alg", self.algorithm.as_ref());
        if let Some(spec) = &self.key_type {
            effective.add(
                "key-type",
                &key_type_name(spec.value()),
                spec.origin().clone(),
            );
        }
    }

    /// Adds where the key goes, and in which form.
    pub(crate) fn add_files(&self, effective: &mut Effective) {
        effective.add_path("output-dir", self.directory.as_ref());
        effective.add_given("kid-scheme", self.key_id_scheme.as_ref());
        {
            effective.add_given("format", self.form.format.as_ref());
            if let Some(passphrase) = &self.form.encryption {
                passphrase.add_to(effective);
            }
        }
        effective.add_given("kid", self.key_id.as_ref());
    }
}
