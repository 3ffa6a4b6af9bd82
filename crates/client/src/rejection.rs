use std::fmt;
use std::time::Duration;

#[cfg(feature = "diagnosis")]
use tokenring_gateway::diagnosis::Cause;
use tokenring_oauth::ErrorResponse;

#[cfg(feature = "diagnosis")]
use crate::ChosenGateway;
use crate::ClockSkew;

/// A token request that the gateway rejected: its answer, and what that most likely means.
#[derive(Debug)]
pub struct Rejection {
    url: String,
    response: ErrorResponse,
    clock_skew: Option<ClockSkew>,
    #[cfg(feature = "diagnosis")]
    causes: Vec<Cause>,
    #[cfg(feature = "diagnosis")]
    chosen: ChosenGateway,
}

impl Rejection {
    pub(crate) fn new(url: String, response: ErrorResponse, clock_skew: Option<ClockSkew>) -> Self {
        Self {
            clock_skew,
            url,
            response,
            #[cfg(feature = "diagnosis")]
            causes: Vec::new(),
            #[cfg(feature = "diagnosis")]
            chosen: ChosenGateway::default(),
        }
    }

    /// The token endpoint.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What the gateway answered.
    #[must_use]
    pub const fn response(&self) -> &ErrorResponse {
        &self.response
    }

    /// How far this machine's clock is from the gateway's, if that may be the cause.
    #[must_use]
    pub const fn clock_skew(&self) -> Option<ClockSkew> {
        self.clock_skew
    }

    /// The causes, most likely first.
    #[cfg(feature = "diagnosis")]
    #[must_use]
    pub fn causes(&self) -> &[Cause] {
        &self.causes
    }

    /// How the gateway was chosen, for commands among the remedies.
    #[cfg(feature = "diagnosis")]
    #[must_use]
    pub const fn chosen(&self) -> &ChosenGateway {
        &self.chosen
    }

    /// How long to wait before another try, if the gateway is busy or broken.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        let status = self.response.status();
        (matches!(status, 408 | 429) || status >= 500)
            .then(|| self.response.retry_after().unwrap_or_default())
    }

    #[cfg(feature = "diagnosis")]
    pub(crate) fn with_causes(mut self, causes: Vec<Cause>, chosen: &ChosenGateway) -> Self {
        self.causes = causes;
        self.chosen = chosen.clone();
        self
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "token endpoint {} refused: {}", self.url, self.response)?;
        match self.clock_skew {
            Some(skew) => write!(f, "; {skew}"),
            None => Ok(()),
        }
    }
}
