//! What is said of a JWK Set by the rules of a gateway.

use tokenring::{SetFinding, check_jwk_set};
use tokenring_gateway::Gateway;

/// The public half of the key of RFC 7515 appendix A.3.
const FIRST: &str = r#""kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0""#;
/// The public half of the key of RFC 7517 appendix A.1.
const SECOND: &str = r#""kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM""#;

/// Expects these texts, and whether the set works, of two keys with these further members.
#[track_caller]
fn check(gateway: &str, members: [&str; 2], works: bool, texts: &[&str]) {
    let gateway = Gateway::builtin(gateway).expect("a built-in gateway");
    let [first, second] = members;
    let set = format!("{{\"keys\":[{{{FIRST}{first}}},{{{SECOND}{second}}}]}}");
    let findings = check_jwk_set(&set, Some(&gateway)).expect("a JWK Set");
    let failure = findings.iter().find(|finding| finding.is_failure());
    assert_eq!(failure.is_none(), works, "{failure:?}");
    let found: Vec<String> = findings.iter().map(SetFinding::to_string).collect();
    for text in texts {
        assert!(found.iter().any(|found| found == text), "{found:#?}");
    }
}

/// What a gateway does with an assertion whose header names no key.
#[test]
fn several_keys_without_a_name() {
    let signs = r#","use":"sig","alg":"ES256""#;
    let named = |name: &str| format!("{signs},\"kid\":\"{name}\"");
    check(
        "hydra",
        [signs, signs],
        false,
        &[
            "key 2 verifies no assertion: without a kid, gateway hydra tries the first P-256 key \
             only; give it a \"kid\"",
        ],
    );
    check("hydra", [signs, &named("b")], true, &[]);
    check(
        "authelia",
        [signs, &named("b")],
        false,
        &[
            "key 1 verifies no assertion: without a kid, gateway authelia takes a single P-256 key \
             only; give it a \"kid\"",
        ],
    );
    check("authelia", [&named("a"), &named("b")], true, &[]);
}

#[test]
fn a_use_that_is_needed_in_an_uploaded_set() {
    let members = r#","alg":"ES256","kid":"a""#;
    let gateway = Gateway::builtin("keycloak").expect("a built-in gateway");
    let gateway = gateway.with_flow("jwks-url").expect("a flow of it");
    let set = format!("{{\"keys\":[{{{FIRST}{members}}}]}}");
    let findings = check_jwk_set(&set, Some(&gateway)).expect("a JWK Set");
    let needed = findings.iter().find(|finding| finding.is_failure());
    let needed = needed.unwrap_or_else(|| panic!("{findings:?}"));
    let text = needed.to_string();
    let end = "; gateway keycloak needs it, unless it fetches the set from a URL";
    assert!(text.ends_with(end), "{text}");
}
