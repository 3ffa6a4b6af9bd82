//! Whose metadata is taken for whose, what in it speaks against a token, and the gateway file that is
//! made of it.

use std::error::Error as StdError;

use tokenring::Client;
use tokenring_gateway::Gateway;
use tokenring_mock_gateway::{JwkSource, MockGateway};

use crate::{GOOD, find, metadata, ok, status};

/// What speaks against a token, in the words that a person reads.
#[track_caller]
fn doubtful(old: &str, new: &str, texts: &[&str]) {
    assert_eq!(GOOD.matches(old).count(), 1, "{old}");
    let metadata = metadata(&GOOD.replace(old, new));
    let doubts: Vec<_> = metadata.doubts().iter().map(ToString::to_string).collect();
    assert_eq!(doubts.len(), texts.len(), "{doubts:?}");
    for (doubt, text) in doubts.iter().zip(texts) {
        assert!(doubt.contains(text), "{doubt}");
    }
    // Each is in the file too, and the file is in order.
    let file = metadata.gateway_file("mine", "2026-11-30").unwrap();
    let checks = file.lines().filter(|line| line.starts_with("# Check: "));
    assert_eq!(checks.count(), texts.len(), "{file}");
    Gateway::parse(&file, "mine.toml").unwrap();
}

#[test]
fn what_speaks_against_a_token() {
    let hmac = "does not sign with HS256";
    doubtful("\"HS256\", ", "", &[]);
    doubtful(
        "\"HS256\"",
        "\"ES256K\", \"none\"",
        &["does not sign with ES256K, none"],
    );
    doubtful("\"client_secret_basic\"", "\"client_secret_jwt\"", &[]);
    doubtful(
        "\"authorization_code\", \"client_credentials\"",
        "\"authorization_code\", \"refresh_token\"",
        &["only authorization_code, refresh_token: ask", hmac],
    );
    doubtful(
        "\"authorization_code\", \"client_credentials\"",
        "",
        &["only nothing", hmac],
    );
    doubtful(
        ", \"private_key_jwt\"",
        "",
        &[
            "does not have private_key_jwt, only client_secret_basic",
            hmac,
        ],
    );
    doubtful(
        "https://as.example.com/a/token",
        "https://login.example.net/token",
        &[
            "is on login.example.net, and the issuer on as.example.com",
            hmac,
        ],
    );
    doubtful(
        "    \"issuer\": \"https://as.example.com/a\",\n",
        "",
        &["states no issuer", hmac],
    );
    doubtful(
        "\"https://as.example.com/a\"",
        "1",
        &["issuer is not a text", "no issuer", hmac],
    );
    doubtful(
        "\"https://as.example.com/a\"",
        "\"https://as.example.com/a?x=1\"",
        &[
            "the issuer https://as.example.com/a?x=… is not an https URL",
            hmac,
        ],
    );
    doubtful(
        "[\"authorization_code\", \"client_credentials\"]",
        "\"client_credentials\"",
        &["grant_types_supported is not a list of texts", hmac],
    );
    doubtful(
        "[\"HS256\", \"PS256\", \"ES384\"]",
        "\"PS256\"",
        &["auth_signing_alg_values_supported is not a list of texts"],
    );
}

/// Whose document is taken for whose.
#[track_caller]
fn issuers(asked: &str, stated: &str, foreign_to: Option<&str>) {
    let body = GOOD.replace("https://as.example.com/a\"", &format!("{stated}\""));
    let found = find(asked, |url| match url.ends_with("smart-configuration") {
        true if url != asked => status(404),
        _ => ok(&body),
    });
    let found = found.unwrap();
    assert_eq!(found.foreign_to(), foreign_to);
    let file = found.gateway_file("mine", "2026-11-30");
    match foreign_to {
        None => assert!(file.is_ok()),
        Some(asked) => {
            let reason = file.unwrap_err().source().unwrap().to_string();
            assert_eq!(reason, format!("its issuer is {stated}, not {asked}"));
        }
    }
}

#[test]
fn an_issuer_has_to_be_the_one_that_was_asked_for() {
    let (one, other) = ("https://as.example.com/a", "https://as.example.com/b");
    issuers(one, one, None);
    issuers(one, "https://as.example.com/a/", None);
    issuers(one, other, Some(one));
    issuers(one, "https://as.example.com", Some(one));
    for document in [
        "https://as.example.com/a/.well-known/openid-configuration",
        "https://as.example.com/a/.well-known/oauth-authorization-server?v=1",
        "https://as.example.com/.well-known/oauth-authorization-server/a",
    ] {
        issuers(document, one, None);
        issuers(document, other, Some(one));
    }
    let elsewhere = GOOD.replace("https://as.example.com/a\"", "https://other.example/a\"");
    let doubts = metadata(&elsewhere).doubts();
    let text = doubts.first().map(ToString::to_string).unwrap();
    assert!(text.starts_with("the document is on as.example.com, and its issuer on other.example"));
    // The FHIR server is not the issuer, and another document's place says nothing of it.
    issuers(
        "https://as.example.com/r4/.well-known/smart-configuration",
        one,
        None,
    );
    issuers("https://as.example.com/.well-known/x", other, None);
}

#[test]
fn another_place_can_have_the_document_of_the_issuer() {
    let found = find("https://as.example.com/a", |url| {
        ok(&match url.contains("openid") {
            true => GOOD.replace("com/a\"", "com/b\""),
            false => GOOD.to_owned(),
        })
    });
    let found = found.unwrap();
    assert!(
        found
            .url()
            .ends_with("/.well-known/oauth-authorization-server/a")
    );
    assert_eq!(found.foreign_to(), None);
}

#[test]
fn a_name_that_a_file_can_have() {
    for name in ["--1", "as.example.com", "127.0.0.1"] {
        let text = metadata(GOOD).gateway_file(name, "2026-11-30").unwrap();
        Gateway::parse(&text, "mine.toml").unwrap();
    }
}

/// The file serves for a mock gateway, and for a client of it.
#[track_caller]
fn works(body: &str, key: &str, public: &str) {
    let file = metadata(body).gateway_file("mine", "2026-11-30").unwrap();
    let gateway = Gateway::parse(&file, "mine.toml").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.toml");
    std::fs::write(&path, file).unwrap();
    let fixtures = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/keys");
    let keys = JwkSource::File(format!("{fixtures}/{public}").into());
    let mock = MockGateway::builder().with_gateway(&gateway);
    let mock = mock.with_client("app", keys).start().unwrap();
    let client = Client::builder(path.display().to_string())
        .client_id("app")
        .key(format!("{fixtures}/{key}"))
        .token_url(mock.token_url())
        .proxy(None)
        .no_store();
    let token = client.build().and_then(|client| client.token());
    assert!(token.is_ok(), "{token:?} {:?}", mock.events());
}

#[test]
fn the_file_works_at_a_mock_that_is_made_of_it() {
    let rsa = ("test-rsa-2048-pkcs8.pem", "test-rsa-2048-public.pem");
    let p256 = ("test-p256-pkcs8.pem", "test-p256-public.pem");
    works(GOOD, rsa.0, rsa.1);
    works(
        &GOOD.replace("\"PS256\", \"ES384\"", "\"ES256\""),
        p256.0,
        p256.1,
    );
    let without_issuer = GOOD.replace("    \"issuer\": \"https://as.example.com/a\",\n", "");
    works(&without_issuer, rsa.0, rsa.1);
    let bearer = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    works(&GOOD.replace("client_credentials", bearer), rsa.0, rsa.1);
    works(
        "{\"token_endpoint\": \"https://as.example.com/t\"}",
        p256.0,
        p256.1,
    );
}
