//! What the crate itself makes for each built-in gateway breaks none of its rules.

use serde_json::json;
use tokenring_assertion::{JwtId, NumericDate};
use tokenring_gateway::{
    AssertionPlan, Endpoint, Gateway, KeyIdScheme, Lint, ScopeRule, UnverifiedJwt,
};
use tokenring_jwk::{Algorithm, KeyId, Signature};
use tokenring_oauth::TokenEndpoint;

use super::NOW;

/// Every built-in gateway in each of its flows.
fn gateways() -> Vec<Gateway> {
    let mut gateways = Vec::new();
    for name in Gateway::names() {
        let gateway = Gateway::builtin(name).unwrap();
        for flow in gateway.flows() {
            gateways.push(gateway.clone().with_flow(flow.name()).unwrap());
        }
        gateways.push(gateway);
    }
    gateways
}

fn endpoints(gateway: &Gateway) -> Vec<Endpoint> {
    let mut endpoints = Vec::new();
    for environment in gateway.environments() {
        let mut builder = gateway.endpoint(environment);
        for variable in gateway.variables() {
            builder = builder.with_variable(variable.name(), variable.example().unwrap());
        }
        if environment.issuer().is_none() {
            builder = builder.with_issuer("https://issuer.example.com");
        }
        if environment.token_endpoint().is_none() {
            let url = TokenEndpoint::new("https://issuer.example.com/token").unwrap();
            builder = builder.with_token_endpoint(url);
        }
        endpoints.push(builder.build().unwrap());
    }
    endpoints
}

/// The length of the signature that the longest key makes.
fn signature(algorithm: Algorithm) -> Signature {
    let name = algorithm.name();
    Signature::from_bytes(match name.get(..2).unwrap() {
        "RS" | "PS" => vec![7; 512],
        _ if name == "ES512" => vec![7; 132],
        _ if name == "ES384" => vec![7; 96],
        _ => vec![7; 64],
    })
}

fn jwt(gateway: &Gateway, endpoint: &Endpoint) -> UnverifiedJwt {
    let algorithm = gateway.assertion().algorithms()[0];
    let scheme = gateway.key().id_scheme();
    let mut plan = AssertionPlan::at(gateway, endpoint, "client-1").unwrap();
    if scheme == KeyIdScheme::CertificateThumbprint {
        plan = plan.with_header_parameter("x5t#S256", "A".repeat(43));
    }
    if scheme == KeyIdScheme::CertificateChain {
        plan = plan.with_header_parameter("x5c", json!(["MIIA"]));
    }
    for (name, value) in endpoint.claims() {
        plan = plan.with_claim(name, value.clone());
    }
    if gateway.request().scope() == ScopeRule::InAssertion {
        plan = plan.with_claim("scope", json!("read"));
    }
    let key_id = scheme.sends_key_id().then(|| KeyId::from("A".repeat(43)));
    let jwt_id = JwtId::from_random_bytes([7; 16]);
    let now = NumericDate::from_seconds(NOW);
    let input = plan
        .signing_input(now, jwt_id, algorithm, key_id.as_ref())
        .unwrap();
    UnverifiedJwt::decode(input.attach(&signature(algorithm)).secret()).unwrap()
}

#[test]
fn no_built_in_gateway_minds_its_own_assertion() {
    let mut count = 0;
    for gateway in gateways() {
        for endpoint in endpoints(&gateway) {
            let jwt = jwt(&gateway, &endpoint);
            let now = NumericDate::from_seconds(NOW);
            let findings = Lint::new(&gateway, &endpoint, now).check(&jwt);
            let name = (gateway.name(), gateway.flow(), endpoint.environment());
            assert_eq!(findings, [], "{name:?}");
            count += 1;
        }
    }
    assert!(count > 18, "{count}");
}

#[test]
fn a_clock_that_is_five_seconds_off_matters_to_none() {
    for gateway in gateways() {
        for endpoint in endpoints(&gateway) {
            let jwt = jwt(&gateway, &endpoint);
            for now in [NOW - 5, NOW + 5] {
                let now = NumericDate::from_seconds(now);
                let findings = Lint::new(&gateway, &endpoint, now).check(&jwt);
                let refused = findings
                    .iter()
                    .filter(|each| each.severity().name() == "refused");
                let rules: Vec<&str> = refused.map(|each| each.rule().name()).collect();
                let is_excused = rules.is_empty() || NO_LEEWAY.contains(&gateway.name());
                assert!(is_excused, "{} {rules:?}", gateway.name());
            }
        }
    }
}

/// All of them want `nbf`, and nobody knows how early one may be.
const NO_LEEWAY: [&str; 3] = ["entra", "helseid", "ishare"];
