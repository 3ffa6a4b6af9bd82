use super::*;

fn proof(header: &Value) -> UnverifiedJwt {
    let part = |value: &Value| Base64UrlUnpadded::encode_string(value.to_string().as_bytes());
    let claims = json!({ "htm": "GET", "htu": "https://api.example/", "iat": 1, "jti": "x" });
    UnverifiedJwt::decode(format!("{}.{}.AAAA", part(header), part(&claims))).unwrap()
}

#[test]
fn private_members_of_the_key_are_not_shown() {
    let mut jwk = json!({ "kty": "EC", "crv": "P-256", "x": "shown-x", "y": "shown-y" });
    for name in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
        jwk[name] = "hunter2".into();
    }
    jwk["oth"] = json!([{ "r": "hunter2", "d": "hunter2" }]);
    let jwt = proof(&json!({ "typ": "dpop+jwt", "alg": "ES256", "jwk": jwk }));
    let inspection = ProofInspector::at(NumericDate::from_seconds(1)).inspect(&jwt);
    let findings = inspection.findings();
    assert!(findings.contains(&ProofFinding::PrivateKey));
    for shown in [inspection.to_text(), inspection.to_json().to_string()] {
        assert!(!shown.contains("hunter2"), "{shown}");
        assert!(shown.contains("shown-x"), "{shown}");
    }
}

#[test]
fn a_critical_extension_is_a_finding() {
    let jwt = proof(&json!({ "typ": "dpop+jwt", "alg": "ES256", "crit": ["x"], "x": 1 }));
    let inspection = ProofInspector::at(NumericDate::from_seconds(1)).inspect(&jwt);
    let names: Vec<_> = inspection
        .findings()
        .iter()
        .map(ProofFinding::name)
        .collect();
    assert_eq!(names, ["crit", "key"]);
}
