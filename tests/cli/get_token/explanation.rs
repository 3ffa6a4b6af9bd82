use integration_tests::fixtures;
use serde_json::Value;

use crate::registered_client::RegisteredClient;
use crate::transcript::Transcript;

/// Everything is told and nothing is sent.
#[test]
fn nothing_is_sent() {
    let client = RegisteredClient::new();
    let url = client.gateway.token_url();
    let finished = client.get_token(&["--explain"]).finish();
    assert_eq!(finished.stderr, "");
    let mut texts = Transcript::new();
    let text = finished.shown_in(&mut texts).succeeds();
    texts.hide_random();
    texts.check("explain/get-token");
    let line = text.lines().find(|line| line.contains("\"jti\"")).unwrap();
    let claims: Value = serde_json::from_str(line.trim()).unwrap();
    assert_eq!(claims["iss"], "test… (14 characters)");
    assert_eq!(claims["sub"], "test… (14 characters)");
    assert_eq!(claims["aud"], url.as_str());
    let lifetime = claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap();
    assert_eq!(lifetime, 150);
    assert!(client.gateway.events().is_empty());
}

/// Nothing that a copy of the text would betray.
#[test]
fn no_secret_is_shown() {
    let client = RegisteredClient::new();
    let run = client.get_token(&["--explain", "--param", "client_secret=param-value-4711"]);
    let text = run.finish().succeeds();
    assert!(!text.contains("param-value-4711"), "{text}");
    let key = fixtures::text("keys/test-rsa-4096-pkcs8.pem");
    for line in key.lines().filter(|line| line.len() == 64) {
        assert!(!text.contains(line), "{text}");
    }
    // Header and claims are shown decoded, so that no assertion can be put together.
    assert!(!text.contains("eyJ"), "{text}");
}

/// A key that cannot be used is told as it would be without `--explain`.
#[test]
fn what_is_wrong_is_wrong_here_too() {
    let client = RegisteredClient::new();
    client.machine.write("int-1.pem", "no key");
    client.get_token(&["--explain"]).finish().fails(3);
}
