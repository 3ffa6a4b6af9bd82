use tokenring_key_rotation::{Error, Rotation, Stage, Timestamp};

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
    check("version 1", "version 2", "its format is not");
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
