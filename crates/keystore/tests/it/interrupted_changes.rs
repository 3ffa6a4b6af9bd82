//! Changes of a key's files that another process did not finish.

use std::fs;

use tokenring_keystore::{FolderLock, KeyFileReader, SetFile};

use crate::scratch::{Events, Scratch, key, mode, set_mode, write_key};

/// The folder that the new files of a key wait in.
const JOURNAL: &str = ".tokenring-keyset-int-1";

/// Begins a change: files that wait, and markers.
fn begin(scratch: &Scratch, files: &[(&str, &str)]) {
    fs::create_dir(scratch.path(JOURNAL)).unwrap();
    for (name, contents) in files {
        scratch.write(&format!("{JOURNAL}/{name}"), contents);
    }
}

fn new_pem() -> String {
    key().0.to_pkcs8_pem().secret().to_owned()
}

/// Reads the key, and what happens on the way.
#[track_caller]
fn check(scratch: &Scratch, wanted: &[&str], names: &[&str]) {
    let events = Events::default();
    let handler = events.clone();
    let reader = KeyFileReader::new().with_event_handler(move |event| handler.add(event));
    let _ = reader.read(scratch.path("int-1.pem"));
    assert_eq!(events.take(scratch), wanted);
    assert_eq!(scratch.names(), names);
}

#[test]
fn one_that_was_complete_is_finished() {
    for (marker, before) in [("commit-new", false), ("commit-replace", true)] {
        let scratch = Scratch::new();
        if before {
            write_key(&scratch, "int-1");
        }
        let pem = new_pem();
        begin(
            &scratch,
            &[
                ("int-1.pem", &pem),
                ("int-1.pem.pub", "new"),
                ("int-1.json", "new"),
                (marker, ""),
            ],
        );
        check(
            &scratch,
            &["ChangeFinished { key: \"int-1\" }"],
            &["int-1.json", "int-1.pem", "int-1.pem.pub"],
        );
        assert_eq!(scratch.read("int-1.pem"), pem);
        assert_eq!(scratch.read("int-1.json"), "new");
        assert_eq!(mode(&scratch.path("int-1.pem")), 0o600);
    }
}

#[test]
fn one_that_was_half_moved_is_finished() {
    let scratch = Scratch::new();
    scratch.write("int-1.json", "new");
    let pem = new_pem();
    begin(&scratch, &[("int-1.pem", &pem), ("commit-new", "")]);
    check(
        &scratch,
        &["ChangeFinished { key: \"int-1\" }"],
        &["int-1.json", "int-1.pem"],
    );
}

#[test]
fn one_that_was_being_undone_is_undone() {
    let scratch = Scratch::new();
    scratch.write("int-1.pem", "new");
    let pem = new_pem();
    begin(
        &scratch,
        &[("old.int-1.pem", &pem), ("int-1.json", "new"), ("undo", "")],
    );
    check(
        &scratch,
        &["ChangeUndone { key: \"int-1\" }"],
        &["int-1.pem"],
    );
    assert_eq!(scratch.read("int-1.pem"), pem);
}

#[test]
fn one_that_was_not_complete_is_undone() {
    let scratch = Scratch::new();
    let pem = new_pem();
    scratch.write("int-1.pem", &pem);
    begin(&scratch, &[("int-1.pem", "new"), ("int-1.json", "new")]);
    check(
        &scratch,
        &["ChangeUndone { key: \"int-1\" }"],
        &["int-1.pem"],
    );
    assert_eq!(scratch.read("int-1.pem"), pem);
}

/// Whatever has the name of a file that is new stays.
#[test]
fn one_that_cannot_be_finished_is_reported() {
    let scratch = Scratch::new();
    let pem = new_pem();
    scratch.write("int-1.pem", &pem);
    begin(&scratch, &[("int-1.pem", "new"), ("commit-new", "")]);
    let events = Events::default();
    let handler = events.clone();
    let reader = KeyFileReader::new().with_event_handler(move |event| handler.add(event));
    assert!(reader.read(scratch.path("int-1.pem")).is_ok());
    let events = events.take(&scratch);
    assert!(matches!(&*events, [event] if event.starts_with("ChangeStuck { path: \"int-1.pem\"")));
    assert_eq!(scratch.read("int-1.pem"), pem);
    assert_eq!(scratch.names(), [JOURNAL, "int-1.pem"]);
}

/// Its maker holds the folder locked as long as it lives.
#[test]
fn one_that_is_still_being_made_is_left_alone() {
    let scratch = Scratch::new();
    scratch.write("int-1.pem", new_pem());
    begin(&scratch, &[("int-1.pem", "new"), ("commit-replace", "")]);
    set_mode(&scratch.path(JOURNAL), 0o700);
    let maker = tokenring_keystore::Hold::take(&scratch.path(JOURNAL)).unwrap();
    assert!(maker.unwrap().is_locked());
    let maker = tokenring_keystore::Hold::take(&scratch.path(JOURNAL)).unwrap();
    check(&scratch, &[], &[JOURNAL, "int-1.pem"]);
    drop(maker);
    check(
        &scratch,
        &["ChangeFinished { key: \"int-1\" }"],
        &["int-1.pem"],
    );
}

/// A JWK Set and the lock of its folder see to them as well.
#[test]
fn others_that_use_the_folder_finish_them() {
    let set = "{\"keys\": []}";
    let finished = ["ChangeFinished { key: \"int-1\" }"];
    let scratch = Scratch::new();
    let events = Events::default();
    let on_event = |event: &_| events.add(event);

    begin(&scratch, &[("int-1.json", set), ("commit-new", "")]);
    SetFile::open(&scratch.path("int-1.json"), &on_event).unwrap();
    assert_eq!(events.take(&scratch), finished);

    begin(&scratch, &[("int-1.pem", "new"), ("commit-new", "")]);
    scratch.write(".tokenring-draft-set.json-0", "half");
    let lock = FolderLock::take(scratch.folder(), &on_event).unwrap();
    let mut events = events.take(&scratch);
    events.sort();
    let removed = "DraftRemoved { path: \".tokenring-draft-set.json-0\" }";
    assert_eq!(events, [finished[0], removed]);
    assert_eq!(
        scratch.names(),
        [".tokenring.lock", "int-1.json", "int-1.pem"]
    );
    drop(lock);
}
