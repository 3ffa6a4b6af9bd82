use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use tokenring_key_rotation::{ActiveKey, Error, Rotation, Timestamp};

fn now() -> Timestamp {
    Timestamp::from_seconds(1_800_000_000)
}

/// A folder with the key `a-1`, whose file holds its name.
fn folder() -> (tempfile::TempDir, Rotation) {
    let folder = tempfile::tempdir().unwrap();
    let rotation = Rotation::new("jwks.json", "a-1".into(), "a-1.pem", now()).unwrap();
    fs::write(folder.path().join("a-1.pem"), "a-1").unwrap();
    write(folder.path(), &rotation);
    (folder, rotation)
}

fn write(folder: &Path, rotation: &Rotation) {
    let (new, path) = (folder.join("new"), folder.join(Rotation::FILE_NAME));
    fs::write(&new, rotation.to_json()).unwrap();
    fs::rename(new, path).unwrap();
}

fn activate(rotation: &mut Rotation, key_id: &str) {
    rotation
        .begin(key_id.into(), format!("{key_id}.pem"), now())
        .unwrap();
    rotation.finish_making().unwrap();
    rotation.activate(now()).unwrap();
}

fn open(folder: &Path) -> (ActiveKey<String>, Arc<AtomicUsize>) {
    let loads = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&loads);
    let keys = ActiveKey::open(folder, move |path, _| {
        counter.fetch_add(1, Ordering::SeqCst);
        Ok(fs::read_to_string(path)?)
    });
    (keys.unwrap(), loads)
}

#[test]
fn follows_a_rotation_and_loads_each_key_once() {
    let (folder, mut rotation) = folder();
    let (keys, loads) = open(folder.path());
    let held = keys.current().into_key();
    assert_eq!(keys.current().key(), "a-1");
    assert_eq!(loads.load(Ordering::SeqCst), 1);
    fs::write(folder.path().join("a-2.pem"), "a-2").unwrap();
    activate(&mut rotation, "a-2");
    write(folder.path(), &rotation);
    let snapshot = keys.current();
    assert_eq!(snapshot.key(), "a-2");
    assert_eq!(snapshot.record().key_id().as_str(), "a-2");
    assert!(snapshot.trouble().is_none());
    // A change that leaves the active key as it is loads nothing.
    rotation.begin_retirement(&"a-1".into()).unwrap();
    write(folder.path(), &rotation);
    assert_eq!(keys.current().key(), "a-2");
    assert_eq!(loads.load(Ordering::SeqCst), 2);
    // What was taken before stays what it was.
    assert_eq!(*held, "a-1");
}

#[test]
fn goes_on_with_the_last_good_key() {
    let (folder, mut rotation) = folder();
    let (keys, _) = open(folder.path());
    activate(&mut rotation, "a-2");
    write(folder.path(), &rotation);
    let snapshot = keys.current();
    assert_eq!(snapshot.key(), "a-1");
    assert!(matches!(snapshot.trouble(), Some(Error::Load { .. })));
    fs::write(folder.path().join("a-2.pem"), "a-2").unwrap();
    assert_eq!(keys.current().key(), "a-2");
    fs::write(folder.path().join(Rotation::FILE_NAME), "{").unwrap();
    let snapshot = keys.current();
    assert_eq!(snapshot.key(), "a-2");
    assert!(matches!(snapshot.trouble(), Some(Error::Malformed { .. })));
    fs::remove_file(folder.path().join(Rotation::FILE_NAME)).unwrap();
    let snapshot = keys.current();
    assert_eq!(snapshot.key(), "a-2");
    assert!(matches!(snapshot.trouble(), Some(Error::Read { .. })));
}

#[test]
fn does_not_open_without_a_key() {
    let empty = tempfile::tempdir().unwrap();
    let load = |path: &Path, _: &_| Ok(fs::read_to_string(path)?);
    let error = ActiveKey::open(empty.path(), load).unwrap_err();
    assert!(matches!(error, Error::Read { .. }));
    let (folder, _rotation) = folder();
    fs::remove_file(folder.path().join("a-1.pem")).unwrap();
    let error = ActiveKey::open(folder.path(), load).unwrap_err();
    assert!(matches!(error, Error::Load { .. }));
    let long = " ".repeat(5 * 1024 * 1024);
    fs::write(folder.path().join(Rotation::FILE_NAME), long).unwrap();
    let error = ActiveKey::open(folder.path(), load).unwrap_err();
    assert!(matches!(error, Error::Read { .. }));
}

/// Keys that are retired cost a start nothing: they are not read.
#[test]
fn looks_at_no_key_that_is_retired() {
    let (folder, mut rotation) = folder();
    fs::write(folder.path().join("a-2.pem"), "a-2").unwrap();
    activate(&mut rotation, "a-2");
    rotation.begin_retirement(&"a-1".into()).unwrap();
    rotation.finish_retirement(&"a-1".into(), now()).unwrap();
    write(folder.path(), &rotation);
    assert_eq!(open(folder.path()).0.current().key(), "a-2");
    let path = folder.path().join(Rotation::FILE_NAME);
    let state = fs::read_to_string(&path).unwrap();
    let (head, _) = state.split_once("\"past\":").unwrap();
    fs::write(&path, format!("{head}\"past\": what is not read")).unwrap();
    assert_eq!(open(folder.path()).0.current().key(), "a-2");
    // Whoever takes a step reads all of it.
    let state = fs::read_to_string(&path).unwrap();
    assert!(matches!(
        Rotation::parse(&state),
        Err(Error::Malformed { .. })
    ));
}

/// A key that was retired and deleted between a reader's look at the state and its look at the
/// file is not missed: the reader looks again.
#[test]
fn looks_again_where_a_file_has_gone() {
    let (folder, rotation) = folder();
    let path = folder.path().to_owned();
    let keys = ActiveKey::open(folder.path(), move |file, record| {
        if record.key_id().as_str() == "a-1" {
            let mut rotation = rotation.clone();
            fs::write(path.join("a-2.pem"), "a-2")?;
            activate(&mut rotation, "a-2");
            write(&path, &rotation);
            fs::remove_file(file)?;
        }
        Ok(fs::read_to_string(file)?)
    })
    .unwrap();
    assert_eq!(keys.current().key(), "a-2");
}

#[test]
fn serves_many_threads_through_many_rotations() {
    let (folder, mut rotation) = folder();
    let (keys, _) = open(folder.path());
    thread::scope(|scope| {
        let readers: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    loop {
                        let snapshot = keys.current();
                        assert_eq!(snapshot.key(), snapshot.record().key_id().as_str());
                        assert!(snapshot.trouble().is_none());
                        if snapshot.key() == "a-50" {
                            break;
                        }
                    }
                })
            })
            .collect();
        for number in 2..=50 {
            let key_id = format!("a-{number}");
            fs::write(folder.path().join(format!("{key_id}.pem")), &key_id).unwrap();
            activate(&mut rotation, &key_id);
            write(folder.path(), &rotation);
        }
        for reader in readers {
            reader.join().unwrap();
        }
    });
}
