//! A gateway that the crate has never heard of, from a file of the user's own.

use tokenring_gateway::{
    AudienceRule, ExpiresIn, Gateway, HeaderRole, IssuedAt, KeyIdScheme, OptionalClaim, ScopeRule,
    Topic,
};
use tokenring_jwk::{Algorithm, KeySpec, KeyType};

const ACME: &str = r#"
name = "acme"
title = "Acme Health Exchange"

[variables.tenant]
description = "the tenant that the portal shows"
example = "north"

[variables.realm]
description = "the realm"

[environments.live]
token-endpoint = "https://${tenant}.auth.example.com/realms/${realm}/token"
issuer = "https://${tenant}.auth.example.com/realms/${realm}"

[environments.rehearsal]
aliases = ["test", "staging"]
token-endpoint = "http://localhost:8080/realms/${realm}/token"

[assertion]
algorithms = ["PS256", "ES384", "ES256"]
audience = "https://${tenant}.example.com/"
claims = ["nbf", "iat"]
lifetime-seconds = 10
maximum-lifetime-seconds = 60

[key]
generate = "P-384"
id-scheme = "thumbprint"
id-required = true
jwk-set-cache-seconds = 0

[request]
client-id = true
parameters = { resource = "https://${tenant}.example.com/api", audience = "api" }

[response]
issued-at = "seconds"

[api]
headers = { correlation-id = "Trace" }

[[notes]]
topic = "rate"
text = "One at a time."

[[notes]]
topic = "token"
text = "Short-lived."

[[notes]]
topic = "rate"
text = "Not on Sundays."
"#;

#[test]
fn every_value_arrives() {
    let acme = Gateway::parse(ACME, "acme.toml").unwrap();
    assert_eq!(acme.name(), "acme");
    assert_eq!(acme.title(), "Acme Health Exchange");
    assert_eq!(acme.default_environment(), None);

    let assertion = acme.assertion();
    let algorithms = [Algorithm::Ps256, Algorithm::Es384, Algorithm::Es256];
    assert_eq!(assertion.algorithms(), algorithms);
    assert_eq!(
        assertion.default_algorithm(KeyType::P256),
        Some(Algorithm::Es256)
    );
    assert_eq!(assertion.typ(), None);
    assert_eq!(
        assertion.claims(),
        [OptionalClaim::NotBefore, OptionalClaim::IssuedAt]
    );
    assert!(assertion.sends_issued_at() && assertion.sends_not_before());
    assert_eq!(assertion.lifetime().as_seconds(), 10);
    assert_eq!(assertion.maximum_lifetime().unwrap().as_seconds(), 60);
    let AudienceRule::Fixed(audience) = assertion.audience() else {
        panic!("{:?}", assertion.audience());
    };
    assert_eq!(audience.as_str(), "https://${tenant}.example.com/");
    assert_eq!(audience.variables().collect::<Vec<_>>(), ["tenant"]);

    assert_eq!(acme.key().generate(), KeySpec::P384);
    assert_eq!(acme.key().id_scheme(), KeyIdScheme::Thumbprint);
    assert!(acme.key().id_required() && acme.key().default_id().is_none());
    assert!(acme.key().jwk_set_cache().unwrap().is_zero());

    assert!(acme.request().sends_client_id());
    assert_eq!(acme.request().scope(), ScopeRule::Optional);
    assert_eq!(acme.response().expires_in(), ExpiresIn::Number);
    assert_eq!(acme.response().issued_at(), IssuedAt::Seconds);
    assert_eq!(acme.api().key_header(), None);
    assert_eq!(acme.api().header(HeaderRole::CorrelationId), Some("Trace"));
    assert_eq!(acme.api().header(HeaderRole::RequestId), None);

    let rates: Vec<_> = acme
        .notes_on(Topic::Rate)
        .map(|note| note.text().to_string())
        .collect();
    assert_eq!(rates, ["One at a time.", "Not on Sundays."]);
    assert_eq!(acme.notes().len(), 3);
}

#[test]
fn order_is_that_of_the_file() {
    let acme = Gateway::parse(ACME, "acme.toml").unwrap();
    let environments: Vec<_> = acme
        .environments()
        .iter()
        .map(|known| known.name())
        .collect();
    assert_eq!(environments, ["live", "rehearsal"]);
    let variables: Vec<_> = acme.variables().iter().map(|known| known.name()).collect();
    assert_eq!(variables, ["tenant", "realm"]);
    let parameters: Vec<_> = acme
        .request()
        .parameters()
        .iter()
        .map(|(name, _)| name)
        .collect();
    assert_eq!(parameters, ["resource", "audience"]);
}

#[test]
fn variables_are_put_in_everywhere() {
    let acme = Gateway::parse(ACME, "acme.toml").unwrap();
    let live = acme.environment(Some("live")).unwrap();
    let endpoint = acme
        .endpoint(live)
        .with_variable("tenant", "north")
        .with_variable("realm", "overridden")
        .with_variable("realm", "care")
        .build()
        .unwrap();
    assert_eq!(endpoint.environment(), "live");
    assert_eq!(
        endpoint.token_endpoint().unwrap().as_str(),
        "https://north.auth.example.com/realms/care/token"
    );
    assert_eq!(
        endpoint.issuer(),
        Some("https://north.auth.example.com/realms/care")
    );
    assert_eq!(endpoint.audience().unwrap(), "https://north.example.com/");
    assert_eq!(endpoint.default_key_id(), None);
    let resource = (
        "resource".to_owned(),
        "https://north.example.com/api".to_owned(),
    );
    assert_eq!(
        endpoint.parameters(),
        [resource, ("audience".to_owned(), "api".to_owned())]
    );
}

#[test]
fn without_a_default_an_environment_has_to_be_named() {
    let acme = Gateway::parse(ACME, "acme.toml").unwrap();
    assert_eq!(
        acme.environment(None).unwrap_err().to_string(),
        "gateway `acme` has no default environment: name one of live, rehearsal"
    );
    assert_eq!(
        acme.environment(Some("staging")).unwrap().name(),
        "rehearsal"
    );
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_are_no_obstacle() {
    let text = format!("\u{feff}{}", ACME.replace('\n', "\r\n"));
    Gateway::parse(&text, "acme.toml").unwrap();
    let error = Gateway::parse(&text.replace("\"rate\"", "\"speed\""), "acme.toml").unwrap_err();
    let line = ACME
        .lines()
        .position(|line| line.contains("\"rate\""))
        .unwrap()
        + 1;
    assert!(
        error
            .to_string()
            .starts_with(&format!("acme.toml:{line}: ")),
        "{error}"
    );
}

/// What TOML lets a file spell in several ways means the same in each.
#[test]
fn other_spellings_of_the_same_file() {
    let plain = Gateway::parse(ACME, "acme.toml").unwrap();
    let mut other = ACME.to_owned();
    for (spelling, another) in [
        ("name = \"acme\"", "\"na\\u006de\" = '''\nacme'''"),
        (
            "title = \"Acme Health Exchange\"",
            "title = \"\"\"\\\n   Acme Health \\\n Exchange\"\"\"",
        ),
        ("[variables.tenant]", "[ 'variables' . \"ten\\u0061nt\" ]"),
        (
            "[environments.live]\ntoken-endpoint",
            "[environments]\nlive.token-endpoint",
        ),
        (
            "\nissuer = \"https://${tenant}.a",
            "\nlive.issuer = \"https:\\u002f/${tenant}.a",
        ),
        ("lifetime-seconds = 10\n", "lifetime-seconds = 0b1010\n"),
        (
            "maximum-lifetime-seconds = 60",
            "maximum-lifetime-seconds = 0x3C",
        ),
        ("jwk-set-cache-seconds = 0", "jwk-set-cache-seconds = +0"),
    ] {
        assert_eq!(other.matches(spelling).count(), 1, "{spelling}");
        other = other.replace(spelling, another);
    }
    let other = Gateway::parse(&other, "acme.toml");
    assert_eq!(format!("{:?}", other.unwrap()), format!("{plain:?}"));
}

/// The line of an error is that of the file, whatever is spelled otherwise before it.
#[test]
fn lines_behind_other_spellings() {
    #[track_caller]
    fn check(old: &str, new: &str, expected: &str) {
        let text = ACME.replace("\ntitle = ", "\n\"titl\\u0065\" = ");
        assert_eq!(text.matches(old).count(), 1, "{old}");
        let error = Gateway::parse(&text.replace(old, new), "acme.toml").unwrap_err();
        let error = error.to_string();
        assert!(error.starts_with(expected), "{error}");
    }
    check(
        "id-required = true",
        "\"id-r\\u0065quired\" = \"\\u0074rue\"",
        "acme.toml:30: `key.id-required`: must be true or false, not a text",
    );
    check(
        "id-required = true",
        "\"id-\\u0072equire\" = true",
        "acme.toml:30: `key.id-require`: unknown key",
    );
    check(
        "issued-at = \"seconds\"",
        "issued-at = \"\"\"\n\n\"\"\"",
        "acme.toml:38: `response.issued-at`: must not be empty",
    );
    check(
        "lifetime-seconds = 10\n",
        "lifetime-seconds = 0xffff_ffff_ffff_ffff_f\n",
        "acme.toml:24: `assertion.lifetime-seconds`: must be between",
    );
}

/// Apple's client secrets are JWTs that live for half a year, and those of its App Store Connect for
/// twenty minutes.
#[test]
fn a_lifetime_over_a_day_where_the_longest_allows_it() {
    let with = |lifetime: &str| {
        let lines = "lifetime-seconds = 10\nmaximum-lifetime-seconds = 60\n";
        Gateway::parse(&ACME.replace(lines, lifetime), "acme.toml")
    };
    let gateway =
        with("lifetime-seconds = 15552000\nmaximum-lifetime-seconds = 15777000\n").unwrap();
    let rules = gateway.assertion();
    assert_eq!(rules.lifetime().as_seconds(), 15_552_000);
    assert_eq!(rules.maximum_lifetime().unwrap().as_seconds(), 15_777_000);
    let error = with("lifetime-seconds = 15552000\n").unwrap_err();
    assert!(
        error.to_string().ends_with("must be between 1 and 86400"),
        "{error}"
    );
    with("lifetime-seconds = 1200\nmaximum-lifetime-seconds = 1200\n").unwrap();
}
