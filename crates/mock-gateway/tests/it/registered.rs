//! What a client is registered with decides what it gets.

use std::fs;

use serde_json::json;
use tokenring_gateway::Gateway;
use tokenring_jwk::Algorithm;
use tokenring_mock_gateway::Error;

use crate::draft::{CLIENT, Draft};
use crate::preset::{Preset, Refused, Words, public_key, unlisted};

/// Starts the mock of Keycloak with a client that the file's table describes.
fn start(registration: &str) -> Preset {
    let folder = std::env::temp_dir();
    let path = folder.join(format!(
        "mock-clients-{}-{:p}.toml",
        std::process::id(),
        registration
    ));
    let pem = public_key(Algorithm::Rs256).to_spki_pem();
    let text = format!("[clients.{CLIENT}]\npublic-key = '''\n{pem}'''\n{registration}\n");
    fs::write(&path, text).unwrap();
    let preset = Preset::start_with(&Gateway::builtin("keycloak").unwrap(), |builder| {
        builder.with_client_file(&path)
    });
    fs::remove_file(&path).unwrap();
    preset
}

fn good(preset: &Preset) -> Draft {
    let issuer = preset.gateway.issuer().unwrap().to_owned();
    Draft::new(preset, Algorithm::Rs256, &issuer).claim("iat", preset.now())
}

const fn refused(
    rule: &'static str,
    status: u16,
    error: &'static str,
    words: &'static str,
) -> Refused {
    Refused {
        rule,
        status,
        error,
        words: Words::Known(words),
    }
}

#[test]
fn a_registration_is_obeyed() {
    let generic = "Invalid client or Invalid client credentials";
    let preset = start("disabled = true");
    let wanted = refused("client-disabled", 401, "invalid_client", generic);
    preset.refuses(&good(&preset), &wanted);

    let preset = start("algorithm = \"PS256\"");
    let words = "Invalid signature algorithm";
    let wanted = refused("algorithm-of-client", 400, "invalid_client", words);
    preset.refuses(&good(&preset), &wanted);

    let preset = start("grants = [\"authorization_code\"]");
    let words = "Client not enabled to retrieve service account";
    let wanted = refused("grant-not-allowed", 401, "unauthorized_client", words);
    preset.refuses(&good(&preset), &wanted);

    let preset = start("bound-tokens = \"certificate\"");
    let words = "Client Certification missing for MTLS HoK Token Binding";
    let wanted = refused("client-certificate-absent", 400, "invalid_request", words);
    preset.refuses(&good(&preset), &wanted);

    let preset = start("longest-age-seconds = 10");
    let old = good(&preset).claim("iat", preset.now() - 11);
    let words = "Token was issued too far in the past to be used now";
    preset.refuses(&old, &refused("too-old", 400, "invalid_client", words));
    preset.accepts(&good(&preset).claim("iat", preset.now() - 10));
}

#[test]
fn scopes_of_its_own_take_the_place_of_the_optional_ones() {
    let preset = start("scopes = [\"read\", \"system/*.rs\"]");
    for (scope, granted) in [
        ("read", "read profile email"),
        (
            "system/Patient.rs read",
            "system/Patient.rs read profile email",
        ),
        ("email", "email profile"),
    ] {
        let answer = preset.accepts(&good(&preset).form("scope", scope));
        assert_eq!(answer.json()["scope"], granted);
    }
    let words = "Invalid scopes: read openid";
    let wanted = refused("scope", 400, "invalid_scope", words);
    preset.refuses(&good(&preset).form("scope", "read openid"), &wanted);
}

/// A spent identifier is spent for every client, and until the assertion expires.
#[test]
fn one_memory_for_all_clients() {
    let preset = Preset::start_with(&Gateway::builtin("keycloak").unwrap(), |builder| {
        let key = || public_key(Algorithm::Rs256);
        builder
            .with_client(CLIENT, key())
            .with_client("other", key())
    });
    let of_other = |draft: Draft| draft.claim("iss", "other").claim("sub", "other");
    preset.accepts(&good(&preset).claim("jti", "one"));
    let wanted = refused(
        "jwt-id-spent",
        400,
        "invalid_client",
        "Token reuse detected",
    );
    preset.refuses(&of_other(good(&preset).claim("jti", "one")), &wanted);
    // A number is one too.
    preset.accepts(&good(&preset).claim("jti", json!(7)));
    preset.advance(61);
    preset.accepts(&of_other(good(&preset).claim("jti", "one")));
}

/// A gateway that says nothing of a disabled client does not know it.
#[test]
fn elsewhere_it_is_unknown() {
    let preset = Preset::start_with(&Gateway::builtin("rfc10070").unwrap(), |builder| {
        builder
            .with_client(CLIENT, public_key(Algorithm::Rs256))
            .with_client_registration(
                CLIENT,
                tokenring_mock_gateway::ClientRegistration::new().disabled(),
            )
    });
    let audience = preset.gateway.audience();
    let draft = Draft::new(&preset, Algorithm::Rs256, &audience);
    let draft = draft.header("typ", "client-authentication+jwt");
    preset.refuses(&draft, &unlisted("unknown-client"));
}

#[test]
fn a_file_that_says_too_much_is_an_error() {
    let path = std::env::temp_dir().join(format!("mock-clients-{}.json", std::process::id()));
    fs::write(&path, r#"{"clients": {"app": {"age": 7}}}"#).unwrap();
    let started = tokenring_mock_gateway::MockGateway::builder()
        .with_client_file(&path)
        .start();
    fs::remove_file(&path).unwrap();
    let error = started.unwrap_err();
    assert!(matches!(error, Error::ClientFile { .. }));
    assert!(
        error.to_string().contains("clients.app: unknown key `age`"),
        "{error}"
    );
}
