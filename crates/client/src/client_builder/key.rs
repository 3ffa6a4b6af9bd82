//! Which key signs, and how it is named.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokenring_jwk::Passphrase;
use tokenring_keystore::{KeyFileContents, PassphraseSource};

use super::ClientBuilder;
use crate::key_source::KeySource;
use crate::{Error, ExternalKey, client_key};

impl ClientBuilder {
    /// Sets the private key: the path of its file, a folder of rotated keys, `-` for standard
    /// input, or a URI that a [`KeySource`] knows, such as `pkcs11:…`. Required, unless
    /// [`signer`](Self::signer) or [`signer_command`](Self::signer_command) is.
    #[must_use]
    pub fn key(mut self, name: impl Into<PathBuf>) -> Self {
        self.key.name = Some(name.into());
        self
    }

    /// Sets the private key by the contents of a file that was never written, such as a secret of a
    /// secret store: any format that [`key`](Self::key) reads. Defaults to none.
    #[must_use]
    pub fn key_contents(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        match KeyFileContents::from_bytes(bytes) {
            Ok(contents) => self.key.contents = Some(Arc::new(contents)),
            Err(error) => {
                self.deferred.get_or_insert(Error::key(error));
            }
        }
        self
    }

    /// Sets a key that signs by itself: on a token, in a key service. Defaults to none.
    #[must_use]
    pub fn signer(mut self, key: ExternalKey) -> Self {
        self.key.external = Some(key);
        self
    }

    /// Opens the key whose private half stays elsewhere, for its public half: on a PKCS#11 token,
    /// with a program that signs, with a [`KeySource`]. Nothing where the key is in files. What is
    /// given besides the key has no say.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`], [`Error::ExternalKey`], [`Error::PublicKeyUnknown`] and
    /// [`Error::FeatureMissing`].
    pub fn external_key(&self) -> Result<Option<ExternalKey>, Error> {
        client_key::external(&self.key)
    }

    /// Adds a kind of keys that [`key`](Self::key) can name. Defaults to none.
    #[must_use]
    pub fn key_source(mut self, source: impl KeySource + 'static) -> Self {
        self.key.sources.push(Arc::new(source));
        self
    }

    /// Sets the key ID in the assertion's header; an empty one for none. Defaults to the one that
    /// the key has in the JWK Set next to its file, and else to the gateway's rule.
    #[doc(alias = "kid")]
    #[must_use]
    pub fn key_id(mut self, key_id: impl Into<String>) -> Self {
        self.key.key_id = Some(key_id.into());
        self
    }

    /// Sets how the key ID comes about, by a name of [`KeyIdScheme`](crate::KeyIdScheme). Defaults
    /// to the gateway's rule.
    #[must_use]
    pub fn key_id_scheme(mut self, name: impl Into<String>) -> Self {
        self.key.key_id_scheme = Some(name.into());
        self
    }

    /// Sets the file of the key's certificate, for gateways that know the key by it. Defaults to
    /// none.
    #[must_use]
    pub fn certificate(mut self, path: impl Into<PathBuf>) -> Self {
        self.key.certificate = Some(path.into());
        self
    }

    /// Sets the algorithm, such as `RS512`. Defaults to the first of the gateway's that fits the
    /// key.
    #[doc(alias = "alg")]
    #[must_use]
    pub fn algorithm(mut self, name: impl Into<String>) -> Self {
        self.key.algorithm = Some(name.into());
        self
    }

    /// Sets the file of the public key, where whoever signs cannot supply it. Defaults to none.
    #[must_use]
    pub fn public_key(mut self, path: impl Into<PathBuf>) -> Self {
        self.key.public_key = Some(path.into());
        self
    }

    /// Sets the passphrase of an encrypted private key. Defaults to none.
    #[must_use]
    pub fn passphrase(self, passphrase: impl Into<String>) -> Self {
        self.passphrase_source(Passphrase::new(passphrase.into().into_bytes()))
    }

    /// Sets where the passphrase of an encrypted private key comes from: a file, a descriptor, a
    /// closure that asks. Defaults to nowhere.
    #[must_use]
    pub fn passphrase_source(mut self, source: impl Into<PassphraseSource>) -> Self {
        self.key.passphrase = Some(source.into());
        self
    }

    /// Sets where the PIN of a PKCS#11 token comes from. Defaults to what the URI says.
    #[cfg(feature = "pkcs11")]
    #[must_use]
    pub fn pin(
        mut self,
        source: impl Fn() -> tokenring_pkcs11::PinSource + Send + Sync + 'static,
    ) -> Self {
        self.key.pin = Some(Arc::new(source));
        self
    }

    /// Sets the command line of a program that signs. Defaults to none.
    ///
    /// It takes the feature `signer-command`.
    #[must_use]
    pub fn signer_command(mut self, line: impl Into<String>) -> Self {
        self.key.signer_command = Some(line.into());
        self
    }

    /// Sets how long the program that signs may take for each signature. Defaults to ten seconds.
    #[must_use]
    pub const fn signer_timeout(mut self, limit: Duration) -> Self {
        self.key.signer_timeout = Some(limit);
        self
    }

    /// Sets how the program that signs is started. Defaults to
    /// [`Command::spawn`](std::process::Command::spawn).
    #[cfg(feature = "signer-command")]
    #[must_use]
    pub const fn signer_spawn(mut self, spawn: tokenring_signer_command::Spawn) -> Self {
        self.key.signer_spawn = Some(spawn);
        self
    }
}
