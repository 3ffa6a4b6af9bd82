//! Stands in for the computation of the parts of an RSA key where it isn't built.

use alloc::vec::Vec;

use zeroize::Zeroizing;

use crate::Error;

/// What a key states.
#[expect(dead_code, reason = "the module that this stands in for reads them")]
pub(super) struct Stated<'a> {
    pub(super) n: &'a [u8],
    pub(super) e: &'a [u8],
    pub(super) d: &'a [u8],
    pub(super) p: Option<&'a [u8]>,
    pub(super) q: Option<&'a [u8]>,
}

/// Computes nothing.
pub(super) const fn complete(_: &Stated<'_>) -> Result<[Zeroizing<Vec<u8>>; 5], Error> {
    Err(Error::IncompleteRsaKey)
}
