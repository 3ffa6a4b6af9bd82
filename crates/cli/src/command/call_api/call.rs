use tokenring::{ApiClient, ApiHeaders, ApiRequest, ApiResponse, Client};
use tokenring_oauth::SecureUrl;

use super::body::Body;
use super::limits::Limits;
use crate::ExitCode;
use crate::explanation::Explanation;
use crate::failure::Result;
use crate::options::{Effective, TokenOptions};

/// A request, and what it is sent with.
pub(super) struct Call<'g> {
    pub(super) method: String,
    pub(super) url: SecureUrl,
    pub(super) headers: ApiHeaders<'g>,
    pub(super) credentials: Credentials,
    /// How often it is repeated where the API is too busy or not there.
    pub(super) retries: u32,
    pub(super) limits: Limits,
}

pub(super) enum Credentials {
    Tokens(Box<Client>),
    /// They stand in the header of this name.
    InHeader(String, ApiClient),
    None(ApiClient),
}

impl Credentials {
    /// What has the tokens.
    pub(super) fn client(&self) -> Option<&Client> {
        match self {
            Self::Tokens(client) => Some(client),
            Self::InHeader(..) | Self::None(_) => None,
        }
    }
}

impl Call<'_> {
    /// Sends the request until there is an answer to show.
    pub(super) fn send(self, body: Body, options: &TokenOptions) -> Result<ApiResponse> {
        let request = ApiRequest::new(self.method, self.url.as_str())
            .map_err(|error| options.to_failure(&error))?
            .with_retries(self.retries)
            .with_idle_timeout(*options.connection.timeout.value())
            .with_deadline(self.limits.deadline)
            .with_headers(&self.headers);
        let request = body.add_to(request, self.limits.deadline);
        let answer = match &self.credentials {
            Credentials::Tokens(client) => client.call(&request),
            Credentials::InHeader(_, client) | Credentials::None(client) => client.call(&request),
        };
        answer.map_err(|error| options.to_failure(&error))
    }

    /// Prints what would be sent.
    pub(super) fn explain(
        &self,
        body: &Body,
        options: &TokenOptions,
        own: Effective,
    ) -> Result<ExitCode> {
        let mut lines = vec![format!("{} {}", self.method, self.url.as_str())];
        let mut secret = None;
        let mut explanation = match &self.credentials {
            Credentials::Tokens(client) => {
                lines.push("Authorization: Bearer (the access token)".into());
                Explanation::of_client(client, options, own)?
            }
            Credentials::InHeader(name, _) => {
                secret = Some(name.as_str());
                Explanation::new(&own)
            }
            Credentials::None(_) => Explanation::new(&own),
        };
        lines.extend(self.headers.iter().map(|(name, value)| {
            if secret.is_some_and(|secret| secret.eq_ignore_ascii_case(name)) {
                return format!("{name}: (not shown)");
            }
            format!("{name}: {}", explanation.value(name, value))
        }));
        lines.extend(body.describe());
        explanation.section("API request, not sent", lines);
        explanation.print()
    }
}
