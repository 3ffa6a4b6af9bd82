use super::{Way, check};

const CLOSED: &str = "closed the connection in the TLS handshake";
const TIME: &str = "did not complete the TLS handshake in time";
const NO_TLS: &str = "does not speak TLS";
const REFUSED: &str = "refused the TLS session";
const RULES: &str = "breaks the rules of TLS";

/// The header of a record of this type, with so many bytes (RFC 8446 section 5.1).
const HANDSHAKE: u8 = 22;
const ALERT: u8 = 21;

/// What can be said to a ClientHello without a certificate: nothing that a secret is
/// sent to.
#[test]
fn handshakes() {
    check(
        Way::Https,
        &[
            ("closes at once", |_| Ok(()), 5, CLOSED),
            (
                "closes after the ClientHello",
                |p| p.some().map(drop),
                5,
                CLOSED,
            ),
            ("silence", |p| p.hang(), 5, TIME),
            (
                "plain HTTP",
                |p| p.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"),
                5,
                NO_TLS,
            ),
            ("SSH", |p| p.send("SSH-2.0-OpenSSH_9.2\r\n"), 5, NO_TLS),
            (
                "noise without end",
                |p| {
                    p.some()?;
                    p.flood(&[0xff])
                },
                5,
                NO_TLS,
            ),
            (
                "NUL without end",
                |p| {
                    p.some()?;
                    p.flood(&[0])
                },
                5,
                NO_TLS,
            ),
            (
                "a record too large",
                |p| {
                    p.some()?;
                    p.send([HANDSHAKE, 3, 3, 0xff, 0xff])?;
                    p.flood(&[0])
                },
                5,
                NO_TLS,
            ),
            (
                "a record that never ends",
                |p| {
                    p.some()?;
                    p.send([HANDSHAKE, 3, 3, 0x3f, 0xff, 2, 0, 0x3f, 0xfb])?;
                    p.drip(&[0])
                },
                5,
                TIME,
            ),
            (
                "a message that never ends",
                |p| {
                    p.some()?;
                    p.send([HANDSHAKE, 3, 3, 0, 4, 11, 0xff, 0xff, 0xff])?;
                    let record = [&[HANDSHAKE, 3, 3, 0x40, 0][..], &[0; 0x4000]].concat();
                    p.flood(&record)
                },
                5,
                NO_TLS,
            ),
            (
                "half a ServerHello",
                |p| {
                    p.some()?;
                    p.send([HANDSHAKE, 3, 3, 0, 90, 2, 0, 0, 86, 3, 3])
                },
                5,
                CLOSED,
            ),
            (
                "the ClientHello sent back",
                |p| {
                    let hello = p.some()?;
                    p.send(hello)?;
                    p.hang()
                },
                5,
                RULES,
            ),
            (
                "data before the handshake",
                |p| {
                    p.some()?;
                    p.send([23, 3, 3, 0, 2, b'h', b'i'])?;
                    p.hang()
                },
                5,
                RULES,
            ),
            (
                "empty records without end",
                |p| {
                    p.some()?;
                    p.flood(&[HANDSHAKE, 3, 3, 0, 0])
                },
                5,
                NO_TLS,
            ),
            (
                "ChangeCipherSpec without end",
                |p| {
                    p.some()?;
                    p.flood(&[20, 3, 3, 0, 1, 1])
                },
                5,
                RULES,
            ),
        ],
    );
}

#[test]
fn alerts() {
    check(
        Way::Https,
        &[
            (
                "handshake_failure",
                |p| {
                    p.some()?;
                    p.send([ALERT, 3, 3, 0, 2, 2, 40])
                },
                5,
                "(alert 40)",
            ),
            (
                "protocol_version",
                |p| {
                    p.some()?;
                    p.send([ALERT, 3, 3, 0, 2, 2, 70])
                },
                5,
                "TLS 1.2 or 1.3",
            ),
            (
                "internal_error",
                |p| {
                    p.some()?;
                    p.send([ALERT, 3, 3, 0, 2, 2, 80])
                },
                5,
                REFUSED,
            ),
            (
                "unrecognized_name",
                |p| {
                    p.some()?;
                    p.send([ALERT, 3, 3, 0, 2, 2, 112])
                },
                5,
                "does not know this name",
            ),
            (
                "an unknown one",
                |p| {
                    p.some()?;
                    p.send([ALERT, 3, 3, 0, 2, 2, 222])
                },
                5,
                "(alert 222)",
            ),
            (
                "close_notify",
                |p| {
                    p.some()?;
                    p.send([ALERT, 3, 3, 0, 2, 1, 0])
                },
                5,
                CLOSED,
            ),
            (
                "warnings without end",
                |p| {
                    p.some()?;
                    p.flood(&[ALERT, 3, 3, 0, 2, 1, 112])
                },
                5,
                RULES,
            ),
            (
                "half of one",
                |p| {
                    p.some()?;
                    p.send([ALERT, 3, 3, 0, 2, 2])?;
                    p.hang()
                },
                5,
                TIME,
            ),
        ],
    );
}
