use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use tokenring_jwk::{Algorithm, KeyId, PublicKey, Signer};

/// Opens keys by their names, beyond files, folders and `pkcs11:` URIs.
///
/// A source claims the names that it knows, mostly by a scheme of its own such as `vault:`; what no
/// source claims is the path of a file. See [`ClientBuilder::key_source`].
///
/// [`ClientBuilder::key_source`]: crate::ClientBuilder::key_source
pub trait KeySource: Send + Sync {
    /// Opens the key of this name; nothing if the name is not one of this source's.
    ///
    /// The private half may stay where it is: nothing is signed yet.
    fn open(&self, name: &str) -> Option<Result<ExternalKey, Box<dyn StdError + Send + Sync>>>;
}

/// A key whose private half stays elsewhere: on a PKCS#11 token, with a program that signs, in a
/// key service.
#[derive(Clone)]
pub struct ExternalKey {
    name: String,
    public_key: PublicKey,
    algorithm: Option<Algorithm>,
    key_id: Option<KeyId>,
    open: Arc<OpenSigner>,
}

/// Gives what signs by an algorithm, under a key ID.
type OpenSigner = dyn Fn(
        Algorithm,
        Option<&KeyId>,
    ) -> Result<Box<dyn Signer + Send + Sync>, Box<dyn StdError + Send + Sync>>
    + Send
    + Sync;

impl ExternalKey {
    /// Takes the public key, what people call the key, and what gives a signer for it.
    ///
    /// The closure is called once, before the first signature.
    pub fn new(
        name: impl Into<String>,
        public_key: PublicKey,
        open: impl Fn(
            Algorithm,
            Option<&KeyId>,
        ) -> Result<Box<dyn Signer + Send + Sync>, Box<dyn StdError + Send + Sync>>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        Self {
            name: name.into(),
            public_key,
            algorithm: None,
            key_id: None,
            open: Arc::new(open),
        }
    }

    /// Sets the algorithm that the key is for. Defaults to the gateway's for its type.
    #[must_use]
    pub const fn with_algorithm(mut self, algorithm: Algorithm) -> Self {
        self.algorithm = Some(algorithm);
        self
    }

    /// Sets the key ID that comes with the key. Defaults to what the gateway's scheme makes.
    #[doc(alias = "kid")]
    #[must_use]
    pub fn with_key_id(mut self, key_id: KeyId) -> Self {
        self.key_id = Some(key_id);
        self
    }

    /// What people call it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The public key.
    #[must_use]
    pub const fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    pub(crate) const fn algorithm(&self) -> Option<Algorithm> {
        self.algorithm
    }

    pub(crate) const fn key_id(&self) -> Option<&KeyId> {
        self.key_id.as_ref()
    }

    pub(crate) fn signer(
        &self,
        algorithm: Algorithm,
        key_id: Option<&KeyId>,
    ) -> Result<Box<dyn Signer + Send + Sync>, Box<dyn StdError + Send + Sync>> {
        (self.open)(algorithm, key_id)
    }
}

impl fmt::Debug for ExternalKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExternalKey")
            .field("name", &self.name)
            .field("public_key", &self.public_key)
            .field("algorithm", &self.algorithm)
            .field("key_id", &self.key_id)
            .finish_non_exhaustive()
    }
}

/// Whether this is the URI of a key on a PKCS#11 token. A scheme is that in any case (RFC 3986
/// section 3.1).
pub(crate) fn is_pkcs11_uri(text: &str) -> bool {
    const SCHEME: &str = "pkcs11:";
    text.get(..SCHEME.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(SCHEME))
}
