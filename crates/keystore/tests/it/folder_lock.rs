//! The lock of a folder.

use std::fs;
use std::os::unix::fs::symlink;
use std::sync::Mutex;

use tokenring_keystore::{Error, Event, FolderLock};

use crate::scratch::{Scratch, chain, mode, set_mode};

/// The file that is locked.
const NAME: &str = ".tokenring.lock";

#[test]
fn a_second_one_waits_for_the_first() {
    let scratch = Scratch::new();
    let first = FolderLock::take(scratch.folder(), &|event| panic!("{event:?}")).unwrap();
    let first = Mutex::new(Some(first));
    let second = FolderLock::take(scratch.folder(), &|event| {
        assert!(matches!(event, Event::WaitingForLock { folder } if folder == scratch.folder()));
        // It would wait for 40 seconds.
        assert!(first.lock().unwrap().take().is_some());
    });
    drop(second.unwrap());
    assert!(first.lock().unwrap().is_none());
}

#[test]
fn its_file_is_private_and_stays() {
    let scratch = Scratch::new();
    for _ in 0..2 {
        drop(FolderLock::take(scratch.folder(), &|event| panic!("{event:?}")).unwrap());
        assert_eq!(scratch.names(), [NAME]);
        assert_eq!(mode(&scratch.path(NAME)), 0o600);
        assert_eq!(scratch.read(NAME), "");
        set_mode(&scratch.path(NAME), 0o666);
    }
}

#[track_caller]
fn check(prepare: impl FnOnce(&Scratch), wanted: &str) {
    let scratch = Scratch::new();
    scratch.write("other", "precious");
    prepare(&scratch);
    let error = FolderLock::take(scratch.folder(), &|_| {}).unwrap_err();
    assert!(matches!(error, Error::Lock { .. }), "{error:?}");
    let text = chain(&error).replace(&scratch.folder().display().to_string(), "FOLDER");
    assert_eq!(text, format!("cannot lock FOLDER: {wanted}"));
    assert_eq!(scratch.read("other"), "precious");
}

#[test]
fn what_is_no_lock_file_is_an_error() {
    check(
        |scratch| symlink(scratch.path("other"), scratch.path(NAME)).unwrap(),
        ".tokenring.lock: Too many levels of symbolic links (os error 40)",
    );
    check(
        |scratch| fs::hard_link(scratch.path("other"), scratch.path(NAME)).unwrap(),
        ".tokenring.lock there is a hard link to a file that has another name; remove it",
    );
    check(
        |scratch| fs::create_dir(scratch.path(NAME)).unwrap(),
        ".tokenring.lock: Is a directory (os error 21)",
    );
}

#[test]
fn a_folder_that_is_missing_is_an_error() {
    let scratch = Scratch::new();
    let error = FolderLock::take(&scratch.path("missing"), &|_| {}).unwrap_err();
    assert!(matches!(error, Error::Lock { .. }), "{error:?}");
}
