//! Keycloak's table: the order of its checks, and its words.

use serde_json::{Value, json};
use tokenring_gateway::Gateway;
use tokenring_jwk::Algorithm;

use crate::draft::{CLIENT, Draft, KEY_ID};
use crate::preset::{Preset, Refused, Words, key_set, public_key, unlisted};

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

const fn refused(rule: &'static str, words: Words) -> Refused {
    Refused {
        rule,
        status: 400,
        error: "invalid_client",
        words,
    }
}

type Spoil = fn(&Preset, Draft) -> Draft;

/// Rule, words, and how to break it, in the server's order.
const TABLE: &[(&str, Words, Spoil)] = &[
    ("issuer-not-subject", Words::Unknown, |_, draft| {
        draft.claim("iss", "another")
    }),
    (
        "client-assertion-type",
        Words::Part("Parameter client_assertion_type"),
        |_, draft| draft.form("client_assertion_type", "urn:other"),
    ),
    (
        "subject-absent",
        Words::Known("Token sub claim is required"),
        |_, draft| draft.without_claim("iss").without_claim("sub"),
    ),
    (
        "client-id",
        Words::Known("client_id parameter does not match sub claim"),
        |_, draft| draft.form("client_id", "another"),
    ),
    (
        "algorithm",
        Words::Known("Invalid signature algorithm"),
        |_, draft| draft.header("alg", "HS256"),
    ),
    (
        "unknown-key-id",
        Words::Known("Unable to load public key"),
        |_, draft| draft.header("kid", "nope"),
    ),
    (
        "signature",
        Words::Known(
            "Client authentication with signed JWT failed: Signature on JWT token failed validation",
        ),
        |_, draft| draft.signed_by_stranger(),
    ),
    (
        "audience",
        Words::Known("Invalid token audience"),
        |_, draft| draft.claim("aud", "https://api.gov.bc.ca"),
    ),
    (
        "audience-list",
        Words::Known("Multiple audiences not allowed"),
        |_, draft| draft.claim("aud", json!([ISSUER, "https://api.gov.bc.ca"])),
    ),
    (
        "expiry-absent",
        Words::Known("Token exp claim is required"),
        |_, draft| draft.without_claim("exp"),
    ),
    (
        "expired",
        Words::Known("Token is not active"),
        |preset, draft| draft.claim("exp", preset.now() - 16),
    ),
    (
        "not-yet-valid",
        Words::Known("Token is not active"),
        |preset, draft| draft.claim("nbf", preset.now() + 16),
    ),
    (
        "expiry-too-late-without-issued-at",
        Words::Known(
            "Token expiration is too far in the future and iat claim not present in token",
        ),
        |preset, draft| draft.without_claim("iat").claim("exp", preset.now() + 61),
    ),
    (
        "issued-in-future",
        Words::Known("Token was issued in the future"),
        |preset, draft| draft.claim("iat", preset.now() + 16),
    ),
    (
        "too-old",
        Words::Known("Token was issued too far in the past to be used now"),
        |preset, draft| draft.claim("iat", preset.now() - 61),
    ),
    (
        "jwt-id-absent",
        Words::Known("Token jti claim is required"),
        |_, draft| draft.without_claim("jti"),
    ),
    (
        "jwt-id-spent",
        Words::Known("Token reuse detected"),
        |preset, draft| {
            let jwt_id = draft.claims["jti"].clone();
            preset.accepts(&good(preset).claim("jti", jwt_id));
            draft
        },
    ),
];

#[test]
fn each_check_has_its_words() {
    let preset = start();
    let answer = preset.accepts(&good(&preset));
    assert_eq!(answer.json()["expires_in"], 300);
    assert_eq!(answer.json()["token_type"], "Bearer");
    for (rule, words, spoil) in TABLE {
        let draft = spoil(&preset, good(&preset));
        let words = match words {
            Words::Known(words) => Words::Known(words),
            Words::Part(words) => Words::Part(words),
            Words::Unknown => Words::Unknown,
        };
        preset.refuses(&draft, &refused(rule, words));
    }
}

/// A check that comes first answers first, whatever else is wrong.
#[test]
fn the_checks_come_in_the_servers_order() {
    let preset = start();
    let mut pairs = 0;
    for (index, (earlier, _, spoil_earlier)) in TABLE.iter().enumerate() {
        for (later, _, spoil_later) in &TABLE[index + 1..] {
            let draft = spoil_earlier(&preset, spoil_later(&preset, good(&preset)));
            // Some spoil the same part, or mend what the other one spoils.
            let same_part = |a: &str, b: &str| {
                let family = |rule: &str| match rule {
                    "audience" | "audience-list" => 1,
                    "expiry-absent"
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
            assert_eq!(broken, Some(*earlier), "{earlier} before {later}");
            pairs += 1;
        }
    }
    assert!(pairs > 90, "{pairs}");
}

/// The 15 s of skew, and the 60 s that an assertion may be old.
#[test]
fn the_limits_are_where_they_are() {
    let preset = start();
    let now = preset.now();
    for draft in [
        good(&preset).claim("exp", now - 15),
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
    let words = || Words::Known("Invalid token audience");
    preset.refuses(
        &other(json!(format!("{ISSUER}/"))),
        &refused("audience", words()),
    );
    preset.refuses(&other(json!("")), &refused("audience-absent", words()));
    preset.refuses(
        &other(json!([])),
        &refused(
            "audience-list",
            Words::Known("Multiple audiences not allowed"),
        ),
    );
}

/// Since 26.2.15 no parameter has more than 4,000 characters, whatever it is for.
#[test]
fn a_parameter_has_a_length() {
    let preset = start();
    let too_long = Refused {
        status: 400,
        error: "invalid_request",
        ..unlisted("parameter-too-long")
    };
    preset.accepts(&good(&preset).form("note", &"a".repeat(4000)));
    preset.refuses(&good(&preset).form("note", &"a".repeat(4001)), &too_long);
    preset.refuses(&good(&preset).header("x5c", "a".repeat(4000)), &too_long);
    let event = preset.gateway.events().pop().unwrap();
    let found = event.found().unwrap();
    assert!(found.starts_with("\"client_assertion\" with "), "{found}");
    assert_eq!(event.wanted(), Some("at most 4000 characters"));
    // Nobody else is known to count.
    let other = Preset::start("rfc10070", key_set(&[Algorithm::Rs256]));
    let issuer = other.gateway.audience();
    let draft = Draft::new(&other, Algorithm::Rs256, &issuer).without_header("typ");
    let draft = draft.header("kid", KEY_ID).form("note", &"a".repeat(4001));
    other.accepts(&draft);
}

/// What the server's sources have no words for.
#[test]
fn what_is_no_request_gets_unknown_words() {
    let preset = start();
    preset.refuses(&good(&preset).text("invalid"), &unlisted("malformed"));
    preset.refuses(
        &good(&preset).text(""),
        &unlisted("client-assertion-absent"),
    );
    preset.refuses(
        &good(&preset).without_form("grant_type"),
        &unlisted("grant-type-absent"),
    );
    let stranger = good(&preset).claim("iss", "nobody").claim("sub", "nobody");
    preset.refuses(&stranger, &unlisted("unknown-client"));
    let mut json_body = good(&preset);
    json_body.content_type = "application/json";
    preset.refuses(&json_body, &unlisted("content-type"));
    // A media type is compared as one, unlike at NHS.
    let mut with_charset = good(&preset);
    with_charset.content_type = "application/x-www-form-urlencoded;charset=UTF-8";
    preset.accepts(&with_charset);
    // The type is not looked at.
    preset.accepts(&good(&preset).header("typ", "anything"));
    preset.accepts(&good(&preset).without_header("typ"));
}
