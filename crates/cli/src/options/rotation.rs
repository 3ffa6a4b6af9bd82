use std::path::PathBuf;
use std::time::{Duration, UNIX_EPOCH};

use tokenring_jwk::{Algorithm, KeyId, KeySpec};
use tokenring_key_rotation::Timestamp;
use tokenring_oauth::SecureUrl;

use super::report::is_json;
use super::{ConnectionOptions, Effective, GatewayChoice, KeyFileOptions};
use crate::clock;
use crate::failure::{Failure, Reason, Result};
use crate::setting::Setting;
use crate::settings::Settings;
use tokenring_keystore::check_file_name;

/// The keys that are rotated, and the gateway that they are for.
#[derive(Clone, Debug)]
pub(crate) struct RotationOptions {
    /// The folder of the keys.
    pub(crate) keys: Option<Setting<PathBuf>>,
    /// A key of the folder, or the folder.
    pub(crate) private_key: Option<Setting<PathBuf>>,
    pub(crate) gateway: GatewayChoice,
    /// How long the gateway keeps its copy of the JWK Set.
    pub(crate) cache_time: Option<Setting<Duration>>,
}

/// The next key, and what the key in use is where there is no rotation yet.
#[derive(Clone, Debug)]
pub(crate) struct NextKeyOptions {
    pub(crate) rotation: RotationOptions,
    /// Of the key in use.
    pub(crate) reading: KeyFileOptions,
    /// The JWK Set that is published.
    pub(crate) jwk_set: Option<Setting<PathBuf>>,
    pub(crate) next_key_id: Option<KeyId>,
    pub(crate) key_type: Option<Setting<KeySpec>>,
    pub(crate) algorithm: Option<Setting<Algorithm>>,
    pub(crate) key_id_scheme: Option<Setting<tokenring::KeyIdScheme>>,
    pub(crate) encrypts: bool,
    pub(crate) explanation: Option<Effective>,
}

/// A rotation that is looked at.
#[derive(Clone, Debug)]
pub(crate) struct RotationStatusOptions {
    pub(crate) rotation: RotationOptions,
    pub(crate) as_json: bool,
    pub(crate) explanation: Option<Effective>,
}

/// When the new key signs.
#[derive(Clone, Debug)]
pub(crate) struct ActivationOptions {
    pub(crate) rotation: RotationOptions,
    pub(crate) reading: KeyFileOptions,
    /// Where the JWK Set is published, and how that is reached.
    pub(crate) published_at: Option<(SecureUrl, ConnectionOptions)>,
    /// Since when the new key is published.
    pub(crate) published_since: Option<Setting<Timestamp>>,
    pub(crate) haste: Haste,
    pub(crate) explanation: Option<Effective>,
}

/// When an old key leaves the JWK Set, and which.
#[derive(Clone, Debug)]
pub(crate) struct RetirementOptions {
    pub(crate) rotation: RotationOptions,
    /// The key ID is that of the key that leaves.
    pub(crate) reading: KeyFileOptions,
    /// How long assertions of the old key are under way.
    pub(crate) drain_time: Option<Setting<Duration>>,
    pub(crate) deletes_key: bool,
    pub(crate) haste: Haste,
    pub(crate) explanation: Option<Effective>,
}

/// What is done with a step whose time has not come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Haste {
    Fail,
    Wait,
    Force,
}

/// A month.
const LONGEST: u64 = 31 * 24 * 60 * 60;

impl Settings<'_> {
    pub(crate) fn next_key_options(&self) -> Result<NextKeyOptions> {
        let rotation = self.rotation_options()?;
        Ok(NextKeyOptions {
            next_key_id: self.next_key_id()?,
            key_id_scheme: self.key_scheme()?,
            reading: self.key_file_options()?,
            jwk_set: self.path("jwk-set")?,
            key_type: self.key_type()?,
            algorithm: self.algorithm()?,
            encrypts: self.flag("encrypt")?,
            explanation: self.explanation_with(|effective| rotation.add_to(effective))?,
            rotation,
        })
    }

    pub(crate) fn rotation_status_options(&self) -> Result<RotationStatusOptions> {
        let format = self.report_format()?;
        let rotation = self.rotation_options()?;
        Ok(RotationStatusOptions {
            as_json: is_json(format.as_ref()),
            explanation: self.explanation_with(|effective| {
                effective.add_given("format", format.as_ref());
                rotation.add_to(effective);
            })?,
            rotation,
        })
    }

    pub(crate) fn activation_options(&self) -> Result<ActivationOptions> {
        let rotation = self.rotation_options()?;
        let url = self.parsed("jwks-url", SecureUrl::new)?;
        Ok(ActivationOptions {
            published_since: self.published_since()?,
            haste: self.haste()?,
            reading: self.key_file_options()?,
            explanation: self.explanation_with(|effective| {
                rotation.add_to(effective);
                if let Some(url) = &url {
                    effective.add("jwks-url", url.value().as_str(), url.origin().clone());
                }
                let published = self.text("published").ok().flatten();
                effective.add_given("published", published.as_ref());
            })?,
            published_at: match url {
                Some(url) => Some((url.into_value(), self.connection_options()?)),
                None => None,
            },
            rotation,
        })
    }

    pub(crate) fn retirement_options(&self) -> Result<RetirementOptions> {
        let rotation = self.rotation_options()?;
        let reading = self.key_file_options()?;
        Ok(RetirementOptions {
            haste: self.haste()?,
            drain_time: self.whole_seconds("drain-seconds")?,
            deletes_key: self.flag("delete-key")?,
            explanation: self.explanation_with(|effective| {
                rotation.add_to(effective);
                reading.add_to(effective);
            })?,
            rotation,
            reading,
        })
    }

    fn rotation_options(&self) -> Result<RotationOptions> {
        Ok(RotationOptions {
            keys: self.path("keys")?,
            private_key: self.path("private-key")?,
            gateway: self.gateway_choice()?,
            cache_time: self.whole_seconds("cache-seconds")?,
        })
    }

    fn next_key_id(&self) -> Result<Option<KeyId>> {
        let key_id = self.parsed("next-kid", |text| {
            let key_id = KeyId::new(text);
            check_file_name(&key_id).map(|()| key_id)
        })?;
        Ok(key_id.map(Setting::into_value))
    }

    fn published_since(&self) -> Result<Option<Setting<Timestamp>>> {
        let Some(text) = self.text("published")? else {
            return Ok(None);
        };
        let now = Timestamp::from_seconds(clock::now()?.as_seconds());
        let time = text.parse("published", |text| {
            if text == "now" {
                return Ok(now);
            }
            let time = humantime::parse_rfc3339_weak(text).ok();
            let since = time.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
            match since.map(|since| Timestamp::from_seconds(since.as_secs())) {
                Some(time) if time <= now => Ok(time),
                Some(_) => Err(Reason::new("that is yet to come")),
                None => Err(Reason::new("a time is now, or in UTC 2026-01-31T12:00:00Z")),
            }
        })?;
        Ok(Some(time))
    }

    fn haste(&self) -> Result<Haste> {
        match (self.flag("wait")?, self.flag("force")?) {
            (true, true) => Err(Failure::usage(
                "--wait and --force exclude each other; leave one out",
            )),
            (true, false) => Ok(Haste::Wait),
            (false, true) => Ok(Haste::Force),
            (false, false) => Ok(Haste::Fail),
        }
    }

    fn whole_seconds(&self, name: &str) -> Result<Option<Setting<Duration>>> {
        self.parsed(name, |text| match text.parse() {
            Ok(seconds @ 0..=LONGEST) => Ok(Duration::from_secs(seconds)),
            _ => Err(Reason::new(format!(
                "it is a whole number of seconds, 0 to {LONGEST}"
            ))),
        })
    }
}

impl RotationOptions {
    fn add_to(&self, effective: &mut Effective) {
        match &self.keys {
            Some(_) => effective.add_path("keys", self.keys.as_ref()),
            None => effective.add_path("private-key", self.private_key.as_ref()),
        }
        self.gateway.add_to(effective);
    }
}
