use std::time::Duration;

use super::{TIME, Way, check};

const CLOSED: &str = "closed the connection before it answered";

#[test]
fn closed_or_silent() {
    check(
        Way::Http,
        &[
            ("closes at once", |_| Ok(()), 5, CLOSED),
            ("closes after a byte", |peer| peer.byte(), 5, CLOSED),
            ("closes after the head", |peer| peer.head(), 5, CLOSED),
            ("closes after the request", |peer| peer.request(), 5, CLOSED),
            (
                "resets when bytes wait",
                |_| {
                    std::thread::sleep(Duration::from_millis(100));
                    Ok(())
                },
                5,
                CLOSED,
            ),
            ("half-closes at once", |peer| peer.half_close(), 5, CLOSED),
            (
                "half-closes after the request",
                |peer| {
                    peer.request()?;
                    peer.half_close()
                },
                5,
                CLOSED,
            ),
            ("reads and says nothing", |peer| peer.hang(), 5, TIME),
            (
                "reads nothing",
                |_| {
                    std::thread::sleep(Duration::from_secs(4));
                    Ok(())
                },
                5,
                TIME,
            ),
            (
                "answers before the request",
                |peer| {
                    peer.send("HTTP/1.1 400 A\r\nContent-Length: 2\r\n\r\n{}")?;
                    peer.hang()
                },
                6,
                "400",
            ),
        ],
    );
}
