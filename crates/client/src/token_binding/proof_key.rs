//! The key that proofs are made with.

use std::path::Path;
use std::sync::Arc;

use tokenring_assertion::{DpopClaims, DpopProof};
use tokenring_jwk::{PrivateKey, PublicKey, Signer, any};
use tokenring_keystore::{Error as KeystoreError, KeyFileReader, KeyPlace};

use crate::Error;
use crate::client_key::{self, ClientKey};
use crate::error::Cause;
use crate::event::Listener;
use crate::key_source::ExternalKey;
use crate::options::KeyOptions;

pub(crate) struct ProofKey {
    signer: KeySigner,
    public_key: PublicKey,
    thumbprint: String,
    is_kept: bool,
}

enum KeySigner {
    Loaded(Box<dyn Signer + Send + Sync>),
    /// As it was when this client began: a rotated key goes on proving.
    Client(Arc<ClientKey>),
}

impl ProofKey {
    fn new(signer: KeySigner, public_key: PublicKey) -> Self {
        Self {
            thumbprint: any::thumbprint(&public_key).to_string(),
            signer,
            public_key,
            is_kept: true,
        }
    }

    /// The key that signs the assertions too.
    pub(crate) fn of_client(key: Arc<ClientKey>) -> Self {
        let public_key = key.public_key().clone();
        Self::new(KeySigner::Client(key), public_key)
    }

    /// A key whose private half stays elsewhere.
    pub(crate) fn of_external(key: &ExternalKey) -> Result<Self, Error> {
        let public_key = key.public_key().clone();
        let usual = public_key.key_type().usual_algorithm();
        let signer = key.signer(key.algorithm().unwrap_or(usual), None);
        let signer = signer.map_err(|error| Error::ExternalKey {
            key: key.name().to_owned(),
            source: Cause::from(error),
        })?;
        Ok(Self::new(KeySigner::Loaded(signer), public_key))
    }

    /// The key of a file, or what a source knows by this name.
    pub(crate) fn of_name(
        name: &Path,
        options: &KeyOptions,
        listener: &Listener,
    ) -> Result<Self, Error> {
        let named = KeyOptions {
            name: Some(name.to_owned()),
            sources: options.sources.clone(),
            passphrase: options.passphrase.clone(),
            #[cfg(feature = "pkcs11")]
            pin: options.pin.clone(),
            ..KeyOptions::default()
        };
        if let Some(key) = client_key::external(&named)? {
            return Self::of_external(&key);
        }
        let listener = listener.clone();
        let mut reader =
            KeyFileReader::new().with_event_handler(move |event| listener.tell_of_key(event));
        if let Some(passphrase) = named.passphrase {
            reader = reader.with_passphrase(passphrase);
        }
        let loaded = reader.read(name).map_err(Error::key)?;
        let place = loaded.place().clone();
        Self::of_private(&loaded.into_private_key(), place)
    }

    /// A private key in memory.
    pub(crate) fn of_private(key: &PrivateKey, place: KeyPlace) -> Result<Self, Error> {
        let usual = key.key_type().usual_algorithm();
        let algorithm = key.stated_algorithm().unwrap_or(usual);
        let loaded = any::SigningKey::new(key, algorithm)
            .map_err(|source| Error::key(KeystoreError::Key { place, source }))?;
        let public_key = loaded.public_key().clone();
        Ok(Self::new(KeySigner::Loaded(Box::new(loaded)), public_key))
    }

    /// The same, known to this process only.
    pub(crate) fn forgotten(mut self) -> Self {
        self.is_kept = false;
        self
    }

    pub(crate) fn thumbprint(&self) -> &str {
        &self.thumbprint
    }

    /// Whether the key outlives this process.
    pub(crate) const fn is_kept(&self) -> bool {
        self.is_kept
    }

    pub(crate) fn sign(&self, claims: DpopClaims) -> Result<DpopProof, Error> {
        match &self.signer {
            KeySigner::Loaded(signer) => claims.sign(&self.public_key, signer),
            KeySigner::Client(key) => claims.sign(&self.public_key, &key.signer()?),
        }
        .map_err(unsigned)
    }
}

/// Why a proof was not signed.
fn unsigned(error: tokenring_assertion::Error) -> Error {
    Error::Signing {
        source: Cause::from(Box::from(error)),
    }
}
