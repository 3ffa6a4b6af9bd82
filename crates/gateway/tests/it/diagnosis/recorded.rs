//! What is said of answers that real servers gave: the first cause is what is really wrong.

mod row;
mod sent;
mod truth;

use tokenring_gateway::Gateway;
use tokenring_gateway::diagnosis::{Cause, Likelihood};

use self::row::{File, Row};
use self::sent::diagnosis;
use self::truth::is_said_by;

const FILES: [File; 16] = [
    file(
        "keycloak-26.7",
        "keycloak",
        [
            "http://127.0.0.1:8080/realms/r",
            "http://127.0.0.1:8080/realms/r/protocol/openid-connect/token",
        ],
    ),
    file(
        "keycloak-26.7-more",
        "keycloak",
        [
            "http://127.0.0.1:8080/realms/r",
            "http://127.0.0.1:8080/realms/r/protocol/openid-connect/token",
        ],
    ),
    // The file knows where the servers are of which it is.
    file(
        "keycloak-26.4-differences",
        "bcgov",
        [
            "https://test.loginproxy.gov.bc.ca/auth/realms/apigw",
            "https://test.loginproxy.gov.bc.ca/auth/realms/apigw/protocol/openid-connect/token",
        ],
    ),
    file(
        "hydra-2.3",
        "hydra",
        [
            "http://127.0.0.1:4444/",
            "http://127.0.0.1:4444/oauth2/token",
        ],
    ),
    file(
        "hydra-2.3-more",
        "hydra",
        [
            "http://127.0.0.1:4444/",
            "http://127.0.0.1:4444/oauth2/token",
        ],
    ),
    file(
        "spring-1.5",
        "spring-authorization-server",
        [
            "http://127.0.0.1:9000",
            "http://127.0.0.1:9000/oauth2/token",
        ],
    ),
    file(
        "spring-1.5-more",
        "spring-authorization-server",
        [
            "http://127.0.0.1:9000",
            "http://127.0.0.1:9000/oauth2/token",
        ],
    ),
    file(
        "smart-bulk-data-2.1",
        "smart",
        ["http://127.0.0.1:9443", "http://127.0.0.1:9443/auth/token"],
    ),
    file(
        "smart-bulk-data-2.1-more",
        "smart-bulk-data",
        ["http://127.0.0.1:9443", "http://127.0.0.1:9443/auth/token"],
    ),
    file(
        "smart-launcher-2.0",
        "smart",
        [
            "http://127.0.0.1:8445/v/r4/sim/SIM/fhir",
            "http://127.0.0.1:8445/v/r4/sim/SIM/auth/token",
        ],
    ),
    file(
        "smart-launcher-2.0-more",
        "smart",
        [
            "http://127.0.0.1:8445/v/r4/sim/SIM/fhir",
            "http://127.0.0.1:8445/v/r4/sim/SIM/auth/token",
        ],
    ),
    file(
        "authelia-4.39",
        "authelia",
        [
            "https://auth.example.com",
            "https://auth.example.com/api/oidc/token",
        ],
    ),
    file(
        "mitreid-1.3",
        "mitreid",
        ["http://127.0.0.1:8080/", "http://127.0.0.1:8080/token"],
    ),
    file(
        "mitreid-1.3-more",
        "mitreid",
        ["http://127.0.0.1:8080/", "http://127.0.0.1:8080/token"],
    ),
    file(
        "idpyoidc-5.0",
        "generic",
        ["http://127.0.0.1:8000", "http://127.0.0.1:8000/token"],
    ),
    file(
        "idpyoidc-5.0-more",
        "generic",
        ["http://127.0.0.1:8000", "http://127.0.0.1:8000/token"],
    ),
];

const fn file(
    name: &'static str,
    gateway: &'static str,
    [issuer, token_endpoint]: [&'static str; 2],
) -> File {
    File {
        name,
        gateway,
        issuer,
        token_endpoint,
        client: "s-one",
    }
}

fn gateway(file: &File) -> Gateway {
    Gateway::builtin(file.gateway).unwrap_or_else(|_| Gateway::builtin("generic").unwrap())
}

/// The causes in one line each, for a failing test to show.
fn shown(row: &Row, gateway: &Gateway) -> String {
    let diagnosis = diagnosis(row, gateway, false);
    let causes = diagnosis.causes().map(|cause| {
        let rule = cause.rule().map_or("-", |rule| rule.name());
        format!("{} {rule} ({})", cause.likelihood(), cause.class())
    });
    let causes: Vec<String> = causes.take(4).collect();
    format!(
        "{}: {}: {} | {}\n      {}",
        row.file,
        row.label,
        row.truth,
        causes.join("; "),
        row.body
    )
}

/// Of the rows of a file, how many are told right, in hundredths: measured, and never to be less.
#[track_caller]
#[expect(
    clippy::print_stdout,
    reason = "a table of the figures, for whoever asks for it"
)]
fn check(file: &File, least: usize) -> bool {
    let gateway = gateway(file);
    let rows = file.rows(&[]);
    let is_right = |row: &&Row| is_said_by(&row.truth, diagnosis(row, &gateway, false).first());
    let (right, wrong): (Vec<&Row>, Vec<&Row>) = rows.iter().partition(is_right);
    let (right, all) = (right.len(), rows.len());
    println!("{} by {}: {right} of {all}", file.name, gateway.name());
    let wrong: Vec<String> = wrong.iter().map(|row| shown(row, &gateway)).collect();
    println!("{}", wrong.join("\n"));
    right * 100 >= least * all
}

#[test]
fn the_first_cause_is_what_is_wrong() {
    let least = [
        98, 97, 95, 98, 98, 93, 92, 100, 92, 100, 86, 88, 87, 86, 87, 86,
    ];
    let enough = FILES.iter().zip(least);
    let enough: Vec<bool> = enough.map(|(file, least)| check(file, least)).collect();
    assert!(enough.iter().all(|enough| *enough), "{enough:?}");
}

/// What is called certain is wrong: with what the sender knows, and with its JWK Set as well.
#[test]
fn nothing_else_is_certain() {
    let mut false_ones = Vec::new();
    for file in &FILES {
        let gateway = gateway(file);
        for row in file.rows(&[]) {
            for with_keys in [false, true] {
                let diagnosis = diagnosis(&row, &gateway, with_keys);
                let certain = |cause: &&Cause| cause.likelihood() == Likelihood::Certain;
                // Of a parameter that is sent twice both are true: what it says, and that.
                let has_two = ["two faults", "twice", "of blanks"]
                    .iter()
                    .any(|words| row.label.contains(words));
                let is_wrong = |cause: &Cause| has_two || is_said_by(&row.truth, cause);
                if !diagnosis.causes().filter(certain).all(is_wrong) {
                    false_ones.push(shown(&row, &gateway));
                }
            }
        }
    }
    assert!(false_ones.is_empty(), "{}", false_ones.join("\n"));
}

/// A cause rests on what a server means, and on none of the names and numbers around it.
#[test]
fn other_names_lead_to_the_same_cause() {
    let replaced = [
        ("http://127.0.0.1", "https://sso.expired.example"),
        ("127.0.0.1", "203.0.113.9"),
        ("auth.example.com", "kid.hospital.example"),
        ("s-one", "audience-7-app"),
        ("s-two", "signature-8"),
        ("v-es", "scope-missing-2"),
        ("nobody", "no-issuer-3"),
        ("other-a", "jwks-5"),
        ("k1", "exp-2026"),
        ("k6", "typ-6"),
        ("k7", "nbf-7"),
        ("k9", "aud-9"),
        ("zz", "unknown-client-1"),
        ("nope", "grant-type-2"),
        ("does-not-exist", "expired-scope-1"),
        ("foo", "client-id-3"),
        ("does-not", "content-type-1"),
        ("404", "503"),
        ("1999999999", "1888888888"),
        ("https://client.example", "https://kid.example"),
        ("https://x.example", "https://exp.example"),
        ("https://api.example", "https://iat.example"),
    ];
    for file in &FILES {
        let gateway = gateway(file);
        for (row, other) in file.rows(&[]).iter().zip(file.rows(&replaced)) {
            let said = |row: &Row| {
                let diagnosis = diagnosis(row, &gateway, false);
                let first = diagnosis.first();
                (first.rule(), first.class(), first.likelihood())
            };
            let (wanted, found) = (said(row), said(&other));
            let texts = [shown(row, &gateway), shown(&other, &gateway)];
            assert_eq!(wanted, found, "{}", texts.join("\n"));
        }
    }
}
