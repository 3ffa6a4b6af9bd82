//! A key in whatever file: private, public, certified or in a JWK Set.

use std::path::{Path, PathBuf};

use tokenring_jwk::{
    Algorithm, Certificate, Error, FoundInput, Jwk, JwkSetDocument, KeyId, KeyUse, PrivateKey,
    PublicKey, any,
};

use crate::ExitCode;
use crate::failure::{Failure, Result, chain};
use crate::key_format;
use crate::key_id;
use crate::key_input::{self, KeyReader};

/// What is known of it.
pub(crate) struct AnyKey {
    pub(crate) path: PathBuf,
    pub(crate) format: &'static str,
    pub(crate) public_key: PublicKey,
    pub(crate) private_key: Option<PrivateKey>,
    pub(crate) is_encrypted: bool,
    /// What the key says of itself.
    pub(crate) key_id: Option<KeyId>,
    pub(crate) algorithm: Option<Algorithm>,
    pub(crate) key_use: Option<KeyUse>,
    pub(crate) certificate: Option<Certificate>,
}

impl AnyKey {
    pub(crate) fn read(path: &Path, reader: &KeyReader) -> Result<Self> {
        let contents = key_input::contents(path)?;
        let format = key_format::describe(contents.secret());
        let text = std::str::from_utf8(contents.secret()).unwrap_or_default();
        let json = text.trim_start_matches('\u{feff}').trim_start();
        if json.starts_with('{') {
            if let Some(jwk) = public_jwk(path, json, reader)? {
                let key_id = jwk.key_id().map_or("", KeyId::as_str);
                let checked = key_id::check_length(key_id);
                checked.map_err(|reason| unusable(path, &reason.to_string()))?;
                return Ok(Self::from_jwk(path, format, &jwk));
            }
        }
        let opened = reader.open(&contents);
        let contents = contents.secret();
        let loaded = match opened {
            Ok(loaded) => loaded,
            Err(tokenring_keystore::Error::Key {
                source: Error::UnexpectedInput(FoundInput::PublicKey | FoundInput::Certificate),
                ..
            }) => {
                let public_key = PublicKey::from_key_file(contents)
                    .map_err(|error| unusable(path, &chain(&error)))?;
                return Ok(Self {
                    certificate: certificate_of(contents, &public_key),
                    ..Self::from_jwk(path, format, &Jwk::new(public_key))
                });
            }
            Err(error) => return Err(error.into()),
        };
        let is_encrypted = loaded.is_encrypted();
        let private_key = loaded.into_private_key();
        let public_key =
            any::public_key(&private_key).map_err(|error| unusable(path, &chain(&error)))?;
        Ok(Self {
            key_id: private_key.stated_key_id().cloned(),
            algorithm: private_key.stated_algorithm(),
            certificate: certificate_of(contents, &public_key),
            private_key: Some(private_key),
            is_encrypted,
            ..Self::from_jwk(path, format, &Jwk::new(public_key))
        })
    }

    fn from_jwk(path: &Path, format: &'static str, jwk: &Jwk) -> Self {
        Self {
            path: path.to_owned(),
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

    /// What the key is called if nobody says: as it says itself, else as its file.
    pub(crate) fn own_name(&self) -> Option<KeyId> {
        let stem = || {
            let name = self.path.file_name()?.to_str()?;
            // The public half that `generate-keys` writes is KID.pem.pub.
            let name = name.strip_suffix(".pub").unwrap_or(name);
            key_id::file_stem(Path::new(name)).map(KeyId::new)
        };
        self.key_id.clone().or_else(stem)
    }
}

/// A public JWK, or the one of a set that is meant; none where the JSON is private.
fn public_jwk(path: &Path, json: &str, reader: &KeyReader) -> Result<Option<Jwk>> {
    match Jwk::from_json(json) {
        Ok(jwk) => return Ok(Some(jwk)),
        Err(Error::MalformedJson) => return Ok(None),
        Err(_) => {}
    }
    let Ok(set) = JwkSetDocument::parse(json) else {
        return Ok(None);
    };
    let wanted = reader.key_id();
    let mut fitting = set
        .entries()
        .iter()
        .filter(|entry| wanted.is_none() || entry.key_id() == wanted);
    let (Some(entry), None) = (fitting.next(), fitting.next()) else {
        let names: Vec<String> = set
            .entries()
            .iter()
            .map(|entry| match entry.key_id() {
                Some(key_id) => format!("{:?}", key_id.as_str()),
                None => "one without".into(),
            })
            .collect();
        return Err(unusable(
            path,
            &format!(
                "say which key of the set with --kid; it has {}",
                names.join(", ")
            ),
        ));
    };
    match entry.jwk() {
        Ok(jwk) => Ok(Some(jwk.clone())),
        Err(error) => Err(unusable(path, &chain(&error))),
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

fn unusable(path: &Path, text: &str) -> Failure {
    let text = format!("key {}: {text}", key_input::name(path));
    Failure::new(ExitCode::Configuration, text)
}
