use alloc::borrow::Cow;
use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;

use tokenring_assertion::{AuthorizationGrant, ClientAssertion, DpopProof};
use zeroize::Zeroizing;

use crate::expected_token::TokenTypes;
use crate::form::Form;
use crate::header::{Headers, contains_name};
use crate::sent_assertion::SentAssertion;
use crate::{
    Error, HttpRequest, HttpResponse, TokenEndpoint, TokenResponse, Transport, TransportError,
};

/// An access token request: with the client credentials grant and a client
/// assertion ([RFC 6749 section 4.4], [RFC 7523 section 2.2]), or with an
/// assertion as the grant ([RFC 7523 section 2.1]).
///
/// Takes the assertion by value and is itself used up when it is sent: servers
/// accept an assertion once, even one that they refuse, so that every attempt
/// needs a new one.
///
/// ```compile_fail,E0382
/// # use tokenring_assertion::AuthorizationGrant;
/// # use tokenring_oauth::{TokenEndpoint, TokenRequest};
/// # fn attempt(endpoint: &TokenEndpoint, grant: AuthorizationGrant) {
/// let first = TokenRequest::jwt_bearer(endpoint, grant);
/// let second = TokenRequest::jwt_bearer(endpoint, grant); // it is gone
/// # }
/// ```
///
/// ```compile_fail,E0308
/// # use tokenring_assertion::AuthorizationGrant;
/// # use tokenring_oauth::{TokenEndpoint, TokenRequest};
/// # fn attempt(endpoint: &TokenEndpoint, grant: AuthorizationGrant) {
/// TokenRequest::client_credentials(endpoint, grant); // it proves no client
/// # }
/// ```
///
/// [RFC 6749 section 4.4]: https://www.rfc-editor.org/rfc/rfc6749#section-4.4
/// [RFC 7523 section 2.1]: https://www.rfc-editor.org/rfc/rfc7523#section-2.1
/// [RFC 7523 section 2.2]: https://www.rfc-editor.org/rfc/rfc7523#section-2.2
pub struct TokenRequest {
    endpoint: TokenEndpoint,
    assertion: SentAssertion,
    client_id: Option<String>,
    scope: Option<String>,
    parameters: Vec<(String, Zeroizing<String>)>,
    /// The names of the parameters.
    parameter_names: BTreeSet<String>,
    headers: Headers,
    token_type: Cow<'static, str>,
    other_token_types: Vec<String>,
    takes_id_token: bool,
    has_secret_client_id: bool,
    proof: Option<DpopProof>,
}

impl TokenRequest {
    /// Starts a request for a bearer token, with the client credentials grant
    /// and a client that is authenticated by this assertion.
    #[must_use]
    pub fn client_credentials(endpoint: &TokenEndpoint, assertion: ClientAssertion) -> Self {
        Self::new(endpoint, SentAssertion::Client(assertion))
    }

    /// Starts a request for a bearer token, with this assertion as the grant.
    ///
    /// Nothing else authenticates the client, as is usual with this grant (RFC
    /// 7521 section 4.1).
    #[must_use]
    pub fn jwt_bearer(endpoint: &TokenEndpoint, grant: AuthorizationGrant) -> Self {
        let client = None;
        Self::new(endpoint, SentAssertion::Grant { grant, client })
    }

    /// As [`TokenRequest::jwt_bearer`], with a client that is authenticated by
    /// an assertion of its own ([RFC 7521 section 4.1]): who acts and who
    /// vouches are two.
    ///
    /// [RFC 7521 section 4.1]: https://www.rfc-editor.org/rfc/rfc7521#section-4.1
    #[must_use]
    pub fn authenticated_jwt_bearer(
        endpoint: &TokenEndpoint,
        grant: AuthorizationGrant,
        client: ClientAssertion,
    ) -> Self {
        let client = Some(client);
        Self::new(endpoint, SentAssertion::Grant { grant, client })
    }

    fn new(endpoint: &TokenEndpoint, assertion: SentAssertion) -> Self {
        Self {
            endpoint: endpoint.clone(),
            assertion,
            client_id: None,
            scope: None,
            parameters: Vec::new(),
            parameter_names: BTreeSet::new(),
            headers: Headers::default(),
            token_type: Cow::Borrowed("Bearer"),
            other_token_types: Vec::new(),
            takes_id_token: false,
            has_secret_client_id: false,
            proof: None,
        }
    }

    /// Names the client in the form too, where a server wants that.
    ///
    /// The assertion names it already (RFC 7523 section 3). Defaults to
    /// leaving the field out.
    #[must_use]
    pub fn with_client_id(mut self, client_id: impl Into<String>) -> Self {
        self.client_id = Some(client_id.into());
        self
    }

    /// Treats the client ID, in form or assertion, as a secret: some gateways
    /// open APIs by it alone.
    ///
    /// It is sent as ever, and shortened in what an error repeats of a server's
    /// words. Defaults to showing it.
    #[must_use]
    pub const fn with_secret_client_id(mut self) -> Self {
        self.has_secret_client_id = true;
        self
    }

    /// Asks for scopes, separated by spaces (RFC 6749 section 3.3).
    ///
    /// Defaults to leaving the field out, as does an empty text: the server
    /// then gives its default.
    #[must_use]
    pub fn with_scope(mut self, scope: impl Into<String>) -> Self {
        self.scope = Some(scope.into()).filter(|scope: &String| !scope.is_empty());
        self
    }

    /// Adds an extension parameter to the form, such as `resource`.
    ///
    /// Only `resource` (RFC 8707) and `audience` may be given more than once.
    ///
    /// # Errors
    ///
    /// [`Error::ReservedParameter`] for a name that is part of the protocol,
    /// [`Error::RepeatedParameter`], [`Error::EmptyParameterName`].
    pub fn with_parameter(
        mut self,
        name: impl Into<String>,
        value: impl Into<String>,
    ) -> Result<Self, Error> {
        const RESERVED: [&str; 6] = [
            "assertion",
            "grant_type",
            "client_id",
            "scope",
            "client_assertion_type",
            "client_assertion",
        ];
        const REPEATABLE: [&str; 2] = ["resource", "audience"];
        let (name, value) = (name.into(), Zeroizing::new(value.into()));
        if name.is_empty() {
            return Err(Error::EmptyParameterName);
        }
        if RESERVED.contains(&name.as_str()) {
            return Err(Error::ReservedParameter);
        }
        let is_new = self.parameter_names.insert(name.clone());
        if !is_new && !REPEATABLE.contains(&name.as_str()) {
            return Err(Error::RepeatedParameter);
        }
        self.parameters.push((name, value));
        Ok(self)
    }

    /// Adds a header, such as a gateway's subscription key.
    ///
    /// # Errors
    ///
    /// [`Error::ReservedHeader`] for `Content-Type`, `Accept`,
    /// `Accept-Encoding`, `Authorization`, `Host` and those that frame the
    /// message, [`Error::InvalidHeaderName`], [`Error::InvalidHeaderValue`].
    pub fn with_header(mut self, name: &str, value: &str) -> Result<Self, Error> {
        // One way of authenticating the client (RFC 6749 section 2.3), one
        // media type each way, no compression.
        const RESERVED: [&str; 5] = [
            "Accept",
            "Accept-Encoding",
            "Authorization",
            "Content-Type",
            "Host",
        ];
        if contains_name(&RESERVED, name) {
            return Err(Error::ReservedHeader);
        }
        self.headers.set(name, value)?;
        Ok(self)
    }

    /// Sets the type of token that [`TokenRequest::send`] takes, in any case.
    /// Defaults to `Bearer`.
    #[must_use]
    pub fn with_token_type(mut self, token_type: impl Into<String>) -> Self {
        self.token_type = Cow::Owned(token_type.into());
        self
    }

    /// Takes a token of a type by this name, too, in any case, and has it be of the type that is
    /// requested. Defaults to no other names.
    #[must_use]
    pub fn with_other_token_type(mut self, name: impl Into<String>) -> Self {
        self.other_token_types.push(name.into());
        self
    }

    /// Takes the response's `id_token` as the token where there is no `access_token`. Defaults to an
    /// access token alone.
    ///
    /// Some servers give an ID token by this request, which then serves as the bearer token.
    #[must_use]
    pub const fn with_id_token(mut self) -> Self {
        self.takes_id_token = true;
        self
    }

    /// Shows the key that the token is to be bound to ([RFC 9449 section 5]).
    ///
    /// A token of the type `DPoP` is then taken as well as one of the type that is
    /// requested; who takes no other sets that type by
    /// [`TokenRequest::with_token_type`]. Defaults to none.
    ///
    /// [RFC 9449 section 5]: https://www.rfc-editor.org/rfc/rfc9449#section-5
    #[must_use]
    pub fn with_dpop_proof(mut self, proof: DpopProof) -> Self {
        self.proof = Some(proof);
        self
    }

    /// Writes the request, for an HTTP client that is no [`Transport`].
    ///
    /// Its response is put together by [`HttpRequest::response`], and goes to
    /// [`TokenResponse::parse`].
    #[must_use]
    pub fn into_http(self) -> HttpRequest {
        let mut form = Form::with_room_for(self.fields());
        for (name, value) in self.fields() {
            form.push(name, value);
        }
        let mut headers = self.headers;
        if let Some(proof) = &self.proof {
            headers.set_known(DpopProof::HEADER, proof.secret());
        }
        let http = HttpRequest::post_form(self.endpoint.url(), headers, form.into_body());
        match self.has_secret_client_id {
            true => http.with_secret_client_id(),
            false => http,
        }
    }

    /// Sends the request and reads the response.
    ///
    /// # Errors
    ///
    /// [`Error::Transport`] if no whole response came back, else those of
    /// [`TokenResponse::parse`].
    pub fn send<T: Transport + ?Sized>(self, transport: &T) -> Result<TokenResponse, Error> {
        let types = self.types();
        let http = self.into_http();
        let sent = http.sent();
        let response = transport.send(http)?.answering(sent);
        TokenResponse::parse_with(&response, &types.expected())
    }

    /// Sends the request and reads the response, within this time where the
    /// transport can: see [`Transport::send_within`].
    ///
    /// # Errors
    ///
    /// Those of [`TokenRequest::send`].
    pub fn send_within<T: Transport + ?Sized>(
        self,
        transport: &T,
        limit: Duration,
    ) -> Result<TokenResponse, Error> {
        let types = self.types();
        let http = self.into_http();
        let sent = http.sent();
        let response = transport.send_within(http, limit)?.answering(sent);
        TokenResponse::parse_with(&response, &types.expected())
    }

    /// Sends the request by an asynchronous client, and reads the response.
    ///
    /// The closure is what a [`Transport`] is where nothing may block, and has
    /// the same duties. It is called once.
    ///
    /// # Errors
    ///
    /// Those of [`TokenRequest::send`].
    ///
    /// # Examples
    ///
    /// ```
    /// use tokenring_oauth::{Error, HttpRequest, HttpResponse, TokenRequest, TokenResponse};
    ///
    /// async fn token(request: TokenRequest) -> Result<TokenResponse, Error> {
    ///     request
    ///         .send_async(async |http: HttpRequest| {
    ///             // By a client of your own in real life.
    ///             let body = br#"{"access_token":"abc","token_type":"Bearer"}"#;
    ///             Ok(HttpResponse::new(200, Vec::new(), body.to_vec()))
    ///         })
    ///         .await
    /// }
    /// ```
    pub async fn send_async<F>(self, send: F) -> Result<TokenResponse, Error>
    where
        F: AsyncFnOnce(HttpRequest) -> Result<HttpResponse, TransportError>,
    {
        let types = self.types();
        let http = self.into_http();
        let sent = http.sent();
        let response = send(http).await?.answering(sent);
        TokenResponse::parse_with(&response, &types.expected())
    }

    /// The URL that it goes to.
    #[must_use]
    pub fn url(&self) -> &str {
        self.endpoint.as_str()
    }

    /// Name and value of each field of the form, in the order in which they are sent.
    ///
    /// # Security
    ///
    /// The assertion is a secret until it expires, and parameters may be.
    pub fn secret_fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields()
    }

    fn types(&self) -> TokenTypes {
        TokenTypes {
            requested: self.token_type.clone(),
            other_names: self.other_token_types.clone(),
            takes_id_token: self.takes_id_token,
            takes_bound_token: self.proof.is_some(),
        }
    }

    fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        let client_id = self.client_id.as_deref().map(|value| ("client_id", value));
        let scope = self.scope.as_deref().map(|value| ("scope", value));
        let extensions = self
            .parameters
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        core::iter::once(("grant_type", self.assertion.grant_type()))
            .chain(client_id)
            .chain(scope)
            .chain(self.assertion.fields())
            .chain(extensions)
    }
}

/// Shows names only: a parameter may be a secret, like the assertion.
impl fmt::Debug for TokenRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.fields().map(|(name, _)| name).collect();
        f.debug_struct("TokenRequest")
            .field("endpoint", &self.endpoint.as_str())
            .field("fields", &names)
            .finish_non_exhaustive()
    }
}
