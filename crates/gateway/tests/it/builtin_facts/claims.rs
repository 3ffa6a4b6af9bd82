//! What is in each gateway's assertions.

use tokenring_gateway::{OptionalClaim, SubjectRule, TypRule};

use super::{NAMES, endpoint, gateway};

#[test]
fn typ() {
    #[track_caller]
    fn check(name: &str, typ: Option<&str>, rule: TypRule, accepted: &[&str]) {
        let gateway = gateway(name);
        assert_eq!(gateway.assertion().typ(), typ, "{name}");
        assert_eq!(gateway.assertion().typ_rule(), rule, "{name}");
        assert_eq!(gateway.assertion().accepted_types(), accepted, "{name}");
    }
    for name in ["nhs-cgp", "pca", "smart"] {
        check(name, Some("JWT"), TypRule::Required, &["JWT"]);
    }
    check(
        "helseid",
        Some("client-authentication+jwt"),
        TypRule::Checked,
        &["client-authentication+jwt", "JWT"],
    );
    for name in [
        "auth0",
        "bcgov",
        "cdr",
        "dpc",
        "google",
        "hydra",
        "jwt-bearer",
        "keycloak",
        "mitreid",
        "okta",
    ] {
        let gateway = gateway(name);
        assert_eq!(gateway.assertion().typ(), Some("JWT"), "{name}");
        assert_eq!(gateway.assertion().typ_rule(), TypRule::Ignored, "{name}");
    }
    for name in ["entra", "epic", "spring-authorization-server"] {
        check(name, Some("JWT"), TypRule::Checked, &["JWT"]);
    }
    check(
        "rfc10070",
        Some("client-authentication+jwt"),
        TypRule::Advised,
        &["client-authentication+jwt", "*+jwt"],
    );
    let types = ["JWT", "client-authentication+jwt"];
    check("authelia", Some("JWT"), TypRule::Checked, &types);
    for name in ["maskinporten", "salesforce"] {
        let gateway = gateway(name);
        assert_eq!(gateway.assertion().typ(), None, "{name}");
        assert_eq!(gateway.assertion().typ_rule(), TypRule::Ignored, "{name}");
    }
}

#[test]
fn claims_that_are_sent_beside_the_others() {
    for name in NAMES {
        let wanted: &[OptionalClaim] = match name {
            // A clock that is a second fast is refused for an iat.
            "authelia" | "hydra" => &[],
            "auth0" | "dpc" | "epic" | "okta" | "pca" | "salesforce" => &[],
            "entra" | "helseid" => &[OptionalClaim::IssuedAt, OptionalClaim::NotBefore],
            _ => &[OptionalClaim::IssuedAt],
        };
        assert_eq!(gateway(name).assertion().claims(), wanted, "{name}");
    }
}

#[test]
fn claims_that_are_required() {
    const USUAL: [&str; 5] = ["iss", "sub", "aud", "exp", "jti"];
    #[track_caller]
    fn check(name: &str, wanted: &[&str]) {
        let gateway = gateway(name);
        let found = gateway.assertion().required_claims();
        assert_eq!(found.len(), wanted.len(), "{name}: {found:?}");
        for claim in wanted {
            assert!(found.iter().any(|found| found == claim), "{name}: {claim}");
        }
    }
    for name in [
        "auth0", "authelia", "bcgov", "cdr", "dpc", "entra", "epic", "hydra", "keycloak",
        "nhs-cgp", "pca", "smart",
    ] {
        check(name, &USUAL);
    }
    check(
        "helseid",
        &["iss", "sub", "aud", "exp", "iat", "nbf", "jti"],
    );
    for name in [
        "jwt-bearer",
        "mitreid",
        "okta",
        "rfc10070",
        "salesforce",
        "spring-authorization-server",
    ] {
        check(name, &["iss", "sub", "aud", "exp"]);
    }
    check("maskinporten", &["iss", "aud", "exp", "iat"]);
    check("google", &["iss", "aud", "exp", "iat"]);
}

#[test]
fn what_is_sent_is_allowed() {
    for name in NAMES {
        let gateway = gateway(name);
        let rules = gateway.assertion();
        assert_eq!(rules.allowed_claims().is_some(), name == "maskinporten");
        let Some(allowed) = rules.allowed_claims() else {
            continue;
        };
        for claim in [
            "iss",
            "aud",
            "exp",
            "iat",
            "jti",
            "scope",
            "resource",
            "consumer_org",
        ] {
            assert!(allowed.iter().any(|known| known == claim), "{claim}");
        }
        for claim in ["sub", "nbf"] {
            assert!(allowed.iter().all(|known| known != claim), "{claim}");
        }
    }
}

#[test]
fn subjects() {
    for name in NAMES {
        let gateway = gateway(name);
        let rule = gateway.assertion().subject_rule();
        match name {
            "maskinporten" => assert!(matches!(rule, SubjectRule::Absent)),
            "google" => assert!(matches!(rule, SubjectRule::Optional)),
            "jwt-bearer" => assert!(matches!(rule, SubjectRule::Any)),
            "salesforce" => assert!(matches!(rule, SubjectRule::Fixed(_))),
            _ => assert!(matches!(rule, SubjectRule::ClientId), "{name}"),
        }
    }
    let salesforce = gateway("salesforce");
    let endpoint = endpoint(&salesforce, salesforce.environment(None).unwrap());
    assert_eq!(endpoint.subject(), Some("integration@example.com"));
}
