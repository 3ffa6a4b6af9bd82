mod claim_date;
mod date_unit;
mod decode_error;
mod irregularity;
mod members;
mod part;
mod written_numbers;

use core::fmt;

use tokenring_jwk::Signature;

pub use self::claim_date::{ClaimDate, Moment};
pub use self::date_unit::DateUnit;
pub use self::decode_error::{DecodeError, PartError};
pub use self::irregularity::Irregularity;
pub use self::members::Members;
pub use self::part::Part;

/// A JWT that was taken apart to be looked at, and that nobody has verified yet.
///
/// Any signed JWT in compact serialization (RFC 7515 section 7.1) will do, made by whatever tool.
/// Reading is lenient where a person would want to see the content all the same: what a server
/// would refuse although it can be read is among the [irregularities](Self::irregularities).
///
/// # Examples
///
/// ```
/// use tokenring_gateway::{Irregularity, UnverifiedJwt};
///
/// // {"alg":"none"} and {"iss":"client-1"}, pasted with the word from its header field.
/// let jwt = UnverifiedJwt::decode("Bearer eyJhbGciOiJub25lIn0.eyJpc3MiOiJjbGllbnQtMSJ9.\n")?;
///
/// assert_eq!(jwt.claims().text("iss"), Some("client-1"));
/// assert_eq!(jwt.irregularities(), [Irregularity::Scheme, Irregularity::NoSignature]);
/// # Ok::<(), tokenring_gateway::DecodeError>(())
/// ```
///
/// # Security
///
/// Nothing here is to be believed: whoever wrote the text chose every member, names included. The
/// bytes of the signature are in neither `Debug` nor any error.
pub struct UnverifiedJwt {
    header: Members,
    claims: Members,
    signing_input: String,
    signature: Option<Signature>,
    irregularities: Vec<Irregularity>,
}

/// Scheme of the header field `Authorization` (RFC 6750 section 2.1), which gets pasted along.
const SCHEME: &str = "bearer";

impl UnverifiedJwt {
    /// The longest text that is read, in bytes. No gateway takes an assertion near that size.
    pub const MAX_BYTES: usize = 65_536;

    /// Takes a text apart.
    ///
    /// White space around it doesn't count.
    ///
    /// # Errors
    ///
    /// What the text is instead of a signed JWT, or which of its parts cannot be read, and why.
    pub fn decode(text: impl AsRef<[u8]>) -> Result<Self, DecodeError> {
        let bytes = text.as_ref();
        if bytes.len() > Self::MAX_BYTES {
            return Err(DecodeError::TooLong { bytes: bytes.len() });
        }
        let text = core::str::from_utf8(bytes).map_err(|_| DecodeError::NotText)?;
        let mut irregularities = Vec::new();
        let text = strip_surroundings(text.trim(), &mut irregularities);
        DecodeError::check_kind(text)?;
        let text = strip_white_space(text, &mut irregularities);
        let (encoded_header, encoded_claims, encoded_signature) = split(&text)?;
        let header = part::read_object(Part::Header, encoded_header, &mut irregularities)?;
        let claims = part::read_object(Part::Claims, encoded_claims, &mut irregularities)?;
        let signature = part::read_signature(encoded_signature, &mut irregularities);
        let signed = encoded_header.len() + 1 + encoded_claims.len();
        let mut signing_input = text;
        signing_input.truncate(signed);
        Ok(Self {
            header,
            claims,
            signing_input,
            signature,
            irregularities,
        })
    }

    /// The JOSE header.
    #[must_use]
    pub const fn header(&self) -> &Members {
        &self.header
    }

    /// The claims.
    #[must_use]
    pub const fn claims(&self) -> &Members {
        &self.claims
    }

    /// The JWS Signing Input: what the signature has to be a signature of.
    #[must_use]
    pub fn signing_input(&self) -> &[u8] {
        self.signing_input.as_bytes()
    }

    /// The signature, if there is one that can be decoded.
    #[must_use]
    pub const fn signature(&self) -> Option<&Signature> {
        self.signature.as_ref()
    }

    /// How many characters the compact serialization has, without what is not part of it.
    pub(crate) fn compact_length(&self) -> usize {
        let signature = self.signature.as_ref();
        // Of base64url without padding, 4 digits stand for 3 bytes.
        let digits = signature.map_or(0, |bytes| (bytes.as_bytes().len() * 4).div_ceil(3));
        self.signing_input.len() + 1 + digits
    }

    /// What can be read, although a server would refuse to, in the order in which it was met.
    #[must_use]
    pub fn irregularities(&self) -> &[Irregularity] {
        &self.irregularities
    }
}

/// Shows the names of the members, and of the signature its length.
impl fmt::Debug for UnverifiedJwt {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let length = |signature: &Signature| signature.as_bytes().len();
        formatter
            .debug_struct("UnverifiedJwt")
            .field("header", &self.header)
            .field("claims", &self.claims)
            .field("signature_bytes", &self.signature.as_ref().map(length))
            .field("irregularities", &self.irregularities)
            .finish()
    }
}

/// Takes off what is pasted along with a token: the scheme of a header field, quotes.
fn strip_surroundings<'t>(mut text: &'t str, found: &mut Vec<Irregularity>) -> &'t str {
    const FIELD: &str = "authorization:";
    if text
        .get(..FIELD.len())
        .is_some_and(|name| name.eq_ignore_ascii_case(FIELD))
    {
        text = text.get(FIELD.len()..).unwrap_or_default().trim_start();
    }
    if let Some((scheme, rest)) = text.split_once(char::is_whitespace) {
        if scheme.eq_ignore_ascii_case(SCHEME) {
            found.push(Irregularity::Scheme);
            text = rest.trim_start();
        }
    }
    for quote in ['"', '\''] {
        let quoted = text.strip_prefix(quote);
        if let Some(inner) = quoted.and_then(|rest| rest.strip_suffix(quote)) {
            found.push(Irregularity::Quotes);
            text = inner.trim();
        }
    }
    text
}

/// Takes out line breaks and blanks, which mailers and terminals put into long lines.
fn strip_white_space(text: &str, found: &mut Vec<Irregularity>) -> String {
    if text.contains(char::is_whitespace) {
        found.push(Irregularity::WhiteSpace);
    }
    text.split_whitespace().collect()
}

fn split(text: &str) -> Result<(&str, &str, &str), DecodeError> {
    let parts: Vec<&str> = text.split('.').collect();
    match *parts.as_slice() {
        [header, claims, signature] => Ok((header, claims, signature)),
        // RFC 7516 section 7.1.
        [_, _, _, _, _] => Err(DecodeError::Encrypted),
        _ => Err(DecodeError::PartCount { found: parts.len() }),
    }
}
