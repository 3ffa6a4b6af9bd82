//! Two identity services whose tenant is a variable: Okta and Auth0.

use serde_json::json;
use tokenring_gateway::Gateway;
use tokenring_jwk::Algorithm;

use crate::draft::{CLIENT, Draft, KEY_ID};
use crate::http;
use crate::preset::{Preset, Refused, Words, key_set, public_key, unlisted};

const fn okta_refused(rule: &'static str, words: &'static str) -> Refused {
    Refused {
        rule,
        status: 401,
        error: "invalid_client",
        words: Words::Known(words),
    }
}

#[test]
fn okta_wants_the_endpoint_a_scope_and_an_hour_at_most() {
    let preset = Preset::start("okta", key_set(&[Algorithm::Rs256, Algorithm::Es256]));
    assert_eq!(preset.path(), "/oauth2/v1/token");
    let now = preset.now();
    let good = || {
        Draft::new(&preset, Algorithm::Rs256, &preset.gateway.token_url())
            .header("kid", KEY_ID)
            .form("scope", "okta.users.read")
    };
    preset.accepts(&good());
    preset.accepts(&good().claim("exp", now + 3600).without_claim("jti"));
    preset.accepts(&good().signed_with(Algorithm::Es256));
    preset.accepts(&good().claim("iat", now));
    preset.accepts(&good().claim("aud", json!([preset.gateway.token_url()])));
    let too_late = "The client_assertion token has an expiration too far into the future.";
    let audience =
        "The audience claim for client_assertion must be the endpoint invoked for the request.";
    preset.refuses(
        &good().claim("exp", now + 3601),
        &okta_refused("expiry-too-late", too_late),
    );
    let issuer = preset.gateway.issuer().unwrap();
    preset.refuses(
        &good().claim("aud", issuer),
        &okta_refused("audience", audience),
    );
    preset.accepts(&good().claim("iat", now + 5));
    preset.refuses(&good().claim("iat", now + 6), &unlisted("issued-in-future"));
    preset.refuses(&good().without_form("scope"), &unlisted("scope-absent"));
    preset.refuses(
        &good().signed_with(Algorithm::Ps256),
        &unlisted("algorithm"),
    );
    // Optional, and single-use where it is sent.
    preset.accepts(&good().claim("jti", "once"));
    preset.refuses(&good().claim("jti", "once"), &unlisted("jwt-id-spent"));
}

/// The vendor's own library for Go has all parameters in the query, and no body.
#[test]
fn okta_takes_parameters_in_the_query() {
    let preset = Preset::start("okta", key_set(&[Algorithm::Rs256]));
    let token_url = preset.gateway.token_url();
    let body = || {
        let draft = Draft::new(&preset, Algorithm::Rs256, &token_url);
        draft.form("scope", "okta.users.read").body()
    };
    let (path, form) = (preset.path(), "application/x-www-form-urlencoded");
    let send = |target: &str, headers: &[(&str, &str)], body: &str| {
        let address = preset.gateway.address();
        http::send(address, "POST", target, headers, body.as_bytes())
    };
    let typed = [("Content-Type", form)];
    assert_eq!(send(&format!("{path}?{}", body()), &typed, "").status, 200);
    assert_eq!(send(&format!("{path}?{}", body()), &[], "").status, 200);
    // Half of them here and half there, and a query that is none.
    let all = body();
    let (first, rest) = all.split_once('&').unwrap();
    assert_eq!(send(&format!("{path}?{first}"), &typed, rest).status, 200);
    assert_eq!(send(&format!("{path}?"), &typed, &body()).status, 200);
    for event in preset.gateway.events() {
        let url = event.called_url().unwrap_or_default();
        assert!(!url.contains("eyJ"), "{url}");
    }
    let twice = send(
        &format!("{path}?grant_type=client_credentials"),
        &typed,
        &body(),
    );
    assert_eq!(
        (twice.status, &twice.json()["error"]),
        (400, &json!("unsupported_grant_type"))
    );
    let nothing = send(&path, &typed, "");
    assert_eq!(
        (nothing.status, &nothing.json()["error"]),
        (400, &json!("invalid_request"))
    );
    // Elsewhere the query is not looked at.
    let auth0 = Preset::start("auth0", public_key(Algorithm::Rs256));
    let answer = http::send(
        auth0.gateway.address(),
        "POST",
        &format!("{}?grant_type=client_credentials", auth0.path()),
        &typed,
        b"",
    );
    assert_eq!(
        (answer.status, &answer.json()["error"]),
        (400, &json!("invalid_request"))
    );
}

/// The vendor's own library for Python sends JSON, the one for Node a form.
#[test]
fn auth0_takes_json() {
    let preset = Preset::start("auth0", public_key(Algorithm::Rs256));
    let own = format!("{}/", preset.gateway.base_url());
    let body = |grant: &str| {
        json!({
            "client_id": CLIENT,
            "audience": "https://api.example.com/",
            "grant_type": grant,
            "organization": null,
            "client_assertion": Draft::new(&preset, Algorithm::Rs256, &own).jwt(),
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        })
        .to_string()
    };
    let send = |preset: &Preset, content_type: &str, body: &str| {
        let headers = [("Content-Type", content_type)];
        let address = preset.gateway.address();
        let answer = http::send(address, "POST", &preset.path(), &headers, body.as_bytes());
        let error = answer.json()["error"].as_str().map(str::to_owned);
        (answer.status, error.unwrap_or_default())
    };
    let grant = "client_credentials";
    for content_type in ["application/json", "Application/JSON; charset=utf-8"] {
        let answer = send(&preset, content_type, &body(grant));
        assert_eq!(answer, (200, String::new()), "{content_type}");
    }
    let invalid = (400, "invalid_request".to_owned());
    for (content_type, body) in [
        ("application/json", "{\"grant_type\":"),
        ("application/json", "[]"),
        ("text/plain", body(grant).as_str()),
        ("application/jsonp", body(grant).as_str()),
    ] {
        assert_eq!(
            send(&preset, content_type, body),
            invalid,
            "{content_type} {body}"
        );
    }
    let other = send(&preset, "application/json", &body("password"));
    assert_eq!(other, (400, "unsupported_grant_type".to_owned()));
    // Where JSON is none, the request is at fault and not the client.
    let okta = Preset::start("okta", public_key(Algorithm::Rs256));
    assert_eq!(send(&okta, "application/json", &body(grant)), invalid);
}

#[test]
fn auth0_wants_its_domain_with_a_slash_at_the_end() {
    let gateway = Gateway::builtin("auth0").unwrap();
    let preset = Preset::start_with(&gateway, |builder| {
        builder
            .with_variable("tenant", "acme.eu")
            .with_client(CLIENT, public_key(Algorithm::Rs256))
    });
    assert_eq!(preset.path(), "/oauth/token");
    assert_eq!(preset.gateway.audience(), "https://acme.eu.auth0.com/");
    let now = preset.now();
    let good = || Draft::new(&preset, Algorithm::Rs256, "https://acme.eu.auth0.com/");
    preset.accepts(&good());
    preset.accepts(&good().header("kid", "whatever Auth0 calls it"));
    preset.accepts(&good().claim("exp", now + 300));
    let token_url = preset.gateway.token_url();
    for (draft, rule) in [
        (good().claim("aud", "https://acme.eu.auth0.com"), "audience"),
        (good().claim("aud", token_url), "audience"),
        (
            good().claim("aud", json!(["https://acme.eu.auth0.com/"])),
            "audience-list",
        ),
        (good().claim("exp", now + 301), "expiry-too-late"),
        (good().without_claim("jti"), "jwt-id-absent"),
        (good().signed_with(Algorithm::Rs512), "algorithm"),
        (good().signed_by_stranger(), "signature"),
    ] {
        preset.refuses(&draft, &unlisted(rule));
    }
}

#[test]
fn a_tenant_that_nobody_named_is_this_gateway() {
    let preset = Preset::start("auth0", public_key(Algorithm::Rs256));
    let own = format!("{}/", preset.gateway.base_url());
    assert_eq!(preset.gateway.issuer(), Some(own.as_str()));
    preset.accepts(&Draft::new(&preset, Algorithm::Rs256, &own));
}
