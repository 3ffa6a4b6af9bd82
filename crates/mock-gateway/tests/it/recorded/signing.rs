//! The named keys of the recorded rows, made anew for each run.

use std::collections::HashMap;
use std::sync::{Mutex, OnceLock};

use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use serde_json::{Value, json};
use tokenring_jwk::aws_lc_rs::{SigningKey, generate};
use tokenring_jwk::{Algorithm, Jwk, JwkSet, KeySpec, PrivateKey, PublicKey, Signer, any};

/// This one is stored, and has a certificate.
pub(super) const STORED: &str = "rsa2048-a";

/// The key of that name, such as `rsa2048-a`: the part before the hyphen says its kind.
pub(super) fn key(name: &str) -> &'static PrivateKey {
    static KEYS: OnceLock<Mutex<HashMap<String, &'static PrivateKey>>> = OnceLock::new();
    let mut keys = KEYS.get_or_init(Mutex::default).lock().unwrap();
    if name == STORED {
        return crate::draft::key(Algorithm::Rs256);
    }
    keys.entry(name.to_owned()).or_insert_with(|| {
        let spec = match name.split('-').next().unwrap() {
            "rsa2048" => KeySpec::Rsa2048,
            "p256" => KeySpec::P256,
            "p384" => KeySpec::P384,
            "p521" => KeySpec::P521,
            "ed25519" => KeySpec::Ed25519,
            kind => panic!("no key is of the kind {kind}"),
        };
        Box::leak(Box::new(generate(spec).unwrap()))
    })
}

fn own_algorithm(name: &str) -> Algorithm {
    match name.split('-').next().unwrap() {
        "p256" => Algorithm::Es256,
        "p384" => Algorithm::Es384,
        "p521" => Algorithm::Es512,
        "ed25519" => Algorithm::EdDsa,
        _ => Algorithm::Rs256,
    }
}

pub(super) fn public_key(name: &str) -> PublicKey {
    let signer = SigningKey::new(key(name), own_algorithm(name)).unwrap();
    signer.public_key().clone()
}

/// The JWK, without anything that is said of the key.
pub(super) fn jwk(name: &str) -> Value {
    let set: JwkSet = [Jwk::new(public_key(name))].into_iter().collect();
    let set: Value = serde_json::from_str(&set.to_json()).unwrap();
    let mut jwk = set["keys"][0].clone();
    for member in ["kid", "use", "alg"] {
        jwk.as_object_mut().unwrap().remove(member);
    }
    jwk
}

/// Signs by the algorithm, or, where the key cannot or nobody does, writes something else.
pub(super) fn sign(name: &str, algorithm: &str, input: &str) -> String {
    if algorithm == "none" {
        return String::new();
    }
    let algorithm = algorithm.parse().ok();
    let signer = algorithm.and_then(|algorithm| SigningKey::new(key(name), algorithm).ok());
    match signer {
        Some(signer) => encode(signer.sign(input.as_bytes()).unwrap().as_bytes()),
        None => encode(&[7; 32]),
    }
}

pub(super) fn thumbprint(name: &str) -> String {
    any::thumbprint(&public_key(name)).to_string()
}

pub(super) fn spki_hash(name: &str) -> String {
    tokenring_jwk::aws_lc_rs::spki_hash(&public_key(name)).to_string()
}

pub(super) fn encode(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

pub(super) fn encode_json(value: &Value) -> String {
    encode(json!(value).to_string().as_bytes())
}

/// The public key of PKCS#1, which is not the SubjectPublicKeyInfo that servers read.
pub(super) fn pkcs1_pem(name: &str) -> String {
    // The bit string of the SPKI is the RSAPublicKey; its header has 24 bytes for 2048 bits.
    let spki = public_key(name).to_spki_der();
    let body = Base64::encode_string(&spki[24..]);
    format!("-----BEGIN RSA PUBLIC KEY-----\n{body}\n-----END RSA PUBLIC KEY-----\n")
}
