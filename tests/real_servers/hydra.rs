//! Ory Hydra: everything in memory, plain http on loopback.

use std::process::Command;

use integration_tests::peer;
use serde_json::{Value, json};

use crate::http;
use crate::key_ring::KeyRing;
use crate::key_set_host::KeySetHost;
use crate::key_table;
use crate::mistakes::{self, Right};
use crate::printed_commands;
use crate::recorded_row;
use crate::registration_words;
use crate::report::Report;
use crate::rotation::{self, Rotation};
use crate::server::{self, Server};
use crate::site::{Facts, Site};

/// Of the mistakes that are refused, those whose first cause is right.
const LEAST_RIGHT: usize = 110;

#[test]
fn hydra() {
    let Some(hydra) = Hydra::start() else {
        return;
    };
    let ring = KeyRing::default();
    let mut report = Report::new("hydra-2.3.0", &hydra.facts);
    // It has no EdDSA.
    key_table::check(&hydra, &key_table::ALGORITHMS[..9], &ring, &mut report);
    let kinds = &printed_commands::KINDS[..9];
    printed_commands::check(&hydra, &[""], kinds, |_, _| true, &mut report);
    let rotation = Rotation {
        algorithm: "RS256",
        flow: &[],
        copies: &["--cache-seconds", "1"],
    };
    rotation::check(&hydra, &rotation, &mut report);
    let missing = hydra.host.missing();
    let origin = hydra.facts.issuer.trim_end_matches('/');
    let replaced = [
        ("http://127.0.0.1:4444", origin),
        ("http://127.0.0.1:8000/jwks.json", missing.as_str()),
    ];
    let read = |file| {
        recorded_row::of_others(file, &replaced, |words| {
            registration_words::read(words, &hydra.host)
        })
    };
    let mut rows = read("hydra-2.3");
    rows.extend(read("hydra-2.3-more"));
    let elliptic = registration_words::read("EC key, signing algorithm RS256", &hydra.host);
    hydra.register("v-es", &elliptic, &ring);
    let mut right = Right::of(&hydra.facts, &hydra.facts.token_endpoint);
    right.recorded_as = vec![(origin.to_owned(), "http://127.0.0.1:4444")];
    mistakes::replay(&hydra, &right, &rows, &ring, LEAST_RIGHT, &mut report);
    report.finish();
}

struct Hydra {
    facts: Facts,
    admin: String,
    host: KeySetHost,
    _server: Server,
}

impl Hydra {
    fn start() -> Option<Self> {
        let Some(folder) = server::installed("hydra-2.3.0") else {
            let remedy = "run `cargo xtask conformance --only hydra`";
            peer::tell_not_run(&format!("Hydra is not installed; {remedy}"));
            return None;
        };
        let (port, admin_port) = (server::free_port(), server::free_port());
        let issuer = format!("http://127.0.0.1:{port}/");
        let admin = format!("http://127.0.0.1:{admin_port}");
        let mut command = Command::new(folder.join("hydra"));
        command
            .args(["serve", "all", "--dev", "--sqa-opt-out"])
            .env("DSN", "memory")
            .env("SECRETS_SYSTEM", "test-test-test-test-test-test-32")
            .env("SERVE_PUBLIC_HOST", "127.0.0.1")
            .env("SERVE_ADMIN_HOST", "127.0.0.1")
            .env("SERVE_PUBLIC_PORT", port.to_string())
            .env("SERVE_ADMIN_PORT", admin_port.to_string())
            .env("URLS_SELF_ISSUER", &issuer);
        let metadata = format!("{issuer}.well-known/openid-configuration");
        let server = Server::start(&command, &metadata);
        let version = http::get(&format!("{admin}/version")).unwrap().json();
        // Built from its module, it does not know its own version.
        let told = version["version"].as_str().unwrap();
        let built = std::fs::read_to_string(folder.join("version.txt")).unwrap();
        let facts = Facts {
            program: "Ory Hydra",
            version: format!("{} ({told})", built.trim()),
            gateway: "hydra",
            variables: vec![("server", issuer.trim_end_matches('/').to_owned())],
            names_issuer: false,
            token_endpoint: format!("{issuer}oauth2/token"),
            issuer,
        };
        Some(Self {
            facts,
            admin,
            host: KeySetHost::start(),
            _server: server,
        })
    }
}

impl Site for Hydra {
    fn facts(&self) -> &Facts {
        &self.facts
    }

    fn register(&self, client_id: &str, registration: &Value, keys: &KeyRing) {
        let row = |name: &str| registration.get(name).cloned();
        if row("absent").is_some() {
            return;
        }
        let text = |name: &str, default: &str| row(name).unwrap_or_else(|| json!(default));
        let mut client = json!({
            "client_id": client_id,
            "grant_types": row("grant-types").unwrap_or_else(|| json!(["client_credentials"])),
            "token_endpoint_auth_method": text("authenticator", "private_key_jwt"),
            "scope": "read write",
            "audience": row("audience").unwrap_or_else(|| json!([])),
        });
        if client["token_endpoint_auth_method"] == "private_key_jwt" {
            client["token_endpoint_auth_signing_alg"] = text("alg", "RS256");
        }
        if let Some(url) = row("url-of") {
            client["jwks_uri"] = url;
        } else if row("at-url").is_some() {
            let set = mistakes::key_set(&json!({}), keys);
            client["jwks_uri"] = json!(self.host.serve(client_id, &set));
        } else if row("jwks") != Some(Value::Null) {
            client["jwks"] = mistakes::key_set(registration, keys);
        }
        let has_keys = client.get("jwks").is_some() || client.get("jwks_uri").is_some();
        let url = format!("{}/admin/clients", self.admin);
        let content_type = [("content-type", "application/json")];
        let answer = http::send("POST", &url, &content_type, Some(&client.to_string())).unwrap();
        // It knows no client without keys: such a one is not made, and its requests are those of an
        // unknown client.
        let expected = if has_keys { 201 } else { 400 };
        assert_eq!(answer.status, expected, "{}", answer.text());
    }
}
