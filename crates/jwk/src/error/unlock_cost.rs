use core::fmt;

/// What it costs to open an encrypted key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnlockCost {
    /// Iterations of PBKDF2, for encrypted PKCS#8.
    Iterations,
    /// Bytes of memory for scrypt, for encrypted PKCS#8.
    ScryptMemory,
    /// Rounds of scrypt, for encrypted PKCS#8.
    ScryptRounds,
    /// Rounds of bcrypt, for a key in OpenSSH's own format.
    OpenSshRounds,
    /// Iterations of any derivation in a PKCS#12 file.
    Pkcs12Iterations,
    /// Iterations of PBKDF2, for an encrypted JWK: its `p2c`.
    JweIterations,
}

impl fmt::Display for UnlockCost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Iterations | Self::Pkcs12Iterations => "iterations",
            Self::ScryptMemory => "bytes of memory for scrypt",
            Self::ScryptRounds => "rounds of scrypt",
            Self::OpenSshRounds => "rounds of bcrypt",
            Self::JweIterations => "iterations (\"p2c\")",
        })
    }
}

impl UnlockCost {
    /// What makes the same key cost less; the command keeps it encrypted.
    pub(crate) const fn advice(self) -> &'static str {
        match self {
            Self::Iterations | Self::ScryptMemory | Self::ScryptRounds => {
                "encrypt it again with: (umask 077 && openssl pkcs8 -topk8 -v2 aes-256-cbc \
                 -v2prf hmacWithSHA256 -iter 600000 -in KEY.pem -out NEW.pem)"
            }
            Self::OpenSshRounds => "encrypt a copy of it again with: ssh-keygen -p -a 100 -f COPY",
            Self::Pkcs12Iterations => {
                "take the key out of the file, encrypted, with: \
                 (umask 077 && openssl pkcs12 -legacy -aes256 -in KEY.p12 -nocerts -out KEY.pem)"
            }
            Self::JweIterations => "have the program that made it spend fewer",
        }
    }
}
