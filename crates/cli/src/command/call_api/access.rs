use crate::failure::{Reason, Result};
use crate::setting::Origin;
use crate::settings::Settings;

/// How to get in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    SignedJwt,
    ApiKey,
    None,
}

impl Access {
    pub(super) fn read(settings: &Settings<'_>) -> Result<Self> {
        let Some(text) = settings.text("auth")? else {
            settings.note("auth", "signed-jwt", Origin::Default("default".into()));
            return Ok(Self::SignedJwt);
        };
        let access = text.parse("auth", |text| match text.as_str() {
            "signed-jwt" => Ok(Self::SignedJwt),
            "api-key" => Ok(Self::ApiKey),
            "none" => Ok(Self::None),
            _ => Err(Reason::new(format!(
                "unknown way {text:?}; use signed-jwt, api-key or none"
            ))),
        })?;
        Ok(access.into_value())
    }
}
