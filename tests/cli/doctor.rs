//! `doctor`: each line ok, warning, failure or skipped, and nothing secret in it.

mod refusals;
mod setup;

use integration_tests::fixtures;
use integration_tests::secrecy::Marker;
use serde_json::Value;
use tokenring_jwk::{Jwk, JwkSet, KeyId, PublicKey};
use tokenring_mock_gateway::ApiAccess;

use crate::loopback::response;
use crate::process::{Finished, Run};
use crate::registered_client::{CLIENT_ID, RegisteredClient};
use crate::scripted_server::ScriptedServer;

/// What the checks came to, by name; of several by one name the last.
struct Checks(Value);

impl Checks {
    #[track_caller]
    fn of(run: Run, code: i32) -> Self {
        let finished = run.with_argument("--format").with_argument("json").finish();
        Self::read(&finished.has_code(code), code)
    }

    #[track_caller]
    fn read(finished: &Finished, code: i32) -> Self {
        let document: Value = serde_json::from_str(finished.text()).unwrap();
        assert_eq!(document["exit_code"], code);
        Self(document["checks"].clone())
    }

    #[track_caller]
    fn has(&self, name: &str, status: &str) -> &Self {
        let mut checks = self.0.as_array().unwrap().iter().rev();
        let check = checks.find(|check| check["check"] == name).unwrap();
        assert_eq!(check["status"], status, "{check:#}");
        let needs_remedy = matches!(status, "warning" | "failure");
        assert_eq!(check["remedy"].is_string(), needs_remedy, "{check:#}");
        self
    }
}

fn jwk_set(key: &str, name: &str) -> String {
    let pem = fixtures::text(&format!("keys/test-{key}-public.pem"));
    let jwk = Jwk::new(PublicKey::from_spki_pem(&pem).unwrap());
    JwkSet::from_iter([jwk.with_key_id(KeyId::new(name))]).to_json()
}

#[test]
fn all_in_order() {
    let client = RegisteredClient::new();
    client
        .machine
        .write("int-1.json", jwk_set("rsa-4096", "int-1"));
    let api = client.gateway.api_url(ApiAccess::Bearer, "hello");
    let run = client.run("doctor", &["--url", &api]);
    Checks::of(run, 0)
        .has("configuration", "ok")
        .has("gateway", "ok")
        .has("client", "ok")
        .has("key", "ok")
        .has("assertion", "ok")
        .has("environment", "ok")
        .has("published", "ok")
        .has("kid", "ok")
        .has("jwk", "ok")
        .has("proxy", "ok")
        .has("dns", "ok")
        .has("tls", "ok")
        .has("clock", "ok")
        .has("metadata", "skipped")
        .has("token", "ok")
        .has("scope", "ok")
        .has("api", "ok");

    // The same for a person; quietly there is nothing to say.
    let text = client.run("doctor", &["--url", &api]).finish().succeeds();
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with(' ')).collect();
    assert_eq!(lines.len(), 17, "{text}");
    assert!(
        lines
            .iter()
            .all(|line| line.starts_with("ok ") || line.starts_with("skipped "))
    );
    let quiet = client.run("doctor", &["--url", &api, "--quiet"]).finish();
    assert_eq!(quiet.succeeds(), "");
}

/// An HTTPS proxy's password, an API key in a query, the token, the key: none of it is shown.
#[test]
fn nothing_secret() {
    const TOKEN: &str = "planted-access-token-0815-4711";
    const QUERY: &str = "planted-query-secret-0815-4711";
    const PASSWORD: &str = "planted-proxy-password-0815-4711";
    const PARAMETER: &str = "planted-parameter-0815-4711";
    const CLIENT: &str = "planted-client-id-0815-4711";
    let server = ScriptedServer::start(|_, request| {
        let json = |status: &str, body: &str| {
            response(
                status,
                "Content-Type: application/json\r\n",
                body.as_bytes(),
            )
        };
        if request.line().starts_with("POST") {
            let token = format!("{{\"access_token\":\"{TOKEN}\",\"token_type\":\"Bearer\"}}");
            json("200 OK", &token)
        } else {
            // Servers echo what they were sent.
            json(
                "403 Forbidden",
                &format!("{{\"message\":\"no: {}\"}}", request.line().len()),
            )
        }
    });
    let client = RegisteredClient::new();
    client
        .machine
        .write("int-1.json", jwk_set("rsa-4096", "int-1"));
    let token_url = server.url("/token");
    let api = server.url(&format!("/api?key={QUERY}"));
    let parameter = format!("secret={PARAMETER}");
    for format in ["text", "json"] {
        let arguments = [
            "doctor",
            "--gateway",
            "nhs",
            "--client-id",
            CLIENT,
            "--private-key",
            "int-1.pem",
            "--token-url",
            &token_url,
            "--url",
            &api,
            "--param",
            &parameter,
            "--format",
            format,
        ];
        let proxy = format!("http://somebody:{PASSWORD}@proxy.example:3128");
        let finished = client
            .machine
            .tokenring(arguments)
            .with_variable("HTTPS_PROXY", proxy)
            .finish()
            .has_code(7);
        let everything = finished.everything();
        assert!(everything.contains("proxy.example:3128"), "{everything}");
        for secret in [TOKEN, QUERY, PASSWORD, PARAMETER, CLIENT] {
            Marker::new(secret.as_bytes()).must_not_be_in(&everything);
        }
        let pem = fixtures::text("keys/test-rsa-4096-pkcs8.pem");
        for line in pem.lines().skip(13).filter(|line| line.len() == 64) {
            Marker::new(line.as_bytes()).must_not_be_in(&everything);
        }
        assert!(!everything.contains("eyJ"), "{everything}");
    }
    assert_ne!(CLIENT, CLIENT_ID);
}

#[test]
fn explained() {
    let client = RegisteredClient::new();
    let text = client.run("doctor", &["--explain"]).finish().succeeds();
    assert!(text.contains("Steps, not done"), "{text}");
    for part in [
        "/oauth2/token",
        "client-id ",
        "private-key ",
        "int-1.pem",
        "RS512",
    ] {
        assert!(text.contains(part), "{text}");
    }
}
