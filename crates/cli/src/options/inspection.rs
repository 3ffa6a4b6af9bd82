use std::time::UNIX_EPOCH;

use tokenring_assertion::NumericDate;
use zeroize::Zeroizing;

use super::report::is_json;
use super::{ConnectionOptions, Effective, GatewayOptions};
use crate::failure::{Failure, Reason, Result};
use crate::setting::Setting;
use crate::settings::Settings;

/// A JWT that is looked at, and what it is held against.
pub(crate) struct InspectionOptions {
    /// The JWT, or `@` and its file; [`None`] for standard input.
    pub(crate) jwt: Option<Zeroizing<String>>,
    /// The time to judge by.
    pub(crate) at: Option<NumericDate>,
    /// Without a gateway there are no rules; `generic` is one that nobody named.
    pub(crate) gateway: Option<GatewayOptions>,
    pub(crate) client_id: Option<Setting<String>>,
    /// A file or a URL.
    pub(crate) jwks: Option<Setting<String>>,
    pub(crate) connection: ConnectionOptions,
    pub(crate) as_json: bool,
    pub(crate) explanation: Option<Effective>,
}

impl Settings<'_> {
    pub(crate) fn inspection_options(&self) -> Result<InspectionOptions> {
        let jwt = self.positional("jwt").filter(|argument| *argument != "-");
        let jwt = match jwt.map(|jwt| jwt.to_str()) {
            None => None,
            Some(Some(text)) => Some(Zeroizing::new(text.to_owned())),
            Some(None) => return Err(Failure::usage("the JWT is not UTF-8, and so is none")),
        };
        let format = self.report_format()?;
        let at = self.text("at")?;
        Ok(InspectionOptions {
            jwt,
            as_json: is_json(format.as_ref()),
            explanation: self.explanation_with(|effective| {
                effective.add_given("format", format.as_ref());
                effective.add_given("at", at.as_ref());
            })?,
            at: match at {
                Some(at) => Some(at.parse("at", |text| time(text))?.into_value()),
                None => None,
            },
            gateway: match self.text("gateway")? {
                Some(_) => Some(self.gateway_options()?),
                None => None,
            },
            client_id: self.text("client-id")?,
            jwks: self.text("jwks")?,
            connection: self.connection_options()?,
        })
    }
}

fn time(text: &str) -> Result<NumericDate, Reason> {
    if let Ok(seconds) = text.parse() {
        return Ok(NumericDate::from_seconds(seconds));
    }
    let time = humantime::parse_rfc3339_weak(text).ok();
    let since = time.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    since
        .map(|since| NumericDate::from_seconds(since.as_secs()))
        .ok_or_else(|| Reason::new("a time is 2026-01-31T12:00:00Z, or seconds since 1970"))
}
