//! How the header of an assertion names the key that signs it.

use std::path::{Path, PathBuf};

use serde_json::Value;
use tokenring_gateway::KeyIdScheme as GatewayScheme;
use tokenring_jwk::{Algorithm, CertificateFacts, Jwk, KeyId, PublicKey};
use tokenring_keystore::{CertificateFile, key_file_stem};

use crate::error::Reason;
use crate::key_id_scheme::{KeyIdScheme, of_public_key};
use crate::options::KeyOptions;
use crate::sibling_entry::SiblingEntry;
use crate::target::Target;
use crate::{Error, Parameter, ValueSource};

/// Name and value of a header parameter.
type HeaderParameter = (&'static str, Value);

/// The header parameters that a server finds the key by.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct KeyNaming {
    pub(crate) key_id: Option<KeyId>,
    pub(crate) source: ValueSource,
    /// Of the key's certificate, or the key itself.
    pub(crate) certificate: Option<HeaderParameter>,
    /// When that is valid, and its file.
    pub(crate) validity: Option<(PathBuf, CertificateFacts)>,
}

/// The key to be named.
pub(crate) struct NamedKey<'k> {
    pub(crate) target: &'k Target,
    /// What people call the private key.
    pub(crate) name: &'k str,
    /// The private key's file, if it is in one.
    pub(crate) path: Option<&'k Path>,
    pub(crate) public_key: &'k PublicKey,
    pub(crate) algorithm: Algorithm,
    /// The ID that comes along with the key.
    pub(crate) stated: Option<(KeyId, ValueSource)>,
    /// What the JWK Set next to the key says of it.
    pub(crate) sibling: Option<&'k SiblingEntry>,
    /// Whether the gateway's rules count.
    pub(crate) checks_rules: bool,
}

impl KeyNaming {
    /// By what was given, and else by the gateway's scheme.
    pub(crate) fn choose(key: &NamedKey<'_>, options: &KeyOptions) -> Result<Self, Error> {
        let target = key.target;
        let scheme = match &options.key_id_scheme {
            Some(name) => Some(
                KeyIdScheme::from_name(name)
                    .map_err(|reason| Error::invalid(Parameter::KeyIdScheme, reason))?,
            ),
            None => None,
        };
        let (certificate, validity) = match key.certificate(scheme, options)? {
            Some((file, parameter)) => {
                let facts = file.facts().map(|facts| (file.path().to_owned(), facts));
                (Some(parameter), facts)
            }
            None => (None, None),
        };
        let certificate = certificate.or_else(|| key.public_key_parameter(scheme, options));
        let none = (None, target.source());
        let (key_id, source) = match (&options.key_id, scheme) {
            (Some(_), Some(_)) => {
                return Err(Error::Conflict {
                    parameters: [Parameter::KeyId, Parameter::KeyIdScheme],
                });
            }
            (Some(key_id), None) if key_id.is_empty() => (None, ValueSource::Given),
            (Some(key_id), None) => (Some(parse(key_id)?), ValueSource::Given),
            (None, Some(scheme)) => (key.by_scheme(scheme)?, ValueSource::KeyIdScheme),
            (None, None) if certificate.is_some() => none,
            (None, None) => match key.derive() {
                Some((key_id, source)) => (Some(key_id), source),
                None => none,
            },
        };
        let is_required = target.gateway().key().id_required() && key.checks_rules;
        if key_id.is_none() && certificate.is_none() && is_required {
            return Err(Error::Missing {
                parameter: Parameter::KeyId,
                gateway: Some(target.gateway().name().to_owned()),
            });
        }
        Ok(Self {
            key_id,
            source,
            certificate,
            validity,
        })
    }
}

impl NamedKey<'_> {
    /// The header parameter that a certificate makes, in the form that was asked for or that the
    /// gateway has for it; its thumbprint where it has none.
    fn certificate(
        &self,
        scheme: Option<KeyIdScheme>,
        options: &KeyOptions,
    ) -> Result<Option<(CertificateFile, HeaderParameter)>, Error> {
        let rules = self.target.gateway().key();
        let Some(path) = &options.certificate else {
            if scheme.is_some_and(KeyIdScheme::is_of_certificate) {
                return Err(Error::missing(Parameter::Certificate));
            }
            let is_wanted = matches!(
                rules.id_scheme(),
                GatewayScheme::CertificateThumbprint
                    | GatewayScheme::CertificateSha1Thumbprint
                    | GatewayScheme::CertificateChain
            );
            if is_wanted && scheme.is_none() && options.key_id.is_none() {
                return Err(Error::Missing {
                    parameter: Parameter::Certificate,
                    gateway: Some(self.target.gateway().name().to_owned()),
                });
            }
            return Ok(None);
        };
        let certificate = CertificateFile::read(path).map_err(Error::key)?;
        let Some(certificate) = certificate.for_key(self.public_key) else {
            return Err(Error::CertificateOfAnotherKey {
                certificate: path.display().to_string(),
                key: self.name.to_owned(),
            });
        };
        let sha1 = || certificate.sha1_thumbprint().to_string().into();
        let sha256 = || certificate.thumbprint().to_string().into();
        let chain = || certificate.to_base64_chain().into();
        let accepts =
            |scheme| rules.id_scheme() == scheme || rules.id_alternatives().contains(&scheme);
        let with_sha256 = accepts(GatewayScheme::CertificateThumbprint);
        let with_chain = accepts(GatewayScheme::CertificateChain) && !with_sha256;
        let with_sha1 = accepts(GatewayScheme::CertificateSha1Thumbprint) && !with_sha256;
        let parameter = match scheme {
            Some(KeyIdScheme::CertificateSha1) => ("x5t", sha1()),
            Some(KeyIdScheme::CertificateChain) => ("x5c", chain()),
            Some(KeyIdScheme::CertificateSha256) => ("x5t#S256", sha256()),
            _ if with_chain => ("x5c", chain()),
            _ if with_sha1 => ("x5t", sha1()),
            _ => ("x5t#S256", sha256()),
        };
        Ok(Some((certificate, parameter)))
    }

    /// The header parameter that holds the key itself, where it is asked for or is the gateway's
    /// way.
    fn public_key_parameter(
        &self,
        scheme: Option<KeyIdScheme>,
        options: &KeyOptions,
    ) -> Option<(&'static str, Value)> {
        let is_wanted = match scheme {
            Some(scheme) => scheme == KeyIdScheme::PublicKey,
            None => {
                let own = self.target.gateway().key().id_scheme();
                own == GatewayScheme::PublicKey && options.key_id.is_none()
            }
        };
        let jwk = is_wanted.then(|| Jwk::new(self.public_key.clone()))?;
        Some(("jwk", serde_json::to_value(&jwk).ok()?))
    }

    fn by_scheme(&self, scheme: KeyIdScheme) -> Result<Option<KeyId>, Error> {
        if scheme == KeyIdScheme::FileStem {
            return match self.path.and_then(key_file_stem) {
                Some(stem) => Ok(Some(KeyId::new(stem))),
                None => Err(Error::invalid(
                    Parameter::KeyIdScheme,
                    Reason::new("the private key is in no file KID.pem; give the key ID itself"),
                )),
            };
        }
        Ok(scheme.key_id_of(self.public_key))
    }

    /// The key ID that nobody gave: the one that comes with the key, the one under which a JWK Set
    /// next to its file publishes it, and else by the gateway's scheme.
    fn derive(&self) -> Option<(KeyId, ValueSource)> {
        if let Some(stated) = &self.stated {
            return Some(stated.clone());
        }
        if let Some(sibling) = self.sibling {
            if let Some(key_id) = sibling.key_id() {
                let source = ValueSource::KeySet(sibling.path().to_owned());
                return Some((key_id.clone(), source));
            }
        }
        let rules = self.target.gateway().key();
        let scheme = rules.id_scheme();
        if scheme == GatewayScheme::FileStem {
            return match self.path.and_then(key_file_stem) {
                Some(stem) => Some((KeyId::new(stem), ValueSource::FileName)),
                None => {
                    let key_id = self.target.endpoint().default_key_id()?;
                    Some((key_id.clone(), self.target.source()))
                }
            };
        }
        let goes_without = |algorithms: &[Algorithm]| algorithms.contains(&self.algorithm);
        let needs_id = !rules.algorithms_without_id().is_none_or(goes_without);
        // Where nothing names the key as a rule, some algorithms need it all the same.
        let alternatives = rules.id_alternatives().iter().filter(|_| needs_id);
        let mut schemes = std::iter::once(&scheme).chain(alternatives);
        schemes.find_map(|scheme| of_public_key(*scheme, self.public_key))
    }
}

/// A key ID that somebody gave.
pub(crate) fn parse(text: &str) -> Result<KeyId, Error> {
    /// More than any server takes.
    const LONGEST: usize = 1000;
    let length = text.chars().count();
    if length > LONGEST {
        let beginning: String = text.chars().take(20).collect();
        let reason = Reason::new(format!(
            "the key ID {beginning:?}... has {length} characters, and {LONGEST} are the most; \
             give the key a short one, as in int-1"
        ));
        return Err(Error::invalid(Parameter::KeyId, reason));
    }
    if text.chars().any(char::is_control) {
        let reason = Reason::new(
            "a key identifier holds no line break or control character; give it as it was \
             registered",
        );
        return Err(Error::invalid(Parameter::KeyId, reason));
    }
    Ok(KeyId::new(text))
}
