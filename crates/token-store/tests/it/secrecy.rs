use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use serde_json::json;
use tokenring_oauth::AccessToken;
use tokenring_token_store::{CacheKey, Mode, Token};

use crate::scratch::{Call, Down, Scratch, at};

const SECRET: &str = "test-secret-marker";

#[test]
fn no_text_but_the_file_shows_a_secret() {
    let scratch = Scratch::new();
    let builder = CacheKey::builder("https://gateway.example/", SECRET)
        .with_issuer(SECRET)
        .with_parameter("password", SECRET)
        .with_claim("claim", &json!(SECRET));
    let mut texts = vec![format!("{builder:?}")];
    let key = builder.build();
    texts.push(format!("{key:?}"));
    let token = Token::new(AccessToken::new(SECRET).unwrap(), at(0))
        .with_lifetime(Duration::from_secs(600));
    texts.push(format!("{token:?}"));
    let lookup = Call::new(&key, at(0)).with_rejected_token(AccessToken::new(SECRET).unwrap());
    texts.push(format!("{lookup:?}"));
    let lookup = Call::new(&key, at(0)).with_mode(Mode::Refresh);
    let fetch = |_| Ok(token.clone());
    let outcome = lookup.get_or_fetch::<Down>(&scratch.cache, fetch).unwrap();
    texts.push(format!("{outcome:?}"));
    texts.push(format!(
        "{:?} {:?}",
        scratch.cache,
        scratch.cache.list().unwrap()
    ));
    texts.extend(scratch.names());
    for text in texts {
        assert!(!text.contains(SECRET), "{text}");
    }
}

#[test]
fn the_file_holds_the_token_and_no_client() {
    let scratch = Scratch::new();
    let key = CacheKey::builder("https://gateway.example/", SECRET)
        .with_issuer(SECRET)
        .with_subject(SECRET)
        .with_parameter("password", SECRET)
        .build();
    let token = || Token::new(AccessToken::new("test-token").unwrap(), at(0));
    let lookup = Call::new(&key, at(0));
    let fetch = |_| Ok(token());
    lookup.get_or_fetch::<Down>(&scratch.cache, fetch).unwrap();
    assert_eq!(scratch.names().len(), 2);
    for name in scratch.names() {
        let path = scratch.path().join(name);
        let text = fs::read_to_string(&path).unwrap();
        assert!(!text.contains(SECRET), "{text}");
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o7777,
            0o600
        );
    }
}
