//! Two whose assertion is the grant and whose subject is not the client: Google and Salesforce.

use tokenring_jwk::Algorithm;

use crate::draft::Draft;
use crate::preset::{Preset, Refused, Words, certificate, unlisted_grant};

const fn refused(rule: &'static str, words: Words) -> Refused {
    Refused {
        rule,
        status: 400,
        error: "invalid_grant",
        words,
    }
}

#[test]
fn google_takes_an_hour_and_a_scope() {
    let preset = Preset::start("google", certificate());
    assert_eq!(preset.path(), "/token");
    let now = preset.now();
    let good = || {
        Draft::grant(&preset, Algorithm::Rs256, &preset.gateway.token_url())
            .without_claim("sub")
            .without_claim("jti")
            .claim("iat", now)
            .claim(
                "scope",
                "https://www.googleapis.com/auth/devstorage.read_only",
            )
    };
    let body = preset.accepts(&good()).json();
    assert_eq!(body["expires_in"], 3600);
    // For delegation the subject is a user.
    preset.accepts(&good().claim("sub", "user@example.com"));
    preset.accepts(&good().header("kid", "370ab79b4513eb9bad7c9bd16a95cb76b5b2a56a"));
    preset.accepts(&good().claim("iat", now - 60).claim("exp", now + 3540));
    let short_lived = "Invalid JWT: Token must be a short-lived token";
    preset.refuses(
        &good().claim("exp", now + 3601),
        &refused("expiry-too-late", Words::Part(short_lived)),
    );
    preset.refuses(
        &good().claim("exp", now - 6),
        &refused("expired", Words::Part(short_lived)),
    );
    preset.refuses(
        &good().signed_by_stranger(),
        &refused("signature", Words::Part("Invalid JWT Signature")),
    );
    for (draft, rule) in [
        (good().without_claim("iat"), "issued-at-absent"),
        (good().without_claim("scope"), "scope-absent"),
        (
            good().claim("aud", "https://oauth2.googleapis.com/token/"),
            "audience",
        ),
        (good().claim("iss", "nobody"), "unknown-client"),
        (good().signed_with(Algorithm::Rs512), "algorithm"),
    ] {
        preset.refuses(&draft, &unlisted_grant(rule));
    }
}

#[test]
fn salesforce_names_the_user_as_subject() {
    let preset = Preset::start("salesforce", certificate());
    assert_eq!(preset.path(), "/services/oauth2/token");
    let now = preset.now();
    let good = || {
        Draft::grant(&preset, Algorithm::Rs256, "https://test.salesforce.com")
            .without_header("typ")
            .without_claim("jti")
            .claim("sub", "integration@example.com")
    };
    let answer = preset.accepts(&good()).json();
    let names: Vec<&String> = answer.as_object().unwrap().keys().collect();
    let wanted = [
        "access_token",
        "id",
        "instance_url",
        "issued_at",
        "scope",
        "token_type",
    ];
    assert_eq!(names, wanted);
    assert!(answer["access_token"].as_str().unwrap().contains('!'));
    assert_eq!(answer["instance_url"], preset.gateway.base_url());
    assert_eq!(answer["issued_at"], format!("{now}000"));
    // No lifetime is too long, not even that of milliseconds.
    preset.accepts(&good().claim("exp", now + 300));
    preset.accepts(&good().claim("exp", now * 1000 + 300));
    preset.accepts(&good().claim("exp", (now + 60).to_string()));
    preset.refuses(
        &good().claim("exp", now - 6),
        &refused("expired", Words::Known("expired authorization code")),
    );
    for (draft, rule) in [
        (good().claim("exp", format!("{now}.5")), "expiry-form"),
        (good().without_claim("sub"), "subject-absent"),
        (
            good().claim("aud", "https://login.salesforce.com"),
            "audience",
        ),
        (good().claim("aud", preset.gateway.token_url()), "audience"),
        (good().claim("iss", "nobody"), "unknown-client"),
    ] {
        preset.refuses(&draft, &unlisted_grant(rule));
    }
}
