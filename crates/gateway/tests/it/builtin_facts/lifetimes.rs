//! How long assertions live, what is at most taken, and which clocks are forgiven.

use core::time::Duration;

use tokenring_gateway::{DateForm, Gateway, LifetimeStart};

use super::{NAMES, gateway};

#[derive(PartialEq, Eq, Debug)]
struct Limits {
    lifetime: u64,
    maximum: Option<u64>,
    counts_from: Vec<LifetimeStart>,
    without_issued_at: Option<u64>,
    age: Option<u64>,
}

fn limits(gateway: &Gateway) -> Limits {
    let rules = gateway.assertion();
    let without_issued_at = rules.maximum_lifetime_without_issued_at();
    Limits {
        lifetime: rules.lifetime().as_seconds(),
        maximum: rules.maximum_lifetime().map(|known| known.as_seconds()),
        counts_from: rules.lifetime_counts_from().to_vec(),
        without_issued_at: without_issued_at.map(|known| known.as_seconds()),
        age: rules.maximum_age().map(|known| known.as_secs()),
    }
}

#[track_caller]
fn check(name: &str, wanted: &Limits) {
    assert_eq!(limits(&gateway(name)), *wanted, "{name}");
}

fn at_most(lifetime: u64, maximum: u64, counts_from: LifetimeStart) -> Limits {
    Limits {
        lifetime,
        maximum: Some(maximum),
        counts_from: vec![counts_from],
        without_issued_at: None,
        age: None,
    }
}

#[test]
fn lifetimes() {
    use LifetimeStart::{Issue, Receipt};

    for name in ["pca", "smart", "dpc", "nhs-cgp"] {
        check(name, &at_most(150, 300, Receipt));
    }
    let epic = Limits {
        counts_from: vec![Receipt, Issue, LifetimeStart::NotBefore],
        ..at_most(150, 300, Receipt)
    };
    check("epic", &epic);
    check("auth0", &at_most(60, 300, Receipt));
    check("helseid", &at_most(30, 60, Receipt));
    check("okta", &at_most(300, 3600, Receipt));
    check("google", &at_most(300, 3600, Issue));
    let maskinporten = Limits {
        age: Some(10),
        ..at_most(60, 120, Issue)
    };
    check("maskinporten", &maskinporten);
    // With iat its age decides, without it the time until exp.
    let keycloak = Limits {
        maximum: None,
        without_issued_at: Some(60),
        age: Some(60),
        ..at_most(60, 0, Receipt)
    };
    check("keycloak", &keycloak);
    check("bcgov", &keycloak);
    for (name, lifetime) in [("entra", 300), ("cdr", 60), ("salesforce", 120)] {
        let no_limit = Limits {
            maximum: None,
            ..at_most(lifetime, 0, Receipt)
        };
        check(name, &no_limit);
    }
}

#[test]
fn clocks_that_are_forgiven() {
    #[track_caller]
    fn check(name: &str, expiry: u64, lifetime: u64, issued_at: Option<u64>, not_before: u64) {
        let gateway = gateway(name);
        let leeway = gateway.assertion().leeway();
        let issued_at = issued_at.map(Duration::from_secs);
        assert_eq!(leeway.expiry(), Duration::from_secs(expiry), "{name}");
        assert_eq!(leeway.lifetime(), Duration::from_secs(lifetime), "{name}");
        assert_eq!(leeway.issued_at(), issued_at, "{name}");
        assert_eq!(leeway.not_before(), Duration::from_secs(not_before));
    }
    check("keycloak", 0, 0, Some(15), 15);
    check("bcgov", 0, 0, Some(15), 15);
    check("nhs-cgp", 0, 10, None, 10);
    check("maskinporten", 0, 0, Some(10), 0);
    check("entra", 5, 0, None, 5);
    check("mitreid", 300, 0, Some(300), 300);
    check("spring-authorization-server", 60, 0, None, 60);
    for name in ["authelia", "epic", "hydra", "okta"] {
        check(name, 0, 0, Some(0), 0);
    }
    for name in [
        "auth0",
        "cdr",
        "dpc",
        "google",
        "helseid",
        "pca",
        "salesforce",
        "smart",
    ] {
        check(name, 0, 0, None, 0);
    }
}

#[test]
fn dates_in_texts() {
    for name in NAMES {
        let wanted = match name {
            "bcgov" | "keycloak" | "pca" | "salesforce" => DateForm::NumberOrText,
            "nhs" | "nhs-cgp" => DateForm::Integer,
            "hydra" => DateForm::NumberElseAbsent,
            _ => DateForm::Number,
        };
        assert_eq!(gateway(name).assertion().dates(), wanted, "{name}");
    }
}
