//! DPoP proofs, which `inspect` checks in place of an assertion.

use integration_tests::fixtures;
use serde_json::{Value, json};

use super::{inspect, unsigned};
use crate::process::Machine;
use crate::transcript::Transcript;

/// RFC 9449's own proofs, each for its request and at its time.
#[test]
fn the_rfcs_proofs_are_good() {
    let machine = Machine::new();
    let of_token = fixtures::rfc(9449, "4.1");
    let of_call = fixtures::rfc(9449, "7.1");
    let thumbprint = fixtures::rfc(9449, "6.1");
    machine.write("token", fixtures::text_of(&of_call, "access_token"));
    let request = [
        "--method",
        "GET",
        "--url",
        "https://resource.example.org/protectedresource?page=2",
        "--access-token-file",
        "token",
    ];
    for (figure, at, more) in [
        (&of_token, "1562262616", &["--method", "POST"][..]),
        (&of_call, "1562262618", &request),
    ] {
        let jwt = fixtures::text_of(figure, "compact");
        let more = [&["--format", "json", "--at", at], more].concat();
        let report: Value =
            serde_json::from_str(&inspect(&machine, jwt, &more).succeeds()).unwrap();
        assert_eq!(report["kind"], "dpop-proof");
        assert_eq!(report["findings"], json!([]));
        assert_eq!(report["claims"], figure["claims"]);
        assert_eq!(report["jkt"], thumbprint["jkt"]);
    }
}

#[test]
fn what_is_wrong_is_named() {
    let machine = Machine::new();
    let of_call = fixtures::rfc(9449, "7.1");
    let jwt = fixtures::text_of(&of_call, "compact");
    machine.write("token", fixtures::text_of(&of_call, "access_token"));
    machine.write("other-token", "another");
    let mut texts = Transcript::new();
    let mut check = |jwt: &str, more: &[&str], subjects: &[&str]| {
        let json = [more, &["--format", "json"]].concat();
        let finished = inspect(&machine, jwt, &json);
        let report: Value = serde_json::from_str(finished.has_code(9).text()).unwrap();
        let found = report["findings"].as_array().unwrap().iter();
        let found: Vec<&str> = found.map(|it| it["subject"].as_str().unwrap()).collect();
        assert_eq!(found, subjects, "{more:?}");
        let finished = inspect(&machine, jwt, more);
        finished.shown_in(&mut texts).has_code(9);
    };
    let at = ["--at", "1562262618"];
    let other_request = ["--method", "POST", "--url", "https://proxy.example/x"];
    check(
        jwt,
        &[at, ["--access-token-file", "other-token"]].concat(),
        &["ath"],
    );
    check(jwt, &[&at[..], &other_request].concat(), &["htm", "htu"]);
    check(jwt, &["--at", "1562262690"], &["iat"]);
    let header = |name: &str, value: Value| {
        let mut header = of_call["header"].clone();
        header[name] = value;
        header
    };
    let claims = &of_call["claims"];
    let mut private = of_call["header"]["jwk"].clone();
    private["d"] = "AAAA".into();
    check(&unsigned(&header("jwk", private), claims), &at, &["key"]);
    check(
        &unsigned(&header("jwk", Value::Null), claims),
        &at,
        &["key"],
    );
    check(
        &unsigned(&header("alg", "HS256".into()), claims),
        &at,
        &["algorithm"],
    );
    check(
        &unsigned(
            &header("alg", "ES256".into()),
            &json!({"htu": "https://a.example/?b", "iat": "1"}),
        ),
        &at,
        &["signature", "htm", "htu", "iat", "jti"],
    );
    texts.check("inspect/dpop-proof");
}

/// A token that cannot be read is an error before anything is said of the proof.
#[test]
fn an_access_token_comes_from_a_file() {
    let machine = Machine::new();
    let jwt = fixtures::rfc(9449, "7.1");
    let jwt = fixtures::text_of(&jwt, "compact");
    machine.write("empty", "\n");
    for file in ["missing", "empty"] {
        inspect(&machine, jwt, &["--access-token-file", file]).fails(2);
    }
}

/// What `assertion --dpop` prints is what a server takes for that request.
#[test]
fn a_proof_that_was_made_here() {
    let machine = Machine::new();
    machine.write("key.pem", fixtures::bytes("keys/test-p256-pkcs8.pem"));
    machine.write("token", "an-access-token");
    let client = ["--client-id", "client", "--private-key", "key.pem"];
    let request = ["--method", "PUT", "--url", "https://api.example/x?y=1"];
    let token = ["--access-token-file", "token"];
    for key in ["p256", "ed25519", "client"] {
        let arguments = [
            &["assertion", "--dpop", "--dpop-key", key, "--nonce", "n-1"][..],
            &client,
            &request,
            &token,
        ];
        let proof = machine.tokenring(arguments.concat()).finish().succeeds();
        let more = [&["--format", "json"][..], &request, &token].concat();
        let report: Value =
            serde_json::from_str(&inspect(&machine, &proof, &more).succeeds()).unwrap();
        assert_eq!(report["findings"], json!([]), "{key}");
        assert_eq!(report["claims"]["nonce"], "n-1");
        assert_eq!(report["claims"]["htu"], "https://api.example/x");
    }
    // A rule that is set for every command has this one print an assertion as before.
    let run = machine.tokenring([&["assertion"][..], &client, &["--audience", "a:b"]].concat());
    let jwt = run
        .with_variable("TOKENRING_DPOP", "required")
        .finish()
        .succeeds();
    assert!(!jwt.is_empty());
    machine
        .tokenring([&["assertion", "--dpop"][..], &client].concat())
        .finish()
        .fails(2);
}
