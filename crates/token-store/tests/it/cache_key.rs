use std::collections::HashSet;

use serde_json::json;
use tokenring_jwk::{Algorithm, KeyId, Thumbprint};
use tokenring_token_store::{CacheKey, CacheKeyBuilder};

const ENDPOINT: &str = "https://gateway.example/oauth2/token";

fn builder() -> CacheKeyBuilder {
    CacheKey::builder(ENDPOINT, "client-1")
}

#[test]
fn is_the_hash_that_its_description_gives() {
    // Python: sha256 over the domain "tokenring token-cache key 1" and the sorted
    // triples of field, name and value, each text behind its length in 8 bytes.
    let key = builder()
        .with_scope("read")
        .with_parameter("resource", "b")
        .with_parameter("resource", "a")
        .build();
    assert_eq!(
        key.as_str(),
        "24b5ae3edd856db1be4f9a862d41252211569f022b44e68eea98d8ca0460fe9a"
    );
}

#[test]
fn differs_with_every_value() {
    let key_id = KeyId::new("x");
    let keys = [
        builder(),
        CacheKey::builder("https://gateway.example/other", "client-1"),
        CacheKey::builder(ENDPOINT, "client-2"),
        // The same letters, cut elsewhere.
        CacheKey::builder(&ENDPOINT[..ENDPOINT.len() - 1], "nclient-1"),
        builder().with_gateway("x"),
        builder().with_environment("x"),
        builder().with_issuer("x"),
        builder().with_subject("x"),
        builder().with_key_id(&key_id),
        builder().with_key_thumbprint(&Thumbprint::from_digest([0; 32])),
        builder().with_key_thumbprint(&Thumbprint::from_digest([1; 32])),
        builder().with_algorithm(Algorithm::Es256),
        builder().with_algorithm(Algorithm::Rs512),
        builder().with_audience("x"),
        builder().with_scope("x"),
        builder().with_scope(""),
        builder().with_scope("x y"),
        builder().with_scope("y x"),
        builder().with_grant("x"),
        builder().with_parameter("x", ""),
        builder().with_parameter("", "x"),
        builder().with_parameter("x", "y"),
        builder().with_parameter("x", "y").with_parameter("x", "y"),
        builder().with_parameter("x", "yx").with_parameter("x", "y"),
        builder().with_parameter("xyx", "y"),
        builder().with_claim("x", &json!("y")),
        builder().with_claim("x", &json!("1")),
        builder().with_claim("x", &json!(1)),
        builder().with_claim("x", &json!({"a": [1, null]})),
        builder().with_header_parameter("x", &json!("y")),
        builder().with_value("x", "y"),
    ];
    let count = keys.len();
    let hashes: HashSet<String> = keys.map(|key| key.build().as_str().to_owned()).into();
    assert_eq!(hashes.len(), count);
    assert!(hashes.iter().all(|hash| hash.len() == 64));
}

#[test]
fn does_not_differ_with_the_order() {
    let one = builder()
        .with_parameter("a", "1")
        .with_parameter("b", "2")
        .with_claim("c", &json!({"x": 1, "y": 2}))
        .with_scope("x")
        .with_audience("y");
    let other = builder()
        .with_audience("y")
        .with_scope("replaced")
        .with_claim("c", &json!({"y": 2, "x": 1}))
        .with_parameter("b", "2")
        .with_scope("x")
        .with_parameter("a", "1");
    assert_eq!(one.build().as_str(), other.build().as_str());
}
