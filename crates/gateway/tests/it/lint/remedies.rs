//! A remedy names the value that the gateway wants, so that nobody is sent to look it up.

use tokenring_assertion::NumericDate;
use tokenring_gateway::{Gateway, Lint, Rule};

use super::{Draft, NOW, open_endpoint};

#[track_caller]
fn check(name: &str, draft: &Draft, rule: Rule, remedy: &str) {
    let gateway = Gateway::builtin(name).unwrap();
    let endpoint = open_endpoint(&gateway);
    let lint = Lint::new(&gateway, &endpoint, NumericDate::from_seconds(NOW));
    let findings = lint.check(&draft.jwt());
    let finding = findings.iter().find(|finding| finding.rule() == rule);
    assert_eq!(finding.unwrap().remedy(), remedy, "{name}");
}

#[test]
fn of_the_type() {
    let draft = Draft::nhs().header("typ", "at+jwt");
    for (name, wanted) in [
        ("pca", "JWT"),
        ("smart", "JWT"),
        ("rfc10070", "client-authentication+jwt"),
        ("helseid", "client-authentication+jwt"),
    ] {
        let remedy = format!("Set typ to {wanted}: leave --typ out, or give --typ {wanted}.");
        check(name, &draft, Rule::Type, &remedy);
    }
}

#[test]
fn of_the_audience() {
    let draft = Draft::nhs().claim("aud", "https://elsewhere.example.com");
    check(
        "helseid",
        &draft,
        Rule::Audience,
        "Set aud to https://helseid-sts.test.nhn.no: leave --audience out, or give \
         --audience=https://helseid-sts.test.nhn.no; --env chooses another environment.",
    );
    // Nobody said which issuer.
    check(
        "rfc10070",
        &draft.without_claim("aud"),
        Rule::AudienceAbsent,
        "Give the server's issuer identifier with --issuer: it becomes aud.",
    );
}

#[test]
fn of_the_algorithm() {
    check(
        "dpc",
        &Draft::nhs(),
        Rule::Algorithm,
        "Sign with RS384: --alg chooses it, and `tokenring generate-keys` makes a key that fits.",
    );
}
