//! An assertion as the grant, and a client assertion that goes with it: Ory Hydra takes it so.

use tokenring_jwk::Algorithm;

use crate::draft::Draft;
use crate::preset::{Preset, key_set};

const ALGORITHM: Algorithm = Algorithm::Rs256;
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Expects that rule, or a token, of a request with these two assertions.
#[track_caller]
fn check(
    preset: &Preset,
    rule: Option<&str>,
    grant: impl FnOnce(Draft) -> Draft,
    client: impl FnOnce(Draft) -> Option<Draft>,
) {
    let url = preset.gateway.token_url();
    let grant = grant(Draft::grant(preset, ALGORITHM, &url).header("kid", "test-1"));
    let client = client(Draft::new(preset, ALGORITHM, &url).header("kid", "test-1"));
    let request = match client {
        None => grant,
        Some(client) => grant
            .form("client_assertion_type", ASSERTION_TYPE)
            .form("client_assertion", &client.jwt()),
    };
    let answer = request.send(preset);
    let event = preset.gateway.events().pop().unwrap();
    let broken = event.refusal().map(|refusal| refusal.rule());
    assert_eq!(broken, rule, "{}", answer.text());
    assert_eq!(answer.status == 200, rule.is_none(), "{}", answer.text());
}

#[test]
fn a_client_assertion_that_goes_with_the_grant() {
    let preset = Preset::start_flow("jwt-bearer", "client-assertion", key_set(&[ALGORITHM]));
    let now = preset.now();
    let same = |draft: Draft| draft;
    check(&preset, None, same, Some);
    // The issuer of the grant is somebody whom the server trusts, and need be no client.
    check(&preset, None, |grant| grant.claim("iss", "issuer"), Some);
    for (rule, client) in [
        ("client-assertion-type", None),
        ("unknown-client", Some(("sub", "other"))),
        ("unknown-client", Some(("iss", "other"))),
        ("audience", Some(("aud", "https://other.example.com"))),
    ] {
        let spoil = |draft: Draft| Some(draft.claim(client?.0, client?.1));
        check(&preset, Some(rule), same, spoil);
    }
    check(&preset, Some("expired"), same, |client| {
        Some(client.claim("exp", now - 60))
    });
    check(&preset, Some("signature"), same, |client| {
        Some(client.signed_by_stranger())
    });
    check(&preset, Some("signature"), Draft::signed_by_stranger, Some);
    check(&preset, Some("malformed"), same, |client| {
        Some(client.text("a.b.c"))
    });
}

#[test]
fn both_assertions_are_used_up() {
    let preset = Preset::start_flow("jwt-bearer", "client-assertion", key_set(&[ALGORITHM]));
    let with_id = |id: &'static str| move |draft: Draft| draft.claim("jti", id);
    let client = |id: &'static str| move |draft: Draft| Some(draft.claim("jti", id));
    check(&preset, None, with_id("one"), client("two"));
    check(
        &preset,
        Some("jwt-id-spent"),
        with_id("three"),
        client("two"),
    );
    check(
        &preset,
        Some("jwt-id-spent"),
        with_id("one"),
        client("four"),
    );
}

#[test]
fn a_grant_alone() {
    let preset = Preset::start_flow("jwt-bearer", "grant", key_set(&[ALGORITHM]));
    check(&preset, None, |grant| grant, |_| None);
    check(
        &preset,
        Some("unknown-client"),
        |grant| grant.claim("iss", "other"),
        |_| None,
    );
}
