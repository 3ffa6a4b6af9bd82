//! Files of our own: what wrote them may have been an older version, or nobody of ours.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use integration_tests::scratch::Scratch;
use tokenring_assertion::NumericDate;
use tokenring_jwk::KeyId;
use tokenring_key_rotation::{Rotation, Timestamp};
use tokenring_oauth::{AccessToken, Clock};
use tokenring_token_store::{
    Attempt, CacheKey, DirectoryStore, FailureKind, FetchFailure, Lookup, Mode, Token, TokenSource,
};

use crate::campaign::Campaign;

const NOW: u64 = 1_700_000_000;

/// No call of these waits for anything.
struct StoppedClock;

impl Clock for StoppedClock {
    fn monotonic(&self) -> Duration {
        Duration::ZERO
    }

    fn wall(&self) -> Duration {
        Duration::from_secs(NOW)
    }

    fn pause(&self, _: Duration) {}

    fn random(&self) -> u64 {
        0
    }
}

fn write(path: &Path, contents: &[u8]) {
    fs::write(path, contents).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}

#[test]
fn cache_files() {
    let scratch = Scratch::new();
    let path = scratch.path().join("cache");
    let cache = DirectoryStore::open(&path).unwrap();
    let key = CacheKey::builder("https://a.example/token", "client").build();
    let now = NumericDate::from_seconds(NOW);
    let lookup = Lookup::new().with_timeout(Duration::from_secs(1));
    let token = AccessToken::new("abc").unwrap();
    let token = Token::new(token, now)
        .with_scope("a b")
        .with_lifetime(Duration::from_secs(600));
    // Its memory is empty.
    let get = |lookup: &Lookup, fetch: &dyn Fn(Attempt) -> Result<Token, FetchFailure<()>>| {
        TokenSource::new()
            .with_store(Arc::new(cache.clone()), key.clone())
            .with_clock(StoppedClock)
            .get_or_fetch(lookup, fetch)
    };
    get(&lookup, &|_| Ok(token.clone())).unwrap();
    let entry = path.join(format!("{}.json", key.as_str()));
    let refresh = lookup.clone().with_mode(Mode::Refresh);
    let kind = FailureKind::Refused;
    let failure = || FetchFailure::shared((), kind, "no such client");
    let _ = get(&refresh, &|_| Err(failure()));
    let past = path.join(format!("{}.failure", key.as_str()));
    let seeds = vec![fs::read(&entry).unwrap(), fs::read(&past).unwrap()];
    Campaign::new("cache_files", 15, seeds).run(|input| {
        write(&entry, input);
        write(&past, input);
        let _ = format!("{:?}", cache.list());
        let outcome = get(&lookup, &|_| Err(FetchFailure::own(())));
        outcome.is_ok_and(|outcome| outcome.token().remaining(now) > Duration::ZERO)
    });
}

#[test]
fn rotation_states() {
    let at = |seconds: u64| Timestamp::from_seconds(NOW + seconds);
    let id = KeyId::new;
    let mut rotation = Rotation::new("../jwks.json", id("a"), "a.pem", at(0)).unwrap();
    let mut seeds = vec![rotation.to_json().into_bytes()];
    for (key_id, day) in [("b", 1), ("c", 2), ("d", 3)] {
        let time = at(day * 86400);
        rotation
            .begin(id(key_id), format!("{key_id}.pem"), time)
            .unwrap();
        rotation.finish_making().unwrap();
        rotation.note_published(time);
        seeds.push(rotation.to_json().into_bytes());
        if day < 3 {
            rotation.activate(time).unwrap();
        }
    }
    rotation.begin_retirement(&id("a")).unwrap();
    rotation.finish_retirement(&id("a"), at(400_000)).unwrap();
    seeds.push(rotation.to_json().into_bytes());
    let hour = Duration::from_secs(3600);
    Campaign::new("rotation_states", 30, seeds).run(|input| {
        let text = String::from_utf8_lossy(input);
        let mut rotation = match Rotation::parse(&text) {
            Ok(rotation) => rotation,
            Err(error) => {
                let _ = format!("{error} {error:?}");
                return false;
            }
        };
        let _ = format!("{rotation:?}");
        assert!(Rotation::parse(&rotation.to_json()).is_ok());
        let ids: Vec<KeyId> = rotation
            .keys()
            .iter()
            .map(|key| key.key_id().clone())
            .collect();
        for time in [Duration::ZERO, hour, Duration::MAX] {
            let _ = rotation.activation(time, at(17));
            for id in &ids {
                let _ = rotation.retirement(id, time, at(17));
            }
        }
        rotation.note_published(at(0));
        let _ = (rotation.activate(at(7200)), rotation.finish_making());
        for id in ids {
            let _ = rotation.begin_retirement(&id);
            let _ = rotation.finish_retirement(&id, at(9000));
        }
        rotation.abandon_making();
        let _ = (rotation.find(&id("a")), rotation.next(), rotation.active());
        true
    });
}
