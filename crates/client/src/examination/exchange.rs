//! What the gateway itself says: token, scope, and an API.

use std::sync::Arc;

use tokenring_assertion::{DpopProof, JwtId};
use tokenring_gateway::{HeaderRole, ScopeRule};
use tokenring_oauth::{AccessToken, ApiRequest, ApiResponse, DpopNonce, SecureUrl, TokenResponse};

use super::published::Published;
use super::{Check, CheckRemedy, CheckStep, Steps};
use crate::assertion_clock::AssertionClock;
use crate::assertion_plan::no_randomness;
use crate::client::Client;
use crate::client_key::ClientKey;
use crate::connection::Connection;
use crate::event::Listener;
use crate::request_failure::RequestFailure;
use crate::request_plan::{RequestPlan, shown_url};
use crate::token_binding::ProvedRequest;
use crate::{ClockSkewPolicy, Error, Parameter, Target};

/// Requests a token with a new assertion, and once more after a failure that a clock can explain.
///
/// Returns also whether it took the second request.
pub(super) fn token(
    client: &Client,
    key: &Arc<ClientKey>,
    connection: &Connection,
    published: Option<&Published>,
) -> Result<(TokenResponse, bool), Error> {
    let plan = &client.inner().core.plan;
    let exchange = |clock| -> Result<TokenResponse, RequestFailure> {
        let (request, begun) = plan.begin(key, clock)?;
        let result = request.send_within(&*connection.token, connection.timeout);
        let (response, _) = plan.accept(begun, result, &Listener::default())?;
        Ok(response)
    };
    let published = published.map(Published::for_diagnosis);
    let mut first = exchange(AssertionClock::default());
    // What a server wants in the proof is no fault of anybody.
    if first.as_ref().is_err_and(RequestFailure::asks_for_nonce) {
        first = exchange(AssertionClock::default());
    }
    let failure = match first {
        Ok(response) => return Ok((response, false)),
        Err(failure) => failure,
    };
    // How far the clocks are apart is a step of its own, and nothing is corrected here.
    let failure = match failure.next_clock(plan, ClockSkewPolicy::Report) {
        None => failure,
        Some(clock) => match exchange(clock) {
            Ok(response) => return Ok((response, true)),
            Err(failure) => failure,
        },
    };
    Err(failure.into_error_with(plan, key, published))
}

/// What came of the request.
pub(super) fn granted(
    plan: &RequestPlan,
    response: &TokenResponse,
    was_set_back: bool,
) -> [Check; 2] {
    let text = match response.expires_in() {
        Some(time) => format!("granted, for {} s", time.as_secs()),
        None => "granted, for a time that is not told".into(),
    };
    let token = match was_set_back {
        false => Check::ok(CheckStep::Token, text),
        true => Check::warning(
            CheckStep::Token,
            format!(
                "{text}; the first request failed with status 500, and a second one with its dates \
                 set back succeeded"
            ),
            CheckRemedy::CorrectClock,
        ),
    };
    [token, scope(plan, response)]
}

fn scope(plan: &RequestPlan, response: &TokenResponse) -> Check {
    const STEP: CheckStep = CheckStep::Scope;
    let Some(requested) = plan.scope() else {
        return Check::ok(
            STEP,
            match response.scope() {
                Some(granted) => format!("none asked for, {granted:?} granted"),
                None => "none asked for".into(),
            },
        );
    };
    let rules = plan.factory().target.gateway().request();
    if rules.scope() == ScopeRule::Ignored {
        let text = format!("{requested:?} asked for, and this gateway takes no notice of it");
        return Check::warning(STEP, text, CheckRemedy::LeaveScopeOut);
    }
    let missing: Vec<&str> = response.missing_scope(requested).collect();
    if missing.is_empty() {
        return Check::ok(STEP, format!("{requested:?} granted"));
    }
    let missing = missing.join(" ");
    Check::warning(
        STEP,
        format!("{requested:?} asked for, and not granted: {missing}"),
        CheckRemedy::RegisterScopes,
    )
}

impl Steps<'_> {
    /// Calls an API once with the token, which this client proves where one is named.
    pub(super) fn api(
        &self,
        url: &SecureUrl,
        target: &Target,
        token: &AccessToken,
        client: Option<&Client>,
    ) -> Check {
        const STEP: CheckStep = CheckStep::Api;
        /// The words of a rejection are no longer.
        const LARGEST: u64 = 64 * 1024;
        let place = shown_url(url.as_str());
        let response = match self.call_api(url, target, token, client) {
            Ok(response) => response,
            Err(error) => return Check::failed(STEP, error),
        };
        let status = response.status();
        if status < 400 {
            return Check::ok(STEP, format!("{place} answers with status {status}"));
        }
        let words = response.into_error_response(LARGEST);
        let remedy = CheckRemedy::ApiStatus(status);
        Check::failure(STEP, format!("{place}: {words}"), remedy)
    }

    /// Calls the API, and once more where it wants a nonce in the proof.
    fn call_api(
        &self,
        url: &SecureUrl,
        target: &Target,
        access_token: &AccessToken,
        client: Option<&Client>,
    ) -> Result<ApiResponse, Error> {
        let core = client.map(|client| &client.inner().core);
        let dpop = core.and_then(|core| core.plan.binding().dpop());
        let mut is_again = false;
        loop {
            let proof = match (dpop, core) {
                (Some(dpop), Some(core)) => {
                    let proved = ProvedRequest {
                        method: "GET",
                        url,
                        access_token: Some(access_token),
                        nonce: None,
                    };
                    Some(dpop.prove_call(&core.key(), &proved)?)
                }
                _ => None,
            };
            let request = self.api_request(url, target, access_token, proof.as_ref())?;
            let response = self.connection.api.open(request);
            let response = response.map_err(|source| Error::ApiUnreachable {
                url: shown_url(url.as_str()),
                source: Arc::new(source),
            })?;
            let nonce = DpopNonce::of_headers(response.headers());
            let is_new = match (dpop, nonce) {
                (Some(dpop), Some(nonce)) => dpop.nonces().put(url, &nonce),
                _ => false,
            };
            if response.status() != 401 || !is_new || is_again {
                return Ok(response);
            }
            is_again = true;
        }
    }

    fn api_request<'r>(
        &self,
        url: &SecureUrl,
        target: &Target,
        token: &AccessToken,
        proof: Option<&DpopProof>,
    ) -> Result<ApiRequest<'r>, Error> {
        let invalid = |error| Error::invalid(Parameter::Url, error);
        let mut request = ApiRequest::new("GET", url).map_err(invalid)?;
        request = match proof {
            Some(proof) => request.with_bound_token(token, proof),
            None => request.with_bearer_token(token),
        };
        request = request.with_timeout(self.connection.timeout);
        for (name, value) in target.gateway().api().token_headers() {
            request = request.with_header(name, value).map_err(invalid)?;
        }
        if let Some(name) = target.gateway().api().header(HeaderRole::RequestId) {
            let id = JwtId::random().map_err(no_randomness)?;
            request = request.with_header(name, id.as_str()).map_err(invalid)?;
        }
        Ok(request)
    }
}
