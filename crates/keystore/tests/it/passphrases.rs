//! Where passphrases come from.

use std::os::fd::AsRawFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokenring_jwk::Passphrase;
use tokenring_keystore::{KeyPlace, PassphraseError, PassphrasePrompt, PassphraseSource};

use crate::scratch::{Scratch, chain};

fn place() -> KeyPlace {
    KeyPlace::new("a.pem")
}

#[track_caller]
fn check(contents: &str, wanted: &str) {
    let scratch = Scratch::new();
    let path = scratch.write("passphrase", contents);
    let source = PassphraseSource::from_file(&path);
    assert_eq!(source.open(&place()).unwrap().secret(), wanted.as_bytes());
    let file = std::fs::File::open(&path).unwrap();
    let source = PassphraseSource::from_descriptor(u32::try_from(file.as_raw_fd()).unwrap());
    assert_eq!(source.open(&place()).unwrap().secret(), wanted.as_bytes());
}

#[test]
fn the_first_line_of_a_file_is_one() {
    check("correct", "correct");
    check("correct\n", "correct");
    check("correct\r\nsecond\n", "correct");
    check(" correct horse \n", " correct horse ");
    check("", "");
    check(&"p".repeat(4096), &"p".repeat(4096));
    check(&format!("p\n{}", "x".repeat(10_000)), "p");
}

#[test]
fn a_place_without_one_is_an_error() {
    let scratch = Scratch::new();
    let missing = PassphraseSource::from_file(scratch.path("missing"));
    let error = missing.open(&place()).unwrap_err();
    assert!(
        chain(&error).ends_with("missing: cannot be read: No such file or directory (os error 2)")
    );
    let long = scratch.write("long", "p".repeat(4097));
    let error = PassphraseSource::from_file(long)
        .open(&place())
        .unwrap_err();
    assert!(matches!(error, PassphraseError::TooLong { .. }));
    let unset = PassphraseSource::from_environment("TOKENRING_TEST_UNSET");
    let error = unset.open(&place()).unwrap_err();
    assert!(matches!(error, PassphraseError::Missing));
}

/// Answers each prompt in turn, and counts them.
fn prompt(answers: &'static [&'static str]) -> (PassphraseSource, Arc<AtomicUsize>) {
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    let source = PassphraseSource::from_prompt(move |prompt| {
        let index = counted.fetch_add(1, Ordering::Relaxed);
        let is_repeat = matches!(prompt, PassphrasePrompt::Repeat);
        assert_eq!(is_repeat, index == 1);
        let answer = answers.get(index).ok_or("nobody is there")?;
        Ok(Passphrase::new(answer.as_bytes().to_vec()))
    });
    assert!(source.is_prompt());
    (source, count)
}

#[test]
fn somebody_is_asked_once() {
    let (source, count) = prompt(&["correct"]);
    let clone = source.clone();
    for source in [&source, &clone, &source] {
        assert_eq!(source.open(&place()).unwrap().secret(), b"correct");
        // What opened a key also encrypts the next one.
        assert_eq!(source.choose("b.pem").unwrap().secret(), b"correct");
    }
    assert_eq!(count.load(Ordering::Relaxed), 1);
}

#[test]
fn a_new_one_is_typed_twice() {
    let (source, count) = prompt(&["correct", "correct"]);
    assert_eq!(source.choose("b.pem").unwrap().secret(), b"correct");
    assert_eq!(count.load(Ordering::Relaxed), 2);

    let error = prompt(&["correct", "corect"])
        .0
        .choose("b.pem")
        .unwrap_err();
    assert!(matches!(error, PassphraseError::Different));
    let error = prompt(&["", ""]).0.choose("b.pem").unwrap_err();
    assert!(matches!(error, PassphraseError::Empty));
    let error = prompt(&[]).0.choose("b.pem").unwrap_err();
    assert_eq!(chain(&error), "no passphrase was typed: nobody is there");
}
