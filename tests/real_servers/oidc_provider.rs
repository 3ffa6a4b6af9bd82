//! `oidc-provider`, as it comes: `tests/conformance/provider.mjs`. The test binary of that name has
//! more of it: its own reasons, stricter profiles, TLS and the library.

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

/// What it takes although others don't.
const ACCEPTED: &[&str] = &["iat 10 min ahead", "scope unknown"];

/// Of the mistakes that are refused, those whose first cause is right.
const LEAST_RIGHT: usize = 31;

#[test]
fn oidc_provider() {
    let Some(provider) = OidcProvider::start() else {
        return;
    };
    let ring = KeyRing::default();
    let mut report = Report::new("oidc-provider", &provider.facts);
    let algorithms = [&key_table::ALGORITHMS[..], &[("Ed25519", "ed25519-a")]].concat();
    key_table::check(&provider, &algorithms, &ring, &mut report);
    let kinds = &printed_commands::KINDS;
    printed_commands::check(&provider, &[""], kinds, |_, _| true, &mut report);
    let rotation = Rotation {
        algorithm: "ES256",
        flow: &[],
        // It keeps a copy for a minute at least, whatever key is asked for.
        copies: &["--cache-seconds", "61"],
    };
    rotation::check(&provider, &rotation, &mut report);
    let right = Right::of(&provider.facts, &provider.facts.token_endpoint);
    let rows = common_mistakes::rows(ACCEPTED);
    mistakes::replay(&provider, &right, &rows, &ring, LEAST_RIGHT, &mut report);
    report.finish();
}

struct OidcProvider {
    facts: Facts,
    _server: Server,
}

impl OidcProvider {
    #[track_caller]
    fn start() -> Option<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance");
        // The machine's own Node.js may be too old.
        let node = folder.join("node_modules/.bin/node");
        let remedy = "run `cargo xtask conformance --only oidc-provider`";
        peer::find(node.to_str().unwrap(), "--version", remedy)?;
        let port = server::free_port();
        let settings = json!({ "clients": [], "registers": true, "port": port });
        let mut command = Command::new(node);
        command
            .arg(folder.join("provider.mjs"))
            .arg(settings.to_string());
        let issuer = format!("http://127.0.0.1:{port}");
        let url = format!("{issuer}/version");
        let server = Server::start(&command, &url);
        let version = http::get(&url).unwrap().json();
        let facts = Facts {
            program: "oidc-provider",
            version: version["version"].as_str().unwrap().to_owned(),
            gateway: "generic",
            variables: Vec::new(),
            names_issuer: false,
            token_endpoint: format!("{issuer}/token"),
            issuer,
        };
        Some(Self {
            facts,
            _server: server,
        })
    }
}

impl Site for OidcProvider {
    fn facts(&self) -> &Facts {
        &self.facts
    }

    fn register(&self, client_id: &str, registration: &Value, keys: &KeyRing) {
        let mut client = json!({ "client_id": client_id });
        let algorithm = registration.get("alg").cloned();
        client["alg"] = algorithm.unwrap_or_else(|| json!("RS256"));
        match registration.get("url-of") {
            Some(url) => client["jwks_uri"] = url.clone(),
            None => client["jwks"] = mistakes::key_set(registration, keys),
        }
        let url = format!("{}/clients", self.facts.issuer);
        let answer = http::send("POST", &url, &[], Some(&client.to_string())).unwrap();
        assert_eq!(answer.status, 201, "{}", answer.text());
    }
}
