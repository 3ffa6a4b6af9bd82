//! Keys behind a URL, which NHSDigital/identity-service-api caches.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokenring_mock_gateway::{Error, JwkSource, MockGateway};

use crate::attempt::Attempt;
use crate::bench::{Bench, KEY_ID, jwk, key_set, other_private_key, private_key};

/// What the server of the keys answers: status and body. It can be changed meanwhile.
pub(crate) type Published = Arc<Mutex<(u16, String)>>;

/// Serves what is published to every request, for as long as the test's process lives.
pub(crate) fn publish(status: u16, body: &str) -> (String, Published, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let url = format!("http://{}/jwks.json", listener.local_addr().unwrap());
    let published: Published = Arc::new(Mutex::new((status, body.to_owned())));
    let requests = Arc::new(Mutex::new(Vec::new()));
    let (answers, log) = (Arc::clone(&published), Arc::clone(&requests));
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                let mut byte = [0];
                if stream.read(&mut byte).unwrap_or(0) == 0 {
                    break;
                }
                head.push(byte[0]);
            }
            log.lock().unwrap().push(String::from_utf8(head).unwrap());
            let (status, body) = answers.lock().unwrap().clone();
            let length = body.len();
            let head = format!(
                "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n\
                 Content-Length: {length}\r\nConnection: close\r\n\r\n"
            );
            let _ = stream.write_all(format!("{head}{body}").as_bytes());
        }
    });
    (url, published, requests)
}

fn bench_with(url: &str) -> Bench {
    let url = url.to_owned();
    Bench::start_with(|builder| builder.with_client("by-url", JwkSource::Url(url)))
}

fn attempt(bench: &Bench) -> Attempt {
    bench.attempt().with_client("by-url")
}

fn description(bench: &Bench, attempt: &Attempt) -> String {
    let body = bench.send(attempt).json();
    body["error_description"].as_str().unwrap_or("").to_owned()
}

const UNKNOWN_KEY_ID: &str =
    "Invalid 'kid' header in client_assertion JWT - no matching public key";
const UNREACHABLE: &str = "The JWKS endpoint, for your client_assertion can't be reached";

#[test]
fn keys_are_fetched_once_and_kept_for_an_hour() {
    let (url, published, requests) = publish(200, &key_set().to_json());
    let bench = bench_with(&url);
    assert_eq!(bench.gateway.key_set_fetches(), 0);
    assert_eq!(bench.send(&attempt(&bench)).status, 200);
    assert_eq!(bench.send(&attempt(&bench)).status, 200);
    assert_eq!(bench.gateway.key_set_fetches(), 1);

    // A rotated key is not seen for an hour, whatever key ID is asked for.
    let rotated: tokenring_jwk::JwkSet = [jwk(private_key(), "test-2")].into_iter().collect();
    published.lock().unwrap().1 = rotated.to_json();
    let new_key = || attempt(&bench).with_header("kid", "\"test-2\"");
    assert_eq!(description(&bench, &new_key()), UNKNOWN_KEY_ID);
    bench.advance(Duration::from_millis(3_599_999));
    assert_eq!(description(&bench, &new_key()), UNKNOWN_KEY_ID);
    assert_eq!(bench.send(&attempt(&bench)).status, 200);
    assert_eq!(bench.gateway.key_set_fetches(), 1);

    bench.advance(Duration::from_millis(1));
    assert_eq!(bench.send(&new_key()).status, 200);
    assert_eq!(description(&bench, &attempt(&bench)), UNKNOWN_KEY_ID);
    assert_eq!(bench.gateway.key_set_fetches(), 2);

    let requests = requests.lock().unwrap();
    assert_eq!(requests.len(), 2);
    let request = requests[0].to_ascii_lowercase();
    assert!(
        request.starts_with("get /jwks.json http/1.1\r\n"),
        "{request}"
    );
    assert!(request.contains("user-agent: apim\r\n"), "{request}");
}

#[test]
fn two_clients_share_what_was_fetched_from_one_url() {
    let (url, ..) = publish(200, &key_set().to_json());
    let bench = Bench::start_with(|builder| {
        builder
            .with_client("by-url", JwkSource::Url(url.clone()))
            .with_client("by-url-too", JwkSource::Url(url))
    });
    assert_eq!(bench.send(&attempt(&bench)).status, 200);
    let other = bench.attempt().with_client("by-url-too");
    assert_eq!(bench.send(&other).status, 200);
    assert_eq!(bench.gateway.key_set_fetches(), 1);
}

#[test]
fn many_requests_at_once_fetch_once() {
    let (url, ..) = publish(200, &key_set().to_json());
    let bench = bench_with(&url);
    let threads: Vec<_> = (0..20)
        .map(|_| {
            let (attempt, address) = (attempt(&bench), bench.address());
            std::thread::spawn(move || attempt.send(address).status)
        })
        .collect();
    for thread in threads {
        assert_eq!(thread.join().unwrap(), 200);
    }
    assert_eq!(bench.gateway.key_set_fetches(), 1);
}

#[test]
fn nothing_is_fetched_for_an_assertion_that_fails_before() {
    let (url, ..) = publish(200, &key_set().to_json());
    let bench = bench_with(&url);
    for attempt in [
        attempt(&bench).with_claim("exp", "0"),
        attempt(&bench).with_claim("jti", "7"),
        bench.attempt().with_client("nobody"),
    ] {
        assert_ne!(bench.send(&attempt).status, 200);
    }
    assert_eq!(bench.gateway.key_set_fetches(), 0);
}

#[test]
fn a_failure_is_not_kept() {
    let (url, published, _) = publish(500, "");
    let bench = bench_with(&url);
    for status in [500, 404, 204, 302] {
        published.lock().unwrap().0 = status;
        assert_eq!(
            description(&bench, &attempt(&bench)),
            UNREACHABLE,
            "{status}"
        );
    }
    *published.lock().unwrap() = (200, key_set().to_json());
    assert_eq!(bench.send(&attempt(&bench)).status, 200);
}

#[test]
fn what_is_no_key_set_is_an_unknown_error() {
    let (url, published, _) = publish(200, "");
    let bench = bench_with(&url);
    let private = private_key_set();
    for body in ["", "<html>", "[]", "{}", r#"{"keys":7}"#, private.as_str()] {
        body.clone_into(&mut published.lock().unwrap().1);
        let answer = bench.send(&attempt(&bench));
        assert_eq!(answer.status, 401, "{body}");
        assert_eq!(answer.json()["error"], "unknown_error", "{body}");
    }
}

/// A set with a private member, of RFC 7517, appendix A.2.
fn private_key_set() -> String {
    r#"{"keys":[{"kty":"EC","crv":"P-256",
        "x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
        "y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
        "d":"870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE","use":"enc","kid":"1"}]}"#
        .to_owned()
}

/// A URL that could never be fetched is a mistake of whoever registers it.
#[test]
fn urls_that_cannot_be_fetched_are_rejected_at_the_start() {
    for (url, words) in [
        ("http://127.0.0.1:1", "its URL has no path"),
        ("https://127.0.0.1", "its URL has no path"),
        ("https:///jwks.json", "its host is missing"),
        ("http://keys.example/jwks.json", "use https"),
        ("http://192.0.2.1/jwks.json", "use https"),
        ("https://me:hunter2@127.0.0.1/jwks.json", "before the @"),
        ("https://127.0.0.1:99999/jwks.json", "its port"),
        ("https://127.0.0.1/jwks.json#keys", "from the #"),
        ("ftp://127.0.0.1/jwks.json", "with https://"),
        ("", "with https://"),
    ] {
        let builder = MockGateway::builder().with_client("by-url", JwkSource::Url(url.to_owned()));
        let error = builder.start().unwrap_err();
        let Error::KeySetUrl { client_id, .. } = &error else {
            panic!("{url}: {error}");
        };
        assert_eq!(client_id, "by-url");
        let source = core::error::Error::source(&error);
        let text = format!(
            "{error}: {}",
            source.map(ToString::to_string).unwrap_or_default()
        );
        assert!(text.contains("cannot be fetched"), "{url}: {text}");
        assert!(text.contains(words), "{url}: {text}");
        assert!(!text.contains("hunter2"), "{url}: {text}");
    }
    // Nobody answers there yet.
    let later = JwkSource::Url("http://127.0.0.1:1/jwks.json".to_owned());
    assert!(
        MockGateway::builder()
            .with_client("by-url", later)
            .start()
            .is_ok()
    );
}

/// What a JWK says of itself has to fit: RFC 7517, sections 4.2 and 4.4.
#[test]
fn keys_for_something_else_do_not_match() {
    let good = key_set().to_json();
    let (url, published, _) = publish(200, &good);
    let bench = bench_with(&url);
    for (from, to) in [
        (r#""use": "sig""#, r#""use": "enc""#),
        (r#""alg": "RS512""#, r#""alg": "RS256""#),
        (r#""kid": "test-1""#, r#""kid": "test-10""#),
    ] {
        let other = good.replace(from, to);
        assert_ne!(other, good, "{from}");
        published.lock().unwrap().1 = other;
        assert_eq!(
            description(&bench, &attempt(&bench)),
            UNKNOWN_KEY_ID,
            "{to}"
        );
        bench.advance(Duration::from_secs(3600));
    }
    // Of two keys with one key ID, either may be the one.
    let both = [jwk(other_private_key(), KEY_ID), jwk(private_key(), KEY_ID)];
    published.lock().unwrap().1 = both
        .into_iter()
        .collect::<tokenring_jwk::JwkSet>()
        .to_json();
    assert_eq!(bench.send(&attempt(&bench)).status, 200);
}

#[test]
fn keys_can_come_over_a_transport_of_the_callers_own() {
    use tokenring_oauth::{HttpRequest, HttpResponse};
    let transport = |request: HttpRequest| {
        assert_eq!(request.url(), "https://keys.example/jwks.json");
        Ok(HttpResponse::new(
            200,
            Vec::new(),
            key_set().to_json().into_bytes(),
        ))
    };
    let bench = Bench::start_with(|builder| {
        builder.with_transport(transport).with_client(
            "by-url",
            JwkSource::Url("https://keys.example/jwks.json".to_owned()),
        )
    });
    assert_eq!(bench.send(&attempt(&bench)).status, 200);
}
