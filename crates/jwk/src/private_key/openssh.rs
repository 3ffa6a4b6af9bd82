//! Private keys in OpenSSH's own format (its `PROTOCOL.key`).

use zeroize::Zeroizing;

use super::{Material, PrivateKey, completion, der_format};
use crate::openssh_reader::Reader;
use crate::{Error, FoundInput, KeyType, PublicKey};

const MAGIC: &[u8] = b"openssh-key-v1\0";

/// A file with one key, before its private section was read.
#[cfg_attr(
    not(feature = "encrypted"),
    expect(dead_code, reason = "an encrypted section is not read")
)]
pub(crate) struct OpenSshKey<'a> {
    pub(crate) cipher: &'a [u8],
    pub(crate) derivation: &'a [u8],
    pub(crate) options: &'a [u8],
    pub(crate) section: &'a [u8],
}

impl<'a> OpenSshKey<'a> {
    /// Takes a file apart.
    pub(crate) fn parse(contents: &'a [u8]) -> Result<Self, Error> {
        let found = contents.strip_prefix(MAGIC).and_then(|contents| {
            let mut input = Reader(contents);
            let (cipher, derivation, options) = (input.text()?, input.text()?, input.text()?);
            let keys = input.number()?;
            let _public_key = input.text()?;
            let key = Self {
                cipher,
                derivation,
                options,
                section: input.text()?,
            };
            // Either both are there or neither is.
            let is_whole = key.is_encrypted() == (key.derivation != b"none");
            (keys == 1 && is_whole).then_some(key)
        });
        found.ok_or(Error::MalformedKey)
    }

    pub(crate) const fn is_encrypted(&self) -> bool {
        !matches!(self.cipher, b"none")
    }
}

/// Reads the private section, in plain text.
///
/// `None` where the two numbers in front differ, as they do after a wrong passphrase.
pub(super) fn read(section: &[u8]) -> Option<Result<PrivateKey, Error>> {
    let mut input = Reader(section);
    if input.number()? != input.number()? {
        return None;
    }
    Some(read_key(&mut input))
}

fn read_key(input: &mut Reader<'_>) -> Result<PrivateKey, Error> {
    let damaged = Error::MalformedKey;
    let material = match input.text().ok_or(damaged.clone())? {
        b"ssh-rsa" => read_rsa(input)?,
        b"ssh-ed25519" => read_ed25519(input).ok_or(damaged)??,
        b"ecdsa-sha2-nistp256" => read_ec(KeyType::P256, input).ok_or(damaged)??,
        b"ecdsa-sha2-nistp384" => read_ec(KeyType::P384, input).ok_or(damaged)??,
        b"ecdsa-sha2-nistp521" => read_ec(KeyType::P521, input).ok_or(damaged)??,
        b"ssh-dss" => return Err(Error::UnexpectedInput(FoundInput::DsaKey)),
        name if name.starts_with(b"sk-") => {
            return Err(Error::UnexpectedInput(FoundInput::OpenSshSecurityKey));
        }
        _ => return Err(Error::UnexpectedInput(FoundInput::Unknown)),
    };
    let _comment = input.text().ok_or(Error::MalformedKey)?;
    let padding = input.0.iter().zip(1..).all(|(&byte, count)| byte == count);
    if !padding {
        return Err(Error::MalformedKey);
    }
    PrivateKey::new(material).checked()
}

fn read_rsa(input: &mut Reader<'_>) -> Result<Material, Error> {
    let mut parts = [&[][..]; 6];
    for part in &mut parts {
        *part = input.text().ok_or(Error::MalformedKey)?;
    }
    let [n, e, d, qi, p, q] = parts;
    let public_key = PublicKey::from_rsa(n, e)?;
    let [p, q, dp, dq, _] = completion::complete(&completion::Stated {
        n,
        e,
        d,
        p: Some(p),
        q: Some(q),
    })?;
    let parts: [&[u8]; 8] = [n, e, d, &p, &q, &dp, &dq, qi];
    Ok(Material::Rsa {
        pkcs1: der_format::write_rsa_parts(parts.into_iter()),
        public_key,
    })
}

fn read_ec(key_type: KeyType, input: &mut Reader<'_>) -> Option<Result<Material, Error>> {
    let _curve = input.text()?;
    let point = input.text()?;
    let scalar = input.text()?;
    Some(
        PublicKey::from_encoded_point(key_type, point)
            .and_then(|public_key| Material::from_scalar(key_type, scalar, Some(public_key))),
    )
}

/// The private value is the seed, and the public half after it.
fn read_ed25519(input: &mut Reader<'_>) -> Option<Result<Material, Error>> {
    let point = input.text()?;
    let (seed, again) = input.text()?.split_at_checked(32)?;
    if again != point {
        return Some(Err(Error::InconsistentKey));
    }
    let seed = Zeroizing::new(seed.try_into().ok()?);
    let public_key = PublicKey::from_encoded_point(KeyType::Ed25519, point);
    Some(public_key.map(|public_key| Material::Ed25519 {
        seed,
        public_key: Some(public_key),
    }))
}
