//! A rotation while tokens are asked for all the time: not one is refused, and without
//! the waiting some are.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokenring_assertion::{Claims, JwtId, NumericDate};
use tokenring_gateway::Gateway;
use tokenring_jwk::{Algorithm, PrivateKey, ring};
use tokenring_key_rotation::{ActiveKey, Rotation, Timestamp};
use tokenring_mock_gateway::{JwkSource, MockGateway};
use tokenring_oauth::{HttpResponse, TokenEndpoint, TokenRequest, UreqTransport};

use super::{Keys, Page};
use crate::process::{Machine, Run, wait_until};

const CLIENT_ID: &str = "test-client-id";
/// How many clients of the library ask at once.
const CLIENTS: usize = 3;

/// A machine whose keys are rotated, its gateway, and a clock of both that runs only
/// when it is told to.
struct Scene {
    keys: Keys,
    page: Page,
    seconds: Arc<AtomicU64>,
    gateway: MockGateway,
    clients: Clients,
}

/// Programs that ask for tokens all the time.
struct Clients {
    folder: PathBuf,
    token_url: String,
    seconds: Arc<AtomicU64>,
    /// How often each has asked.
    asked: [AtomicU64; CLIENTS],
    refusals: Mutex<Vec<String>>,
    is_over: AtomicBool,
}

impl Clients {
    /// Asks for tokens until it is over, as a program does that is never restarted.
    fn ask(&self, number: usize) {
        let keys = ActiveKey::open(&self.folder, |path, key| {
            let private_key = PrivateKey::from_pem(&std::fs::read_to_string(path)?)?;
            let signer = ring::SigningKey::new(&private_key, Algorithm::Rs512)?;
            Ok(signer.with_key_id(key.key_id().clone()))
        });
        let keys = keys.unwrap();
        let endpoint = TokenEndpoint::new(&self.token_url).unwrap();
        let transport = UreqTransport::new();
        while !self.is_over.load(Ordering::SeqCst) {
            let signer = keys.current().into_key();
            let now = self.seconds.load(Ordering::SeqCst);
            let expires_at = NumericDate::from_seconds(now + 150);
            let jwt_id = JwtId::random().unwrap();
            let claims = Claims::new(CLIENT_ID, endpoint.as_str(), jwt_id, expires_at);
            let assertion = claims.sign(&*signer).unwrap();
            let request = TokenRequest::client_credentials(&endpoint, assertion);
            match request.send(&transport) {
                Ok(_) => {}
                Err(error @ tokenring_oauth::Error::Refused(_)) => {
                    let refusal = integration_tests::secrecy::chain(&error);
                    self.refusals.lock().unwrap().push(refusal);
                }
                Err(error) => unreachable!("{error}"),
            }
            self.asked[number].fetch_add(1, Ordering::SeqCst);
        }
    }

    /// How often each has asked.
    fn counts(&self) -> [u64; CLIENTS] {
        std::array::from_fn(|number| self.asked[number].load(Ordering::SeqCst))
    }
}

impl Scene {
    fn new() -> Self {
        let keys = Keys::new();
        let add = [
            "jwks",
            "add",
            "keys/jwks.json",
            "keys/int-1.pem",
            "--alg",
            "RS512",
        ];
        keys.machine.tokenring(add).finish().has_code(0);
        let page = Page::default();
        page.publish(&keys.machine.read("keys/jwks.json"));
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let seconds = Arc::new(AtomicU64::new(now.as_secs()));
        let (clock, published) = (Arc::clone(&seconds), page.clone());
        let source = JwkSource::Url("https://keys.example/jwks.json".into());
        let gateway = MockGateway::builder()
            .with_client(CLIENT_ID, source)
            .with_clock(move || UNIX_EPOCH + Duration::from_secs(clock.load(Ordering::SeqCst)))
            .with_transport(move |_| {
                Ok(HttpResponse::new(
                    200,
                    Vec::new(),
                    published.text().into_bytes(),
                ))
            });
        // With one key the state begins.
        keys.begin();
        keys.run("retire", &["--kid", "int-2", "--delete-key"])
            .succeeds();
        let gateway = gateway.start().unwrap();
        Self {
            clients: Clients {
                folder: keys.path(""),
                token_url: gateway.token_url(),
                seconds: Arc::clone(&seconds),
                asked: std::array::from_fn(|_| AtomicU64::new(0)),
                refusals: Mutex::default(),
                is_over: AtomicBool::new(false),
            },
            keys,
            page,
            seconds,
            gateway,
        }
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_seconds(self.seconds.load(Ordering::SeqCst))
    }

    /// Lets time pass, a minute at a time, in each of which all clients ask.
    fn pass(&self, minutes: u64) {
        for _ in 0..minutes {
            self.seconds.fetch_add(60, Ordering::SeqCst);
            // Twice, so that one request at least has begun in this minute.
            let before = self.clients.counts();
            wait_until("all have asked", || {
                let now = self.clients.counts();
                now.iter()
                    .zip(before)
                    .all(|(now, before)| *now >= before + 2)
            });
        }
    }

    fn publish(&self) {
        self.page.publish(&self.keys.machine.read("keys/jwks.json"));
    }

    /// Takes a step of the library's, by this scene's clock.
    fn step<T>(&self, step: impl FnOnce(&mut Rotation, Timestamp) -> T) -> T {
        let path = self.keys.path(Rotation::FILE_NAME);
        let state = std::fs::read_to_string(&path).unwrap();
        let mut rotation = Rotation::parse(&state).unwrap();
        let result = step(&mut rotation, self.now());
        let next = self.keys.path("next");
        std::fs::write(&next, rotation.to_json()).unwrap();
        std::fs::rename(&next, &path).unwrap();
        result
    }

    /// Rotates, and says how many were served and why others were refused.
    fn rotate(&self, waits: bool) -> (u64, Vec<String>) {
        let rotate = || {
            self.pass(70);
            self.keys.run("begin", &[]).has_code(0);
            self.pass(5);
            self.publish();
            self.step(|rotation, now| rotation.note_published(now));
            let cache = Gateway::builtin("nhs")
                .unwrap()
                .key()
                .jwk_set_cache()
                .unwrap();
            let is_ready =
                || self.step(|rotation, now| rotation.activation(cache, now).unwrap().is_ready());
            while waits && !is_ready() {
                self.pass(1);
            }
            self.step(|rotation, now| rotation.activate(now).unwrap());
            self.pass(10);
            self.keys
                .run("retire", &["--force", "--delete-key"])
                .has_code(0);
            self.publish();
            self.pass(70);
        };
        let clients = &self.clients;
        thread::scope(|scope| {
            for number in 0..CLIENTS {
                scope.spawn(move || clients.ask(number));
            }
            let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(rotate));
            self.clients.is_over.store(true, Ordering::SeqCst);
            if let Err(panic) = done {
                std::panic::resume_unwind(panic);
            }
        });
        assert_eq!(self.keys.published("keys/jwks.json"), ["int-3"]);
        let refusals = self.clients.refusals.lock().unwrap().clone();
        let asked: u64 = self.clients.counts().iter().sum();
        let served = self.gateway.issued_tokens();
        assert_eq!(asked, served + u64::try_from(refusals.len()).unwrap());
        (served, refusals)
    }
}

#[test]
fn not_one_is_refused() {
    let (served, refusals) = Scene::new().rotate(true);
    assert_eq!(refusals, [""; 0]);
    assert!(served > 500, "{served}");
}

#[test]
fn without_the_waiting_some_are() {
    let (_, refusals) = Scene::new().rotate(false);
    assert!(!refusals.is_empty());
    for refusal in refusals {
        assert!(refusal.contains("Invalid 'kid' header"), "{refusal}");
    }
}

/// The commands of a shell, with a gateway that keeps its copy for two seconds.
struct Quick {
    keys: Keys,
    page: Page,
    url: String,
    gateway: MockGateway,
    _server: crate::loopback::Loopback,
}

impl Quick {
    fn new() -> Self {
        let keys = Keys::of("rsa-4096");
        let nhs = Gateway::builtin_source("nhs").unwrap();
        let text = nhs.replace("jwk-set-cache-seconds = 3600", "jwk-set-cache-seconds = 2");
        assert_ne!(nhs, text);
        keys.machine.write("quick.toml", &text);
        let add = [
            "jwks",
            "add",
            "keys/jwks.json",
            "keys/int-1.pem",
            "--alg",
            "RS512",
        ];
        keys.machine.tokenring(add).finish().has_code(0);
        let page = Page::default();
        page.publish(&keys.machine.read("keys/jwks.json"));
        let server = page.serve();
        let url = server.url("/jwks.json");
        let gateway = MockGateway::builder()
            .with_gateway(&Gateway::parse(&text, "quick.toml").unwrap())
            .with_client(CLIENT_ID, JwkSource::Url(url.clone()));
        keys.run(
            "begin",
            &[
                "--private-key",
                "keys/int-1.pem",
                "--gateway",
                "./quick.toml",
            ],
        )
        .has_code(0);
        Self {
            keys,
            page,
            url,
            gateway: gateway.start().unwrap(),
            _server: server,
        }
    }

    /// Rotates by these options of `activate`, and returns what `watch` said and how many
    /// `get-token` were refused.
    fn rotate(&self, activate: &[&str]) -> (String, u32) {
        let (machine, url) = (&self.keys.machine, &self.gateway.token_url());
        let watch = tokens(machine, url, "watch", &["--output", "token", "-v"]).start();
        let token = machine.work().join("token");
        wait_until("there is a token", || token.exists());
        let is_over = AtomicBool::new(false);
        let refused = thread::scope(|scope| {
            let asking = scope.spawn(|| {
                let mut refused = 0;
                while !is_over.load(Ordering::SeqCst) {
                    let options = ["--no-cache", "--quiet"];
                    let finished = tokens(machine, url, "get-token", &options).finish();
                    if finished.code() == Some(6) {
                        refused += 1;
                    } else {
                        finished.has_code(0);
                    }
                }
                refused
            });
            let rotated = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                self.page.publish(&self.keys.machine.read("keys/jwks.json"));
                self.keys.run("activate", activate).has_code(0);
                let retire = ["--drain-seconds", "2", "--wait", "--delete-key"];
                self.keys.run("retire", &retire).has_code(0);
                self.page.publish(&self.keys.machine.read("keys/jwks.json"));
                let before = self.gateway.issued_tokens();
                wait_until("tokens by the new key", || {
                    self.gateway.issued_tokens() >= before + 5
                });
            }));
            is_over.store(true, Ordering::SeqCst);
            let refused = asking.join().unwrap();
            if let Err(panic) = rotated {
                std::panic::resume_unwind(panic);
            }
            refused
        });
        watch.signal("TERM");
        (watch.finish().has_code(0).stderr, refused)
    }
}

/// Prepares a command that gets tokens by the folder's active key.
fn tokens(machine: &Machine, token_url: &str, command: &str, more: &[&str]) -> Run {
    let options = [
        command,
        "--gateway",
        "./quick.toml",
        "--env",
        "int",
        "--client-id",
        CLIENT_ID,
        "--private-key",
        "keys",
        "--token-url",
        token_url,
        "--param",
        "_access_token_expiry_ms=3000",
    ];
    machine.tokenring(options.iter().chain(more))
}

#[test]
fn commands_that_go_on() {
    let quick = Quick::new();
    let activate = [
        "--gateway",
        "./quick.toml",
        "--jwks-url",
        &quick.url,
        "--wait",
    ];
    let (watched, refused) = quick.rotate(&activate);
    assert_eq!(refused, 0);
    assert_eq!(
        quick.gateway.token_requests(),
        quick.gateway.issued_tokens()
    );
    for key in ["int-1", "int-2"] {
        assert!(watched.contains(&format!("Using KID: {key}")), "{watched}");
    }
    assert!(!watched.contains("no new token"), "{watched}");
}

#[test]
fn commands_without_the_waiting() {
    let quick = Quick::new();
    let (_, refused) = quick.rotate(&["--gateway", "./quick.toml", "--force"]);
    assert!(refused > 0);
    assert!(quick.gateway.token_requests() > quick.gateway.issued_tokens());
}
