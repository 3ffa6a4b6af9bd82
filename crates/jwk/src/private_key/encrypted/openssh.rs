//! Encrypted keys in OpenSSH's own format: bcrypt_pbkdf and AES in counter mode.

use cbc::cipher::{KeyIvInit, StreamCipher};
use ctr::Ctr128BE;
use zeroize::Zeroizing;

use crate::private_key::PrivateKey;
use crate::private_key::openssh::{self, OpenSshKey, Reader};
use crate::{Error, FoundInput, Passphrase};

/// `ssh-keygen -a` takes 16 by default and more on demand. These take about a minute.
const MOST_ROUNDS: u32 = 4096;

/// Reads the contents of the PEM block.
pub(super) fn read(contents: &[u8], passphrase: &Passphrase) -> Result<PrivateKey, Error> {
    let key = OpenSshKey::parse(contents)?;
    if !key.is_encrypted() {
        return openssh::read(key.section).unwrap_or(Err(Error::MalformedKey));
    }
    let unsupported = Error::UnexpectedInput(FoundInput::OpenSshCipher);
    let length = match key.cipher {
        b"aes128-ctr" => 16,
        b"aes192-ctr" => 24,
        b"aes256-ctr" => 32,
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
        let cost = "rounds of bcrypt";
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
    let applied = match length {
        16 => apply::<Ctr128BE<aes::Aes128>>(cipher_key, iv, &mut section),
        24 => apply::<Ctr128BE<aes::Aes192>>(cipher_key, iv, &mut section),
        _ => apply::<Ctr128BE<aes::Aes256>>(cipher_key, iv, &mut section),
    };
    applied.ok_or(Error::MalformedKey)?;
    openssh::read(&section).unwrap_or(Err(Error::WrongPassphrase))
}

fn apply<C: KeyIvInit + StreamCipher>(key: &[u8], iv: &[u8], section: &mut [u8]) -> Option<()> {
    let mut cipher = C::new_from_slices(key, iv).ok()?;
    cipher.try_apply_keystream(section).ok()
}
