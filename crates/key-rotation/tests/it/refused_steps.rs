//! What the driver makes, and what it refuses.

use std::fs;

use tokenring_jwk::{Algorithm, KeyFile, KeySpec, any};
use tokenring_key_rotation::{Error, KeyNaming, NextKey, NotDeleted, Retirement, Rotation, Stage};
use tokenring_keystore::{KeyFileReader, PassphraseSource};

use crate::folder::{DRAIN, Folder, minute};

#[test]
fn a_key_is_deleted_with_its_public_half_and_no_other() {
    let folder = Folder::activated();
    let delete = Retirement::new(DRAIN).deleting_key();
    let own = fs::read(folder.path("int-1.pem")).unwrap();
    let refused = |contents: &[u8]| {
        fs::write(folder.path("int-1.pem"), contents).unwrap();
        let error = folder.driver().retire(&delete, minute(200)).unwrap_err();
        folder.check(
            &["int-1", "int-2"],
            &[("int-1", Stage::Superseded), ("int-2", Stage::Active)],
        );
        match error {
            Error::NotDeleted { reason, .. } => reason,
            error => panic!("{error:?}"),
        }
    };
    assert!(matches!(refused(b"junk"), NotDeleted::NotPrivateKey(_)));
    let other = fs::read(folder.path("int-2.pem")).unwrap();
    assert!(matches!(refused(&other), NotDeleted::OtherPrivateKey));
    fs::remove_file(folder.path("int-1.pem")).unwrap();
    std::os::unix::fs::symlink("int-2.pem", folder.path("int-1.pem")).unwrap();
    let error = folder.driver().retire(&delete, minute(200)).unwrap_err();
    let is_link = matches!(
        error,
        Error::NotDeleted {
            reason: NotDeleted::SymbolicLink,
            ..
        }
    );
    assert!(is_link);

    fs::remove_file(folder.path("int-1.pem")).unwrap();
    let public = any::public_key(&KeyFile::new(&own).private_key().unwrap()).unwrap();
    fs::write(folder.path("int-1.pem"), own).unwrap();
    fs::write(folder.path("int-1.pem.pub"), public.to_spki_pem()).unwrap();
    folder.driver().retire(&delete, minute(200)).unwrap();
    for name in ["int-1.pem", "int-1.pem.pub"] {
        assert!(!folder.path(name).exists(), "{name}");
    }
}

#[test]
fn no_key_is_retired_while_the_active_one_cannot_sign() {
    let folder = Folder::activated();
    fs::write(folder.path("int-2.pem"), "junk").unwrap();
    let retirement = Retirement::new(DRAIN).forced();
    let error = folder.driver().retire(&retirement, minute(200));
    let Err(Error::CannotSign { stage, .. }) = error else {
        panic!("{error:?}");
    };
    assert_eq!(stage, Stage::Active);
    assert_eq!(folder.published(), ["int-1", "int-2"]);
}

#[test]
fn what_the_next_key_is() {
    let next = || Folder::new().next();
    let check = |next: NextKey, wanted: fn(&Error) -> bool| {
        let folder = Folder::new();
        let next = next.with_key_in_use(folder.path("int-1.pem"));
        let error = folder.driver().begin(&next, minute(0)).unwrap_err();
        assert!(wanted(&error), "{error:?}");
        assert!(!folder.path(Rotation::FILE_NAME).exists());
    };
    check(next().with_algorithm(Algorithm::Rs512), |error| {
        matches!(error, Error::AlgorithmOfOtherKeys { .. })
    });
    check(next().with_accepted([Algorithm::EdDsa]), |error| {
        matches!(error, Error::AlgorithmNotAccepted { .. })
    });

    let folder = Folder::new();
    let next = folder.next().with_spec(KeySpec::Ed25519);
    let next = next.with_accepted([Algorithm::Es256, Algorithm::EdDsa]);
    let next = next.with_naming(KeyNaming::Thumbprint);
    let begun = folder.driver().begin(&next, minute(0)).unwrap();
    let set = folder.set();
    let mut jwks = set.entries().iter().filter_map(|entry| entry.jwk().ok());
    let jwk = jwks
        .find(|jwk| jwk.key_id() == Some(&begun.key_id))
        .unwrap();
    assert_eq!(jwk.algorithm(), Some(Algorithm::EdDsa));
    let thumbprint = any::thumbprint(jwk.public_key()).to_string();
    assert_eq!(begun.key_id.as_str(), thumbprint);

    let folder = Folder::new();
    let passphrase = PassphraseSource::from(tokenring_jwk::Passphrase::new(b"horse".to_vec()));
    let reader = KeyFileReader::new().with_passphrase(passphrase);
    let next = folder.next().encrypted();
    let error = folder.driver().begin(&next, minute(0)).unwrap_err();
    assert!(matches!(error, Error::NoPassphrase));
    let driver = folder.driver().with_reader(reader);
    let begun = driver.begin(&next, minute(0)).unwrap();
    let pem = fs::read(&begun.path).unwrap();
    assert!(KeyFile::new(&pem).is_encrypted());
}

#[test]
fn the_key_in_use_is_the_one_of_the_set() {
    let folder = Folder::new();
    let driver = folder.driver();
    let begin = |next: &NextKey| driver.begin(next, minute(0)).unwrap_err();
    assert!(matches!(driver.rotation(), Err(Error::NotRotated { .. })));
    assert!(matches!(begin(&NextKey::new()), Error::NoKeyInUse { .. }));
    let elsewhere = Folder::new();
    assert!(matches!(
        begin(&elsewhere.next()),
        Error::OutsideFolder { .. }
    ));
    fs::write(folder.path("set.json"), "{\"keys\": []}").unwrap();
    assert!(matches!(
        begin(&folder.next().with_jwk_set("set.json")),
        Error::KeyInUseNotInSet {
            has_other: false,
            ..
        }
    ));
    assert!(!folder.path(Rotation::FILE_NAME).exists());
    fs::write(folder.path(Rotation::FILE_NAME), "{").unwrap();
    assert!(matches!(driver.rotation(), Err(Error::State { .. })));
}

/// Errors name files and keys, and nothing that is in them.
#[test]
fn errors_hide_what_was_read() {
    const MARKER: &str = "MARKERmarkerMARKERmarkerMARKERmarkerMARKERm";
    let folder = Folder::new();
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{MARKER}\n-----END PRIVATE KEY-----\n");
    fs::write(folder.path("int-1.pem"), pem).unwrap();
    let error = folder.driver().begin(&folder.next(), minute(0));
    assert!(!format!("{error:?}").contains(MARKER));
    fs::write(folder.path(Rotation::FILE_NAME), MARKER).unwrap();
    let error = folder.driver().rotation();
    assert!(!format!("{error:?}").contains(MARKER));
}
