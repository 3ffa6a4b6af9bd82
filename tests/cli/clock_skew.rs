//! A clock that is wrong is corrected by itself, by a day at most, unless `--clock-skew report` says
//! otherwise.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::loopback::response;
use crate::process::Machine;
use crate::scripted_server::{ScriptedServer, has_fresh_jwt_ids, token};
use crate::transcript::Transcript;

const DAY: i64 = 24 * 60 * 60;

/// A server's `Date` that is so many seconds from this machine's.
fn date(skew: i64) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let time = now.as_secs().checked_add_signed(skew).unwrap();
    httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(time))
}

/// How many assertions a server gets that rejects all of them, and what is said of it.
#[track_caller]
fn check(texts: &mut Transcript, date: String, options: &[&str], requests: usize) {
    let machine = Machine::new();
    let server = ScriptedServer::start(move |_, _| {
        let headers = format!("Content-Type: application/json\r\nDate: {date}\r\n");
        response(
            "401 Unauthorized",
            &headers,
            b"{\"error\":\"invalid_client\"}",
        )
    });
    let options = [&["--no-cache"], options].concat();
    let complaint = texts.run(server.get_token(&machine, &options)).fails(6);
    assert_eq!(server.requests().len(), requests, "{complaint}");
}

#[test]
fn a_day_at_most() {
    let mut texts = Transcript::new();
    texts.hide_number_after("clock is ");
    texts.hide_number_after("found: ");
    for (skew, requests) in [
        (0, 1),
        (3600, 2),
        (-3600, 2),
        (DAY - 60, 2),
        (DAY + 60, 1),
        (-DAY - 60, 1),
    ] {
        texts.title(&format!("{skew} s"));
        check(&mut texts, date(skew), &[], requests);
    }
    texts.title("report");
    check(&mut texts, date(3600), &["--clock-skew", "report"], 1);
    let end_of_time = "Fri, 31 Dec 9999 23:59:59 GMT";
    texts.title(end_of_time);
    check(&mut texts, end_of_time.into(), &[], 1);
    let start_of_time = "Thu, 01 Jan 1970 00:00:00 GMT";
    texts.title(start_of_time);
    check(
        &mut texts,
        start_of_time.into(),
        &["--clock-skew", "auto"],
        1,
    );
    texts.check("get-token/clock-skew");
}

/// Answers by a clock that is so many seconds from this machine's, the first request so and the
/// next with a token; without a clock, no `Date`.
fn server(clock: Option<i64>, status: &'static str, body: &'static str) -> ScriptedServer {
    ScriptedServer::start(move |number, _| {
        let date = clock.map(|skew| format!("Date: {}\r\n", date(skew)));
        let headers = format!(
            "Content-Type: application/json\r\n{}",
            date.unwrap_or_default()
        );
        match number {
            0 => response(status, &headers, body.as_bytes()),
            _ => token(number),
        }
    })
}

/// How much earlier the second assertion of two is dated than the first; none of one.
#[track_caller]
fn set_back(server: &ScriptedServer, options: &[&str]) -> Option<i64> {
    let machine = Machine::new();
    machine.write("strict.toml", STRICT);
    let options = [&["--no-cache"], options].concat();
    let finished = server.get_token(&machine, &options).finish();
    let requests = server.requests();
    has_fresh_jwt_ids(&requests, requests.len());
    let dates = requests.iter().map(|request| {
        let claims = request.claims().unwrap();
        claims["iat"].as_i64().unwrap()
    });
    let dates: Vec<_> = dates.collect();
    match *dates {
        [_] => {
            finished.fails(6);
            None
        }
        [first, second] => {
            finished.succeeds();
            Some(first - second)
        }
        _ => unreachable!("{dates:?}"),
    }
}

/// A gateway whose assertions are dated as they are made.
const STRICT: &str = r#"
name = "strict"
title = "Strict"
[environments.default]
[assertion]
algorithms = ["ES256"]
audience = "token-endpoint"
claims = ["iat"]
lifetime-seconds = 60
[key]
generate = "P-256"
id-scheme = "none"
"#;
const OWN: [&str; 4] = ["--gateway", "./strict.toml", "--clock-skew", "report"];
const REPORT: [&str; 2] = ["--clock-skew", "report"];
const REFUSED: (&str, &str) = ("401 Unauthorized", "{\"error\":\"invalid_client\"}");
const FAILED: (&str, &str) = ("500 Internal Server Error", "{\"error\":\"error\"}");

/// Servers without leeway take no assertion that is a second ahead.
#[test]
fn a_second_counts_for_auto() {
    #[track_caller]
    fn check(skew: i64, way: &str, is_corrected: bool) {
        let server = server(Some(skew), REFUSED.0, REFUSED.1);
        let back = set_back(&server, &["--clock-skew", way]);
        assert_eq!(back.is_some(), is_corrected, "{skew} {way}");
        // Time passes from one to the other.
        assert!(back.is_none_or(|back| back <= -skew), "{back:?}");
    }
    check(0, "auto", false);
    // Where a second begins between the two clocks, the smaller part of a skew does not show.
    for skew in [2, 4, -2, -4] {
        check(skew, "auto", true);
        check(skew, "report", false);
    }
}

/// What a wrong clock is not the cause of is no reason for a second request.
#[test]
fn an_hour_that_is_not_the_cause() {
    #[track_caller]
    fn check(status: &'static str, error: &str, is_corrected: bool) {
        let body = format!("{{\"error\":\"{error}\"}}");
        let server = server(Some(3600), status, body.leak());
        let ahead = set_back(&server, &[]).map(|back| -back);
        // What is busy is repeated without.
        assert!(
            ahead.is_none_or(|ahead| !(60..3600).contains(&ahead)),
            "{ahead:?}"
        );
        let is_ahead = ahead.is_some_and(|ahead| ahead >= 3600);
        assert_eq!(is_ahead, is_corrected, "{status} {error}");
    }
    check("400 Bad Request", "invalid_grant", true);
    check("400 Bad Request", "invalid_request", true);
    check("401 Unauthorized", "unauthorized_client", true);
    check("500 Internal Server Error", "error", true);
    check("400 Bad Request", "invalid_scope", false);
    check("400 Bad Request", "unsupported_grant_type", false);
    check("429 Too Many Requests", "slow_down", false);
    check("503 Service Unavailable", "temporarily_unavailable", false);
}

/// The clock that was corrected stays so for the attempts that follow.
#[test]
fn busy_after_the_correction() {
    let server = ScriptedServer::start(move |number, _| {
        let headers = format!(
            "Content-Type: application/json\r\nDate: {}\r\n",
            date(-3600)
        );
        match number {
            0 => response(REFUSED.0, &headers, REFUSED.1.as_bytes()),
            1 => response("503 Busy", &headers, b""),
            _ => token(number),
        }
    });
    let machine = Machine::new();
    let run = server.get_token(&machine, &["--no-cache"]);
    run.finish().succeeds();
    let requests = server.requests();
    has_fresh_jwt_ids(&requests, 3);
    let dates = requests.iter().map(|request| {
        let claims = request.claims().unwrap();
        claims["exp"].as_i64().unwrap()
    });
    let dates: Vec<_> = dates.collect();
    let back = |number: usize| dates[0] - dates[number];
    assert!((3590..=3601).contains(&back(1)), "{dates:?}");
    assert!((3590..=3601).contains(&back(2)), "{dates:?}");
}

/// Ory Hydra fails where `iat` is ahead of its clock, be it by a fraction of a second.
#[test]
fn a_failure_that_a_clock_can_explain() {
    #[track_caller]
    fn check(clock: Option<i64>, options: &[&str], is_repeated: bool) {
        let server = server(clock, FAILED.0, FAILED.1);
        let back = set_back(&server, options).unwrap();
        // What fails is repeated in any case, with dates of its own.
        let is_set_back = (5..=10).contains(&back);
        assert!(is_set_back || back <= 0, "{back}");
        assert_eq!(is_set_back, is_repeated, "{clock:?} {options:?}");
    }
    check(None, &[], true);
    check(None, &OWN, true);
    check(Some(0), &OWN, true);
    check(Some(-4), &OWN, true);
    // The assertion was dated back before.
    check(Some(0), &REPORT, false);
    // More than that is corrected only where it is wanted, or is none of the clock's.
    check(Some(-100), &OWN, false);
    check(Some(100), &OWN, false);
}

/// Doctor tries as often as a token request does, and says so.
#[test]
fn a_failure_that_doctor_finds() {
    let mut texts = Transcript::new();
    let failures = std::cell::Cell::new(1);
    let server = ScriptedServer::start(move |number, request| {
        if request.method() != "POST" {
            return response("404 Not Found", "", b"");
        }
        match failures.replace(0) {
            0 => token(number),
            _ => response(
                FAILED.0,
                "Content-Type: application/json\r\n",
                FAILED.1.as_bytes(),
            ),
        }
    });
    let machine = Machine::new();
    let key = integration_tests::fixtures::bytes("keys/test-p256-pkcs8.pem");
    machine.write("key-1.pem", key);
    machine.write("strict.toml", STRICT);
    let url = server.url("/token");
    let arguments = [
        "doctor",
        "--client-id",
        "a",
        "--private-key",
        "key-1.pem",
        "--token-url",
    ];
    let run = machine.tokenring(arguments.iter().chain(&[url.as_str()]).chain(&OWN[..2]));
    texts.run(run).succeeds();
    texts.check("doctor/dates-set-back");
    let posts = server.requests();
    let posts = posts.iter().filter(|request| request.method() == "POST");
    let dates: Vec<_> = posts
        .map(|request| request.claims().unwrap()["iat"].as_i64().unwrap())
        .collect();
    assert!(
        matches!(*dates, [first, second] if second < first),
        "{dates:?}"
    );
}

/// The dates are set back once, and stay so while the failure is repeated.
#[test]
fn a_failure_that_stays() {
    let server = ScriptedServer::start(|_, _| {
        response(
            FAILED.0,
            "Content-Type: application/json\r\n",
            FAILED.1.as_bytes(),
        )
    });
    let machine = Machine::new();
    let run = server.get_token(&machine, &["--no-cache"]);
    run.finish().fails(6);
    let requests = server.requests();
    has_fresh_jwt_ids(&requests, 5);
    let dates = requests.iter().map(|request| {
        let claims = request.claims().unwrap();
        claims["iat"].as_i64().unwrap()
    });
    let dates: Vec<_> = dates.collect();
    assert!(dates[1..4].iter().all(|date| *date < dates[0]), "{dates:?}");
}

/// A code that says what is wrong is no failure, whatever the status.
#[test]
fn a_refusal_with_the_status_500() {
    let server = server(None, FAILED.0, REFUSED.1);
    assert_eq!(set_back(&server, &OWN), None);
}

/// Where a date can have been wrong, a small skew is worth a word too.
#[test]
fn a_small_skew_that_may_be_the_cause() {
    let mut texts = Transcript::new();
    texts.hide_number_after("clock is ");
    texts.hide_number_after("found: ");
    let machine = Machine::new();
    machine.write("strict.toml", STRICT);
    for options in [&OWN[..], &REPORT] {
        let server = server(Some(-3), REFUSED.0, REFUSED.1);
        let options = [&["--no-cache"], options].concat();
        texts.run(server.get_token(&machine, &options)).fails(6);
    }
    let server = server(None, FAILED.0, FAILED.1);
    texts
        .run(server.get_token(&machine, &["--no-cache"]))
        .succeeds();
    texts.check("get-token/small-clock-skew");
}
