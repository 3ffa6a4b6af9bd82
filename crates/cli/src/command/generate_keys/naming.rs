//! How a new key and its files are named.

use tokenring_gateway::{Gateway, KeyIdScheme};
use tokenring_jwk::KeyId;
use tokenring_keystore::check_file_name;

use crate::endpoint::Target;
use crate::failure::{Failure, Reason, Result};
use crate::key_scheme::KeyScheme;
use crate::setting::{Origin, Setting};
use crate::settings::Settings;

/// The name of the files, unless it is the thumbprint of the key that is yet to be
/// made.
pub(super) fn read_file_name(
    target: &Target,
    scheme: KeyIdScheme,
    settings: &Settings<'_>,
) -> Result<Option<KeyId>> {
    let setting = match settings.noted_text("kid")? {
        Some(text) => {
            let origin = text.origin().clone();
            Setting::new(KeyId::new(text.into_value()), origin)
        }
        None => {
            let default = target.endpoint.default_key_id();
            let (Some(key_id), false) = (default, scheme == KeyIdScheme::Thumbprint) else {
                settings.note(
                    "kid",
                    "(thumbprint)",
                    Origin::Default("no name given".into()),
                );
                return Ok(None);
            };
            settings.note("kid", key_id, target.origin.clone());
            Setting::new(key_id.clone(), target.origin.clone())
        }
    };
    setting
        .parse("kid", check_file_name)
        .map(|_| Some(setting.into_value()))
}

/// How the key is named: as asked for, else as the gateway has it.
pub(super) fn read_scheme(target: &Target, settings: &Settings<'_>) -> Result<KeyIdScheme> {
    let scheme = settings.key_scheme()?;
    settings.note_all(|effective| effective.add_given("kid-scheme", scheme.as_ref()));
    let Some(scheme) = scheme else {
        return Ok(target.gateway.key().id_scheme());
    };
    if settings.noted_text("kid")?.is_some() {
        return Err(Failure::usage(
            "--kid gives the key identifier and --kid-scheme computes it; leave one out",
        ));
    }
    match (scheme.value(), scheme.value().of_key()) {
        (KeyScheme::FileStem, _) => Ok(KeyIdScheme::FileStem),
        (_, Some(of_key)) => Ok(of_key),
        _ => {
            let reason = Reason::new(
                "a new key is named by file-stem, thumbprint or spki-sha256; any other name is \
                 --kid KID",
            );
            Err(Failure::invalid("kid-scheme", &scheme, &reason))
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
