use core::fmt;

use super::display::list;
use crate::KeyType;

/// What is wrong with a member of a JWK.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MemberFlaw {
    /// It is missing, null or an empty list.
    Missing,
    /// It is an empty string.
    Empty,
    /// It is the number zero.
    Zero,
    /// It isn't a string; says what it is instead.
    NotText(&'static str),
    /// It isn't a list; says what it is instead.
    NotList(&'static str),
    /// It is base64 with `+` or `/`, and base64url has `-` and `_`.
    StandardBase64,
    /// Its base64url ends with `=`.
    Padding,
    /// It is base64url in several lines, or with other white space.
    WhiteSpace,
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
    /// It means this name, which JWKs write in this way alone.
    Misspelled(&'static str),
    /// It is a curve of this `kty`, and the JWK has another one.
    OtherKeyType(&'static str),
    /// It is an algorithm that keys of this type never sign with.
    NotOfKey(KeyType),
}

impl fmt::Display for MemberFlaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("is missing"),
            Self::Empty => f.write_str("is empty"),
            Self::Zero => f.write_str("is zero"),
            Self::NotText(found) => write!(f, "is {found}; expected a string"),
            Self::NotList(found) => write!(f, "is {found}; expected a list of strings"),
            Self::StandardBase64 => {
                f.write_str("is standard base64; expected base64url without padding")
            }
            Self::Padding => f.write_str("ends with =; expected base64url without padding"),
            Self::WhiteSpace => {
                f.write_str("has line ends or other white space in it; expected base64url without")
            }
            Self::NotBase64Url => f.write_str("is not base64url"),
            Self::Length { octets, expected } => {
                write!(f, "has {octets} octets; expected {expected}")
            }
            Self::Misspelled(meant) => write!(f, "is not spelled as in a JWK; write {meant:?}"),
            Self::OtherKeyType(kty) => write!(
                f,
                "names a curve of \"kty\": {kty:?}; correct the one of the two that is wrong"
            ),
            Self::NotOfKey(key_type) => {
                write!(f, "does not fit: {key_type} keys sign with")?;
                list(key_type.algorithms(), f)
            }
        }
    }
}
