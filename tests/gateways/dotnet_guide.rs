//! The guide for .NET whose assertion NHS England refuses for four reasons, before the gateways
//! whose rules differ from NHS's the most.

use serde_json::json;

use crate::hearing::{Draft, Hearing};
use crate::key::Key;
use crate::preset::Preset;
use crate::stage::{ACCEPTED, CLIENT, NOW};

type Spoil = fn(Draft) -> Draft;

/// The `typ` that jose-jwt leaves out where a header is passed.
const NO_TYPE: Spoil = |draft| draft.without_header("typ");
/// The claim as the guide spells it.
const JIT: Spoil = |draft| {
    let jwt_id = draft.claims["jti"].clone();
    draft.without_claim("jti").claim("jit", jwt_id)
};
/// The claim that the guide does not have.
const NO_SUBJECT: Spoil = |draft| draft.without_claim("sub");
/// What a dictionary of texts makes of a number.
const TEXTS: Spoil = |draft| draft.claim("exp", (NOW + 50).to_string());

fn judges() -> [Preset; 4] {
    [
        Preset::new("nhs"),
        Preset::new("pca"),
        Preset::new("rfc10070"),
        Preset::with_flow("keycloak", "jwks-url"),
    ]
}

/// Expects for each judge the rule of the mock and those of the lint.
#[track_caller]
fn check(spoil: Spoil, expected: [(&str, &[&str]); 4]) {
    for (preset, (mock, lint)) in judges().into_iter().zip(expected) {
        let title = preset.title();
        let hearing = Hearing::new(preset);
        let opinions = hearing.judge(&spoil(hearing.draft()));
        assert_eq!(opinions.mock, mock, "{title}");
        assert_eq!(opinions.rules(), lint, "{title}");
    }
}

#[test]
fn what_is_not_spoilt_is_taken() {
    check(
        |draft| draft,
        [
            (ACCEPTED, &[]),
            (ACCEPTED, &[]),
            (ACCEPTED, &[]),
            (ACCEPTED, &[]),
        ],
    );
}

#[test]
fn no_typ() {
    check(
        NO_TYPE,
        [
            ("type", &["type"]),
            ("type", &["type"]),
            // Servers are told not to refuse a JWT for having none.
            (ACCEPTED, &[]),
            (ACCEPTED, &[]),
        ],
    );
}

#[test]
fn jit() {
    const ABSENT: (&str, &[&str]) = ("jwt-id-absent", &["jwt-id-absent"]);
    // RFC 7523 leaves it open.
    check(JIT, [ABSENT, ABSENT, (ACCEPTED, &[]), ABSENT]);
}

#[test]
fn no_sub() {
    check(
        NO_SUBJECT,
        [
            ("issuer-not-subject", &["subject-absent"]),
            // The form names a client, and the assertion nobody.
            ("client-id", &["subject-absent"]),
            ("subject-absent", &["subject-absent"]),
            // Of which Keycloak says nothing: it takes the assertion for somebody else's.
            ("issuer-not-subject", &["subject-absent"]),
        ],
    );
}

#[test]
fn exp_as_text() {
    check(
        TEXTS,
        [
            ("expiry-form", &["expiry-form"]),
            // Its own guide's examples have a text.
            (ACCEPTED, &[]),
            ("expiry-form", &["expiry-form"]),
            // Keycloak was seen to take a text.
            (ACCEPTED, &[]),
        ],
    );
}

/// The sample with its placeholders, by the algorithm that one of them is.
#[test]
fn the_sample_as_it_is_printed() {
    let draft = |algorithm| {
        let claims = json!({ "aud": "JWT", "exp": "ES512", "iss": CLIENT, "jit": "TST_Staging" });
        Draft::bare(algorithm, &Key::RSA_2048.thumbprint(), claims)
    };
    let hearing = Hearing::new(Preset::new("nhs"));
    let opinions = hearing.judge(&draft("ES512"));
    assert_eq!(opinions.mock, "algorithm");
    let rules = [
        "algorithm",
        "type",
        "expiry-form",
        "subject-absent",
        "jwt-id-absent",
        "audience",
        "key-type",
    ];
    assert_eq!(opinions.rules(), rules);

    // With RS512 the next one of its table answers, which is #8.
    let opinions = hearing.judge(&draft("RS512"));
    assert_eq!(opinions.mock, "type");
    assert_eq!(opinions.rules(), rules[1..6]);
    // Then #10, #11 and #12.
    let with_type = draft("RS512").header("typ", "JWT");
    assert_eq!(hearing.judge(&with_type).mock, "expiry-form");
    let with_date = with_type.claim("exp", NOW + 60);
    assert_eq!(hearing.judge(&with_date).mock, "issuer-not-subject");
    let with_subject = with_date.claim("sub", CLIENT);
    assert_eq!(hearing.judge(&with_subject).mock, "jwt-id-absent");
    let with_jwt_id = with_subject.claim("jti", "TST_Staging");
    // And #19, which has used the identifier up.
    assert_eq!(hearing.judge(&with_jwt_id).mock, "audience");
    let audience = hearing.endpoint.audience().unwrap();
    let with_audience = with_jwt_id.claim("aud", audience);
    assert_eq!(hearing.judge(&with_audience).mock, "jwt-id-spent");
    let with_new_jwt_id = with_audience.claim("jti", "another");
    assert_eq!(hearing.judge(&with_new_jwt_id).mock, ACCEPTED);
}
