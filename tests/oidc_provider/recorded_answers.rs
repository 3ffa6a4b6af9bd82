//! Every answer of a server that was recorded or is in public is classified: class, whether a
//! retry helps, and what to do.
//!
//! `TOKENRING_SHARED` names the folder that holds `vectors/oauth-errors`; a relative path starts at
//! the workspace. Without it the bodies that stand in the tests of `tokenring-gateway` have to do.

use std::path::{Path, PathBuf};

use integration_tests::peer;
use serde_json::Value;
use tokenring_assertion::{Claims, JwtId, NumericDate};
use tokenring_gateway::diagnosis::{Class, Classification, Diagnosis, Incident};
use tokenring_gateway::{Gateway, Rule};
use tokenring_jwk::{Algorithm, KeyId, Signature};
use tokenring_oauth::{ErrorResponse, HttpResponse, Retry, TokenEndpoint, TokenRequest};

#[test]
fn of_servers_that_were_run() {
    let Some(folder) = folder() else { return };
    for (file, told) in [
        ("oidc-provider-default.ndjson", false),
        ("oidc-provider-nhs-profile.ndjson", false),
        ("oidc-provider-rfc7523bis-profile.ndjson", false),
        ("authlib.ndjson", true),
    ] {
        let text = read(&folder, file);
        let mut count = 0;
        for line in text.lines() {
            let record: Value = serde_json::from_str(line).unwrap();
            if record["status"] == 200 {
                continue;
            }
            let answer = answer(&record);
            let found = is_classified(&answer, "generic");
            let label = record["label"].as_str().unwrap();
            let class = found.class();
            // The API behind the server speaks of access tokens.
            let is_api = label.starts_with("api ");
            assert!(is_api || class != Class::Other, "{file}: {label}");
            assert_eq!(found.retry(), Retry::Never, "{file}: {label}");
            // Authlib has words for most mistakes, the other one for those of the form.
            if told && class == Class::Assertion {
                let silent = ["wrong key", "tampered signature", "bad assertion type"];
                let is_silent = silent.contains(&label);
                assert_eq!(found.rule().is_none(), is_silent, "{file}: {label}");
            }
            count += 1;
        }
        assert!(count > 20, "{file}: {count}");
    }
}

/// The labels of a recording say what was wrong; Authlib's words say the same.
#[test]
fn of_a_server_with_words() {
    let Some(folder) = folder() else { return };
    let text = read(&folder, "authlib.ndjson");
    let records: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    for (label, rule) in [
        ("wrong kid", Rule::UnknownKeyId),
        ("wrong aud", Rule::Audience),
        ("expired exp", Rule::Expired),
        ("exp as string", Rule::ExpiryForm),
        ("nbf in future", Rule::NotYetValid),
        ("iat in future", Rule::IssuedInFuture),
        ("missing iss", Rule::IssuerAbsent),
        ("missing sub", Rule::SubjectAbsent),
        ("missing aud", Rule::AudienceAbsent),
        ("missing exp", Rule::ExpiryAbsent),
        ("missing jti", Rule::JwtIdAbsent),
        ("iss != sub", Rule::IssuerNotSubject),
        ("unknown client", Rule::UnknownClient),
        ("jti replay (same assertion)", Rule::JwtIdSpent),
        ("not a jwt", Rule::Malformed),
        ("alg none", Rule::Algorithm),
        ("bad grant", Rule::GrantType),
    ] {
        let record = records.iter().find(|record| record["label"] == label);
        let found = is_classified(&answer(record.unwrap()), "generic");
        // A code alone tells of the grant.
        let told = found.rule().or(match found.class() {
            Class::Grant => Some(Rule::GrantType),
            _ => None,
        });
        assert_eq!(told, Some(rule), "{label}");
    }
}

/// All fixed texts of NHS England's policies are in the preset's file.
#[test]
fn of_nhs_england() {
    let Some(folder) = folder() else { return };
    let policies: Value = serde_json::from_str(&read(&folder, "nhs-apigee-policies.json")).unwrap();
    let nhs = Gateway::builtin("nhs").unwrap();
    let mut count = 0;
    for policy in policies.as_array().unwrap() {
        let name = policy["policy"].as_str().unwrap();
        // Some have no status of their own.
        let status = policy["status"].as_u64().unwrap_or(401);
        let status = u16::try_from(status).unwrap();
        let body = policy["body_template"].as_str().unwrap();
        let body = body.replace("{messageid}", "rrt-1");
        let response = HttpResponse::new(status, Vec::new(), body.into_bytes());
        let response = ErrorResponse::parse(&response);
        let found = is_classified(&response, "nhs");
        assert_eq!(response.message_id(), Some("rrt-1"), "{name}");
        let is_fixed = !policy["error_description"].as_str().unwrap().contains('{');
        if is_fixed {
            let known = Classification::of(&response, Some(&nhs));
            assert!(known.is_known(), "{name}: {response}");
            count += 1;
        }
        assert!(!found.remedy().to_string().is_empty(), "{name}");
    }
    assert!(count > 40, "{count}");
}

#[test]
fn quoted_in_public() {
    let Some(folder) = folder() else { return };
    let quotations: Value = serde_json::from_str(&read(&folder, "third-party.json")).unwrap();
    for quotation in quotations.as_array().unwrap() {
        let status = quotation["status"].as_u64().unwrap_or(401);
        let status = u16::try_from(status).unwrap();
        let body = match &quotation["body"] {
            Value::Null => serde_json::json!({
                "error": "invalid_client",
                "error_description": quotation["body_contains"],
            }),
            body => body.clone(),
        };
        if status == 200 {
            continue;
        }
        let response = HttpResponse::new(status, Vec::new(), body.to_string().into_bytes());
        let response = ErrorResponse::parse(&response);
        for gateway in ["generic", "nhs", "entra", "okta", "keycloak"] {
            let found = is_classified(&response, gateway);
            assert_ne!(found.class(), Class::Other, "{response}");
            let is_busy = status == 429;
            assert_eq!(found.retry() != Retry::Never, is_busy, "{response}");
        }
    }
}

/// Comparing a server's words with what was sent takes nothing from any recorded answer.
#[test]
fn words_are_kept() {
    let Some(folder) = folder() else { return };
    let endpoint = TokenEndpoint::new("https://gateway.example/oauth2/token").unwrap();
    let jwt_id = JwtId::from_random_bytes([7; 16]);
    let expires_at = NumericDate::from_seconds(1_800_000_000);
    let assertion = Claims::new("test-client-id", endpoint.as_str(), jwt_id, expires_at)
        .signing_input(Algorithm::Rs512, Some(&KeyId::new("test-1")))
        .attach(&Signature::from_bytes(vec![7; 256]));
    let request = TokenRequest::client_credentials(&endpoint, assertion).into_http();
    let check = |body: &Value| {
        let body = body.to_string();
        let response = request.response(400, Vec::new(), body.clone().into_bytes());
        let response = ErrorResponse::parse(&response);
        let mut words = vec![response.error(), ErrorResponse::description(&response)];
        words.extend([response.uri(), response.message_id(), response.trace_id()]);
        for words in words.into_iter().flatten() {
            // No member is longer than what is kept.
            assert!(
                body.contains(&Value::from(words).to_string()),
                "{words}: {body}"
            );
        }
        usize::from(response.error().is_some())
    };
    let mut count = 0;
    let quotations: Value = serde_json::from_str(&read(&folder, "third-party.json")).unwrap();
    for quotation in quotations.as_array().unwrap() {
        count += check(&quotation["body"]);
    }
    let policies: Value = serde_json::from_str(&read(&folder, "nhs-apigee-policies.json")).unwrap();
    for policy in policies.as_array().unwrap() {
        let body = policy["body_template"].as_str().unwrap();
        let body = body.replace(
            "{messageid}",
            "rrt-2806264692905980563-b-geu2-3900982-48576137-1",
        );
        count += serde_json::from_str(&body).map_or(0, |body| check(&body));
    }
    for file in [
        "oidc-provider-default.ndjson",
        "oidc-provider-nhs-profile.ndjson",
        "authlib.ndjson",
    ] {
        for line in read(&folder, file).lines() {
            let record: Value = serde_json::from_str(line).unwrap();
            if record["status"] != 200 {
                let body = serde_json::from_str(record["body"].as_str().unwrap());
                count += body.map_or(0, |body| check(&body));
            }
        }
    }
    assert!(count > 100, "{count}");
}

/// There is a class and a remedy, and a diagnosis with a first cause.
#[track_caller]
fn is_classified(response: &ErrorResponse, gateway: &str) -> Classification<'static> {
    let known = Gateway::builtin(gateway).unwrap();
    let mut builder = known.endpoint(known.environment(None).unwrap());
    for variable in known.variables() {
        builder = builder.with_variable(variable.name(), variable.example().unwrap());
    }
    let endpoint = builder.build().unwrap();
    let diagnosis = Diagnosis::of(&Incident::new(&known, &endpoint, response));
    assert!(
        !diagnosis.first().explanation().to_string().is_empty(),
        "{response}"
    );
    assert!(
        !diagnosis.first().remedy().to_string().is_empty(),
        "{response}"
    );
    let classification = Classification::of(response, None);
    assert!(
        !classification.remedy().to_string().is_empty(),
        "{response}"
    );
    classification
}

fn answer(record: &Value) -> ErrorResponse {
    let status = u16::try_from(record["status"].as_u64().unwrap()).unwrap();
    let headers = record["headers"].as_object().unwrap();
    let headers = headers
        .iter()
        .map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()));
    let body = record["body"].as_str().unwrap().as_bytes();
    ErrorResponse::parse(&HttpResponse::new(status, headers.collect(), body.to_vec()))
}

#[track_caller]
fn folder() -> Option<PathBuf> {
    let Some(shared) = std::env::var_os("TOKENRING_SHARED") else {
        // Most machines don't have the recordings, and CI may be one of them.
        peer::tell_not_run("the environment variable TOKENRING_SHARED is not set");
        return None;
    };
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    Some(workspace.join(shared).join("vectors/oauth-errors"))
}

#[track_caller]
fn read(folder: &Path, name: &str) -> String {
    let path = folder.join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
