use crate::endpoint::Target;
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
    pub(super) fn read(target: &Target, settings: &Settings<'_>) -> Result<Self> {
        let Some(text) = settings.noted_text("auth")? else {
            let (access, reason) = Self::fitting(target, settings)?;
            settings.note("auth", access.name(), Origin::Default(reason.into()));
            return Ok(access);
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

    /// The way that follows from the environment and from what was given, and why.
    fn fitting(target: &Target, settings: &Settings<'_>) -> Result<(Self, &'static str)> {
        if target.endpoint.is_open() {
            return Ok((Self::None, "the environment is open"));
        }
        // Where an environment has a header of its own for API keys, a key alone is
        // a way in, and so is nothing at all.
        let environment = target
            .gateway
            .environment(Some(target.endpoint.environment()));
        let is_key_enough = environment.is_ok_and(|found| found.api_key_header().is_some());
        if !is_key_enough || settings.noted_path("private-key")?.is_some() {
            return Ok((Self::SignedJwt, "default"));
        }
        Ok(match settings.noted_text("client-id")? {
            Some(_) => (Self::ApiKey, "an API key is given, and no private key"),
            None => (Self::None, "neither private key nor API key is given"),
        })
    }

    const fn name(self) -> &'static str {
        match self {
            Self::SignedJwt => "signed-jwt",
            Self::ApiKey => "api-key",
            Self::None => "none",
        }
    }
}
