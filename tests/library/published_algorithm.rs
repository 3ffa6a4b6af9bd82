//! The algorithm that the JWK Set next to a key states decides, and nothing is sent that
//! contradicts it.

use integration_tests::fixtures;
use integration_tests::scratch::Scratch;
use serde_json::json;
use tokenring::{Client, ClientBuilder, Error, Parameter, Remedy, ValueSource};

/// A key of 2048 bits, and a JWK Set next to it that says these things of it.
struct Keys(Scratch);

impl Keys {
    fn new(entries: &[serde_json::Value]) -> Self {
        let folder = Scratch::new();
        let pem = fixtures::bytes("keys/test-rsa-2048-pkcs8.pem");
        std::fs::write(folder.path().join("int-1.pem"), pem).unwrap();
        let set = json!({ "keys": entries }).to_string();
        std::fs::write(folder.path().join("int-1.json"), set).unwrap();
        Self(folder)
    }

    fn client(&self, gateway: &str) -> ClientBuilder {
        Client::builder(gateway)
            .client_id("me")
            .key(self.0.path().join("int-1.pem"))
            .token_url("https://as.example.com/token")
            .no_store()
    }
}

/// The JWK of the key, with these members more.
fn jwk(more: serde_json::Value) -> serde_json::Value {
    let mut jwk = fixtures::json("keys/test-rsa-2048-public.jwk.json");
    let members = jwk.as_object_mut().unwrap();
    members.extend(more.as_object().unwrap().clone());
    jwk
}

#[track_caller]
fn check(builder: ClientBuilder, algorithm: &str, is_of_set: bool) {
    let client = builder.build().unwrap();
    let header = client.preview().unwrap().header;
    assert!(
        header.contains(&format!("\"alg\":\"{algorithm}\"")),
        "{header}"
    );
    let mut values = client.effective_values().iter();
    let value = values.find(|value| value.parameter == Parameter::Algorithm);
    let source = value.map(|value| &value.source);
    let found = matches!(source, Some(ValueSource::KeySet(path)) if path.ends_with("int-1.json"));
    assert_eq!(found, is_of_set, "{source:?}");
}

#[test]
fn it_decides_where_none_is_given() {
    let keys = Keys::new(&[jwk(json!({ "kid": "a", "alg": "PS384" }))]);
    check(keys.client("generic"), "PS384", true);
    check(keys.client("generic").algorithm("PS384"), "PS384", false);
    // Without a kid, too.
    let keys = Keys::new(&[jwk(json!({ "alg": "PS384" }))]);
    check(keys.client("generic"), "PS384", true);
}

#[test]
fn the_key_id_that_is_given_chooses_the_entry() {
    let keys = Keys::new(&[
        jwk(json!({ "kid": "a", "alg": "PS384" })),
        jwk(json!({ "kid": "b", "alg": "RS512" })),
    ]);
    check(keys.client("generic").key_id("b"), "RS512", true);
    check(keys.client("generic").key_id("a"), "PS384", true);
    // Two that differ say nothing.
    check(keys.client("generic"), "RS256", false);
}

#[test]
fn another_key_says_nothing() {
    let mut other = fixtures::json("keys/test-rsa-3072-public.jwk.json");
    other["kid"] = json!("a");
    other["alg"] = json!("PS384");
    check(Keys::new(&[other]).client("generic"), "RS256", false);
    check(
        Keys::new(&[jwk(json!({ "kid": "a" }))]).client("generic"),
        "RS256",
        false,
    );
}

#[test]
fn a_contradiction_is_found_before_anything_is_sent() {
    let keys = Keys::new(&[jwk(json!({ "kid": "a", "alg": "PS384" }))]);
    let error = keys
        .client("generic")
        .algorithm("RS256")
        .build()
        .unwrap_err();
    assert!(
        matches!(
            &error,
            Error::PublishedAlgorithm { algorithm, published, jwk_set }
                if algorithm.name() == "RS256"
                    && published.name() == "PS384"
                    && jwk_set.ends_with("int-1.json")
        ),
        "{error:?}"
    );
    assert_eq!(error.remedy(), Some(Remedy::Correct(Parameter::Algorithm)));
    // Who skips the checks gets what was asked for.
    let skipped = keys.client("generic").algorithm("RS256").lint(false);
    check(skipped, "RS256", false);

    let error = keys.client("nhs").build().unwrap_err();
    assert!(
        matches!(
            &error,
            Error::KeyAlgorithm { algorithm, jwk_set: Some(path), gateway, .. }
                if algorithm.name() == "PS384" && path.ends_with("int-1.json") && gateway == "nhs"
        ),
        "{error:?}"
    );
    check(keys.client("nhs").lint(false), "PS384", true);
}

/// A JWK works with every algorithm of its type where the gateway ignores its `alg`.
#[test]
fn an_algorithm_that_the_gateway_ignores() {
    for gateway in ["smart-bulk-data", "hydra", "mitreid"] {
        let keys = Keys::new(&[jwk(json!({ "kid": "a", "alg": "RS384" }))]);
        let client = |keys: &Keys| {
            keys.client(gateway)
                .variable("server", "https://as.example.com")
                .scope("system/*.rs")
        };
        check(client(&keys), "RS384", true);
        check(client(&keys).algorithm("RS512"), "RS512", false);
    }
}

/// Where the gateway knows the bare public key only, the JWK Set is not what was registered.
#[test]
fn a_gateway_that_never_saw_the_set() {
    let client = |algorithm: &str| {
        let keys = Keys::new(&[jwk(json!({ "kid": "a", "alg": algorithm }))]);
        let client = keys.client("auth0").variable("tenant", "example.eu");
        (client.variable("api", "https://api.example.com/"), keys)
    };
    let (builder, keys) = client("PS256");
    // Its own kid would name no key there.
    let header = builder.build().unwrap().preview().unwrap().header;
    assert!(!header.contains("\"kid\""), "{header}");
    drop(keys);
    let (builder, _keys) = client("PS256");
    check(builder, "PS256", true);
    let (builder, _keys) = client("PS256");
    check(builder.algorithm("RS256"), "RS256", false);
    let (builder, _keys) = client("PS384");
    check(builder, "RS256", false);
}
