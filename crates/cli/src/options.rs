//! What the commands are asked for: a struct for each concern, read once from the
//! settings. Each value has its type, and its origin goes with it.
//!
//! Each struct has a method of its name on `Settings`. Nothing outside this module looks an
//! option up by its name.

mod assertion;
mod cache;
mod call;
mod configuration;
mod connection;
mod console;
mod effective;
mod examination;
mod gateway;
mod gateway_files;
mod inspection;
mod jwk_set;
mod key;
mod key_file;
#[cfg(feature = "mock-gateway")]
mod mock;
mod new_key;
mod passphrase;
mod program;
mod report;
mod request;
mod rotation;
mod signing_input;
mod token;
mod token_output;

pub(crate) use self::assertion::AssertionOptions;
pub(crate) use self::cache::{CacheOptions, CacheUpkeepOptions};
pub(crate) use self::call::{Access, BodyOptions, CallOptions, HeaderOptions, LimitOptions};
pub(crate) use self::connection::ConnectionOptions;
pub(crate) use self::effective::Effective;
pub(crate) use self::gateway::GatewayChoice;
pub(crate) use self::gateway::GatewayOptions;
pub(crate) use self::key::KeyFileOptions;
pub(crate) use self::passphrase::PassphraseOptions;
pub(crate) use self::{key::KeyOptions, request::RequestOptions};

pub(crate) use self::configuration::{
    CheckedFile, ConfigurationAction, ConfigurationOptions, ProfileOptions,
};
pub(crate) use self::console::ConsoleOptions;
#[cfg(feature = "mock-gateway")]
pub(crate) use self::mock::MockOptions;
pub(crate) use self::new_key::{GenerationOptions, key_type_name};
pub(crate) use self::signing_input::AttachmentOptions;
pub(crate) use self::token::{TokenOptions, resolved};
pub(crate) use self::token_output::TokenOutputOptions;
pub(crate) use self::{
    examination::{ConfigurationState, ExaminationOptions},
    gateway_files::{FactFormat, GatewayAction, GatewayFileOptions},
    inspection::InspectionOptions,
};
pub(crate) use self::{
    jwk_set::{
        KeyAdditionOptions, KeyRemovalOptions, PublicationOptions, SetCheckOptions,
        SetComparisonOptions, SetMergeOptions, SetViewOptions,
    },
    key_file::{ConversionOptions, JwkOptions, KeyViewOptions},
    new_key::{PrivateFormOptions, PrivateFormat},
    rotation::{
        ActivationOptions, Haste, NextKeyOptions, RetirementOptions, RotationOptions,
        RotationStatusOptions,
    },
};
use crate::failure::{Reason, Result};
use crate::setting::Setting;
use crate::settings::Settings;

impl Settings<'_> {
    /// The value of an option, made into something.
    fn parsed<T, E: std::error::Error>(
        &self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<Option<Setting<T>>> {
        match self.text(name)? {
            None => Ok(None),
            Some(text) => text.parse(name, |text| parse(text)).map(Some),
        }
    }
}

/// Takes a whole number of seconds from 1 to the most that is allowed.
fn seconds(text: &str, most: u64, otherwise: &str) -> Result<std::time::Duration, Reason> {
    match text.parse() {
        Ok(seconds) if (1..=most).contains(&seconds) => Ok(std::time::Duration::from_secs(seconds)),
        _ => Err(Reason::new(format!("{otherwise}, 1 to {most}"))),
    }
}
