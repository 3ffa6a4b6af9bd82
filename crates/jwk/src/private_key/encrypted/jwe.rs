//! Encrypted JWKs (RFC 7517 section 7): JWE (RFC 7516) under a passphrase (RFC 7518 section 4.8).

mod content;

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use aes_kw::{AesKw, KeyInit};
use base64ct::{Base64UrlUnpadded, Encoding};
use cbc::cipher::BlockCipherDecrypt;
use cbc::cipher::consts::U16;
use serde_json::Value;
use zeroize::Zeroizing;

use self::content::ContentEncryption;
use super::cost;
use crate::private_key::PrivateKey;
use crate::{Error, FoundInput, JsonObject, KeyFile, KeyId, Passphrase, UnlockCost};

const DAMAGED: Error = Error::MalformedKey;
const UNSUPPORTED: Error = Error::UnexpectedInput(FoundInput::EncryptedJwk);

/// Reads the key, or one of the set, in any of the serializations: compact, general, flattened.
pub(crate) fn read(
    text: &str,
    passphrase: Option<&Passphrase>,
    key_id: Option<&KeyId>,
) -> Result<PrivateKey, Error> {
    let jwe = if text.starts_with('{') {
        Jwe::from_json(&JsonObject::parse(text.as_bytes())?)?
    } else {
        Jwe::from_compact(text)?
    };
    let recipe = jwe.recipe()?;
    let passphrase = passphrase.ok_or(Error::UnexpectedInput(FoundInput::EncryptedKey))?;
    let key = recipe.unwrap_key(passphrase, &jwe.encrypted_key)?;
    // The key came out whole, so the passphrase is right.
    let plain = recipe.content.decrypt(&key, &jwe).ok_or(DAMAGED)?;
    let mut file = KeyFile::new(&plain);
    if let Some(key_id) = key_id {
        file = file.with_key_id(key_id);
    }
    file.private_key()
}

/// A JWE for one recipient.
struct Jwe {
    /// The parts of the JOSE header, whose names are all different.
    headers: Vec<JsonObject>,
    additional_data: String,
    encrypted_key: Vec<u8>,
    iv: Vec<u8>,
    ciphertext: Vec<u8>,
    tag: Vec<u8>,
}

impl Jwe {
    /// RFC 7516 section 7.1.
    fn from_compact(text: &str) -> Result<Self, Error> {
        let parts: Vec<&str> = text.split('.').collect();
        let &[protected, encrypted_key, iv, ciphertext, tag] = parts.as_slice() else {
            return Err(DAMAGED);
        };
        Ok(Self {
            headers: vec![protected_header(protected)?],
            additional_data: protected.to_owned(),
            encrypted_key: decode(encrypted_key)?,
            iv: decode(iv)?,
            ciphertext: decode(ciphertext)?,
            tag: decode(tag)?,
        })
    }

    /// RFC 7516 section 7.2: of several recipients the first that takes a passphrase.
    fn from_json(members: &JsonObject) -> Result<Self, Error> {
        let text = |name| optional_text(members.get(name));
        let object = |value: Option<&Value>| value.and_then(JsonObject::from_value);
        let protected = text("protected")?.unwrap_or_default();
        let mut headers = Vec::with_capacity(3);
        if !protected.is_empty() {
            headers.push(protected_header(protected)?);
        }
        headers.extend(object(members.get("unprotected")));
        let (own, encrypted_key) = match members.get("recipients") {
            None => (members.get("header"), members.get("encrypted_key")),
            Some(recipients) => {
                let recipients = recipients.as_array().ok_or(DAMAGED)?;
                let takes_passphrase = |recipient: &&Value| {
                    let own = object(recipient.get("header"));
                    let mut all = headers.iter().chain(&own);
                    all.any(|header| Derivation::of(header).is_some())
                };
                let chosen = recipients.iter().find(takes_passphrase);
                let chosen = chosen.ok_or(UNSUPPORTED)?;
                (chosen.get("header"), chosen.get("encrypted_key"))
            }
        };
        headers.extend(object(own));
        let mut additional_data = protected.to_owned();
        if let Some(aad) = text("aad")? {
            additional_data.extend([".", aad]);
        }
        let octets = |name| decode(text(name)?.unwrap_or_default());
        Ok(Self {
            headers,
            additional_data,
            encrypted_key: decode(optional_text(encrypted_key)?.unwrap_or_default())?,
            iv: octets("iv")?,
            ciphertext: octets("ciphertext")?,
            tag: octets("tag")?,
        })
    }

    fn header(&self, name: &str) -> Option<&Value> {
        self.headers.iter().find_map(|header| header.get(name))
    }

    /// What the header says of how to open it, if that is done here and costs no more than it may.
    fn recipe(&self) -> Result<Recipe, Error> {
        let derivation = self.headers.iter().find_map(Derivation::of);
        let content = self.header("enc").and_then(Value::as_str);
        let content = content.and_then(ContentEncryption::from_name);
        let (Some(derivation), Some(content)) = (derivation, content) else {
            return Err(UNSUPPORTED);
        };
        if self.header("zip").is_some() || self.header("crit").is_some() {
            return Err(UNSUPPORTED);
        }
        let count = self.header("p2c").and_then(Value::as_u64).ok_or(DAMAGED)?;
        let iterations = cost::checked_iterations(count, UnlockCost::JweIterations)?;
        // RFC 7518 section 4.8.1.1: the name goes in front of the salt, and a zero between.
        let mut salt = derivation.name().as_bytes().to_vec();
        salt.push(0);
        salt.extend(decode(optional_text(self.header("p2s"))?.ok_or(DAMAGED)?)?);
        Ok(Recipe {
            derivation,
            content,
            iterations,
            salt,
        })
    }
}

struct Recipe {
    derivation: Derivation,
    content: ContentEncryption,
    iterations: u32,
    salt: Vec<u8>,
}

impl Recipe {
    /// The key of the content, whose wrapping tells a wrong passphrase (RFC 3394 section 2.2.3).
    fn unwrap_key(
        &self,
        passphrase: &Passphrase,
        wrapped: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, Error> {
        let (password, salt, count) = (passphrase.secret(), &self.salt, self.iterations);
        let mut derived = Zeroizing::new(vec![0; self.derivation.key_length()]);
        let key = derived.as_mut_slice();
        match self.derivation {
            Derivation::Sha256 => pbkdf2::pbkdf2_hmac::<sha2::Sha256>(password, salt, count, key),
            Derivation::Sha384 => pbkdf2::pbkdf2_hmac::<sha2::Sha384>(password, salt, count, key),
            Derivation::Sha512 => pbkdf2::pbkdf2_hmac::<sha2::Sha512>(password, salt, count, key),
        }
        if wrapped.len() != self.content.key_length() + 8 {
            return Err(DAMAGED);
        }
        let unwrapped = match self.derivation {
            Derivation::Sha256 => unwrap::<aes::Aes128>(key, wrapped),
            Derivation::Sha384 => unwrap::<aes::Aes192>(key, wrapped),
            Derivation::Sha512 => unwrap::<aes::Aes256>(key, wrapped),
        };
        unwrapped.ok_or(Error::WrongPassphrase)
    }
}

/// How a key is derived of a passphrase, and the AES of its length that wraps another with it.
#[derive(Clone, Copy)]
enum Derivation {
    Sha256,
    Sha384,
    Sha512,
}

impl Derivation {
    const ALL: [Self; 3] = [Self::Sha256, Self::Sha384, Self::Sha512];

    fn of(header: &JsonObject) -> Option<Self> {
        let name = header.get("alg")?.as_str()?;
        Self::ALL.into_iter().find(|it| it.name() == name)
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "PBES2-HS256+A128KW",
            Self::Sha384 => "PBES2-HS384+A192KW",
            Self::Sha512 => "PBES2-HS512+A256KW",
        }
    }

    const fn key_length(self) -> usize {
        match self {
            Self::Sha256 => 16,
            Self::Sha384 => 24,
            Self::Sha512 => 32,
        }
    }
}

fn unwrap<C>(key: &[u8], wrapped: &[u8]) -> Option<Zeroizing<Vec<u8>>>
where
    C: BlockCipherDecrypt<BlockSize = U16>,
    AesKw<C>: KeyInit,
{
    let cipher = AesKw::<C>::new_from_slice(key).ok()?;
    let mut buffer = Zeroizing::new(vec![0; wrapped.len().checked_sub(8)?]);
    cipher.unwrap_key(wrapped, &mut buffer).ok()?;
    Some(buffer)
}

fn protected_header(text: &str) -> Result<JsonObject, Error> {
    JsonObject::parse(&decode(text)?).map_err(|_| DAMAGED)
}

fn optional_text(value: Option<&Value>) -> Result<Option<&str>, Error> {
    match value {
        None => Ok(None),
        Some(value) => value.as_str().map(Some).ok_or(DAMAGED),
    }
}

fn decode(text: &str) -> Result<Vec<u8>, Error> {
    Base64UrlUnpadded::decode_vec(text).map_err(|_| DAMAGED)
}
