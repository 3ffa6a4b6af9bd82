//! `tokenring assertion`, and the rules that the command holds against its own.

use base64ct::{Base64UrlUnpadded, Encoding};
use serde_json::Value;

use crate::process::{Machine, Run};
use crate::registered_client::RegisteredClient;
use crate::transcript::Transcript;

fn assertion(client: &RegisteredClient, more: &[&str]) -> Run {
    client.run("assertion", more)
}

fn decoded(part: &str) -> Value {
    serde_json::from_slice(&Base64UrlUnpadded::decode_vec(part).unwrap()).unwrap()
}

/// One line on stdout, and a gateway takes it from whatever sends it.
#[test]
fn for_other_programs() {
    let client = RegisteredClient::new();
    let finished = assertion(&client, &["--quiet"]).finish();
    assert_eq!(finished.stderr, "");
    let text = finished.succeeds();
    let jwt = text.strip_suffix('\n').unwrap();
    let parts: Vec<_> = jwt.split('.').collect();
    assert_eq!(parts.len(), 3);
    assert_eq!(decoded(parts[0])["kid"], "int-1");
    assert_eq!(
        decoded(parts[1])["aud"],
        client.gateway.token_url().as_str()
    );
    assert_eq!(client.gateway.token_requests(), 0);

    let form = format!(
        "grant_type=client_credentials&client_assertion_type=\
         urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion={jwt}"
    );
    let url = client.gateway.token_url();
    let arguments = ["call-api", "--auth", "none", "--url", &url, "--data", &form];
    let more = [
        "--header",
        "Content-Type: application/x-www-form-urlencoded",
    ];
    let run = client.machine.tokenring([&arguments[..], &more].concat());
    let answer: Value = serde_json::from_str(&run.finish().succeeds()).unwrap();
    assert_eq!(answer["token_type"], "Bearer");
    assert_eq!(client.gateway.issued_tokens(), 1);
    // Each is another one.
    assert_ne!(assertion(&client, &["--quiet"]).finish().succeeds(), text);
}

/// An assertion needs an audience and no address to send it to.
#[test]
fn without_a_token_endpoint() {
    let client = RegisteredClient::new();
    let arguments = [
        "assertion",
        "-q",
        "--client-id",
        "a",
        "--private-key",
        "int-1.pem",
    ];
    let run = |more: &[&str]| {
        let arguments = [&arguments[..], more].concat();
        client.machine.tokenring(arguments).finish()
    };
    run(&["--issuer", "https://issuer.test"]).succeeds();
    run(&[]).fails(2);
}

#[test]
fn explanation() {
    let client = RegisteredClient::new();
    let text = assertion(&client, &["--explain"]).finish().succeeds();
    assert!(!text.contains("eyJ"), "{text}");
}

/// What the gateway would refuse is not sent, and told with rule, source and remedy.
#[test]
fn own_rules() {
    let client = RegisteredClient::new();
    let mut texts = Transcript::new();
    for more in [
        &["--typ", ""][..],
        &["--subject", "b"],
        &["--typ", "at+jwt", "--subject", "b"],
    ] {
        for command in ["get-token", "assertion", "call-api", "run"] {
            let options: &[&str] = match command {
                "call-api" => &["--url", "http://127.0.0.1:9/"],
                "run" => &["--", "true"],
                _ => &[],
            };
            let run = client.run(command, &[&["-q"], more, options].concat());
            texts.run(run).fails(9);
        }
    }
    assert_eq!(client.gateway.token_requests(), 0);
    assertion(&client, &["-q", "--typ", "", "--no-lint"])
        .finish()
        .succeeds();
    let run = client.get_token(&["-q", "--typ", "", "--no-lint"]);
    run.finish().fails(6);
    texts.check("assertion/own-rules");
}

/// What the gateway will refuse is not made, whichever option asks for it; `--no-lint` makes it.
#[test]
fn rules_and_no_lint() {
    let client = RegisteredClient::new();
    let mut texts = Transcript::new();
    let mut check = |option: &str, value: &str, code: i32| {
        for command in ["assertion", "get-token"] {
            let option = format!("{option}={value}");
            let run = client.run(command, &["--quiet", &option]);
            texts.run(run).fails(code);
        }
        let option = format!("{option}={value}");
        let text = assertion(&client, &["-q", "--no-lint", &option]).finish();
        let text = text.succeeds();
        let parts: Vec<_> = text.trim().split('.').collect();
        (decoded(parts[0]), decoded(parts[1]))
    };
    let elsewhere = "https://dev.api.service.nhs.uk/oauth2/token";
    let (_, claims) = check("--audience", elsewhere, 9);
    assert_eq!(claims["aud"], elsewhere);
    let slash = format!("{}/", client.gateway.token_url());
    check("--audience", &slash, 9);
    check("--typ", "at+jwt", 9);
    let (header, _) = check("--alg", "RS256", 2);
    assert_eq!(header["alg"], "RS256");
    let (_, claims) = check("--lifetime", "900", 2);
    let lifetime = claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap();
    assert_eq!(lifetime, 900);
    let (header, _) = check("--kid", "", 2);
    assert_eq!(header.get("kid"), None);
    texts.check("assertion/rules");
}

/// An assertion with a certificate that is no longer valid is made, and told of.
#[test]
fn an_expired_certificate() {
    let machine = Machine::new();
    let data = |name: &str| {
        let folder = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../crates/oauth/tests/data/tls"
        );
        std::fs::read(format!("{folder}/{name}")).unwrap()
    };
    machine.write("key-1.pem", data("server.key"));
    machine.write("expired.pem", data("expired.pem"));
    let run = machine.tokenring([
        "assertion",
        "--client-id=a",
        "--private-key=key-1.pem",
        "--certificate=expired.pem",
        "--kid-scheme=x5t-s256",
        "--audience=https://as.example.com/",
        "--no-lint",
    ]);
    let finished = run.finish().has_code(0);
    let warning = "warning: the certificate expired.pem expired on 20";
    assert!(finished.stderr.contains(warning), "{}", finished.stderr);
}
