use std::path::PathBuf;

use tokenring_jwk::Algorithm;

use super::report::is_json;
use super::{Effective, KeyFileOptions, PassphraseOptions};
use crate::failure::{Failure, Result};
use crate::key_format::Target;
use crate::setting::Setting;
use crate::settings::Settings;

/// A key file that is looked at.
#[derive(Clone, Debug)]
pub(crate) struct KeyViewOptions {
    pub(crate) path: PathBuf,
    pub(crate) reading: KeyFileOptions,
    pub(crate) as_json: bool,
    pub(crate) explanation: Option<Effective>,
}

/// A key file, and what it is converted to.
#[derive(Clone, Debug)]
pub(crate) struct ConversionOptions {
    pub(crate) path: PathBuf,
    pub(crate) reading: KeyFileOptions,
    pub(crate) to: Setting<Target>,
    pub(crate) output: Option<Setting<PathBuf>>,
    pub(crate) replaces: bool,
    /// Of what is written.
    pub(crate) new_passphrase: PassphraseOptions,
    pub(crate) jwk: JwkOptions,
    #[cfg(feature = "aws-lc-rs")]
    pub(crate) certificate: CertificateOptions,
    pub(crate) explanation: Option<Effective>,
}

/// What a JWK says of its key.
#[derive(Clone, Debug)]
pub(crate) struct JwkOptions {
    /// Empty for none.
    pub(crate) key_id: Option<Setting<String>>,
    pub(crate) key_id_scheme: Option<Setting<tokenring::KeyIdScheme>>,
    pub(crate) algorithm: Option<Setting<Algorithm>>,
}

/// What a self-signed certificate says.
#[cfg(feature = "aws-lc-rs")]
#[derive(Clone, Debug)]
pub(crate) struct CertificateOptions {
    pub(crate) common_name: Option<Setting<String>>,
    pub(crate) days: Option<Setting<u32>>,
}

impl Settings<'_> {
    pub(crate) fn key_view_options(&self) -> Result<KeyViewOptions> {
        let format = self.report_format()?;
        Ok(KeyViewOptions {
            path: self.key_path()?,
            reading: self.key_file_options()?,
            as_json: is_json(format.as_ref()),
            explanation: self.explanation_with(|effective| {
                effective.add_given("format", format.as_ref());
            })?,
        })
    }

    pub(crate) fn conversion_options(&self) -> Result<ConversionOptions> {
        let path = self.key_path()?;
        let Some(to) = self.parsed("to", Target::from_name)? else {
            return Err(Failure::usage(format!(
                "the format is missing; give it as --to FORMAT, one of {}",
                Target::names()
            )));
        };
        let output = self.path("output")?;
        if to.value().is_private() && output.is_none() {
            return Err(Failure::usage(
                "a private key goes to a file alone; name it with --output FILE",
            ));
        }
        Ok(ConversionOptions {
            path,
            replaces: self.flag("force")?,
            reading: self.key_file_options()?,
            new_passphrase: self.new_passphrase_options()?,
            jwk: self.jwk_options()?,
            #[cfg(feature = "aws-lc-rs")]
            certificate: self.certificate_options()?,
            explanation: self.explanation_with(|effective| {
                effective.add_given("to", Some(&to));
                effective.add_path("output", output.as_ref());
            })?,
            to,
            output,
        })
    }

    pub(super) fn jwk_options(&self) -> Result<JwkOptions> {
        Ok(JwkOptions {
            algorithm: self.algorithm()?,
            key_id: self.text("kid")?,
            key_id_scheme: self.key_scheme()?,
        })
    }

    #[cfg(feature = "aws-lc-rs")]
    fn certificate_options(&self) -> Result<CertificateOptions> {
        use crate::failure::Reason;

        Ok(CertificateOptions {
            common_name: self.text("common-name")?,
            days: self.parsed("days", |text| {
                text.parse()
                    .map_err(|_| Reason::new("it is a whole number of days"))
            })?,
        })
    }

    fn key_path(&self) -> Result<PathBuf> {
        let path = self.positional("file").map(PathBuf::from);
        path.ok_or_else(|| Failure::usage("the key's file is missing; name it"))
    }
}
