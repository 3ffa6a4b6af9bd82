use ring::digest::{Context, SHA256};

/// A SHA-256 hash over named values in an encoding that has one reading.
///
/// Each text goes in behind its length, so that no two lists of fields can run
/// together to the same bytes.
pub(crate) struct FieldHash(Context);

impl FieldHash {
    /// Begins a hash that collides with none of another domain.
    pub(crate) fn new(domain: &str) -> Self {
        let mut hash = Self(Context::new(&SHA256));
        hash.text(domain);
        hash
    }

    pub(crate) fn text(&mut self, text: &str) {
        // No text is longer than what 64 bits count.
        let length = u64::try_from(text.len()).unwrap_or(u64::MAX);
        self.0.update(&length.to_be_bytes());
        self.0.update(text.as_bytes());
    }

    /// The hash, as 64 lower-case hexadecimal digits: a file name that is the
    /// same on a file system that ignores case.
    pub(crate) fn finish(self) -> String {
        hex(self.0.finish().as_ref())
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 0xf])
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_lengths_and_texts() {
        // printf '\0\0\0\0\0\0\0\1d\0\0\0\0\0\0\0\2ab' | sha256sum
        let mut hash = FieldHash::new("d");
        hash.text("ab");
        assert_eq!(
            hash.finish(),
            "e3fd7e83dc3657c5f608d2fa042808824455da969850d82152c6f683711cb7f6"
        );
    }
}
