//! The next key: its kind, its name, its file.

use std::path::Path;

use tokenring_gateway::{Gateway, KeyIdScheme};
use tokenring_jwk::{Algorithm, Jwk, KeyId, KeySpec, KeyType, KeyUse, PrivateKey, PublicKey, any};

use crate::ExitCode;
use crate::atomic_file::PRIVATE;
use crate::console::Console;
use crate::failure::{Failure, Reason, Result};
use crate::generation;
use crate::key_id;
use crate::key_input::KeyReader;
use crate::new_file;
use crate::options::NextKeyOptions;

/// What is to be made.
pub(super) struct Plan {
    pub(super) spec: KeySpec,
    algorithm: Option<Algorithm>,
    /// The scheme that names the key by itself, if one does.
    scheme: Option<KeyIdScheme>,
    encrypts: bool,
}

/// A key that has no name yet.
pub(super) struct Made {
    pub(super) private_key: PrivateKey,
    pub(super) public_key: PublicKey,
}

impl Plan {
    /// Like the key in use, unless something else is asked for.
    pub(super) fn new(
        options: &NextKeyOptions,
        gateway: Option<&Gateway>,
        active: &PublicKey,
        active_algorithm: Option<Algorithm>,
        is_encrypted: bool,
    ) -> Result<Self> {
        let spec = options.key_type.as_ref();
        let spec = spec.map_or_else(|| spec_of(active), |spec| *spec.value());
        let key_type = spec.key_type();
        let algorithm = match &options.algorithm {
            Some(asked) if asked.value().key_type() == key_type => Some(*asked.value()),
            Some(asked) => {
                let error = tokenring_jwk::Error::WrongKeyType {
                    algorithm: *asked.value(),
                    key_type,
                };
                return Err(Failure::invalid("alg", asked, &error));
            }
            None => active_algorithm
                .filter(|algorithm| algorithm.key_type() == key_type)
                .or_else(|| gateway?.assertion().default_algorithm(key_type)),
        };
        if let Some(gateway) = gateway {
            let taken = gateway.assertion().algorithms();
            let fits = match algorithm {
                Some(algorithm) => taken.contains(&algorithm),
                None => false,
            };
            if !fits {
                return Err(Failure::new(
                    ExitCode::Configuration,
                    format!(
                        "gateway {} takes no {spec} key for {}; choose another with --key-type and \
                         --alg",
                        gateway.name(),
                        algorithm.map_or("any algorithm", Algorithm::name)
                    ),
                ));
            }
        }
        let scheme = read_scheme(options, gateway)?;
        Ok(Self {
            spec,
            algorithm,
            scheme: scheme.filter(|_| options.next_key_id.is_none()),
            encrypts: is_encrypted || options.encrypts,
        })
    }

    /// Makes a key, which is checked by loading it.
    pub(super) fn make(&self, console: &Console) -> Result<Made> {
        let unusable =
            |error: tokenring_jwk::Error| Failure::from_error(ExitCode::Configuration, &error);
        let private_key = generation::generate(self.spec, console).map_err(unusable)?;
        Ok(Made {
            public_key: any::public_key(&private_key).map_err(unusable)?,
            private_key,
        })
    }

    /// The name that the key has by itself, if the scheme gives it one.
    pub(super) fn name_of(&self, made: &Made) -> Option<KeyId> {
        let scheme = self.scheme?;
        key_id::of_public_key(scheme, &made.public_key)
    }

    pub(super) const fn is_named_by_itself(&self) -> bool {
        self.scheme.is_some()
    }

    /// The public half as the JWK Set gets it.
    pub(super) fn jwk(&self, public_key: &PublicKey, key_id: &KeyId) -> Result<Jwk> {
        let mut jwk = Jwk::new(public_key.clone());
        if let Some(algorithm) = self.algorithm {
            jwk = jwk
                .with_algorithm(algorithm)
                .map_err(|error| Failure::from_error(ExitCode::Configuration, &error))?;
        }
        Ok(jwk.with_key_id(key_id.clone()).with_use(KeyUse::Signature))
    }

    /// Writes the private key, never over another one.
    pub(super) fn write(&self, made: &Made, path: &Path, reader: &KeyReader) -> Result<()> {
        let pem = if self.encrypts {
            let passphrase = reader.passphrase();
            let passphrase = passphrase.get_new(&path.display().to_string())?;
            any::encrypt(&made.private_key, passphrase)
                .map_err(|error| Failure::from_error(ExitCode::Unexpected, &error))?
        } else {
            made.private_key.to_pkcs8_pem()
        };
        new_file::write(path, pem.secret(), PRIVATE, false)
    }
}

/// The scheme that names a new key by itself: as asked for, else the gateway's.
pub(super) fn read_scheme(
    options: &NextKeyOptions,
    gateway: Option<&Gateway>,
) -> Result<Option<KeyIdScheme>> {
    let Some(scheme) = &options.key_id_scheme else {
        let scheme = gateway.map(|gateway| gateway.key().id_scheme());
        return Ok(scheme
            .filter(|scheme| matches!(scheme, KeyIdScheme::Thumbprint | KeyIdScheme::SpkiSha256)));
    };
    match scheme.value().of_key() {
        Some(of_key) => Ok(Some(of_key)),
        None => {
            let reason = Reason::new("a new key is named by thumbprint or spki-sha256");
            Err(Failure::invalid("kid-scheme", scheme, &reason))
        }
    }
}

/// The kind of key that this one is of, a size up where its own is not made.
fn spec_of(key: &PublicKey) -> KeySpec {
    match (key.key_type(), key.bits()) {
        (KeyType::P256, _) => KeySpec::P256,
        (KeyType::P384, _) => KeySpec::P384,
        (KeyType::P521, _) => KeySpec::P521,
        (KeyType::Ed25519, _) => KeySpec::Ed25519,
        (_, ..=2048) => KeySpec::Rsa2048,
        (_, ..=3072) => KeySpec::Rsa3072,
        _ => KeySpec::Rsa4096,
    }
}
