//! The audience is the URL that was called, as NHSDigital/identity-service-api has it.

use crate::attempt::quoted;
use crate::bench::Bench;

#[track_caller]
fn check(target: &str, host: Option<&str>, audience: &str, passes: bool) {
    let bench = Bench::start();
    let port = bench.address().port().to_string();
    let fill = |text: &str| text.replace("PORT", &port);
    let mut attempt = bench.attempt().with_claim("aud", &fill(audience));
    attempt.target = fill(target);
    attempt.host = host.map(fill);
    let answer = bench.send(&attempt);
    assert_eq!(answer.status == 200, passes, "{}", answer.text());
    if !passes {
        assert_eq!(
            answer.json()["error_description"],
            "Missing or invalid 'aud' claim in client_assertion JWT"
        );
    }
}

#[test]
fn it_is_compared_character_for_character() {
    let url = "http://127.0.0.1:PORT/oauth2/token";
    check("/oauth2/token", None, &quoted(url), true);
    for bad in [
        quoted("http://127.0.0.1:PORT/oauth2/token/"),
        quoted("http://localhost:PORT/oauth2/token"),
        quoted("https://127.0.0.1:PORT/oauth2/token"),
        quoted("HTTP://127.0.0.1:PORT/oauth2/token"),
        quoted("127.0.0.1:PORT/oauth2/token"),
        quoted("http://127.0.0.1:PORT"),
        quoted(""),
        format!("[{}]", quoted(url)),
        "null".to_owned(),
        "7".to_owned(),
    ] {
        check("/oauth2/token", None, &bad, false);
    }
}

#[test]
fn a_query_is_part_of_it() {
    let with_query = quoted("http://127.0.0.1:PORT/oauth2/token?a=b");
    check("/oauth2/token?a=b", None, &with_query, true);
    check("/oauth2/token", None, &with_query, false);
    let without = quoted("http://127.0.0.1:PORT/oauth2/token");
    check("/oauth2/token?a=b", None, &without, false);
}

#[test]
fn it_has_the_host_that_the_client_named() {
    let localhost = quoted("http://localhost:PORT/oauth2/token");
    check("/oauth2/token", Some("localhost:PORT"), &localhost, true);
    let number = quoted("http://127.0.0.1:PORT/oauth2/token");
    check("/oauth2/token", Some("localhost:PORT"), &number, false);
    // RFC 9112, section 3.2.2: the absolute form wins over the header.
    let absolute = "http://localhost:PORT/oauth2/token";
    check(absolute, Some("127.0.0.1:PORT"), &localhost, true);
}
