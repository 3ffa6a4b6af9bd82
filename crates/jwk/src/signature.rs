use alloc::vec::Vec;

use crate::der::{self, Reader};
use crate::{Algorithm, Error};

/// The value of a JWS Signature (RFC 7515 section 2), before its base64url.
///
/// For ECDSA these are R and S, each as long as the curve's field, one after the
/// other (RFC 7518 section 3.4), and not the ASN.1 form that most cloud key
/// services return: [`Signature::from_ecdsa_der`] converts it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature(Vec<u8>);

impl Signature {
    /// Takes the bytes as they stand in a JWS.
    #[must_use]
    pub fn from_bytes(bytes: impl Into<Vec<u8>>) -> Self {
        Self(bytes.into())
    }

    /// Converts an ECDSA signature from its ASN.1 form (RFC 3279 section 2.2.3).
    ///
    /// # Errors
    ///
    /// [`Error::MalformedSignature`] where `der` isn't a sequence of two
    /// integers that fit the curve, or where `algorithm` isn't an ECDSA one.
    pub fn from_ecdsa_der(der: &[u8], algorithm: Algorithm) -> Result<Self, Error> {
        let length = match algorithm {
            Algorithm::Es256 | Algorithm::Es384 | Algorithm::Es512 => {
                algorithm.key_type().coordinate_len()
            }
            _ => return Err(Error::MalformedSignature),
        };
        let mut outer = Reader::new(der);
        let mut integers = outer.sequence().ok_or(Error::MalformedSignature)?;
        outer.end().ok_or(Error::MalformedSignature)?;
        let mut fixed = Vec::with_capacity(2 * length);
        for _ in 0..2 {
            let magnitude = integers.unsigned().ok_or(Error::MalformedSignature)?;
            let padding = length
                .checked_sub(magnitude.len())
                .ok_or(Error::MalformedSignature)?;
            fixed.resize(fixed.len() + padding, 0);
            fixed.extend_from_slice(magnitude);
        }
        integers.end().ok_or(Error::MalformedSignature)?;
        Ok(Self(fixed))
    }

    /// Converts an ECDSA signature to its ASN.1 form (RFC 3279 section 2.2.3).
    ///
    /// # Errors
    ///
    /// [`Error::MalformedSignature`] where R and S haven't the same length.
    pub fn to_ecdsa_der(&self) -> Result<Vec<u8>, Error> {
        let half = self.0.len() / 2;
        let (r, s) = self.0.split_at(half);
        if half == 0 || r.len() != s.len() {
            return Err(Error::MalformedSignature);
        }
        let integers = [der::write_unsigned(r), der::write_unsigned(s)];
        let [r, s] = &integers;
        Ok(der::write(der::SEQUENCE, &[r, s]))
    }

    /// The bytes as they stand in a JWS.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}
