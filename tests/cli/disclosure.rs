//! What is shown of client identifiers, URLs, secrets and JWTs: the same by every way.

use integration_tests::fixtures;
use integration_tests::secrecy::Marker;
use serde_json::Value;
use tokenring_mock_gateway::ApiAccess;

use crate::loopback::{Loopback, response};
use crate::process::{Finished, Machine, Run, holds};
use crate::registered_client::{CLIENT_ID, RegisteredClient};

const SECRET: &str = "planted-secret-0815-4711";

#[track_caller]
fn silent(finished: &Finished, secret: &str) {
    Marker::new(secret.as_bytes()).must_not_be_in(&finished.everything());
}

/// An identifier opens APIs at some gateways, and is a secret at others.
#[test]
fn client_identifier() {
    let machine = Machine::new();
    machine.write("key.pem", fixtures::bytes("keys/test-rsa-4096-pkcs8.pem"));
    let url = "https://api.test/";
    let check = |run: Run, parts: &[&str]| {
        let finished = run.finish().has_code(0);
        silent(&finished, SECRET);
        holds(finished.text(), parts);
    };
    let cgp = [
        "call-api",
        "--gateway",
        "nhs-cgp",
        "--url",
        url,
        "--explain",
    ];
    let host = [
        "--var",
        "api_host=api.service.nhs.uk",
        "--client-id",
        SECRET,
    ];
    let shown = "plan… (24 characters)";
    check(
        machine.tokenring(cgp.iter().chain(&host)),
        &[shown, "apikey: (not shown)"],
    );
    let mine = [
        "--client-id",
        SECRET,
        "--private-key",
        "key.pem",
        "--explain",
    ];
    let generic = ["--token-url", "https://a.test/t", "--scope", "a"];
    for command in ["get-token", "assertion", "doctor"] {
        let more = if command == "assertion" {
            &[][..]
        } else {
            &["--param", "api_key=x"]
        };
        let run = machine.tokenring([&[command], &mine[..], &generic, more].concat());
        check(run, &["client-id ", shown]);
    }
    let dpc = machine.tokenring([&["get-token", "--gateway", "dpc"], &mine[..], &generic].concat());
    let dpc = dpc.with_argument("--kid").with_argument("a");
    check(
        dpc,
        &[
            "\"iss\":\"plan… (24 characters)\"",
            "\"sub\":\"plan… (24 characters)\"",
            "subject ",
        ],
    );
    // Whoever else is named is no secret.
    let run =
        machine.tokenring([&["get-token", "--subject", "somebody"], &mine[..], &generic].concat());
    check(run, &["\"sub\":\"somebody\"", "\"iss\":\"plan… ("]);
    // From the environment and the configuration file too.
    machine.write(
        "c.toml",
        format!("client-id = \"{SECRET}\"\nheader = \"Key: {SECRET}\"\n"),
    );
    check(
        machine.tokenring(["config", "show", "--config", "c.toml"]),
        &[shown, "Key: (not shown)"],
    );
    let run = machine
        .tokenring(["config", "show"])
        .with_variable("TOKENRING_CLIENT_ID", SECRET);
    check(run, &[shown]);
}

/// A query may hold a key: its names are shown, and its values are not.
#[test]
fn urls() {
    let client = RegisteredClient::new();
    let machine = &client.machine;
    let query = format!("?secret={SECRET}");
    let with = |url: String| format!("{url}{query}");
    let token_url = with(client.gateway.token_url());
    let api_url = with(client.gateway.api_url(ApiAccess::Bearer, "hello"));
    let check = |run: Run, code: i32, parts: &[&str]| {
        let finished = run.finish().has_code(code);
        silent(&finished, SECRET);
        holds(&finished.everything(), parts);
    };
    for command in ["get-token", "doctor"] {
        for more in [&["--explain"][..], &["-v"]] {
            let arguments = [command, "--gateway", "nhs", "--client-id", CLIENT_ID];
            let own = ["--private-key", "int-1.pem", "--token-url", &token_url];
            let finished = machine
                .tokenring([&arguments[..], &own, more].concat())
                .finish();
            silent(&finished, SECRET);
            holds(&finished.everything(), &["?secret=…"]);
        }
    }
    let api = ["--url", &api_url];
    let run = client.run("call-api", &[&api[..], &["--explain"]].concat());
    check(run, 0, &["/hello?secret=…"]);
    // The answer, which is the API's own, goes to stdout.
    let run = client.run("call-api", &[&api[..], &["-v"]].concat());
    let stderr = run.finish().has_code(0).stderr;
    Marker::new(SECRET.as_bytes()).must_not_be_in(&stderr);
    holds(&stderr, &["Calling GET ", "/hello?secret=…"]);
    // Nobody listens at port 1.
    let gone = with("http://127.0.0.1:1/t".into());
    let run = client.run("call-api", &["--url", &gone]);
    check(run, 5, &["API http://127.0.0.1:1/t?secret=…: "]);
    let arguments = [
        "get-token",
        "--client-id",
        "a",
        "--private-key",
        "int-1.pem",
    ];
    let run = machine.tokenring([&arguments[..], &["--token-url", &gone]].concat());
    check(run, 5, &["token endpoint http://127.0.0.1:1/t?secret=…"]);
    let jwt = client.run("assertion", &[]).finish();
    let run = machine
        .tokenring(["inspect", "--jwks", &gone])
        .with_input(jwt.stdout);
    check(run, 5, &["JWK Set http://127.0.0.1:1/t?secret=…: "]);
    // A refusal names its endpoint.
    let server = Loopback::answer(response(
        "400 Bad Request",
        "",
        b"{\"error\":\"invalid_client\"}",
    ));
    let url = with(server.url("/t"));
    let run = machine.tokenring([&arguments[..], &["--token-url", &url]].concat());
    check(run, 6, &["/t?secret=… refused: "]);
}

/// A name and a password in a URL are refused, in that of the issuer too.
#[test]
fn issuer_with_a_password() {
    let machine = Machine::new();
    let url = format!("https://u:{SECRET}@issuer.test/");
    let client = ["--client-id", "a", "--private-key", "absent.pem"];
    for command in ["get-token", "mock-gateway"] {
        let more = if command == "get-token" {
            &client[..]
        } else {
            &[]
        };
        let run = machine.tokenring([&[command, "--issuer", &url], more].concat());
        let finished = run.finish();
        silent(&finished, SECRET);
        finished.fails(2);
    }
    machine.write("c.toml", format!("issuer = \"{url}\"\n"));
    let run = machine.tokenring([&["get-token", "--config", "c.toml"], &client[..]].concat());
    run.finish().fails(3);
}

/// Whoever has a JWT is its client: none is repeated, wherever it was pasted.
#[test]
fn a_jwt_in_the_wrong_place() {
    let client = RegisteredClient::new();
    let machine = &client.machine;
    let jwt = client.run("assertion", &[]).finish().succeeds();
    let jwt = jwt.trim();
    let (rest, signature) = jwt.rsplit_once('.').unwrap();
    let (_, claims) = rest.rsplit_once('.').unwrap();
    let check = |run: Run, code: i32| {
        let finished = run.with_input(format!("{jwt}\n")).finish().has_code(code);
        for part in [signature, claims] {
            silent(&finished, part);
        }
        finished
    };
    let finished = check(machine.tokenring(["inspect", "--jwks", jwt]), 2);
    finished.fails(2);
    for action in ["show", "check"] {
        let finished = check(machine.tokenring(["gateways", action, jwt]), 3);
        finished.fails(3);
    }
    check(machine.tokenring(["get-token", "--gateway", jwt]), 3);
    check(machine.tokenring(["get-token", "--config", jwt]), 2);
    check(client.get_token(&["--format", jwt]), 2);
    check(client.get_token(&["--alg", jwt]), 2);
    check(machine.tokenring(["doctor", "--gateway", jwt]), 3);
    check(client.get_token(&["--kid", jwt, "--no-lint"]), 6);
}

/// What could act on a terminal is escaped, which is the same to a program.
#[test]
fn json() {
    use base64ct::{Base64UrlUnpadded, Encoding};

    let machine = Machine::new();
    let claims = "{\"iss\":\"\u{9b}1A\u{202e}\u{7f}\"}";
    let parts = ["{\"alg\":\"RS256\"}", claims, "signature"];
    let parts = parts.map(|part| Base64UrlUnpadded::encode_string(part.as_bytes()));
    let run = machine.tokenring(["inspect", "--format", "json"]);
    let finished = run.with_input(parts.join(".")).finish();
    let text = finished.text();
    assert!(text.contains("\\u009b1A\\u202e\\u007f"), "{text:?}");
    let forbidden = ['\u{9b}', '\u{202e}', '\u{7f}'];
    assert!(!text.contains(forbidden), "{text:?}");
    let document: Value = serde_json::from_str(text).unwrap();
    assert_eq!(document["claims"]["iss"], "\u{9b}1A\u{202e}\u{7f}");
}

/// A program that reads JSON reads of a failure there.
#[test]
fn json_of_a_failure() {
    let machine = Machine::new();
    machine.write("bad.toml", "name = \n");
    let check = |arguments: &[&str], code: i32, text: &str| {
        let run = machine.tokenring(arguments.iter().chain(&["--format", "json"]));
        let finished = run.with_input("garbage").finish().has_code(code);
        let document: Value = serde_json::from_str(finished.text()).unwrap();
        let error = document["error"].as_str().unwrap();
        assert!(error.contains(text), "{error}");
        assert_eq!(document["exit_code"], code);
        assert_eq!(finished.complaint(), error);
    };
    check(&["inspect"], 2, "JWT");
    check(&["inspect", "--gateway", "nsh"], 2, "did you mean `nhs`");
    check(&["inspect", "--config", "bad.toml"], 3, "bad.toml:1");
    check(&["gateways", "show", "nsh"], 2, "did you mean `nhs`");
    check(&["gateways", "check", "bad.toml"], 3, "bad.toml");
    check(&["doctor", "--timeout", "soon"], 2, "--timeout");
    // And of what is in order.
    let run = machine.tokenring(["gateways", "show", "nhs", "--format", "toml"]);
    machine.write("good.toml", run.finish().succeeds());
    let run = machine.tokenring(["gateways", "check", "good.toml", "--format", "json"]);
    let document: Value = serde_json::from_str(&run.finish().succeeds()).unwrap();
    assert_eq!(document["in_order"], true);
    assert_eq!(document["gateway"]["name"], "nhs");
}
