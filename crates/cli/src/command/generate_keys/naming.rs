//! How a new key and its files are named.

use tokenring_gateway::{Gateway, KeyIdScheme};
use tokenring_jwk::KeyId;
use tokenring_keystore::check_file_name;

use crate::endpoint;
use crate::failure::{Failure, Reason, Result};
use crate::options::GenerationOptions;
use crate::setting::Setting;
use tokenring::Target;

/// The name of the files, unless it is the thumbprint of the key that is yet to be
/// made.
pub(super) fn choose_file_name(
    target: &Target,
    scheme: KeyIdScheme,
    options: &GenerationOptions,
) -> Result<Option<KeyId>> {
    let setting = match (&options.key_id, target.endpoint().default_key_id()) {
        (Some(text), _) => {
            let key_id = KeyId::new(text.value().as_str());
            Setting::new(key_id, text.origin().clone())
        }
        (None, Some(key_id)) if scheme != KeyIdScheme::Thumbprint => {
            Setting::new(key_id.clone(), endpoint::origin(target))
        }
        (None, None) if !is_named_by_itself(target, scheme) => return Ok(readable_name(target)),
        _ => return Ok(None),
    };
    setting.parse("kid", check_file_name)?;
    Ok(Some(setting.into_value()))
}

/// Whether what the gateway calls the key is a name for its files too.
fn is_named_by_itself(target: &Target, scheme: KeyIdScheme) -> bool {
    let is_computed = matches!(scheme, KeyIdScheme::Thumbprint | KeyIdScheme::SpkiSha256);
    is_computed || target.gateway().key().registers_jwk_set()
}

/// A name that can be typed, for the files of a key whose name the gateway does not get.
fn readable_name(target: &Target) -> Option<KeyId> {
    let gateway = target.gateway();
    let name = match gateway.environments().len() {
        1 => format!("{}-1", gateway.name()),
        _ => format!("{}-{}-1", gateway.name(), target.endpoint().environment()),
    };
    let name = KeyId::new(name);
    check_file_name(&name).is_ok().then_some(name)
}

/// How the key is named: as asked for, else as the gateway has it.
pub(super) fn choose_scheme(target: &Target, options: &GenerationOptions) -> Result<KeyIdScheme> {
    let Some(scheme) = &options.key_id_scheme else {
        return Ok(target.gateway().key().id_scheme());
    };
    if options.key_id.is_some() {
        return Err(Failure::usage(
            "--kid gives the key identifier and --kid-scheme computes it; leave one out",
        ));
    }
    match (scheme.value(), scheme.value().of_key()) {
        (tokenring::KeyIdScheme::FileStem, _) => Ok(KeyIdScheme::FileStem),
        (_, Some(of_key)) => Ok(of_key),
        _ => {
            let reason = Reason::new(
                "a new key is named by file-stem, thumbprint or spki-sha256; any other name is \
                 --kid KID",
            );
            Err(Failure::invalid("kid-scheme", scheme, &reason))
        }
    }
}

/// Whether the name of a key depends on a variable.
pub(super) fn is_of_name(gateway: &Gateway, variable: &str) -> bool {
    let name = gateway.key().default_id();
    name.is_some_and(|name| name.variables().any(|other| other == variable))
}

/// Whether the name of a key comes from somewhere else than the name of its file.
pub(super) const fn is_of_key(scheme: KeyIdScheme) -> bool {
    matches!(
        scheme,
        KeyIdScheme::Thumbprint | KeyIdScheme::SpkiSha256 | KeyIdScheme::FreeText
    )
}

/// Whether the header names the key by its certificate.
pub(super) const fn is_of_certificate(scheme: KeyIdScheme) -> bool {
    matches!(
        scheme,
        KeyIdScheme::CertificateThumbprint | KeyIdScheme::CertificateChain
    )
}
