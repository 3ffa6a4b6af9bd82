//! Key IDs that a scheme makes of a key.

use tokenring_gateway::KeyIdScheme;
use tokenring_jwk::{KeyId, PublicKey, any};
pub(crate) use tokenring_keystore::key_file_stem as file_stem;

/// The key ID that a scheme makes of the key itself.
pub(crate) fn of_public_key(scheme: KeyIdScheme, public_key: &PublicKey) -> Option<KeyId> {
    match scheme {
        KeyIdScheme::Thumbprint => Some(KeyId::new(any::thumbprint(public_key).to_string())),
        KeyIdScheme::SpkiSha256 => Some(KeyId::new(any::spki_hash(public_key).to_string())),
        _ => None,
    }
}
