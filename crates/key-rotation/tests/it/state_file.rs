use tokenring_key_rotation::{Error, Rotation, Stage, Timestamp, next_key_id};

const STATE: &str = r#"{
  "format": "tokenring key rotation, version 1",
  "jwk-set": "../public/jwks.json",
  "keys": [
    {
      "kid": "int-1",
      "file": "int-1.pem",
      "stage": "superseded",
      "made": "2026-01-05T09:00:00Z",
      "published": "2026-01-05T09:00:00Z",
      "activated": "2026-01-05T09:00:00Z",
      "superseded": "2026-11-22T11:00:00Z"
    },
    {
      "kid": "int-2",
      "file": "int-2.pem",
      "stage": "active",
      "made": "2026-11-22T09:00:00Z",
      "published": "2026-11-22T09:30:00Z",
      "activated": "2026-11-22T11:00:00Z"
    }
  ]
}
"#;

#[test]
fn is_read_and_written_alike() {
    let rotation = Rotation::parse(STATE).unwrap();
    assert_eq!(rotation.to_json(), STATE);
    assert_eq!(rotation.jwk_set(), "../public/jwks.json");
    let active = rotation.active();
    assert_eq!(active.key_id().as_str(), "int-2");
    assert_eq!(active.file(), "int-2.pem");
    assert_eq!(active.stage(), Stage::Active);
    // date -u -d 2026-11-22T09:30:00Z +%s
    assert_eq!(
        active.published(),
        Some(Timestamp::from_seconds(1_795_339_800))
    );
    assert_eq!(active.retired(), None);
}

#[test]
fn says_what_is_wrong_with_it() {
    let check = |old: &str, new: &str, words: &str| {
        assert!(STATE.contains(old), "{old}");
        let error = Rotation::parse(&STATE.replace(old, new)).unwrap_err();
        assert!(error.to_string().contains(words), "{old}: {error}");
    };
    check(
        "\"keys\": [",
        "\"keys\": [[",
        "damaged in line 23: it is no JSON",
    );
    check("version 1", "version 3", "its format is not");
    check("\"jwk-set\"", "\"jwks\"", "\"jwks\" is no member");
    check(
        "\"stage\": \"active\"",
        "\"stage\": \"live\"",
        "making, waiting, active",
    );
    check("\"int-2.pem\"", "\"../int-2.pem\"", "no plain file name");
    check("\"int-2.pem\"", "\"\"", "no plain file name");
    check("\"int-2.pem\"", "7", "file is missing, or no text");
    check(
        "2026-11-22T09:30:00Z",
        "yesterday",
        "\"yesterday\" is no moment in UTC",
    );
    check(
        "\"kid\": \"int-2\"",
        "\"kid\": \"int-1\"",
        "no two keys have the same kid",
    );
    check("superseded\",", "active\",", "exactly one key is active");
    check(
        "\"stage\": \"active\"",
        "\"stage\": \"waiting\"",
        "exactly one key is active",
    );
    check("\"published\"", "\"seen\"", "\"seen\" is no member");
    check(
        "\"format\"",
        "\"jwk-set\": \"a\", \"format\"",
        "names of their own",
    );
}

#[test]
fn has_moments_in_one_form() {
    let check = |seconds: u64, text: &str| {
        let moment = Timestamp::from_seconds(seconds);
        assert_eq!(moment.to_string(), text);
        assert_eq!(text.parse::<Timestamp>().unwrap(), moment);
    };
    check(0, "1970-01-01T00:00:00Z");
    check(951_782_400, "2000-02-29T00:00:00Z");
    check(253_402_300_799, "9999-12-31T23:59:59Z");
    assert_eq!(
        Timestamp::from_seconds(u64::MAX).to_string(),
        "9999-12-31T23:59:59Z"
    );
    for text in [
        "",
        "now",
        "2026-11-22",
        "2026-02-30T00:00:00Z",
        "1969-12-31T23:59:59Z",
    ] {
        let error = text.parse::<Timestamp>().unwrap_err();
        assert!(matches!(error, Error::Timestamp { .. }), "{text}");
    }
}

/// A state after so many rotations, each of which is over.
fn rotated(count: usize) -> Rotation {
    let now = Timestamp::from_seconds(1_800_000_000);
    let mut rotation = Rotation::new("jwks.json", "int-1".into(), "int-1.pem", now).unwrap();
    for _ in 0..count {
        let active = rotation.active().key_id().clone();
        let next = next_key_id(&active, |key_id| rotation.is_used(key_id));
        rotation
            .begin(next.clone(), format!("{next}.pem"), now)
            .unwrap();
        rotation.finish_making().unwrap();
        rotation.note_published(now);
        rotation.activate(now).unwrap();
        rotation.begin_retirement(&active).unwrap();
        rotation.finish_retirement(&active, now).unwrap();
    }
    rotation
}

#[test]
fn keeps_the_last_ten_that_are_over() {
    let rotation = rotated(2000);
    let names: Vec<_> = rotation
        .keys()
        .iter()
        .map(|key| key.key_id().as_str())
        .collect();
    assert_eq!(names.len(), 11);
    assert_eq!((names[0], names[10]), ("int-1991", "int-2001"));
    let text = rotation.to_json();
    assert!(text.len() < 4096, "{}", text.len());
    assert_eq!(Rotation::parse(&text).unwrap(), rotation);
    for kid in ["int-1", "int-1990", "int-01990", "int-1995", "int-2001"] {
        assert!(rotation.is_used(&kid.into()), "{kid}");
    }
    for kid in ["int-2002", "prod-1", "int", "int-x"] {
        assert!(!rotation.is_used(&kid.into()), "{kid}");
    }
}

/// Names that have nothing in common are remembered too, up to a number.
#[test]
fn remembers_names_of_many_kinds() {
    let now = Timestamp::from_seconds(1_800_000_000);
    let mut rotation = rotated(0);
    for number in 0..200 {
        let active = rotation.active().key_id().clone();
        let next = format!("key-{number}-of-many");
        rotation
            .begin(next.as_str().into(), format!("{next}.pem"), now)
            .unwrap();
        rotation.finish_making().unwrap();
        rotation.activate(now).unwrap();
        rotation.begin_retirement(&active).unwrap();
        rotation.finish_retirement(&active, now).unwrap();
        assert!(rotation.is_used(&next.as_str().into()));
        assert!(rotation.to_json().len() < 8 * 1024);
    }
    assert!(rotation.is_used(&"key-180-of-many".into()));
    assert_eq!(Rotation::parse(&rotation.to_json()).unwrap(), rotation);
}

/// The order of keys is that in which they were made, also where one was given up.
#[test]
fn keeps_the_order() {
    let now = Timestamp::from_seconds(1_800_000_000);
    let mut rotation = rotated(0);
    rotation.begin("int-2".into(), "int-2.pem", now).unwrap();
    rotation.finish_making().unwrap();
    rotation.begin_retirement(&"int-2".into()).unwrap();
    rotation.finish_retirement(&"int-2".into(), now).unwrap();
    rotation.begin("int-3".into(), "int-3.pem", now).unwrap();
    assert_eq!(Rotation::parse(&rotation.to_json()).unwrap(), rotation);
}

/// Whatever is written can be read again.
#[test]
fn has_limits() {
    let now = Timestamp::from_seconds(1_800_000_000);
    let new = |jwk_set: &str, kid: &str| Rotation::new(jwk_set, kid.into(), "a.pem", now);
    let long = "\u{1}".repeat(4096);
    let mut rotation = new(&long, &long).unwrap();
    for (jwk_set, kid) in [
        (format!("{long}-"), "a".to_owned()),
        ("a".to_owned(), format!("{long}-")),
    ] {
        let error = new(&jwk_set, &kid).unwrap_err();
        assert!(matches!(error, Error::TooLong { .. }), "{error}");
        assert!(error.to_string().contains("choose a shorter one"));
    }
    let mut number = 0;
    let error = loop {
        let kid = format!("{}{number}", "\u{1}".repeat(4092));
        if let Err(error) = rotation.begin(kid.as_str().into(), format!("{number}.pem"), now) {
            break error;
        }
        rotation.finish_making().unwrap();
        rotation.activate(now).unwrap();
        number += 1;
    };
    assert!(matches!(error, Error::TooManyKeys), "{error}");
    let text = rotation.to_json();
    assert!(u64::try_from(text.len()).unwrap() < Rotation::LARGEST_FILE);
    assert_eq!(Rotation::parse(&text).unwrap(), rotation);
}

#[test]
fn lets_another_key_sign() {
    let now = Timestamp::from_seconds(1_800_000_000);
    let mut rotation = rotated(1);
    rotation.adopt("int-7".into(), "int-7.pem", now).unwrap();
    assert_eq!(rotation.active().key_id().as_str(), "int-7");
    assert_eq!(
        rotation.find(&"int-2".into()).unwrap().stage(),
        Stage::Superseded
    );
    // One that was retired, or so the state says.
    rotation.adopt("int-1".into(), "int-1.pem", now).unwrap();
    assert_eq!(rotation.active().key_id().as_str(), "int-1");
    assert_eq!(rotation.keys().len(), 3);
    assert_eq!(Rotation::parse(&rotation.to_json()).unwrap(), rotation);
}
