//! Every gateway, and every way of registering with it.
//!
//! The rules that each has to have refused something by are those of the documents that its file
//! is made from: without them, agreement would be that of two who say nothing.

use tokenring_gateway::AudienceRule;

use super::bench::Bench;
use crate::expected;
use crate::preset::Preset;
use crate::stage::ACCEPTED;

/// Compares on this many assertions with several changes, beside those with one.
const SEVERAL: usize = 400;

/// What every gateway refuses.
const EVERYWHERE: &str = "algorithm audience critical-extension expired malformed signature \
                          unknown-client";

#[track_caller]
fn check(preset: Preset, rules: &str) {
    let title = preset.title();
    let seed = title.bytes().map(u64::from).sum();
    let rules_of_assertion = preset.gateway.assertion();
    let ignores_crit = rules_of_assertion.crit_ignored();
    let ignores_audience = matches!(rules_of_assertion.audience(), AudienceRule::Absent);
    let tally = Bench::new(preset).compare(SEVERAL, seed);
    let total: usize = tally.verdicts.values().sum();
    let count = |rule| tally.verdicts.get(rule).copied().unwrap_or_default();
    // Where a client has one algorithm, every other is refused for that.
    let times = |rule| match rule {
        "algorithm" => count(rule) + count("algorithm-of-client"),
        _ => count(rule),
    };
    assert!(total > 1000, "{title}: {total}");
    for rule in EVERYWHERE
        .split_whitespace()
        .chain(rules.split_whitespace())
        .filter(|rule| !(ignores_crit && *rule == "critical-extension"))
        .filter(|rule| !(ignores_audience && *rule == "audience"))
    {
        assert!(times(rule) > 0, "{title}: nothing was refused for {rule}");
    }
    let accepted = times(ACCEPTED);
    assert!(
        accepted > total / 10,
        "{title}: {accepted} accepted of {total}"
    );
    // The lint's first finding is what the answer will be about, but for what only a server knows.
    let known_to_server = count("algorithm-of-client");
    let (first, refused) = (tally.first, total - accepted - known_to_server);
    assert!(
        first > refused / 10 * 9,
        "{title}: {first} first of {refused}"
    );
}

#[test]
fn auth0() {
    check(Preset::new("auth0"), "expiry-too-late subject-absent");
}

#[test]
fn cdr() {
    check(Preset::new("cdr"), "client-id key-id-absent");
}

#[test]
fn dpc() {
    check(Preset::new("dpc"), "expiry-too-late key-id-absent");
}

#[test]
fn entra() {
    check(
        Preset::new("entra"),
        "client-id key-id-absent not-yet-valid",
    );
}

#[test]
fn generic() {
    check(Preset::new("generic"), "not-yet-valid key-type");
}

#[test]
fn google() {
    check(
        Preset::new("google"),
        "issued-at-absent scope-absent expiry-too-late",
    );
}

#[test]
fn helseid() {
    check(
        Preset::new("helseid"),
        "type issued-at-absent not-before-absent expiry-too-late key-id-absent",
    );
}

#[test]
fn maskinporten() {
    check(
        Preset::new("maskinporten"),
        "unknown-claim scope-absent too-old issued-in-future expiry-too-late key-id-absent",
    );
}

#[test]
fn nhs() {
    check(
        Preset::new("nhs"),
        "type key-id-absent expiry-form issuer-not-subject jwt-id-absent jwt-id-form expiry-too-late",
    );
}

#[test]
fn nhs_cgp() {
    check(
        Preset::new("nhs-cgp"),
        "type key-id-absent expiry-form issuer-not-subject jwt-id-absent jwt-id-form expiry-too-late",
    );
}

#[test]
fn okta() {
    check(Preset::new("okta"), "expiry-too-late issued-in-future");
}

#[test]
fn pca() {
    check(
        Preset::new("pca"),
        "type key-id-absent client-id expiry-too-late expiry-form",
    );
}

#[test]
fn rfc10070() {
    check(Preset::new("rfc10070"), "audience-list");
}

#[test]
fn salesforce() {
    check(Preset::new("salesforce"), "subject-absent");
}

#[test]
fn smart() {
    check(Preset::new("smart"), "type key-id-absent expiry-too-late");
}

#[test]
fn smart_bulk_data() {
    check(Preset::new("smart-bulk-data"), "type key-id-absent");
}

#[test]
fn bcgov_public_key() {
    check(
        Preset::with_flow("bcgov", "public-key"),
        "issuer-not-subject unknown-key-id audience-list too-old issued-in-future not-yet-valid expiry-too-late-without-issued-at key-id-absent",
    );
}

#[test]
fn bcgov_jwks_url() {
    check(
        Preset::with_flow("bcgov", "jwks-url"),
        "issuer-not-subject unknown-key-id audience-list too-old issued-in-future not-yet-valid expiry-too-late-without-issued-at",
    );
}

#[test]
fn epic_jwks_url() {
    check(
        Preset::with_flow("epic", "jwks-url"),
        "type issued-in-future expiry-too-late",
    );
}

#[test]
fn epic_certificate() {
    check(
        Preset::with_flow("epic", "certificate"),
        "key-type expiry-too-late",
    );
}

#[test]
fn keycloak_public_key() {
    check(
        Preset::with_flow("keycloak", "public-key"),
        "issuer-not-subject unknown-key-id audience-list too-old issued-in-future not-yet-valid expiry-too-late-without-issued-at key-id-absent",
    );
}

#[test]
fn keycloak_jwks_url() {
    check(
        Preset::with_flow("keycloak", "jwks-url"),
        "issuer-not-subject unknown-key-id audience-list too-old issued-in-future not-yet-valid expiry-too-late-without-issued-at",
    );
}

#[test]
fn authelia() {
    check(
        Preset::new("authelia"),
        "type issuer-not-subject jwt-id-absent issued-in-future not-yet-valid",
    );
}

#[test]
fn hydra() {
    check(
        Preset::new("hydra"),
        "issuer-not-subject jwt-id-absent issued-in-future",
    );
}

#[test]
fn jwt_bearer() {
    check(Preset::new("jwt-bearer"), "subject-absent");
}

#[test]
fn mitreid() {
    check(Preset::new("mitreid"), "expiry-absent");
}

#[test]
fn spring_authorization_server() {
    check(
        Preset::new("spring-authorization-server"),
        "issuer-not-subject",
    );
}

/// Those whose rules are in a file of their own, in three parts.
#[test]
fn expected_first() {
    expected(0);
}

#[test]
fn expected_second() {
    expected(1);
}

#[test]
fn expected_third() {
    expected(2);
}

#[track_caller]
fn expected(part: usize) {
    for expected in expected::all().iter().skip(part).step_by(3) {
        check(Preset::new(&expected.name), expected.agreement());
    }
}
