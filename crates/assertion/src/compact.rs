use alloc::string::String;

/// A compact serialization (RFC 7515 section 7.1) that is wiped when dropped,
/// whatever its purpose.
pub(crate) struct Compact(String);

impl Compact {
    pub(crate) const fn new(text: String) -> Self {
        Self(text)
    }

    pub(crate) fn secret(&self) -> &str {
        &self.0
    }

    pub(crate) fn into_secret(mut self) -> String {
        core::mem::take(&mut self.0)
    }
}

#[cfg(feature = "zeroize")]
impl Drop for Compact {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.0);
    }
}
