use alloc::string::String;
use alloc::vec::Vec;
use core::ops::RangeInclusive;

use base64ct::{Base64UrlUnpadded, Encoding};

use crate::der::{self, Reader};
use crate::{Algorithm, Error, PublicKey, Verifier};

/// The value of a JWS Signature (RFC 7515 section 2), before its base64url.
///
/// For ECDSA these are R and S, each as long as the curve's field, one after the
/// other (RFC 7518 section 3.4), and not the ASN.1 form that most cloud key
/// services return: [`Signature::from_ecdsa_der`] converts it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature(Vec<u8>);

/// As long as a modulus of 2048 bits, the least of RFC 7518 section 3.3, to one of
/// 8192, the most of a [`PublicKey`].
const RSA_LENGTHS: RangeInclusive<usize> = 256..=1024;

impl Signature {
    /// Takes the bytes as they stand in a JWS.
    #[must_use]
    pub fn from_bytes(bytes: impl Into<Vec<u8>>) -> Self {
        Self(bytes.into())
    }

    /// Reads a signature as programs write it: its bytes, for ECDSA perhaps in ASN.1, or any of
    /// these in base64 or base64url, with padding and line ends or without.
    ///
    /// # Errors
    ///
    /// [`Error::MalformedSignature`] where it is no signature of `algorithm` in any of these forms.
    ///
    /// # Examples
    ///
    /// ```
    /// use tokenring_jwk::{Algorithm, Signature};
    ///
    /// let bytes = [0xff; 64];
    /// let text = [b"/".repeat(85).as_slice(), b"w==\n"].concat();
    /// let signature = Signature::from_any_form(&text, Algorithm::Es256)?;
    /// assert_eq!(signature.as_bytes(), bytes);
    ///
    /// let der = signature.to_ecdsa_der()?;
    /// assert_eq!(Signature::from_any_form(&der, Algorithm::Es256)?, signature);
    /// assert!(Signature::from_any_form(&der, Algorithm::Es384).is_ok());
    /// assert!(Signature::from_any_form(&bytes, Algorithm::Es384).is_err());
    /// # Ok::<(), tokenring_jwk::Error>(())
    /// ```
    pub fn from_any_form(contents: &[u8], algorithm: Algorithm) -> Result<Self, Error> {
        // No signature happens to be base64 from its first byte to its last.
        let decoded = decode_base64(contents);
        let bytes = decoded.as_deref().unwrap_or(contents);
        let signature = Self::from_bytes(bytes);
        match signature.check_length(algorithm, None) {
            Ok(()) => Ok(signature),
            Err(_) => Self::from_ecdsa_der(bytes, algorithm),
        }
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

    /// Checks that it is as long as a signature of `algorithm` is: by `public_key`,
    /// or by any key where that isn't known.
    ///
    /// # Errors
    ///
    /// [`Error::SignatureLength`].
    pub fn check_length(
        &self,
        algorithm: Algorithm,
        public_key: Option<&PublicKey>,
    ) -> Result<(), Error> {
        let length = self.0.len();
        let wanted = algorithm
            .signature_len()
            .or_else(|| public_key.map(PublicKey::signature_len));
        let fits = wanted.map_or(RSA_LENGTHS.contains(&length), |wanted| length == wanted);
        if fits {
            return Ok(());
        }
        Err(Error::SignatureLength { algorithm, length })
    }

    /// Checks a new signature before anybody gets it: its length, and with a public
    /// key and a verifier that it verifies.
    ///
    /// # Errors
    ///
    /// [`Error::SignatureLength`], [`Error::NotVerified`], and
    /// [`Error::UnsupportedAlgorithm`] where the verifier lacks it.
    pub fn check(
        &self,
        signing_input: &[u8],
        algorithm: Algorithm,
        public_key: Option<&PublicKey>,
        verifier: Option<&dyn Verifier>,
    ) -> Result<(), Error> {
        self.check_length(algorithm, public_key)?;
        let (Some(public_key), Some(verifier)) = (public_key, verifier) else {
            return Ok(());
        };
        if !verifier.supports(algorithm) {
            return Err(Error::UnsupportedAlgorithm(algorithm));
        }
        verifier
            .verify(public_key, algorithm, signing_input, self)
            .map_err(|_| Error::NotVerified)
    }

    /// The bytes as they stand in a JWS.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// The bytes of a text in base64 or base64url.
fn decode_base64(text: &[u8]) -> Option<Vec<u8>> {
    let significant = text
        .iter()
        .filter(|byte| !byte.is_ascii_whitespace() && **byte != b'=');
    let text: String = significant
        .map(|byte| match byte {
            b'+' => '-',
            b'/' => '_',
            byte => char::from(*byte),
        })
        .collect();
    Base64UrlUnpadded::decode_vec(&text).ok()
}
