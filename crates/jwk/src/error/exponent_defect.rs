use core::fmt;

/// Why the public exponent of an RSA key is not taken (FIPS 186-5 appendix A.1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExponentDefect {
    /// It is even.
    Even,
    /// It is 1, with which anybody can sign.
    One,
    /// It is this odd number, and less than 65537.
    Small(u64),
    /// It is longer than 33 bits.
    Long,
}

impl fmt::Display for ExponentDefect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Even => f.write_str(
                "even, which no sound key's is; take the file again from where it was made, or \
                 make a new key",
            ),
            Self::One => {
                f.write_str("1, with which anybody can sign; make a key with the usual one, 65537")
            }
            Self::Small(value) => write!(
                f,
                "{value}, and less than 65537 is too weak (FIPS 186-5 appendix A.1.1); make a key \
                 with the usual one, 65537"
            ),
            Self::Long => f.write_str(
                "longer than 33 bits, which is not supported; make a key with the usual one, 65537",
            ),
        }
    }
}
