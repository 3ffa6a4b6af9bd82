//! The hash by which keys and certificates are named.

use ring::digest::{SHA256, digest};

pub(crate) fn sha256(message: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    for (to, from) in hash.iter_mut().zip(digest(&SHA256, message).as_ref()) {
        *to = *from;
    }
    hash
}
