//! What the token endpoints answer when they refuse.

use tokenring_gateway::{Refusal, Rule, Words};

use super::{NAMES, gateway};

/// Keycloak 26, in the order of its checks of an assertion whose client is known.
const KEYCLOAK: [(Rule, &str); 17] = [
    (Rule::UnknownKeyId, "Unable to load public key"),
    (Rule::KeyIdAbsent, "Unable to load public key"),
    (Rule::KeyUse, "Unable to load public key"),
    (Rule::KeysNotRegistered, "Unable to load public key"),
    (Rule::Signature, SIGNATURE),
    (Rule::KeyAlgorithm, SIGNATURE),
    (Rule::AudienceAbsent, "Invalid token audience"),
    (Rule::Audience, "Invalid token audience"),
    (Rule::AudienceList, "Multiple audiences not allowed"),
    (Rule::ExpiryAbsent, "Token exp claim is required"),
    (Rule::Expired, "Token is not active"),
    (Rule::NotYetValid, "Token is not active"),
    (
        Rule::ExpiryTooLateWithoutIssuedAt,
        "Token expiration is too far in the future and iat claim not present in token",
    ),
    (Rule::IssuedInFuture, "Token was issued in the future"),
    (
        Rule::TooOld,
        "Token was issued too far in the past to be used now",
    ),
    (Rule::JwtIdAbsent, "Token jti claim is required"),
    (Rule::JwtIdSpent, "Token reuse detected"),
];
const SIGNATURE: &str =
    "Client authentication with signed JWT failed: Signature on JWT token failed validation";

fn words(refusal: &Refusal) -> &str {
    refusal.description().or(refusal.contains()).unwrap_or("")
}

#[test]
fn keycloak_in_its_own_order_and_words() {
    for name in ["keycloak", "bcgov"] {
        let gateway = gateway(name);
        let is_meant = |row: &&Refusal| {
            let mut rules = KEYCLOAK.iter();
            row.when().is_empty() && rules.any(|(rule, _)| row.rule() == Some(*rule))
        };
        let mut rows = gateway.refusals().iter().filter(is_meant);
        for (rule, text) in KEYCLOAK {
            let row = rows.next().unwrap();
            assert_eq!((row.rule(), words(row)), (Some(rule), text), "{name}");
            assert_eq!(row.status(), Some(400));
            assert_eq!(row.error(), Some("invalid_client"));
        }
        assert!(rows.next().is_none());
        let older = gateway.refusals().last().unwrap();
        assert_eq!(older.description(), Some("Missing ID on the token"));
    }
}

#[test]
fn the_platform_of_nhs_answers_the_same_by_either_name() {
    let rows = |name: &str| -> Vec<String> {
        let gateway = gateway(name);
        let rows = gateway.refusals().iter().filter(|row| row.rule().is_some());
        rows.map(|row| {
            let (rule, status, error) = (row.rule(), row.status(), row.error());
            format!("{rule:?} {status:?} {error:?} {}", words(row))
        })
        .collect()
    };
    assert_eq!(rows("nhs-cgp"), rows("nhs"));
    assert!(rows("nhs").len() > 22);
}

/// A refusal of which the words are known at least in part.
#[track_caller]
fn check(name: &str, rule: Rule, status: u16, error: &str, text: &str) {
    let gateway = gateway(name);
    let mut rows = gateway.refusals().iter();
    let row = rows.find(|row| row.rule() == Some(rule)).unwrap();
    assert_eq!(row.status(), Some(status));
    assert_eq!(row.error(), Some(error));
    assert_eq!(words(row), text);
}

#[test]
fn words_that_were_seen() {
    check(
        "okta",
        Rule::ExpiryTooLate,
        401,
        "invalid_client",
        "The client_assertion token has an expiration too far into the future.",
    );
    check(
        "entra",
        Rule::Audience,
        401,
        "invalid_client",
        "AADSTS50012: Client assertion audience claim does not match Realm issuer",
    );
    for rule in [Rule::Expired, Rule::NotYetValid] {
        check(
            "entra",
            rule,
            401,
            "invalid_client",
            "AADSTS700024: Client assertion is not within its valid time range",
        );
    }
    check(
        "maskinporten",
        Rule::UnknownClaim,
        400,
        "invalid_grant",
        "Invalid assertion",
    );
}

#[test]
fn one_answer_without_words_for_everything() {
    let gateway = gateway("epic");
    let [row] = gateway.refusals() else {
        panic!("there is one row");
    };
    assert_eq!(row.rule(), None);
    assert_eq!(row.error(), Some("invalid_client"));
    assert_eq!(words(row), "");
}

#[test]
fn whether_the_words_are_the_servers() {
    for name in NAMES {
        let wanted = match name {
            "authelia"
            | "hydra"
            | "keycloak"
            | "mitreid"
            | "nhs"
            | "nhs-cgp"
            | "smart-bulk-data"
            | "spring-authorization-server" => Words::Known,
            "bcgov" | "entra" | "epic" | "google" | "maskinporten" | "okta" | "salesforce"
            | "smart" => Words::Partly,
            _ => Words::Unknown,
        };
        let gateway = gateway(name);
        assert_eq!(gateway.server().words(), wanted, "{name}");
        assert_eq!(gateway.refusals().is_empty(), wanted == Words::Unknown);
    }
}

#[test]
fn every_refusal_says_what_it_means_and_what_mends_it() {
    for name in NAMES {
        for row in gateway(name).refusals() {
            for text in [row.cause().to_string(), row.remedy().to_string()] {
                assert!(text.ends_with('.') && text.len() > 20, "{name}: {text}");
            }
        }
    }
}

#[test]
fn a_part_of_the_words_comes_after_longer_ones_that_hold_it() {
    for name in NAMES {
        let gateway = gateway(name);
        let texts: Vec<_> = gateway.refusals().iter().map(words).collect();
        for (index, row) in gateway.refusals().iter().enumerate() {
            let Some(part) = row.contains() else { continue };
            let later = &texts[index + 1..];
            assert!(
                !later
                    .iter()
                    .any(|text| text.contains(part) && *text != part),
                "{name}: {part}"
            );
        }
    }
}
