//! Keycloak's table: the order of its checks, and its words.

use serde_json::{Value, json};
use tokenring_gateway::Gateway;
use tokenring_jwk::Algorithm;

use crate::draft::{CLIENT, Draft};
use crate::preset::{Preset, Refused, Words, public_key};

const ISSUER: &str = "https://dev.loginproxy.gov.bc.ca/auth/realms/apigw";

fn start() -> Preset {
    let gateway = Gateway::builtin("bcgov").unwrap();
    Preset::start_with(&gateway, |builder| {
        builder
            .with_environment("dev")
            .with_client(CLIENT, public_key(Algorithm::Rs256))
    })
}

/// PEM mode: no `kid`, RS256, the issuer as audience, `iat`.
fn good(preset: &Preset) -> Draft {
    Draft::new(preset, Algorithm::Rs256, ISSUER).claim("iat", preset.now())
}

/// Of the key in `tests/data`, as its PROVENANCE.md says.
pub(super) const SPKI_HASH: &str = "OOmnb9IqMuCrk27Sm-dO8OvfxVdnYOpdeoH1r-m7f-M";
const GENERIC: &str = "Invalid client or Invalid client credentials";
const SIGNATURE: &str =
    "Client authentication with signed JWT failed: Signature on JWT token failed validation";

const fn refused(rule: &'static str, words: &'static str) -> Refused {
    Refused {
        rule,
        status: 400,
        error: "invalid_client",
        words: Words::Known(words),
    }
}

/// What the server says where it does not find out who the client is.
const fn unidentified(rule: &'static str) -> Refused {
    Refused {
        status: 401,
        ..refused(rule, GENERIC)
    }
}

type Spoil = fn(&Preset, Draft) -> Draft;

/// The answer, and how to get it, in the server's order.
const TABLE: &[(Refused, Spoil)] = &[
    (
        Refused {
            error: "invalid_request",
            ..refused("grant-type-absent", "Missing form parameter: grant_type")
        },
        |_, draft| draft.without_form("grant_type"),
    ),
    (unidentified("client-id"), |_, draft| {
        draft.form("client_id", "another")
    }),
    (unidentified("client-assertion-type"), |_, draft| {
        draft.form("client_assertion_type", "urn:other")
    }),
    (unidentified("expiry-form"), |_, draft| {
        draft.claim("exp", "2030-01-01T00:00:00Z")
    }),
    (unidentified("issuer-not-subject"), |_, draft| {
        draft.claim("iss", "another")
    }),
    (
        refused("unknown-key-id", "Unable to load public key"),
        |_, draft| draft.header("kid", "nope"),
    ),
    (refused("algorithm", SIGNATURE), |_, draft| {
        draft.header("alg", "HS256").header("kid", SPKI_HASH)
    }),
    (refused("signature", SIGNATURE), |_, draft| {
        draft.signed_by_stranger()
    }),
    (refused("audience", "Invalid token audience"), |_, draft| {
        draft.claim("aud", "https://api.gov.bc.ca")
    }),
    (
        refused("audience-list", "Multiple audiences not allowed"),
        |_, draft| draft.claim("aud", json!([ISSUER, "https://api.gov.bc.ca"])),
    ),
    (
        refused("expiry-absent", "Token exp claim is required"),
        |_, draft| draft.without_claim("exp"),
    ),
    (
        refused("expired", "Token is not active"),
        |preset, draft| draft.claim("exp", preset.now()),
    ),
    (
        refused("not-yet-valid", "Token is not active"),
        |preset, draft| draft.claim("nbf", preset.now() + 16),
    ),
    (
        refused(
            "expiry-too-late-without-issued-at",
            "Token expiration is too far in the future and iat claim not present in token",
        ),
        |preset, draft| draft.without_claim("iat").claim("exp", preset.now() + 61),
    ),
    (
        refused("issued-in-future", "Token was issued in the future"),
        |preset, draft| draft.claim("iat", preset.now() + 16),
    ),
    (
        refused(
            "too-old",
            "Token was issued too far in the past to be used now",
        ),
        |preset, draft| draft.claim("iat", preset.now() - 61),
    ),
    (
        refused("jwt-id-absent", "Token jti claim is required"),
        |_, draft| draft.without_claim("jti"),
    ),
    (
        refused("jwt-id-spent", "Token reuse detected"),
        |preset, draft| {
            let jwt_id = draft.claims["jti"].clone();
            preset.accepts(&good(preset).claim("jti", jwt_id));
            draft
        },
    ),
    (
        Refused {
            error: "invalid_scope",
            ..refused("scope", "Invalid scopes: nope  nope")
        },
        |_, draft| draft.form("scope", "nope  nope"),
    ),
];

#[test]
fn each_check_has_its_words() {
    let preset = start();
    let answer = preset.accepts(&good(&preset));
    assert_eq!(answer.json()["expires_in"], 300);
    assert_eq!(answer.json()["token_type"], "Bearer");
    for (refused, spoil) in TABLE {
        preset.refuses(&spoil(&preset, good(&preset)), refused);
    }
}

/// A check that comes first answers first, whatever else is wrong.
#[test]
fn the_checks_come_in_the_servers_order() {
    let preset = start();
    let mut pairs = 0;
    for (index, (earlier, spoil_earlier)) in TABLE.iter().enumerate() {
        for (later, spoil_later) in &TABLE[index + 1..] {
            let (earlier, later) = (earlier.rule, later.rule);
            let draft = spoil_earlier(&preset, spoil_later(&preset, good(&preset)));
            // Some spoil the same part, or mend what the other one spoils.
            let same_part = |a: &str, b: &str| {
                let family = |rule: &str| match rule {
                    "audience" | "audience-list" => 1,
                    "expiry-form"
                    | "expiry-absent"
                    | "expired"
                    | "issued-in-future"
                    | "too-old"
                    | "expiry-too-late-without-issued-at" => 2,
                    "jwt-id-absent" | "jwt-id-spent" => 3,
                    "algorithm" | "unknown-key-id" | "signature" => 4,
                    _ => 0,
                };
                family(a) != 0 && family(a) == family(b)
            };
            if same_part(earlier, later) {
                continue;
            }
            draft.send(&preset);
            let event = preset.gateway.events().pop().unwrap();
            let broken = event.refusal().map(|refusal| refusal.rule());
            assert_eq!(broken, Some(earlier), "{earlier} before {later}");
            pairs += 1;
        }
    }
    assert!(pairs > 120, "{pairs}");
}

/// The 15 s of skew before, none after, and the 60 s that an assertion may be old.
#[test]
fn the_limits_are_where_they_are() {
    let preset = start();
    let now = preset.now();
    for draft in [
        good(&preset).claim("exp", now + 1),
        good(&preset).claim("nbf", now + 15),
        good(&preset).claim("iat", now + 15),
        good(&preset).claim("iat", now - 60),
        // With iat, exp may be far away: it is the age that counts.
        good(&preset).claim("exp", now + 300),
        good(&preset).without_claim("iat").claim("exp", now + 60),
    ] {
        preset.accepts(&draft);
    }
}

#[test]
fn one_of_five_audiences_is_taken_alone() {
    let preset = start();
    let own = preset.gateway.token_url();
    assert_eq!(preset.gateway.issuer(), Some(ISSUER));
    assert_eq!(preset.gateway.audience(), ISSUER);
    assert!(own.ends_with("/auth/realms/apigw/protocol/openid-connect/token"));
    let introspection = format!("{ISSUER}/protocol/openid-connect/token/introspect");
    for audience in [
        json!(ISSUER),
        json!([ISSUER]),
        json!(own),
        json!(introspection),
    ] {
        preset.accepts(&good(&preset).claim("aud", audience));
    }
    let other = |audience: Value| good(&preset).claim("aud", audience);
    let words = "Invalid token audience";
    for audience in [
        json!(format!("{ISSUER}/")),
        json!([]),
        json!(["a:b", "c:d"]),
    ] {
        preset.refuses(&other(audience), &refused("audience", words));
    }
    preset.refuses(&other(json!("")), &refused("audience-absent", words));
}

/// Keycloak has no limit at the token endpoint.
#[test]
fn a_parameter_has_any_length() {
    let preset = start();
    preset.accepts(&good(&preset).form("note", &"a".repeat(60_000)));
    preset.accepts(&good(&preset).header("x5c", "a".repeat(30_000)));
}

/// What is no assertion is nobody's.
#[test]
fn what_is_no_request_is_nobodys() {
    let preset = start();
    let invalid = good(&preset).text("invalid");
    preset.refuses(&invalid, &unidentified("malformed"));
    let with_client = invalid.form("client_id", CLIENT);
    let words = "Client authentication with signed JWT failed: \
        java.lang.IllegalArgumentException: Parsing error";
    preset.refuses(&with_client, &refused("malformed", words));
    preset.refuses(&good(&preset).text(""), &unidentified("malformed"));
    let stranger = good(&preset).claim("iss", "nobody").claim("sub", "nobody");
    preset.refuses(&stranger, &unidentified("unknown-client"));
    let mut json_body = good(&preset);
    json_body.content_type = "application/json";
    let no_form = Refused {
        error: "invalid_request",
        ..refused("grant-type-absent", "Missing form parameter: grant_type")
    };
    preset.refuses(&json_body, &no_form);
    let mut with_charset = good(&preset);
    with_charset.content_type = "application/x-www-form-urlencoded;charset=UTF-8";
    preset.accepts(&with_charset);
    // The type is not looked at.
    preset.accepts(&good(&preset).header("typ", "anything"));
    preset.accepts(&good(&preset).without_header("typ"));
}
