use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokenring_assertion::SigningInput;
use tokenring_gateway::DpopRule;
use tokenring_token_store::{Lookup, Mode, Source, Token, default_state_directory};
use zeroize::Zeroizing;

use crate::assertion_factory::AssertionFactory;
use crate::client_builder::ClientBuilder;
use crate::client_core::Core;
use crate::client_key::ClientKey;
use crate::connection::Connection;
use crate::event::Listener;
use crate::located_key::KeyContext;
use crate::options::{BindingOptions, GatewayOptions, KeyOptions};
use crate::prepared_request::{PreparedRequest, RedactedRequest};
use crate::proof_request::ProofRequest;
use crate::request_plan::RequestPlan;
use crate::requested_scope::RequestedScope;
use crate::target::incomplete;
use crate::token_binding::{Dpop, TokenBinding};
use crate::token_provider::TokenProvider;
use crate::{EffectiveValue, Error, Parameter, Purpose, Target, assertion_plan, clock};

/// Access tokens for one client at one gateway.
///
/// A token comes from memory, else from the store that all processes of this user share, else from
/// the gateway; nothing is signed before the first two were looked at. It is renewed before it
/// expires, by one caller while all others go on with the old one. Requests are repeated where
/// that is safe, each time with a new assertion, which the gateway's rules are checked against
/// before it is sent.
///
/// A client can be cloned at the cost of a counter, and all threads can use it.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) core: Arc<Core>,
    pub(crate) provider: TokenProvider,
    effective: Vec<EffectiveValue>,
    /// What it was made of, to be examined.
    #[cfg(feature = "diagnosis")]
    pub(crate) builder: ClientBuilder,
}

impl Client {
    /// Begins with a gateway: the name of a built-in one, or the path of a gateway file.
    ///
    /// [`gateway_names`](crate::gateway_names) lists the built-in ones.
    #[must_use]
    pub fn builder(gateway: impl Into<String>) -> ClientBuilder {
        ClientBuilder::new(gateway)
    }

    pub(crate) fn new(mut options: ClientBuilder) -> Result<Self, Error> {
        let resolved = Target::resolve(&options.gateway);
        let taken = options.take_from_key_file(resolved.as_ref().ok());
        let target = match taken.changes_target() {
            true => Target::resolve(&options.gateway)?,
            false => resolved?,
        };
        #[cfg(feature = "diagnosis")]
        let builder = options.clone();
        let ClientBuilder {
            gateway,
            assertion,
            key: key_options,
            request,
            binding,
            connection,
            store,
            listener,
            deferred: _,
        } = options;
        let client_id =
            given(assertion.client_id.as_deref()).ok_or(Error::missing(Parameter::ClientId))?;
        let client_id = target.gateway().assertion().written_client_id(client_id);
        let mut effective = target.effective(&gateway);
        effective.extend(taken.values);
        target.endpoint().audience().map_err(incomplete)?;
        // Whoever makes an assertion whatever the rules may have a use for one without.
        let is_free = assertion.skip_lint && gateway.purpose == Purpose::MakeAssertion;
        let scope = request.scope.as_deref();
        let scope = RequestedScope::new(&target, scope, &assertion.claims, is_free)?;
        let plan = assertion_plan::plan(
            &target,
            &client_id,
            &scope,
            &gateway,
            &assertion,
            &mut effective,
        )?;
        let checks_rules = !assertion.skip_lint;
        check_binding(&target, &gateway, &binding)?;
        let key = ClientKey::find(&KeyContext {
            target: &target,
            options: &key_options,
            checks_rules,
            listener: &listener,
            contents: taken.contents.as_deref(),
        })?;
        effective.extend(key.effective(&key_options));
        let factory = AssertionFactory::new(
            target,
            client_id,
            plan,
            assertion.skip_lint,
            &gateway,
            listener.clone(),
        );
        let binding = bind(&factory, binding, &key_options, &listener, &mut effective);
        let plan = RequestPlan::new(factory, scope, &gateway, &request, binding, &listener)?;
        let connection_options = connection;
        let connection = Connection::new(&connection_options)?;
        let core = Core::new(plan, key, key_options, checks_rules, connection, listener);
        let core = Arc::new(core);
        let provider = TokenProvider::new(&connection_options, store, &mut effective);
        Ok(Self(Arc::new(Inner {
            core,
            provider,
            effective,
            #[cfg(feature = "diagnosis")]
            builder,
        })))
    }

    /// The same client for a process that was forked off from this one.
    ///
    /// It holds none of the locks that threads of the parent process may have held at the time of
    /// the fork, and knows no token until the store or the gateway gave one. The key is not read
    /// again.
    #[must_use]
    pub fn for_child_process(&self) -> Self {
        let Inner {
            core,
            provider,
            effective,
            #[cfg(feature = "diagnosis")]
            builder,
        } = &*self.0;
        Self(Arc::new(Inner {
            core: Arc::clone(core),
            provider: provider.for_child_process(),
            effective: effective.clone(),
            #[cfg(feature = "diagnosis")]
            builder: builder.clone(),
        }))
    }

    /// The token in memory, unless it is due for renewal or a new one is wanted. Never waits.
    #[must_use]
    pub fn token_in_memory(&self) -> Option<Token> {
        self.0.provider.token_in_memory()
    }

    /// A token that is valid now: from memory, the store, or the gateway.
    ///
    /// # Errors
    ///
    /// Why there is none: the [`Error`] names the cause, and its
    /// [`remedy`](Error::remedy) what to do.
    pub fn token(&self) -> Result<Token, Error> {
        self.look_up(&self.lookup())
    }

    /// A token that stays valid for so long, if the gateway gives such.
    ///
    /// # Errors
    ///
    /// Those of [`Client::token`].
    pub fn token_valid_for(&self, minimum: Duration) -> Result<Token, Error> {
        self.look_up(&self.lookup().with_minimum_lifetime(minimum))
    }

    /// A token within this time.
    ///
    /// # Errors
    ///
    /// Those of [`Client::token`], and [`Error::TimedOut`].
    pub fn token_within(&self, limit: Duration) -> Result<Token, Error> {
        self.look_up(&self.lookup_within(limit))
    }

    /// A token in place of one that an API rejected (401): of many callers with the same token one
    /// gets a new one, and all others get that.
    ///
    /// # Errors
    ///
    /// Those of [`Client::token`].
    pub fn replace(&self, rejected: &Token) -> Result<Token, Error> {
        self.look_up(&self.lookup_in_place_of(rejected))
    }

    /// A signed assertion that nothing has been sent with, as text. It is a secret until it
    /// expires.
    ///
    /// # Errors
    ///
    /// A key that cannot be used, or a rule of the gateway that the assertion breaks.
    pub fn assertion(&self) -> Result<Zeroizing<String>, Error> {
        let (core, now) = (&self.0.core, clock::now()?);
        let key = core.active_key();
        let assertion = core.plan.factory().client_assertion(&key, now)?;
        Ok(Zeroizing::new(assertion.into_secret()))
    }

    /// The JWS Signing Input (RFC 7515 section 2) of an assertion, for signing it by other means.
    ///
    /// # Errors
    ///
    /// An [`Error`] if the clock or the operating system's randomness cannot be used.
    pub fn signing_input(&self) -> Result<SigningInput, Error> {
        let core = &self.0.core;
        core.plan
            .factory()
            .signing_input(&core.active_key(), clock::now()?)
    }

    /// A token request with a new, signed assertion, for sending it by other means.
    ///
    /// # Errors
    ///
    /// Those of [`Client::assertion`].
    pub fn prepare(&self) -> Result<PreparedRequest, Error> {
        let core = &self.0.core;
        let request = core.plan.sign(&core.active_key(), clock::now()?)?;
        Ok(PreparedRequest::new(request, core.plan.secrets()))
    }

    /// A DPoP proof for a request that another HTTP client sends, as text: the value of the header
    /// `DPoP`. It is good for that one request.
    ///
    /// # Errors
    ///
    /// [`Error::Missing`] for a client whose tokens are not bound ([`ClientBuilder::dpop`]), and a
    /// key that cannot be used.
    pub fn dpop_proof(&self, request: &ProofRequest) -> Result<Zeroizing<String>, Error> {
        let core = &self.0.core;
        let dpop = core.plan.binding().dpop();
        let dpop = dpop.ok_or(Error::missing(Parameter::Dpop))?;
        let proof = dpop.prove_call(&core.key(), &request.as_proved())?;
        Ok(Zeroizing::new(proof.into_secret()))
    }

    /// Whether tokens are bound to a key by DPoP, by the builder or else the gateway.
    #[must_use]
    pub fn dpop(&self) -> DpopRule {
        let dpop = self.0.core.plan.binding().dpop();
        dpop.map_or(DpopRule::Off, Dpop::rule)
    }

    /// What a token request would hold; nothing is signed.
    ///
    /// # Errors
    ///
    /// An [`Error`] if the clock or the operating system's randomness cannot be used.
    pub fn preview(&self) -> Result<RedactedRequest, Error> {
        let core = &self.0.core;
        let request = core.plan.unsigned(&core.active_key(), clock::now()?)?;
        let prepared = PreparedRequest::new(request, core.plan.secrets());
        Ok(match core.plan.binding().dpop() {
            Some(_) => prepared.with_unsigned_proof().into_redacted(),
            None => prepared.into_redacted(),
        })
    }

    /// The values that nobody gave, and where they come from.
    #[must_use]
    pub fn effective_values(&self) -> &[EffectiveValue] {
        &self.0.effective
    }

    /// The gateway and its environment.
    #[must_use]
    pub fn target(&self) -> &Target {
        &self.0.core.plan.factory().target
    }

    /// How long before its end a token of this lifetime is renewed.
    #[must_use]
    pub fn early_renewal(&self, lifetime: Duration) -> Duration {
        self.0.provider.early_renewal(lifetime)
    }

    pub(crate) fn inner(&self) -> &Inner {
        &self.0
    }

    pub(crate) fn lookup(&self) -> Lookup {
        self.0.provider.lookup()
    }

    pub(crate) fn lookup_within(&self, limit: Duration) -> Lookup {
        let limit = limit.min(self.0.core.connection.timeout);
        self.lookup().with_timeout(limit)
    }

    pub(crate) fn lookup_in_place_of(&self, rejected: &Token) -> Lookup {
        self.lookup()
            .with_mode(Mode::Normal)
            .with_rejected_token(rejected.access_token().clone())
    }

    /// A token, and where it comes from.
    pub(crate) fn obtain(&self, lookup: &Lookup) -> Result<(Token, Source), Error> {
        self.0.provider.token(&self.0.core, lookup)
    }

    fn look_up(&self, lookup: &Lookup) -> Result<Token, Error> {
        self.obtain(lookup).map(|(token, _)| token)
    }
}

/// Refuses to have tokens bound where each is a JWT that this client signs itself.
fn check_binding(
    target: &Target,
    chosen: &GatewayOptions,
    options: &BindingOptions,
) -> Result<(), Error> {
    let gateway = target.gateway();
    let rule = options.dpop.unwrap_or(gateway.request().dpop());
    let is_token = gateway.request().jwt_is_token() && chosen.purpose != Purpose::MakeAssertion;
    match is_token && rule == DpopRule::Required {
        true => Err(Error::UnboundJwt {
            gateway: gateway.name().to_owned(),
        }),
        false => Ok(()),
    }
}

/// How tokens are bound: as the caller says, or by the gateway's rule.
fn bind(
    factory: &AssertionFactory,
    options: BindingOptions,
    key_options: &KeyOptions,
    listener: &Listener,
    effective: &mut Vec<EffectiveValue>,
) -> TokenBinding {
    let target = &factory.target;
    let of_gateway = target.gateway().request().dpop();
    if options.dpop.is_none() && of_gateway != DpopRule::Off {
        let value = EffectiveValue::new(Parameter::Dpop, of_gateway.name(), target.source());
        effective.push(value);
    }
    let folder = options.state_folder.or_else(default_state_directory);
    TokenBinding::new(
        options.dpop.unwrap_or(of_gateway),
        options.key,
        key_options,
        folder,
        listener,
    )
}

fn given(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.is_empty())
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let target = self.target();
        f.debug_struct("Client")
            .field("gateway", &target.gateway().name())
            .field("environment", &target.endpoint().environment())
            .finish_non_exhaustive()
    }
}
