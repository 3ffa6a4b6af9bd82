//! Keycloak: `start-dev`, a database in memory, a realm with default settings.

mod admin;
mod dpop;
mod keys;

use std::process::Command;

use integration_tests::peer;
use serde_json::{Value, json};

use self::admin::Admin;
use crate::key_ring::KeyRing;
use crate::mistakes::{self, Right};
use crate::printed_commands;
use crate::recorded_row;
use crate::report::Report;
use crate::rotation::{self, Rotation};
use crate::server::{self, Server};
use crate::site::{Facts, Site};

/// A version of it, and what of our files and recordings is held against that.
struct Release {
    version: &'static str,
    folder: &'static str,
    is_needed_in_ci: bool,
    /// Whether a stored public key may be one on a curve.
    stores_curves: bool,
    gateway: &'static str,
    variables: &'static [&'static str],
    differences: Option<&'static str>,
    more: Option<&'static str>,
    /// Of the mistakes, those whose first cause is right.
    least_right: usize,
}

#[test]
fn keycloak_26_7_3() {
    check(&Release {
        version: "26.7.3",
        folder: "keycloak-26.7.3",
        is_needed_in_ci: true,
        stores_curves: true,
        gateway: "keycloak",
        variables: &["server", "realm"],
        differences: None,
        more: Some("keycloak-26.7-more"),
        least_right: 168,
    });
}

#[test]
fn keycloak_26_4_7() {
    check(&Release {
        version: "26.4.7",
        folder: "keycloak-26.4.7",
        is_needed_in_ci: false,
        stores_curves: false,
        // The series that it says it runs.
        gateway: "bcgov",
        variables: &[],
        differences: Some("keycloak-26.4-differences"),
        more: None,
        least_right: 73,
    });
}

fn check(release: &Release) {
    let Some(keycloak) = Keycloak::start(release) else {
        return;
    };
    assert_eq!(keycloak.facts.version, release.version);
    let ring = KeyRing::default();
    let mut report = Report::new(release.folder, &keycloak.facts);
    keys::check(&keycloak, &ring, &mut report);
    dpop::check(&keycloak, &ring, &mut report);
    // A stored key on a curve works in the newer series alone.
    let works = |flow: &str, (algorithm, _): printed_commands::Kind| {
        flow != "public-key" || release.stores_curves || !algorithm.starts_with("ES")
    };
    let flows = ["public-key", "jwks-url"];
    let kinds = &printed_commands::KINDS;
    printed_commands::check(&keycloak, &flows, kinds, works, &mut report);
    let rotation = Rotation {
        algorithm: "ES256",
        flow: &["--flow", "jwks-url"],
        copies: &[],
    };
    rotation::check(&keycloak, &rotation, &mut report);
    let mut rows = recorded_row::of_keycloak("keycloak-26.7");
    if let Some(file) = release.differences {
        for row in recorded_row::of_keycloak(file) {
            rows.retain(|other| other.label != row.label);
            rows.push(row);
        }
    }
    if let Some(file) = release.more {
        rows.extend(recorded_row::of_keycloak(file));
    }
    // A key that every row may name.
    keycloak.register("other-a", &json!({}), &ring);
    let right = Right {
        facts: &keycloak.facts,
        audience: &keycloak.facts.issuer,
        has_client_id: false,
        scope: None,
        placeholders: vec![
            ("${realm}", admin::REALM.to_owned()),
            (
                "${localhost-issuer}",
                keycloak.facts.issuer.replace("127.0.0.1", "localhost"),
            ),
        ],
        recorded_as: vec![(keycloak.facts.issuer.clone(), "${issuer}")],
        flow_of: |client| match client.get("pem").or_else(|| client.get("pem-text")) {
            Some(_) => Some("public-key"),
            None => Some("jwks-url"),
        },
    };
    mistakes::replay(
        &keycloak,
        &right,
        &rows,
        &ring,
        release.least_right,
        &mut report,
    );
    report.finish();
}

/// A running Keycloak.
pub(crate) struct Keycloak {
    facts: Facts,
    admin: Admin,
    stores_curves: bool,
    _server: Server,
}

impl Keycloak {
    #[track_caller]
    fn start(release: &Release) -> Option<Self> {
        let Some(folder) = server::installed(release.folder) else {
            let remedy = "run `cargo xtask conformance --only keycloak`";
            let why = format!("Keycloak {} is not installed; {remedy}", release.version);
            if release.is_needed_in_ci {
                peer::not_run(&why);
            } else {
                peer::tell_not_run(&why);
            }
            return None;
        };
        let port = server::free_port();
        let base = format!("http://127.0.0.1:{port}");
        let mut command = Command::new("bash");
        command
            .arg("bin/kc.sh")
            .args(["start-dev", "--db=dev-mem", "--http-host=127.0.0.1"])
            .arg(format!("--http-port={port}"))
            .env("KC_BOOTSTRAP_ADMIN_USERNAME", admin::NAME)
            .env("KC_BOOTSTRAP_ADMIN_PASSWORD", admin::PASSWORD)
            .current_dir(folder.join(format!("keycloak-{}", release.version)));
        let server = Server::start(&command, &format!("{base}/realms/master"));
        let admin = Admin::new(base.clone());
        let issuer = format!("{base}/realms/{}", admin::REALM);
        let values = [("server", base), ("realm", admin::REALM.to_owned())];
        let variables = values
            .into_iter()
            .filter(|(name, _)| release.variables.contains(name))
            .collect();
        let facts = Facts {
            program: "Keycloak",
            version: admin.version(),
            gateway: release.gateway,
            variables,
            names_issuer: release.variables.is_empty(),
            token_endpoint: format!("{issuer}/protocol/openid-connect/token"),
            issuer,
        };
        Some(Self {
            facts,
            admin,
            stores_curves: release.stores_curves,
            _server: server,
        })
    }
}

impl Site for Keycloak {
    fn facts(&self) -> &Facts {
        &self.facts
    }

    fn register(&self, client_id: &str, registration: &Value, keys: &KeyRing) {
        self.admin.register(client_id, registration, keys);
    }
}
