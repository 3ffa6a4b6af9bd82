//! `tokenring inspect`.

mod proof;

use base64ct::{Base64UrlUnpadded, Encoding};
use integration_tests::fixtures;
use serde_json::{Value, json};

use crate::loopback::Loopback;
use crate::process::{Finished, Machine};
use crate::transcript::Transcript;

/// A machine with a key in many forms, and an assertion for NHS that it signed.
fn machine() -> (Machine, String) {
    let machine = Machine::new();
    let public = fixtures::text("keys/test-rsa-4096-public.jwk.json");
    let mut jwk: Value = serde_json::from_str(&public).unwrap();
    jwk["kid"] = "int-1".into();
    machine.write("jwk.json", jwk.to_string());
    machine.write("jwks.json", json!({"keys": [jwk]}).to_string());
    machine.write(
        "public.pem",
        fixtures::text("keys/test-rsa-4096-public.pem"),
    );
    machine.write("int-1.pem", fixtures::bytes("keys/test-rsa-4096-pkcs8.pem"));
    let arguments = [
        "assertion",
        "-q",
        "--gateway",
        "nhs",
        "--client-id",
        "client-1",
    ];
    let run = machine.tokenring([&arguments[..], &["--private-key", "int-1.pem"]].concat());
    let jwt = run.finish().succeeds();
    (machine, jwt)
}

/// A JWT of this header and these claims, whose signature is none.
fn unsigned(header: &Value, claims: &Value) -> String {
    let encode = |value: &Value| Base64UrlUnpadded::encode_string(value.to_string().as_bytes());
    format!("{}.{}.c2lnbmF0dXJl", encode(header), encode(claims))
}

fn inspect(machine: &Machine, jwt: &str, more: &[&str]) -> Finished {
    let run = machine.tokenring(["inspect"].iter().chain(more));
    run.with_input(jwt).finish()
}

const NHS: &[&str] = &["--gateway", "nhs", "--env", "int"];

#[test]
fn a_clean_assertion() {
    let (machine, jwt) = machine();
    let keys = [NHS, &["--jwks", "jwks.json", "--client-id", "client-1"]].concat();
    let finished = inspect(&machine, &jwt, &keys);
    assert_eq!(finished.stderr, "");
    let text = finished.succeeds();
    // Nothing that a copy of the text would betray.
    let signature = jwt.trim().rsplit('.').next().unwrap();
    assert!(!text.contains(&signature[..20]), "{text}");
    let text = inspect(&machine, &jwt, &[]).succeeds();
    assert!(!text.contains("Rules of"), "{text}");
}

/// The same from wherever, and a warning where others could have seen it.
#[test]
fn inputs() {
    let (machine, jwt) = machine();
    machine.write("a.jwt", &jwt);
    let expected = inspect(&machine, &jwt, &["--at", "0"]).succeeds();
    for more in [&["-"][..], &["@a.jwt"]] {
        let finished = inspect(&machine, &jwt, &[&["--at", "0"], more].concat());
        assert_eq!(finished.stderr, "");
        assert_eq!(finished.succeeds(), expected);
    }
    let finished = inspect(&machine, "", &[jwt.trim(), "--at", "0"]);
    assert_eq!(finished.succeeds(), expected);
    // It has expired by then, and nobody can do anything with it.
    let finished = inspect(&machine, "", &[jwt.trim(), "--at", "2100-01-01T00:00:00Z"]);
    assert_eq!(finished.stderr, "");
    finished.succeeds();
    let finished = inspect(&machine, &format!("Authorization: Bearer {jwt}"), &[]);
    assert!(finished.has_code(9).text().contains("the word `Bearer`"));
}

/// Each rule that is broken, with what is found, what is wanted and its source.
#[test]
fn broken_rules() {
    let (machine, _) = machine();
    let header = json!({"alg": "RS512", "kid": "int-1", "typ": "JWT"});
    let claims = json!({
        "iss": "a", "sub": "a", "jti": "1", "iat": 1_700_000_000, "exp": 1_700_000_150,
        "aud": "https://int.api.service.nhs.uk/oauth2/token",
    });
    let mut texts = Transcript::new();
    let mut check = |header: &Value, claims: &Value, rule: &str| {
        let jwt = unsigned(header, claims);
        let at = [NHS, &["--at", "1700000000"]].concat();
        let finished = inspect(&machine, &jwt, &[&at[..], &["--format", "json"]].concat());
        assert_eq!(finished.stderr, "");
        let report: Value = serde_json::from_str(finished.has_code(9).text()).unwrap();
        assert_eq!(report["clean"], false);
        assert_eq!(report["gateway"], "nhs");
        let findings = report["findings"].as_array().unwrap();
        let finding = findings.iter().find(|finding| finding["rule"] == rule);
        let finding = finding.unwrap_or_else(|| panic!("{rule} is not in {report:#}"));
        assert_eq!(finding["severity"], "refused");
        for member in ["subject", "wanted", "source", "remedy"] {
            assert!(finding[member].is_string(), "{member} of {finding}");
        }
        let finished = inspect(&machine, &jwt, &at);
        finished.shown_in(&mut texts).has_code(9);
    };
    let with = |name: &str, value: Value| {
        let mut claims = claims.clone();
        claims[name] = value;
        claims
    };
    let mut without_type = header.clone();
    without_type.as_object_mut().unwrap().remove("typ");
    check(&without_type, &claims, "type");
    check(&header, &with("exp", "1700000150".into()), "expiry-form");
    check(
        &header,
        &with("aud", "https://api.service.nhs.uk/oauth2/token".into()),
        "audience",
    );
    check(&header, &with("exp", 1_699_999_000.into()), "expired");
    check(
        &header,
        &with("exp", 1_700_003_600.into()),
        "expiry-too-late",
    );
    check(
        &header,
        &with("nbf", 1_700_000_000_000_u64.into()),
        "not-yet-valid",
    );
    check(&header, &with("sub", "b".into()), "issuer-not-subject");
    texts.check("inspect/broken-rules");
}

/// With keys there is a verdict on the signature, of whatever kind they are.
#[test]
fn keys() {
    let (machine, jwt) = machine();
    let server = Loopback::json("200 OK", &machine.read("jwks.json"));
    let url = server.url("/jwks.json");
    for keys in ["jwks.json", "jwk.json", "public.pem", &url] {
        inspect(&machine, &jwt, &["--jwks", keys]).succeeds();
    }
    let another = fixtures::text("keys/test-rsa-2048-public.pem");
    machine.write("another.pem", another);
    inspect(&machine, &jwt, &["--jwks", "another.pem"]).has_code(9);
    let mut changed = jwt.trim().to_owned().into_bytes();
    let last = changed.len() - 40;
    changed[last] = if changed[last] == b'A' { b'B' } else { b'A' };
    let changed = String::from_utf8(changed).unwrap();
    let more = [NHS, &["--jwks", "jwks.json"]].concat();
    inspect(&machine, &changed, &more).has_code(9);
    let run = inspect(
        &machine,
        &jwt,
        &["--jwks", "public.pem", "--format", "json"],
    );
    let report: Value = serde_json::from_str(&run.succeeds()).unwrap();
    assert_eq!(report["verification"]["verified"], true);
    assert_eq!(report["claims"]["iss"], "client-1");
    assert_eq!(report["header"]["typ"], "JWT");
    assert_eq!(report["signature_bytes"], 512);
    assert_eq!(report["findings"], Value::Null);
    assert!(
        !report
            .to_string()
            .contains(jwt.trim().rsplit('.').next().unwrap())
    );
}

/// Which part of it fails, and none of what it holds.
#[test]
fn no_jwt() {
    let (machine, jwt) = machine();
    let parts: Vec<_> = jwt.trim().split('.').collect();
    let half = &parts[1][..parts[1].len() - 10];
    let mut texts = Transcript::new();
    let mut check = |text: &str| {
        let complaint = inspect(&machine, text, &[]).shown_in(&mut texts).fails(2);
        assert!(!complaint.contains("eyJ"), "{complaint}");
    };
    check("");
    check("text");
    check(&format!("{}.{}", parts[0], parts[1]));
    check(&format!("!.{}.{}", parts[1], parts[2]));
    check(&format!("{}.{half}.{}", parts[0], parts[2]));
    check(&format!("{}.W10.{}", parts[0], parts[2]));
    check("{\"keys\":[]}");
    check(&machine.read("public.pem"));
    check("a.b.c.d.e");
    check(&"a".repeat(100_000));
    let run = machine.tokenring(["inspect", "@absent.jwt"]);
    run.finish().fails(2);
    texts.hide_random();
    texts.check("inspect/no-jwt");
}

/// Text of an unknown origin does nothing to a terminal.
#[test]
fn hostile_text() {
    let (machine, _) = machine();
    let header = json!({"alg": "none", "kid": "\u{1b}[2Jkid\u{202e}", "a\u{1b}b": 1});
    let claims = json!({"iss": "x\r\ny", "exp": "\u{9b}1A", "long": "z".repeat(5_000)});
    let jwt = unsigned(&header, &claims);
    for more in [&[][..], NHS] {
        let finished = inspect(&machine, &jwt, more);
        let text = finished.everything();
        for character in ['\u{1b}', '\u{9b}', '\u{202e}', '\r'] {
            assert!(!text.contains(character), "{text:?}");
        }
    }
}

/// Clean or not: a doubt is not clean.
#[test]
fn doubtful_findings() {
    let (machine, _) = machine();
    let header = json!({"alg": "RS512", "kid": "int-1", "typ": "JWT"});
    let claims = |issued_at: u64| {
        json!({
            "iss": "a", "sub": "a", "jti": "1", "iat": issued_at, "exp": 1_700_000_150,
            "aud": "https://int.api.service.nhs.uk/oauth2/token",
        })
    };
    let at = [NHS, &["--at", "1700000000"]].concat();
    // As long as that of a key which the gateway takes.
    let signature = Base64UrlUnpadded::encode_string(&[0; 512]);
    let jwt = |issued_at| unsigned(&header, &claims(issued_at)).replace("c2lnbmF0dXJl", &signature);
    inspect(&machine, &jwt(1_700_000_000), &at).succeeds();
    // In milliseconds.
    let jwt = jwt(1_700_000_000_000);
    let finished = inspect(&machine, &jwt, &at).has_code(9);
    assert!(
        !finished.text().contains("none is broken, as far"),
        "{finished:?}"
    );
    let json = [&at[..], &["--format", "json"]].concat();
    let finished = inspect(&machine, &jwt, &json).has_code(9);
    let report: Value = serde_json::from_str(finished.text()).unwrap();
    assert_eq!(report["clean"], false);
}

/// A variable that no rule of an assertion uses is not asked for; the others all at once.
#[test]
fn variables() {
    let (machine, jwt) = machine();
    let auth0 = ["--gateway", "auth0"];
    let tenant = ["--var", "tenant=example.eu"];
    let finished = inspect(&machine, &jwt, &[auth0, tenant].concat());
    finished.has_code(9);
    let complaint = inspect(&machine, &jwt, &auth0).fails(2);
    assert!(!complaint.contains("api"), "{complaint}");
    inspect(&machine, &jwt, &["--gateway", "keycloak"]).fails(2);
}

#[test]
fn odd_times_and_sizes() {
    let (machine, _) = machine();
    let header = json!({"alg": "RS512", "kid": "int-1", "typ": "JWT"});
    let jwt = unsigned(&header, &json!({"exp": -1e15}));
    inspect(&machine, &jwt, &[]).succeeds();
    let large = "a".repeat(3 * 1024 * 1024);
    inspect(&machine, &large, &[]).fails(2);
}

/// An explanation fetches nothing.
#[test]
fn explanation() {
    let (machine, jwt) = machine();
    let server = Loopback::json("200 OK", "{}");
    let url = server.url("/");
    let more = [NHS, &["--jwks", &url, "--explain"]].concat();
    inspect(&machine, &jwt, &more).succeeds();
    assert!(server.has_seen_nothing());
}
