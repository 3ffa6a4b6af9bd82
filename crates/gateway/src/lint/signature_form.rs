use tokenring_jwk::{Algorithm, KeyType};

use super::inspection::Inspection;
use crate::{Remedy, Rule};

/// The first byte of a SEQUENCE, with which ASN.1 writes an ECDSA signature.
const SEQUENCE: u8 = 0x30;

/// RFC 7518 section 3.3.
const LEAST_RSA_BITS: usize = 2048;

impl Inspection<'_> {
    /// What a signature's length tells, without any key.
    pub(super) fn check_signature_form(&mut self) {
        let algorithm = self
            .jwt
            .header()
            .text("alg")
            .and_then(|name| name.parse().ok());
        let (Some(algorithm), Some(signature)) = (algorithm, self.jwt.signature()) else {
            return;
        };
        match fixed_length(algorithm) {
            Some(length) => self.check_length(signature.as_bytes(), length),
            None => self.check_modulus(signature.as_bytes().len()),
        }
    }

    fn check_length(&mut self, signature: &[u8], length: usize) {
        if signature.len() == length {
            return;
        }
        let is_asn1 = signature.first() == Some(&SEQUENCE);
        let detail = is_asn1.then(|| {
            "it is in ASN.1, as openssl and key services write it; JWS has R and S one after the \
             other"
                .to_owned()
        });
        let finding = self.refused(Rule::Signature);
        self.add(
            finding
                .with_found_words(format!("{} bytes long", signature.len()))
                .with_wanted(format!("{length} bytes"))
                .with_detail(detail)
                .with_remedy(Remedy::UseJwsSignature),
        );
    }

    /// An RSA signature is as long as the modulus (RFC 8017 section 8.2.1).
    fn check_modulus(&mut self, bytes: usize) {
        let bits = 8 * bytes;
        let stated = self.lint.key_rules().minimum_rsa_bits();
        let minimum = stated.unwrap_or_default().max(LEAST_RSA_BITS);
        if bits < minimum {
            let finding = self.refused(Rule::KeySize);
            self.add(
                finding
                    .with_found_words(format!("RSA with {bits} bits, by the signature's length"))
                    .with_wanted(format!("at least {minimum} bits")),
            );
        } else if bytes % 8 != 0 {
            let finding = self.doubtful(Rule::Signature);
            let detail = "perhaps a word that follows the JWT was copied along".to_owned();
            self.add(
                finding
                    .with_found_words(format!("{bytes} bytes long"))
                    .with_wanted("as many bytes as a key has: 256, 384 or 512")
                    .with_detail(detail),
            );
        }
    }
}

/// How long a signature is, where that does not depend on the key (RFC 7518 section 3.4, RFC 8032
/// section 5.1.6).
const fn fixed_length(algorithm: Algorithm) -> Option<usize> {
    match algorithm.key_type() {
        KeyType::P256 | KeyType::Ed25519 => Some(64),
        KeyType::P384 => Some(96),
        KeyType::P521 => Some(132),
        _ => None,
    }
}
