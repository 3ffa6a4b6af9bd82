//! DPoP proofs (RFC 9449, section 4.2), as a client makes them.

use serde_json::{Map, Value, json};

use super::signing::{encode_json, jwk, sign};

const KEY: &str = "p256-proof";

/// Signs a proof with these claims.
pub(super) fn proof(claims: &Map<String, Value>) -> String {
    let header = json!({ "typ": "dpop+jwt", "alg": "ES256", "jwk": jwk(KEY) });
    let claims = Value::Object(claims.clone());
    let input = format!("{}.{}", encode_json(&header), encode_json(&claims));
    format!("{input}.{}", sign(KEY, "ES256", &input))
}
