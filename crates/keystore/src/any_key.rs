use std::path::Path;

use tokenring_jwk::{
    Algorithm, Certificate, Error as KeyError, FoundInput, Jwk, JwkSetDocument, KeyId, KeyUse,
    PrivateKey, PublicKey, any,
};

use crate::{
    Error, KeyFileContents, KeyFileReader, KeyPlace, check_key_id_length, key_file_stem, key_format,
};

/// A key in whatever file: private, public, certified, as a JWK or in a JWK Set; or one whose
/// private half stays elsewhere, such as on a PKCS#11 token.
#[derive(Debug)]
#[non_exhaustive]
pub struct AnyKey {
    /// Where it was read from.
    pub place: KeyPlace,
    /// The format of the file, such as `PKCS#8 in PEM` or `JWK Set`.
    pub format: &'static str,
    /// The public half.
    pub public_key: PublicKey,
    /// The private key, unless the file has only the public half.
    pub private_key: Option<PrivateKey>,
    /// Whether it took a passphrase to read it.
    pub is_encrypted: bool,
    /// The key ID that the key states.
    pub key_id: Option<KeyId>,
    /// The algorithm that the key states.
    pub algorithm: Option<Algorithm>,
    /// The use that the key states.
    pub key_use: Option<KeyUse>,
    /// The key's certificate, if it is in the same file.
    pub certificate: Option<Certificate>,
}

impl AnyKey {
    /// Takes the public half of a key whose private half stays elsewhere.
    ///
    /// The name is what the key was opened by, such as its URI, and the format what holds it.
    pub fn external(name: impl Into<String>, format: &'static str, public_key: PublicKey) -> Self {
        let place = KeyPlace::External(name.into());
        Self::of_jwk(place, format, &Jwk::new(public_key))
    }

    /// Whether the private half stays elsewhere.
    #[must_use]
    pub const fn is_external(&self) -> bool {
        matches!(self.place, KeyPlace::External(_))
    }

    /// The private key.
    ///
    /// # Errors
    ///
    /// [`Error::PublicHalf`] where there is only the public half.
    pub fn private_half(&self) -> Result<&PrivateKey, Error> {
        let missing = || Error::PublicHalf {
            place: self.place.clone(),
        };
        self.private_key.as_ref().ok_or_else(missing)
    }

    /// Reads a key from the contents of a file.
    ///
    /// A private key is checked in full, by loading it into a provider.
    ///
    /// # Errors
    ///
    /// Those of [`KeyFileReader::open`], [`Error::AnyKey`], [`Error::AnyKeyId`] and
    /// [`Error::SeveralPublicKeys`].
    pub fn from_contents(
        contents: &KeyFileContents,
        reader: &KeyFileReader,
    ) -> Result<Self, Error> {
        let place = contents.place();
        let unusable = |source| Error::AnyKey {
            place: place.clone(),
            source,
        };
        let text = std::str::from_utf8(contents.secret()).unwrap_or_default();
        let json = text.trim_start_matches('\u{feff}').trim_start();
        if json.starts_with('{') {
            if let Some(jwk) = public_jwk(place, json, reader)? {
                let key_id = jwk.key_id().map_or("", KeyId::as_str);
                check_key_id_length(key_id).map_err(|source| Error::AnyKeyId {
                    place: place.clone(),
                    source,
                })?;
                return Ok(Self::from_jwk(contents, &jwk));
            }
        }
        let loaded = match reader.open(contents) {
            Ok(loaded) => loaded,
            Err(Error::Key {
                source: KeyError::UnexpectedInput(FoundInput::PublicKey | FoundInput::Certificate),
                ..
            }) => {
                let public_key = PublicKey::from_key_file(contents.secret()).map_err(unusable)?;
                return Ok(Self {
                    certificate: certificate_of(contents.secret(), &public_key),
                    ..Self::from_jwk(contents, &Jwk::new(public_key))
                });
            }
            Err(error) => return Err(error),
        };
        let is_encrypted = loaded.is_encrypted();
        let private_key = loaded.into_private_key();
        let public_key = any::public_key(&private_key).map_err(unusable)?;
        Ok(Self {
            key_id: private_key.stated_key_id().cloned(),
            algorithm: private_key.stated_algorithm(),
            certificate: certificate_of(contents.secret(), &public_key),
            private_key: Some(private_key),
            is_encrypted,
            ..Self::from_jwk(contents, &Jwk::new(public_key))
        })
    }

    /// Reads the keys from the contents of a file: the only one, or every private key of a JWK Set
    /// of which none is asked for by its key ID. Those that state no key ID get their thumbprint.
    ///
    /// # Errors
    ///
    /// Those of [`AnyKey::from_contents`].
    pub fn all_from_contents(
        contents: &KeyFileContents,
        reader: &KeyFileReader,
    ) -> Result<Vec<Self>, Error> {
        let error = match Self::from_contents(contents, reader) {
            Ok(key) => return Ok(vec![key]),
            Err(error) => error,
        };
        let Error::Key {
            source: KeyError::SeveralKeys(_),
            place,
        } = &error
        else {
            return Err(error);
        };
        let text = std::str::from_utf8(contents.secret()).unwrap_or_default();
        let json = text.trim_start_matches('\u{feff}').trim_start();
        // PKCS#12 and an encrypted set have several keys as well, of which one is chosen by its name.
        let is_plain_set = json.starts_with('{') && json.contains("\"keys\"");
        if reader.key_id().is_some() || !is_plain_set {
            return Err(error);
        }
        let unusable = |source| Error::AnyKey {
            place: place.clone(),
            source,
        };
        let keys = PrivateKey::all_from_jwk_set_json(json).map_err(unusable)?;
        let keys = keys.into_iter().map(|private_key| {
            let public_key = any::public_key(&private_key).map_err(unusable)?;
            let thumbprint = || KeyId::new(any::thumbprint(&public_key).to_string());
            let key_id = private_key.stated_key_id().cloned();
            Ok(Self {
                key_id: Some(key_id.unwrap_or_else(thumbprint)),
                algorithm: private_key.stated_algorithm(),
                private_key: Some(private_key),
                ..Self::from_jwk(contents, &Jwk::new(public_key))
            })
        });
        keys.collect()
    }

    fn from_jwk(contents: &KeyFileContents, jwk: &Jwk) -> Self {
        let format = key_format::describe(contents.secret());
        Self::of_jwk(contents.place().clone(), format, jwk)
    }

    fn of_jwk(place: KeyPlace, format: &'static str, jwk: &Jwk) -> Self {
        Self {
            place,
            format,
            public_key: jwk.public_key().clone(),
            private_key: None,
            is_encrypted: false,
            key_id: jwk.key_id().cloned(),
            algorithm: jwk.algorithm(),
            key_use: jwk.key_use(),
            certificate: None,
        }
    }

    /// The public half with what the key states of itself; its use is signing unless it says more.
    #[must_use]
    pub fn jwk(&self) -> Jwk {
        let plain = Jwk::new(self.public_key.clone());
        let with_algorithm = self.algorithm.map(|it| plain.clone().with_algorithm(it));
        let jwk = match with_algorithm {
            Some(Ok(jwk)) => jwk,
            // An algorithm of another kind of key says nothing.
            _ => plain,
        };
        let jwk = jwk.with_use(self.key_use.unwrap_or(KeyUse::Signature));
        match &self.key_id {
            Some(key_id) => jwk.with_key_id(key_id.clone()),
            None => jwk,
        }
    }

    /// The key ID that the key states, else the name of its file without `.pem` or `.pem.pub`.
    #[must_use]
    pub fn own_key_id(&self) -> Option<KeyId> {
        let stem = || {
            let name = self.place.path()?.file_name()?.to_str()?;
            // The public half that `KeyFiles` writes is KID.pem.pub.
            let name = name.strip_suffix(".pub").unwrap_or(name);
            key_file_stem(Path::new(name)).map(KeyId::new)
        };
        self.key_id.clone().or_else(stem)
    }
}

/// A public JWK, or the one of a set that is meant; none where the JSON is private.
fn public_jwk(place: &KeyPlace, json: &str, reader: &KeyFileReader) -> Result<Option<Jwk>, Error> {
    match Jwk::from_json(json) {
        Ok(jwk) => return Ok(Some(jwk)),
        Err(KeyError::MalformedJson(_)) => return Ok(None),
        Err(_) => {}
    }
    let Ok(set) = JwkSetDocument::parse(json) else {
        return Ok(None);
    };
    let wanted = reader.key_id();
    let entries = || set.entries().iter();
    let mut fitting = entries().filter(|entry| wanted.is_none() || entry.key_id() == wanted);
    let (Some(entry), None) = (fitting.next(), fitting.next()) else {
        return Err(Error::SeveralPublicKeys {
            place: place.clone(),
            key_ids: entries().map(|entry| entry.key_id().cloned()).collect(),
        });
    };
    match entry.jwk() {
        Ok(jwk) => Ok(Some(jwk.clone())),
        Err(source) => Err(Error::AnyKey {
            place: place.clone(),
            source,
        }),
    }
}

fn certificate_of(contents: &[u8], public_key: &PublicKey) -> Option<Certificate> {
    let text = std::str::from_utf8(contents).unwrap_or_default();
    let certificates = if text.contains("-----BEGIN ") {
        Certificate::chain_from_pem(text).ok()?
    } else {
        vec![Certificate::from_der(contents).ok()?]
    };
    let mut certificates = certificates.into_iter();
    certificates.find(|certificate| certificate.public_key() == public_key)
}
