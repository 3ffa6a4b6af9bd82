//! Signatures of certificates and handshakes that `rustls` with *ring* does not know: by RSA keys
//! that are restricted to PSS, and, with the feature `aws-lc-rs`, on P-521.

use alloc::vec::Vec;
use core::fmt;

use ring::signature::{
    RSA_PSS_2048_8192_SHA256, RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512,
    UnparsedPublicKey, VerificationAlgorithm,
};
use rustls::SignatureScheme;
use rustls::pki_types::{
    AlgorithmIdentifier, InvalidSignature, SignatureVerificationAlgorithm, alg_id,
};

/// A further algorithm, and where TLS uses it.
pub(super) struct FurtherAlgorithm {
    pub(super) algorithm: &'static dyn SignatureVerificationAlgorithm,
    /// Its name in TLS 1.3.
    pub(super) scheme: Option<SignatureScheme>,
    /// In TLS 1.2, where the curve of a key is not part of the name.
    pub(super) tls12: SignatureScheme,
}

/// All of them.
pub(super) fn further() -> impl Iterator<Item = &'static FurtherAlgorithm> {
    let ecdsa: &'static [FurtherAlgorithm] = {
        #[cfg(feature = "aws-lc-rs")]
        {
            p521::ALL
        }
        #[cfg(not(feature = "aws-lc-rs"))]
        {
            &[]
        }
    };
    PSS.iter().chain(ecdsa)
}

/// The schemes that a server is told of in addition.
pub(super) fn further_schemes() -> Vec<SignatureScheme> {
    let mut schemes: Vec<SignatureScheme> = further().filter_map(|it| it.scheme).collect();
    schemes.dedup();
    schemes
}

/// The object identifier id-RSASSA-PSS (RFC 4055 section 3.1), for a key that is free in the
/// parameters of its signatures.
const PSS_KEY: AlgorithmIdentifier = AlgorithmIdentifier::from_slice(&[
    0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a,
]);

/// `rsa_pss_pss_sha256` to `rsa_pss_pss_sha512` (RFC 8446 section 4.2.3).
const PSS_SHA256: SignatureScheme = SignatureScheme::Unknown(0x0809);
const PSS_SHA384: SignatureScheme = SignatureScheme::Unknown(0x080a);
const PSS_SHA512: SignatureScheme = SignatureScheme::Unknown(0x080b);

static PSS: &[FurtherAlgorithm] = &[
    pss(
        PSS_SHA256,
        &Pss::new(PSS_KEY, alg_id::RSA_PSS_SHA256, &RSA_PSS_2048_8192_SHA256),
    ),
    pss(
        PSS_SHA384,
        &Pss::new(PSS_KEY, alg_id::RSA_PSS_SHA384, &RSA_PSS_2048_8192_SHA384),
    ),
    pss(
        PSS_SHA512,
        &Pss::new(PSS_KEY, alg_id::RSA_PSS_SHA512, &RSA_PSS_2048_8192_SHA512),
    ),
    // Keys that are restricted to these parameters.
    pss(
        PSS_SHA256,
        &Pss::new(
            alg_id::RSA_PSS_SHA256,
            alg_id::RSA_PSS_SHA256,
            &RSA_PSS_2048_8192_SHA256,
        ),
    ),
    pss(
        PSS_SHA384,
        &Pss::new(
            alg_id::RSA_PSS_SHA384,
            alg_id::RSA_PSS_SHA384,
            &RSA_PSS_2048_8192_SHA384,
        ),
    ),
    pss(
        PSS_SHA512,
        &Pss::new(
            alg_id::RSA_PSS_SHA512,
            alg_id::RSA_PSS_SHA512,
            &RSA_PSS_2048_8192_SHA512,
        ),
    ),
];

const fn pss(scheme: SignatureScheme, algorithm: &'static Pss) -> FurtherAlgorithm {
    FurtherAlgorithm {
        algorithm,
        scheme: Some(scheme),
        tls12: scheme,
    }
}

struct Pss {
    key: AlgorithmIdentifier,
    signature: AlgorithmIdentifier,
    algorithm: &'static dyn VerificationAlgorithm,
}

impl Pss {
    const fn new(
        key: AlgorithmIdentifier,
        signature: AlgorithmIdentifier,
        algorithm: &'static dyn VerificationAlgorithm,
    ) -> Self {
        Self {
            key,
            signature,
            algorithm,
        }
    }
}

impl SignatureVerificationAlgorithm for Pss {
    fn verify_signature(
        &self,
        public_key: &[u8],
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), InvalidSignature> {
        UnparsedPublicKey::new(self.algorithm, public_key)
            .verify(message, signature)
            .map_err(|_| InvalidSignature)
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        self.key
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        self.signature
    }
}

impl fmt::Debug for Pss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pss").finish_non_exhaustive()
    }
}

#[cfg(feature = "aws-lc-rs")]
mod p521 {
    use core::fmt;

    use aws_lc_rs::signature::{
        ECDSA_P521_SHA256_ASN1, ECDSA_P521_SHA384_ASN1, ECDSA_P521_SHA512_ASN1,
        EcdsaVerificationAlgorithm, UnparsedPublicKey,
    };
    use rustls::SignatureScheme;
    use rustls::pki_types::{
        AlgorithmIdentifier, InvalidSignature, SignatureVerificationAlgorithm, alg_id,
    };

    use super::FurtherAlgorithm;

    pub(super) static ALL: &[FurtherAlgorithm] = &[
        FurtherAlgorithm {
            algorithm: &P521(alg_id::ECDSA_SHA512, &ECDSA_P521_SHA512_ASN1),
            scheme: Some(SignatureScheme::ECDSA_NISTP521_SHA512),
            tls12: SignatureScheme::ECDSA_NISTP521_SHA512,
        },
        FurtherAlgorithm {
            algorithm: &P521(alg_id::ECDSA_SHA384, &ECDSA_P521_SHA384_ASN1),
            scheme: None,
            tls12: SignatureScheme::ECDSA_NISTP384_SHA384,
        },
        FurtherAlgorithm {
            algorithm: &P521(alg_id::ECDSA_SHA256, &ECDSA_P521_SHA256_ASN1),
            scheme: None,
            tls12: SignatureScheme::ECDSA_NISTP256_SHA256,
        },
    ];

    struct P521(AlgorithmIdentifier, &'static EcdsaVerificationAlgorithm);

    impl SignatureVerificationAlgorithm for P521 {
        fn verify_signature(
            &self,
            public_key: &[u8],
            message: &[u8],
            signature: &[u8],
        ) -> Result<(), InvalidSignature> {
            // A point in one of the forms of RFC 5480 section 2.2.
            if !matches!(public_key.first(), Some(2..=4)) {
                return Err(InvalidSignature);
            }
            UnparsedPublicKey::new(self.1, public_key)
                .verify(message, signature)
                .map_err(|_| InvalidSignature)
        }

        fn public_key_alg_id(&self) -> AlgorithmIdentifier {
            alg_id::ECDSA_P521
        }

        fn signature_alg_id(&self) -> AlgorithmIdentifier {
            self.0
        }
    }

    impl fmt::Debug for P521 {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.debug_struct("P521").finish_non_exhaustive()
        }
    }
}
