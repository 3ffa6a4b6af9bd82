use std::sync::{Arc, Mutex};

use tokenring_jwk::{Algorithm, KeyType, PublicKey};

use crate::connection::Connection;
use crate::key_material::KeyMaterial;
use crate::mechanism::Plan;
use crate::{Error, PinSource, Pkcs11Signer, Pkcs11Uri};

/// A private key on a token, which it never leaves.
///
/// # Examples
///
/// ```no_run
/// use tokenring_jwk::{Algorithm, Jwk, KeyId, KeyUse};
/// use tokenring_pkcs11::{PinSource, Pkcs11Key};
///
/// let uri = "pkcs11:token=my%20token;object=signing?module-name=softhsm2".parse()?;
/// let key = Pkcs11Key::open(&uri, PinSource::from_file("/run/secrets/pin"))?;
///
/// // For the gateway: the public half, if the token tells it.
/// let jwk = key.public_key().map(|public_key| Jwk::new(public_key.clone()));
///
/// let signer = key.into_signer(Algorithm::Rs512)?.with_key_id(KeyId::new("test-1"));
/// # Ok::<(), tokenring_pkcs11::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Pkcs11Key {
    connection: Arc<Mutex<Connection>>,
    material: KeyMaterial,
    label: String,
    id: Vec<u8>,
}

impl Pkcs11Key {
    /// Logs in to the token and finds the key.
    ///
    /// The PIN is tried once, and kept in memory as long as the key: a token that was
    /// pulled out and put back wants it again. The token's module stays in the process.
    ///
    /// # Errors
    ///
    /// What is missing, locked, ambiguous or unfit; [`Error`] has a name for each.
    ///
    /// # Security
    ///
    /// The module that the URI names is loaded into this process. A URI comes from
    /// the configuration, never from anyone else.
    pub fn open(uri: &Pkcs11Uri, pin: PinSource) -> Result<Self, Error> {
        let connection = Connection::open(uri, pin)?;
        let material = connection.material()?;
        let (label, id) = connection.label_and_id();
        Ok(Self {
            connection: Arc::new(Mutex::new(connection)),
            material,
            label: String::from_utf8_lossy(&label).into_owned(),
            id,
        })
    }

    /// The type of the key.
    #[must_use]
    pub const fn key_type(&self) -> KeyType {
        self.material.key_type
    }

    /// The public half, if the token tells it.
    ///
    /// It is that of the public key object with the same identifier, or of the
    /// attributes of the private one. Where both tell it, they agree.
    #[must_use]
    pub const fn public_key(&self) -> Option<&PublicKey> {
        self.material.public_key.as_ref()
    }

    /// What the token calls the key: any text, to be escaped before it is shown.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.label
    }

    /// The identifier on the token, `CKA_ID`, which is no `kid`.
    #[must_use]
    pub fn id(&self) -> &[u8] {
        &self.id
    }

    /// Makes a signer for this algorithm. Several of one key share a session.
    ///
    /// # Errors
    ///
    /// [`Error::WrongKeyType`], [`Error::NoMechanism`] where the token does not do
    /// it, and [`Error::NoPlaceForPin`].
    pub fn into_signer(self, algorithm: Algorithm) -> Result<Pkcs11Signer, Error> {
        let mechanisms = self
            .connection
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .mechanisms()?;
        let plan = Plan::new(algorithm, &self.material, &mechanisms)?;
        Ok(Pkcs11Signer::new(
            self.connection,
            self.material,
            algorithm,
            plan,
        ))
    }
}
