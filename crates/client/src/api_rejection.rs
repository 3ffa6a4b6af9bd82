//! What an API's rejection means where the signed JWT is the token.

use tokenring_gateway::diagnosis::{Cause, Class, Diagnosis, Incident};
use tokenring_gateway::{Rule, TypRule, UnverifiedJwt};
use tokenring_jwk::any;
use tokenring_oauth::ErrorResponse;

use crate::{Client, ClockSkew, Rejection, Target, clock};

impl Client {
    /// What an API's 401 or 403 most likely means, where the signed JWT is the token: the causes
    /// are those of an assertion, such as the clock, the key or a claim.
    ///
    /// Nothing comes of an API whose tokens are requested, as they are its own, and of another
    /// status. `url` is the API's. No request is made, and nothing is signed.
    #[must_use]
    pub fn explain_api_rejection(&self, url: &str, response: ErrorResponse) -> Option<Rejection> {
        let inner = self.inner();
        let plan = &inner.core.plan;
        if !plan.signs_tokens() || !matches!(response.status(), 401 | 403) {
            return None;
        }
        let now = clock::now().ok()?;
        let jwt = UnverifiedJwt::decode(inner.provider.fresh()?.secret()).ok()?;
        let skew = response.date();
        let skew = skew.and_then(|date| ClockSkew::between(date, now, now));
        let key = inner.core.key();
        let factory = plan.factory();
        let target = &factory.target;
        let rejection = Rejection::new(url.to_owned(), response, skew);
        let mut incident = Incident::new(target.gateway(), target.endpoint(), rejection.response())
            .with_provider(&any::Verifier)
            .with_own_key(key.public_key())
            .with_client_id(&factory.client_id)
            .with_assertion(&jwt)
            .with_sent_at(now);
        if key.has_default_id() {
            incident = incident.with_default_key_id();
        }
        let diagnosis = Diagnosis::of(&incident);
        let causes = diagnosis.causes().filter(|cause| is_of_jwt(cause, target));
        let causes = causes.cloned().collect();
        Some(rejection.with_causes(causes, target.chosen()))
    }
}

/// Whether a cause can be one where nothing was requested.
fn is_of_jwt(cause: &Cause, target: &Target) -> bool {
    let ignores_typ = target.gateway().assertion().typ_rule() == TypRule::Ignored;
    match cause.rule() {
        Some(Rule::AuthenticationMethod | Rule::GrantNotAllowed) => false,
        Some(Rule::Type) => !ignores_typ,
        _ => !matches!(
            cause.class(),
            Class::Grant | Class::Request | Class::NotOAuth
        ),
    }
}
