//! Authlib, as an authorization server of its own: `tests/conformance/authlib_server.py`.

use std::path::Path;
use std::process::Command;

use integration_tests::peer;
use serde_json::{Value, json};

use crate::common_mistakes;
use crate::http;
use crate::key_ring::KeyRing;
use crate::key_table;
use crate::mistakes::{self, Right};
use crate::printed_commands;
use crate::report::Report;
use crate::rotation::{self, Rotation};
use crate::server::{self, Server};
use crate::site::{Facts, Site};

/// What it takes although others don't: a scope that it does not know is left out of the token's.
const ACCEPTED: &[&str] = &["scope unknown"];

/// Of the mistakes that are refused, those whose first cause is right.
const LEAST_RIGHT: usize = 33;

#[test]
fn authlib() {
    let Some(authlib) = Authlib::start() else {
        return;
    };
    let ring = KeyRing::default();
    let mut report = Report::new("authlib", &authlib.facts);
    key_table::check(&authlib, &key_table::ALGORITHMS, &ring, &mut report);
    let kinds = &printed_commands::KINDS;
    printed_commands::check(&authlib, &[""], kinds, |_, _| true, &mut report);
    let rotation = Rotation {
        algorithm: "ES256",
        flow: &[],
        copies: &["--cache-seconds", "1"],
    };
    rotation::check(&authlib, &rotation, &mut report);
    let right = Right::of(&authlib.facts, &authlib.facts.token_endpoint);
    let rows = common_mistakes::rows(ACCEPTED);
    mistakes::replay(&authlib, &right, &rows, &ring, LEAST_RIGHT, &mut report);
    report.finish();
}

struct Authlib {
    facts: Facts,
    base: String,
    _server: Server,
}

impl Authlib {
    #[track_caller]
    fn start() -> Option<Self> {
        let Some(folder) = server::installed("python") else {
            peer::not_run("Authlib is missing; run `cargo xtask conformance --only authlib`");
            return None;
        };
        let port = server::free_port();
        let base = format!("http://127.0.0.1:{port}");
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance/authlib_server.py");
        let mut command = Command::new(folder.join("bin/python"));
        command.arg(script).arg(port.to_string());
        let server = Server::start(&command, &format!("{base}/version"));
        let version = http::get(&format!("{base}/version")).unwrap().json();
        let facts = Facts {
            program: "Authlib",
            version: version["version"].as_str().unwrap().to_owned(),
            gateway: "generic",
            variables: Vec::new(),
            names_issuer: false,
            token_endpoint: format!("{base}/oauth2/token"),
            issuer: base.clone(),
        };
        Some(Self {
            facts,
            base,
            _server: server,
        })
    }
}

impl Site for Authlib {
    fn facts(&self) -> &Facts {
        &self.facts
    }

    fn register(&self, client_id: &str, registration: &Value, keys: &KeyRing) {
        let mut client = json!({ "client_id": client_id });
        match registration.get("url-of") {
            Some(url) => client["jwks_uri"] = url.clone(),
            None => client["jwks"] = mistakes::key_set(registration, keys),
        }
        let url = format!("{}/clients", self.base);
        let content_type = [("content-type", "application/json")];
        let answer = http::send("POST", &url, &content_type, Some(&client.to_string())).unwrap();
        assert_eq!(answer.status, 201, "{}", answer.text());
    }
}
