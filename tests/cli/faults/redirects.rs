use super::{Way, check};
use crate::loopback::TOKEN;

const NOT_FOLLOWED: &str = "not followed";

/// The assertion goes nowhere else, whatever the answer says.
#[test]
fn token_requests() {
    check(
        Way::Http,
        &[
            (
                "301",
                |p| p.lure("301 A", "Location: http://ELSEWHERE/\r\n", ""),
                6,
                NOT_FOLLOWED,
            ),
            (
                "302",
                |p| p.lure("302 A", "Location: http://ELSEWHERE/\r\n", ""),
                6,
                NOT_FOLLOWED,
            ),
            (
                "303",
                |p| p.lure("303 A", "Location: http://ELSEWHERE/\r\n", ""),
                6,
                NOT_FOLLOWED,
            ),
            (
                "307",
                |p| p.lure("307 A", "Location: http://ELSEWHERE/\r\n", ""),
                6,
                NOT_FOLLOWED,
            ),
            (
                "308",
                |p| p.lure("308 A", "Location: //ELSEWHERE/\r\n", ""),
                6,
                NOT_FOLLOWED,
            ),
            (
                "300",
                |p| p.lure("300 A", "Location: http://ELSEWHERE/\r\n", ""),
                6,
                "300",
            ),
            (
                "305",
                |p| p.lure("305 A", "Location: http://ELSEWHERE/\r\n", ""),
                6,
                "305",
            ),
            (
                "to another scheme",
                |p| p.lure("307 A", "Location: https://ELSEWHERE/\r\n", ""),
                6,
                NOT_FOLLOWED,
            ),
            (
                "without end",
                |p| p.respond("307 A", "Location: /token\r\n", ""),
                6,
                NOT_FOLLOWED,
            ),
            (
                "Refresh",
                |p| p.lure("200 OK", "Refresh: 0; url=http://ELSEWHERE/\r\n", ""),
                6,
                "empty",
            ),
            (
                "a page that leads on",
                |p| {
                    let page = "<html><meta http-equiv=refresh content='0;url=http://ELSEWHERE/'>";
                    p.lure("200 OK", "Content-Type: text/html\r\n", page)
                },
                6,
                "HTML",
            ),
            (
                "Alt-Svc, Link and Location beside a token",
                |p| {
                    let headers = "Alt-Svc: h2=\"ELSEWHERE\"\r\nLink: <http://ELSEWHERE/>; rel=next\r\nLocation: http://ELSEWHERE/\r\n";
                    p.lure("200 OK", headers, TOKEN)
                },
                0,
                "",
            ),
            (
                "members that lead on",
                |p| {
                    let body = r#"{"error":"invalid_request","error_uri":"http://ELSEWHERE/","jwks_uri":"http://ELSEWHERE/","token_endpoint":"http://ELSEWHERE/"}"#;
                    p.lure("400 A", "", body)
                },
                6,
                "invalid_request",
            ),
            (
                "a challenge",
                |p| {
                    p.lure(
                        "401 A",
                        "WWW-Authenticate: Basic realm=\"http://ELSEWHERE/\"\r\n",
                        "",
                    )
                },
                6,
                "401",
            ),
            (
                "a proxy's challenge",
                |p| p.respond("407 A", "Proxy-Authenticate: Basic\r\n", ""),
                6,
                "407",
            ),
        ],
    );
}

/// A credential in a header goes to its origin only; the answer is the API's.
#[test]
fn api_calls() {
    check(
        Way::Api,
        &[
            (
                "301",
                |p| p.lure("301 A", "Location: http://ELSEWHERE/\r\n", "here"),
                0,
                "",
            ),
            (
                "302",
                |p| p.lure("302 A", "Location: http://ELSEWHERE/\r\n", "here"),
                0,
                "",
            ),
            (
                "303",
                |p| p.lure("303 A", "Location: http://ELSEWHERE/\r\n", "here"),
                0,
                "",
            ),
            (
                "307",
                |p| p.lure("307 A", "Location: //ELSEWHERE/\r\n", "here"),
                0,
                "",
            ),
            (
                "308",
                |p| p.lure("308 A", "Location: http://ELSEWHERE/\r\n", "here"),
                0,
                "",
            ),
            (
                "a name before the host",
                |p| p.lure("302 A", "Location: http://127.0.0.1@ELSEWHERE/\r\n", "here"),
                0,
                "",
            ),
            (
                "without end",
                |p| p.respond("302 A", "Location: /a\r\n", ""),
                5,
                "10 redirects",
            ),
        ],
    );
}
