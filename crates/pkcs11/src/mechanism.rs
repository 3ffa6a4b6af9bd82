use cryptoki::mechanism::eddsa::{EddsaParams, EddsaSignatureScheme};
use cryptoki::mechanism::rsa::{PkcsMgfType, PkcsPssParams};
use cryptoki::mechanism::{Mechanism, MechanismType};
use cryptoki::types::Ulong;
use ring::digest::{self, SHA256, SHA384, SHA512, digest};
use tokenring_jwk::Algorithm;

use crate::Error;
use crate::key_material::KeyMaterial;

/// How the token makes signatures of one algorithm.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    algorithm: Algorithm,
    /// Who hashes the message.
    hashes: Hashes,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hashes {
    /// The mechanism signs the message, in parts if need be.
    Token,
    /// The mechanism signs what has been hashed here, in one piece.
    Here,
}

impl Plan {
    /// Chooses among the token's mechanisms.
    pub(crate) fn new(
        algorithm: Algorithm,
        material: &KeyMaterial,
        of_token: &[MechanismType],
    ) -> Result<Self, Error> {
        if algorithm.key_type() != material.key_type {
            return Err(Error::WrongKeyType {
                algorithm,
                key_type: material.key_type,
            });
        }
        // RSA is hashed by every token; ECDSA by few, and the digest is theirs to sign.
        let order = match algorithm {
            Algorithm::Es256 | Algorithm::Es384 | Algorithm::Es512 => [Hashes::Here, Hashes::Token],
            _ => [Hashes::Token, Hashes::Here],
        };
        let allows = |mechanism: &MechanismType| {
            let allowed = material.allowed.as_ref();
            of_token.contains(mechanism) && allowed.is_none_or(|list| list.contains(mechanism))
        };
        let mut plans = order
            .into_iter()
            .map(|hashes| Self { algorithm, hashes })
            .filter(|plan| {
                plan.mechanism()
                    .is_ok_and(|found| allows(&found.mechanism_type()))
            });
        if !material.always_authenticate {
            return plans.next().ok_or(Error::NoMechanism(algorithm));
        }
        // The PIN is given between the beginning and the first part.
        let plans: Vec<Self> = plans.collect();
        match plans.iter().find(|plan| plan.takes_parts()) {
            Some(plan) => Ok(*plan),
            None if plans.is_empty() => Err(Error::NoMechanism(algorithm)),
            None => Err(Error::NoPlaceForPin(algorithm)),
        }
    }

    /// Whether the message can be handed over in parts. Ed25519 goes over a
    /// message twice, so that tokens want it whole.
    fn takes_parts(self) -> bool {
        self.hashes == Hashes::Token
            && !matches!(self.algorithm, Algorithm::EdDsa | Algorithm::Ed25519)
    }

    /// The mechanism with its parameters. A plan that was chosen has one.
    pub(crate) fn mechanism(self) -> Result<Mechanism<'static>, Error> {
        use Algorithm as A;
        Ok(match (self.algorithm, self.hashes) {
            (A::Rs256, Hashes::Token) => Mechanism::Sha256RsaPkcs,
            (A::Rs384, Hashes::Token) => Mechanism::Sha384RsaPkcs,
            (A::Rs512, Hashes::Token) => Mechanism::Sha512RsaPkcs,
            (A::Rs256 | A::Rs384 | A::Rs512, Hashes::Here) => Mechanism::RsaPkcs,
            (A::Ps256, Hashes::Token) => Mechanism::Sha256RsaPkcsPss(sha256_pss()),
            (A::Ps384, Hashes::Token) => Mechanism::Sha384RsaPkcsPss(sha384_pss()),
            (A::Ps512, Hashes::Token) => Mechanism::Sha512RsaPkcsPss(sha512_pss()),
            (A::Ps256, Hashes::Here) => Mechanism::RsaPkcsPss(sha256_pss()),
            (A::Ps384, Hashes::Here) => Mechanism::RsaPkcsPss(sha384_pss()),
            (A::Ps512, Hashes::Here) => Mechanism::RsaPkcsPss(sha512_pss()),
            (A::Es256, Hashes::Token) => Mechanism::EcdsaSha256,
            (A::Es384, Hashes::Token) => Mechanism::EcdsaSha384,
            (A::Es512, Hashes::Token) => Mechanism::EcdsaSha512,
            (A::Es256 | A::Es384 | A::Es512, Hashes::Here) => Mechanism::Ecdsa,
            (A::EdDsa | A::Ed25519, Hashes::Token) => {
                Mechanism::Eddsa(EddsaParams::new(EddsaSignatureScheme::Pure))
            }
            _ => return Err(Error::NoMechanism(self.algorithm)),
        })
    }

    /// What the mechanism signs.
    pub(crate) fn input(self, message: &[u8]) -> Vec<u8> {
        match (self.hashes, hash(self.algorithm)) {
            (Hashes::Token, _) | (_, None) => message.to_vec(),
            (Hashes::Here, Some((hash, prefix))) => {
                let value = digest(hash, message);
                match self.algorithm {
                    Algorithm::Rs256 | Algorithm::Rs384 | Algorithm::Rs512 => {
                        [prefix, value.as_ref()].concat()
                    }
                    _ => value.as_ref().to_vec(),
                }
            }
        }
    }
}

/// The hash of an algorithm, and what its DigestInfo begins with (RFC 8017
/// section 9.2, note 1).
fn hash(algorithm: Algorithm) -> Option<(&'static digest::Algorithm, &'static [u8])> {
    use Algorithm as A;
    match algorithm {
        A::Rs256 | A::Ps256 | A::Es256 => Some((
            &SHA256,
            b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20",
        )),
        A::Rs384 | A::Ps384 | A::Es384 => Some((
            &SHA384,
            b"\x30\x41\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x02\x05\x00\x04\x30",
        )),
        A::Rs512 | A::Ps512 | A::Es512 => Some((
            &SHA512,
            b"\x30\x51\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x03\x05\x00\x04\x40",
        )),
        _ => None,
    }
}

/// The salt is as long as the hash (RFC 7518 section 3.5).
const fn sha256_pss() -> PkcsPssParams {
    PkcsPssParams {
        hash_alg: MechanismType::SHA256,
        mgf: PkcsMgfType::MGF1_SHA256,
        s_len: Ulong::new(32),
    }
}

const fn sha384_pss() -> PkcsPssParams {
    PkcsPssParams {
        hash_alg: MechanismType::SHA384,
        mgf: PkcsMgfType::MGF1_SHA384,
        s_len: Ulong::new(48),
    }
}

const fn sha512_pss() -> PkcsPssParams {
    PkcsPssParams {
        hash_alg: MechanismType::SHA512,
        mgf: PkcsMgfType::MGF1_SHA512,
        s_len: Ulong::new(64),
    }
}
