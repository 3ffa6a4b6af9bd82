use core::fmt;

/// What is wrong with a member of a JWK.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MemberFlaw {
    /// It is missing, null or an empty list.
    Missing,
    /// It isn't a string; says what it is instead.
    NotText(&'static str),
    /// It is base64 with `+` or `/`, and base64url has `-` and `_`.
    StandardBase64,
    /// Its base64url ends with `=`.
    Padding,
    /// It isn't base64url at all.
    NotBase64Url,
    /// It has another number of octets than the curve wants (RFC 7518 section 6.2.1.2, RFC 8037
    /// section 2).
    Length {
        /// The octets that it has.
        octets: usize,
        /// The octets that it should have.
        expected: usize,
    },
}

impl fmt::Display for MemberFlaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("is missing"),
            Self::NotText(found) => write!(f, "is {found}; expected a string"),
            Self::StandardBase64 => {
                f.write_str("is standard base64; expected base64url without padding")
            }
            Self::Padding => f.write_str("ends with =; expected base64url without padding"),
            Self::NotBase64Url => f.write_str("is not base64url"),
            Self::Length { octets, expected } => {
                write!(f, "has {octets} octets; expected {expected}")
            }
        }
    }
}
