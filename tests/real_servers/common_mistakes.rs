//! Mistakes for servers whose answers are not stored: each is to be refused, or taken where the
//! server is known to.

use serde_json::{Map, Value, json};

use crate::recorded_row::{Expected, RecordedRow, RequestChanges};

/// The mistakes, of which the server takes those that are named.
pub(crate) fn rows(accepted: &[&str]) -> Vec<RecordedRow> {
    let mut rows = Vec::new();
    for (part, label, cause, changes) in table() {
        let mut request = RequestChanges::default();
        let members: Map<String, Value> = changes.as_object().unwrap().clone();
        match part {
            "header" => request.header = members,
            "claims" => request.claims = members,
            "form" => request.form = members,
            "http" => request.http = members,
            _ => {
                request.key = changes["key"].as_str().map(str::to_owned);
                request.algorithm = changes["alg"].as_str().map(str::to_owned);
                request.damage = changes["damage"].as_str().map(str::to_owned);
            }
        }
        let is_accepted = accepted.contains(&label);
        rows.push(RecordedRow {
            file: "common",
            label: label.to_owned(),
            cause: Some(cause.to_owned()),
            client: Value::Null,
            request,
            before: None,
            times: if cause == "jwt-id-spent" { 2 } else { 1 },
            answer: if is_accepted {
                Expected::Token
            } else {
                Expected::AnyRefusal
            },
        });
    }
    let known: Vec<&str> = rows.iter().map(|row| row.label.as_str()).collect();
    for label in accepted {
        assert!(known.contains(label), "no mistake is called {label}");
    }
    rows
}

type Mistake = (&'static str, &'static str, &'static str, Value);

fn table() -> Vec<Mistake> {
    let at = |seconds: i64| json!({ "now": seconds });
    let past = json!({ "iat": at(-300), "exp": at(-200), "nbf": null });
    vec![
        (
            "header",
            "kid unknown",
            "unknown-key-id",
            json!({ "kid": "nope" }),
        ),
        (
            "header",
            "kid in capitals",
            "unknown-key-id",
            json!({ "kid": "K1" }),
        ),
        (
            "header",
            "alg in small letters",
            "algorithm",
            json!({ "alg": "rs256" }),
        ),
        (
            "header",
            "crit",
            "critical-extension",
            json!({ "crit": ["exp"] }),
        ),
        ("sign", "alg none", "algorithm", json!({ "alg": "none" })),
        (
            "sign",
            "another RSA algorithm",
            "algorithm",
            json!({ "alg": "RS512" }),
        ),
        (
            "sign",
            "PSS for PKCS #1",
            "algorithm",
            json!({ "alg": "PS256" }),
        ),
        (
            "sign",
            "a key of another type",
            "algorithm",
            json!({ "key": "p256-a", "alg": "ES256" }),
        ),
        (
            "sign",
            "another key under the same kid",
            "signature",
            json!({ "key": "rsa2048-x" }),
        ),
        (
            "sign",
            "signature absent",
            "signature",
            json!({ "damage": "signature-absent" }),
        ),
        (
            "claims",
            "aud of another server",
            "audience",
            json!({ "aud": "https://other.example/" }),
        ),
        (
            "claims",
            "aud with a slash",
            "audience",
            json!({ "aud": "${token}/" }),
        ),
        (
            "claims",
            "aud by another host name",
            "audience",
            json!({ "aud": "${localhost-token}" }),
        ),
        (
            "claims",
            "aud absent",
            "audience-absent",
            json!({ "aud": null }),
        ),
        (
            "claims",
            "aud list of others",
            "audience",
            json!({ "aud": ["a:b", "c:d"] }),
        ),
        ("claims", "expired", "expired", past),
        (
            "claims",
            "exp absent",
            "expiry-absent",
            json!({ "exp": null }),
        ),
        (
            "claims",
            "exp a word",
            "expiry-form",
            json!({ "exp": "tomorrow" }),
        ),
        (
            "claims",
            "nbf 10 min ahead",
            "not-yet-valid",
            json!({ "nbf": at(600), "exp": at(700) }),
        ),
        (
            "claims",
            "iat 10 min ahead",
            "issued-in-future",
            json!({ "iat": at(600), "exp": at(700) }),
        ),
        (
            "claims",
            "iss absent",
            "issuer-absent",
            json!({ "iss": null }),
        ),
        (
            "claims",
            "sub absent",
            "subject-absent",
            json!({ "sub": null }),
        ),
        (
            "claims",
            "iss of another",
            "issuer-not-subject",
            json!({ "iss": "somebody" }),
        ),
        (
            "claims",
            "unknown client",
            "unknown-client",
            json!({ "iss": "nobody", "sub": "nobody" }),
        ),
        (
            "claims",
            "client in capitals",
            "unknown-client",
            json!({ "iss": "${CLIENT}", "sub": "${CLIENT}" }),
        ),
        (
            "claims",
            "jti absent",
            "jwt-id-absent",
            json!({ "jti": null }),
        ),
        (
            "claims",
            "jti a number",
            "jwt-id-form",
            json!({ "jti": 17 }),
        ),
        ("claims", "jti used twice", "jwt-id-spent", json!({})),
        (
            "form",
            "grant_type unknown",
            "grant-type",
            json!({ "grant_type": "x" }),
        ),
        (
            "form",
            "grant_type absent",
            "grant-type-absent",
            json!({ "grant_type": null }),
        ),
        (
            "form",
            "client_assertion_type unknown",
            "client-assertion-type",
            json!({ "client_assertion_type": "x" }),
        ),
        (
            "form",
            "client_assertion_type absent",
            "client-assertion-type",
            json!({ "client_assertion_type": null }),
        ),
        (
            "form",
            "client_assertion absent",
            "client-assertion-absent",
            json!({ "client_assertion": null }),
        ),
        (
            "form",
            "client_assertion no JWT",
            "malformed",
            json!({ "client_assertion": "abc" }),
        ),
        (
            "form",
            "scope unknown",
            "no-application-scope",
            json!({ "scope": "nope" }),
        ),
        (
            "http",
            "JSON body",
            "content-type",
            json!({ "content-type": "application/json", "body": "{}" }),
        ),
    ]
}
