use std::net::TcpListener;

use integration_tests::fixtures;
use tokenring_jwk::{Jwk, JwkSet, KeyId, PublicKey};
use tokenring_mock_gateway::{ApiAccess, MockGateway};

use crate::loopback::response;
use crate::process::set_mode;
use crate::registered_client::RegisteredClient;
use crate::scripted_server::ScriptedServer;
use crate::transcript::Session;

fn jwk_set(key: &str, name: &str) -> String {
    let pem = fixtures::text(&format!("keys/test-{key}-public.pem"));
    let jwk = Jwk::new(PublicKey::from_spki_pem(&pem).unwrap());
    JwkSet::from_iter([jwk.with_key_id(KeyId::new(name))]).to_json()
}

/// A session whose `$CLIENT` are the options of a registered client.
fn session() -> (Session, MockGateway) {
    let client = RegisteredClient::new();
    let mut session = Session::on(client.machine);
    session.set("URL", client.gateway.token_url());
    session.set("BASE", client.gateway.base_url());
    session.set("API", client.gateway.api_url(ApiAccess::Bearer, "hello"));
    session
        .machine
        .write("int-1.json", jwk_set("rsa-4096", "int-1"));
    session.transcript.hide_number_after("expires in ");
    (session, client.gateway)
}

const CLIENT: &str =
    "doctor --gateway nhs --client-id test-client-id --private-key int-1.pem --token-url $URL";

#[test]
fn in_order() {
    let (mut session, _gateway) = session();
    session.run_with(
        CLIENT,
        &[
            "--url $API",
            "--url $API --verbose",
            "--url $API --quiet",
            "--url $API --format json",
        ],
    );
    session.check("doctor/in-order");
}

#[test]
fn nothing_and_little() {
    let (mut session, _gateway) = session();
    session.run_each(
        &[
            "doctor",
            "doctor --quiet",
            "doctor --format json",
            "doctor --format yaml",
            "doctor --gateway nsh",
            "doctor --gateway keycloak",
            "doctor --env int",
            "doctor --gateway pca --env prod --client-id a --private-key int-1.pem",
            "doctor --gateway cdr --token-url $CLOSED",
            "doctor --token-url $CLOSED --client-id a --private-key int-1.pem --signer-command true",
        ]
        .map(|line| line.replace("$CLOSED", "http://127.0.0.1:9/t"))
        .each_ref()
        .map(String::as_str),
    );
    session.check("doctor/nothing");
}

#[test]
fn set_up() {
    let (mut session, _gateway) = session();
    let here = "doctor --private-key int-1.pem --gateway nhs --token-url http://127.0.0.1:9/t --client-id a --config c.toml";
    session.title("Configuration");
    for contents in [
        "client-id = \"a\"\nenv = \n",
        "\n\nclientid = \"a\"\n",
        "timeout = \"soon\"\n",
        "quiet = \"perhaps\"\n",
        "format = \"curl\"\n",
    ] {
        session.file("c.toml", contents);
        session.run(here);
    }
    session.file("c.toml", "client-id = \"a\"\n");
    session.run(&format!("{here} --profile b"));
    session.run(&format!("TOKENRING_SCOPE= {here}"));
    set_mode(&session.machine.work().join("c.toml"), 0o666);
    session.run("doctor --config c.toml");
    session.title("Key");
    let mut session = session.with_files(&[("ec.pem", "keys/test-p256-pkcs8.pem")]);
    session.machine.write("text.pem", "not a key");
    session
        .machine
        .write("open.pem", fixtures::bytes("keys/test-p256-pkcs8.pem"));
    set_mode(&session.machine.work().join("open.pem"), 0o644);
    session.run_with(
        "doctor --private-key",
        &[
            "missing.pem",
            "text.pem",
            "ec.pem",
            "open.pem",
            ".",
            "/dev/null",
            "-",
            "'pkcs11:object=a'",
        ],
    );
    session.check("doctor/setup");
}

#[test]
fn published() {
    let (mut session, _gateway) = session();
    let mut contradiction = fixtures::json("keys/test-rsa-4096-public.jwk.json");
    contradiction["alg"] = "ES256".into();
    let contradiction = serde_json::json!({ "keys": [contradiction] });
    let private = fixtures::text("keys/test-p256-private.jwk.json");
    for (what, set) in [
        ("the key", jwk_set("rsa-4096", "int-1")),
        ("another name", jwk_set("rsa-4096", "int-2")),
        ("a name like an option", jwk_set("rsa-4096", "-vc4cRT8e")),
        ("another key", jwk_set("rsa-2048", "int-1")),
        ("no set", "[]".into()),
        ("a contradiction", contradiction.to_string()),
        ("a private JWK", private),
    ] {
        session.machine.write("set.json", set);
        session.title(what);
        session.run(&format!("{CLIENT} --jwks set.json"));
    }
    session.title("Elsewhere");
    session.run(&format!("{CLIENT} --jwks absent.json"));
    let set = jwk_set("rsa-4096", "int-1");
    let server = ScriptedServer::start(move |_, _| {
        response("200 OK", "Cache-Control: max-age=600\r\n", set.as_bytes())
    });
    session.set("SET", server.url("/jwks.json?secret=1"));
    session.run(&format!("{CLIENT} --jwks $SET"));
    let set = format!("\u{feff}{}", jwk_set("rsa-4096", "int-1"));
    let server = ScriptedServer::start(move |_, _| {
        let headers = "Content-Type: text/html\r\nCache-Control: max-age=604800\r\n";
        response("200 OK", headers, set.as_bytes())
    });
    session.set("SET", server.url("/jwks.json"));
    session.run(&format!("{CLIENT} --jwks $SET"));
    let server = ScriptedServer::start(|_, _| response("404 Not Found", "", b""));
    session.set("SET", server.url("/jwks.json"));
    session.run(&format!("{CLIENT} --jwks $SET"));
    session.title("Another environment");
    session.run(&format!("{CLIENT} --env prod"));
    session.check("doctor/published");
}

#[test]
fn network_and_refusals() {
    let (mut session, _gateway) = session();
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    session.set("CLOSED", format!("http://127.0.0.1:{port}/token"));
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    session.set("SILENT", format!("http://127.0.0.1:{port}/token"));
    session.set("LONG", format!("https://{}.example/token", "a".repeat(64)));
    let doctor =
        "doctor --gateway nhs --client-id test-client-id --private-key int-1.pem --token-url";
    session.title("No network");
    session.run_with(doctor, &["$CLOSED", "$SILENT --timeout 1", "$LONG"]);
    session.title("Refused");
    session
        .run("doctor --gateway nhs --client-id another --private-key int-1.pem --token-url $URL");
    session.run("doctor --gateway nhs --client-id another --private-key int-1.pem --token-url $URL --format json");
    let server = ScriptedServer::start(|_, _| {
        let json = "Content-Type: application/json\r\n";
        response("401 Unauthorized", json, br#"{"error":"invalid_client"}"#)
    });
    session.set("SILENT", server.url("/token"));
    session.run("doctor --client-id a --private-key int-1.pem --token-url $SILENT");
    session.title("The API");
    session.run(&format!("{CLIENT} --url $BASE/nowhere"));
    session.run(&format!("{CLIENT} --url http://api.test/"));
    session.title("Clock and metadata");
    session.transcript.hide_number_after("clock is ");
    session.transcript.hide_number_after("found: ");
    let server = ScriptedServer::start(|_, _| {
        response(
            "404 Not Found",
            "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n",
            b"",
        )
    });
    session.set("OLD", server.url("/token"));
    session.run("doctor --token-url $OLD");
    let server = ScriptedServer::start(|_, request| {
        let host = request.header("Host").unwrap().to_owned();
        let body = format!(
            "{{\"issuer\":\"http://{host}/realms/r\",\"token_endpoint\":\
             \"http://elsewhere.example/token\",\
             \"token_endpoint_auth_methods_supported\":[\"client_secret_basic\"]}}"
        );
        response(
            "200 OK",
            "Content-Type: application/json\r\n",
            body.as_bytes(),
        )
    });
    session.set("SERVER", server.url(""));
    session.run("doctor --gateway keycloak --var server=$SERVER --var realm=r");
    session.check("doctor/network");
}

/// Answers of an API, scopes that are granted, and what the metadata says.
#[test]
fn answers() {
    let (mut session, _gateway) = session();
    let server = ScriptedServer::start(|_, request| {
        let path = request.path().trim_start_matches('/').to_owned();
        if path == "token" {
            let body = br#"{"access_token":"a","token_type":"Bearer","scope":"b"}"#;
            return response("200 OK", "Content-Type: application/json\r\n", body);
        }
        if path == "realms/document/.well-known/openid-configuration" {
            return response("200 OK", "", b"<html>");
        }
        if path == "realms/agreeing/.well-known/openid-configuration" {
            let host = request.header("Host").unwrap().to_owned();
            let body = format!(
                "{{\"issuer\":\"http://{host}/realms/agreeing\",\"token_endpoint\":\
                 \"http://{host}/realms/agreeing/protocol/openid-connect/token\"}}"
            );
            return response("200 OK", "", body.as_bytes());
        }
        let status = path.parse().unwrap_or(404);
        response(&format!("{status} Status"), "", b"{\"message\":\"why\"}")
    });
    session.set("SERVER", server.url(""));
    let doctor = "doctor --client-id a --private-key int-1.pem --token-url $SERVER/token";
    session.title("Of an API");
    for status in ["200", "401", "403", "429", "500"] {
        session.run(&format!("{doctor} --url $SERVER/{status}"));
    }
    session.run(&format!("{doctor} --url http://127.0.0.1:9/"));
    session.title("Scopes");
    session.run_with(doctor, &["--scope b", "--scope 'b c'"]);
    session.run(&format!("{CLIENT} --scope b"));
    session.title("Metadata");
    session.run("doctor --gateway keycloak --var server=$SERVER --var realm=document");
    session.run("doctor --gateway keycloak --var server=$SERVER --var realm=agreeing");
    session.title("Proxies and clients");
    session.run(&format!("HTTPS_PROXY=http://proxy.test:3128 {CLIENT}"));
    session.run(&format!("HTTPS_PROXY=http://proxy.test:x {CLIENT}"));
    let https =
        "doctor --client-id a --private-key int-1.pem --token-url https://gateway.test/token";
    session.run(&format!("HTTPS_PROXY=http://127.0.0.1:9 {https}"));
    session.run(&format!("HTTPS_PROXY=moon://a {https}"));
    session.run("doctor --client-id ' a' --private-key int-1.pem");
    session.run("doctor --signer-command false --token-url $SERVER/token --client-id a");
    session.check("doctor/answers");
}

/// JWK Sets that have the key, and still do not fit.
#[test]
fn published_otherwise() {
    let (mut session, _gateway) = session();
    let set = jwk_set("rsa-4096", "int-1");
    for (what, set) in [
        (
            "for another use",
            set.replace("\"kid\"", "\"use\":\"enc\",\"kid\""),
        ),
        (
            "for another algorithm",
            set.replace("\"kid\"", "\"alg\":\"RS256\",\"kid\""),
        ),
        (
            "for this algorithm",
            set.replace("\"kid\"", "\"alg\":\"RS512\",\"kid\""),
        ),
        (
            "without a name",
            set.replace("\"kid\":\"int-1\"", "\"use\":\"sig\""),
        ),
        (
            "a private key",
            fixtures::text("keys/test-rsa-4096-private.jwk.json"),
        ),
    ] {
        session.machine.write("set.json", set);
        session.title(what);
        session.run(&format!("{CLIENT} --jwks set.json"));
    }
    session.title("A gateway that asks again, and one that derives the name");
    session
        .machine
        .write("set.json", jwk_set("rsa-4096", "int-1"));
    let more =
        "--client-id a --private-key int-1.pem --jwks set.json --token-url http://127.0.0.1:9/t";
    session.run(&format!("doctor --gateway bcgov --flow jwks-url {more}"));
    session.run(&format!("doctor --gateway bcgov --alg PS256 {more}"));
    session.run(&format!("doctor --gateway bcgov {more}"));
    session.check("doctor/published-otherwise");
}
