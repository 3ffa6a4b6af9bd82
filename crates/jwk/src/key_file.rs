use alloc::vec::Vec;
use core::fmt;
use core::str;

use zeroize::Zeroizing;

use crate::pem::Block;
#[cfg(feature = "encrypted")]
use crate::private_key::encrypted;
use crate::{Error, FoundInput, KeyId, KeyType, Passphrase, PrivateKey, base64_text, foreign};

const NO_CURVE: Error = Error::UnexpectedInput(FoundInput::NoCurve);
const ENCRYPTED_JWK: Error = Error::UnexpectedInput(FoundInput::EncryptedJwk);

/// The contents of a private key file, and what else it takes to read it.
///
/// A byte order mark, CRLF and text around a PEM block are accepted, and so are
/// certificates beside the key. These lines make files that are read, and any
/// of them may be DER with `-outform DER`:
///
/// | Key | Command |
/// |---|---|
/// | RSA, PKCS#8 | `openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:4096` |
/// | RSA, PKCS#1 | `openssl genrsa -traditional 4096` |
/// | EC, PKCS#8 | `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256` |
/// | EC, SEC 1 | `openssl ecparam -genkey -name prime256v1` |
/// | Ed25519, PKCS#8 | `openssl genpkey -algorithm ED25519` |
/// | any, encrypted PKCS#8 | `openssl pkcs8 -topk8 -in KEY.pem` |
///
/// A private JWK is read as well, a private JWK in a JWK Set, and either of them encrypted under
/// a passphrase (RFC 7517 section 7), as `step crypto jwk create` writes it.
///
/// # Examples
///
/// ```
/// use tokenring_jwk::{KeyFile, KeyId, KeySpec, ring};
///
/// let pem = ring::generate(KeySpec::P256)?.to_pkcs8_pem();
/// let key = KeyFile::new(pem.secret().as_bytes()).private_key()?;
/// assert_eq!(key.stated_key_id(), None);
/// # Ok::<(), tokenring_jwk::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct KeyFile<'a> {
    contents: &'a [u8],
    key_id: Option<&'a KeyId>,
    passphrase: Option<&'a Passphrase>,
    key_type: Option<KeyType>,
}

impl<'a> KeyFile<'a> {
    /// Takes the contents of a file.
    #[must_use]
    pub fn new(contents: &'a [u8]) -> Self {
        Self {
            contents: contents.strip_prefix(b"\xef\xbb\xbf").unwrap_or(contents),
            key_id: None,
            passphrase: None,
            key_type: None,
        }
    }

    /// Says which private key of a JWK Set to take. Defaults to the only one
    /// that is there.
    ///
    /// Other kinds of files hold one key, and this has no meaning for them.
    #[must_use]
    pub const fn with_key_id(mut self, key_id: &'a KeyId) -> Self {
        self.key_id = Some(key_id);
        self
    }

    /// Gives the passphrase of an encrypted key. Defaults to none.
    ///
    /// A key that isn't encrypted is read without it. Without the feature `encrypted` it
    /// opens nothing, and the error of an encrypted key names that feature.
    #[must_use]
    pub const fn with_passphrase(mut self, passphrase: &'a Passphrase) -> Self {
        self.passphrase = Some(passphrase);
        self
    }

    /// Says on which curve an EC key in SEC 1 is whose file doesn't. Defaults to none, and such a
    /// key is refused.
    ///
    /// It has no meaning for other keys. Bouncy Castle's `JcaPEMWriter` writes such files.
    #[must_use]
    pub const fn with_key_type(mut self, key_type: KeyType) -> Self {
        self.key_type = Some(key_type);
        self
    }

    /// Whether the key is encrypted so that a passphrase opens it.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        Self {
            passphrase: None,
            ..*self
        }
        .private_key()
        .is_err_and(|error| error == Error::UnexpectedInput(FoundInput::EncryptedKey))
    }

    /// Reads the private key.
    ///
    /// # Errors
    ///
    /// What is wrong with the key, or what the input is instead of one, in
    /// words that say what to do. An encrypted key without a passphrase is
    /// [`FoundInput::EncryptedKey`].
    pub fn private_key(&self) -> Result<PrivateKey, Error> {
        match (self.read(), self.key_type) {
            (Err(NO_CURVE), Some(key_type)) => self.read_on_curve(key_type),
            (read, _) => read,
        }
    }

    fn read(&self) -> Result<PrivateKey, Error> {
        match foreign::identify_file(self.contents) {
            Some(FoundInput::Pkcs12) => return self.read_pkcs12(),
            Some(found) => return Err(Error::UnexpectedInput(found)),
            None => {}
        }
        let Ok(text) = str::from_utf8(self.contents) else {
            return self.read_der(self.contents);
        };
        // A JSON file may hold a PEM text in one of its members.
        let start = text.trim_start();
        if start.starts_with('{') {
            return match PrivateKey::from_json(start, self.key_id) {
                Err(ENCRYPTED_JWK) => self.read_encrypted_jwk(start),
                read => read,
            };
        }
        if text.contains("-----BEGIN ") {
            if has_escaped_line_breaks(text) {
                return Err(Error::UnexpectedInput(match start.starts_with('"') {
                    true => FoundInput::JsonString,
                    false => FoundInput::EscapedLineBreaks,
                }));
            }
            return self.read_pem(text);
        }
        match base64_text::decode(text) {
            Some(Ok(decoded)) => return self.with_contents(&decoded).private_key(),
            Some(Err(damaged)) => return Err(damaged),
            None => {}
        }
        if let Some(embedded) = base64_text::find_private_pem(text)? {
            return self.with_contents(&embedded).private_key();
        }
        match foreign::identify_text(start) {
            Some(FoundInput::EncryptedJwk) => self.read_encrypted_jwk(start.trim_end()),
            Some(found) => Err(Error::UnexpectedInput(found)),
            // A short DER file may happen to be UTF-8 as well.
            None => self.read_der(self.contents),
        }
    }

    /// Reads a key in SEC 1, in PEM or DER.
    fn read_on_curve(&self, key_type: KeyType) -> Result<PrivateKey, Error> {
        match str::from_utf8(self.contents) {
            Ok(text) if text.contains("-----BEGIN ") => {
                let mut der = Zeroizing::new(Vec::new());
                let found = Block::find_private_key(text)?;
                found.private_key.decode_into(&mut der)?;
                PrivateKey::from_sec1_on_curve(&der, key_type)
            }
            _ => PrivateKey::from_sec1_on_curve(self.contents, key_type),
        }
    }

    const fn with_contents<'b>(&self, contents: &'b [u8]) -> KeyFile<'b>
    where
        'a: 'b,
    {
        KeyFile { contents, ..*self }
    }

    #[cfg(feature = "encrypted")]
    fn read_pem(&self, text: &str) -> Result<PrivateKey, Error> {
        match self.passphrase {
            Some(passphrase) => PrivateKey::from_encrypted_pem(text, passphrase),
            None => PrivateKey::from_pem(text),
        }
    }

    #[cfg(not(feature = "encrypted"))]
    fn read_pem(&self, text: &str) -> Result<PrivateKey, Error> {
        PrivateKey::from_pem(text)
    }

    #[cfg(feature = "encrypted")]
    fn read_encrypted_jwk(&self, text: &str) -> Result<PrivateKey, Error> {
        encrypted::jwe::read(text, self.passphrase, self.key_id)
    }

    #[cfg(not(feature = "encrypted"))]
    const fn read_encrypted_jwk(&self, _: &str) -> Result<PrivateKey, Error> {
        Err(ENCRYPTED_JWK)
    }

    fn read_der(&self, der: &[u8]) -> Result<PrivateKey, Error> {
        let read = PrivateKey::from_der(der);
        match (&read, self.passphrase) {
            (Err(Error::UnexpectedInput(FoundInput::Pkcs12)), _) => self.read_pkcs12(),
            #[cfg(feature = "encrypted")]
            (Err(Error::UnexpectedInput(FoundInput::EncryptedKey)), Some(passphrase)) => {
                PrivateKey::from_encrypted_pkcs8_der(der, passphrase)
            }
            _ => read,
        }
    }

    #[cfg(feature = "pkcs12")]
    fn read_pkcs12(&self) -> Result<PrivateKey, Error> {
        PrivateKey::from_pkcs12(self.contents, self.passphrase, self.key_id)
    }

    #[cfg(not(feature = "pkcs12"))]
    const fn read_pkcs12(&self) -> Result<PrivateKey, Error> {
        Err(Error::UnexpectedInput(FoundInput::Pkcs12))
    }
}

impl fmt::Debug for KeyFile<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyFile")
            .field("key_id", &self.key_id)
            .finish_non_exhaustive()
    }
}

/// Whether a PEM text has backslash and `n` for line breaks, as where it was
/// copied out of JSON or out of an environment file. Base64 has no backslash.
fn has_escaped_line_breaks(text: &str) -> bool {
    ["-----\\n", "-----\\r\\n"]
        .iter()
        .any(|mark| text.contains(mark))
}
