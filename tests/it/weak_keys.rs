//! Keys that are too weak or too odd to use, on every way in.

use base64ct::{Base64UrlUnpadded, Encoding};
use integration_tests::fixtures;
use serde_json::{Value, json};
use tokenring_jwk::{Error, ExponentDefect, Jwk, JwkSet, KeyType, PrivateKey, PublicKey};

fn base64url(bytes: &[u8]) -> Value {
    json!(Base64UrlUnpadded::encode_string(bytes))
}

fn bytes_of(jwk: &Value, member: &str) -> Vec<u8> {
    Base64UrlUnpadded::decode_vec(fixtures::text_of(jwk, member)).unwrap()
}

/// The key is refused in this private JWK, in the public one of the same
/// members, in an SPKI and a PKCS#8 with its integers, and left out of a set.
#[track_caller]
fn check_rsa(member: &str, value: &[u8], expected: &Error) {
    let mut private = fixtures::json("keys/test-rsa-2048-private.jwk.json");
    private[member] = base64url(value);
    let read = PrivateKey::from_jwk_json(&private.to_string());
    assert_eq!(read.err().as_ref(), Some(expected));

    let mut public = fixtures::json("keys/test-rsa-2048-public.jwk.json");
    public[member] = base64url(value);
    assert_eq!(Jwk::from_json(&public.to_string()).as_ref(), Err(expected));
    let set = json!({ "keys": [public] }).to_string();
    assert!(JwkSet::from_json(&set).unwrap().keys().is_empty());

    let (n, e) = (bytes_of(&public, "n"), bytes_of(&public, "e"));
    assert_eq!(PublicKey::from_rsa(&n, &e).as_ref(), Err(expected));
    let spki = spki_of_rsa(&n, &e);
    assert_eq!(PublicKey::from_spki_der(&spki).as_ref(), Err(expected));
    let parts = ["d", "p", "q", "dp", "dq", "qi"].map(|part| bytes_of(&private, part));
    let integers = [&n, &e].into_iter().chain(&parts).map(|part| integer(part));
    let pkcs1 = sequence(&[&integer(&[])[..], &integers.collect::<Vec<_>>().concat()].concat());
    let read = PrivateKey::from_der(&pkcs1);
    assert_eq!(read.err().as_ref(), Some(expected));
}

/// DER without our own writer.
fn tagged(tag: u8, contents: &[u8]) -> Vec<u8> {
    let length = u16::try_from(contents.len()).unwrap().to_be_bytes();
    let header = match length {
        [0, short @ 0..=0x7f] => vec![tag, short],
        [0, long] => vec![tag, 0x81, long],
        [high, low] => vec![tag, 0x82, high, low],
    };
    [&header, contents].concat()
}

fn sequence(contents: &[u8]) -> Vec<u8> {
    tagged(0x30, contents)
}

fn integer(magnitude: &[u8]) -> Vec<u8> {
    let needs_zero = magnitude.first().is_none_or(|&byte| byte >= 0x80);
    tagged(2, &[&[0][..usize::from(needs_zero)], magnitude].concat())
}

fn spki_of_rsa(n: &[u8], e: &[u8]) -> Vec<u8> {
    let algorithm = [
        0x30, 13, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 1, 1, 5, 0,
    ];
    let key = sequence(&[integer(n), integer(e)].concat());
    let bits = tagged(3, &[&[0], &key[..]].concat());
    sequence(&[&algorithm[..], &bits].concat())
}

#[test]
fn rsa_exponents() {
    let check = |exponent: &[u8], defect| check_rsa("e", exponent, &Error::RsaExponent(defect));
    check(&[1], ExponentDefect::One);
    check(&[2], ExponentDefect::Even);
    check(&[3], ExponentDefect::Small(3));
    check(&[17], ExponentDefect::Small(17));
    check(&[0xff, 0xff], ExponentDefect::Small(65_535));
    check(&[1, 0, 0], ExponentDefect::Even);
    check(&[1, 0, 2], ExponentDefect::Even);
    check(&[2, 0, 0, 0, 1], ExponentDefect::Long);
    check(&[1, 0, 0, 0, 0, 0, 0, 0, 1], ExponentDefect::Long);
    check(&[1, 0, 0, 0, 0, 0, 0, 0, 2], ExponentDefect::Even);
}

#[test]
fn rsa_moduli() {
    let modulus = bytes_of(&fixtures::json("keys/test-rsa-2048-public.jwk.json"), "n");
    let (last, head) = modulus.split_last().unwrap();
    let even = [head, &[last & 0xfe]].concat();
    check_rsa("n", &even, &Error::EvenModulus);
    let mut one_bit_short = modulus.clone();
    one_bit_short[0] = 0x7f;
    check_rsa("n", &one_bit_short, &Error::RsaSize(2047));
    check_rsa("n", &[3; 127], &Error::RsaSize(1010));
    check_rsa("n", &[3], &Error::RsaSize(2));
    check_rsa("n", &[0xff; 1025], &Error::RsaSize(8200));
}

#[test]
fn rsa_keys_of_openssl_that_are_weak() {
    let check = |file: &str, expected: Error| {
        let read = PrivateKey::from_key_file(&fixtures::bytes(&format!("keys/{file}")));
        assert_eq!(read.err(), Some(expected), "{file}");
    };
    check("test-rsa-1024-pkcs8.pem", Error::RsaSize(1024));
    check("test-rsa-8192-pkcs8.pem", Error::RsaSize(8192));
    let small = Error::RsaExponent(ExponentDefect::Small(3));
    check("test-rsa-2048-exponent-3-pkcs8.pem", small);
    let three = "test-rsa-3072-three-primes-pkcs1.pem";
    check(three, Error::RejectedKey("more than two primes".into()));
}

#[test]
fn the_fingerprint_of_roca() {
    for size in [2048, 4096] {
        let private = fixtures::text(&format!("weak/test-rsa-{size}-roca-pkcs8.pem"));
        let public = fixtures::text(&format!("weak/test-rsa-{size}-roca-public.pem"));
        let read = PrivateKey::from_pem(&private);
        assert_eq!(read.err(), Some(Error::RocaKey));
        assert_eq!(PublicKey::from_spki_pem(&public), Err(Error::RocaKey));
    }
    // Sound keys are read in many tests; these are the public ones of all sizes.
    for size in [2048, 3072, 4096] {
        let public = fixtures::text(&format!("keys/test-rsa-{size}-public.pem"));
        assert!(PublicKey::from_spki_pem(&public).is_ok());
    }
    assert!(Error::RocaKey.to_string().contains("CVE-2017-15361"));
}

/// Any part from another key, and any with a bit changed.
#[test]
fn rsa_parts_that_disagree() {
    let jwk = fixtures::json("keys/test-rsa-2048-private.jwk.json");
    let other = fixtures::json("keys/test-rsa-3072-private.jwk.json");
    let check = |member: &str, value: Value| {
        let mut mixed = jwk.clone();
        mixed[member] = value;
        let read = PrivateKey::from_jwk_json(&mixed.to_string());
        match read.err() {
            Some(Error::InconsistentParts(_)) => {}
            read => panic!("{member}: {read:?}"),
        }
    };
    for member in ["n", "d", "p", "q", "dp", "dq", "qi"] {
        check(member, other[member].clone());
        for (index, bits) in [(0, 1), (60, 0x10), (127, 2)] {
            let mut changed = bytes_of(&jwk, member);
            changed[index] ^= bits;
            check(member, base64url(&changed));
        }
        if member != "n" {
            check(member, base64url(&[]));
            check(member, base64url(&[1]));
        }
    }
    // The primes the other way round, which only `dp`, `dq` and `qi` tell.
    let mut swapped = jwk.clone();
    (swapped["p"], swapped["q"]) = (jwk["q"].clone(), jwk["p"].clone());
    assert!(PrivateKey::from_jwk_json(&swapped.to_string()).is_err());
}

/// The same key with its private exponent modulo another multiple of the order
/// of the group is the same key: PKCS#1 allows for either.
#[test]
fn either_private_exponent_is_right() {
    for name in ["rsa-2048", "rsa-3072", "rsa-4096"] {
        let jwk = fixtures::text(&format!("keys/test-{name}-private.jwk.json"));
        assert!(PrivateKey::from_jwk_json(&jwk).is_ok(), "{name}");
    }
}

#[test]
fn points_off_their_curve() {
    for (name, key_type) in [
        ("p256", KeyType::P256),
        ("p384", KeyType::P384),
        ("p521", KeyType::P521),
    ] {
        for member in ["x", "y"] {
            let mut public = fixtures::json(&format!("keys/test-{name}-public.jwk.json"));
            let mut private = fixtures::json(&format!("keys/test-{name}-private.jwk.json"));
            let mut changed = bytes_of(&public, member);
            *changed.last_mut().unwrap() ^= 1;
            public[member] = base64url(&changed);
            private[member] = base64url(&changed);
            let expected = Error::PointOffCurve;
            assert_eq!(Jwk::from_json(&public.to_string()), Err(expected.clone()));
            let read = PrivateKey::from_jwk_json(&private.to_string());
            assert_eq!(read.err(), Some(expected.clone()));
            let set = json!({ "keys": [public] }).to_string();
            assert!(JwkSet::from_json(&set).unwrap().keys().is_empty());
            let point = [&[4], &bytes_of(&public, "x")[..], &bytes_of(&public, "y")].concat();
            let read = PublicKey::from_encoded_point(key_type, &point);
            assert_eq!(read, Err(expected));
        }
        // Coordinates of the field's full length and over its prime; the point
        // at infinity has none, and zero twice is on none of the curves.
        let length = bytes_of(
            &fixtures::json(&format!("keys/test-{name}-public.jwk.json")),
            "x",
        );
        for filler in [0, 0xff] {
            let point = [&[4][..], &vec![filler; 2 * length.len()]].concat();
            let read = PublicKey::from_encoded_point(key_type, &point);
            assert_eq!(read, Err(Error::PointOffCurve), "{name}");
        }
        let read = PublicKey::from_encoded_point(key_type, &[0]);
        assert_eq!(read, Err(Error::MalformedKey), "{name}");
    }
}

/// The small-order points of RFC 7748 section 7 in Ed25519's coordinates, as
/// libsodium's `crypto_core_ed25519_is_valid_point` and its tests list them,
/// encodings that aren't the shortest among them.
#[test]
fn points_of_ed25519() {
    let order_8 = "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05";
    let other_order_8 = "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a";
    let zeros = "00".repeat(30);
    let ones = "ff".repeat(30);
    for hex in [
        format!("00{zeros}00"),
        format!("01{zeros}00"),
        format!("00{zeros}80"),
        format!("01{zeros}80"),
        format!("ec{ones}7f"),
        format!("ed{ones}7f"),
        format!("ee{ones}7f"),
        format!("ec{ones}ff"),
        format!("ff{ones}ff"),
        order_8.to_owned(),
        other_order_8.to_owned(),
        order_8.replace("fc05", "fc85"),
        other_order_8.replace("037a", "03fa"),
        // y = 2 is no coordinate of any point.
        format!("02{zeros}00"),
    ] {
        let pairs = hex.as_bytes().chunks(2);
        let point = pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16));
        let point: Vec<u8> = point.map(Result::unwrap).collect();
        let read = PublicKey::from_encoded_point(KeyType::Ed25519, &point);
        assert_eq!(read, Err(Error::PointOffCurve), "{hex}");
        let jwk = json!({"kty": "OKP", "crv": "Ed25519", "x": base64url(&point)});
        assert_eq!(Jwk::from_json(&jwk.to_string()), Err(Error::PointOffCurve));
    }
}

#[test]
fn compressed_points() {
    let text = fixtures::text("foreign/test-p256-compressed-public.pem");
    let error = PublicKey::from_spki_pem(&text).unwrap_err();
    assert_eq!(error, Error::CompressedPoint);
    assert!(error.to_string().contains("conv_form uncompressed"));
}
