//! Further gateways of the same process, each under a path of its own.

use std::sync::Arc;

use tokenring_gateway::Gateway;

use crate::error::Error;
use crate::state::State;

/// A gateway that is to be under a path.
#[derive(Clone, Debug)]
pub(crate) struct MountPlan {
    pub(crate) path: String,
    pub(crate) gateway: Gateway,
    pub(crate) environment: Option<String>,
}

/// A gateway under a path.
#[derive(Debug)]
pub(crate) struct Mount {
    pub(crate) path: String,
    pub(crate) state: Arc<State>,
}

/// A further gateway of a [`MockGateway`](crate::MockGateway), under a path of its own.
///
/// # Examples
///
/// ```
/// use tokenring_gateway::Gateway;
/// use tokenring_mock_gateway::MockGateway;
///
/// let gateway = MockGateway::builder()
///     .with_gateway_at("/kc", &Gateway::builtin("keycloak")?, None)
///     .start()?;
/// let keycloak = gateway.mounted_gateways().next().ok_or("none")?;
/// assert!(keycloak.token_url().contains("/kc/realms/example/"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct MountedGateway<'a>(pub(crate) &'a Mount);

impl MountedGateway<'_> {
    /// The path that its own paths follow.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// The name of the gateway that it is a mock of.
    #[must_use]
    pub fn gateway_name(&self) -> &str {
        self.0.state.rulebook.gateway.name()
    }

    /// Its token endpoint.
    #[must_use]
    pub fn token_url(&self) -> String {
        self.0.state.rulebook.site.token_url()
    }

    /// The issuer that it goes by, if it has one.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.0.state.rulebook.site.issuer.as_deref()
    }

    /// What an assertion for it has to name as `aud`.
    #[must_use]
    #[doc(alias = "aud")]
    pub fn audience(&self) -> String {
        self.0.state.rulebook.site.audience()
    }

    /// The URL of its metadata, if the gateway's file names any.
    #[must_use]
    pub fn metadata_url(&self) -> Option<&str> {
        self.0.state.rulebook.site.metadata_url()
    }
}

/// The paths of this gateway itself.
const OWN: [&str; 4] = ["-", "api", ".well-known", "jwks.json"];

impl MountPlan {
    /// Refuses a path that is none, or that others are in the way of.
    pub(crate) fn check(plans: &[Self], root_paths: &[&str]) -> Result<(), Error> {
        for (index, plan) in plans.iter().enumerate() {
            let path = plan.path.as_str();
            let refused = |what: &str| {
                Err(Error::Mount {
                    path: path.to_owned(),
                    what: what.to_owned(),
                })
            };
            let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._~".contains(c);
            let is_segment = |text: &str| {
                !text.is_empty() && text != "." && text != ".." && text.chars().all(is_plain)
            };
            let mut segments = path.strip_prefix('/').unwrap_or_default().split('/');
            if !segments.clone().all(is_segment) {
                return refused("is no path to put a gateway at; wanted: such as /okta");
            }
            if segments.next().is_some_and(|first| OWN.contains(&first)) {
                return refused("is a path of the mock itself; choose another");
            }
            if root_paths.iter().any(|other| is_below(other, path)) {
                return refused("is a path of the first gateway; choose another");
            }
            let mut before = plans.iter().take(index);
            let overlaps =
                |other: &Self| is_below(&other.path, path) || is_below(path, &other.path);
            if before.any(overlaps) {
                return refused("overlaps with the path of another gateway; choose another");
            }
        }
        Ok(())
    }
}

/// Whether a path is another one, or begins with its segments.
pub(crate) fn is_below(path: &str, other: &str) -> bool {
    let rest = path.strip_prefix(other);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
