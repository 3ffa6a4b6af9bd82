use base64ct::{Base64UrlUnpadded, Encoding};
use ring::digest::{SHA256, SHA384, SHA512, digest};
use serde_json::Value;
use tokenring_jwk::{Algorithm, KeyId};

/// The version of the contract.
const VERSION: u32 = 1;

/// Asks for the algorithm and the key.
pub(crate) fn describe() -> String {
    format!("{{\"version\":{VERSION},\"operation\":\"describe\"}}\n")
}

/// Asks for a signature.
///
/// The members have a fixed order and no space between them, so that a shell
/// script without a JSON parser can pick them out.
pub(crate) fn sign(algorithm: Algorithm, key_id: Option<&KeyId>, message: &[u8]) -> String {
    let base64url = Base64UrlUnpadded::encode_string;
    let mut request =
        format!("{{\"version\":{VERSION},\"operation\":\"sign\",\"alg\":\"{algorithm}\"");
    if let Some((name, hash)) = hash(algorithm) {
        let value = digest(hash, message);
        let value = base64url(value.as_ref());
        request.push_str(&format!(
            ",\"digest_alg\":\"{name}\",\"digest\":\"{value}\""
        ));
    }
    let message = base64url(message);
    request.push_str(&format!(",\"signing_input\":\"{message}\""));
    if let Some(key_id) = key_id {
        let key_id = Value::from(key_id.as_str());
        request.push_str(&format!(",\"kid\":{key_id}"));
    }
    request.push_str("}\n");
    request
}

/// The hash that the algorithm begins with; Ed25519 takes the message itself
/// (RFC 8032 section 5.1.6).
fn hash(algorithm: Algorithm) -> Option<(&'static str, &'static ring::digest::Algorithm)> {
    match algorithm {
        Algorithm::Rs256 | Algorithm::Ps256 | Algorithm::Es256 => Some(("SHA-256", &SHA256)),
        Algorithm::Rs384 | Algorithm::Ps384 | Algorithm::Es384 => Some(("SHA-384", &SHA384)),
        Algorithm::Rs512 | Algorithm::Ps512 | Algorithm::Es512 => Some(("SHA-512", &SHA512)),
        _ => None,
    }
}
