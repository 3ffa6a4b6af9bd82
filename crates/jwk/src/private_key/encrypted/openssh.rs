//! Encrypted keys in OpenSSH's own format: bcrypt_pbkdf and AES in counter mode, or as OpenSSH
//! before 7.6 did, in CBC mode.

use cbc::cipher::block_padding::NoPadding;
use cbc::cipher::{BlockModeDecrypt, KeyIvInit, StreamCipher};
use ctr::Ctr128BE;
use zeroize::Zeroizing;

use crate::openssh_reader::Reader;
use crate::private_key::PrivateKey;
use crate::private_key::openssh::{self, OpenSshKey};
use crate::{Error, FoundInput, Passphrase, UnlockCost};

/// `ssh-keygen -a` takes 16 by default and more on demand. These take about ten seconds.
const MOST_ROUNDS: u32 = 1024;

/// Reads the contents of the PEM block.
pub(super) fn read(contents: &[u8], passphrase: &Passphrase) -> Result<PrivateKey, Error> {
    let key = OpenSshKey::parse(contents)?;
    if !key.is_encrypted() {
        return openssh::read(key.section).unwrap_or(Err(Error::MalformedKey));
    }
    let unsupported = Error::UnexpectedInput(FoundInput::OpenSshCipher);
    let (length, apply): (_, Decrypt) = match key.cipher {
        b"aes128-ctr" => (16, count::<Ctr128BE<aes::Aes128>>),
        b"aes192-ctr" => (24, count::<Ctr128BE<aes::Aes192>>),
        b"aes256-ctr" => (32, count::<Ctr128BE<aes::Aes256>>),
        b"aes128-cbc" => (16, chain::<cbc::Decryptor<aes::Aes128>>),
        b"aes192-cbc" => (24, chain::<cbc::Decryptor<aes::Aes192>>),
        b"aes256-cbc" => (32, chain::<cbc::Decryptor<aes::Aes256>>),
        _ => return Err(unsupported),
    };
    if key.derivation != b"bcrypt" {
        return Err(unsupported);
    }
    let mut options = Reader(key.options);
    let salt = options.text().ok_or(Error::MalformedKey)?;
    let rounds = options.number().ok_or(Error::MalformedKey)?;
    if rounds > MOST_ROUNDS {
        let cap = u64::from(MOST_ROUNDS);
        let cost = UnlockCost::OpenSshRounds;
        return Err(Error::CostOverCap { cost, cap });
    }
    let mut derived = Zeroizing::new([0; 48]);
    let derived = derived.get_mut(..length + 16).ok_or(Error::MalformedKey)?;
    bcrypt_pbkdf::bcrypt_pbkdf(passphrase.secret(), salt, rounds, derived).map_err(|_| {
        match passphrase.secret() {
            [] => Error::WrongPassphrase,
            _ => Error::MalformedKey,
        }
    })?;
    let (cipher_key, iv) = derived.split_at(length);
    let mut section = Zeroizing::new(key.section.to_vec());
    apply(cipher_key, iv, &mut section).ok_or(Error::MalformedKey)?;
    openssh::read(&section).unwrap_or(Err(Error::WrongPassphrase))
}

/// Decrypts a section in place with a key and an initialization vector.
type Decrypt = fn(&[u8], &[u8], &mut [u8]) -> Option<()>;

fn count<C: KeyIvInit + StreamCipher>(key: &[u8], iv: &[u8], section: &mut [u8]) -> Option<()> {
    let mut cipher = C::new_from_slices(key, iv).ok()?;
    cipher.try_apply_keystream(section).ok()
}

fn chain<C: KeyIvInit + BlockModeDecrypt>(key: &[u8], iv: &[u8], section: &mut [u8]) -> Option<()> {
    let cipher = C::new_from_slices(key, iv).ok()?;
    let decrypted = cipher.decrypt_padded::<NoPadding>(section);
    decrypted.ok().map(drop)
}
