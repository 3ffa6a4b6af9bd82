//! `gateways verify`, `gateways discover`, and where a missing token endpoint is.

use crate::loopback::{Request, response};
use crate::scripted_server::ScriptedServer;
use crate::transcript::Session;

/// An authorization server and a FHIR server, and what else can be at such places.
fn publish(request: &Request) -> Vec<u8> {
    let origin = format!("http://{}", request.header("Host").unwrap());
    let body = |text: &str| response("200 OK", "", text.replace("ORIGIN", &origin).as_bytes());
    let redirect = |to: &str| response("302 Found", &format!("Location: {to}\r\n"), b"");
    match request.path() {
        "/.well-known/openid-configuration" => body(
            r#"{"issuer":"ORIGIN","token_endpoint":"ORIGIN/real/token","grant_types_supported":["client_credentials"],
            "token_endpoint_auth_methods_supported":["private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported":["PS256","HS256"]}"#,
        ),
        "/realms/r/.well-known/openid-configuration" => body(
            r#"{"issuer":"ORIGIN/realms/s","token_endpoint":"ORIGIN/realms/r/protocol/openid-connect/token",
            "token_endpoint_auth_methods_supported":["client_secret_post"]}"#,
        ),
        "/fhir/.well-known/smart-configuration" => body(
            r#"{"token_endpoint":"ORIGIN/t","token_endpoint_auth_signing_alg_values_supported":["RS384","ES384"]}"#,
        ),
        "/doubtful/.well-known/x" => body(
            r#"{"issuer":"https://a.test","token_endpoint":"https://b.test/t","grant_types_supported":["password"],
            "token_endpoint_auth_methods_supported":["client_secret_post"],"response_types_supported":[],
            "token_endpoint_auth_signing_alg_values_supported":["ES256","ES256K"]}"#,
        ),
        "/text/.well-known/x" => response("200 OK", "Content-Type: text/plain\r\n", b"maintenance"),
        "/page/.well-known/x" => body("<!doctype html><title>App</title>"),
        "/cut/.well-known/x" => body("{\"token_endpoint\":"),
        "/empty/.well-known/x" => body(""),
        "/other/.well-known/x" => body("{\"keys\":[]}"),
        "/huge/.well-known/x" => body(&" ".repeat(2 << 20)),
        "/http/.well-known/x" => body("{\"token_endpoint\":\"http://a.test/token\"}"),
        "/escape/.well-known/x" => body("{\"token_endpoint\":\"\\u001b[31mORIGIN\"}"),
        "/secret/.well-known/x" => body(
            r#"{"token_endpoint":"ORIGIN/t","token_endpoint_auth_signing_alg_values_supported":["HS256"]}"#,
        ),
        "/elsewhere/.well-known/x" => redirect("https://other.test/x"),
        "/moved/.well-known/x" => redirect("/.well-known/openid-configuration"),
        path if path.starts_with("/circle/") => redirect(path),
        _ => response("404 Not Found", "", b"nothing here"),
    }
}

/// What servers publish, compared and as a file to start from.
#[test]
fn published() {
    let server = ScriptedServer::start(|_, request| publish(request));
    let mut session = Session::new();
    session.set("SERVER", server.url(""));
    let first = session
        .prepare(&format!("gateways discover {}", server.url("")))
        .finish()
        .succeeds();
    let date = first.split("verified = ").nth(1).unwrap();
    let today = date.split_whitespace().next().unwrap().to_owned();
    session.transcript.hide_text(today, "[TODAY]");
    session.title("A file to start from");
    session.run_with(
        "gateways discover",
        &[
            "$SERVER",
            "$SERVER/fhir/",
            "$SERVER/moved/.well-known/x",
            "$SERVER/doubtful/.well-known/x",
            "$SERVER/doubtful/.well-known/x -q",
            "$SERVER --explain",
        ],
    );
    session.title("No file");
    session.run_with(
        "gateways discover",
        &[
            "",
            "a.test",
            "http://a.test",
            "http://127.0.0.1:9/",
            "$SERVER/nothing/here",
            "$SERVER/realms/r",
            "$SERVER/text/.well-known/x",
            "$SERVER/page/.well-known/x",
            "$SERVER/cut/.well-known/x",
            "$SERVER/empty/.well-known/x",
            "$SERVER/other/.well-known/x",
            "$SERVER/huge/.well-known/x",
            "$SERVER/http/.well-known/x",
            "$SERVER/escape/.well-known/x",
            "$SERVER/secret/.well-known/x",
            "$SERVER/elsewhere/.well-known/x",
            "$SERVER/circle/.well-known/x",
        ],
    );
    session.title("Facts compared");
    session.run_with(
        "gateways verify",
        &[
            "smart --var fhir_base=$SERVER/fhir",
            "generic --issuer $SERVER --token-url $SERVER/token",
            "generic --issuer $SERVER --format json",
            "keycloak --var server=$SERVER --var realm=r",
            "keycloak --var server=$SERVER --var realm=s",
            "keycloak --var server=$SERVER --var realm=r --explain",
        ],
    );
    session.title("Nothing to compare");
    session.run_with(
        "gateways verify",
        &[
            "",
            "nsh",
            "nhs",
            "smart",
            "keycloak",
            "generic",
            "generic --issuer http://127.0.0.1:9",
            "generic --issuer http://a.test",
            "nhs --format toml",
        ],
    );
    session.title("Where the token endpoint is");
    session.run_with(
        "get-token --client-id a",
        &[
            "--issuer $SERVER",
            "--gateway smart --var fhir_base=$SERVER/fhir",
        ],
    );
    session.run("doctor --client-id a --issuer $SERVER");
    session.check("commands/gateways-metadata");
    let methods = server.requests();
    assert!(
        methods
            .iter()
            .all(|request| request.head.starts_with("GET "))
    );
}
