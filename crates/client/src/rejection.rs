use std::fmt;
use std::time::Duration;

#[cfg(feature = "diagnosis")]
use tokenring_gateway::diagnosis::{Cause, Diagnosis, Incident, PublishedKeys};
#[cfg(feature = "diagnosis")]
use tokenring_jwk::any;
#[cfg(feature = "diagnosis")]
use tokenring_keystore::SiblingJwkSet;
use tokenring_oauth::ErrorResponse;

use crate::ClockSkew;
#[cfg(feature = "diagnosis")]
use crate::{client_key::ClientKey, request_failure::SentAssertion, request_plan::RequestPlan};

/// A token request that the gateway rejected: its answer, and what that most likely means.
#[derive(Debug)]
pub struct Rejection {
    url: String,
    response: ErrorResponse,
    clock_skew: Option<ClockSkew>,
    #[cfg(feature = "diagnosis")]
    causes: Vec<Cause>,
}

impl Rejection {
    pub(crate) fn new(url: String, response: ErrorResponse) -> Self {
        Self {
            clock_skew: ClockSkew::of(&response),
            url,
            response,
            #[cfg(feature = "diagnosis")]
            causes: Vec::new(),
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

    /// How long to wait before another try, if the gateway is busy or broken.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        let status = self.response.status();
        (status == 429 || status >= 500).then(|| self.response.retry_after().unwrap_or_default())
    }

    /// With the causes that the assertion, the key and the JWK Set next to it point to.
    #[cfg(feature = "diagnosis")]
    pub(crate) fn diagnosed(
        self,
        plan: &RequestPlan,
        key: &ClientKey,
        sent: Option<&SentAssertion>,
    ) -> Self {
        let sibling = key.path().and_then(SiblingJwkSet::find);
        let place = sibling.as_ref().map(|set| set.path().display().to_string());
        let published = sibling
            .as_ref()
            .zip(place.as_deref())
            .map(|(set, place)| PublishedKeys::presumed(set.jwk_set(), place));
        self.diagnosed_with(plan, key, sent, published)
    }

    /// The same with a JWK Set that is known to be published.
    #[cfg(feature = "diagnosis")]
    pub(crate) fn diagnosed_with(
        mut self,
        plan: &RequestPlan,
        key: &ClientKey,
        sent: Option<&SentAssertion>,
        published: Option<PublishedKeys<'_>>,
    ) -> Self {
        let target = &plan.factory().target;
        let mut incident = Incident::new(target.gateway(), target.endpoint(), &self.response)
            .with_provider(&any::Verifier)
            .with_own_key(key.public_key())
            .with_client_id(&plan.factory().client_id);
        if key.has_default_id() {
            incident = incident.with_default_key_id();
        }
        if let Some(sent) = sent {
            incident = incident
                .with_form(&sent.form)
                .with_assertion(&sent.assertion)
                .with_sent_at(sent.at);
        }
        if let Some(published) = published {
            incident = incident.with_published_keys(published);
        }
        let causes = Diagnosis::of(&incident).causes().cloned().collect();
        self.causes = causes;
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
