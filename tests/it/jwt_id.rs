//! JWT identifiers: random UUIDs and texts of the caller's own.

use std::collections::HashSet;

use tokenring_assertion::{Error, JwtId};

/// RFC 9562 section 4: 8-4-4-4-12 lower-case digits, version 4, variant 10.
#[track_caller]
fn check_uuid(text: &str) {
    assert_eq!(text.len(), 36);
    for (index, character) in text.chars().enumerate() {
        let expected = match index {
            8 | 13 | 18 | 23 => "-",
            14 => "4",
            19 => "89ab",
            _ => "0123456789abcdef",
        };
        assert!(expected.contains(character), "{text} at {index}");
    }
}

#[test]
fn random_ones_are_uuids_and_never_the_same() {
    let mut seen = HashSet::new();
    for _ in 0..1000 {
        let jwt_id = JwtId::random().unwrap();
        check_uuid(jwt_id.as_str());
        assert!(seen.insert(jwt_id.as_str().to_owned()));
    }
}

/// Every bit of the caller's that isn't fixed by the version reaches the text.
#[test]
fn all_random_bits_are_used() {
    let of = |bits: u128| {
        JwtId::from_random_bytes(bits.to_be_bytes())
            .as_str()
            .to_owned()
    };
    let mut seen = HashSet::from([of(0)]);
    for bit in 0..128 {
        let text = of(1 << bit);
        check_uuid(&text);
        seen.insert(text);
    }
    assert_eq!(seen.len(), 1 + 122);
}

#[test]
fn own_texts_are_not_empty() {
    assert_eq!(JwtId::from_text("id-1").unwrap().as_str(), "id-1");
    assert!(matches!(JwtId::from_text(""), Err(Error::EmptyJwtId)));
}
