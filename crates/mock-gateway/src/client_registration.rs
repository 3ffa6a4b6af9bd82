use core::time::Duration;

use tokenring_jwk::Algorithm;

/// What a client is registered with, apart from its ID and its keys.
///
/// # Examples
///
/// ```
/// use tokenring_mock_gateway::{ClientRegistration, JwkSource, MockGateway};
///
/// let registration = ClientRegistration::new().with_scopes(["read", "write"]).disabled();
/// let gateway = MockGateway::builder()
///     .with_client("app", JwkSource::Unregistered)
///     .with_client_registration("app", registration)
///     .start()?;
/// # Ok::<(), tokenring_mock_gateway::Error>(())
/// ```
#[must_use]
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ClientRegistration {
    pub(crate) is_disabled: bool,
    pub(crate) authentication: AuthenticationMethod,
    pub(crate) algorithm: Option<Algorithm>,
    pub(crate) grants: Option<Vec<String>>,
    pub(crate) longest_age: Option<Duration>,
    pub(crate) binding: Option<BoundTokens>,
    pub(crate) scopes: Option<Vec<String>>,
    pub(crate) audiences: Option<Vec<String>>,
}

/// How a client authenticates at the token endpoint (RFC 7591, section 2).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[non_exhaustive]
pub enum AuthenticationMethod {
    /// A JWT signed with the client's private key.
    #[default]
    PrivateKeyJwt,
    /// A JWT with a message authentication code.
    ClientSecretJwt,
    /// A client secret in the `Authorization` header.
    ClientSecretBasic,
    /// A client secret in the form.
    ClientSecretPost,
    /// A client certificate.
    TlsClientAuth,
    /// Not at all: a public client.
    None,
}

/// What a client's tokens are bound to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum BoundTokens {
    /// The key of a DPoP proof (RFC 9449).
    Dpop,
    /// A client certificate (RFC 8705).
    Certificate,
    /// Nothing, even where the client sends a DPoP proof or the mock requires one of all others.
    Nothing,
}

impl AuthenticationMethod {
    pub(crate) const ALL: [Self; 6] = [
        Self::PrivateKeyJwt,
        Self::ClientSecretJwt,
        Self::ClientSecretBasic,
        Self::ClientSecretPost,
        Self::TlsClientAuth,
        Self::None,
    ];

    /// The value of `token_endpoint_auth_method`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::PrivateKeyJwt => "private_key_jwt",
            Self::ClientSecretJwt => "client_secret_jwt",
            Self::ClientSecretBasic => "client_secret_basic",
            Self::ClientSecretPost => "client_secret_post",
            Self::TlsClientAuth => "tls_client_auth",
            Self::None => "none",
        }
    }

    /// Finds a method by its name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.name() == name)
    }
}

impl ClientRegistration {
    /// An enabled client that signs JWTs, with every grant and scope that the gateway has.
    pub fn new() -> Self {
        Self::default()
    }

    /// Disables the client. Defaults to enabled.
    pub const fn disabled(mut self) -> Self {
        self.is_disabled = true;
        self
    }

    /// Sets how the client authenticates. Defaults to a JWT signed with its private key.
    pub const fn with_authentication(mut self, method: AuthenticationMethod) -> Self {
        self.authentication = method;
        self
    }

    /// Sets the only algorithm that the client may sign with. Defaults to any of the gateway's.
    pub const fn with_algorithm(mut self, algorithm: Algorithm) -> Self {
        self.algorithm = Some(algorithm);
        self
    }

    /// Sets the grants that the client may use, as values of `grant_type`. Defaults to all.
    pub fn with_grants<T: Into<String>>(mut self, grants: impl IntoIterator<Item = T>) -> Self {
        self.grants = Some(grants.into_iter().map(Into::into).collect());
        self
    }

    /// Sets how old an assertion may be, and how long it may be valid without `iat`. Defaults to
    /// what the gateway has.
    pub const fn with_longest_age(mut self, longest: Duration) -> Self {
        self.longest_age = Some(longest);
        self
    }

    /// Binds the client's tokens. Defaults to bearer tokens.
    pub const fn with_bound_tokens(mut self, binding: BoundTokens) -> Self {
        self.binding = Some(binding);
        self
    }

    /// Sets the scopes that the client may request, as patterns in which `*` stands for anything.
    /// Defaults to those that the gateway's file has.
    pub fn with_scopes<T: Into<String>>(mut self, scopes: impl IntoIterator<Item = T>) -> Self {
        self.scopes = Some(scopes.into_iter().map(Into::into).collect());
        self
    }

    /// Sets the audiences that the client may request a token for, by `audience` or `resource` in
    /// the form; it counts at gateways whose file has the rule `target`. Defaults to any.
    pub fn with_audiences<T: Into<String>>(
        mut self,
        audiences: impl IntoIterator<Item = T>,
    ) -> Self {
        self.audiences = Some(audiences.into_iter().map(Into::into).collect());
        self
    }
}
