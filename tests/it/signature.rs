//! Signatures: the ASN.1 form of ECDSA, and forms that verify under no key.

use base64ct::{Base64UrlUnpadded, Encoding};
use integration_tests::{ecdsa, fixtures, provider};
use tokenring_jwk::{Algorithm, Error, Jwk, PublicKey, Signature};

const CURVES: [(&str, &str, Algorithm, usize); 3] = [
    ("es256", "p256", Algorithm::Es256, 32),
    ("es384", "p384", Algorithm::Es384, 48),
    ("es512", "p521", Algorithm::Es512, 66),
];

fn public_key(name: &str) -> PublicKey {
    let text = fixtures::text(&format!("keys/test-{name}-public.jwk.json"));
    Jwk::from_json(&text).unwrap().public_key().clone()
}

#[test]
fn openssl_der_becomes_fixed() {
    for (file, _, algorithm, _) in CURVES {
        let der = fixtures::bytes(&format!("signatures/{file}.der"));
        let fixed = fixtures::bytes(&format!("signatures/{file}.raw"));
        let signature = Signature::from_ecdsa_der(&der, algorithm).unwrap();
        assert_eq!(signature.as_bytes(), fixed);
        assert_eq!(ecdsa::to_der(&fixed), der);
    }
}

/// Integers of every length, from none at all to one bit over the field's.
#[test]
fn integers_are_padded_to_the_field() {
    for (_, _, algorithm, length) in CURVES {
        for r_length in 0..=length {
            let (r, s) = (vec![0xff; r_length], vec![0x01; length - r_length]);
            let der = ecdsa::sequence(&[ecdsa::integer(&r), ecdsa::integer(&s)].concat());
            let signature = Signature::from_ecdsa_der(&der, algorithm).unwrap();
            let expected = [vec![0; length - r_length], r, vec![0; r_length], s];
            assert_eq!(signature.as_bytes(), expected.concat());
        }
        let long = ecdsa::integer(&vec![1; length + 1]);
        let short = ecdsa::integer(&[1]);
        for parts in [[&long[..], &short], [&short, &long]] {
            check_refused(&ecdsa::sequence(&parts.concat()), algorithm);
        }
    }
}

#[track_caller]
fn check_refused(der: &[u8], algorithm: Algorithm) {
    assert_eq!(
        Signature::from_ecdsa_der(der, algorithm),
        Err(Error::MalformedSignature),
        "{der:02x?}"
    );
}

#[test]
fn what_is_not_der_is_refused() {
    for (file, _, algorithm, _) in CURVES {
        let der = fixtures::bytes(&format!("signatures/{file}.der"));
        for end in 0..der.len() {
            check_refused(&der[..end], algorithm);
        }
        check_refused(&[&der[..], &[0]].concat(), algorithm);
        check_refused(
            &fixtures::bytes(&format!("signatures/{file}.raw")),
            algorithm,
        );
    }
    for der in [
        // One integer, three integers.
        &[0x30, 3, 2, 1, 1][..],
        &[0x30, 9, 2, 1, 1, 2, 1, 1, 2, 1, 1],
        // Negative, padded, empty.
        &[0x30, 6, 2, 1, 0x80, 2, 1, 1],
        &[0x30, 7, 2, 2, 0, 1, 2, 1, 1],
        &[0x30, 5, 2, 0, 2, 1, 1],
        // Lengths that are indefinite or longer than need be.
        &[0x30, 0x80, 2, 1, 1, 2, 1, 1, 0, 0],
        &[0x30, 0x81, 6, 2, 1, 1, 2, 1, 1],
        // Another tag outside, another inside.
        &[0x31, 6, 2, 1, 1, 2, 1, 1],
        &[0x30, 6, 2, 1, 1, 3, 1, 1],
    ] {
        check_refused(der, Algorithm::Es256);
    }
}

#[test]
fn only_ecdsa_has_this_form() {
    let der = fixtures::bytes("signatures/es256.der");
    for &algorithm in Algorithm::ALL {
        let is_ecdsa = algorithm.name().starts_with("ES");
        assert_eq!(Signature::from_ecdsa_der(&der, algorithm).is_ok(), is_ecdsa);
    }
}

/// The ASN.1 form verifies nowhere, and neither do R and S of zero, which
/// verified every message in implementations that did not look.
#[test]
fn other_forms_verify_nowhere() {
    let message = fixtures::bytes("signatures/message.txt");
    for (file, name, algorithm, length) in CURVES {
        let key = public_key(name);
        let fixed = fixtures::bytes(&format!("signatures/{file}.raw"));
        let der = fixtures::bytes(&format!("signatures/{file}.der"));
        let with_zero_r = [&vec![0; length], &fixed[length..]].concat();
        let with_zero_s = [&fixed[..length], &vec![0; length]].concat();
        for provider in provider::ALL {
            let verify = |signature: &[u8]| provider.verify(&key, algorithm, &message, signature);
            assert_eq!(verify(&fixed).is_ok(), provider.has(algorithm));
            for signature in [&der, &vec![0; 2 * length], &with_zero_r, &with_zero_s] {
                verify(signature).unwrap_err();
            }
        }
    }
}

/// A key verifies its own algorithm alone, whatever the signature is.
#[test]
fn other_algorithms_verify_nowhere() {
    let message = fixtures::bytes("signatures/message.txt");
    for (file, own, names) in [
        ("rs256.sig", &[Algorithm::Rs256][..], "rsa-2048"),
        ("ps512.sig", &[Algorithm::Ps512], "rsa-2048"),
        ("es256.raw", &[Algorithm::Es256], "p256"),
        (
            "eddsa.sig",
            &[Algorithm::EdDsa, Algorithm::Ed25519],
            "ed25519",
        ),
    ] {
        let key = public_key(names);
        let signature = fixtures::bytes(&format!("signatures/{file}"));
        for provider in provider::ALL {
            for algorithm in Algorithm::ALL {
                let verified = provider.verify(&key, *algorithm, &message, &signature);
                assert_eq!(
                    verified.is_ok(),
                    own.contains(algorithm),
                    "{file} {algorithm}"
                );
            }
            let other = public_key(if names == "p256" { "p384" } else { "p256" });
            for algorithm in Algorithm::ALL {
                provider
                    .verify(&other, *algorithm, &message, &signature)
                    .unwrap_err();
            }
        }
    }
}

/// With the exponent 1 a signature is its own padding, which anyone can write.
#[test]
fn no_key_has_exponent_one() {
    let modulus = fixtures::json("keys/test-rsa-2048-public.jwk.json");
    let modulus = Base64UrlUnpadded::decode_vec(fixtures::text_of(&modulus, "n")).unwrap();
    for exponent in [&[1][..], &[0, 1]] {
        let read = PublicKey::from_rsa(&modulus, exponent);
        assert!(matches!(read, Err(Error::RsaExponent(_))), "{read:?}");
    }
    assert!(PublicKey::from_rsa(&modulus, &[1, 0, 1]).is_ok());
}
