use alloc::vec::Vec;

use aes_gcm::AesGcm;
use aes_gcm::aead::consts::U12;
use aes_gcm::aead::{AeadInOut, Nonce, Tag};
use cbc::cipher::KeyInit;
use hmac::digest::block_api::EagerHash;
use hmac::{Hmac, Mac};
use zeroize::Zeroizing;

use super::Jwe;
use crate::private_key::encrypted::scheme::Cipher;

/// How the content is encrypted and authenticated (RFC 7518 section 5.1).
#[derive(Clone, Copy)]
pub(super) enum ContentEncryption {
    A128CbcHs256,
    A192CbcHs384,
    A256CbcHs512,
    A128Gcm,
    A192Gcm,
    A256Gcm,
}

impl ContentEncryption {
    pub(super) fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "A128CBC-HS256" => Self::A128CbcHs256,
            "A192CBC-HS384" => Self::A192CbcHs384,
            "A256CBC-HS512" => Self::A256CbcHs512,
            "A128GCM" => Self::A128Gcm,
            "A192GCM" => Self::A192Gcm,
            "A256GCM" => Self::A256Gcm,
            _ => return None,
        })
    }

    pub(super) const fn key_length(self) -> usize {
        match self {
            Self::A128Gcm => 16,
            Self::A192Gcm => 24,
            Self::A256Gcm | Self::A128CbcHs256 => 32,
            Self::A192CbcHs384 => 48,
            Self::A256CbcHs512 => 64,
        }
    }

    /// Decrypts the content with its key; none where it does not authenticate.
    pub(super) fn decrypt(self, key: &[u8], jwe: &Jwe) -> Option<Zeroizing<Vec<u8>>> {
        match self {
            Self::A128Gcm => decrypt_gcm::<AesGcm<aes::Aes128, U12>>(key, jwe),
            Self::A192Gcm => decrypt_gcm::<AesGcm<aes::Aes192, U12>>(key, jwe),
            Self::A256Gcm => decrypt_gcm::<AesGcm<aes::Aes256, U12>>(key, jwe),
            Self::A128CbcHs256 => decrypt_cbc::<sha2::Sha256>(Cipher::Aes128, key, jwe),
            Self::A192CbcHs384 => decrypt_cbc::<sha2::Sha384>(Cipher::Aes192, key, jwe),
            Self::A256CbcHs512 => decrypt_cbc::<sha2::Sha512>(Cipher::Aes256, key, jwe),
        }
    }
}

fn decrypt_gcm<C: AeadInOut + KeyInit>(key: &[u8], jwe: &Jwe) -> Option<Zeroizing<Vec<u8>>> {
    let cipher = C::new_from_slice(key).ok()?;
    let nonce = <&Nonce<C>>::try_from(jwe.iv.as_slice()).ok()?;
    let tag = <&Tag<C>>::try_from(jwe.tag.as_slice()).ok()?;
    let mut buffer = Zeroizing::new(jwe.ciphertext.clone());
    let contents = buffer.as_mut_slice().into();
    let data = jwe.additional_data.as_bytes();
    let decrypted = cipher.decrypt_inout_detached(nonce, data, contents, tag);
    decrypted.ok().map(|()| buffer)
}

/// RFC 7518 section 5.2.2.2.
fn decrypt_cbc<D: EagerHash>(cipher: Cipher, key: &[u8], jwe: &Jwe) -> Option<Zeroizing<Vec<u8>>>
where
    Hmac<D>: KeyInit + Mac,
{
    let (mac_key, cipher_key) = key.split_at_checked(key.len() / 2)?;
    let data = jwe.additional_data.as_bytes();
    let bits = u64::try_from(data.len()).ok()?.checked_mul(8)?;
    let mut mac = <Hmac<D> as KeyInit>::new_from_slice(mac_key).ok()?;
    for part in [data, &jwe.iv, &jwe.ciphertext, &bits.to_be_bytes()] {
        mac.update(part);
    }
    if jwe.tag.len() != mac_key.len() {
        return None;
    }
    mac.verify_truncated_left(&jwe.tag).ok()?;
    cipher.decrypt(cipher_key, &jwe.iv, &jwe.ciphertext).ok()
}
