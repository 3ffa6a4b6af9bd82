use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use tokenring_oauth::SecureUrl;

use super::Effective;
use crate::failure::{Failure, Reason, Result};
use crate::setting::Setting;
use crate::settings::{Data, Settings};

/// A request to an API, and where its answer goes.
pub(crate) struct CallOptions {
    pub(crate) url: SecureUrl,
    pub(crate) access: Option<Setting<Access>>,
    pub(crate) method: Option<Setting<String>>,
    pub(crate) body: Option<BodyOptions>,
    pub(crate) headers: HeaderOptions,
    pub(crate) limits: LimitOptions,
    /// How often the call is repeated where the API is busy.
    pub(crate) retries: u32,
    pub(crate) output: Option<Setting<PathBuf>>,
    /// Whether the body of a refusal goes there as well.
    pub(crate) fails_with_body: bool,
    /// Whether status and headers are printed too.
    pub(crate) includes_head: bool,
    /// The options above as they were written.
    given: Vec<(&'static str, Setting<String>)>,
}

/// How to get in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    SignedJwt,
    ApiKey,
    None,
}

/// The body of a request.
pub(crate) struct BodyOptions {
    pub(crate) data: Data,
    pub(crate) is_json: bool,
}

/// Headers by themselves, and those whose name the gateway knows.
#[derive(Clone, Debug)]
pub(crate) struct HeaderOptions {
    pub(crate) headers: Vec<Setting<String>>,
    pub(crate) nhs_number: Option<Setting<String>>,
    pub(crate) product_id: Option<Setting<String>>,
    pub(crate) correlation_id: Option<Setting<String>>,
    pub(crate) request_id: Option<Setting<String>>,
}

/// What a call may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LimitOptions {
    /// For the whole call.
    pub(crate) time: Option<Duration>,
    /// Of the body, in bytes.
    pub(crate) size: Option<u64>,
}

/// A year: more than anybody waits, and less than overflows a clock.
const LONGEST: u64 = 366 * 24 * 60 * 60;

impl Access {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::SignedJwt => "signed-jwt",
            Self::ApiKey => "api-key",
            Self::None => "none",
        }
    }
}

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Settings<'_> {
    pub(crate) fn call_options(&self) -> Result<CallOptions> {
        let Some(url) = self.parsed("url", SecureUrl::new)? else {
            return Err(Failure::usage(
                "the API's URL is missing; give it as --url https://HOST/PATH",
            ));
        };
        let mut given = Vec::new();
        for name in ["url", "data", "json", "max-time", "max-size", "retry"] {
            given.extend(self.shown(name)?.map(|text| (name, text)));
        }
        Ok(CallOptions {
            url: url.into_value(),
            access: self.parsed("auth", |text| match text {
                "signed-jwt" => Ok(Access::SignedJwt),
                "api-key" => Ok(Access::ApiKey),
                "none" => Ok(Access::None),
                _ => Err(Reason::new(format!(
                    "unknown way {text:?}; use signed-jwt, api-key or none"
                ))),
            })?,
            body: self.body_options()?,
            method: self.text("method")?,
            headers: HeaderOptions {
                headers: self.list("header")?,
                nhs_number: self.text("nhs-number")?,
                product_id: self.text("product-id")?,
                correlation_id: self.text("correlation-id")?,
                request_id: self.text("request-id")?,
            },
            limits: LimitOptions {
                time: self.number("max-time", LONGEST)?.map(Duration::from_secs),
                size: self.number("max-size", u64::MAX - 1)?,
            },
            output: self.path("output")?,
            fails_with_body: self.flag("fail-with-body")?,
            includes_head: self.flag("include")?,
            retries: self.retries()?,
            given,
        })
    }

    fn body_options(&self) -> Result<Option<BodyOptions>> {
        let (data, is_json) = match (self.data("data")?, self.data("json")?) {
            (None, None) => return Ok(None),
            (Some(data), None) => (data, false),
            (None, Some(json)) => (json, true),
            (Some(_), Some(_)) => {
                return Err(Failure::usage(
                    "--data and --json both give the body; leave one of them out",
                ));
            }
        };
        Ok(Some(BodyOptions { data, is_json }))
    }

    fn number(&self, name: &str, largest: u64) -> Result<Option<u64>> {
        let number = self.parsed(name, |text| match text.parse() {
            Ok(number) if (1..=largest).contains(&number) => Ok(number),
            _ => Err(Reason::new(format!(
                "it is a whole number from 1 to {largest}"
            ))),
        })?;
        Ok(number.map(Setting::into_value))
    }

    fn retries(&self) -> Result<u32> {
        let number = self.parsed("retry", |text| match text.parse() {
            Ok(number @ 0..=100) => Ok(number),
            _ => Err(Reason::new("it is a number from 0 to 100")),
        })?;
        Ok(number.map_or(0, Setting::into_value))
    }
}

impl CallOptions {
    /// Adds what was given of one of these options.
    pub(crate) fn add_given(&self, names: &[&str], effective: &mut Effective) {
        let given = self.given.iter().filter(|(name, _)| names.contains(name));
        for (name, text) in given {
            effective.add_given(name, Some(text));
        }
    }
}

impl HeaderOptions {
    pub(crate) fn add_to(&self, effective: &mut Effective) {
        for header in &self.headers {
            effective.add_given("header", Some(header));
        }
        effective.add_given("nhs-number", self.nhs_number.as_ref());
        effective.add_given("product-id", self.product_id.as_ref());
        effective.add_given("correlation-id", self.correlation_id.as_ref());
        effective.add_given("request-id", self.request_id.as_ref());
    }
}
