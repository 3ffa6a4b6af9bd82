//! Where the facts are from, and what nobody could find out.

use tokenring_gateway::Gateway;
use toml::{Table, Value};

use super::gateway;

#[test]
fn what_an_assertion_is_made_of_has_a_source() {
    for name in Gateway::names() {
        let gateway = gateway(name);
        for key in [
            "assertion.audience",
            "assertion.typ",
            "assertion.algorithms",
            "assertion.lifetime-seconds",
        ] {
            let source = gateway.source_of(key);
            assert!(source.is_some_and(|text| text.len() > 8), "{name}: {key}");
        }
    }
}

/// No key of a file is without a source and the day on which it was last compared with it, but for
/// what is a choice of ours, or says that we do not know.
#[test]
fn every_fact_has_a_source_and_a_date() {
    for name in Gateway::names() {
        let gateway = gateway(name);
        let file: Table = Gateway::builtin_source(name).unwrap().parse().unwrap();
        let mut facts = Vec::new();
        for (key, value) in &file {
            if !CHOSEN.contains(&key.as_str()) {
                collect(key, value, &mut facts);
            }
        }
        assert!(facts.len() > 15, "{name}: {facts:?}");
        let is_choice = |fact: &String| fact.starts_with("flows.") && fact.ends_with(".title");
        for fact in facts.iter().filter(|fact| !is_choice(fact)) {
            let source = gateway.source_of(fact);
            assert!(source.is_some(), "{name}: {fact} has no source");
            let date = gateway.verified_on(fact);
            let is_date = date.is_some_and(|date| date.starts_with("20") && date.len() == 10);
            assert!(is_date, "{name}: {fact} was verified on {date:?}");
        }
    }
}

const CHOSEN: [&str; 9] = [
    "name",
    "title",
    "verified",
    "default-environment",
    "default-environment-notice",
    "default-flow",
    "variables",
    "sources",
    "unknown",
];

/// The key paths below a value that state something.
fn collect(path: &str, value: &Value, facts: &mut Vec<String>) {
    match value {
        Value::Table(table) => {
            for (key, value) in table {
                collect(&format!("{path}.{key}"), value, facts);
            }
        }
        Value::Array(items) if items.iter().any(Value::is_table) => {
            for (index, item) in items.iter().enumerate() {
                collect(&format!("{path}[{index}]"), item, facts);
            }
        }
        Value::String(word) if path == "server.words" && word == "unknown" => {}
        _ => facts.push(path.to_owned()),
    }
}

#[test]
fn the_same_with_each_flow() {
    for name in ["bcgov", "epic", "keycloak"] {
        let flows: Vec<_> = gateway(name)
            .flows()
            .iter()
            .map(|flow| flow.name().to_owned())
            .collect();
        for flow in flows {
            let gateway = gateway(name).with_flow(&flow).unwrap();
            assert!(
                gateway.source_of("key.id-scheme").is_some(),
                "{name} {flow}"
            );
        }
    }
    let bcgov = gateway("bcgov").with_flow("jwks-url").unwrap();
    let source = bcgov.source_of("key.id-scheme").unwrap();
    assert!(source.contains("JWKS URL"), "{source}");
}

#[test]
fn sources_name_their_documents() {
    #[track_caller]
    fn check(name: &str, key: &str, part: &str) {
        let gateway = gateway(name);
        let source = gateway.source_of(key).unwrap();
        assert!(source.contains(part), "{source}");
    }
    check(
        "nhs-cgp",
        "assertion.algorithms",
        "identity-service-api@5100cca",
    );
    check("nhs-cgp", "key.default-id", "NHS-NGS/cgpclient@23d8ddd");
    check("bcgov", "request.client-id", "bcgov/aps-infra-platform");
    check("keycloak", "assertion.audience", "keycloak/keycloak");
    check("pca", "assertion.dates", "DG-3059");
    check("pca", "key.register-as", "DG-3089");
    check("smart", "assertion.typ", "HL7/smart-app-launch");
    check("epic", "assertion.audience", "fhir.epic.com");
    check("dpc", "assertion.audience", "CMSgov/dpc-static-site");
    check("okta", "assertion.audience", "okta/okta-developer-docs");
    check("auth0", "assertion.audience", "auth0.com/docs");
    check("entra", "key.id-scheme", "certificate-credentials.md");
    check("maskinporten", "assertion.allowed-claims", "docs.digdir.no");
    check("helseid", "assertion.typ", "HelseID.Library@d458c26");
    check(
        "cdr",
        "mutual-tls",
        "ConsumerDataStandardsAustralia/standards",
    );
    check("google", "assertion.audience", "OAuth2ServiceAccount");
    check("salesforce", "assertion.audience", "help.salesforce.com");
}

#[test]
fn what_is_not_known_is_said() {
    #[track_caller]
    fn check(name: &str, about: &str, part: &str) {
        let gateway = gateway(name);
        let mut unknown = gateway.unknown().iter();
        let found =
            unknown.any(|item| item.about() == about && item.text().to_string().contains(part));
        assert!(found, "{name}: {about}");
    }
    check("nhs-cgp", "guide", "tables of header and claims");
    check(
        "nhs-cgp",
        "assertion.leeway-seconds.not-before",
        "iat and nbf",
    );
    check("pca", "key.register-as", "JWK Set");
    check("pca", "response", "registration response");
    check(
        "pca",
        "environments.production.token-endpoint",
        "production",
    );
    check("helseid", "assertion", "current documentation");
    check("bcgov", "server.words", "loginproxy.gov.bc.ca");
    check("cdr", "assertion.maximum-lifetime-seconds", "lifetime");
    check("entra", "assertion.maximum-lifetime-seconds", "10 minutes");
    for name in ["auth0", "cdr", "dpc", "epic", "helseid", "pca"] {
        check(name, "refusals", "");
    }
    check("nhs", "guide", "official guide page");
    check("nhs", "assertion.leeway-seconds.not-before", "iat and nbf");
}
