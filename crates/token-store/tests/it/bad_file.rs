use std::fs::{self, OpenOptions, Permissions};
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt, chown, symlink};
use std::path::PathBuf;
use std::process::Command;

use tokenring_token_store::{CacheKey, Source, Unusable};

use crate::process::is_root;
use crate::scratch::{Call, Scratch, at, key, secret};

/// Spoils a good entry, and expects a miss that is replaced.
#[track_caller]
fn check(spoil: impl FnOnce(&Scratch)) {
    let scratch = Scratch::new();
    let key = key();
    let lookup = Call::new(&key, at(0));
    let old = secret(&scratch.get(&lookup).unwrap());
    spoil(&scratch);
    let outcome = scratch.get(&lookup).unwrap();
    assert_eq!(outcome.source(), Source::Fetch);
    assert!(outcome.warning().is_none(), "{:?}", outcome.warning());
    assert_ne!(secret(&outcome), old);
    let again = scratch.get(&lookup).unwrap();
    assert_eq!(again.source(), Source::Store);
    assert_eq!(secret(&again), secret(&outcome));
    let metadata = fs::symlink_metadata(scratch.file("json")).unwrap();
    assert!(metadata.is_file());
    assert_eq!(metadata.permissions().mode() & 0o7777, 0o600);
}

fn replace_text(scratch: &Scratch, old: &str, new: &str) {
    let path = scratch.file("json");
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(old), "{text}");
    fs::write(&path, text.replacen(old, new, 1)).unwrap();
}

#[test]
fn garbage_is_a_miss() {
    for garbage in [
        "",
        "\0",
        "{",
        "{}",
        "[]",
        "null",
        "\"\"",
        "{\"version\":1}",
        "\u{feff}{}",
    ] {
        check(|scratch| fs::write(scratch.file("json"), garbage).unwrap());
    }
    check(|scratch| fs::write(scratch.file("json"), [0xff; 700]).unwrap());
    check(|scratch| fs::write(scratch.file("json"), "[".repeat(100_000)).unwrap());
}

#[test]
fn what_was_tampered_with_is_a_miss() {
    check(|scratch| replace_text(scratch, "test-token-", "evil-token-"));
    check(|scratch| replace_text(scratch, "gateway.example", "evil.example"));
    check(|scratch| replace_text(scratch, "1700000600", "1800000600"));
    check(|scratch| replace_text(scratch, "\"version\":1", "\"version\":2"));
    check(|scratch| replace_text(scratch, "{", "{\"more\":1,"));
    check(|scratch| replace_text(scratch, "{", "{\"version\":1,"));
    check(|scratch| replace_text(scratch, "}", "}{}"));
    check(|scratch| replace_text(scratch, "test-token-", "test\\u002dtoken-"));
}

#[test]
fn oversized_is_a_miss_and_is_not_written() {
    check(|scratch| {
        let file = OpenOptions::new().write(true).open(scratch.file("json"));
        file.unwrap().set_len(1 << 40).unwrap();
    });
    check(|scratch| replace_text(scratch, "}", &format!("}}{}", " ".repeat(300_000))));
    let scratch = Scratch::new();
    let key = CacheKey::builder("https://gateway.example/", &"c".repeat(300_000))
        .with_scope(&"s".repeat(300_000))
        .build();
    let outcome = scratch.get(&Call::new(&key, at(0))).unwrap();
    assert!(matches!(outcome.warning(), Some(Unusable::TooLarge)));
    assert!(scratch.names().iter().all(|name| name.ends_with(".lock")));
}

#[test]
fn the_entry_of_another_key_is_a_miss() {
    let other = CacheKey::builder("https://evil.example/", "client-1").build();
    check(|scratch| {
        scratch.get(&Call::new(&other, at(0))).unwrap();
        let path = scratch.path().join(format!("{}.json", other.as_str()));
        fs::copy(path, scratch.file("json")).unwrap();
    });
}

#[test]
fn only_a_private_regular_file_is_read() {
    for mode in [0o640, 0o604, 0o620, 0o602, 0o644, 0o666] {
        check(|scratch| {
            fs::set_permissions(scratch.file("json"), Permissions::from_mode(mode)).unwrap();
        });
    }
    check(|scratch| {
        // The same contents, by way of a link.
        let aside = scratch.path().join("aside");
        fs::rename(scratch.file("json"), &aside).unwrap();
        symlink(&aside, scratch.file("json")).unwrap();
    });
    check(|scratch| {
        fs::remove_file(scratch.file("json")).unwrap();
        fs::create_dir(scratch.file("json")).unwrap();
    });
    check(|scratch| {
        fs::remove_file(scratch.file("json")).unwrap();
        let made = Command::new("mkfifo").arg(scratch.file("json")).status();
        assert!(made.unwrap().success());
    });
    if is_root() {
        check(|scratch| chown(scratch.file("json"), Some(65534), None).unwrap());
    } else {
        eprintln!("NOT RUN: another user's file, which only root can make");
    }
}

#[test]
fn a_link_in_the_place_of_any_file_leads_nowhere() {
    let places: [fn(&Scratch) -> PathBuf; 4] = [
        |scratch| scratch.file("json"),
        |scratch| scratch.file("lock"),
        |scratch| scratch.draft(),
        |scratch| scratch.file("failure"),
    ];
    for place in places {
        let scratch = Scratch::new();
        let place = place(&scratch);
        let victim = scratch.path().join("victim");
        fs::write(&victim, "untouched").unwrap();
        symlink(&victim, &place).unwrap();
        let key = key();
        let outcome = scratch.get(&Call::new(&key, at(0))).unwrap();
        assert_eq!(outcome.source(), Source::Fetch);
        assert!(outcome.warning().is_none(), "{place:?}");
        assert_eq!(fs::read(&victim).unwrap(), b"untouched");
        let again = scratch.get(&Call::new(&key, at(0))).unwrap();
        assert_eq!(again.source(), Source::Store);
    }
}

#[test]
fn a_lock_that_others_could_hold_is_replaced() {
    type Spoil = fn(&Scratch);
    let spoils: [Spoil; 3] = [
        |scratch| {
            fs::write(scratch.file("lock"), "").unwrap();
            fs::set_permissions(scratch.file("lock"), Permissions::from_mode(0o666)).unwrap();
        },
        |scratch| fs::create_dir(scratch.file("lock")).unwrap(),
        |scratch| {
            fs::create_dir_all(scratch.draft()).unwrap();
        },
    ];
    for spoil in spoils {
        let scratch = Scratch::new();
        spoil(&scratch);
        let key = key();
        let outcome = scratch.get(&Call::new(&key, at(0))).unwrap();
        assert!(outcome.warning().is_none(), "{:?}", outcome.warning());
    }
}

#[test]
fn what_cannot_be_replaced_is_gone_without() {
    let places: [fn(&Scratch) -> PathBuf; 3] = [
        |scratch| scratch.file("json"),
        |scratch| scratch.file("lock"),
        |scratch| scratch.draft(),
    ];
    for place in places {
        let scratch = Scratch::new();
        let place = place(&scratch);
        fs::create_dir_all(place.join("full")).unwrap();
        let key = key();
        let outcome = scratch.get(&Call::new(&key, at(0))).unwrap();
        assert_eq!(outcome.source(), Source::Fetch);
        assert!(outcome.warning().is_some(), "{place:?}");
    }
}

/// Every truncation, and every byte with each of its bits flipped and with some
/// others in its place: the token is the right one, or there is none.
#[test]
fn damage_never_makes_another_token() {
    let scratch = Scratch::new();
    let key = key();
    let lookup = Call::new(&key, at(0));
    let right = secret(&scratch.get(&lookup).unwrap());
    let path = scratch.file("json");
    let good = fs::read(&path).unwrap();
    let (mut hits, mut misses) = (0, 0);
    let mut check = |bytes: &[u8]| {
        fs::remove_file(&path).unwrap();
        let mut options = OpenOptions::new();
        let mut file = options
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)
            .unwrap();
        file.write_all(bytes).unwrap();
        let mut is_miss = false;
        let result = lookup.get_or_fetch(&scratch.cache, |_| {
            is_miss = true;
            // Nothing is stored, so that the file stays what it is.
            Err(tokenring_token_store::FetchFailure::own(
                crate::scratch::Down,
            ))
        });
        match result {
            Ok(outcome) => {
                assert_eq!(secret(&outcome), right);
                assert_eq!(outcome.token().expires_at(), Some(at(600)));
                assert_eq!(outcome.token().obtained_at(), at(0));
                hits += 1;
            }
            Err(_) => {
                assert!(is_miss);
                misses += 1;
            }
        }
    };
    for length in 0..good.len() {
        check(&good[..length]);
    }
    for index in 0..good.len() {
        let flips = (0..8).map(|bit| good[index] ^ (1 << bit));
        for byte in flips.chain(*b"\0 \"}0A") {
            if byte != good[index] {
                let mut bytes = good.clone();
                bytes[index] = byte;
                check(&bytes);
            }
        }
    }
    // The line's end can be another white space, or missing.
    println!("{misses} misses, {hits} hits with the right token");
    assert!(hits <= 6, "{hits}");
    assert!(misses > 5000, "{misses}");
}
