//! Names of algorithms and key types.

use tokenring_jwk::{Algorithm, Error, KeyType};

#[track_caller]
fn check(algorithm: Algorithm, name: &str, key_type: KeyType) {
    assert_eq!(algorithm.name(), name);
    assert_eq!(algorithm.to_string(), name);
    assert_eq!(name.parse(), Ok(algorithm));
    assert_eq!(algorithm.key_type(), key_type);
    assert!(key_type.algorithms().contains(&algorithm));
    let json = format!("\"{name}\"");
    assert_eq!(serde_json::to_string(&algorithm).unwrap(), json);
    assert_eq!(serde_json::from_str::<Algorithm>(&json).unwrap(), algorithm);
}

#[test]
fn names_are_those_of_the_registry() {
    check(Algorithm::Rs256, "RS256", KeyType::Rsa);
    check(Algorithm::Rs384, "RS384", KeyType::Rsa);
    check(Algorithm::Rs512, "RS512", KeyType::Rsa);
    check(Algorithm::Ps256, "PS256", KeyType::Rsa);
    check(Algorithm::Ps384, "PS384", KeyType::Rsa);
    check(Algorithm::Ps512, "PS512", KeyType::Rsa);
    check(Algorithm::Es256, "ES256", KeyType::P256);
    check(Algorithm::Es384, "ES384", KeyType::P384);
    check(Algorithm::Es512, "ES512", KeyType::P521);
    check(Algorithm::EdDsa, "EdDSA", KeyType::Ed25519);
    check(Algorithm::Ed25519, "Ed25519", KeyType::Ed25519);
    assert_eq!(Algorithm::ALL.len(), 11);
}

#[test]
fn no_other_name_is_one() {
    for algorithm in Algorithm::ALL {
        let name = algorithm.name();
        let spaced = [format!(" {name}"), format!("{name}\n"), format!("{name}\0")];
        for name in [name.to_lowercase(), name.to_uppercase()]
            .iter()
            .chain(&spaced)
            .filter(|other| *other != name)
        {
            assert_eq!(
                name.parse::<Algorithm>(),
                Err(Error::UnknownAlgorithm),
                "{name:?}"
            );
        }
    }
    for name in [
        "", "none", "None", "NONE", "HS256", "HS384", "HS512", "ES256K", "ES521", "Ed448", "RS1",
        "RSA-OAEP", "RS2566",
    ] {
        assert_eq!(
            name.parse::<Algorithm>(),
            Err(Error::UnknownAlgorithm),
            "{name:?}"
        );
    }
}

#[test]
fn the_error_lists_what_is_known() {
    let text = Error::UnknownAlgorithm.to_string();
    for algorithm in Algorithm::ALL {
        assert!(text.contains(algorithm.name()), "{text}");
    }
}
