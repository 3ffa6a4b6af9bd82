use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use integration_tests::fixtures;
use integration_tests::scratch::Scratch;
use tokenring::{Client, OldToken, TokenKeeper, Upkeep};
use tokenring_oauth::{HttpRequest, HttpResponse};

const TOKEN: &str = r#"{"access_token":"a","token_type":"Bearer","expires_in":300}"#;
const UNSTATED: &str = r#"{"access_token":"a","token_type":"Bearer"}"#;
const NO_LIFETIME: &str = r#"{"access_token":"a","token_type":"Bearer","expires_in":0}"#;
const NEGATIVE: &str = r#"{"access_token":"a","token_type":"Bearer","expires_in":-5}"#;
const ONE_SECOND: &str = r#"{"access_token":"a","token_type":"Bearer","expires_in":1}"#;
const REFUSAL: &str = r#"{"error":"invalid_client"}"#;

/// A keeper whose server gives these answers one after the other, and then the last one again.
struct Stage {
    keeper: TokenKeeper,
    client: Client,
    requests: Arc<AtomicUsize>,
    _folder: Scratch,
}

fn stage(answers: &'static [&'static str]) -> Stage {
    let folder = Scratch::new();
    let key = folder.path().join("a.pem");
    std::fs::write(&key, fixtures::bytes("keys/test-p256-pkcs8.pem")).unwrap();
    let requests = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&requests);
    let transport = move |_: HttpRequest| {
        let number = count.fetch_add(1, Ordering::SeqCst);
        let answer = answers.get(number).or(answers.last()).unwrap();
        let status = if *answer == REFUSAL { 400 } else { 200 };
        let body = answer.as_bytes().to_vec();
        Ok(HttpResponse::new(status, Vec::new(), body))
    };
    let builder = Client::builder("generic").client_id("me").key(key);
    let builder = builder.token_url("https://gateway.example/token");
    let client = builder.no_store().transport(transport).build().unwrap();
    Stage {
        keeper: TokenKeeper::new(client.clone()),
        client,
        requests,
        _folder: folder,
    }
}

impl Stage {
    /// A try in which the token arrives, or does not.
    fn renew(&mut self, arrives: bool) -> Upkeep<&'static str> {
        self.keeper.renew(|token| {
            assert_eq!(token.secret(), "a");
            arrives.then_some(()).ok_or("the disk is full")
        })
    }

    #[track_caller]
    fn delivers(&mut self, expected: Option<u64>) -> Duration {
        let upkeep = self.renew(true);
        match upkeep {
            Upkeep::Delivered { lifetime, pause } => {
                let lifetime = lifetime.map(|lifetime| lifetime.as_secs());
                // The second may end while the token is on its way.
                let late = expected.map(|seconds| seconds - 1);
                assert!(lifetime == expected || lifetime == late, "{lifetime:?}");
                pause
            }
            upkeep => panic!("{upkeep:?}"),
        }
    }

    #[track_caller]
    fn has_asked(&self, times: usize) {
        assert_eq!(self.requests.load(Ordering::SeqCst), times);
    }
}

#[test]
fn renews_early() {
    let mut stage = stage(&[TOKEN]);
    let pause = stage.delivers(Some(300));
    let early = stage.client.early_renewal(Duration::from_secs(300));
    assert!(early > Duration::ZERO);
    assert!(pause <= Duration::from_secs(300) - early, "{pause:?}");
    assert!(pause >= Duration::from_secs(290) - early, "{pause:?}");
    // It replaces the token although that is still good.
    stage.delivers(Some(300));
    stage.has_asked(2);
}

#[test]
fn says_what_is_left_of_the_old_token() {
    #[track_caller]
    fn check(answers: &'static [&'static str], fits: impl Fn(OldToken) -> bool) {
        let mut stage = stage(answers);
        for _ in 1..answers.len() {
            stage.renew(true);
        }
        match stage.renew(true) {
            Upkeep::NoToken { error, old, pause } => {
                assert!(fits(old), "{old:?}");
                assert_eq!(error.retry_after(), None);
                assert_eq!(pause, Duration::from_secs(1));
            }
            upkeep => panic!("{upkeep:?}"),
        }
    }
    check(&[REFUSAL], |old| old == OldToken::Absent);
    check(&[UNSTATED, REFUSAL], |old| old == OldToken::Unstated);
    check(
        &[TOKEN, REFUSAL],
        |old| matches!(old, OldToken::Valid(left) if left > Duration::from_secs(200)),
    );
}

/// A token that did not arrive is brought again, later each time, and not replaced.
#[test]
fn delivers_again() {
    let mut stage = stage(&[TOKEN]);
    for expected in [1, 2, 4, 8, 16, 32, 60, 60] {
        match stage.renew(false) {
            Upkeep::NotDelivered { error, old, pause } => {
                assert_eq!(error, "the disk is full");
                assert_eq!(old, OldToken::Absent);
                assert_eq!(pause, Duration::from_secs(expected));
            }
            upkeep => panic!("{upkeep:?}"),
        }
    }
    stage.delivers(Some(300));
    stage.has_asked(1);
    // The count of failures begins again.
    assert_eq!(stage.renew(false).pause(), Duration::from_secs(1));
}

#[test]
fn lifetimes_that_nobody_states() {
    let mut stage = stage(&[UNSTATED]);
    let pause = stage.delivers(None);
    assert!(pause < Duration::from_secs(60), "{pause:?}");
    assert!(pause >= Duration::from_secs(1), "{pause:?}");
}

/// A server whose tokens have expired when they come is asked ever more rarely.
#[test]
fn tokens_without_a_lifetime() {
    let mut stage = stage(&[
        NO_LIFETIME,
        NEGATIVE,
        NO_LIFETIME,
        NO_LIFETIME,
        NO_LIFETIME,
        NO_LIFETIME,
        NO_LIFETIME,
        NO_LIFETIME,
        TOKEN,
        NO_LIFETIME,
    ]);
    let mut check = |expected: u64| match stage.renew(true) {
        Upkeep::Delivered { lifetime, pause } => {
            assert_eq!(lifetime, Some(Duration::ZERO));
            assert_eq!(pause, Duration::from_secs(expected));
        }
        upkeep => panic!("{upkeep:?}"),
    };
    for expected in [1, 2, 4, 8, 16, 32, 60, 60] {
        check(expected);
    }
    stage.delivers(Some(300));
    // After a valid token the count begins again.
    assert_eq!(stage.renew(true).pause(), Duration::from_secs(1));
    stage.has_asked(10);
}

/// As are those whose tokens are valid for a moment only.
#[test]
fn tokens_of_a_short_lifetime() {
    #[track_caller]
    fn check(answer: &'static [&'static str], longest: Duration, pauses: &[u64]) {
        let mut stage = stage(answer);
        for expected in pauses {
            match stage.renew(true) {
                Upkeep::Delivered { lifetime, pause } => {
                    assert!(lifetime.unwrap() <= longest, "{lifetime:?}");
                    // A second may have begun since the token came.
                    let backoff = Duration::from_secs(*expected);
                    assert_eq!(pause, backoff.max(lifetime.unwrap()));
                }
                upkeep => panic!("{upkeep:?}"),
            }
        }
        stage.has_asked(pauses.len());
    }
    check(
        &[ONE_SECOND],
        Duration::from_secs(1),
        &[1, 2, 4, 8, 16, 32, 60, 60],
    );
}
