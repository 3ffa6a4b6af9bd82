//! Why a token did not come.

use tokenring_oauth::{ErrorResponse, Retry, Retryable, TokenEndpoint};

use crate::ExitCode;
use crate::clock::{LARGEST_CORRECTED, Skew};
use crate::connection::unreachable;
use crate::failure::Failure;

/// Why there is no token.
#[derive(Debug)]
pub(crate) enum Refusal {
    /// For a reason on this side.
    Own(Failure),
    /// For what the request met.
    Request(tokenring_oauth::Error),
}

impl Refusal {
    /// Words it, with what the server's clock says.
    pub(crate) fn word(&self, token_endpoint: &TokenEndpoint) -> Failure {
        let error = match self {
            Self::Own(failure) => return failure.clone(),
            Self::Request(error) => error,
        };
        let step = format!("token endpoint {}", token_endpoint.as_str());
        match error {
            tokenring_oauth::Error::Transport(error) => unreachable(error).while_doing(&step),
            tokenring_oauth::Error::Refused(response) => {
                Failure::new(ExitCode::Refused, refusal(response))
                    .while_doing(&format!("{step} refused"))
            }
            error => Failure::from_error(ExitCode::Refused, error).while_doing(&step),
        }
    }
}

impl Retryable for Refusal {
    fn retry(&self) -> Retry {
        match self {
            Self::Own(_) => Retry::Never,
            Self::Request(error) => error.retry(),
        }
    }
}

fn refusal(response: &ErrorResponse) -> String {
    match Skew::of(response) {
        None => response.to_string(),
        Some(skew) if !skew.is_correctable() => format!(
            "{response}; {}: set the wrong one right, as --clock-skew auto corrects at most a day \
             ({LARGEST_CORRECTED} s)",
            skew.describe()
        ),
        Some(skew) => format!(
            "{response}; {}: set it right, or reckon with it by --clock-skew auto",
            skew.describe()
        ),
    }
}
