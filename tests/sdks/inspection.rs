use std::process::{Command, Stdio};

use base64ct::{Base64UrlUnpadded, Encoding};
use integration_tests::fixtures;
use integration_tests::scratch::Scratch;
use serde_json::{Value, json};
use tokenring_mock_gateway::{EventKind, MockGateway};

/// As long as that of a key of 2048 bits.
const SIGNATURE: [u8; 256] = [7; 256];

/// What `tokenring inspect` says of the assertion that an SDK sent: nothing, or why it exits with a
/// code other than 0.
///
/// The mock keeps neither its signature, which is not looked at here, nor the whole of `x5c`, which is
/// the client's certificate.
#[track_caller]
pub(crate) fn complaint(
    gateway: &MockGateway,
    options: &[String],
    certificate: &str,
) -> Option<String> {
    let events = gateway.events();
    let event = events
        .iter()
        .find(|event| event.kind() == EventKind::TokenRequest)?;
    let mut header: Value = serde_json::from_str(event.header()?).unwrap();
    if let Some(chain) = header.get_mut("x5c") {
        let pem = fixtures::text(certificate);
        let lines = pem.lines().filter(|line| !line.starts_with('-'));
        *chain = json!([lines.collect::<String>()]);
    }
    let parts = [header.to_string(), event.claims()?.to_owned()];
    assert!(!parts.concat().contains('…'), "cut: {parts:?}");
    let mut jwt =
        parts.map(|part| format!("{}.", Base64UrlUnpadded::encode_string(part.as_bytes())));
    jwt[1] += &Base64UrlUnpadded::encode_string(&SIGNATURE);
    let scratch = Scratch::new();
    let file = scratch.write("jwt", jwt.concat().as_bytes());
    let output = Command::new(env!("CARGO_BIN_EXE_tokenring-under-test"))
        .arg("inspect")
        .args(options)
        .arg(format!("@{file}"))
        .env_clear()
        .env("HOME", scratch.path())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    if output.status.success() {
        return None;
    }
    let printed = String::from_utf8_lossy(&output.stdout);
    let complaint = String::from_utf8_lossy(&output.stderr);
    Some(format!("{}: {printed}{complaint}", output.status))
}
