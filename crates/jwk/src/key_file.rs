use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;
use core::str;

use base64ct::{Base64, Encoding};
use zeroize::Zeroizing;

use crate::{Error, FoundInput, KeyId, Passphrase, PrivateKey, foreign};

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
/// A private JWK is read as well, and a private JWK in a JWK Set.
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
}

impl<'a> KeyFile<'a> {
    /// Takes the contents of a file.
    #[must_use]
    pub fn new(contents: &'a [u8]) -> Self {
        Self {
            contents: contents.strip_prefix(b"\xef\xbb\xbf").unwrap_or(contents),
            key_id: None,
            passphrase: None,
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

    /// Whether the key is an encrypted PKCS#8 key, which takes a passphrase.
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
            return PrivateKey::from_json(start, self.key_id);
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
        if let Some(decoded) = decode_base64(text) {
            return self.with_contents(&decoded).private_key();
        }
        match foreign::identify_text(start) {
            Some(found) => Err(Error::UnexpectedInput(found)),
            // A short DER file may happen to be UTF-8 as well.
            None => self.read_der(self.contents),
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

/// Decodes base64 of a PEM or DER file, as Kubernetes and the variables of CI systems have it, and
/// as is left of a PEM without its BEGIN and END lines.
fn decode_base64(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    // What PEM and DER begin with, in base64.
    const BEGINNINGS: [&str; 2] = ["LS0tLS1CRUdJTi", "M"];
    let mut encoded = Zeroizing::new(String::with_capacity(text.len()));
    encoded.extend(text.chars().filter(|character| !character.is_whitespace()));
    if !BEGINNINGS.iter().any(|mark| encoded.starts_with(mark)) {
        return None;
    }
    let mut decoded = Zeroizing::new(vec![0; encoded.len()]);
    let length = Base64::decode(encoded.as_bytes(), &mut decoded).ok()?.len();
    decoded.truncate(length);
    Some(decoded)
}

/// Whether a PEM text has backslash and `n` for line breaks, as where it was
/// copied out of JSON or out of an environment file. Base64 has no backslash.
fn has_escaped_line_breaks(text: &str) -> bool {
    ["-----\\n", "-----\\r\\n"]
        .iter()
        .any(|mark| text.contains(mark))
}
