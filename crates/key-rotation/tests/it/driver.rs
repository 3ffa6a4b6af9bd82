//! The steps of the driver, and each step again after an interruption.

use std::fs;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokenring_key_rotation::{
    Activation, Error, NextKey, NextStep, Readiness, Retirement, Rotation, Sight, Stage,
    StatusWarning, Timestamp,
};

use crate::folder::{DRAIN, Folder, HOUR, minute};

#[test]
fn a_whole_rotation() {
    let folder = Folder::begun();
    folder.check(
        &["int-1", "int-2"],
        &[("int-1", Stage::Active), ("int-2", Stage::Waiting)],
    );
    let mode = fs::metadata(folder.path("int-2.pem"))
        .unwrap()
        .permissions();
    assert_eq!(
        std::os::unix::fs::PermissionsExt::mode(&mode) & 0o777,
        0o600
    );

    let driver = folder.driver();
    let set = folder.set();
    let activation = Activation::new(HOUR).with_sight(Sight::Fetched(&set));
    let error = driver.activate(&activation, minute(1)).unwrap_err();
    // A second for the rounding of the moment at which it was seen.
    let ready = minute(61).after(Duration::from_secs(1));
    assert!(matches!(error, Error::TooEarly { from, .. } if from == ready));
    let nothing = Activation::new(HOUR);
    assert!(driver.activate(&nothing, minute(61)).is_err());
    assert_eq!(driver.activate(&nothing, ready).unwrap().as_str(), "int-2");

    let retirement = Retirement::new(DRAIN);
    let error = driver.retire(&retirement, minute(65)).unwrap_err();
    assert!(matches!(error, Error::TooEarly { .. }));
    let retired = driver.retire(&retirement, minute(72)).unwrap();
    assert_eq!(retired.key_id.as_str(), "int-1");
    assert_eq!(retired.jwk_set, folder.path("jwks.json"));
    folder.check(
        &["int-2"],
        &[("int-1", Stage::Retired), ("int-2", Stage::Active)],
    );
    assert!(folder.path("int-1.pem").exists());
    let error = driver.retire(&retirement, minute(99)).unwrap_err();
    assert!(matches!(error, Error::NothingToRetire));
}

/// A process that is killed while it makes a key leaves the name reserved, and no file.
#[test]
fn an_interrupted_making_is_done_again() {
    let folder = Folder::new();
    let failing = folder
        .driver()
        .with_generator(|_| Err(tokenring_jwk::Error::MalformedKey));
    let error = failing.begin(&folder.next(), minute(0)).unwrap_err();
    assert!(matches!(error, Error::Key(_)));
    folder.check(
        &["int-1"],
        &[("int-1", Stage::Active), ("int-2", Stage::Making)],
    );
    let error = folder
        .driver()
        .activate(&Activation::new(HOUR).forced(), minute(1))
        .unwrap_err();
    assert!(matches!(error, Error::MakingInterrupted { .. }));

    let begun = folder.driver().begin(&NextKey::new(), minute(2)).unwrap();
    assert_eq!(begun.key_id.as_str(), "int-2");
    folder.check(
        &["int-1", "int-2"],
        &[("int-1", Stage::Active), ("int-2", Stage::Waiting)],
    );
}

/// Whatever was written when a process was killed, the step ends as it would have.
#[test]
fn each_state_on_the_way_is_gone_on_from() {
    let done = Folder::begun();
    let key = fs::read(done.path("int-2.pem")).unwrap();
    let making = fs::read_to_string(done.path(Rotation::FILE_NAME))
        .unwrap()
        .replace("\"waiting\"", "\"making\"");
    let whole_set = fs::read_to_string(done.path("jwks.json")).unwrap();
    let mut old_set = done.set();
    old_set.remove(&"int-2".into()).unwrap();
    for set in [whole_set.as_str(), old_set.as_str()] {
        fs::write(done.path(Rotation::FILE_NAME), &making).unwrap();
        fs::write(done.path("jwks.json"), set).unwrap();
        let begun = done.driver().begin(&NextKey::new(), minute(9)).unwrap();
        assert_eq!(begun.key_id.as_str(), "int-2");
        done.check(
            &["int-1", "int-2"],
            &[("int-1", Stage::Active), ("int-2", Stage::Waiting)],
        );
        assert_eq!(fs::read(done.path("int-2.pem")).unwrap(), key);
    }

    let folder = Folder::activated();
    let superseded = fs::read_to_string(folder.path(Rotation::FILE_NAME)).unwrap();
    let retiring = superseded.replace("\"superseded\",", "\"retiring\",");
    assert_ne!(superseded, retiring);
    let whole_set = fs::read_to_string(folder.path("jwks.json")).unwrap();
    let mut new_set = folder.set();
    new_set.remove(&"int-1".into()).unwrap();
    for set in [whole_set.as_str(), new_set.as_str()] {
        fs::write(folder.path(Rotation::FILE_NAME), &retiring).unwrap();
        fs::write(folder.path("jwks.json"), set).unwrap();
        let retirement = Retirement::new(DRAIN).deleting_key();
        let retired = folder.driver().retire(&retirement, minute(100)).unwrap();
        assert_eq!(retired.key_id.as_str(), "int-1");
        folder.check(
            &["int-2"],
            &[("int-1", Stage::Retired), ("int-2", Stage::Active)],
        );
    }
}

/// A state from a backup may be older than the keys.
#[test]
fn a_restored_state_takes_the_key_that_signs() {
    let folder = Folder::begun();
    let backup = fs::read(folder.path(Rotation::FILE_NAME)).unwrap();
    let driver = folder.driver();
    let forced = Activation::new(HOUR).forced();
    driver.activate(&forced, minute(1)).unwrap();
    let retirement = Retirement::new(DRAIN).forced().deleting_key();
    driver.retire(&retirement, minute(2)).unwrap();
    fs::write(folder.path(Rotation::FILE_NAME), backup).unwrap();

    let status = driver.status(None, minute(3)).unwrap();
    let is_missing = |warning: &StatusWarning| matches!(warning, StatusWarning::FileMissing { .. });
    assert!(status.warnings.iter().any(is_missing));
    let error = driver.begin(&NextKey::new(), minute(3)).unwrap_err();
    assert!(matches!(error, Error::ActiveKeyNotInSet { .. }));

    let told = Arc::new(Mutex::new(Vec::new()));
    let events = Arc::clone(&told);
    let driver = folder.driver().with_event_handler(move |event| {
        events.lock().unwrap().push(format!("{event:?}"));
    });
    let next = NextKey::new().with_key_in_use(folder.path("int-2.pem"));
    let begun = driver.begin(&next, minute(4)).unwrap();
    assert_eq!(begun.active.as_str(), "int-2");
    assert_eq!(begun.key_id.as_str(), "int-3");
    let told = told.lock().unwrap();
    assert!(told.iter().any(|event| event.starts_with("Adopted")));

    folder.write_key("other.pem");
    fs::remove_file(folder.path("int-2.pem")).unwrap();
    let next = NextKey::new().with_key_in_use(folder.path("other.pem"));
    let error = folder.driver().begin(&next, minute(5)).unwrap_err();
    assert!(matches!(error, Error::NotAdoptable { .. }));
}

#[test]
fn what_is_seen_of_the_published_set_counts() {
    let folder = Folder::begun();
    let driver = folder.driver();
    let mut old = folder.set();
    old.remove(&"int-2".into()).unwrap();
    let activate = |sight, at| driver.activate(&Activation::new(HOUR).with_sight(sight), at);
    let since = || {
        let rotation = driver.rotation().unwrap();
        rotation.next().and_then(|key| key.published())
    };
    assert!(matches!(
        activate(Sight::None, minute(1)),
        Err(Error::NotPublished { .. })
    ));
    assert!(matches!(
        activate(Sight::Fetched(&old), minute(1)),
        Err(Error::NotInPublishedSet { .. })
    ));
    let set = folder.set();
    assert!(activate(Sight::Fetched(&set), minute(2)).is_err());
    assert_eq!(since(), Some(minute(2)));
    // A server that is away for a while takes no key away, and a set without the key does.
    assert!(matches!(
        activate(Sight::Failed, minute(3)),
        Err(Error::PublishedSetUnavailable { .. })
    ));
    assert_eq!(since(), Some(minute(2)));
    assert!(activate(Sight::Fetched(&old), minute(4)).is_err());
    assert_eq!(since(), None);
    let before = Timestamp::from_seconds(1);
    assert!(matches!(
        activate(Sight::Since(before), minute(5)),
        Err(Error::PublishedBeforeMade { .. })
    ));
    // A clock that was ahead when the key was seen.
    assert!(activate(Sight::Fetched(&set), minute(900)).is_err());
    assert!(matches!(
        activate(Sight::None, minute(6)),
        Err(Error::NotPublished { .. })
    ));
}

#[test]
fn status_says_what_comes_next() {
    let folder = Folder::begun();
    let driver = folder.driver();
    let check = |cache, at, wanted: NextStep| {
        let status = driver.status(cache, at).unwrap();
        assert_eq!(status.next_step, wanted);
        status.readiness
    };
    let key_id = || "int-2".into();
    check(Some(HOUR), minute(1), NextStep::Publish(key_id()));
    let activation = Activation::new(HOUR).with_sight(Sight::Since(minute(0)));
    driver.activate(&activation, minute(1)).unwrap_err();
    let from = minute(60);
    let readiness = check(
        Some(HOUR),
        minute(2),
        NextStep::ActivateFrom(key_id(), from),
    );
    assert_eq!(readiness, Some(Readiness::From(from)));
    check(Some(HOUR), minute(60), NextStep::Activate(key_id()));
    let learn = NextStep::LearnCacheTime(key_id(), minute(0));
    assert_eq!(check(None, minute(60), learn), None);
    driver.activate(&activation, minute(62)).unwrap();
    check(None, minute(70), NextStep::Retire("int-1".into()));
    let status = driver.status(None, minute(60 * 24 * 31 + 62)).unwrap();
    assert!(matches!(
        status.warnings[..],
        [StatusWarning::Forgotten {
            stage: Stage::Superseded,
            ..
        }]
    ));
    let retirement = Retirement::new(DRAIN);
    driver.retire(&retirement, minute(100)).unwrap();
    check(None, minute(101), NextStep::None);
    fs::remove_file(folder.path("int-2.pem")).unwrap();
    check(None, minute(101), NextStep::Recover);
}
