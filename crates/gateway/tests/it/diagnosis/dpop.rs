//! Answers about DPoP proofs (RFC 9449), in the words of oidc-provider 9, Keycloak 26.7, Okta and the
//! mock.

use tokenring_gateway::diagnosis::{Class, Diagnosis, Likelihood};
use tokenring_gateway::{Remedy, Rule};

use super::scene::{OPAQUE, Scene};

fn diagnosis(gateway: &str, has_proof: bool, error: &str, words: &str) -> Diagnosis {
    let body = serde_json::json!({ "error": error, "error_description": words }).to_string();
    let mut scene = Scene::of(gateway, None).says(400, &body);
    scene.has_proof = has_proof;
    scene.form.push(("scope".into(), "okta.users.read".into()));
    scene.diagnosis()
}

/// What names a client's mistake, whoever says so.
#[derive(PartialEq, Debug)]
enum Fix {
    Send,
    Key,
    Date,
    Url,
    Stated,
}

fn fix(remedy: &Remedy) -> Fix {
    match remedy {
        Remedy::SendProof => Fix::Send,
        Remedy::ChangeProofKey => Fix::Key,
        Remedy::CorrectProofDate => Fix::Date,
        Remedy::CompareTokenUrl | Remedy::CompareAddress { .. } => Fix::Url,
        Remedy::Stated(_) => Fix::Stated,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_missing_proof() {
    for (gateway, error, words) in [
        (
            "generic",
            "invalid_dpop_proof",
            "The DPoP proof JWT header is missing.",
        ),
        ("generic", "invalid_dpop_proof", "DPoP proof is missing"),
        (
            "generic",
            "use_dpop_nonce",
            "Authorization server requires nonce in DPoP proof.",
        ),
        ("generic", "invalid_grant", "DPoP proof JWT not provided"),
        ("keycloak", "invalid_request", "DPoP proof is missing"),
        (
            "okta",
            "invalid_dpop_proof",
            "The DPoP proof JWT header is missing.",
        ),
    ] {
        let diagnosis = diagnosis(gateway, false, error, words);
        let first = diagnosis.first();
        assert_eq!(
            first.rule(),
            Some(Rule::DpopProofAbsent),
            "{gateway}: {words}"
        );
        assert_eq!(
            first.likelihood(),
            Likelihood::Certain,
            "{gateway}: {words}"
        );
        let wanted = match gateway {
            // Its file knows more.
            "okta" => Fix::Stated,
            _ => Fix::Send,
        };
        assert_eq!(fix(first.remedy()), wanted, "{gateway}: {words}");
        assert_eq!(first.class(), Class::Request, "{gateway}: {words}");
    }
}

#[test]
fn a_proof_that_is_rejected() {
    let (proof, nonce) = (Rule::DpopProof, Rule::DpopNonce);
    let invalid = "invalid_dpop_proof";
    for (gateway, error, words, rule, wanted) in [
        (
            "generic",
            invalid,
            "DPoP proof htu mismatch",
            proof,
            Fix::Url,
        ),
        (
            "generic",
            invalid,
            "DPoP proof htm mismatch",
            proof,
            Fix::Url,
        ),
        (
            "generic",
            invalid,
            "DPoP proof iat is not recent enough",
            proof,
            Fix::Date,
        ),
        (
            "generic",
            "use_dpop_nonce",
            "DPoP proof iat is not recent enough, use a DPoP nonce instead",
            proof,
            Fix::Date,
        ),
        (
            "generic",
            "invalid_grant",
            "DPoP proof JWT Replay detected",
            proof,
            Fix::Stated,
        ),
        (
            "generic",
            invalid,
            "DPoP proof jti was used before",
            proof,
            Fix::Stated,
        ),
        (
            "generic",
            invalid,
            "invalid DPoP key binding",
            proof,
            Fix::Key,
        ),
        (
            "generic",
            invalid,
            "DPoP alg ES256 is not supported",
            proof,
            Fix::Key,
        ),
        (
            "generic",
            "use_dpop_nonce",
            "nonce is required in the DPoP proof",
            nonce,
            Fix::Stated,
        ),
        (
            "generic",
            "use_dpop_nonce",
            "invalid nonce in DPoP proof",
            nonce,
            Fix::Stated,
        ),
        (
            "keycloak",
            "invalid_request",
            "DPoP HTTP URL mismatch",
            proof,
            Fix::Url,
        ),
        (
            "keycloak",
            "invalid_request",
            "DPoP HTTP method mismatch",
            proof,
            Fix::Url,
        ),
        (
            "keycloak",
            "invalid_request",
            "DPoP proof has already been used",
            proof,
            Fix::Stated,
        ),
        // Their own words for the clock are in the file.
        (
            "keycloak",
            "invalid_request",
            "DPoP proof is not active",
            proof,
            Fix::Stated,
        ),
        (
            "generic",
            invalid,
            "DPoP proof is missing",
            Rule::DpopProofAbsent,
            Fix::Stated,
        ),
    ] {
        let diagnosis = diagnosis(gateway, true, error, words);
        let first = diagnosis.first();
        assert_eq!(first.rule(), Some(rule), "{gateway}: {words}");
        assert_eq!(fix(first.remedy()), wanted, "{gateway}: {words}");
        assert_eq!(
            first.likelihood(),
            Likelihood::Certain,
            "{gateway}: {words}"
        );
    }
    let body = r#"{"error":"invalid_dpop_proof"}"#;
    let mut scene = Scene::generic().says(400, body);
    scene.has_proof = true;
    assert_eq!(scene.diagnosis().first().rule(), Some(proof));
}

/// What an API says in its challenge: RFC 9449 section 7.1.
#[test]
fn a_call_that_is_rejected() {
    let check = |challenge: &str, is_bound, rule: Option<Rule>, wanted: Option<&str>| {
        let cause = Diagnosis::of_call(challenge, is_bound);
        let found = cause.as_ref().and_then(|cause| cause.rule());
        assert_eq!(found, rule, "{challenge}");
        let found = cause.as_ref().and_then(|cause| cause.wanted_value());
        assert_eq!(found, wanted, "{challenge}");
    };
    let (proof, nonce) = (Some(Rule::DpopProof), Some(Rule::DpopNonce));
    let bound = Some("a bound token and a proof");
    check(
        "DPoP algs=\"ES256 PS256\"",
        false,
        Some(Rule::DpopProofAbsent),
        bound,
    );
    check(
        "Bearer error=\"invalid_token\", DPoP error=\"invalid_token\", algs=\"ES256\"",
        false,
        Some(Rule::DpopProofAbsent),
        bound,
    );
    check(
        "DPoP error=\"use_dpop_nonce\", error_description=\"x\"",
        true,
        nonce,
        None,
    );
    check(
        "dpop error=\"invalid_dpop_proof\", error_description=\"DPoP proof htu mismatch\"",
        true,
        proof,
        None,
    );
    check(
        "DPoP algs=\"ES256 PS256\", error=invalid_dpop_proof, error_description=\"unknown alg\"",
        true,
        proof,
        Some("ES256 PS256"),
    );
    check(
        "DPoP error=\"invalid_token\", error_description=\"expired\"",
        true,
        None,
        None,
    );
    check("Bearer realm=\"DPoP error=x\"", true, None, None);
    check("Bearer error=\"invalid_token\"", false, None, None);
}

/// oidc-provider says no more than this where a client of bound tokens sends no proof.
#[test]
fn a_grant_that_is_nothing_but_the_client() {
    let body = r#"{"error":"invalid_grant","error_description":"grant request is invalid"}"#;
    let first = Scene::generic().says(400, body).diagnosis().first().clone();
    assert_eq!(first.rule(), Some(Rule::DpopProofAbsent));
    assert_eq!(first.likelihood(), Likelihood::Likely);
    assert_eq!(first.remedy(), &Remedy::SendProof);
    // Or by mutual TLS (RFC 8705), which the answer cannot tell from DPoP.
    let diagnosis = Scene::generic().says(400, body).diagnosis();
    let rules: Vec<_> = diagnosis
        .causes()
        .map(tokenring_gateway::diagnosis::Cause::rule)
        .collect();
    assert_eq!(rules[1], Some(Rule::ClientCertificateAbsent));
    let is_of_dpop = |scene: &Scene| {
        let diagnosis = scene.diagnosis();
        let mut causes = diagnosis.causes();
        causes.any(|cause| cause.rule() == Some(Rule::DpopProofAbsent))
    };
    // Where the assertion is the grant, it is what is rejected.
    let mut google = Scene::of("google", None).says(400, body);
    google.form = vec![(
        "grant_type".into(),
        "urn:ietf:params:oauth:grant-type:jwt-bearer".into(),
    )];
    assert!(!is_of_dpop(&google));
    // And a failed authentication has its own code.
    assert!(!is_of_dpop(&Scene::generic().says(401, OPAQUE)));
}
