//! Tokens that are bound to the key of a DPoP proof: RFC 9449.

use std::sync::OnceLock;
use std::time::Duration;

use serde_json::{Value, json};
use tokenring_jwk::ring::{SigningKey, generate, sha256, thumbprint};
use tokenring_jwk::{Algorithm, KeySpec, PrivateKey, Signer};
use tokenring_mock_gateway::{
    AccessTokens, ApiAccess, BoundTokens, ClientRegistration, MockGatewayBuilder,
};

use crate::attempt::encode;
use crate::bench::{Bench, CLIENT, key_set};
use crate::http::{Answer, send};

/// A proof that a test spoils.
struct ProofDraft {
    header: Value,
    claims: Value,
    key: &'static PrivateKey,
    algorithm: Algorithm,
}

impl ProofDraft {
    fn new(method: &str, url: &str, now: u64) -> Self {
        static KEY: OnceLock<PrivateKey> = OnceLock::new();
        Self::of_key(
            KEY.get_or_init(|| generate(KeySpec::P256).unwrap()),
            Algorithm::Es256,
            method,
            url,
            now,
        )
    }

    fn of_key(
        key: &'static PrivateKey,
        algorithm: Algorithm,
        method: &str,
        url: &str,
        now: u64,
    ) -> Self {
        static JWT_IDS: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
        let jwt_id = JWT_IDS.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        let signer = SigningKey::new(key, algorithm).unwrap();
        let jwk = jwk(&signer);
        Self {
            header: json!({ "typ": "dpop+jwt", "alg": algorithm.name(), "jwk": jwk }),
            claims: json!({ "htm": method, "htu": url, "iat": now, "jti": format!("proof-{jwt_id}") }),
            key,
            algorithm,
        }
    }

    fn with_header(mut self, name: &str, value: Value) -> Self {
        self.header[name] = value;
        self
    }

    fn with_claim(mut self, name: &str, value: Value) -> Self {
        self.claims[name] = value;
        self
    }

    fn with_token(self, token: &str) -> Self {
        let hash = encode(&sha256(token.as_bytes()));
        self.with_claim("ath", hash.into())
    }

    fn without_claim(mut self, name: &str) -> Self {
        self.claims.as_object_mut().unwrap().remove(name);
        self
    }

    fn sign(&self) -> String {
        let part = |value: &Value| encode(value.to_string().as_bytes());
        let input = format!("{}.{}", part(&self.header), part(&self.claims));
        let signer = SigningKey::new(self.key, self.algorithm).unwrap();
        let signature = signer.sign(input.as_bytes()).unwrap();
        format!("{input}.{}", encode(signature.as_bytes()))
    }

    fn thumbprint(&self) -> String {
        let signer = SigningKey::new(self.key, self.algorithm).unwrap();
        thumbprint(signer.public_key()).to_string()
    }
}

/// The members of a public key that make its thumbprint are all that a proof needs.
fn jwk(signer: &SigningKey) -> Value {
    let input = signer.public_key().thumbprint_input();
    serde_json::from_str(&input).unwrap()
}

fn other_key() -> &'static PrivateKey {
    static KEY: OnceLock<PrivateKey> = OnceLock::new();
    KEY.get_or_init(|| generate(KeySpec::Ed25519).unwrap())
}

fn start(configure: impl FnOnce(MockGatewayBuilder) -> MockGatewayBuilder) -> Bench {
    Bench::start_with(configure)
}

fn token_proof(bench: &Bench) -> ProofDraft {
    ProofDraft::new("POST", &bench.gateway.token_url(), bench.now())
}

#[track_caller]
fn request(bench: &Bench, proof: Option<&str>) -> Answer {
    let headers: Vec<(&str, &str)> = proof.into_iter().map(|proof| ("DPoP", proof)).collect();
    bench.attempt().send_with(bench.address(), &headers)
}

/// Gets a bound token.
#[track_caller]
fn bound_token(bench: &Bench, proof: &ProofDraft) -> String {
    let answer = request(bench, Some(&proof.sign()));
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.json()["token_type"], "DPoP");
    answer.json()["access_token"].as_str().unwrap().to_owned()
}

fn api_proof(bench: &Bench, token: &str) -> ProofDraft {
    let url = bench.gateway.api_url(ApiAccess::Bearer, "x");
    ProofDraft::new("GET", &url, bench.now()).with_token(token)
}

#[track_caller]
fn call(bench: &Bench, scheme: &str, token: &str, proof: Option<&str>) -> Answer {
    let authorization = format!("{scheme} {token}");
    let mut headers = vec![("Authorization", authorization.as_str())];
    headers.extend(proof.map(|proof| ("DPoP", proof)));
    send(
        bench.address(),
        "GET",
        "/api/bearer/x?query=1",
        &headers,
        b"",
    )
}

#[track_caller]
fn check_refused(answer: &Answer, error: &str, words: &str) {
    assert_eq!(answer.status, 400, "{words}: {}", answer.text());
    assert_eq!(answer.json()["error"], error, "{words}");
    assert_eq!(answer.json()["error_description"], words);
}

#[track_caller]
fn check_denied(answer: &Answer, error: &str, words: &str) {
    assert_eq!(answer.status, 401, "{words}: {}", answer.text());
    assert_eq!(answer.json()["error"], error, "{words}");
    assert_eq!(answer.json()["error_description"], words);
    let challenge = answer.header("www-authenticate").unwrap();
    let start = format!("DPoP error=\"{error}\", error_description=\"{words}\", algs=\"");
    assert!(challenge.starts_with(&start), "{challenge}");
    assert!(challenge.contains("ES256 "), "{challenge}");
}

#[test]
fn a_proof_is_honoured_and_never_demanded_unasked() {
    let bench = start(|builder| builder);
    let answer = request(&bench, None);
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("dpop-nonce"), None);
    let bearer = answer.json()["access_token"].as_str().unwrap().to_owned();
    assert_eq!(call(&bench, "Bearer", &bearer, None).status, 200);
    let token = bound_token(&bench, &token_proof(&bench));
    let answer = call(
        &bench,
        "DPoP",
        &token,
        Some(&api_proof(&bench, &token).sign()),
    );
    assert_eq!(answer.status, 200, "{}", answer.text());
}

#[test]
fn what_is_wrong_with_the_proof_of_a_token_request() {
    let bench = start(MockGatewayBuilder::with_dpop_required);
    let proof = || token_proof(&bench);
    let invalid = "invalid_dpop_proof";
    let no_jwt = "DPoP proof is not a dpop+jwt that its jwk verifies";
    let claims = "DPoP proof needs htm, htu, iat and jti";
    let old = "DPoP proof iat is not recent enough";
    let other = jwk(&SigningKey::new(other_key(), Algorithm::EdDsa).unwrap());
    let mut private = proof().header["jwk"].clone();
    private["d"] = json!("AAAA");
    check_refused(&request(&bench, None), invalid, "DPoP proof is missing");
    let other_path = format!("{}x", bench.gateway.token_url());
    for (proof, words) in [
        (proof().with_header("typ", json!("JWT")), no_jwt),
        (proof().with_header("alg", json!("none")), no_jwt),
        (proof().with_header("alg", json!("HS256")), no_jwt),
        (proof().with_header("alg", json!("RS256")), no_jwt),
        (proof().with_header("jwk", other), no_jwt),
        (proof().with_header("jwk", private), no_jwt),
        (proof().with_header("jwk", Value::Null), no_jwt),
        (proof().with_header("crit", json!(["x"])), no_jwt),
        (proof().without_claim("htm"), claims),
        (proof().without_claim("htu"), claims),
        (proof().without_claim("iat"), claims),
        (proof().without_claim("jti"), claims),
        (proof().with_claim("jti", json!("")), claims),
        (proof().with_claim("iat", json!("1")), claims),
        (
            proof().with_claim("htm", json!("GET")),
            "DPoP proof htm mismatch",
        ),
        (
            proof().with_claim("htu", json!(other_path)),
            "DPoP proof htu mismatch",
        ),
        (proof().with_claim("iat", json!(bench.now() - 61)), old),
        (proof().with_claim("iat", json!(bench.now() + 1)), old),
    ] {
        check_refused(&request(&bench, Some(&proof.sign())), invalid, words);
    }
    let twice = proof().sign();
    let other = proof().sign();
    let headers = [("DPoP", twice.as_str()), ("DPoP", other.as_str())];
    let answer = bench.attempt().send_with(bench.address(), &headers);
    check_refused(&answer, invalid, no_jwt);
    assert_eq!(request(&bench, Some(&twice)).status, 200);
    let answer = request(&bench, Some(&twice));
    check_refused(&answer, invalid, "DPoP proof jti was used before");
    let url = format!("{}?a=b#c", bench.gateway.token_url()).replace("http://", "HTTP://");
    let answer = request(&bench, Some(&proof().with_claim("htu", json!(url)).sign()));
    assert_eq!(answer.status, 200, "{}", answer.text());
}

#[test]
fn what_is_wrong_with_a_call() {
    let bench = start(|builder| builder);
    let token = bound_token(&bench, &token_proof(&bench));
    let bearer = bench.token();
    let proof = || api_proof(&bench, &token);
    let invalid = "invalid_dpop_proof";
    let url = bench.gateway.api_url(ApiAccess::Bearer, "x");
    let of_other_key = ProofDraft::of_key(other_key(), Algorithm::EdDsa, "GET", &url, bench.now())
        .with_token(&token);
    for (scheme, token, proof, error, words) in [
        (
            "Bearer",
            &token,
            None,
            "invalid_token",
            "the access token is bound to a key: use the DPoP scheme and a proof",
        ),
        (
            "Bearer",
            &token,
            Some(proof()),
            "invalid_token",
            "the access token is bound to a key: use the DPoP scheme and a proof",
        ),
        (
            "DPoP",
            &bearer,
            Some(proof()),
            "invalid_token",
            "the access token is not bound to a key",
        ),
        (
            "DPoP",
            &"nothing".to_owned(),
            Some(proof()),
            "invalid_token",
            "the access token is unknown or expired",
        ),
        ("DPoP", &token, None, invalid, "DPoP proof is missing"),
        (
            "DPoP",
            &token,
            Some(proof().with_claim("htm", json!("POST"))),
            invalid,
            "DPoP proof htm mismatch",
        ),
        (
            "DPoP",
            &token,
            Some(proof().with_claim("htu", json!(bench.gateway.token_url()))),
            invalid,
            "DPoP proof htu mismatch",
        ),
        (
            "DPoP",
            &token,
            Some(proof().with_token(&bearer)),
            invalid,
            "DPoP proof ath mismatch",
        ),
        (
            "DPoP",
            &token,
            Some(proof().without_claim("ath")),
            invalid,
            "DPoP proof ath mismatch",
        ),
        (
            "DPoP",
            &token,
            Some(of_other_key),
            "invalid_token",
            "the access token is bound to another key than the DPoP proof's",
        ),
    ] {
        let proof = proof.map(|proof| proof.sign());
        check_denied(&call(&bench, scheme, token, proof.as_deref()), error, words);
    }
    let critical = proof().with_header("crit", json!(["x"])).sign();
    assert_eq!(call(&bench, "DPoP", &token, Some(&critical)).status, 401);
    let once = proof().sign();
    assert_eq!(call(&bench, "dpop", &token, Some(&once)).status, 200);
    let answer = call(&bench, "DPoP", &token, Some(&once));
    check_denied(&answer, invalid, "DPoP proof jti was used before");
}

#[test]
fn nonces_are_demanded_at_both_ends() {
    let bench = start(|builder| builder.with_dpop_nonce(true));
    // Nobody who sends no proof hears of nonces.
    assert_eq!(request(&bench, None).header("dpop-nonce"), None);
    let words = "DPoP proof needs a nonce of this server";
    let attempt = bench.attempt();
    let proof = token_proof(&bench).sign();
    let answer = attempt.send_with(bench.address(), &[("DPoP", &proof)]);
    check_refused(&answer, "use_dpop_nonce", words);
    let nonce = answer.header("dpop-nonce").unwrap().to_owned();
    let with_nonce =
        |proof: ProofDraft, nonce: &str| proof.with_claim("nonce", json!(nonce)).sign();
    let proof = with_nonce(token_proof(&bench), &nonce);
    // The assertion was used up.
    let answer = attempt.send_with(bench.address(), &[("DPoP", &proof)]);
    let event = bench.gateway.events().pop().unwrap();
    assert_eq!(event.refusal().unwrap().rule(), "jwt-id-spent");
    assert_eq!(answer.header("dpop-nonce"), Some(nonce.as_str()));
    let answer = request(&bench, Some(&proof));
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("dpop-nonce"), Some(nonce.as_str()));
    let token = answer.json()["access_token"].as_str().unwrap().to_owned();
    let proof = api_proof(&bench, &token).sign();
    let answer = call(&bench, "DPoP", &token, Some(&proof));
    check_denied(&answer, "use_dpop_nonce", words);
    assert_eq!(answer.header("dpop-nonce"), Some(nonce.as_str()));
    let proof = with_nonce(api_proof(&bench, &token), &nonce);
    assert_eq!(call(&bench, "DPoP", &token, Some(&proof)).status, 200);
    bench.advance(Duration::from_secs(300));
    let proof = with_nonce(api_proof(&bench, &token), &nonce);
    let answer = call(&bench, "DPoP", &token, Some(&proof));
    assert_eq!(answer.status, 200);
    let next = answer.header("dpop-nonce").unwrap().to_owned();
    assert_ne!(next, nonce);
    bench.advance(Duration::from_secs(299));
    let proof = with_nonce(token_proof(&bench), &next);
    assert_eq!(request(&bench, Some(&proof)).status, 200);
    bench.advance(Duration::from_secs(1));
    let proof = with_nonce(token_proof(&bench), &nonce);
    check_refused(&request(&bench, Some(&proof)), "use_dpop_nonce", words);
}

#[test]
fn a_registration_decides_for_its_client() {
    let registered = |binding| ClientRegistration::new().with_bound_tokens(binding);
    let bench = start(|builder| {
        builder
            .with_dpop_required()
            .with_client("bearer", key_set())
            .with_client_registration("bearer", registered(BoundTokens::Nothing))
    });
    let answer = bench.attempt().with_client("bearer").send(bench.address());
    assert_eq!(answer.status, 200, "{}", answer.text());
    let proof = token_proof(&bench).sign();
    let attempt = bench.attempt().with_client("bearer");
    let answer = attempt.send_with(bench.address(), &[("DPoP", &proof)]);
    assert_ne!(answer.json()["token_type"], "DPoP");
    let token = answer.json()["access_token"].as_str().unwrap().to_owned();
    assert_eq!(call(&bench, "Bearer", &token, None).status, 200);

    let bench =
        start(|builder| builder.with_client_registration(CLIENT, registered(BoundTokens::Dpop)));
    let answer = request(&bench, None);
    check_refused(&answer, "invalid_dpop_proof", "DPoP proof is missing");
    bound_token(&bench, &token_proof(&bench));
}

/// A JWT says to which key it is bound: RFC 9449, section 6.1.
#[test]
fn a_jwt_names_its_key() {
    let bench = start(|builder| builder.with_access_tokens(AccessTokens::jwt()));
    let proof = token_proof(&bench);
    let token = bound_token(&bench, &proof);
    let claims = token.split('.').nth(1).unwrap();
    let claims = <base64ct::Base64UrlUnpadded as base64ct::Encoding>::decode_vec(claims).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    assert_eq!(claims["cnf"]["jkt"], proof.thumbprint());
    let unbound = bench.token();
    assert!(!unbound.contains(&encode(b"\"cnf\"")));
}
