use std::time::Duration;

use tokenring_jwk::KeyId;
use tokenring_key_rotation::{Error, Readiness, Rotation, Stage, Timestamp};

const CACHE: Duration = Duration::from_secs(3600);

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_seconds(1_800_000_000 + seconds)
}

fn new() -> Rotation {
    Rotation::new("jwks.json", "int-1".into(), "int-1.pem", at(0)).unwrap()
}

/// With a key that waits since the second 10, and was seen at 20.
fn waiting() -> Rotation {
    let mut rotation = new();
    rotation.begin("int-2".into(), "int-2.pem", at(10)).unwrap();
    rotation.finish_making().unwrap();
    rotation.note_published(at(20));
    rotation
}

#[track_caller]
fn check_stages(rotation: &Rotation, expected: &[(&str, Stage)]) {
    let stages: Vec<_> = rotation
        .keys()
        .iter()
        .map(|key| (key.key_id().as_str(), key.stage()))
        .collect();
    assert_eq!(stages, expected);
    // What is written is read back as it was, at every stage.
    assert_eq!(Rotation::parse(&rotation.to_json()).unwrap(), *rotation);
}

#[test]
fn goes_from_one_key_to_the_next() {
    let mut rotation = new();
    check_stages(&rotation, &[("int-1", Stage::Active)]);
    rotation.begin("int-2".into(), "int-2.pem", at(10)).unwrap();
    check_stages(
        &rotation,
        &[("int-1", Stage::Active), ("int-2", Stage::Making)],
    );
    rotation.finish_making().unwrap();
    check_stages(
        &rotation,
        &[("int-1", Stage::Active), ("int-2", Stage::Waiting)],
    );
    rotation.note_published(at(20));
    rotation.activate(at(4000)).unwrap();
    check_stages(
        &rotation,
        &[("int-1", Stage::Superseded), ("int-2", Stage::Active)],
    );
    let old = KeyId::new("int-1");
    rotation.begin_retirement(&old).unwrap();
    check_stages(
        &rotation,
        &[("int-1", Stage::Retiring), ("int-2", Stage::Active)],
    );
    rotation.finish_retirement(&old, at(5000)).unwrap();
    check_stages(
        &rotation,
        &[("int-1", Stage::Retired), ("int-2", Stage::Active)],
    );
    let retired = rotation.find(&old).unwrap();
    assert_eq!(retired.superseded(), Some(at(4000)));
    assert_eq!(retired.retired(), Some(at(5000)));
    assert_eq!(rotation.active().published(), Some(at(20)));
    assert_eq!(rotation.active().activated(), Some(at(4000)));
    assert!(rotation.retirable().next().is_none());
}

#[test]
fn lets_a_new_key_wait_for_the_cache() {
    let rotation = waiting();
    let check = |seconds, expected| {
        assert_eq!(rotation.activation(CACHE, at(seconds)).unwrap(), expected);
    };
    check(0, Readiness::From(at(3620)));
    check(3619, Readiness::From(at(3620)));
    check(3620, Readiness::Ready);
    assert!(matches!(
        new().activation(CACHE, at(0)),
        Err(Error::NothingWaits)
    ));
}

#[test]
fn counts_from_the_first_sight_of_a_published_key() {
    let mut rotation = waiting();
    rotation.note_published(at(3000));
    let ready = Readiness::From(at(3620));
    assert_eq!(rotation.activation(CACHE, at(3001)).unwrap(), ready);
    rotation.forget_published();
    let unseen = Readiness::NotPublished;
    assert_eq!(rotation.activation(CACHE, at(9999)).unwrap(), unseen);
    rotation.note_published(at(3000));
    let ready = Readiness::From(at(6600));
    assert_eq!(rotation.activation(CACHE, at(3001)).unwrap(), ready);
    // The key that signs has been seen long ago.
    assert_eq!(rotation.active().published(), Some(at(0)));
}

#[test]
fn lets_an_old_key_stay_until_nothing_of_it_is_under_way() {
    let mut rotation = waiting();
    rotation.activate(at(4000)).unwrap();
    let drain = Duration::from_secs(300);
    let check = |key_id: &str, seconds, expected| {
        let found = rotation.retirement(&key_id.into(), drain, at(seconds));
        assert_eq!(found.unwrap(), expected, "{key_id}");
    };
    check("int-1", 4000, Readiness::From(at(4300)));
    check("int-1", 4299, Readiness::From(at(4300)));
    check("int-1", 4300, Readiness::Ready);
    let names: Vec<_> = rotation
        .retirable()
        .map(|key| key.key_id().as_str())
        .collect();
    assert_eq!(names, ["int-1"]);
}

#[test]
fn lets_a_key_go_that_never_signed() {
    let mut rotation = waiting();
    let key_id = KeyId::new("int-2");
    let now = rotation.retirement(&key_id, CACHE, at(21)).unwrap();
    assert_eq!(now, Readiness::Ready);
    rotation.begin_retirement(&key_id).unwrap();
    rotation.finish_retirement(&key_id, at(22)).unwrap();
    check_stages(
        &rotation,
        &[("int-1", Stage::Active), ("int-2", Stage::Retired)],
    );
    let again = rotation.begin("int-2".into(), "int-2.pem", at(23));
    assert!(matches!(again, Err(Error::UsedKeyId { .. })));
    rotation.begin("int-3".into(), "int-3.pem", at(24)).unwrap();
}

#[test]
fn gives_the_name_of_a_key_back_that_was_never_made() {
    let mut rotation = new();
    rotation.begin("int-2".into(), "int-2.pem", at(10)).unwrap();
    rotation.abandon_making();
    check_stages(&rotation, &[("int-1", Stage::Active)]);
    rotation.begin("int-2".into(), "int-2.pem", at(11)).unwrap();
    rotation.finish_making().unwrap();
    rotation.abandon_making();
    check_stages(
        &rotation,
        &[("int-1", Stage::Active), ("int-2", Stage::Waiting)],
    );
}

#[test]
fn takes_an_interrupted_step_again() {
    let mut rotation = waiting();
    rotation.activate(at(4000)).unwrap();
    let old = KeyId::new("int-1");
    rotation.begin_retirement(&old).unwrap();
    rotation.begin_retirement(&old).unwrap();
    let now = rotation.retirement(&old, CACHE, at(4001)).unwrap();
    assert_eq!(now, Readiness::Ready);
    rotation.finish_retirement(&old, at(4002)).unwrap();
}

#[test]
fn refuses_steps_that_lead_nowhere() {
    let mut rotation = waiting();
    let before = rotation.clone();
    let mut check = |step: &dyn Fn(&mut Rotation) -> Result<(), Error>, words: &str| {
        let error = step(&mut rotation).unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
        assert_eq!(rotation, before);
    };
    check(
        &|r| r.begin("int-3".into(), "int-3.pem", at(1)),
        "to key int-2 is under way",
    );
    check(
        &|r| r.begin("int-3".into(), "../int-3.pem", at(1)),
        "no plain file name",
    );
    check(&|r| r.finish_making(), "begin a rotation first");
    check(
        &|r| r.begin_retirement(&"int-1".into()),
        "activate another before",
    );
    check(
        &|r| r.begin_retirement(&"int-9".into()),
        "no key of this folder",
    );
    check(
        &|r| r.finish_retirement(&"int-2".into(), at(1)),
        "int-2 is waiting",
    );
    check(
        &|r| r.finish_retirement(&"int-9".into(), at(1)),
        "no key of this folder",
    );
    let mut idle = new();
    assert!(matches!(idle.activate(at(1)), Err(Error::NothingWaits)));
    idle.begin("int-2".into(), "int-2.pem", at(1)).unwrap();
    // A key in the making may not be in the set yet.
    assert!(matches!(idle.activate(at(1)), Err(Error::NothingWaits)));
}
