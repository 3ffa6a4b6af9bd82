//! How the header of an assertion names the key that signs it.

use std::path::Path;

use serde_json::Value;
use tokenring_gateway::KeyIdScheme;
use tokenring_jwk::{Algorithm, KeyId, PublicKey, ring};
pub(crate) use tokenring_keystore::key_file_stem as file_stem;
use tokenring_keystore::{CertificateFile, check_key_id_length};

use crate::ExitCode;
use crate::console::Console;
use crate::endpoint::Target;
use crate::failure::{Failure, Reason, Result};
use crate::key_scheme::KeyScheme;
use crate::setting::{Origin, Setting};
use crate::settings::Settings;

/// The header parameters that a server finds the key by.
pub(crate) struct Naming {
    pub(crate) key_id: Option<KeyId>,
    /// Of the key's certificate.
    pub(crate) certificate: Option<(&'static str, Value)>,
}

/// What is signed with which key.
pub(crate) struct Signed<'s> {
    pub(crate) target: &'s Target,
    /// What people call the private key.
    pub(crate) name: &'s str,
    /// The private key's file, if it is in one.
    pub(crate) path: Option<&'s Path>,
    pub(crate) public_key: &'s PublicKey,
    pub(crate) algorithm: Algorithm,
    /// The identifier that comes along with the key.
    pub(crate) stated: Option<Setting<KeyId>>,
}

impl Naming {
    /// By what was given, and else by the gateway's scheme.
    pub(crate) fn read(
        signed: &Signed<'_>,
        settings: &Settings<'_>,
        console: &Console,
    ) -> Result<Self> {
        let target = signed.target;
        let scheme = settings.key_scheme()?;
        settings.note_all(|effective| effective.add_given("kid-scheme", scheme.as_ref()));
        let certificate = read_certificate(signed, scheme.as_ref(), settings)?;
        let is_named = certificate.is_some();
        let key_id = match (settings.noted_text("kid")?, scheme) {
            (Some(_), Some(_)) => {
                return Err(Failure::usage(
                    "--kid gives the key identifier and --kid-scheme computes it; leave one out",
                ));
            }
            (Some(key_id), None) if key_id.value().is_empty() => None,
            (Some(key_id), None) => Some(key_id.parse("kid", parse)?),
            (None, Some(scheme)) => scheme.key_id(signed)?,
            (None, None) if is_named => None,
            (None, None) => derive(signed).inspect(|key_id| {
                console.say(format_args!(
                    "Using KID: {} ({})",
                    key_id.value(),
                    key_id.origin()
                ));
            }),
        };
        match &key_id {
            Some(key_id) => {
                settings.note_default("kid", key_id.value().as_str(), key_id.origin().clone());
            }
            None if target.gateway.key().id_required()
                && !is_named
                && settings.holds_rules()? =>
            {
                return Err(Failure::usage(format!(
                    "gateway {} wants a key identifier; give it as --kid KID, as it was registered",
                    target.gateway.name()
                )));
            }
            None => settings.note_default("kid", "(none)", target.origin.clone()),
        }
        Ok(Self {
            key_id: key_id.map(Setting::into_value),
            certificate,
        })
    }
}

#[expect(clippy::ptr_arg, reason = "what a setting holds")]
pub(crate) fn parse(text: &String) -> Result<KeyId, Reason> {
    check_length(text)?;
    if text.chars().any(char::is_control) {
        return Err(Reason::new(
            "a key identifier holds no line break or control character; give it as it was \
             registered",
        ));
    }
    Ok(KeyId::new(text.as_str()))
}

/// Refuses what somebody pasted into the wrong place.
pub(crate) fn check_length(key_id: &str) -> Result<(), Reason> {
    check_key_id_length(key_id).map_err(|error| Reason::new(error.to_string()))
}

/// The header parameter that a certificate makes, in the form that was asked for or
/// that the gateway has for it; its thumbprint where it has none.
fn read_certificate(
    signed: &Signed<'_>,
    scheme: Option<&Setting<KeyScheme>>,
    settings: &Settings<'_>,
) -> Result<Option<(&'static str, Value)>> {
    let target = signed.target;
    let rules = target.gateway.key();
    let path = settings.noted_path("certificate")?;
    let Some(path) = path else {
        if let Some(scheme) = scheme.filter(|scheme| scheme.value().is_of_certificate()) {
            let reason = Reason::new("name the key's certificate with --certificate FILE");
            return Err(Failure::invalid("kid-scheme", scheme, &reason));
        }
        let is_wanted = matches!(
            rules.id_scheme(),
            KeyIdScheme::CertificateThumbprint | KeyIdScheme::CertificateChain
        );
        if is_wanted && scheme.is_none() && settings.noted_text("kid")?.is_none() {
            return Err(Failure::usage(format!(
                "gateway {} knows the key by its certificate; name that with --certificate FILE",
                target.gateway.name()
            )));
        }
        return Ok(None);
    };
    let certificate = CertificateFile::read(path.into_value())?;
    if !certificate.is_of(signed.public_key) {
        return Err(Failure::new(
            ExitCode::Configuration,
            format!(
                "the certificate {} is of another key than the private key {}; name the one that \
                 was made for it",
                certificate.path().display(),
                signed.name
            ),
        ));
    }
    let takes = |scheme| rules.id_scheme() == scheme || rules.id_alternatives().contains(&scheme);
    let with_chain =
        takes(KeyIdScheme::CertificateChain) && !takes(KeyIdScheme::CertificateThumbprint);
    Ok(Some(match scheme.map(Setting::value) {
        Some(KeyScheme::CertificateSha1) => {
            ("x5t", certificate.sha1_thumbprint().to_string().into())
        }
        Some(KeyScheme::CertificateChain) => ("x5c", certificate.to_base64_chain().into()),
        Some(KeyScheme::CertificateSha256) => {
            ("x5t#S256", certificate.thumbprint().to_string().into())
        }
        _ if with_chain => ("x5c", certificate.to_base64_chain().into()),
        _ => ("x5t#S256", certificate.thumbprint().to_string().into()),
    }))
}

/// The key identifier that nobody gave: the one that comes with the key, and else by
/// the gateway's scheme.
fn derive(signed: &Signed<'_>) -> Option<Setting<KeyId>> {
    let target = signed.target;
    let rules = target.gateway.key();
    let scheme = rules.id_scheme();
    if let Some(stated) = &signed.stated {
        return Some(stated.clone());
    }
    if scheme == KeyIdScheme::FileStem {
        return match signed.path.and_then(file_stem) {
            Some(stem) => Some(Setting::new(
                KeyId::new(stem),
                Origin::Default("the key file's name".into()),
            )),
            None => {
                let key_id = target.endpoint.default_key_id()?;
                Some(Setting::new(key_id.clone(), target.origin.clone()))
            }
        };
    }
    let goes_without = |algorithms: &[Algorithm]| algorithms.contains(&signed.algorithm);
    let needs_id = !rules.algorithms_without_id().is_none_or(goes_without);
    // Where nothing names the key as a rule, some algorithms need it all the same.
    let alternatives = rules.id_alternatives().iter().filter(|_| needs_id);
    let mut schemes = std::iter::once(&scheme).chain(alternatives);
    let (key_id, origin) = schemes.find_map(|scheme| of_public_key(*scheme, signed.public_key))?;
    Some(Setting::new(key_id, Origin::Default(origin.into())))
}

/// The key identifier that a scheme makes of the key itself.
pub(crate) fn of_public_key(
    scheme: KeyIdScheme,
    public_key: &PublicKey,
) -> Option<(KeyId, &'static str)> {
    match scheme {
        KeyIdScheme::Thumbprint => {
            let thumbprint = ring::thumbprint(public_key).to_string();
            Some((KeyId::new(thumbprint), "the key's thumbprint"))
        }
        KeyIdScheme::SpkiSha256 => {
            let hash = ring::spki_hash(public_key).to_string();
            Some((KeyId::new(hash), "the public key's hash"))
        }
        _ => None,
    }
}
