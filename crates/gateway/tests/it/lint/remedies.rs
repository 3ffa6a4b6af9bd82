//! A remedy names the value that the gateway wants, so that nobody is sent to look it up.

use tokenring_assertion::NumericDate;
use tokenring_gateway::{Gateway, Lint, Remedy, Rule};
use tokenring_jwk::Algorithm;

use super::{Draft, NOW, open_endpoint};

#[track_caller]
fn check(name: &str, draft: &Draft, rule: Rule, remedy: &Remedy, words: &str) {
    let gateway = Gateway::builtin(name).unwrap();
    let endpoint = open_endpoint(&gateway);
    let lint = Lint::new(&gateway, &endpoint, NumericDate::from_seconds(NOW));
    let findings = lint.check(&draft.jwt());
    let finding = findings.iter().find(|finding| finding.rule() == rule);
    assert_eq!(finding.unwrap().remedy(), remedy, "{name}");
    assert_eq!(remedy.to_string(), words);
}

#[test]
fn of_the_type() {
    let draft = Draft::nhs().header("typ", "at+jwt");
    for (name, wanted) in [
        ("pca", "JWT"),
        ("smart", "JWT"),
        ("epic", "JWT"),
        ("helseid", "client-authentication+jwt"),
    ] {
        let remedy = Remedy::SetType {
            wanted: Some(wanted.to_owned()),
        };
        let words = format!("Set typ to {wanted}: leave typ out, or give typ {wanted}.");
        check(name, &draft, Rule::Type, &remedy, &words);
    }
}

#[test]
fn of_the_audience() {
    let draft = Draft::nhs().claim("aud", "https://elsewhere.example.com");
    check(
        "helseid",
        &draft,
        Rule::Audience,
        &Remedy::SetAudience {
            wanted: Some("https://helseid-sts.test.nhn.no".to_owned()),
            has_other_environments: true,
        },
        "Set aud to https://helseid-sts.test.nhn.no: leave audience out, or give audience \
         https://helseid-sts.test.nhn.no; environment chooses another environment.",
    );
    // Nobody said which issuer.
    check(
        "rfc10070",
        &draft.without_claim("aud"),
        Rule::AudienceAbsent,
        &Remedy::SetIssuer,
        "Give the server's issuer identifier with issuer: it becomes aud.",
    );
}

#[test]
fn of_the_algorithm() {
    check(
        "dpc",
        &Draft::nhs(),
        Rule::Algorithm,
        &Remedy::SetAlgorithm {
            algorithms: vec![Algorithm::Rs384],
        },
        "Sign with RS384: algorithm chooses it, and key generation makes a key that fits.",
    );
}
