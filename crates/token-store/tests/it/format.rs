//! Files that another program has written, with seals that Python computed:
//! SHA-256 over "tokenring token-cache file 1", the purpose, and name, kind and
//! value of each member in the order of the names, each text behind its length in
//! 8 bytes.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;

use tokenring_token_store::Source;

use crate::scratch::{Call, Scratch, at, key, secret};

#[track_caller]
fn check(version: u32, token: &str, seal: &str, expected: Source) {
    let scratch = Scratch::new();
    let text = format!(
        r#"{{"id":"0", "version":{version}, "access_token":"{token}", "token_type":"Bearer",
        "obtained_at":1700000000, "expires_at":1700000600, "seal":"{seal}"}}"#
    );
    let mut options = OpenOptions::new();
    let options = options.write(true).create_new(true).mode(0o600);
    let mut file = options.open(scratch.file("json")).unwrap();
    file.write_all(text.as_bytes()).unwrap();
    let key = key();
    let outcome = scratch.get(&Call::new(&key, at(0))).unwrap();
    assert_eq!(outcome.source(), expected);
    assert_eq!(secret(&outcome) == token, expected == Source::Store);
}

const SEAL: &str = "08b35014a50e70bc227f12c3434e837b936c2002e03aaa0909c1e7e3a9e4092f";

#[test]
fn a_file_under_a_good_seal_is_read() {
    check(1, "test-token", SEAL, Source::Store);
}

#[test]
fn a_good_seal_is_not_enough() {
    let other_version = "0ea4d448605d2ae5e56fb4b7bed696bbb8a96585da4bed3579c16e9ec9a5bba3";
    check(2, "test-token", other_version, Source::Fetch);
    let no_bearer_token = "3c8baf9d14c7714ebbc116e51a335014b700921accf9a25386cb9caac33893c8";
    check(1, "two words", no_bearer_token, Source::Fetch);
    // A secret that is written with escapes would be copied while it is read.
    check(1, "test\\u002dtoken", SEAL, Source::Fetch);
}
