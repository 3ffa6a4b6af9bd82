use std::path::Path;

use tokenring_jwk::PublicKey;

use crate::{Error, bounded_file};

/// A public key is a few kilobytes.
const LARGEST: u64 = 256 * 1024;

/// Reads a public key, or the one in a certificate, from a file of at most 256 KiB.
///
/// The formats are those of [`PublicKey::from_key_file`].
///
/// # Errors
///
/// [`Error::ReadPublicKey`] and [`Error::PublicKey`].
///
/// # Examples
///
/// ```no_run
/// let public_key = tokenring_keystore::read_public_key("int-1.pem.pub")?;
/// println!("{} key of {} bits", public_key.key_type(), public_key.bits());
/// # Ok::<(), tokenring_keystore::Error>(())
/// ```
pub fn read_public_key(path: impl AsRef<Path>) -> Result<PublicKey, Error> {
    let path = path.as_ref();
    match bounded_file::read(path, LARGEST) {
        Ok(contents) => PublicKey::from_key_file(&contents).map_err(|source| Error::PublicKey {
            path: path.to_owned(),
            source,
        }),
        Err(source) => Err(Error::ReadPublicKey {
            path: path.to_owned(),
            source,
        }),
    }
}
