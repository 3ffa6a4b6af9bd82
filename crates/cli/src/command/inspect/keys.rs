use std::path::{Path, PathBuf};

use tokenring_jwk::{Certificate, Jwk, JwkSet, KeyId, PublicKey};
use tokenring_oauth::{HttpRequest, SecureUrl, Transport};

use crate::ExitCode;
use crate::bounded_file;
use crate::connection;
use crate::failure::{Failure, Reason, Result, chain};
use crate::options::ConnectionOptions;
use crate::setting::Setting;
use crate::words;

/// Where the keys are that a signature is verified with.
pub(super) enum Keys {
    File(PathBuf),
    Url(SecureUrl),
}

const LARGEST: u64 = 1024 * 1024;

impl Keys {
    pub(super) fn read(text: &Setting<String>) -> Result<Self> {
        let name = text.value();
        let is_url = name.starts_with("https://") || name.starts_with("http://");
        if is_url {
            let url = text.parse("jwks", |url| SecureUrl::new(url))?;
            return Ok(Self::Url(url.into_value()));
        }
        let path = text.origin().resolve(Path::new(name));
        Ok(Self::File(path))
    }

    /// Reads the keys, over the network if that is where they are.
    ///
    /// A key that stands alone in a file without a name is the one that the JWT
    /// means, whatever it calls it.
    pub(super) fn load(&self, key_id: Option<&str>, options: &ConnectionOptions) -> Result<JwkSet> {
        let (contents, code) = match self {
            Self::File(path) => {
                let contents = bounded_file::read(path, LARGEST).map_err(|error| {
                    let text = format!("cannot read {}: {error}", path.display());
                    Failure::new(ExitCode::Configuration, text)
                })?;
                (contents, ExitCode::Configuration)
            }
            Self::Url(url) => (fetch(url, options)?, ExitCode::Unreachable),
        };
        parse(&contents, key_id)
            .map_err(|error| Failure::new(code, format!("{}: {error}", self.describe())))
    }

    pub(super) const fn is_at_url(&self) -> bool {
        matches!(self, Self::Url(_))
    }

    pub(super) fn describe(&self) -> String {
        match self {
            Self::File(path) => format!("the keys in {}", path.display()),
            Self::Url(url) => format!("the keys at {}", url.as_str()),
        }
    }
}

fn fetch(url: &SecureUrl, options: &ConnectionOptions) -> Result<Vec<u8>> {
    let step = format!("JWK Set {}", url.as_str());
    let response = connection::transport(options)?
        .send(HttpRequest::get_jwk_set(url))
        .map_err(|error| words::error::unreachable(&error).while_doing(&step))?;
    if response.status() != 200 {
        let text = format!(
            "{step}: the server answers with status {}",
            response.status()
        );
        return Err(Failure::new(ExitCode::Unreachable, text));
    }
    Ok(response.body().to_vec())
}

/// Reads a JWK Set, one JWK, a public key or a certificate.
fn parse(contents: &[u8], key_id: Option<&str>) -> Result<JwkSet, Reason> {
    let unusable = |error: tokenring_jwk::Error| Reason::new(chain(&error));
    let text = std::str::from_utf8(contents)
        .map_err(|_| Reason::new("it is no text; give a JWK Set, or a public key in PEM"))?;
    let of_key = |key: PublicKey| {
        let jwk = Jwk::new(key);
        JwkSet::from_iter([match key_id {
            Some(key_id) => jwk.with_key_id(KeyId::new(key_id)),
            None => jwk,
        }])
    };
    if text.contains("-----BEGIN CERTIFICATE-----") {
        let certificate = Certificate::from_pem(text).map_err(unusable)?;
        return Ok(of_key(certificate.public_key().clone()));
    }
    if text.contains("-----BEGIN ") {
        return PublicKey::from_spki_pem(text).map(of_key).map_err(unusable);
    }
    match JwkSet::from_json(text) {
        Ok(set) => Ok(set),
        Err(error) => match Jwk::from_json(text) {
            Ok(jwk) => Ok(JwkSet::from_iter([jwk])),
            Err(_) => Err(unusable(error)),
        },
    }
}
