use std::path::PathBuf;
use std::sync::Arc;

use tokenring_gateway::Registration;
use tokenring_jwk::{JwkSet, PublicKey};

use crate::client_registration::ClientRegistration;
use crate::registered_keys::RegisteredKeys;

/// Where the public keys of a registered client come from.
///
/// # Examples
///
/// ```
/// use tokenring_mock_gateway::JwkSource;
///
/// let source = JwkSource::from_file_or_url("https://example.com/jwks.json");
/// assert!(matches!(source, JwkSource::Url(_)));
/// let source = JwkSource::from_file_or_url("test-1.json");
/// assert!(matches!(source, JwkSource::File(_)));
/// ```
#[non_exhaustive]
#[derive(Clone, Debug)]
pub enum JwkSource {
    /// A JWK Set that is at hand.
    Set(JwkSet),
    /// A file, read once, at the start: a JWK Set, or a public key or a certificate in PEM.
    File(PathBuf),
    /// What somebody pastes into a form of the gateway's: a JWK Set, a public key or a certificate
    /// in PEM, or a public key in base64 alone.
    ///
    /// What the gateway cannot read is an error of the requests, not of the start.
    Text(String),
    /// One public key that the gateway was given without anything said of it.
    ///
    /// Its key ID is what the gateway makes of it, by its file: the hash of its SPKI (Keycloak), the
    /// RFC 7638 thumbprint, or any text where the gateway hands the ID out. A file's name without
    /// its ending is taken too.
    PublicKey(PublicKey),
    /// A certificate in DER, of which the gateway keeps the public key and the SHA-256.
    Certificate(Vec<u8>),
    /// An `https` URL that answers with a JWK Set, or an `http` one of this machine.
    ///
    /// It has a path, as the real gateway wants it; a URL that could never be fetched is rejected
    /// at the start.
    ///
    /// It is fetched when a request needs it, and then kept as long as the real gateway keeps it,
    /// by the clock: where that one does not look again for a key ID that it does not know (NHS,
    /// for an hour), neither does this. What could not be fetched is not kept.
    Url(String),
    /// No keys: the client has an API key and never registered a public key.
    Unregistered,
}

impl JwkSource {
    /// Takes text that starts with `http://` or `https://` as a URL, any other as a file path.
    #[must_use]
    pub fn from_file_or_url(text: &str) -> Self {
        if text.starts_with("http://") || text.starts_with("https://") {
            Self::Url(text.to_owned())
        } else {
            Self::File(PathBuf::from(text))
        }
    }
}

impl From<PublicKey> for JwkSource {
    fn from(key: PublicKey) -> Self {
        Self::PublicKey(key)
    }
}

impl From<JwkSet> for JwkSource {
    fn from(set: JwkSet) -> Self {
        Self::Set(set)
    }
}

/// How a registered client stands with the gateway, beside its keys.
///
/// Everything but [`Active`](Self::Active) makes the token endpoint refuse assertions that are
/// right in every other respect.
///
/// # Examples
///
/// ```
/// use tokenring_mock_gateway::{ClientState, JwkSource, MockGateway};
///
/// let gateway = MockGateway::builder()
///     .with_client("revoked", JwkSource::Unregistered)
///     .with_client_state("revoked", ClientState::AppRevoked)
///     .start()?;
/// # Ok::<(), tokenring_mock_gateway::Error>(())
/// ```
#[non_exhaustive]
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum ClientState {
    /// In order.
    #[default]
    Active,
    /// The application was revoked, or not approved yet.
    AppRevoked,
    /// The application has no product that gives access to the token endpoint.
    ProductMissing,
    /// The developer who owns the application is inactive.
    DeveloperInactive,
    /// The company that owns the application is inactive.
    CompanyInactive,
    /// The application has products, none of them for application-restricted access.
    NoApplicationScope,
}

/// One registered client.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    pub(crate) id: String,
    pub(crate) state: ClientState,
    pub(crate) keys: ClientKeys,
    pub(crate) registration: ClientRegistration,
}

/// The keys of a client, after files were read.
#[derive(Clone, Debug)]
pub(crate) enum ClientKeys {
    Fixed(Arc<RegisteredKeys>),
    Url(String),
    /// Something that is no key.
    Unreadable,
    Unregistered,
}

impl ClientKeys {
    /// The form in which they were registered. That of no keys is a JWK Set.
    pub(crate) fn form(&self) -> Registration {
        match self {
            Self::Url(_) => Registration::JwkSetUrl,
            Self::Fixed(keys) => keys.form(),
            Self::Unreadable => Registration::PublicKey,
            Self::Unregistered => Registration::JwkSet,
        }
    }
}
