//! The provider `any`: what one of the two does, it does.

use integration_tests::{fixtures, secrecy};
use tokenring_assertion::{Claims, Error as AssertionError, JwtId, NumericDate};
use tokenring_jwk::{
    Algorithm, CertificateTemplate, Error, KeyId, KeySpec, KeyType, Passphrase, PrivateKey,
    PublicKey, SignError, Signature, Signer, VerifiedSigner, Verifier, VerifyError, any, aws_lc_rs,
};

const MESSAGE: &[u8] = b"header.claims";

fn private_key(name: &str) -> PrivateKey {
    let file = fixtures::bytes(&format!("keys/test-{name}-pkcs8.pem"));
    PrivateKey::from_key_file(&file).unwrap()
}

/// The length is that of RFC 7518, sections 3.3 to 3.5, and RFC 8032.
#[track_caller]
fn check(algorithm: Algorithm, name: &str, length: usize) {
    let key = private_key(name);
    let signing_key = any::SigningKey::new(&key, algorithm).unwrap();
    assert_eq!(signing_key.algorithm(), algorithm);
    assert_eq!(signing_key.key_id(), None);
    let public = PublicKey::from_spki_pem(&fixtures::text(&format!("keys/test-{name}-public.pem")));
    let public = public.unwrap();
    assert_eq!(signing_key.public_key(), &public);
    assert_eq!(any::public_key(&key).as_ref(), Ok(&public));

    let signing_key = signing_key.with_key_id(KeyId::new("test-1"));
    assert_eq!(signing_key.key_id().map(KeyId::as_str), Some("test-1"));
    let signature = signing_key.sign(MESSAGE).unwrap();
    // The other two verify with one provider each, and this is neither.
    aws_lc_rs::verify(&public, algorithm, MESSAGE, &signature).unwrap();
    any::verify(&public, algorithm, MESSAGE, &signature).unwrap();
    assert!(any::Verifier.supports(algorithm));
    let wrong = any::Verifier.verify(&public, algorithm, b"header.others", &signature);
    assert_eq!(wrong, Err(VerifyError::new()));

    let is_rsa = algorithm.key_type() == KeyType::Rsa;
    assert_eq!(algorithm.signature_len(), (!is_rsa).then_some(length));
    assert_eq!(public.signature_len(), length);
    assert_eq!(signature.as_bytes().len(), length);
    let lengths = [0, 1, length - 1, length + 1, 2 * length];
    for length in lengths {
        let other = Signature::from_bytes(vec![1; length]);
        let expected = Err(Error::SignatureLength { algorithm, length });
        assert_eq!(other.check_length(algorithm, Some(&public)), expected);
        assert_eq!(
            other.check_length(algorithm, None).is_ok(),
            is_rsa && (256..=1024).contains(&length),
            "{algorithm} {length}"
        );
        assert_rejected(algorithm, other);
    }
    assert_eq!(signature.check_length(algorithm, Some(&public)), Ok(()));
    assert_eq!(signature.check_length(algorithm, None), Ok(()));
}

#[test]
fn every_algorithm() {
    check(Algorithm::Rs256, "rsa-2048", 256);
    check(Algorithm::Rs384, "rsa-3072", 384);
    check(Algorithm::Rs512, "rsa-4096", 512);
    check(Algorithm::Ps256, "rsa-2048", 256);
    check(Algorithm::Ps384, "rsa-3072", 384);
    check(Algorithm::Ps512, "rsa-4096", 512);
    check(Algorithm::Es256, "p256", 64);
    check(Algorithm::Es384, "p384", 96);
    check(Algorithm::Es512, "p521", 132);
    check(Algorithm::EdDsa, "ed25519", 64);
    check(Algorithm::Ed25519, "ed25519", 64);
}

/// A signer that is not one.
struct Constant(Algorithm, Signature);

impl Signer for Constant {
    fn algorithm(&self) -> Algorithm {
        self.0
    }

    fn key_id(&self) -> Option<&KeyId> {
        None
    }

    fn sign(&self, _: &[u8]) -> Result<Signature, SignError> {
        Ok(self.1.clone())
    }
}

/// No assertion comes of a signature that no key of the algorithm makes.
#[track_caller]
fn assert_rejected(algorithm: Algorithm, signature: Signature) {
    let (is_possible, bytes) = (
        signature.check_length(algorithm, None).is_ok(),
        signature.as_bytes().len(),
    );
    let signer = Constant(algorithm, signature);
    let claims = || {
        let jwt_id = JwtId::from_random_bytes([7; 16]);
        let expires_at = NumericDate::from_seconds(60);
        Claims::new("client-1", "https://gateway.example", jwt_id, expires_at)
    };
    for error in [
        claims().sign(&signer).err(),
        claims().sign_grant(&signer).err(),
    ] {
        match error {
            None => assert!(is_possible, "{algorithm} {bytes}"),
            Some(AssertionError::SignatureLength {
                algorithm: told,
                length,
            }) => assert_eq!((told, length, is_possible), (algorithm, bytes, false)),
            Some(other) => panic!("{other:?}"),
        }
    }
}

/// An ECDSA signature in ASN.1, which most key services return.
#[test]
fn asn1_is_no_signature_of_an_assertion() {
    let der = fixtures::bytes("signatures/es256.der");
    let signer = Constant(Algorithm::Es256, Signature::from_bytes(der.clone()));
    let jwt_id = JwtId::from_random_bytes([7; 16]);
    let claims = Claims::new(
        "a",
        "https://b.example",
        jwt_id,
        NumericDate::from_seconds(1),
    );
    let error = claims.sign(&signer).unwrap_err();
    assert_eq!(
        secrecy::chain(&error),
        format!(
            "the signer returned a signature of {} bytes, which ES256 never has; an ECDSA \
             signature in ASN.1 has to be converted to R and S",
            der.len()
        )
    );
}

/// The verifier of a build that has no P-521.
struct WithoutP521;

impl Verifier for WithoutP521 {
    fn verify(
        &self,
        key: &PublicKey,
        algorithm: Algorithm,
        message: &[u8],
        signature: &Signature,
    ) -> Result<(), VerifyError> {
        tokenring_jwk::ring::verify(key, algorithm, message, signature)
    }

    fn sha256(&self, message: &[u8]) -> [u8; 32] {
        any::sha256(message)
    }

    fn supports(&self, algorithm: Algorithm) -> bool {
        algorithm != Algorithm::Es512
    }
}

#[test]
fn signatures_are_verified_before_they_are_handed_on() {
    #[track_caller]
    fn check(
        algorithm: Algorithm,
        signer: &str,
        public: &str,
        verifier: impl Verifier,
        expected: Result<(), Error>,
    ) {
        let key = any::SigningKey::new(&private_key(signer), algorithm).unwrap();
        let public = any::public_key(&private_key(public)).unwrap();
        let signature = key.sign(MESSAGE).unwrap();
        let checked = signature.check(MESSAGE, algorithm, Some(&public), Some(&verifier));
        assert_eq!(checked, expected);
        assert_eq!(signature.check(MESSAGE, algorithm, None, None), Ok(()));
        let signer = VerifiedSigner::new(key, public.clone(), verifier);
        assert_eq!(signer.public_key(), &public);
        assert_eq!(signer.algorithm(), algorithm);
        let cause = signer.sign(MESSAGE).err().map(|error| {
            let cause = std::error::Error::source(&error).unwrap();
            cause.downcast_ref::<Error>().unwrap().clone()
        });
        assert_eq!(cause, expected.err());
    }
    check(Algorithm::Es256, "p256", "p256", any::Verifier, Ok(()));
    let borrowed: &dyn Verifier = &any::Verifier;
    check(Algorithm::Es512, "p521", "p521", borrowed, Ok(()));
    check(
        Algorithm::EdDsa,
        "ed25519",
        "p256",
        any::Verifier,
        Err(Error::NotVerified),
    );
    let (algorithm, length) = (Algorithm::Rs256, 256);
    for public in ["rsa-3072", "ed25519"] {
        let of_another = Err(Error::SignatureLength { algorithm, length });
        check(algorithm, "rsa-2048", public, any::Verifier, of_another);
    }
    let unsupported = Err(Error::UnsupportedAlgorithm(Algorithm::Es512));
    check(Algorithm::Es512, "p521", "p521", WithoutP521, unsupported);
    check(Algorithm::Es256, "p256", "p256", WithoutP521, Ok(()));
}

#[test]
fn keys_are_generated_and_encrypted_and_certified() {
    for spec in [KeySpec::P256, KeySpec::P521, KeySpec::Ed25519] {
        for key in [any::generate(spec), any::generate_in_parallel(spec)] {
            let key = key.unwrap();
            assert_eq!(key.key_type(), spec.key_type());
            let template = CertificateTemplate::new("test", 1_700_000_000, 1).unwrap();
            let certificate = any::self_sign(&key, &template);
            if spec == KeySpec::Ed25519 {
                continue;
            }
            let certificate = certificate.unwrap();
            assert_eq!(certificate.public_key(), &any::public_key(&key).unwrap());
        }
    }
    let key = any::generate(KeySpec::Rsa2048).unwrap();
    let passphrase = Passphrase::new(b"test".to_vec());
    let pem = any::encrypt(&key, &passphrase).unwrap();
    let read = PrivateKey::from_encrypted_pem(pem.secret(), &passphrase).unwrap();
    assert_eq!(any::public_key(&read), any::public_key(&key));
}

/// The digest of "abc" is printed in FIPS 180-4's examples.
#[test]
fn sha256() {
    let digest = any::sha256(b"abc");
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(
        hex,
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
    assert_eq!(any::Verifier.sha256(b"abc"), digest);
}
