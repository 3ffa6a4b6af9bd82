use base64ct::{Base64UrlUnpadded, Encoding};
use serde_json::{Map, Value, json};
use tokenring_jwk::{Algorithm, Signer, aws_lc_rs};

use crate::key_ring::TestKey;

/// A JWT that no crate of ours would make.
#[derive(Clone, Default)]
pub(crate) struct Draft {
    pub(crate) header: Map<String, Value>,
    pub(crate) claims: Map<String, Value>,
}

impl Draft {
    pub(crate) fn new(header: &Value, claims: &Value) -> Self {
        Self {
            header: header.as_object().unwrap().clone(),
            claims: claims.as_object().unwrap().clone(),
        }
    }

    /// Sets a member of the header; null takes it out.
    pub(crate) fn set_header(&mut self, name: &str, value: Value) {
        set(&mut self.header, name, value);
    }

    /// Sets a claim; null takes it out.
    pub(crate) fn set_claim(&mut self, name: &str, value: Value) {
        set(&mut self.claims, name, value);
    }

    pub(crate) fn claim(&self, name: &str) -> Option<&str> {
        self.claims.get(name).and_then(Value::as_str)
    }

    /// Signs with this algorithm, whatever the header says; `none` leaves the signature empty.
    pub(crate) fn sign(&self, key: &TestKey, algorithm: &str) -> String {
        let input = format!("{}.{}", encode(&self.header), encode(&self.claims));
        if algorithm == "none" {
            return format!("{input}.");
        }
        if algorithm.starts_with("HS") {
            // Nobody who takes public keys gets as far as this.
            return format!("{input}.{}", Base64UrlUnpadded::encode_string(&[7; 32]));
        }
        let in_capitals = || algorithm.to_uppercase().parse();
        let algorithm: Algorithm = algorithm.parse().or_else(|_| in_capitals()).unwrap();
        let key = aws_lc_rs::SigningKey::new(&key.private, algorithm).unwrap();
        let signature = key.sign(input.as_bytes()).unwrap();
        let signature = Base64UrlUnpadded::encode_string(signature.as_bytes());
        format!("{input}.{signature}")
    }
}

/// A DPoP proof (RFC 9449) for a token request, with these claims changed.
pub(crate) fn dpop_proof(key: &TestKey, url: &str, now: u64, changes: &Value) -> String {
    let jwk = key.jwk(&json!({}));
    let header = json!({ "typ": "dpop+jwt", "alg": "ES256", "jwk": jwk });
    let claims = json!({ "htm": "POST", "htu": url, "iat": now, "jti": super::site::unique() });
    let mut proof = Draft::new(&header, &claims);
    for (name, value) in changes.as_object().into_iter().flatten() {
        proof.set_claim(name, value.clone());
    }
    proof.sign(key, "ES256")
}

fn encode(object: &Map<String, Value>) -> String {
    Base64UrlUnpadded::encode_string(Value::Object(object.clone()).to_string().as_bytes())
}

fn set(object: &mut Map<String, Value>, name: &str, value: Value) {
    match value {
        Value::Null => drop(object.remove(name)),
        value => drop(object.insert(name.to_owned(), value)),
    }
}
