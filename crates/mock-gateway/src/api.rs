mod bound_token;
mod credentials;
mod echo;
mod signed_jwt;

use core::fmt;

use hyper::Request;
use hyper::body::Incoming;
use hyper::header::HeaderName;

use crate::answer::Answer;
use crate::body::{self, Unread};
use crate::dpop;
use crate::state::State;

/// The largest body that the echo takes.
const BODY_LIMIT: usize = 1024 * 1024;
const MIRRORED: [HeaderName; 2] = [
    HeaderName::from_static("x-request-id"),
    HeaderName::from_static("x-correlation-id"),
];

/// What a request to the echoing API has to bring.
///
/// # Examples
///
/// ```
/// use tokenring_mock_gateway::{ApiAccess, MockGateway};
///
/// let gateway = MockGateway::builder().start()?;
/// let url = gateway.api_url(ApiAccess::Bearer, "patient/9000000009");
/// assert!(url.ends_with("/api/bearer/patient/9000000009"));
/// # Ok::<(), tokenring_mock_gateway::Error>(())
/// ```
#[non_exhaustive]
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ApiAccess {
    /// `/api/bearer`: an access token of this gateway, as `Authorization: Bearer …`.
    Bearer,
    /// `/api/api-key`: the client ID of a registered client, as `apikey: …`.
    ApiKey,
    /// `/api/open`: nothing.
    Open,
}

impl ApiAccess {
    /// Every kind of access.
    pub const ALL: &'static [Self] = &[Self::Bearer, Self::ApiKey, Self::Open];

    /// The path under which all paths have this access.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Bearer => "/api/bearer",
            Self::ApiKey => "/api/api-key",
            Self::Open => "/api/open",
        }
    }

    /// Finds the access that a path needs.
    pub(crate) fn of_path(path: &str) -> Option<Self> {
        let under = |access: &Self| {
            path.strip_prefix(access.path())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        Self::ALL.iter().copied().find(under)
    }
}

impl fmt::Display for ApiAccess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.path())
    }
}

/// Answers a call of the API: what the client sent, as JSON.
pub(crate) async fn respond(
    state: &State,
    access: ApiAccess,
    request: Request<Incoming>,
) -> Answer {
    let (head, body) = request.into_parts();
    let takes_jwts = access == ApiAccess::Bearer && state.rulebook.takes_jwts();
    let checked = match takes_jwts {
        true => Ok(None),
        false => credentials::check(state, access, &head),
    };
    let mut answer = match checked {
        Ok(client_id) => match body::read(body, BODY_LIMIT).await {
            Ok(body) if takes_jwts => signed_jwt::respond(state, &head, body).await,
            read => {
                let mut answer =
                    read.map_or_else(Unread::into_answer, |it| echo::answer(&head, it));
                answer.client_id = client_id;
                answer
            }
        },
        Err(denial) => denial.into_answer(),
    };
    if head.headers.contains_key(dpop::HEADER) {
        answer = state.dpop.with_nonce(answer, state.clock.now());
    }
    for name in MIRRORED {
        for value in head.headers.get_all(&name) {
            answer.response.headers_mut().append(&name, value.clone());
        }
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_access_by_whole_path_segments() {
        assert_eq!(ApiAccess::of_path("/api/bearer"), Some(ApiAccess::Bearer));
        assert_eq!(ApiAccess::of_path("/api/bearer/"), Some(ApiAccess::Bearer));
        assert_eq!(
            ApiAccess::of_path("/api/api-key/x"),
            Some(ApiAccess::ApiKey)
        );
        assert_eq!(ApiAccess::of_path("/api/open/a/b"), Some(ApiAccess::Open));
        assert_eq!(ApiAccess::of_path("/api/bearers"), None);
        assert_eq!(ApiAccess::of_path("/api"), None);
    }
}
