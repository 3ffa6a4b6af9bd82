//! The token request: the one place where its form is put together.

mod binding;
mod cache_key;
mod signed_token;

use std::sync::Arc;

use tokenring_assertion::{AuthorizationGrant, ClientAssertion, NumericDate};
use tokenring_gateway::Grant;
use tokenring_jwk::Signature;
use tokenring_oauth::{DpopNonce, Error as OauthError, TokenEndpoint, TokenRequest, TokenResponse};
use tokenring_token_store::Token;
use zeroize::Zeroizing;

use crate::assertion_clock::AssertionClock;
use crate::assertion_factory::AssertionFactory;
use crate::client_key::ClientKey;
use crate::event::Listener;
use crate::event::UnsharedReason;
use crate::options::{GatewayOptions, RequestOptions};
use crate::prepared_request::RequestSecrets;
use crate::request_failure::RequestFailure;
#[cfg(feature = "diagnosis")]
use crate::request_failure::SentAssertion;
use crate::requested_scope::RequestedScope;
use crate::token_binding::{BOUND, Dpop, TokenBinding};
use crate::{ClockSkew, Error, Event, Parameter, Purpose, clock};

/// Everything that token requests of one client have in common.
pub(crate) struct RequestPlan {
    factory: AssertionFactory,
    /// None where only assertions are wanted.
    token_endpoint: Option<TokenEndpoint>,
    scope: RequestedScope,
    parameters: Vec<(String, Zeroizing<String>)>,
    headers: Vec<(String, Zeroizing<String>)>,
    has_secret_client_id: bool,
    sends_client_id: bool,
    secrets: RequestSecrets,
    binding: TokenBinding,
}

/// What is known of a request that is under way.
pub(crate) struct Begun {
    requested_at: NumericDate,
    key: Arc<ClientKey>,
    /// What the proof of the request had, if it had one.
    nonce: Option<DpopNonce>,
    clock: AssertionClock,
    #[cfg(feature = "diagnosis")]
    sent: Option<Box<SentAssertion>>,
}

impl RequestPlan {
    pub(crate) fn new(
        factory: AssertionFactory,
        scope: RequestedScope,
        chosen: &GatewayOptions,
        options: &RequestOptions,
        binding: TokenBinding,
        listener: &Listener,
    ) -> Result<Self, Error> {
        let target = &factory.target;
        let gateway = target.gateway();
        if let (None, Some(notice)) = (&chosen.environment, gateway.default_environment_notice()) {
            listener.tell(|| Event::DefaultEnvironment {
                gateway: gateway.name().to_owned(),
                environment: target.endpoint().environment().to_owned(),
                notice: notice.clone(),
            });
        }
        if gateway.needs_mutual_tls() {
            listener.tell(|| Event::MutualTlsNeeded {
                gateway: gateway.name().to_owned(),
            });
        }
        if let (Some(requested), true) = (scope.of_form(), scope.is_ignored()) {
            listener.tell(|| Event::ScopeIgnored {
                gateway: gateway.name().to_owned(),
                scope: requested.to_owned(),
            });
        }
        let is_own = |name: &str| options.parameters.iter().any(|(own, _)| own == name);
        let mut secrets = gateway.request().secret_parameters().iter();
        if let Some(name) = secrets.find(|name| !is_own(name)) {
            return Err(Error::MissingFormParameter {
                name: name.clone(),
                gateway: gateway.name().to_owned(),
            });
        }
        let is_given = |name: &str| {
            let mut given = options.headers.iter();
            given.any(|(other, _)| other.eq_ignore_ascii_case(name))
        };
        let mut secrets = gateway.request().secret_headers().iter();
        if let Some(name) = secrets.find(|name| !is_given(name)) {
            return Err(Error::MissingHeader {
                name: name.clone(),
                gateway: gateway.name().to_owned(),
            });
        }
        let of_gateway = target.endpoint().parameters().iter();
        let of_gateway = of_gateway.filter(|(name, _)| !is_own(name));
        let mut parameters: Vec<_> = of_gateway
            .map(|(name, value)| (name.clone(), Zeroizing::new(value.clone())))
            .collect();
        parameters.extend(options.parameters.iter().cloned());
        let has_secret_client_id = options.secret_client_id
            || gateway.api().key_header().is_some()
            || target.endpoint().api_key_header().is_some();
        Ok(Self {
            token_endpoint: match chosen.purpose {
                Purpose::MakeAssertion => None,
                _ if gateway.request().jwt_is_token() => None,
                _ => Some(target.url()?.clone()),
            },
            scope,
            parameters,
            headers: headers(target, options),
            sends_client_id: options.send_client_id || gateway.request().sends_client_id(),
            secrets: RequestSecrets::of(gateway, options),
            has_secret_client_id,
            binding,
            factory,
        })
    }

    pub(crate) const fn factory(&self) -> &AssertionFactory {
        &self.factory
    }

    /// Whether token requests carry a DPoP proof.
    #[cfg(feature = "diagnosis")]
    pub(crate) fn sends_proof(&self) -> bool {
        self.binding.dpop().is_some()
    }

    pub(crate) const fn binding(&self) -> &TokenBinding {
        &self.binding
    }

    pub(crate) fn token_endpoint(&self) -> Result<&TokenEndpoint, Error> {
        let target = &self.factory.target;
        match &self.token_endpoint {
            Some(url) => Ok(url),
            None if target.gateway().request().jwt_is_token() => Err(Error::NoTokenRequest {
                gateway: target.gateway().name().to_owned(),
            }),
            None => self.factory.target.url(),
        }
    }

    #[cfg(feature = "diagnosis")]
    pub(crate) fn scope(&self) -> Option<&str> {
        self.scope.as_str()
    }

    /// The token endpoint for people and logs: without the values of a query, which may be secrets.
    pub(crate) fn shown_url(&self) -> String {
        self.token_endpoint()
            .map_or_else(|_| String::new(), |url| shown_url(url.as_str()))
    }

    /// What of the request is not to be shown.
    pub(crate) const fn secrets(&self) -> &RequestSecrets {
        &self.secrets
    }

    /// Signs a new assertion, which can be sent once.
    pub(crate) fn begin(
        &self,
        key: &Arc<ClientKey>,
        clock: AssertionClock,
    ) -> Result<(TokenRequest, Begun), Error> {
        let requested_at = clock::now()?;
        let nonce = self.nonce();
        let request = self.sign(key, clock.date(requested_at))?;
        let begun = Begun {
            requested_at,
            key: Arc::clone(key),
            nonce,
            clock,
            #[cfg(feature = "diagnosis")]
            sent: SentAssertion::of(&request, clock.time_of(requested_at)),
        };
        Ok((request, begun))
    }

    /// The token that came back.
    pub(crate) fn conclude(
        &self,
        begun: Begun,
        result: Result<TokenResponse, OauthError>,
        listener: &Listener,
    ) -> Result<Token, RequestFailure> {
        let key = Arc::clone(&begun.key);
        let (response, requested_at) = self.accept(begun, result, listener)?;
        let lifetime = self.factory.target.gateway().response().assumed_lifetime();
        let token = Token::from_response_assuming(&response, requested_at, lifetime);
        let token = self.bound(token, &key, listener)?;
        if let Some(reason) = UnsharedReason::of(&response, &token) {
            listener.tell(|| Event::TokenNotShared(reason));
        }
        Ok(token)
    }

    /// The whole answer that came back, and when it was asked for.
    pub(crate) fn accept(
        &self,
        begun: Begun,
        result: Result<TokenResponse, OauthError>,
        listener: &Listener,
    ) -> Result<(TokenResponse, NumericDate), RequestFailure> {
        let asks_for_nonce = self.take_nonce(&begun, &result);
        let response = result.map_err(|error| RequestFailure::Request {
            asks_for_nonce,
            skew: skew(&error, begun.requested_at, begun.clock),
            error,
            #[cfg(feature = "diagnosis")]
            sent: begun.sent,
        })?;
        if let Some(scope) = self.scope.as_str() {
            let missing: Vec<_> = response.missing_scope(scope).map(str::to_owned).collect();
            if !missing.is_empty() {
                listener.tell(|| Event::ScopeReduced { missing });
            }
        }
        Ok((response, begun.requested_at))
    }

    /// A complete token request with a new assertion.
    pub(crate) fn sign(
        &self,
        key: &Arc<ClientKey>,
        now: NumericDate,
    ) -> Result<TokenRequest, Error> {
        let request = if self.is_grant() {
            let grant = self.factory.authorization_grant(key, now)?;
            let client = self.factory.authentication(key, now)?;
            jwt_bearer(self.token_endpoint()?, grant, client)
        } else {
            let assertion = self.factory.client_assertion(key, now)?;
            TokenRequest::client_credentials(self.token_endpoint()?, assertion)
        };
        self.with_proof(self.complete(request)?, key, now)
    }

    /// The same with an assertion that nobody has signed, to be looked at.
    pub(crate) fn unsigned(
        &self,
        key: &ClientKey,
        now: NumericDate,
    ) -> Result<TokenRequest, Error> {
        let input = self.factory.signing_input(key, now)?;
        let url = self.token_endpoint()?;
        let nothing = Signature::from_bytes(Vec::new());
        let request = if self.is_grant() {
            let client = self.factory.authentication_input(key, now)?;
            let client = client.map(|client| client.attach(&nothing));
            jwt_bearer(url, input.attach_grant(&nothing), client)
        } else {
            TokenRequest::client_credentials(url, input.attach(&nothing))
        };
        self.complete(request)
    }

    fn complete(&self, mut request: TokenRequest) -> Result<TokenRequest, Error> {
        let response = self.factory.target.gateway().response();
        if self.binding.dpop().is_some_and(Dpop::is_required) {
            request = request.with_token_type(BOUND);
        } else {
            request = request.with_token_type(response.token_type());
            for name in response.accepted_token_types() {
                request = request.with_other_token_type(name);
            }
        }
        if self.scope.asks_for_id_token() {
            request = request.with_id_token();
        }
        if self.has_secret_client_id {
            request = request.with_secret_client_id();
        }
        if self.sends_client_id {
            request = request.with_client_id(&self.factory.client_id);
        }
        if let Some(scope) = self.scope.of_form() {
            request = request.with_scope(scope);
        }
        for (name, value) in &self.parameters {
            // RFC 7521 section 4.2: the client that the assertion names, or none.
            if name == "client_id" && **value == self.factory.client_id {
                request = request.with_client_id(&self.factory.client_id);
                continue;
            }
            request = request
                .with_parameter(name, value.as_str())
                .map_err(|error| Error::FormParameter {
                    name: name.clone(),
                    source: Arc::new(error),
                })?;
        }
        for (name, value) in &self.headers {
            request = request
                .with_header(name, value)
                .map_err(|error| Error::invalid(Parameter::Header, error))?;
        }
        Ok(request)
    }

    fn grant_type(&self) -> &'static str {
        match self.factory.target.gateway().request().grant() {
            Grant::JwtBearer => AuthorizationGrant::TYPE,
            Grant::None => Grant::None.name(),
            _ => "client_credentials",
        }
    }

    /// Whether the assertion is the grant rather than client authentication.
    fn is_grant(&self) -> bool {
        self.factory.target.gateway().request().grant() == Grant::JwtBearer
    }
}

/// How far the clocks are apart, where a server's refusal tells; for a clock that was corrected, how
/// far it still is.
fn skew(error: &OauthError, requested_at: NumericDate, clock: AssertionClock) -> Option<ClockSkew> {
    let OauthError::Refused(response) = error else {
        return None;
    };
    let (sent, received) = (requested_at, clock::now().ok()?);
    ClockSkew::between(
        response.date()?,
        clock.time_of(sent),
        clock.time_of(received),
    )
}

/// The grant, with what authenticates the client beside it, if anything does.
fn jwt_bearer(
    url: &TokenEndpoint,
    grant: AuthorizationGrant,
    client: Option<ClientAssertion>,
) -> TokenRequest {
    match client {
        Some(client) => TokenRequest::authenticated_jwt_bearer(url, grant, client),
        None => TokenRequest::jwt_bearer(url, grant),
    }
}

/// The headers of the gateway that are not given, and those that are.
fn headers(target: &crate::Target, options: &RequestOptions) -> Vec<(String, Zeroizing<String>)> {
    let is_given = |name: &str| {
        let mut given = options.headers.iter();
        given.any(|(other, _)| other.eq_ignore_ascii_case(name))
    };
    let of_gateway = target.endpoint().headers().iter();
    let of_gateway = of_gateway.filter(|(name, _)| !is_given(name));
    let of_gateway = of_gateway.map(|(name, value)| (name.clone(), Zeroizing::new(value.clone())));
    of_gateway.chain(options.headers.iter().cloned()).collect()
}

/// A URL without the values of its query.
pub(crate) fn shown_url(url: &str) -> String {
    let (url, _) = url.split_once('#').unwrap_or((url, ""));
    let Some((place, query)) = url.split_once('?') else {
        return url.to_owned();
    };
    let names = query.split('&').map(|part| match part.split_once('=') {
        Some((name, _)) => format!("{name}=…"),
        None => "…".into(),
    });
    let names: Vec<_> = names.collect();
    format!("{place}?{}", names.join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(url: &str, shown: &str) {
        assert_eq!(shown_url(url), shown);
    }

    #[test]
    fn urls_are_shown_without_values() {
        check("https://a.test/b", "https://a.test/b");
        check("https://a.test/b?code=x&y=", "https://a.test/b?code=…&y=…");
        check("https://a.test/b?secret#c=d", "https://a.test/b?…");
    }
}
