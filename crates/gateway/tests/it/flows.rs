//! Ways of registering that ask for different assertions.

use tokenring_gateway::{Error, Gateway, KeyIdScheme, Problem};
use tokenring_jwk::Algorithm;

const FLOWS: &str = r#"
name = "two"
title = "Two ways"
default-flow = "pem"

[environments.only]
token-endpoint = "https://auth.example.com/token"

[assertion]
algorithms = ["RS256", "RS512"]
audience = "token-endpoint"
lifetime-seconds = 60

[key]
generate = "RSA-2048"
id-scheme = "thumbprint"

[request]
client-id = true

[flows.pem]
title = "public key"

[flows.pem.key]
generate = "RSA-3072"
id-scheme = "none"
algorithms-without-id = ["RS256"]

[flows.card]
title = "smart card"

[flows.card.assertion]
algorithms = ["RS512"]
audience = "https://card.example.com"
lifetime-seconds = 10

[flows.card.request]
client-id = false

[sources]
key = "the base"
assertion = "the base"
"assertion.audience" = "the base, about audiences"
"flows.pem.key" = "the flow"
"flows.pem.key.id-scheme" = "the flow, about IDs"
"#;

fn two() -> Gateway {
    Gateway::parse(FLOWS, "two.toml").unwrap()
}

#[test]
fn the_default_flow_is_in_use_until_another_is_named() {
    let two = two();
    let names: Vec<_> = two.flows().iter().map(|flow| flow.name()).collect();
    assert_eq!(names, ["pem", "card"]);
    assert_eq!(two.flows()[1].title(), "smart card");
    assert_eq!(two.flow(), Some("pem"));
    assert_eq!(two.key().id_scheme(), KeyIdScheme::None);
    assert!(two.request().sends_client_id());
    assert_eq!(
        two.assertion().algorithms(),
        [Algorithm::Rs256, Algorithm::Rs512]
    );

    let two = two.with_flow("card").unwrap();
    assert_eq!(two.flow(), Some("card"));
    assert_eq!(two.key().id_scheme(), KeyIdScheme::Thumbprint);
    assert_eq!(two.assertion().algorithms(), [Algorithm::Rs512]);
    assert!(!two.request().sends_client_id());
    let endpoint = two
        .endpoint(two.environment(None).unwrap())
        .build()
        .unwrap();
    assert_eq!(endpoint.audience().unwrap(), "https://card.example.com");

    assert_eq!(two.with_flow("pem").unwrap().flow(), Some("pem"));
}

#[test]
fn without_a_default_the_tables_outside_of_flows_count() {
    let text = FLOWS.replace("default-flow = \"pem\"", "");
    let two = Gateway::parse(&text, "two.toml").unwrap();
    assert_eq!(two.flow(), None);
    assert_eq!(two.key().id_scheme(), KeyIdScheme::Thumbprint);
    assert_eq!(two.assertion().lifetime().as_seconds(), 60);
}

#[test]
fn an_unknown_flow_comes_with_those_that_there_are() {
    assert_eq!(
        two().with_flow("crad").unwrap_err().to_string(),
        "gateway `two` has no flow `crad` (did you mean `card`?); it has pem, card"
    );
    let nhs = Gateway::builtin("nhs").unwrap();
    assert_eq!(
        nhs.with_flow("pem").unwrap_err().to_string(),
        "gateway `nhs` has no flows, so leave `pem` out"
    );
}

#[test]
fn sources_of_the_flow_go_first() {
    let pem = two();
    assert_eq!(pem.source_of("key.id-scheme"), Some("the flow, about IDs"));
    assert_eq!(pem.source_of("key.id-required"), Some("the flow"));
    assert_eq!(pem.source_of("key"), Some("the flow"));
    assert_eq!(
        pem.source_of("assertion.audience"),
        Some("the base, about audiences")
    );
    assert_eq!(
        pem.source_of("assertion.audience-form"),
        Some("the base"),
        "a key is no part of another whose name it begins"
    );
    let card = two().with_flow("card").unwrap();
    assert_eq!(card.source_of("key.id-scheme"), Some("the base"));
    assert_eq!(card.source_of("server.words"), None);
}

#[track_caller]
fn check(old: &str, new: &str, text: &str) {
    assert_eq!(FLOWS.matches(old).count(), 1, "{old}");
    let error = Gateway::parse(&FLOWS.replace(old, new), "two.toml").unwrap_err();
    assert_eq!(error.to_string(), format!("two.toml:{text}"));
}

#[test]
fn contradictions_within_and_with_what_a_flow_leaves() {
    check(
        "default-flow = \"pem\"",
        "default-flow = \"pme\"",
        "4: `default-flow`: unknown value `pme` (did you mean `pem`?); allowed: pem, card",
    );
    check(
        "algorithms-without-id = [\"RS256\"]",
        "algorithms-without-id = [\"ES256\"]",
        "27: `flows.pem.key.algorithms-without-id[0]`: `ES256` is not among `assertion.algorithms` (line 10)",
    );
    check(
        "algorithms-without-id = [\"RS256\"]",
        "id-required = true",
        "27: `flows.pem.key.id-required`: contradicts `flows.pem.key.id-scheme`, which is `none` (line 26)",
    );
    check(
        "algorithms = [\"RS512\"]",
        "algorithms = [\"ES256\"]",
        "15: `key.generate`: with the flow `card`: none of `assertion.algorithms` signs with such a key (line 10)",
    );
    check(
        "title = \"smart card\"",
        "titel = \"smart card\"",
        "30: `flows.card.titel`: unknown key (did you mean `title`?); this table can hold title, assertion, key, request",
    );
    let text = FLOWS.replace("title = \"smart card\"", "");
    let error = Gateway::parse(&text, "two.toml").unwrap_err();
    let Error::Malformed { key, problem, .. } = error else {
        panic!("{error}");
    };
    assert_eq!(key.as_deref(), Some("flows.card.title"));
    assert!(matches!(*problem, Problem::MissingKey));
}
