//! When a JWT ID is spent, and for how long, as NHSDigital/identity-service-api has it.

use std::time::Duration;

use crate::attempt::quoted;
use crate::bench::Bench;
use crate::breakage::{Part, TABLE};

const SPENT: &str = "Non-unique 'jti' claim in client_assertion JWT";

/// Sends an attempt that breaks a rule, and then a good one with the same JWT ID.
#[test]
fn a_refusal_spends_the_jwt_id_from_the_api_key_check_on() {
    let bench = Bench::start();
    let first_spending = TABLE
        .iter()
        .position(|row| row.rule == "unknown-client")
        .unwrap();
    for (index, row) in TABLE.iter().enumerate() {
        if row.part == Part::JwtId {
            continue;
        }
        let mut attempt = bench.attempt();
        (row.spoil)(&bench, &mut attempt);
        assert_ne!(bench.send(&attempt).status, 200);

        let claim = |name: &str| {
            let found = attempt.claims.iter().find(|(each, _)| *each == name);
            found.unwrap().1.clone()
        };
        // The same client again: a JWT ID is spent for its subject.
        let again = bench.attempt().with_claim("jti", &claim("jti"));
        let again = again
            .with_claim("iss", &claim("sub"))
            .with_claim("sub", &claim("sub"));
        let answer = bench.send(&again);
        if index >= first_spending {
            assert_eq!(answer.json()["error_description"], SPENT, "{}", row.rule);
        } else {
            assert_eq!(answer.status, 200, "{}: {}", row.rule, answer.text());
        }
    }
}

#[test]
fn a_success_spends_the_jwt_id_for_thirty_days() {
    let bench = Bench::start();
    let send = || {
        let attempt = bench.attempt().with_claim("jti", "\"once\"");
        bench.send(&attempt)
    };
    assert_eq!(send().status, 200);
    assert_eq!(send().json()["error_description"], SPENT);
    bench.advance(Duration::from_secs(30 * 24 * 60 * 60) - Duration::from_millis(1));
    assert_eq!(send().json()["error_description"], SPENT);
    bench.advance(Duration::from_millis(1));
    assert_eq!(send().status, 200);
}

#[test]
fn a_jwt_id_belongs_to_its_subject() {
    let bench = Bench::start();
    let jwt_id = quoted("shared");
    let other = bench
        .attempt()
        .with_client("app-revoked")
        .with_claim("jti", &jwt_id);
    assert_eq!(bench.send(&other).status, 401);
    let mine = bench.attempt().with_claim("jti", &jwt_id);
    assert_eq!(bench.send(&mine).status, 200);
}

#[test]
fn of_many_requests_with_one_jwt_id_one_succeeds() {
    let bench = Bench::start();
    let (address, attempt) = (bench.address(), bench.attempt());
    let threads: Vec<_> = (0..16)
        .map(|_| {
            let attempt = attempt.clone();
            std::thread::spawn(move || attempt.send(address).status)
        })
        .collect();
    let mut statuses: Vec<u16> = threads
        .into_iter()
        .map(|each| each.join().unwrap())
        .collect();
    statuses.sort_unstable();
    assert_eq!(statuses[0], 200);
    assert!(
        statuses[1..].iter().all(|status| *status == 400),
        "{statuses:?}"
    );
}
