//! The stored test keys, under the names that gateways know keys by.

use std::sync::OnceLock;

use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use integration_tests::fixtures;
use serde_json::{Value, json};
use tokenring_gateway::KeyIdScheme;
use tokenring_jwk::{Algorithm, Jwk, JwkSet, KeySpec, PrivateKey, PublicKey, Signature, Signer};
use tokenring_jwk::{any, aws_lc_rs};

/// A stored key pair. What it is called was computed by openssl.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Key(&'static str);

impl Key {
    pub(crate) const RSA_2048: Self = Self("rsa-2048");
    pub(crate) const RSA_3072: Self = Self("rsa-3072");
    pub(crate) const P256: Self = Self("p256");
    pub(crate) const P384: Self = Self("p384");
    pub(crate) const P521: Self = Self("p521");
    pub(crate) const ED25519: Self = Self("ed25519");

    /// The one of a kind.
    pub(crate) fn of(spec: KeySpec) -> Self {
        Self(match spec {
            KeySpec::Rsa2048 => "rsa-2048",
            KeySpec::Rsa3072 => "rsa-3072",
            KeySpec::Rsa4096 => "rsa-4096",
            KeySpec::P256 => "p256",
            KeySpec::P384 => "p384",
            KeySpec::P521 => "p521",
            KeySpec::Ed25519 => "ed25519",
            other => panic!("no key is stored for {other}"),
        })
    }

    /// The smallest that signs by an algorithm.
    pub(crate) fn for_algorithm(algorithm: Algorithm) -> Self {
        match algorithm.name() {
            "ES256" => Self::P256,
            "ES384" => Self::P384,
            "ES512" => Self::P521,
            "EdDSA" | "Ed25519" => Self::ED25519,
            _ => Self::RSA_2048,
        }
    }

    /// One of those that it signs by.
    pub(crate) fn one_algorithm(self) -> &'static str {
        match self {
            Self::P256 => "ES256",
            Self::P384 => "ES384",
            Self::P521 => "ES512",
            Self::ED25519 => "EdDSA",
            _ => "RS256",
        }
    }

    pub(crate) const fn name(self) -> &'static str {
        self.0
    }

    fn text(self, ending: &str) -> String {
        fixtures::text(&format!("keys/test-{}-{ending}", self.0))
    }

    /// RFC 7638.
    pub(crate) fn thumbprint(self) -> String {
        self.text("thumbprint.txt").trim().to_owned()
    }

    /// What Keycloak calls a key that it knows by its public half alone.
    pub(crate) fn spki_hash(self) -> String {
        self.text("spki-hash.txt").trim().to_owned()
    }

    /// The same in base64 with padding, as an issuer has it that names the key.
    pub(crate) fn sha256(self) -> String {
        Base64::encode_string(&Base64UrlUnpadded::decode_vec(&self.spki_hash()).unwrap())
    }

    /// The `kid` that a scheme gives the key.
    pub(crate) fn id(self, scheme: KeyIdScheme) -> Option<String> {
        match scheme {
            KeyIdScheme::FileStem | KeyIdScheme::FreeText => Some(format!("test-{}", self.0)),
            KeyIdScheme::Thumbprint => Some(self.thumbprint()),
            KeyIdScheme::SpkiSha256 => Some(self.spki_hash()),
            _ => None,
        }
    }

    /// The public JWK, without a word on what it is for.
    pub(crate) fn jwk(self) -> Value {
        serde_json::from_str(&self.text("public.jwk.json")).unwrap()
    }

    /// The public JWK as it is published for signatures.
    pub(crate) fn published(self, key_id: Option<&str>) -> Value {
        let mut jwk = self.jwk();
        jwk["use"] = json!("sig");
        if let Some(key_id) = key_id {
            jwk["kid"] = json!(key_id);
        }
        jwk
    }

    pub(crate) fn public_key(self) -> PublicKey {
        let jwk = Jwk::from_json(&self.jwk().to_string()).unwrap();
        jwk.public_key().clone()
    }

    /// What signs with it.
    pub(crate) fn signer(self, algorithm: Algorithm) -> aws_lc_rs::SigningKey {
        let file = fixtures::bytes(&format!("keys/test-{}-pkcs8.pem", self.0));
        let key = PrivateKey::from_key_file(&file).unwrap();
        aws_lc_rs::SigningKey::new(&key, algorithm).unwrap()
    }
}

/// A JWK Set of these.
pub(crate) fn set(jwks: impl IntoIterator<Item = Value>) -> JwkSet {
    let jwks: Vec<Value> = jwks.into_iter().collect();
    JwkSet::from_json(&json!({ "keys": jwks }).to_string()).unwrap()
}

/// The certificate of [`Key::RSA_2048`], in DER.
pub(crate) fn certificate() -> Vec<u8> {
    Base64::decode_vec(&certificate_text()).unwrap()
}

/// The same in base64, as it stands in the header's `x5c`: RFC 7515, section 4.1.6.
pub(crate) fn certificate_text() -> String {
    let pem = fixtures::text("keys/test-rsa-2048-certificate.pem");
    pem.lines().filter(|line| !line.starts_with('-')).collect()
}

/// The header's `x5t#S256` that names it: RFC 7515, section 4.1.8.
pub(crate) fn certificate_hash() -> String {
    Base64UrlUnpadded::encode_string(&any::sha256(&certificate()))
}

/// Signs by any algorithm, with the key for it.
pub(crate) fn sign(algorithm: Algorithm, message: &[u8]) -> Signature {
    static SIGNERS: OnceLock<Vec<aws_lc_rs::SigningKey>> = OnceLock::new();
    let all = || Algorithm::ALL.iter();
    let make = |algorithm: &Algorithm| Key::for_algorithm(*algorithm).signer(*algorithm);
    let signers = SIGNERS.get_or_init(|| all().map(make).collect());
    let mut signers = signers.iter();
    let signer = signers.find(|signer| signer.algorithm() == algorithm);
    signer.unwrap().sign(message).unwrap()
}
