//! No secret is in what `Debug` and errors show.

use std::fmt::Debug;

use tokenring_jwk::{JwkSet, Passphrase, ring};
use tokenring_keystore::{
    CertificateFile, KeyFileContents, KeyFileReader, NewKey, PassphraseSource, SetFile,
};

use crate::scratch::{Scratch, chain, jwk, key};

/// What no text may hold.
const MARKER: &str = "MARKERmarkerMARKERmarkerMARKERmarkerMARKERm";

#[track_caller]
fn check(value: &dyn Debug) {
    for text in [format!("{value:?}"), format!("{value:#?}")] {
        for secret in [MARKER.to_owned(), format!("{:?}", MARKER.as_bytes())] {
            assert!(!text.contains(&secret), "{text}");
        }
    }
}

#[track_caller]
fn check_error(error: &(impl std::error::Error + 'static)) {
    check(&chain(error));
    check(error);
}

#[test]
fn values_hide_what_they_hold() {
    let scratch = Scratch::new();
    let passphrase = || Passphrase::new(MARKER.as_bytes().to_vec());
    let source = PassphraseSource::from(passphrase());
    check(&source);
    let file = scratch.write("passphrase", MARKER);
    let source = PassphraseSource::from_file(file);
    source.choose("a.pem").unwrap();
    check(&source);
    let reader = KeyFileReader::new().with_passphrase(source);
    check(&reader);

    let (private_key, public_key) = key();
    let pem = private_key.to_pkcs8_pem();
    // The last line but one ends with the public half.
    let secret = pem.secret().lines().nth(1).unwrap().to_owned();
    let path = scratch.write("a.pem", pem.secret());
    let contents = KeyFileContents::read(&path, &|_| {}).unwrap();
    let loaded = reader.open(&contents).unwrap();
    let set = JwkSet::from_iter([jwk(&public_key, "a")]);
    let new = NewKey::new(&pem, &public_key, &set);
    for text in [
        format!("{contents:?}"),
        format!("{loaded:?}"),
        format!("{new:?}"),
    ] {
        assert!(!text.contains(&secret), "{text}");
    }

    let scratch = Scratch::new();
    let path = scratch.write("a.pem", MARKER);
    check(&KeyFileContents::read(&path, &|_| {}).unwrap());
}

#[test]
fn errors_hide_what_was_read() {
    let scratch = Scratch::new();
    let reader = KeyFileReader::new();
    let json = format!("{{\"kty\": \"EC\", \"crv\": \"P-256\", \"d\": \"{MARKER}\"}}");
    let set = format!("{{\"keys\": [{json}]}}");
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{MARKER}\n-----END PRIVATE KEY-----\n");
    for contents in [MARKER, &json, &set, &pem] {
        let path = scratch.write("a.pem", contents);
        check_error(&reader.read(&path).unwrap_err());
        check_error(&SetFile::open(&path, &|_| {}).unwrap_err());
        check_error(&CertificateFile::read(&path).unwrap_err());
    }
    let passphrase = || Passphrase::new(MARKER.as_bytes().to_vec());
    let pem = ring::encrypt(&key().0, &Passphrase::new(b"other".to_vec())).unwrap();
    let path = scratch.write("a.pem", pem.secret());
    let reader = KeyFileReader::new().with_passphrase(passphrase());
    check_error(&reader.read(&path).unwrap_err());
    let long = scratch.write("passphrase", MARKER.repeat(100));
    check_error(
        &PassphraseSource::from_file(long)
            .choose("a.pem")
            .unwrap_err(),
    );
}
