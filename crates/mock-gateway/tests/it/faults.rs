//! What goes wrong on demand.

use std::time::{Duration, Instant};

use tokenring_gateway::Gateway;
use tokenring_jwk::Algorithm;
use tokenring_mock_gateway::{Faults, JwkSource};

use crate::bench::Bench;
use crate::draft::{CLIENT, Draft, KEY_ID};
use crate::http::{Answer, exchange};
use crate::preset::{Preset, key_set};

fn bench(faults: &str) -> Bench {
    let faults = faults.parse().unwrap();
    Bench::start_with(|builder| builder.with_faults(faults))
}

#[track_caller]
fn check(list: &str, shown: &str) {
    let faults: Faults = list.parse().unwrap();
    assert_eq!(faults.to_string(), shown);
    assert_eq!(shown.parse::<Faults>().unwrap(), faults);
}

#[test]
fn a_list_is_read_and_written() {
    check("", "");
    check("429", "429");
    check(" 429=2 , 503 ,drop=1", "429=2,503,drop=1");
    check("slow", "slow=10");
    check("slow=3", "slow=3");
    check("clock=+400", "clock=+400");
    check("clock=400", "clock=+400");
    check("clock=-30", "clock=-30");
    check(
        "429,503,slow,drop,clock=+400,jwks-down,rate",
        "429,503,drop,slow=10,clock=+400,rate,jwks-down",
    );
}

#[test]
fn a_list_that_cannot_be_read_says_what_is_allowed() {
    for (list, told) in [
        (
            "teapot",
            "there are 429, 408, 500, 502, 503, 504, drop, slow, clock, rate and jwks-down",
        ),
        ("418", "there are 429"),
        ("429=0", "the number of requests, from 1"),
        ("429=-1", "the number of requests"),
        ("503=x", "the number of requests"),
        ("drop=", "the number of requests"),
        ("slow=x", "whole seconds, at most 3600"),
        ("slow=3601", "whole seconds, at most 3600"),
        ("clock", "clock=+400"),
        ("clock=soon", "clock=+400"),
        ("clock=99999999999999999999", "clock=+400"),
        ("clock=-9223372036854775808", "clock=+400"),
        ("jwks-down=1", "no value"),
        ("429,429=1", "429 is there twice"),
        ("slow=1,slow=1", "slow is there twice"),
    ] {
        let error = list.parse::<Faults>().unwrap_err().to_string();
        assert!(error.contains(told), "{list}: {error}");
    }
}

/// The body was recorded at NHS; the request is counted after the API key was looked at.
#[test]
fn too_many_requests_get_the_gateways_own_answer() {
    let bench = bench("429=2");
    let attempt = bench.attempt();
    let answer = bench.send(&attempt);
    assert_eq!(answer.status, 429);
    assert_eq!(answer.header("retry-after"), Some("1"));
    let body = answer.json();
    let mut names: Vec<&str> = body
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "interval",
            "limit",
            "message",
            "message_id",
            "policy",
            "ratelimiting_expiry_time_ms",
            "scope",
            "timeunit"
        ]
    );
    assert_eq!(body["policy"], "quota");
    assert_eq!(body["scope"], "application");
    let message = body["message"].as_str().unwrap();
    assert!(message.contains("has exceeded its quota of 300 requests every 1 minute(s)"));
    let expiry = body["ratelimiting_expiry_time_ms"].as_u64().unwrap();
    assert_eq!(expiry, bench.now_milliseconds() + 1000);
    assert_eq!(bench.gateway.events()[0].fault(), Some("429"));

    // The same assertion again is no retry: its JWT ID is spent.
    let again = bench.send(&attempt);
    assert_eq!(
        again.json()["error_description"],
        "Non-unique 'jti' claim in client_assertion JWT"
    );
    // That was the second one.
    assert_eq!(bench.send(&bench.attempt()).status, 200);
}

#[test]
fn a_gateway_without_known_words_limits_all_the_same() {
    let gateway = Gateway::builtin("rfc10070").unwrap();
    let preset = Preset::start_with(&gateway, |builder| {
        builder
            .with_faults("429=1".parse().unwrap())
            .with_client(CLIENT, key_set(&[Algorithm::Rs256]))
    });
    let good = || {
        let issuer = preset.gateway.audience();
        Draft::new(&preset, Algorithm::Rs256, &issuer)
            .header("kid", KEY_ID)
            .without_header("typ")
    };
    let answer = good().send(&preset);
    assert_eq!(answer.status, 429);
    assert_eq!(answer.header("retry-after"), Some("1"));
    assert_eq!(answer.header("x-mock-gateway-words"), Some("unknown"));
    preset.accepts(&good());
}

#[test]
fn a_proxy_says_that_the_gateway_is_down() {
    let bench = bench("503=1");
    let attempt = bench.attempt();
    let answer = bench.send(&attempt);
    assert_eq!(answer.status, 503);
    assert_eq!(answer.header("content-type"), Some("text/html"));
    assert!(answer.text().starts_with("<html>"));
    assert!(bench.gateway.events()[0].judgements().is_empty());
    // Nobody has seen the assertion.
    assert_eq!(bench.send(&attempt).status, 200);
}

/// The worst that can happen to a client: a token was made, and it does not know.
#[test]
fn a_dropped_connection_has_no_answer_and_spends_the_assertion() {
    let bench = bench("drop=1");
    let attempt = bench.attempt();
    let body = attempt.body();
    let request = format!(
        "POST /oauth2/token HTTP/1.1\r\nHost: {}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        bench.address(),
        body.len()
    );
    assert_eq!(exchange(bench.address(), request.as_bytes()), b"");
    assert_eq!(bench.gateway.issued_tokens(), 1);
    let event = bench.gateway.events().pop().unwrap();
    assert_eq!(event.to_string(), "POST /oauth2/token 200 [fault: drop]");
    assert_eq!(bench.send(&attempt).status, 400);
    assert_eq!(bench.send(&bench.attempt()).status, 200);
}

#[test]
fn faults_without_a_number_take_turns_for_good() {
    let bench = bench("429,503=1");
    let statuses: Vec<u16> = (0..4)
        .map(|_| bench.send(&bench.attempt()).status)
        .collect();
    assert_eq!(statuses, [503, 429, 429, 429]);
    let bench = self::bench("429,503");
    let statuses: Vec<u16> = (0..4)
        .map(|_| bench.send(&bench.attempt()).status)
        .collect();
    assert_eq!(statuses, [429, 503, 429, 503]);
    // The API is no part of it.
    let answer = crate::http::get(bench.address(), "/api/open", &[]);
    assert_eq!(answer.status, 200);
}

#[test]
fn a_slow_answer_takes_its_time() {
    let bench = bench("slow=1");
    let before = Instant::now();
    assert_eq!(bench.send(&bench.attempt()).status, 200);
    assert!(before.elapsed() >= Duration::from_secs(1));
    assert_eq!(bench.gateway.events()[0].fault(), Some("slow"));
}

#[test]
fn a_clock_that_is_off_is_off_everywhere() {
    let fast = bench("clock=+400");
    let answer = fast.send(&fast.attempt());
    assert_eq!(
        answer.json()["error_description"],
        "Invalid 'exp' claim in client_assertion JWT - JWT has expired"
    );
    // The bench begins at 16:00:00.
    assert_eq!(answer.header("date"), Some("Mon, 24 Nov 2025 16:06:40 GMT"));
    let slow = bench("clock=-71");
    let answer = slow.send(&slow.attempt());
    assert_eq!(
        answer.json()["error_description"],
        "Invalid 'exp' claim in client_assertion JWT - more than 5 minutes in future"
    );
    assert_eq!(answer.header("date"), Some("Mon, 24 Nov 2025 15:58:49 GMT"));
}

#[test]
fn key_sets_that_are_down_cannot_be_reached() {
    let bench = Bench::start_with(|builder| {
        let unused = |_: tokenring_oauth::HttpRequest| -> Result<_, _> { unreachable!() };
        let url = "https://keys.example/jwks.json".to_owned();
        builder
            .with_transport(unused)
            .with_faults("jwks-down".parse().unwrap())
            .with_client("by-url", JwkSource::Url(url))
            .with_client("none", JwkSource::Unregistered)
    });
    let answer: Answer = bench.send(&bench.attempt().with_client("by-url"));
    assert_eq!(answer.status, 403);
    assert_eq!(
        answer.json()["error_description"],
        "The JWKS endpoint, for your client_assertion can't be reached"
    );
    // What a tester wants is the gateway's answer, however the keys came here.
    assert_eq!(bench.send(&bench.attempt()).status, 403);
    // A client that has no key set has none that could be down.
    let answer = bench.send(&bench.attempt().with_client("none"));
    assert_eq!(
        answer.json()["error_description"],
        "You need to register a public key to use this authentication method - please contact \
         support to configure"
    );
}

/// Five requests a second, by the file of NHS England.
#[test]
fn a_rate_limit_counts_the_requests_of_the_last_second() {
    let bench = bench("rate");
    let status = || bench.send(&bench.attempt()).status;
    for _ in 0..4 {
        assert_eq!(status(), 200);
    }
    bench.advance(Duration::from_millis(600));
    assert_eq!(status(), 200);
    assert_eq!(status(), 429);
    assert_eq!(bench.gateway.events()[5].fault(), Some("rate"));
    bench.advance(Duration::from_millis(400));
    for _ in 0..4 {
        assert_eq!(status(), 200);
    }
    assert_eq!(status(), 429);
}

#[test]
fn a_gateway_without_a_rate_limit_has_none_to_keep() {
    let gateway = Gateway::builtin("generic").unwrap();
    let faults = "rate".parse().unwrap();
    let builder = tokenring_mock_gateway::MockGateway::builder();
    let error = builder.with_gateway(&gateway).with_faults(faults).start();
    assert_eq!(
        error.unwrap_err().to_string(),
        "the file of gateway generic states no request.rate-limit: leave the fault rate out"
    );
}
