use alloc::vec::Vec;
use core::fmt;

use zeroize::Zeroizing;

/// The passphrase of an encrypted private key, wiped when dropped.
pub struct Passphrase(Zeroizing<Vec<u8>>);

impl Passphrase {
    /// Takes the bytes of a passphrase, UTF-8 as a rule.
    ///
    /// The buffer becomes the passphrase's own, so that no copy stays behind.
    #[must_use]
    pub fn new(passphrase: Vec<u8>) -> Self {
        Self(Zeroizing::new(passphrase))
    }

    /// Takes the first line of a file, without its end and a byte order mark, as `openssl` does for
    /// `-passin file:`.
    #[must_use]
    pub fn from_first_line(contents: &[u8]) -> Self {
        let contents = contents.strip_prefix(b"\xef\xbb\xbf").unwrap_or(contents);
        let line = contents.split(|&byte| byte == b'\n').next();
        let line = line.unwrap_or_default();
        Self::new(line.strip_suffix(b"\r").unwrap_or(line).to_vec())
    }

    /// The bytes; keep no copy of them longer than needed.
    #[must_use]
    pub fn secret(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(..)")
    }
}
