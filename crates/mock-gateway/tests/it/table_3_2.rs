//! Every refusal of NHSDigital/identity-service-api, and their order; a row is named
//! by its number in the rulebook.

use serde_json::{Value, json};

use crate::attempt::{Attempt, SignedBy, encode, quoted};
use crate::bench::Bench;
use crate::breakage::{Breakage, TABLE};
use crate::http::{Answer, send};

/// Takes the `message_id` out of a body, after a look at its shape.
#[track_caller]
fn without_message_id(answer: &Answer) -> Value {
    let mut body = answer.json();
    let id = body.as_object_mut().unwrap().remove("message_id");
    let id = id.unwrap_or_else(|| panic!("no message_id in {}", answer.text()));
    assert!(id.as_str().unwrap().starts_with("rrt-"), "{id}");
    body
}

#[track_caller]
fn check(answer: &Answer, expected: &Breakage, what: &str) {
    assert_eq!(without_message_id(answer), expected.body(), "{what}");
    assert_eq!(answer.status, expected.status, "{what}");
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
}

fn find(rule: &str) -> &'static Breakage {
    TABLE.iter().find(|each| each.rule == rule).unwrap()
}

#[test]
fn an_attempt_that_breaks_nothing_succeeds() {
    let bench = Bench::start();
    assert_eq!(bench.send(&bench.attempt()).status, 200);
}

#[test]
fn each_rule_has_its_answer() {
    let bench = Bench::start();
    for breakage in TABLE {
        let mut attempt = bench.attempt();
        (breakage.spoil)(&bench, &mut attempt);
        check(&bench.send(&attempt), breakage, breakage.rule);
        let event = bench.gateway.events().pop().unwrap();
        assert_eq!(event.refusal().unwrap().rule(), breakage.rule);
    }
}

#[test]
fn of_two_broken_rules_the_earlier_answers() {
    let bench = Bench::start();
    let mut pairs = 0;
    for (index, earlier) in TABLE.iter().enumerate() {
        for later in &TABLE[index + 1..] {
            if earlier.part == later.part {
                continue;
            }
            let mut attempt = bench.attempt();
            // Client first: a JWT ID is spent for a client.
            for each in [later, earlier] {
                (each.spoil)(&bench, &mut attempt);
            }
            let what = format!("{} and {}", earlier.rule, later.rule);
            check(&bench.send(&attempt), earlier, &what);
            pairs += 1;
        }
    }
    assert!(pairs > 350, "{pairs}");
}

/// The rules that spoil the same part of a request cannot both be broken by spoiling it twice:
/// here are the values that break both.
#[test]
fn of_two_broken_rules_about_one_part_the_earlier_answers() {
    let bench = Bench::start();
    let now = bench.now();
    let check = |rule: &str, attempt: Attempt| check(&bench.send(&attempt), find(rule), rule);
    // A string in the past is no integer either; neither null nor zero is there to a script.
    check(
        "expired",
        bench
            .attempt()
            .with_claim("exp", &quoted(&(now - 1).to_string())),
    );
    check("expired", bench.attempt().with_claim("exp", "null"));
    check("expired", bench.attempt().with_claim("exp", "0"));
    check("expired", bench.attempt().with_claim("exp", "\"\""));
    check(
        "expiry-form",
        bench
            .attempt()
            .with_claim("exp", &quoted(&(now + 3600).to_string())),
    );
    check("issuer-not-subject", {
        let mut attempt = bench.attempt().with_client("nobody");
        attempt.remove_claim("iss");
        attempt
    });
    // Keys that are not registered, or no scope, and a state that is not in order.
    for state in [
        "app-revoked",
        "product-missing",
        "developer-inactive",
        "company-inactive",
    ] {
        let client = format!("{state}-without-keys");
        check(state, bench.attempt().with_client(&client));
    }
    check(
        "keys-not-registered",
        bench
            .attempt()
            .with_client("no-application-scope-without-keys"),
    );
}

#[test]
fn only_post_is_allowed() {
    let bench = Bench::start();
    for method in ["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"] {
        let mut attempt = bench.attempt();
        attempt.method = method;
        // Not even the first rule is looked at.
        attempt.content_types = vec!["text/plain"];
        let answer = bench.send(&attempt);
        assert_eq!(answer.status, 405, "{method}");
        assert_eq!(answer.header("allow"), Some("POST"));
        assert!(answer.body.is_empty());
    }
}

#[test]
fn the_content_type_is_compared_exactly() {
    let bench = Bench::start();
    for content_types in [
        vec![],
        vec!["application/json"],
        vec!["application/x-www-form-urlencoded; charset=utf-8"],
        vec!["application/x-www-form-urlencoded;"],
        vec!["application/X-www-form-urlencoded"],
        vec![
            "application/x-www-form-urlencoded",
            "application/x-www-form-urlencoded",
        ],
    ] {
        let mut attempt = bench.attempt();
        let what = format!("{content_types:?}");
        attempt.content_types = content_types;
        check(&bench.send(&attempt), find("content-type"), &what);
    }
}

/// RFC 6749, section 3.2: request parameters must not be included more than once.
#[test]
fn a_parameter_counts_once_only() {
    let bench = Bench::start();
    for (name, value, rule) in [
        ("grant_type", "client_credentials", "grant-type"),
        (
            "client_assertion_type",
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client-assertion-type",
        ),
    ] {
        let attempt = bench.attempt().with_parameter(name, value);
        check(&bench.send(&attempt), find(rule), name);
    }
    let attempt = bench.attempt();
    let assertion = attempt.assertion();
    let twice = attempt
        .with_parameter("client_assertion", &assertion)
        .with_parameter("client_assertion", &assertion);
    check(&bench.send(&twice), find("malformed"), "client_assertion");
}

#[test]
fn an_assertion_is_one_compact_jws_of_two_objects() {
    let bench = Bench::start();
    let good = bench.attempt().assertion();
    let parts: Vec<&str> = good.split('.').collect();
    let [header, claims, signature] = parts[..] else {
        panic!("{good}");
    };
    let duplicate = encode(br#"{"alg":"RS512","alg":"RS512","kid":"test-1","typ":"JWT"}"#);
    for bad in [
        format!("{header}.{claims}"),
        format!("{header}.{claims}.{signature}.{signature}"),
        format!("{header}=.{claims}.{signature}"),
        format!("{header}.{claims}=.{signature}"),
        format!("{header}.!.{signature}"),
        format!("{header}.{}.{signature}", encode(b"[]")),
        format!("{duplicate}.{claims}.{signature}"),
        format!("{good} "),
        "eyJhbGciOiJub25lIn0".to_owned(),
        "\u{0}".to_owned(),
        "é.é.é".to_owned(),
    ] {
        // A part of the above may be spent by now; malformed comes first.
        let mut attempt = bench.attempt();
        attempt.assertion = Some(bad.clone());
        if bad.ends_with(' ') {
            // The blank is part of the signature: that is not looked at before the key is known.
            check(&bench.send(&attempt), find("signature"), &bad);
        } else {
            check(&bench.send(&attempt), find("malformed"), &bad);
        }
    }
}

#[test]
fn no_algorithm_but_rs512_passes() {
    let bench = Bench::start();
    for algorithm in [
        "\"RS256\"",
        "\"RS384\"",
        "\"PS256\"",
        "\"PS512\"",
        "\"HS512\"",
        "\"ES512\"",
        "\"EdDSA\"",
        "\"none\"",
        "\"rs512\"",
        "\"\"",
        "null",
        "512",
        "[\"RS512\"]",
    ] {
        let attempt = bench.attempt().with_header("alg", algorithm);
        check(&bench.send(&attempt), find("algorithm"), algorithm);
    }
    let mut attempt = bench.attempt();
    attempt.remove_header("alg");
    check(&bench.send(&attempt), find("algorithm"), "absent");
}

#[test]
fn values_of_every_type_meet_their_rule() {
    let bench = Bench::start();
    let soon = bench.now() + 240;
    let (object, fraction) = ("{\"a\":1}", format!("{soon}.5"));
    let integral = format!("{soon}.0");
    #[rustfmt::skip]
    let rows: &[(&str, &str, &str)] = &[
        ("kid", "null", "key-id-absent"), ("kid", "\"\"", "key-id-absent"),
        ("kid", "0", "key-id-absent"), ("kid", "7", "unknown-key-id"),
        ("kid", "[\"test-1\"]", "unknown-key-id"), ("kid", "\"TEST-1\"", "unknown-key-id"),
        ("typ", "null", "type"), ("typ", "7", "type"), ("typ", "\"at+jwt\"", "type"),
        ("typ", "\"client-authentication+jwt\"", "type"), ("typ", "[\"JWT\"]", "type"),
        ("exp", object, "expiry-form"), ("exp", &fraction, "expiry-form"),
        ("exp", &integral, "expiry-form"), ("exp", "true", "expired"),
        ("exp", "\"ES512\"", "expiry-form"), ("exp", "-1", "expired"),
        ("exp", "18446744073709551615", "expiry-too-late"),
        ("exp", "9223372036854775807", "expiry-too-late"),
        ("exp", "1e300", "expiry-form"),
        ("iss", "null", "issuer-not-subject"), ("iss", "\"\"", "issuer-not-subject"),
        ("sub", "null", "issuer-not-subject"), ("sub", "[\"test-client\"]", "issuer-not-subject"),
        ("jti", "null", "jwt-id-absent"), ("jti", "\"\"", "jwt-id-absent"),
        ("jti", "0", "jwt-id-absent"), ("jti", "true", "jwt-id-form"),
        ("jti", "[]", "jwt-id-form"), ("jti", object, "jwt-id-form"),
        ("nbf", "\"0\"", "not-yet-valid"), ("nbf", "null", "not-yet-valid"),
        ("iat", "\"0\"", "not-yet-valid"),
    ];
    for (name, json, rule) in rows {
        let attempt = bench.attempt();
        let attempt = if matches!(*name, "kid" | "typ") {
            attempt.with_header(name, json)
        } else {
            attempt.with_claim(name, json)
        };
        check(
            &bench.send(&attempt),
            find(rule),
            &format!("{name}: {json}"),
        );
    }
    for same in ["7", "true", "[\"test-client\"]", object] {
        let attempt = bench
            .attempt()
            .with_claim("iss", same)
            .with_claim("sub", same);
        let rule = match same {
            "7" | "true" => "unknown-client",
            _ => "issuer-not-subject",
        };
        check(&bench.send(&attempt), find(rule), same);
    }
}

#[test]
fn what_the_real_one_tolerates_passes() {
    let bench = Bench::start();
    let now = bench.now();
    let passes = |attempt: Attempt, what: &str| {
        let answer = bench.send(&attempt);
        assert_eq!(answer.status, 200, "{what}: {}", answer.text());
    };
    for typ in ["\"JWT\"", "\"jwt\"", "\"Jwt\""] {
        passes(bench.attempt().with_header("typ", typ), typ);
    }
    // To the second: not expired at `exp` itself, and 310 seconds of life at most.
    passes(
        bench.attempt().with_claim("exp", &now.to_string()),
        "exp is now",
    );
    passes(
        bench.attempt().with_claim("exp", &(now + 310).to_string()),
        "310 s",
    );
    passes(
        bench
            .attempt()
            .with_claim("nbf", &(now + 10).to_string())
            .with_claim("iat", &now.to_string()),
        "nbf and iat",
    );
    passes(
        bench
            .attempt()
            .with_header("jku", "\"https://example.com/\""),
        "jku",
    );
    passes(
        bench.attempt().with_parameter("client_id", "test-client"),
        "client_id",
    );
    passes(bench.attempt().with_parameter("scope", "anything"), "scope");
    passes(
        bench.attempt().with_parameter("unknown", "anything"),
        "unknown",
    );
}

#[test]
fn a_client_id_has_to_be_the_api_key() {
    let bench = Bench::start();
    for attempt in [
        bench.attempt().with_parameter("client_id", "my-app-id"),
        bench
            .attempt()
            .with_parameter("client_id", "test-client")
            .with_parameter("client_id", "test-client"),
    ] {
        let answer = bench.send(&attempt);
        assert_eq!(answer.status, 500);
        assert_eq!(
            answer.json(),
            json!({ "fault": {
                "faultstring": "Invalid client identifier {0}",
                "detail": { "errorcode": "oauth.v2.InvalidClientIdentifier" },
            }})
        );
    }
    // Between the signature and the scope.
    let mut attempt = bench.attempt().with_parameter("client_id", "my-app-id");
    attempt.signed_by = SignedBy::OtherKey;
    check(&bench.send(&attempt), find("signature"), "signature");
    attempt = bench
        .attempt()
        .with_client("no-application-scope")
        .with_parameter("client_id", "my-app-id");
    assert_eq!(bench.send(&attempt).status, 500);
}

#[test]
fn signatures_that_are_none_do_not_verify() {
    let bench = Bench::start();
    for text in ["", "AA", "AA==", "!", "A"] {
        let mut attempt = bench.attempt();
        attempt.signed_by = SignedBy::Text(text);
        check(&bench.send(&attempt), find("signature"), text);
    }
}

#[test]
fn a_body_without_end_is_not_read_to_it() {
    let bench = Bench::start();
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    let large = vec![b'a'; 129 * 1024];
    let answer = send(bench.address(), "POST", "/oauth2/token", &form, &large);
    assert_eq!(answer.status, 413);
    assert_eq!(
        answer.json()["fault"]["detail"]["errorcode"],
        "protocol.http.TooBigBody"
    );
    assert_eq!(bench.send(&bench.attempt()).status, 200);
}
