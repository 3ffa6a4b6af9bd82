use std::path::PathBuf;

use tokenring_jwk::KeyId;
use tokenring_oauth::{Error as OauthError, SecureUrl, UrlDefect};

use super::report::is_json;
use super::{ConnectionOptions, Effective, GatewayChoice, JwkOptions, KeyFileOptions};
use crate::failure::{Failure, Reason, Result};
use crate::settings::Settings;

/// Keys that are added to a JWK Set.
#[derive(Clone, Debug)]
pub(crate) struct KeyAdditionOptions {
    pub(crate) set: PathBuf,
    pub(crate) files: Vec<PathBuf>,
    pub(crate) reading: KeyFileOptions,
    pub(crate) jwk: JwkOptions,
    pub(crate) gateway: GatewayChoice,
    /// Whether a key of the same key ID gives way.
    pub(crate) replaces: bool,
    pub(crate) explanation: Option<Effective>,
}

/// Keys that are removed from a JWK Set.
#[derive(Clone, Debug)]
pub(crate) struct KeyRemovalOptions {
    pub(crate) set: PathBuf,
    pub(crate) key_ids: Vec<KeyId>,
    pub(crate) explanation: Option<Effective>,
}

/// JWK Sets whose keys are added to another.
#[derive(Clone, Debug)]
pub(crate) struct SetMergeOptions {
    pub(crate) set: PathBuf,
    pub(crate) others: Vec<PathBuf>,
    pub(crate) explanation: Option<Effective>,
}

/// A JWK Set that is looked at.
#[derive(Clone, Debug)]
pub(crate) struct SetViewOptions {
    pub(crate) set: PathBuf,
    /// The only key that is shown, if one is named.
    pub(crate) key_id: Option<KeyId>,
    pub(crate) as_json: bool,
    pub(crate) explanation: Option<Effective>,
}

/// A JWK Set that is checked, by a gateway's rules too if one is named.
#[derive(Clone, Debug)]
pub(crate) struct SetCheckOptions {
    pub(crate) set: PathBuf,
    pub(crate) gateway: GatewayChoice,
    pub(crate) as_json: bool,
    pub(crate) explanation: Option<Effective>,
}

/// Two JWK Sets that are compared.
#[derive(Clone, Debug)]
pub(crate) struct SetComparisonOptions {
    pub(crate) before: PathBuf,
    pub(crate) after: PathBuf,
    pub(crate) as_json: bool,
    pub(crate) explanation: Option<Effective>,
}

/// A JWK Set that is compared with the one that gateways fetch.
#[derive(Clone, Debug)]
pub(crate) struct PublicationOptions {
    pub(crate) set: PathBuf,
    pub(crate) url: SecureUrl,
    pub(crate) gateway: GatewayChoice,
    pub(crate) connection: ConnectionOptions,
    pub(crate) as_json: bool,
    pub(crate) explanation: Option<Effective>,
}

impl Settings<'_> {
    pub(crate) fn key_addition_options(&self) -> Result<KeyAdditionOptions> {
        let files = self.set_paths("file");
        let reading = self.key_file_options()?;
        if files.len() > 1 && reading.key_id.is_some() {
            return Err(Failure::usage(
                "--kid is the name of one key; add them one by one, or name them with \
                 --kid-scheme",
            ));
        }
        let gateway = self.gateway_choice()?;
        Ok(KeyAdditionOptions {
            set: self.set_path("set")?,
            files,
            reading,
            jwk: self.jwk_options()?,
            replaces: self.flag("replace")?,
            explanation: self.explanation_with(|effective| gateway.add_to(effective))?,
            gateway,
        })
    }

    pub(crate) fn key_removal_options(&self) -> Result<KeyRemovalOptions> {
        let key_ids = self.positionals("kids").into_iter().map(|text| {
            let text = text.into_string();
            let text = text.map_err(|_| Failure::usage("a key identifier is UTF-8"))?;
            Ok(KeyId::new(text))
        });
        Ok(KeyRemovalOptions {
            set: self.set_path("set")?,
            key_ids: key_ids.collect::<Result<_>>()?,
            explanation: self.explanation()?,
        })
    }

    pub(crate) fn set_merge_options(&self) -> Result<SetMergeOptions> {
        Ok(SetMergeOptions {
            set: self.set_path("set")?,
            others: self.set_paths("other"),
            explanation: self.explanation()?,
        })
    }

    /// All keys of a set.
    pub(crate) fn set_list_options(&self) -> Result<SetViewOptions> {
        let format = self.report_format()?;
        Ok(SetViewOptions {
            set: self.set_path("set")?,
            key_id: None,
            as_json: is_json(format.as_ref()),
            explanation: self.explanation_with(|effective| {
                effective.add_given("format", format.as_ref());
            })?,
        })
    }

    /// All keys of a set, or the one that is named.
    pub(crate) fn set_view_options(&self) -> Result<SetViewOptions> {
        let mut options = self.set_list_options()?;
        let key_id = self.text("kid")?;
        if let Some(effective) = &mut options.explanation {
            effective.add_given("kid", key_id.as_ref());
        }
        options.key_id = key_id.map(|text| KeyId::new(text.into_value()));
        Ok(options)
    }

    pub(crate) fn set_check_options(&self) -> Result<SetCheckOptions> {
        let format = self.report_format()?;
        let gateway = self.gateway_choice()?;
        Ok(SetCheckOptions {
            set: self.set_path("set")?,
            as_json: is_json(format.as_ref()),
            explanation: self.explanation_with(|effective| {
                effective.add_given("format", format.as_ref());
                gateway.add_to(effective);
            })?,
            gateway,
        })
    }

    pub(crate) fn set_comparison_options(&self) -> Result<SetComparisonOptions> {
        let format = self.report_format()?;
        Ok(SetComparisonOptions {
            before: self.set_path("set")?,
            after: self.set_path("other")?,
            as_json: is_json(format.as_ref()),
            explanation: self.explanation_with(|effective| {
                effective.add_given("format", format.as_ref());
            })?,
        })
    }

    pub(crate) fn publication_options(&self) -> Result<PublicationOptions> {
        let format = self.report_format()?;
        let set = self.set_path("set")?;
        let Some(text) = self.text("url")? else {
            return Err(Failure::usage(
                "the URL is missing; give the one that the gateway fetches with --url \
                 https://HOST/PATH",
            ));
        };
        let url = text.parse("url", |url| {
            SecureUrl::new(url).map_err(|error| match error {
                OauthError::InvalidUrl(UrlDefect::NotHttps) => Reason::new(
                    "gateways fetch keys by https, as anybody on the way can change them over \
                     plain http; use https (http is only for localhost, *.localhost, 127.0.0.1 \
                     and [::1])",
                ),
                error => Reason::new(error.to_string()),
            })
        })?;
        let url = url.into_value();
        let gateway = self.gateway_choice()?;
        Ok(PublicationOptions {
            set,
            url,
            connection: self.connection_options()?,
            as_json: is_json(format.as_ref()),
            explanation: self.explanation_with(|effective| {
                effective.add_given("format", format.as_ref());
                effective.add_given("url", Some(&text));
                gateway.add_to(effective);
            })?,
            gateway,
        })
    }

    /// A file that is named without an option.
    fn set_path(&self, name: &str) -> Result<PathBuf> {
        let path = self.positional(name).map(PathBuf::from);
        path.ok_or_else(|| Failure::usage("the JWK Set's file is missing; name it"))
    }

    fn set_paths(&self, name: &str) -> Vec<PathBuf> {
        let paths = self.positionals(name).into_iter();
        paths.map(PathBuf::from).collect()
    }
}
