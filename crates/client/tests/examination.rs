//! `examine()`: every step is reported, and nothing secret in any text.

#![cfg(feature = "diagnosis")]
#![expect(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::error::Error as StdError;

use tokenring::{
    Check, CheckStatus, CheckStep, Client, ClientBuilder, Examination, ExternalKey, KeySource,
};

/// A port where nobody answers.
const CLOSED: &str = "http://127.0.0.1:9/token";
const NOWHERE: &str = "https://nowhere.invalid/token";

fn builder(token_url: &str) -> ClientBuilder {
    let builder = Client::builder("generic").client_id("test-client-id");
    builder.no_store().proxy(None).token_url(token_url)
}

#[track_caller]
fn check(builder: &ClientBuilder, step: CheckStep, status: CheckStatus, text: &str) {
    let checks = builder.examine(&Examination::new());
    let found = checks.iter().find(|check| check.step == step).unwrap();
    assert_eq!((found.status, found.text.as_str()), (status, text));
}

#[test]
fn proxies_are_those_of_the_client() {
    let (step, ok) = (CheckStep::Proxy, CheckStatus::Ok);
    let given = |url| builder(url).proxy("http://user:hunter2@127.0.0.1:9");
    check(&builder(NOWHERE), step, ok, "none");
    check(&given(NOWHERE), step, ok, "127.0.0.1:9, as given");
    let local = "127.0.0.1:9 is given, and this machine is reached without it";
    check(&given(CLOSED), step, ok, local);
}

/// A client ID that is what a program writes for a variable without a value.
#[test]
fn client_ids_that_are_not_set() {
    let (step, failure) = (CheckStep::ClientId, CheckStatus::Failure);
    let named = |id: &str| builder(CLOSED).client_id(id);
    let python = "\"None\" is how Python writes a value that is not set";
    check(&named("None"), step, failure, python);
    let script = "\"[object Object]\" is how JavaScript writes a value that is not set";
    check(&named("[object Object]"), step, failure, script);
    check(&named("none"), step, CheckStatus::Ok, "none");
}

/// Knows keys by their scheme, and opens none.
struct Sealed;

impl KeySource for Sealed {
    fn open(&self, name: &str) -> Option<Result<ExternalKey, Box<dyn StdError + Send + Sync>>> {
        let is_own = name.starts_with("vault:");
        is_own.then(|| Err("the vault is sealed".into()))
    }
}

#[test]
fn keys_elsewhere_have_no_file() {
    let (step, skipped) = (CheckStep::Key, CheckStatus::Skipped);
    let elsewhere = "kept elsewhere, so there is no file to look at";
    let source = |name: &str| builder(CLOSED).key_source(Sealed).key(name);
    check(&source("vault:a"), step, skipped, elsewhere);
    let on_token = "on a token, so there is no file to look at";
    check(&source("pkcs11:object=a"), step, skipped, on_token);
    let none = "no private key is given";
    check(&builder(CLOSED), step, CheckStatus::Failure, none);
}

#[test]
fn what_depends_on_a_failure_is_blocked() {
    let checks = builder(CLOSED).examine(&Examination::new());
    let of = |status| -> Vec<CheckStep> {
        let checks = checks.iter().filter(|check| check.status == status);
        checks.map(|check| check.step).collect()
    };
    use CheckStep::{Assertion, Clock, Connection, Environment, Key, Token};
    assert_eq!(of(CheckStatus::Failure), [Key, Connection]);
    let blocked = [Assertion, Environment, Clock, Token];
    assert_eq!(of(CheckStatus::Blocked), blocked);
}

#[test]
fn no_text_holds_a_secret() {
    let secret = "hunter2secret";
    let url = format!("{CLOSED}?code={secret}");
    let proxy = format!("http://user:{secret}@127.0.0.1:9");
    let set = format!("http://127.0.0.1:9/keys?code={secret}");
    let builder = builder(&url)
        .proxy(proxy.as_str())
        .parameter("client_secret", secret);
    let checks = builder.examine(&Examination::new().with_jwk_set(set));
    assert!(checks.iter().any(|check| check.step == CheckStep::Gateway));
    for Check {
        text,
        details,
        error,
        ..
    } in &checks
    {
        let error = error.as_ref().map(|error| format!("{error} {error:?}"));
        let shown = format!("{text} {details:?} {error:?}");
        assert!(!shown.contains(secret), "{shown}");
    }
}
