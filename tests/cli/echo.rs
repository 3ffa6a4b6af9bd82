//! A server that sends back what it was sent, in twenty and more disguises: nothing of it is on
//! standard error, in a report or in a file of the cache.

#[path = "../../crates/oauth/tests/it/disguise.rs"]
mod disguise;

use integration_tests::fixtures;
use serde_json::json;

use self::disguise::Disguise;
use crate::loopback::{Request, response};
use crate::process::{Machine, holds, names_in};
use crate::scripted_server::{ScriptedServer, token};

const PARAMETER: &str = "kq7x-Zpl4nted-w0rds-0815-4711";

/// What the command has sent and should not see again.
fn secrets(request: &Request) -> Vec<String> {
    let assertion = request.form("client_assertion").unwrap();
    let signature = assertion.split('.').nth(2).unwrap();
    vec![
        assertion.to_owned(),
        signature.to_owned(),
        request.jwt_id().unwrap(),
        PARAMETER.to_owned(),
    ]
}

/// Answers with every secret, disguised, in every member.
fn echo((_, disguised): Disguise, request: &Request) -> Vec<u8> {
    if request.method() != "POST" {
        return response("404 Not Found", "", b"");
    }
    let planted: Vec<String> = secrets(request)
        .iter()
        .map(|text| disguised(text))
        .collect();
    let body = json!({
        "error": planted[1],
        "error_description": planted[0],
        "error_uri": planted[1],
        "message_id": planted[2],
        "trace_id": planted[3],
        "correlation_id": planted[1],
    });
    let json = "Content-Type: application/json\r\n";
    response("401 Unauthorized", json, body.to_string().as_bytes())
}

/// No eight characters of what was planted, one after another.
#[track_caller]
fn is_silent((name, disguised): Disguise, requests: &[Request], shown: &str) {
    let dense = |text: &str| -> String { text.split_whitespace().collect() };
    let shown = dense(shown);
    for secret in requests.iter().flat_map(secrets) {
        for planted in [secret.clone(), disguised(&secret)] {
            let planted: Vec<char> = dense(&planted).chars().collect();
            for run in planted.windows(8) {
                let run: String = run.iter().collect();
                assert!(!shown.contains(&run), "{name}: {run:?} is in {shown}");
            }
        }
    }
}

/// Everything that the files of a cache hold.
fn cached(machine: &Machine) -> String {
    let folder = machine.work().join("cache");
    let names = names_in(&folder);
    let failures = names.iter().filter(|name| name.contains("failure"));
    failures
        .map(|name| std::fs::read_to_string(folder.join(name)).unwrap())
        .collect()
}

#[test]
fn disguises() {
    let (choose, chosen) = std::sync::mpsc::channel::<Disguise>();
    let server = ScriptedServer::start(move |_, request| echo(chosen.recv().unwrap(), request));
    let parameter = format!("client_secret={PARAMETER}");
    for (index, disguise) in disguise::ALL.into_iter().enumerate() {
        let machine = Machine::new();
        let options = ["--param", &parameter, "--cache-dir", "cache"];
        let modes: &[&str] = match index % 3 {
            0 => &["-q"],
            1 => &["-v"],
            _ => &[],
        };
        choose.send(disguise).unwrap();
        let first = server.get_token(&machine, &[&options[..], modes].concat());
        let first = first.finish().has_code(6);
        holds(&first.stderr, &["withheld"]);
        let cached = cached(&machine);
        holds(&cached, &["withheld"]);
        // Another process tells what is in the cache.
        let second = server.get_token(&machine, &options).finish().has_code(6);
        let requests = server.requests();
        let shown = [first.everything(), cached, second.everything()].concat();
        is_silent(disguise, &requests, &shown);
    }
}

#[test]
fn doctor() {
    for disguise in disguise::ALL.into_iter().step_by(6) {
        let server = ScriptedServer::start(move |_, request| echo(disguise, request));
        for format in ["text", "json"] {
            let machine = Machine::new();
            machine.write("key-1.pem", fixtures::bytes("keys/test-p256-pkcs8.pem"));
            let url = server.url("/token");
            let parameter = format!("client_secret={PARAMETER}");
            let run = machine.tokenring([
                "doctor",
                "--client-id",
                "a-client",
                "--private-key",
                "key-1.pem",
                "--token-url",
                &url,
                "--param",
                &parameter,
                "--format",
                format,
            ]);
            let finished = run.finish().has_code(6);
            holds(finished.text(), &["withheld"]);
            let mut requests = server.requests();
            requests.retain(|request| request.method() == "POST");
            is_silent(disguise, &requests, &finished.everything());
        }
    }
}

/// The access token, and a header of the caller's own, in the words of an API.
#[test]
fn api() {
    for (name, disguised) in disguise::ALL.into_iter().step_by(3) {
        let server = ScriptedServer::start(move |_, request| {
            if request.path() == "/token" {
                let body = r#"{"access_token":"opaque-access-token-4711","token_type":"Bearer"}"#;
                return response("200 OK", "", body.as_bytes());
            }
            let sent = request.header("authorization").unwrap_or_default();
            let words = json!({"error": "invalid_token", "error_description": disguised(sent)});
            response("403 Forbidden", "", words.to_string().as_bytes())
        });
        let machine = Machine::new();
        machine.write("key-1.pem", fixtures::bytes("keys/test-p256-pkcs8.pem"));
        let run = machine.tokenring([
            "doctor",
            "--client-id",
            "a-client",
            "--private-key",
            "key-1.pem",
            "--token-url",
            &server.url("/token"),
            "--url",
            &server.url("/a"),
        ]);
        let finished = run.finish().has_code(7);
        holds(finished.text(), &["invalid_token: [withheld"]);
        let planted: String = disguised("opaque-access-token-4711");
        assert!(
            !finished.everything().contains(&planted),
            "{name}: {finished:?}"
        );
    }
}

/// The place that an API redirects to is told of, and may be made of the token.
#[test]
fn location() {
    for (place, told) in [
        ("http://127.0.0.2/b", "http://127.0.0.2/b"),
        ("http://127.0.0.2/%74%6Fken-with-a-name-1", "[withheld"),
        ("http://127.0.0.2/dG9rZW4td2l0aC1hLW5hbWUtMQ", "[withheld"),
    ] {
        let server = ScriptedServer::start(move |_, request| {
            if request.path() == "/token" {
                let body = r#"{"access_token":"token-with-a-name-1","token_type":"Bearer"}"#;
                return response("200 OK", "", body.as_bytes());
            }
            response("302 Found", &format!("Location: {place}\r\n"), b"")
        });
        let finished = server.call_api(&Machine::new(), &[]).finish();
        holds(&finished.stderr, &[&format!("redirects to {told}")]);
    }
}

/// The client ID is shown, shortened where it is an API key, and in no file of the cache.
#[test]
fn client_id() {
    #[track_caller]
    fn check(options: &[&str], shown: &str) {
        let body = json!({"error": "invalid_client", "error_description":
            "no client 4f0c3a1e-client-of-tests at https://a.test/4f0c3a1e-client-of-tests"});
        let answer = response("401 Unauthorized", "", body.to_string().as_bytes());
        let server = ScriptedServer::start(move |_, _| answer.clone());
        let machine = Machine::new();
        machine.write("key-1.pem", fixtures::bytes("keys/test-rsa-4096-pkcs8.pem"));
        let url = server.url("/token");
        let arguments = [
            "get-token",
            "--private-key",
            "key-1.pem",
            "-q",
            "--token-url",
            &url,
        ];
        let run = machine.tokenring([&arguments[..], &["--cache-dir", "cache"], options].concat());
        let finished = run.finish().has_code(6);
        holds(
            &finished.stderr,
            &[&format!("no client {shown} at https://a.test/{shown}")],
        );
        let cached = cached(&machine);
        holds(
            &cached,
            &["no client [client ID] at https://a.test/[client ID]"],
        );
        // Four digits alone are in a hash by chance.
        let parts = ["4f0c3a1e", "4f0c…", "client-of-tests"];
        assert!(!parts.iter().any(|part| cached.contains(part)), "{cached}");
    }
    let id = "4f0c3a1e-client-of-tests";
    check(&["--client-id", id], id);
    let short = "4f0c… (24 characters)";
    check(&["--api-key", id], short);
    check(&["--client-id", id, "--gateway", "nhs", "--no-lint"], short);
}

/// An answer is a token or an error.
#[test]
fn error_beside_token() {
    let body = r#"{"access_token":"abc","token_type":"Bearer","expires_in":3600,"error":"invalid_scope","error_description":"scope b was not granted"}"#;
    let server = ScriptedServer::start(move |_, _| response("200 OK", "", body.as_bytes()));
    let machine = Machine::new();
    let line = server
        .get_token(&machine, &["--cache-dir", "cache"])
        .finish()
        .fails(6);
    holds(&line, &["invalid_scope: scope b was not granted"]);
    assert_eq!(server.requests().len(), 1);
    let list = machine.tokenring(["cache", "list", "--cache-dir", "cache"]);
    assert_eq!(list.finish().succeeds(), "");
}

/// Whatever scope a server says it has granted, neither the report nor the cache repeats a secret.
#[test]
fn granted_scope() {
    const TOKEN: &str = "opaque-access-token-4711";
    type Echo = fn(&Request) -> String;
    let echoes: [Echo; 4] = [
        |request| disguise::ALL[2].1(request.form("client_assertion").unwrap()),
        |request| request.jwt_id().unwrap(),
        |_| PARAMETER.into(),
        |_| TOKEN.into(),
    ];
    let parameter = format!("client_secret={PARAMETER}");
    for echo in echoes {
        let server = ScriptedServer::start(move |number, request| {
            if request.form("client_assertion").is_none() {
                return token(number);
            }
            let body =
                json!({"access_token": TOKEN, "token_type": "Bearer", "scope": echo(request)});
            response("200 OK", "", body.to_string().as_bytes())
        });
        let machine = Machine::new();
        machine.write("key-1.pem", fixtures::bytes("keys/test-p256-pkcs8.pem"));
        let run = machine.tokenring([
            "doctor",
            "--client-id",
            "a-client",
            "--private-key",
            "key-1.pem",
            "--token-url",
            &server.url("/token"),
            "--param",
            &parameter,
        ]);
        let finished = run.finish().has_code(0);
        holds(finished.text(), &["repeats what was sent"]);
        let options = ["--cache-dir", "cache", "--param", &parameter];
        server.get_token(&machine, &options).finish().succeeds();
        let folder = machine.work().join("cache");
        let names = names_in(&folder);
        let entry = names.iter().find(|name| name.ends_with(".json")).unwrap();
        let entry = std::fs::read_to_string(folder.join(entry)).unwrap();
        holds(&entry, &["repeats what was sent"]);
        let mut requests = server.requests();
        requests.retain(|request| request.method() == "POST");
        is_silent(
            disguise::ALL[2],
            &requests,
            &[finished.everything(), entry].concat(),
        );
        assert!(!finished.everything().contains(TOKEN), "{finished:?}");
    }
}

/// A server that knows a parameter from an earlier request may put it into its metadata.
#[test]
fn metadata() {
    let server = ScriptedServer::start(|number, request| {
        if request.path().contains("well-known") {
            let issuer = disguise::ALL[1].1(PARAMETER);
            let body = json!({"issuer": issuer, "token_endpoint": "5f2e".repeat(20)});
            return response("200 OK", "", body.to_string().as_bytes());
        }
        token(number)
    });
    let machine = Machine::new();
    machine.write("key-1.pem", fixtures::bytes("keys/test-p256-pkcs8.pem"));
    let run = machine.tokenring([
        "doctor",
        "--gateway",
        "keycloak",
        "--var",
        &format!("server={}", server.url("")),
        "--var",
        "realm=r",
        "--client-id",
        "a-client",
        "--private-key",
        "key-1.pem",
        "--token-url",
        &server.url("/token"),
        "--param",
        &format!("client_secret={PARAMETER}"),
    ]);
    let finished = run.finish();
    holds(
        finished.text(),
        &[
            "issuer is \"[withheld: it repeats a secret]\" there",
            "token_endpoint is \"[cut]\" there",
        ],
    );
    assert!(
        !finished.everything().contains(&PARAMETER[..12]),
        "{finished:?}"
    );
}
