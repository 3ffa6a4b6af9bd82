use core::fmt;

use serde_json::Value;
use tokenring_gateway::Registration;
use tokenring_jwk::{
    Algorithm, Error, JsonObject, Jwk, JwkSet, KeyOperations, KeyUse, PublicKey, any,
};

use crate::certificate::{Certificate, sha256_base64url};

/// The keys that a client has registered, whatever form they came in.
#[derive(Clone, Default)]
pub(crate) struct RegisteredKeys(Vec<RegisteredKey>);

/// One of them.
#[derive(Clone)]
pub(crate) struct RegisteredKey {
    pub(crate) public_key: PublicKey,
    /// The `kid` of the JWK, or the name that a bare key was given.
    pub(crate) key_id: Option<String>,
    pub(crate) key_use: Option<KeyUse>,
    pub(crate) algorithm: Option<Algorithm>,
    /// Unless its `key_ops` are there without `verify`: RFC 7517, section 4.3.
    pub(crate) can_verify: bool,
    /// Base64url of the SHA-256 of the certificate, where there is one.
    pub(crate) certificate_hash: Option<String>,
    /// The same with SHA-1.
    pub(crate) certificate_sha1: Option<String>,
    /// The key came alone or in a certificate, not as a JWK that says what it is for.
    pub(crate) is_bare: bool,
}

impl RegisteredKeys {
    /// Takes a set. What its JSON said of certificates is not in it any more.
    pub(crate) fn from_set(set: &JwkSet) -> Self {
        Self(set.keys().iter().map(RegisteredKey::from_jwk).collect())
    }

    /// Reads a JWK Set as a gateway does, with the certificates that its keys name.
    pub(crate) fn from_json(text: &str) -> Result<Self, Error> {
        // The whole is judged first: where it is no set, or has a private key in it, nothing counts.
        let plain = Self::from_set(&JwkSet::from_json(text)?);
        let members = JsonObject::parse(text.as_bytes())?;
        let Some(Value::Array(entries)) = members.get("keys") else {
            return Ok(plain);
        };
        let read = |entry: &Value| {
            let jwk = Jwk::from_json(&entry.to_string()).ok()?;
            let mut key = RegisteredKey::from_jwk(&jwk);
            (key.certificate_hash, key.certificate_sha1) = certificate_hashes(entry);
            Some(key)
        };
        Ok(Self(entries.iter().filter_map(read).collect()))
    }

    /// Takes one key that nothing is said of.
    pub(crate) fn from_public_key(public_key: PublicKey, key_id: Option<String>) -> Self {
        Self(vec![RegisteredKey {
            public_key,
            key_id,
            key_use: None,
            algorithm: None,
            can_verify: true,
            certificate_hash: None,
            certificate_sha1: None,
            is_bare: true,
        }])
    }

    pub(crate) fn from_certificate(certificate: Certificate, key_id: Option<String>) -> Self {
        let mut keys = Self::from_public_key(certificate.public_key, key_id);
        for key in &mut keys.0 {
            key.certificate_hash = Some(certificate.hash.clone());
            key.certificate_sha1.clone_from(&certificate.sha1);
        }
        keys
    }

    /// The form in which they were registered, unless it was a URL.
    pub(crate) fn form(&self) -> Registration {
        match self.0.first() {
            Some(key) if key.is_bare && key.certificate_hash.is_some() => Registration::Certificate,
            Some(key) if key.is_bare => Registration::PublicKey,
            _ => Registration::JwkSet,
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &RegisteredKey> {
        self.0.iter()
    }
}

impl RegisteredKey {
    fn from_jwk(jwk: &Jwk) -> Self {
        Self {
            public_key: jwk.public_key().clone(),
            key_id: jwk.key_id().map(|id| id.as_str().to_owned()),
            key_use: jwk.key_use(),
            algorithm: jwk.algorithm(),
            can_verify: jwk.operations() == KeyOperations::Verify,
            certificate_hash: None,
            certificate_sha1: None,
            is_bare: false,
        }
    }

    /// The identifier that Keycloak makes of a key that was registered without one.
    pub(crate) fn spki_hash(&self) -> String {
        sha256_base64url(&self.public_key.to_spki_der())
    }

    /// RFC 7638.
    pub(crate) fn thumbprint(&self) -> String {
        any::thumbprint(&self.public_key).to_string()
    }
}

/// What a JWK says of its certificate, with SHA-256 and with SHA-1: RFC 7517, sections 4.7 to 4.9.
fn certificate_hashes(jwk: &Value) -> (Option<String>, Option<String>) {
    let leaf = jwk.pointer("/x5c/0").and_then(Value::as_str);
    let certificate = leaf.and_then(Certificate::from_base64);
    let (sha256, sha1) = certificate.map_or((None, None), |it| (Some(it.hash), it.sha1));
    let stated = |name: &str| Some(jwk.get(name)?.as_str()?.to_owned());
    (stated("x5t#S256").or(sha256), stated("x5t").or(sha1))
}

/// Public keys, and many of them.
impl fmt::Debug for RegisteredKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RegisteredKeys")
            .field("keys", &self.0.len())
            .finish()
    }
}
