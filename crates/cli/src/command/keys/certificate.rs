use tokenring_jwk::{CertificateTemplate, PrivateKey, any};
use tokenring_keystore::AnyKey;

use crate::options::ConversionOptions;
use crate::{ExitCode, Failure, Result, clock, key_id};

/// As long as most gateways take one.
const USUAL_DAYS: u32 = 365;

/// Makes a self-signed certificate of a key, for gateways that know keys by that.
pub(super) fn make(key: &AnyKey, options: &ConversionOptions) -> Result<String> {
    let name = format!("key {}", key.place);
    let private_key = match key.private_half() {
        Ok(private_key) => private_key,
        Err(error) if key.is_external() => {
            let failure = Failure::from(error);
            return Err(failure.with_advice("have the token's own tool make the certificate"));
        }
        Err(_) => {
            let text = "it is public, and a certificate is signed by the private key";
            return Err(Failure::new(ExitCode::Configuration, text).while_doing(&name));
        }
    };
    let unnamed =
        "what the certificate is to be called is not known; give it as --common-name NAME";
    let common_name = match &options.certificate.common_name {
        Some(text) => text.value().clone(),
        None => match key_id::of_jwk(key, &options.jwk)? {
            Some(key_id) => key_id.to_string(),
            None => return Err(Failure::usage(unnamed)),
        },
    };
    let days = options.certificate.days.as_ref();
    let days = days.map_or(USUAL_DAYS, |days| *days.value());
    sign(private_key, &common_name, days).map_err(|failure| failure.while_doing(&name))
}

/// As [`make`], for a new key.
pub(crate) fn of(private_key: &PrivateKey, common_name: &str) -> Result<String> {
    sign(private_key, common_name, USUAL_DAYS)
}

fn sign(private_key: &PrivateKey, common_name: &str, days: u32) -> Result<String> {
    let now = clock::now()?.as_seconds();
    let template = CertificateTemplate::new(common_name, now, days)
        .map_err(|error| Failure::from_error(ExitCode::Usage, &error))?;
    let certificate = any::self_sign(private_key, &template)
        .map_err(|error| Failure::from_error(ExitCode::Configuration, &error))?;
    Ok(certificate.to_pem())
}
