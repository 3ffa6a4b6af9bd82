use super::{TIME, Way, check};

const REFUSED: &str = "did not connect to gateway.invalid:443";
const CLOSED: &str = "the proxy 127.0.0.1:";

/// A proxy sees host and port, and nothing of the request.
#[test]
fn answers_to_connect() {
    check(
        Way::Proxy,
        &[
            ("closes at once", |_| Ok(()), 5, "closed the connection"),
            ("closes after the head", |p| p.head(), 5, CLOSED),
            ("silence", |p| p.hang(), 5, TIME),
            (
                "noise",
                |p| p.answer("SSH-2.0-x\r\n"),
                5,
                "does not speak HTTP",
            ),
            (
                "403",
                |p| p.respond("403 A", "", "<html>"),
                5,
                "does not allow connections to gateway.invalid:443 (403)",
            ),
            (
                "407",
                |p| p.respond("407 A", "Proxy-Authenticate: Basic\r\n", ""),
                5,
                "rejected the user name or password (407)",
            ),
            (
                "502",
                |p| p.respond("502 A", "", ""),
                5,
                "cannot reach gateway.invalid:443 (502)",
            ),
            (
                "a redirect",
                |p| p.lure("307 A", "Location: http://ELSEWHERE/\r\n", ""),
                5,
                "wants a login on a web page first (307, at http://",
            ),
            (
                "headers drop by drop",
                |p| {
                    p.answer("HTTP/1.1 200 OK\r\nX: ")?;
                    p.drip(b"a")
                },
                5,
                TIME,
            ),
            (
                "headers without end",
                |p| {
                    p.answer("HTTP/1.1 200 OK\r\nX: ")?;
                    p.flood(b"a")
                },
                5,
                "sent too long an answer",
            ),
            (
                "100 without end",
                |p| {
                    p.request()?;
                    p.flood(b"HTTP/1.1 100 Continue\r\n\r\n")
                },
                5,
                REFUSED,
            ),
            (
                "a tunnel into plain HTTP",
                |p| {
                    p.answer("HTTP/1.1 200 OK\r\n\r\n")?;
                    p.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
                },
                5,
                "does not speak TLS",
            ),
            (
                "a tunnel into silence",
                |p| {
                    p.answer("HTTP/1.1 200 OK\r\n\r\n")?;
                    p.hang()
                },
                5,
                "did not complete the TLS handshake in time",
            ),
            (
                "a tunnel that closes",
                |p| p.answer("HTTP/1.1 200 OK\r\n\r\n"),
                5,
                "closed the connection",
            ),
        ],
    );
}
