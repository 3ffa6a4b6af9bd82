//! Spring Authorization Server: `tests/conformance/spring`, with the security that Spring Boot sets
//! up by itself.

use std::process::Command;

use integration_tests::peer;
use serde_json::{Value, json};

use crate::http;
use crate::key_ring::KeyRing;
use crate::key_set_host::KeySetHost;
use crate::key_table;
use crate::mistakes::{self, Right};
use crate::printed_commands;
use crate::recorded_row::{self, Expected};
use crate::registration_words;
use crate::report::Report;
use crate::rotation::{self, Rotation};
use crate::server::{self, Server};
use crate::site::{Facts, Site};

/// Of the mistakes that are refused, those whose first cause is right: it hides most reasons.
const LEAST_RIGHT: usize = 102;

#[test]
fn spring_1_5() {
    check("spring-1.5.3", "1.5.3 (Boot 3.5.7)", &[]);
}

/// The recording is of 1.5.3; version 7 takes any `typ`.
#[test]
fn spring_7_0() {
    let accepted = [
        "typ client-authentication+jwt",
        "typ of an access token",
        "typ empty",
    ];
    check("spring-7.0.0", "7.0.0 (Boot 4.0.0)", &accepted);
}

fn check(name: &'static str, version: &str, accepted: &[&str]) {
    let Some(spring) = Spring::start(name) else {
        return;
    };
    assert_eq!(spring.facts.version, version);
    let ring = KeyRing::default();
    let mut report = Report::new(name, &spring.facts);
    // It has no EdDSA.
    key_table::check(&spring, &key_table::ALGORITHMS[..9], &ring, &mut report);
    let kinds = &printed_commands::KINDS[..9];
    printed_commands::check(&spring, &[""], kinds, |_, _| true, &mut report);
    let rotation = Rotation {
        algorithm: "RS256",
        flow: &[],
        copies: &["--cache-seconds", "1"],
    };
    rotation::check(&spring, &rotation, &mut report);
    let replaced = [
        ("http://127.0.0.1:9000", spring.facts.issuer.as_str()),
        ("http://localhost:9000", "${localhost}"),
        ("s-one", "${client}"),
    ];
    let read = |file| {
        recorded_row::of_others(file, &replaced, |words| {
            registration_words::read(words, &spring.host)
        })
    };
    let mut rows = read("spring-1.5");
    rows.extend(read("spring-1.5-more"));
    for row in &mut rows {
        if accepted.contains(&row.label.as_str()) {
            row.answer = Expected::Token;
            row.cause = None;
        }
    }
    spring.register("s-two", &json!({}), &ring);
    let mut right = Right::of(&spring.facts, &spring.facts.token_endpoint);
    right.has_client_id = true;
    let elsewhere = spring.facts.issuer.replace("127.0.0.1", "localhost");
    right.placeholders.push(("${localhost}", elsewhere));
    right.recorded_as = vec![(spring.facts.issuer.clone(), "http://127.0.0.1:9000")];
    mistakes::replay(&spring, &right, &rows, &ring, LEAST_RIGHT, &mut report);
    report.finish();
}

struct Spring {
    facts: Facts,
    clients: String,
    host: KeySetHost,
    _server: Server,
}

impl Spring {
    fn start(name: &str) -> Option<Self> {
        let Some(folder) = server::installed(name) else {
            let remedy = "run `cargo xtask conformance --only spring`";
            peer::tell_not_run(&format!("{name} is not installed; {remedy}"));
            return None;
        };
        let (port, other_port) = (server::free_port(), server::free_port());
        let issuer = format!("http://127.0.0.1:{port}");
        let clients = format!("http://127.0.0.1:{other_port}");
        let mut command = Command::new("java");
        command
            .arg("-jar")
            .arg(folder.join("target/peer-1.jar"))
            .args([port.to_string(), other_port.to_string()]);
        let server = Server::start(&command, &format!("{clients}/version"));
        let version = http::get(&format!("{clients}/version")).unwrap().json();
        let part = |name: &str| version[name].as_str().unwrap().to_owned();
        let facts = Facts {
            program: "Spring Authorization Server",
            version: format!("{} (Boot {})", part("server"), part("boot")),
            gateway: "spring-authorization-server",
            variables: vec![("server", issuer.clone())],
            names_issuer: false,
            token_endpoint: format!("{issuer}/oauth2/token"),
            issuer,
        };
        Some(Self {
            facts,
            clients,
            host: KeySetHost::start(),
            _server: server,
        })
    }
}

impl Site for Spring {
    fn facts(&self) -> &Facts {
        &self.facts
    }

    fn register(&self, client_id: &str, registration: &Value, keys: &KeyRing) {
        let row = |name: &str| registration.get(name).cloned();
        if row("absent").is_some() {
            return;
        }
        let text = |name: &str, default: &str| {
            let value = row(name).unwrap_or_else(|| json!(default));
            value.as_str().unwrap().to_owned()
        };
        let grant = row("grant-types").map_or_else(
            || "client_credentials".to_owned(),
            |grants| grants[0].as_str().unwrap().to_owned(),
        );
        let mut lines = vec![
            format!("client-id {client_id}"),
            format!("algorithm {}", text("alg", "RS256")),
            format!("method {}", text("authenticator", "private_key_jwt")),
            format!("grant {grant}"),
        ];
        if row("url-of").is_some() {
            lines.push(format!("jwk-set-url {}", text("url-of", "")));
        } else if row("jwks") != Some(Value::Null) {
            let set = mistakes::key_set(registration, keys);
            let url = self.host.serve(client_id, &set);
            lines.push(format!("jwk-set-url {url}"));
        }
        let url = format!("{}/clients", self.clients);
        let answer = http::send("POST", &url, &[], Some(&lines.join("\n"))).unwrap();
        assert_eq!(answer.status, 200, "{}", answer.text());
    }

    fn stores_key_sets(&self) -> bool {
        false
    }
}
