use std::fmt;

use crate::failure::{Reason, Result};
use crate::setting::Setting;
use crate::settings::Settings;

/// What is in a token request in addition to the assertion, and how a wrong clock is
/// dealt with.
#[derive(Clone, Debug, Default)]
pub(crate) struct RequestOptions {
    /// Of the form; a name may be there more than once.
    pub(crate) parameters: Vec<(String, Setting<String>)>,
    pub(crate) send_client_id: Option<Setting<bool>>,
    /// Those of the request; each name is there once.
    pub(crate) headers: Vec<(String, Setting<String>)>,
    pub(crate) clock_skew: Option<Setting<ClockSkew>>,
}

/// What happens where the server's clock shows that this machine's is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ClockSkew {
    Report,
    Correct,
}

impl fmt::Display for ClockSkew {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Report => "report",
            Self::Correct => "auto",
        })
    }
}

impl Settings<'_> {
    pub(crate) fn request_options(&self) -> Result<RequestOptions> {
        Ok(RequestOptions {
            parameters: self.pairs("param")?,
            send_client_id: self.switch("send-client-id")?,
            headers: self.pairs("token-header")?,
            clock_skew: self.parsed("clock-skew", |text| match text {
                "auto" => Ok(ClockSkew::Correct),
                "report" => Ok(ClockSkew::Report),
                _ => Err(Reason::new(format!(
                    "unknown way {text:?}; use report or auto"
                ))),
            })?,
        })
    }
}

impl RequestOptions {
    /// Whether a clock that is wrong is corrected, which has to be asked for.
    pub(crate) fn corrects_clock_skew(&self) -> bool {
        let way = self.clock_skew.as_ref().map(Setting::value);
        way == Some(&ClockSkew::Correct)
    }
}
