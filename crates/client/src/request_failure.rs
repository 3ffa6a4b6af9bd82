//! Why one token request brought no token, until that becomes an error.

use std::sync::Arc;

#[cfg(feature = "diagnosis")]
use tokenring_assertion::NumericDate;
#[cfg(feature = "diagnosis")]
use tokenring_gateway::UnverifiedJwt;
#[cfg(feature = "diagnosis")]
use tokenring_gateway::diagnosis::{Cause, Classification, Diagnosis, Incident, PublishedKeys};
#[cfg(feature = "diagnosis")]
use tokenring_jwk::any;
#[cfg(feature = "diagnosis")]
use tokenring_keystore::SiblingJwkSet;
#[cfg(feature = "diagnosis")]
use tokenring_oauth::TokenRequest;
use tokenring_oauth::{Error as OauthError, ErrorResponse, Retry, Retryable};

use crate::assertion_clock::AssertionClock;
use crate::client_key::ClientKey;
use crate::request_plan::RequestPlan;
use crate::{ClockSkew, ClockSkewPolicy, Error, Rejection};

/// How far the clock is set back after a failure that a fast clock can explain, in seconds.
const SET_BACK: u64 = 10;

/// Why a request brought no token.
#[derive(Debug)]
pub(crate) enum RequestFailure {
    /// For a reason on this side.
    Local(Error),
    /// For what the request met.
    Request {
        error: OauthError,
        /// How far the clocks are apart, where the answer tells.
        skew: Option<ClockSkew>,
        /// Whether one more proof with the server's nonce is worth a try.
        asks_for_nonce: bool,
        #[cfg(feature = "diagnosis")]
        sent: Option<Box<SentAssertion>>,
    },
}

impl RequestFailure {
    /// How far the clocks are apart, where a server's answer tells.
    pub(crate) const fn skew(&self) -> Option<ClockSkew> {
        match self {
            Self::Request { skew, .. } => *skew,
            Self::Local(_) => None,
        }
    }

    /// Whether the server refused the request only because its proof lacked the nonce that it wants.
    pub(crate) const fn asks_for_nonce(&self) -> bool {
        matches!(
            self,
            Self::Request {
                asks_for_nonce: true,
                ..
            }
        )
    }

    /// By what clock one more assertion is worth a try, if one is.
    ///
    /// Some servers fail with the status 500 where `iat` is ahead of their clock, be it by a
    /// fraction of a second, which no `Date` tells.
    pub(crate) fn next_clock(
        &self,
        plan: &RequestPlan,
        policy: ClockSkewPolicy,
    ) -> Option<AssertionClock> {
        let Self::Request { error, skew, .. } = self else {
            return None;
        };
        let OauthError::Refused(response) = error else {
            return None;
        };
        if !can_be_of_clock(response) {
            return None;
        }
        if let (Some(skew), ClockSkewPolicy::Correct) = (skew, policy) {
            let corrected = AssertionClock::Corrected(*skew);
            return skew.is_correctable().then_some(corrected);
        }
        if response.status() != 500 || response.retry() == Retry::Never {
            return None;
        }
        let assertions = plan.factory().plan();
        let back = SET_BACK.min(assertions.lifetime().as_seconds() / 4);
        let furthest = i64::try_from(back).ok()?.saturating_neg();
        let is_by_clock = match (response.date(), skew) {
            (None, _) => assertions.is_wrong_at(furthest),
            // Less than a second does not show.
            (Some(_), None) => assertions.is_wrong_at(-1),
            (Some(_), Some(skew)) => {
                let seconds = skew.as_seconds();
                (furthest..0).contains(&seconds) && assertions.is_wrong_at(seconds - 1)
            }
        };
        (is_by_clock && back > 0).then_some(AssertionClock::SetBack(back))
    }

    /// Whether another attempt may bring a token, by the answer and what the gateway's file says
    /// of it.
    pub(crate) fn retry(&self, plan: &RequestPlan) -> Retry {
        let Self::Request { error, .. } = self else {
            return Retry::Never;
        };
        let retry = error.retry();
        #[cfg(feature = "diagnosis")]
        if let (OauthError::Refused(response), true) = (error, retry != Retry::Never) {
            let gateway = plan.factory().target.gateway();
            return Classification::of(response, Some(gateway)).retry();
        }
        let _ = plan;
        retry
    }

    /// As an error, with the likely causes of a rejection.
    pub(crate) fn into_error(self, plan: &RequestPlan, key: &ClientKey) -> Error {
        #[cfg(feature = "diagnosis")]
        return self.into_error_with(plan, key, None);
        #[cfg(not(feature = "diagnosis"))]
        self.into_plain_error(plan, key)
    }

    /// The same with a JWK Set that is published.
    #[cfg(feature = "diagnosis")]
    pub(crate) fn into_error_with(
        self,
        plan: &RequestPlan,
        key: &ClientKey,
        published: Option<PublishedKeys<'_>>,
    ) -> Error {
        let url = plan.shown_url();
        let skew = self.reported_skew(plan);
        let (error, sent) = match self {
            Self::Local(error) => return error,
            Self::Request { error, sent, .. } => (error, sent),
        };
        to_error(error, url, skew, |rejection| {
            let sent = sent.as_deref();
            let causes = match published {
                Some(_) => causes_with(&rejection, plan, key, sent, published),
                None => causes(&rejection, plan, key, sent),
            };
            rejection.with_causes(causes, plan.factory().target.chosen())
        })
    }

    #[cfg(not(feature = "diagnosis"))]
    fn into_plain_error(self, plan: &RequestPlan, _: &ClientKey) -> Error {
        let skew = self.reported_skew(plan);
        match self {
            Self::Local(error) => error,
            Self::Request { error, .. } => {
                to_error(error, plan.shown_url(), skew, |rejection| rejection)
            }
        }
    }

    /// The skew that may be the cause, which a small one is only where it makes a date wrong.
    fn reported_skew(&self, plan: &RequestPlan) -> Option<ClockSkew> {
        /// So far many servers don't mind, in seconds.
        const SMALL: u64 = 5;
        let assertions = plan.factory().plan();
        self.skew().filter(|skew| {
            let seconds = skew.as_seconds();
            seconds.unsigned_abs() > SMALL || assertions.is_wrong_at(seconds)
        })
    }
}

/// Whether the dates of the assertion can be why there is no token: not where the server is busy or
/// wants to be left alone, and not where its code says that something else is wrong.
fn can_be_of_clock(response: &ErrorResponse) -> bool {
    let is_busy = match response.status() {
        408 | 429 | 502..=504 => true,
        500 => response.retry_after().is_some(),
        _ => false,
    };
    let is_of_other = |error| {
        matches!(
            error,
            "temporarily_unavailable"
                | "unsupported_grant_type"
                | "invalid_scope"
                | "invalid_target"
                | "invalid_authorization_details"
        )
    };
    !is_busy && !response.error().is_some_and(is_of_other)
}

fn to_error(
    error: OauthError,
    url: String,
    skew: Option<ClockSkew>,
    diagnose: impl FnOnce(Rejection) -> Rejection,
) -> Error {
    match error {
        OauthError::Transport(source) => Error::Unreachable {
            url,
            source: Arc::new(source),
        },
        OauthError::Refused(response) => {
            Error::Rejected(Arc::new(diagnose(Rejection::new(url, *response, skew))))
        }
        source => Error::UnusableAnswer {
            url,
            source: Arc::new(source),
        },
    }
}

/// The causes that the assertion, the key and the JWK Set next to it point to.
#[cfg(feature = "diagnosis")]
fn causes(
    rejection: &Rejection,
    plan: &RequestPlan,
    key: &ClientKey,
    sent: Option<&SentAssertion>,
) -> Vec<Cause> {
    let sibling = key.path().and_then(SiblingJwkSet::find);
    let place = sibling.as_ref().map(|set| set.path().display().to_string());
    let published = sibling
        .as_ref()
        .zip(place.as_deref())
        .map(|(set, place)| PublishedKeys::presumed(set.jwk_set(), place));
    causes_with(rejection, plan, key, sent, published)
}

/// The same with a JWK Set that is known to be published.
#[cfg(feature = "diagnosis")]
fn causes_with(
    rejection: &Rejection,
    plan: &RequestPlan,
    key: &ClientKey,
    sent: Option<&SentAssertion>,
    published: Option<PublishedKeys<'_>>,
) -> Vec<Cause> {
    let target = &plan.factory().target;
    let mut incident = Incident::new(target.gateway(), target.endpoint(), rejection.response())
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
            .with_sent_at(sent.at)
            .with_own_request();
    }
    if plan.sends_proof() {
        incident = incident.with_dpop_proof();
    }
    if let Some(published) = published {
        incident = incident.with_published_keys(published);
    }
    Diagnosis::of(&incident).causes().cloned().collect()
}

impl From<Error> for RequestFailure {
    fn from(error: Error) -> Self {
        Self::Local(error)
    }
}

/// The assertion that was sent, as far as it is of use afterwards.
#[cfg(feature = "diagnosis")]
#[derive(Debug)]
pub(crate) struct SentAssertion {
    pub(crate) assertion: UnverifiedJwt,
    pub(crate) form: Vec<(String, String)>,
    pub(crate) at: NumericDate,
}

#[cfg(feature = "diagnosis")]
impl SentAssertion {
    /// Keeps what it takes to explain a rejection; nothing of an assertion that cannot be read.
    pub(crate) fn of(request: &TokenRequest, at: NumericDate) -> Option<Box<Self>> {
        let mut form = Vec::new();
        let mut assertion = None;
        for (name, value) in request.secret_fields() {
            let is_assertion = matches!(name, "assertion" | "client_assertion");
            // Of two the grant comes first, and is what the gateway's rules are about.
            if is_assertion && assertion.is_none() {
                assertion = UnverifiedJwt::decode(value).ok();
            }
            let value = if is_assertion { "" } else { value };
            form.push((name.to_owned(), value.to_owned()));
        }
        Some(Box::new(Self {
            assertion: assertion?,
            form,
            at,
        }))
    }
}
