//! Platforms without owners, modes and locks as Unix has them: there is no
//! directory that could be trusted, and so no value of these types.

use std::path::Path;

use zeroize::Zeroizing;

use crate::holder_note::HolderNote;
use crate::{Holder, Unusable};

#[derive(Debug)]
pub(crate) enum Directory {}

impl Directory {
    pub(crate) const fn open(_: &Path) -> Result<Self, Unusable> {
        Err(Unusable::Platform)
    }

    pub(crate) const fn read(&self, _: &str) -> Option<Zeroizing<Vec<u8>>> {
        match *self {}
    }

    pub(crate) const fn remove(&self, _: &str) -> Result<bool, Unusable> {
        match *self {}
    }

    pub(crate) const fn has(&self, _: &str) -> bool {
        match *self {}
    }

    pub(crate) const fn names(&self) -> Result<Vec<String>, Unusable> {
        match *self {}
    }

    pub(crate) fn visit_names(&self, _: usize, _: impl FnMut(&str)) -> Result<(), Unusable> {
        match *self {}
    }

    pub(crate) const fn reserve(&self, _: &str) -> Result<(), Unusable> {
        match *self {}
    }

    pub(crate) const fn publish(&self, _: &str, _: &[u8], _: &str) -> Result<bool, Unusable> {
        match *self {}
    }

    pub(crate) const fn try_lock(&self, _: &str) -> Result<LockState, Unusable> {
        match *self {}
    }

    pub(crate) const fn take_over(
        &self,
        _: &str,
        _: &str,
        _: &Holder,
        _: &str,
    ) -> Result<Option<Lock>, Unusable> {
        match *self {}
    }
}

pub(crate) enum LockState {
    #[expect(dead_code, reason = "nothing is locked here")]
    Held(Lock),
    #[expect(dead_code, reason = "nothing is locked here")]
    Busy(Holder),
}

#[derive(Debug)]
pub(crate) enum Lock {}

impl Lock {
    pub(crate) const fn inode(&self) -> u64 {
        match *self {}
    }

    pub(crate) const fn announce(&self, _: &HolderNote) -> Result<(), Unusable> {
        match *self {}
    }
}
